//! The second pass: from everything to a part of it.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};

use trace_core::TraceReader;

use super::RenderError;
use crate::model::{InputSummary, Model, ModelBuilder};
use crate::page::{BlockIndex, BlockReader, BlockWriter};
use crate::query::Needle;
use crate::slice::{Part, Slice};

/// A model, its blocks, and where in the spool they begin.
#[derive(Debug)]
pub(crate) struct Spooled {
    pub(crate) model: Model,
    pub(crate) blocks: BlockIndex,
    pub(crate) from: u64,
}

impl Spooled {
    /// The part that a slice keeps, read from the spool and spooled behind the rest; `counts` are the entries of each input.
    pub(super) fn cut(
        self,
        slice: &Slice,
        spool: &File,
        counts: &[u64],
    ) -> Result<(Self, Part), RenderError> {
        let held = held(&self, slice.needles(), spool).map_err(RenderError::Spool)?;
        let part = slice.choose(&self.model, held).map_err(RenderError::Slice)?;
        let Self { mut model, blocks, from } = self;
        let inputs = std::mem::take(&mut model.inputs);
        drop(model);
        let spool_end = from + blocks.spooled();
        let copy = || spool.try_clone().map_err(RenderError::Spool);
        let mut second = Second {
            builder: ModelBuilder::new(),
            blocks: BlockWriter::new(BufWriter::with_capacity(
                1 << 16,
                Appender { file: copy()?, at: spool_end },
            )),
            kept: Vec::new(),
        };
        let mut reader = BlockReader::new(copy()?, &blocks);
        let mut ends = counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        let mut names = inputs.iter().map(|input| input.name.as_str());
        let (mut record, mut input_end) = (0, 0);
        while let Some(block) = reader.next_block().map_err(RenderError::Spool)? {
            for line in block.split_inclusive(|&byte| byte == b'\n') {
                while record as u64 == input_end {
                    second.feed()?;
                    second.builder.begin_input(names.next().unwrap_or_default());
                    input_end = ends.next().unwrap_or(u64::MAX);
                }
                if part.records.get(record).copied().unwrap_or(false) {
                    second.kept.extend_from_slice(line);
                }
                record += 1;
            }
            second.feed()?;
        }
        let blocks = second.blocks.finish().map_err(RenderError::Spool)?;
        let mut model = second.builder.finish();
        let mut stays = part.records.iter();
        let inputs = inputs.into_iter().zip(counts).enumerate().map(|(number, (input, &count))| {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            let entries = stays.by_ref().take(count).filter(|&&stays| stays).count() as u64;
            let foreign = model.inputs.get(number).map_or(0, |input| input.foreign);
            InputSummary { entries, foreign, ..input }
        });
        model.inputs = inputs.collect();
        Ok((Self { model, blocks, from: spool_end }, part))
    }
}

/// What the second pass makes.
struct Second {
    builder: ModelBuilder,
    blocks: BlockWriter<BufWriter<Appender>>,
    kept: Vec<u8>,
}

impl Second {
    /// Takes the lines that are kept.
    fn feed(&mut self) -> Result<(), RenderError> {
        let mut reader = TraceReader::salvage(self.kept.as_slice());
        while let Ok(Some(entry)) = reader.next_entry() {
            self.builder.push(&entry);
            self.blocks.push(entry.text.as_bytes()).map_err(RenderError::Spool)?;
        }
        self.kept.clear();
        Ok(())
    }
}

/// For each needle the rows with a record that holds it.
fn held(spooled: &Spooled, needles: &[Needle], spool: &File) -> io::Result<Vec<Vec<bool>>> {
    let mut held = vec![vec![false; spooled.model.rows.len()]; needles.len()];
    if needles.is_empty() {
        return Ok(held);
    }
    let mut reader = BlockReader::new(spool.try_clone()?, &spooled.blocks);
    let mut records = spooled.model.records.iter();
    while let Some(block) = reader.next_block()? {
        for (line, record) in String::from_utf8_lossy(&block).lines().zip(records.by_ref()) {
            let folded = Needle::folded(line);
            for (needle, rows) in needles.iter().zip(&mut held) {
                let row = &mut rows[record.row as usize];
                *row = *row || needle.is_in(&folded);
            }
        }
    }
    Ok(held)
}

/// Writes behind what a file holds, wherever others have moved its position.
struct Appender {
    file: File,
    at: u64,
}

impl Write for Appender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(self.at))?;
        let written = self.file.write(bytes)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
