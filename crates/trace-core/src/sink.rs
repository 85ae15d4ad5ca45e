//! Where records go.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::TraceRecord;

/// Takes records, one at a time, from any thread.
///
/// `append` never blocks on a network, never panics and never calls back into the caller. New needs become new types that
/// wrap a sink, not new methods.
///
/// # Examples
///
/// ```
/// use std::sync::Mutex;
/// use trace_core::{TraceRecord, TraceSink, TraceSinkError};
///
/// #[derive(Default)]
/// struct Kinds(Mutex<Vec<String>>);
///
/// impl TraceSink for Kinds {
///     fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
///         let mut kinds = self.0.lock().map_err(|_| TraceSinkError::closed("a writer panicked"))?;
///         kinds.push(record.event.kind().to_owned());
///         Ok(())
///     }
/// }
/// ```
pub trait TraceSink: Send + Sync {
    /// Takes one record.
    ///
    /// # Errors
    ///
    /// The record was not taken; the error's [`kind`](TraceSinkError::kind) says whether a later one may be.
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError>;

    /// Brings what this sink owns to durable storage. The default does nothing.
    ///
    /// # Errors
    ///
    /// Some of what was appended may not be durable.
    fn flush(&self) -> Result<(), TraceSinkError> {
        Ok(())
    }
}

macro_rules! forward {
    ($($type:ty),*) => { $(
        impl<S: TraceSink + ?Sized> TraceSink for $type {
            fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
                (**self).append(record)
            }
            fn flush(&self) -> Result<(), TraceSinkError> {
                (**self).flush()
            }
        }
    )* };
}
forward!(&S, Box<S>, Arc<S>);

/// Drops every record.
#[derive(Debug, Clone, Copy, Default)]
pub struct NullTraceSink;

impl TraceSink for NullTraceSink {
    fn append(&self, _record: &TraceRecord) -> Result<(), TraceSinkError> {
        Ok(())
    }
}

/// Makes a sink of a closure.
///
/// # Examples
///
/// ```
/// use trace_core::{TraceContext, TraceRecord, TraceSink, event::Custom, sink_fn};
///
/// let sink = sink_fn(|record: &TraceRecord| {
///     assert_eq!(record.event.kind(), "custom");
///     Ok(())
/// });
/// sink.append(&TraceRecord::new(TraceContext::default(), Custom::new("hello", 1.into())))?;
/// # Ok::<(), trace_core::TraceSinkError>(())
/// ```
pub fn sink_fn<F>(append: F) -> FnTraceSink<F>
where
    F: Fn(&TraceRecord) -> Result<(), TraceSinkError> + Send + Sync,
{
    FnTraceSink(append)
}

/// The sink that [`sink_fn`] makes.
#[derive(Clone, Copy)]
pub struct FnTraceSink<F>(F);

impl<F> fmt::Debug for FnTraceSink<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FnTraceSink")
    }
}

impl<F> TraceSink for FnTraceSink<F>
where
    F: Fn(&TraceRecord) -> Result<(), TraceSinkError> + Send + Sync,
{
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        (self.0)(record)
    }
}

/// A sink did not take a record, or could not make one durable.
///
/// Its text says what failed at this layer; the cause is its [`source`](Error::source) and is not repeated.
#[derive(Debug)]
pub struct TraceSinkError {
    kind: TraceSinkErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What the caller of a failed sink can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TraceSinkErrorKind {
    /// The record cannot be written as JSON; another one can.
    Serialize,
    /// The destination failed; appending later may succeed.
    Io,
    /// The sink has no room now; appending later may succeed.
    Full,
    /// It was not done in the time allowed.
    Timeout,
    /// The sink takes no more records.
    Closed,
    /// A check of the record failed.
    Rejected,
    /// Several sinks failed; see [`TraceSinkErrors`].
    Several,
    /// Anything else; see the source.
    Other,
}

impl TraceSinkError {
    /// An error with a message that names what failed.
    pub fn new(kind: TraceSinkErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The record cannot be written as JSON.
    pub fn serialize(source: serde_json::Error) -> Self {
        Self::new(TraceSinkErrorKind::Serialize, "the record cannot be written as JSON").with_source(source)
    }

    /// Input or output failed; the message says on what.
    pub fn io(message: impl Into<String>, source: std::io::Error) -> Self {
        Self::new(TraceSinkErrorKind::Io, message).with_source(source)
    }

    /// The sink takes no more records.
    pub fn closed(message: impl Into<String>) -> Self {
        Self::new(TraceSinkErrorKind::Closed, message)
    }

    /// One error for several: none becomes `Ok`, one is returned as it is.
    ///
    /// # Errors
    ///
    /// There is at least one error in `errors`.
    pub fn collect(errors: impl IntoIterator<Item = Self>) -> Result<(), Self> {
        let mut errors: Vec<Self> = errors.into_iter().collect();
        match errors.len() {
            0 => Ok(()),
            1 => errors.pop().map_or(Ok(()), Err),
            count => Err(Self::new(TraceSinkErrorKind::Several, format!("{count} sinks failed"))
                .with_source(TraceSinkErrors(errors))),
        }
    }

    /// What the caller can do.
    pub fn kind(&self) -> TraceSinkErrorKind {
        self.kind
    }

    /// The single errors: those collected from several sinks, or this one.
    pub fn errors(&self) -> &[Self] {
        let several = self.source.as_ref().and_then(|source| source.downcast_ref::<TraceSinkErrors>());
        several.map_or(std::slice::from_ref(self), |errors| &errors.0)
    }
}

impl fmt::Display for TraceSinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for TraceSinkError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The errors of several sinks that were given the same record.
#[derive(Debug)]
pub struct TraceSinkErrors(Vec<TraceSinkError>);

impl fmt::Display for TraceSinkErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
            let mut cause = error.source();
            while let Some(source) = cause {
                write!(f, ": {source}")?;
                cause = source.source();
            }
        }
        Ok(())
    }
}

impl Error for TraceSinkErrors {}
