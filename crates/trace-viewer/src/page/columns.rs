//! The index columns: what the page knows of every row and record before any body is opened.
//!
//! A column is a list of unsigned integers, cut into byte planes (all lowest bytes, all second bytes, …), deflated and
//! base64. It has as many planes as its largest value needs, and its element says how many. Values that can be negative
//! are folded: 0, -1, 1, -2, … become 0, 1, 2, 3, …. Ascending columns hold differences, folded too. The page's
//! `columns.mjs` is the other half.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::blocks::deflate;
use crate::model::{Model, Row, Usage};

/// Higher levels take twice the time for a hundredth of the columns.
const LEVEL: u32 = 4;

/// One column as it stands in the page.
#[derive(Debug)]
pub(super) struct Column {
    /// The element's id.
    pub(super) id: &'static str,
    /// Byte planes: 1 to 8.
    pub(super) width: usize,
    /// Deflated and base64.
    pub(super) body: String,
}

/// All columns, in the order in which the page needs them.
pub(super) fn columns(model: &Model) -> io::Result<Vec<Column>> {
    let rows = &model.rows;
    let records = &model.records;
    Ok(vec![
        column("c-depth", rows.iter().map(|row| row.depth.into()))?,
        column("c-kind", rows.iter().map(|row| row.kind as u64))?,
        column("c-status", rows.iter().map(|row| row.status as u64))?,
        column("c-flags", rows.iter().map(|row| row.flags.0.into()))?,
        column("c-name", rows.iter().map(|row| row.name.into()))?,
        column("c-start", differences(rows.iter().map(|row| row.start_us)))?,
        column("c-duration", rows.iter().map(|row| folded(row.duration_us)))?,
        column("c-first", differences(rows.iter().map(|row| plus_one(row.first))))?,
        column("c-last", rows.iter().map(|row| folded(last_after_first(row))))?,
        column("c-usage", rows.iter().map(|row| plus_one(row.usage).cast_unsigned()))?,
        column("c-turn", model.turn_numbers.iter().map(|&turn| plus_one(turn).cast_unsigned()))?,
        column("c-len", records.iter().map(|record| record.len.into()))?,
        column("c-type", records.iter().map(|record| record.kind.into()))?,
        column("c-row", differences(records.iter().map(|record| record.row.into())))?,
        column("c-tokens", model.usages.iter().flat_map(buckets).map(folded))?,
    ])
}

fn column(id: &'static str, values: impl Iterator<Item = u64>) -> io::Result<Column> {
    let values: Vec<u64> = values.collect();
    let width = width(&values);
    Ok(Column { id, width, body: STANDARD.encode(deflate(&planes(&values, width), LEVEL)?) })
}

fn plus_one(index: Option<u32>) -> i64 {
    index.map_or(0, |index| i64::from(index) + 1)
}

/// The closing record as a distance from the opening one; 0 for none.
fn last_after_first(row: &Row) -> i64 {
    if row.last.is_some() { plus_one(row.last) - plus_one(row.first) } else { 0 }
}

/// Tokens in the page's order.
pub(super) fn buckets(usage: &Usage) -> [i64; 5] {
    [usage.input, usage.cache_read, usage.cache_write, usage.output, usage.reasoning]
}

/// Steps from value to value, from 0 on.
fn differences(values: impl Iterator<Item = i64>) -> impl Iterator<Item = u64> {
    values.scan(0_i64, |previous, value| {
        let step = value.wrapping_sub(*previous);
        *previous = value;
        Some(folded(step))
    })
}

/// A small number whether the value is a little above or below zero.
fn folded(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// Bytes that the largest value needs.
fn width(values: &[u64]) -> usize {
    let bits = values.iter().fold(1, |bits, value| bits | value).ilog2() + 1;
    bits.div_ceil(8) as usize
}

fn planes(values: &[u64], width: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() * width);
    for plane in 0..width {
        bytes.extend(values.iter().map(|value| value.to_le_bytes()[plane]));
    }
    bytes
}
