//! The index columns: what the page knows of every row and record before any body is opened.
//!
//! A column is a list of little-endian integers, cut into byte planes (all first bytes, all second bytes, …), deflated and
//! base64. Ascending columns hold differences. The page's `columns.mjs` is the other half.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::blocks::deflate;
use crate::model::{Model, Row, Usage};

/// The columns are a few bytes a record: worth the time of a good ratio.
const LEVEL: u32 = 6;

/// One column as it stands in the page.
#[derive(Debug)]
pub(super) struct Column {
    /// The element's id.
    pub(super) id: &'static str,
    /// Deflated and base64.
    pub(super) body: String,
}

/// All columns, in the order in which the page needs them.
pub(super) fn columns(model: &Model) -> io::Result<Vec<Column>> {
    let rows = &model.rows;
    let records = &model.records;
    Ok(vec![
        column("c-depth", &u32s(rows.iter().map(|row| row.depth)))?,
        column("c-kind", &u8s(rows.iter().map(|row| row.kind as u8)))?,
        column("c-status", &u8s(rows.iter().map(|row| row.status as u8)))?,
        column("c-flags", &u8s(rows.iter().map(|row| row.flags.0)))?,
        column("c-name", &u32s(rows.iter().map(|row| row.name)))?,
        column("c-start", &i64s(differences64(rows.iter().map(|row| row.start_us))))?,
        column("c-duration", &i64s(rows.iter().map(|row| row.duration_us)))?,
        column("c-first", &u32s(differences(rows.iter().map(|row| plus_one(row.first)))))?,
        column("c-last", &u32s(rows.iter().map(last_after_first)))?,
        column("c-usage", &u32s(rows.iter().map(|row| plus_one(row.usage))))?,
        column("c-len", &u32s(records.iter().map(|record| record.len)))?,
        column("c-type", &u32s(records.iter().map(|record| record.kind)))?,
        column("c-row", &u32s(differences(records.iter().map(|record| record.row))))?,
        column("c-tokens", &i64s(model.usages.iter().flat_map(buckets)))?,
    ])
}

fn column(id: &'static str, bytes: &[u8]) -> io::Result<Column> {
    Ok(Column { id, body: STANDARD.encode(deflate(bytes, LEVEL)?) })
}

fn plus_one(index: Option<u32>) -> u32 {
    index.map_or(0, |index| index.wrapping_add(1))
}

/// The closing record as a distance from the opening one; 0 for none.
fn last_after_first(row: &Row) -> u32 {
    plus_one(row.last).wrapping_sub(if row.last.is_some() { plus_one(row.first) } else { 0 })
}

/// Tokens in the page's order.
pub(super) fn buckets(usage: &Usage) -> [i64; 5] {
    [usage.input, usage.cache_read, usage.cache_write, usage.output, usage.reasoning]
}

fn differences(values: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
    values.scan(0_u32, |previous, value| {
        let step = value.wrapping_sub(*previous);
        *previous = value;
        Some(step)
    })
}

fn differences64(values: impl Iterator<Item = i64>) -> impl Iterator<Item = i64> {
    values.scan(0_i64, |previous, value| {
        let step = value.wrapping_sub(*previous);
        *previous = value;
        Some(step)
    })
}

fn u8s(values: impl Iterator<Item = u8>) -> Vec<u8> {
    values.collect()
}

fn u32s(values: impl Iterator<Item = u32>) -> Vec<u8> {
    planes(&values.map(u32::to_le_bytes).collect::<Vec<_>>())
}

fn i64s(values: impl Iterator<Item = i64>) -> Vec<u8> {
    planes(&values.map(i64::to_le_bytes).collect::<Vec<_>>())
}

fn planes<const WIDTH: usize>(values: &[[u8; WIDTH]]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() * WIDTH);
    for plane in 0..WIDTH {
        bytes.extend(values.iter().map(|value| value[plane]));
    }
    bytes
}
