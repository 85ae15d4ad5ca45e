//! The first pass: from inputs to a model and a spool of their records.

use std::fs::File;
use std::io::{BufWriter, Write};

use trace_core::{ReadReport, TraceReader};

use super::part::Spooled;
use super::{FINDINGS, Outcome, Progress, RenderError, RenderOptions};
use crate::input::{Input, Source};
use crate::model::{ModelBuilder, Totals};
use crate::page::BlockWriter;
use crate::slice::Part;

/// What was read: everything, or the part that is wanted of it.
pub(crate) struct Read {
    pub(crate) spooled: Spooled,
    pub(crate) outcome: Outcome,
    /// What was chosen, where that is not everything.
    pub(crate) part: Option<Part>,
}

/// Reads the sources; their records go to `spool`, an empty file.
pub(crate) fn read(
    sources: &[Source],
    spool: &File,
    options: &RenderOptions,
    progress: &mut dyn Progress,
) -> Result<Read, RenderError> {
    let copy = spool.try_clone().map_err(RenderError::Spool)?;
    let mut reading = Reading {
        builder: ModelBuilder::new(),
        blocks: BlockWriter::new(BufWriter::with_capacity(1 << 16, copy)),
        options,
        outcome: Outcome::default(),
        counts: Vec::new(),
        bytes: 0,
        first_damage: None,
    };
    for source in sources {
        reading.read(source, progress)?;
    }
    let Reading { builder, blocks, mut outcome, counts, bytes, first_damage, options: _ } = reading;
    if outcome.entries == 0 {
        let name = sources.first().map(Source::to_string).unwrap_or_default();
        return Err(RenderError::NoEntries { name, bytes, finding: first_damage });
    }
    let blocks = blocks.finish().map_err(RenderError::Spool)?;
    let mut spooled = Spooled { model: builder.finish(), blocks, from: 0 };
    let mut part = None;
    if !options.slice.is_whole() {
        let (cut, chosen) = spooled.cut(&options.slice, spool, &counts)?;
        outcome.sliced_from = Some(outcome.entries);
        outcome.entries = chosen.count;
        part = Some(chosen);
        spooled = cut;
    }
    let Totals { sessions, failures, .. } = spooled.model.totals;
    Ok(Read { spooled, outcome: Outcome { sessions, failures, ..outcome }, part })
}

/// Inputs being read.
struct Reading<'a, W: Write> {
    builder: ModelBuilder,
    blocks: BlockWriter<W>,
    options: &'a RenderOptions,
    outcome: Outcome,
    /// Entries of each input.
    counts: Vec<u64>,
    bytes: u64,
    first_damage: Option<String>,
}

impl<W: Write> Reading<'_, W> {
    fn read(&mut self, source: &Source, progress: &mut dyn Progress) -> Result<(), RenderError> {
        let limits = self.options.limits;
        let input = Input::open(source, limits).map_err(RenderError::Input)?;
        let (size, consumed) = (input.size(), input.consumed());
        self.builder.begin_input(input.name());
        let bytes = input.into_reader();
        let mut reader =
            if self.options.strict { TraceReader::strict(bytes) } else { TraceReader::salvage(bytes) };
        let damaged = |error| RenderError::Damaged { name: source.to_string(), source: error };
        let mut entries = 0;
        let mut limit_reached = None;
        while let Some(entry) = reader.next_entry().map_err(damaged)? {
            if entries == limits.max_entries {
                limit_reached =
                    Some(format!("the limit of {entries} entries is reached; the rest is not shown"));
                break;
            }
            entries += 1;
            self.builder.push(&entry);
            self.blocks.push(entry.text.as_bytes()).map_err(RenderError::Spool)?;
            if entries % 512 == 0 {
                progress.report(consumed(), size);
            }
        }
        self.end(source, entries, &reader.into_report(), limit_reached);
        Ok(())
    }

    fn end(&mut self, source: &Source, entries: u64, report: &ReadReport, limit_reached: Option<String>) {
        self.builder.end_input(report);
        let mut also = limit_reached;
        if entries == 0 && report.damage_count() == 0 {
            also = Some("no entries".to_owned());
        }
        if let Some(finding) = &also {
            self.builder.note_damage(finding);
        }
        let missing = report.seq().missing();
        let missing = (missing > 0).then(|| format!("{missing} numbered records are missing"));
        let counted = [also, missing];
        let others = counted.iter().flatten().map(|finding| format!("{source}: {finding}"));
        let mut damage = report
            .damage()
            .iter()
            .map(|damage| format!("{source}:{}: {}", damage.line, damage.kind))
            .peekable();
        if self.first_damage.is_none() {
            self.first_damage = damage.peek().cloned();
        }
        let outcome = &mut self.outcome;
        outcome.finding_count += report.damage_count() + counted.iter().flatten().count() as u64;
        outcome.findings.extend(others.chain(damage));
        outcome.findings.truncate(FINDINGS);
        outcome.entries += entries;
        self.counts.push(entries);
        self.bytes += report.bytes();
    }
}
