//! Turns a JSONL trace into one self-contained HTML page.
//!
//! [`render`](render::render) does the whole: it opens [`input`]s, builds a [`model`] of them, and writes the [`page`].
//! Reading is one pass; memory grows with the number of records, not with their size. A [slice](mod@slice) of a trace
//! takes a second pass over what the first one put aside; [`query`] is the language that chooses rows.

pub mod chrome;
pub mod diagram;
pub mod input;
pub mod layout;
pub mod model;
pub mod page;
pub mod plain;
pub mod prices;
pub mod query;
pub mod render;
pub mod replay;
pub mod slice;
