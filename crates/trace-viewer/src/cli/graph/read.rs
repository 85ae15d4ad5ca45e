//! Files into a graph store.

use std::path::PathBuf;

use trace_core::{EntryKind, TraceLashlangGraph, TraceLashlangGraphStore, TraceReader, TraceSink as _};
use trace_viewer::input::{Input, InputLimits, Source};
use trace_viewer::render::{Outcome, RenderError};

use super::super::render::source;
use super::super::report::Failure;

/// Graphs that are kept.
const GRAPHS: usize = 1_000_000;
/// Events that are kept, over all graphs.
const EVENTS: usize = 20_000_000;

/// What was read.
pub(super) struct Reading {
    /// By key.
    pub(super) graphs: Vec<TraceLashlangGraph>,
    /// What is damaged or missing.
    pub(super) outcome: Outcome,
}

/// Reads all files.
pub(super) fn read(files: &[PathBuf]) -> Result<Reading, Failure> {
    let sources: Vec<Source> = files.iter().map(|file| source(file)).collect();
    for source in &sources {
        source.check().map_err(RenderError::Input)?;
    }
    let store = TraceLashlangGraphStore::default().with_max_graphs(GRAPHS).with_max_events(EVENTS);
    let mut outcome = Outcome::default();
    for source in &sources {
        read_into(&store, source, &mut outcome)?;
    }
    let evicted = store.evicted_graphs();
    if evicted > 0 {
        outcome.note(format!("{evicted} graphs are left out: there are too many to keep"), 1);
    }
    Ok(Reading { graphs: store.graphs(), outcome })
}

fn read_into(
    store: &TraceLashlangGraphStore,
    source: &Source,
    outcome: &mut Outcome,
) -> Result<(), RenderError> {
    let input = Input::open(source, InputLimits::default()).map_err(RenderError::Input)?;
    let mut reader = TraceReader::salvage(input.into_reader());
    let damaged = |error| RenderError::Damaged { name: source.to_string(), source: error };
    let mut unread = 0;
    while let Some(entry) = reader.next_entry().map_err(damaged)? {
        if entry.header.kind.as_deref() != Some("lashlang_execution") || entry.kind() != EntryKind::Record {
            continue;
        }
        // The store takes every record.
        let taken = entry.record().is_ok_and(|record| store.append(&record).is_ok());
        unread += u64::from(!taken);
    }
    outcome.tell(source, &reader.into_report());
    if unread > 0 {
        outcome.note(format!("{source}: {unread} execution records do not have the schema's form"), 1);
    }
    Ok(())
}
