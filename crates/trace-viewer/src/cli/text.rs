//! Foreign text on a terminal.

pub(super) use trace_viewer::plain::harmless;
