//! Record schema, sink trait, reader, recorder and execution graphs of an agent flight recorder.
