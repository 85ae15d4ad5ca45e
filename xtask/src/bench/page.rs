//! Pages in a browser: how soon they open, and how fast they answer.

use std::path::{Path, PathBuf};

use crate::process::{Call, target, target_folder};
use crate::test::{PAGE_TESTS, node_modules};

/// A table with a column for each trace.
pub(super) fn measure(traces: &[PathBuf]) -> Result<String, String> {
    node_modules()?;
    Call::new("cargo build --quiet --locked --release --package trace-viewer").run()?;
    let mut call = Call::new("node bench.mjs").within(PAGE_TESTS);
    for trace in traces {
        call = call.arg(rendered(trace)?);
    }
    call.output()
}

/// The trace's page, made anew.
fn rendered(trace: &Path) -> Result<PathBuf, String> {
    let name = trace.with_extension("html");
    let page = target_folder("bench")?.join(name.file_name().unwrap_or_default());
    let viewer = target().join("release/trace-viewer");
    Call::program(viewer, "--no-progress --out").arg(&page).arg(trace).output()?;
    Ok(page)
}
