//! Everything a runtime needs to record: the same names as at the crate's root.

#[doc(inline)]
pub use trace_core::*;
#[cfg(feature = "sinks")]
#[doc(inline)]
pub use trace_sinks::*;
