//! What every sink is, checked at compile time.

use std::fmt::Debug;
use std::panic::{RefUnwindSafe, UnwindSafe};

use trace_core::{NullTraceSink, TraceSink};
use trace_sinks::{FilterTraceSink, JsonlTraceSink, MemoryTraceSink, StderrTraceSink, TeeTraceSink};

fn is_sink<S: TraceSink + Send + Sync + Unpin + Debug + 'static>() {}
fn is_unwind_safe<S: UnwindSafe + RefUnwindSafe>() {}

#[test]
fn sinks_cross_threads() {
    is_sink::<JsonlTraceSink>();
    is_sink::<StderrTraceSink>();
    is_sink::<MemoryTraceSink>();
    is_sink::<TeeTraceSink>();
    is_sink::<FilterTraceSink<NullTraceSink>>();
    is_unwind_safe::<JsonlTraceSink>();
    is_unwind_safe::<StderrTraceSink>();
    is_unwind_safe::<MemoryTraceSink>();
}
