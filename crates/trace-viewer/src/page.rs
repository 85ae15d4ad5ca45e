//! The page: one self-contained HTML file made from a [`Model`] and the raw records.
//!
//! This is the only part of the program that makes HTML, and it makes it in one way: text from a trace goes through the
//! template's escaping, everything else from a trace is compressed and base64, which cannot hold a `<`. The file's order is
//! chosen for the first screen: real totals, then the script, then the index of all rows, which it unpacks as it arrives,
//! then the bodies.
//!
//! ```
//! use trace_viewer::model::Model;
//! use trace_viewer::page::{BlockWriter, PageOptions, write_page};
//!
//! let mut spool = Vec::new();
//! let blocks = BlockWriter::new(&mut spool).finish()?;
//! let mut html = Vec::new();
//! let options = PageOptions { title: "An empty trace".to_owned(), ..PageOptions::default() };
//! write_page(&mut html, &Model::default(), &blocks, &mut spool.as_slice(), &options)?;
//! assert!(html.starts_with(b"<!doctype html>"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod blocks;
mod columns;
mod crew;
mod facets;
mod graphs;
mod meta;
mod numbers;
mod pack;
mod read;
mod repeats;
mod runs;
mod script;
mod shell;
mod summary;
mod text;
mod words;

#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{self, BufReader, Read, Write};

use askama::Template;

use crate::model::Model;
use crate::prices::Prices;

pub use blocks::{BlockIndex, BlockWriter};
pub use read::BlockReader;
pub(crate) use read::RecordReader;

pub(crate) use text::{counted, grouped};

/// Bytes of the spool that are copied at a time.
const COPIED: usize = 256 * 1024;

/// What a caller decides about a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageOptions {
    /// The document's title and heading.
    pub title: String,
    /// What tokens cost; nothing is priced without it.
    pub prices: Option<Prices>,
    /// Which part of a trace this is, where it is not all of it.
    pub part: Option<String>,
    /// The most bytes that the page may have.
    pub max_size: Option<u64>,
}

/// A page that would be larger than allowed; it is inside the error that [`write_page`] reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge {
    /// The bytes it would have.
    pub size: u64,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the page would have {} bytes", self.size)
    }
}

impl std::error::Error for TooLarge {}

/// The bytes that every page has: its script and its style.
pub(crate) fn page_without_records() -> u64 {
    (script::SCRIPT.len() + script::STYLE.len()) as u64
}

/// Writes the whole page: head, totals, script and index, then the spooled blocks, then the trailer.
///
/// The same input gives the same bytes. `spool` is what a [`BlockWriter`] wrote, from its beginning.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] when `blocks` does not hold the records that `model` lists; [`TooLarge`] before anything
/// is written when the page would have more bytes than allowed;
/// otherwise what `out` or `spool` report.
pub fn write_page(
    out: &mut impl Write,
    model: &Model,
    blocks: &BlockIndex,
    spool: &mut impl Read,
    options: &PageOptions,
) -> io::Result<()> {
    blocks.check_against(model)?;
    let shell = shell::Shell::new(model, blocks, options)?;
    let end = shell::End { blocks: blocks.len(), sha256: blocks.sha256() };
    if let Some(limit) = options.max_size {
        let mut size = Size(blocks.spooled());
        shell.write_into(&mut size)?;
        end.write_into(&mut size)?;
        if size.0 > limit {
            return Err(io::Error::other(TooLarge { size: size.0 }));
        }
    }
    shell.write_into(out)?;
    let spooled = io::copy(&mut BufReader::with_capacity(COPIED, spool), out)?;
    if spooled != blocks.spooled() {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            format!("the spool holds {spooled} bytes, {} were written to it", blocks.spooled()),
        ));
    }
    end.write_into(out)
}

/// Counts bytes instead of writing them.
struct Size(u64);

impl Write for Size {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
