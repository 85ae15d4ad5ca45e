//! Records chosen by level, kind or a rule of the host.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use trace_core::event::PromptBuilt;
use trace_core::{TraceEvent, TraceLevel, TraceRecord, TraceSink, TraceSinkError};

type Rule = Box<dyn Fn(&TraceRecord) -> bool + Send + Sync>;

/// Hands on the records that pass every condition, and drops the others.
///
/// A new filter has no condition. A condition that is set twice counts as set last, except
/// [`when`](Self::when), whose rules add up.
///
/// # Examples
///
/// ```
/// use trace_core::{TraceContext, TraceLevel, TraceRecord, TraceSink, event::Custom};
/// use trace_sinks::{FilterTraceSink, MemoryTraceSink};
///
/// let kept = MemoryTraceSink::new();
/// let filter = FilterTraceSink::new(&kept).level(TraceLevel::Standard).without_kinds(["custom"]);
/// filter.append(&TraceRecord::new(TraceContext::default(), Custom::new("noise", 1.into())))?;
/// assert!(kept.is_empty());
/// # Ok::<(), trace_core::TraceSinkError>(())
/// ```
pub struct FilterTraceSink<S> {
    sink: S,
    level: TraceLevel,
    only: Option<BTreeSet<String>>,
    without: BTreeSet<String>,
    rules: Vec<Rule>,
}

impl<S: TraceSink> FilterTraceSink<S> {
    /// A filter in front of `sink` that passes everything.
    pub fn new(sink: S) -> Self {
        Self { sink, level: TraceLevel::Extended, only: None, without: BTreeSet::new(), rules: Vec::new() }
    }

    /// Passes records whose event belongs to `level`. At the standard level a `prompt_built` passes without its components,
    /// which are extended; nothing else of a passing record is touched.
    #[must_use]
    pub fn level(mut self, level: TraceLevel) -> Self {
        self.level = level;
        self
    }

    /// Passes records of these kinds only, named as on the wire.
    #[must_use]
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.only = Some(kinds.into_iter().map(Into::into).collect());
        self
    }

    /// Drops records of these kinds, named as on the wire.
    #[must_use]
    pub fn without_kinds(mut self, kinds: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.without = kinds.into_iter().map(Into::into).collect();
        self
    }

    /// Passes records for which `rule` is true.
    #[must_use]
    pub fn when(mut self, rule: impl Fn(&TraceRecord) -> bool + Send + Sync + 'static) -> Self {
        self.rules.push(Box::new(rule));
        self
    }

    fn passes(&self, record: &TraceRecord) -> bool {
        let kind = record.event.kind();
        record.event.level() <= self.level
            && self.only.as_ref().is_none_or(|only| only.contains(kind))
            && !self.without.contains(kind)
            && self.rules.iter().all(|rule| rule(record))
    }
}

impl<S: TraceSink> TraceSink for FilterTraceSink<S> {
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        if self.passes(record) { self.sink.append(&at_level(record, self.level)) } else { Ok(()) }
    }

    fn flush(&self) -> Result<(), TraceSinkError> {
        self.sink.flush()
    }
}

/// The record as it is recorded at a level.
fn at_level(record: &TraceRecord, level: TraceLevel) -> Cow<'_, TraceRecord> {
    match &record.event {
        TraceEvent::PromptBuilt(prompt) if !level.is_extended() && !prompt.components.is_empty() => {
            let mut lowered = record.clone();
            lowered.event = PromptBuilt::new(&prompt.prompt_hash, prompt.prompt_chars).into();
            Cow::Owned(lowered)
        }
        _ => Cow::Borrowed(record),
    }
}

impl<S: fmt::Debug> fmt::Debug for FilterTraceSink<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilterTraceSink")
            .field("sink", &self.sink)
            .field("level", &self.level)
            .field("only", &self.only)
            .field("without", &self.without)
            .field("rules", &self.rules.len())
            .finish()
    }
}
