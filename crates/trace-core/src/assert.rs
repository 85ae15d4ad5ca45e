//! A sink for producers' own tests.

mod pairs;
mod parents;
mod violation;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{TraceRecord, TraceSink, TraceSinkError};

pub use violation::{Violation, ViolationKind};

/// Keeps records and checks that they fit together: every call that starts ends once, every parent is there.
///
/// Use one sink for the trace and for execution graphs. Parents outside of the trace (a trigger, a process's event, a node
/// of a session's history) are not looked for, nor are those of execution graphs where nothing else was recorded. An effect
/// named by hand is there when its block of code is.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use trace_core::{AssertingTraceSink, Recorder, ViolationKind};
///
/// let sink = Arc::new(AssertingTraceSink::default());
/// let recorder = Recorder::builder().trace_sink(sink.clone()).build();
///
/// let turn = recorder.session("chat-1").turn("turn-0");
/// let violations = sink.check().unwrap_err();
/// assert_eq!(violations[0].kind, ViolationKind::NotEnded);
///
/// turn.complete("assistant_message");
/// sink.assert_complete();
/// ```
#[derive(Debug, Default)]
pub struct AssertingTraceSink {
    records: Mutex<Vec<TraceRecord>>,
}

impl AssertingTraceSink {
    /// The records so far.
    pub fn records(&self) -> Vec<TraceRecord> {
        self.lock().clone()
    }

    /// Checks the records so far.
    ///
    /// # Errors
    ///
    /// What does not fit, in the order of the records.
    pub fn check(&self) -> Result<(), Vec<Violation>> {
        let records = self.lock();
        let mut violations = pairs::check(&records);
        violations.extend(parents::check(&records));
        if violations.is_empty() {
            return Ok(());
        }
        violations.sort_by_key(|violation| violation.index);
        Err(violations)
    }

    /// Fails a test whose records do not fit together.
    ///
    /// # Panics
    ///
    /// Something does not fit; the message lists it.
    #[track_caller]
    pub fn assert_complete(&self) {
        let violations = self.check().err().unwrap_or_default();
        let list: Vec<String> = violations.iter().map(ToString::to_string).collect();
        assert!(list.is_empty(), "the trace does not fit together:\n{}", list.join("\n"));
    }

    fn lock(&self) -> MutexGuard<'_, Vec<TraceRecord>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TraceSink for AssertingTraceSink {
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        self.lock().push(record.clone());
        Ok(())
    }
}
