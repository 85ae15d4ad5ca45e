//! Execution graphs into a file, said with its path.

use std::path::PathBuf;
use std::sync::Arc;

use trace_core::RecorderBuilder;

use crate::JsonlTraceSink;

/// Sets up a recorder with a file of its own for execution graphs.
///
/// # Examples
///
/// ```
/// use trace_core::Recorder;
/// use trace_sinks::ExecutionJsonlPath;
///
/// let recorder = Recorder::builder().execution_jsonl_path("./.data/execution.jsonl").build();
/// # drop(recorder);
/// ```
pub trait ExecutionJsonlPath: Sized {
    /// Sends records of execution graphs to a [`JsonlTraceSink`] on `path`, in place of any other execution sink.
    #[must_use]
    fn execution_jsonl_path(self, path: impl Into<PathBuf>) -> Self;
}

impl ExecutionJsonlPath for RecorderBuilder {
    fn execution_jsonl_path(self, path: impl Into<PathBuf>) -> Self {
        self.execution_sink(Arc::new(JsonlTraceSink::new(path)))
    }
}
