//! What the page's script needs besides the columns: names, blocks, sessions, inputs.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::blocks::{Block, BlockIndex, deflate};
use super::columns::buckets;
use super::words::Words;
use crate::model::Model;

/// The version of the agreement between this module, the columns and the script.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Meta<'a> {
    format: u32,
    /// Microseconds since 1970 of time zero; absent when no record has a time.
    start: Option<i64>,
    /// Microseconds from time zero to the last record.
    span: i64,
    rows: usize,
    records: usize,
    names: &'a [String],
    sessions: Vec<Session>,
    inputs: Vec<Input<'a>>,
    /// From and to, in microseconds after time zero.
    idle: &'a [(i64, i64)],
    /// Row, cause and kind, one link after another.
    links: Vec<u32>,
    /// Row, text and 0, one note after another.
    notes: Vec<u32>,
    #[serde(rename = "noteTexts")]
    note_texts: &'a [String],
    blocks: Vec<BlockMeta<'a>>,
    sha256: &'a str,
    words: Words,
}

#[derive(Serialize)]
struct Session {
    row: u32,
    /// In the order of the token column.
    tokens: [i64; 5],
}

#[derive(Serialize)]
struct Input<'a> {
    name: &'a str,
    entries: u64,
}

/// Records, raw bytes, base64 characters, digest.
#[derive(Serialize)]
struct BlockMeta<'a>(u32, usize, usize, &'a str);

impl<'a> From<&'a Block> for BlockMeta<'a> {
    fn from(block: &'a Block) -> Self {
        Self(block.records, block.raw, block.chars, &block.digest)
    }
}

/// The page's `meta` element: JSON, deflated and base64.
pub(super) fn meta(model: &Model, blocks: &BlockIndex) -> io::Result<String> {
    let meta = Meta {
        format: FORMAT,
        start: model.start.map(|start| start.timestamp_micros()),
        span: model.span_us(),
        rows: model.rows.len(),
        records: model.records.len(),
        names: &model.names,
        sessions: model
            .sessions
            .iter()
            .map(|session| Session { row: session.row, tokens: buckets(&session.totals.tokens) })
            .collect(),
        inputs: model
            .inputs
            .iter()
            .map(|input| Input { name: &input.name, entries: input.entries })
            .collect(),
        idle: &model.idle,
        links: model.links.iter().flat_map(|link| [link.row, link.cause, link.kind as u32]).collect(),
        notes: model.notes.rows.iter().flat_map(|&(row, text)| [row, text, 0]).collect(),
        note_texts: &model.notes.texts,
        blocks: blocks.blocks().iter().map(BlockMeta::from).collect(),
        sha256: blocks.sha256(),
        words: Words::new(),
    };
    let json = serde_json::to_vec(&meta)?;
    Ok(STANDARD.encode(deflate(&json, 6)?))
}
