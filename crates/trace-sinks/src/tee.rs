//! One record to several sinks.

use std::fmt;
use std::sync::Arc;

use trace_core::{TraceRecord, TraceSink, TraceSinkError};

/// Hands each record to several sinks.
///
/// Every sink gets every record and every flush, whatever the ones before it answered. One error comes back as it is,
/// several as [`Several`](trace_core::TraceSinkErrorKind::Several), each in [`TraceSinkError::errors`].
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use trace_core::{TraceContext, TraceRecord, TraceSink, event::Custom};
/// use trace_sinks::{MemoryTraceSink, TeeTraceSink};
///
/// let (left, right) = (Arc::new(MemoryTraceSink::new()), Arc::new(MemoryTraceSink::new()));
/// let tee = TeeTraceSink::new([left.clone() as Arc<dyn TraceSink>, right.clone()]);
/// tee.append(&TraceRecord::new(TraceContext::default(), Custom::new("hello", 1.into())))?;
/// assert_eq!(left.records(), right.records());
/// # Ok::<(), trace_core::TraceSinkError>(())
/// ```
#[derive(Clone, Default)]
pub struct TeeTraceSink {
    sinks: Vec<Arc<dyn TraceSink>>,
}

impl TeeTraceSink {
    /// A tee over `sinks`, in this order.
    pub fn new(sinks: impl IntoIterator<Item = Arc<dyn TraceSink>>) -> Self {
        sinks.into_iter().collect()
    }

    fn each(
        &self,
        call: impl Fn(&Arc<dyn TraceSink>) -> Result<(), TraceSinkError>,
    ) -> Result<(), TraceSinkError> {
        TraceSinkError::collect(self.sinks.iter().filter_map(|sink| call(sink).err()))
    }
}

impl FromIterator<Arc<dyn TraceSink>> for TeeTraceSink {
    fn from_iter<I: IntoIterator<Item = Arc<dyn TraceSink>>>(sinks: I) -> Self {
        Self { sinks: sinks.into_iter().collect() }
    }
}

impl fmt::Debug for TeeTraceSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeeTraceSink").field("sinks", &self.sinks.len()).finish()
    }
}

impl TraceSink for TeeTraceSink {
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        self.each(|sink| sink.append(record))
    }

    fn flush(&self) -> Result<(), TraceSinkError> {
        self.each(TraceSink::flush)
    }
}
