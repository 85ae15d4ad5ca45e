//! `trace-viewer demo`.

use std::path::PathBuf;

use trace_viewer::input::Source;
use trace_viewer::slice::Slice;

use super::Exit;
use super::args::DemoArgs;
use super::output::Target;
use super::render::{Job, execute};
use super::report::Failure;

/// The example agent's trace, compressed.
const TRACE: &[u8] = include_bytes!("../../assets/demo.jsonl.gz");

/// Renders the embedded trace, by default to `trace-demo.html` in the current directory.
pub(super) fn run(args: &DemoArgs) -> Result<Exit, Failure> {
    let target = match (&args.target.out, args.target.stdout) {
        (_, true) => Target::Stdout,
        (Some(out), false) => Target::File { path: out.clone(), named: true },
        (None, false) => Target::File { path: PathBuf::from("trace-demo.html"), named: false },
    };
    execute(&Job {
        sources: vec![Source::Bytes("demo.jsonl.gz", TRACE)],
        target,
        title: Some("A small agent reviews a project's documents".to_owned()),
        strict: false,
        prices: None,
        slice: Slice::default(),
        max_size: None,
        progress: false,
        open: args.target.open,
    })
}
