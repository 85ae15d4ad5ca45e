//! Pages in a browser.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{Call, root, target, target_folder};

/// Where these tests are.
pub(crate) const FOLDER: &str = "crates/trace-viewer/tests/page";
/// Traces whose truth is known: the page's tree must match it.
const WITH_TRUTH: [&str; 2] =
    ["crates/trace-core/tests/data/seed-v2-1k", "crates/trace-core/tests/data/seed-v2-10k"];
/// Folders with traces: what attacks a page, what its timeline and its transcript must show, and the example.
const FOLDERS: [&str; 5] = [
    "crates/trace-viewer/tests/data/xss",
    "crates/trace-viewer/tests/data/xss-v2",
    "crates/trace-viewer/tests/data/timeline",
    "crates/trace-viewer/tests/data/reading",
    "examples/agent",
];

/// Installs the bundler, the browser's driver and the accessibility checker.
pub(crate) fn node_modules() -> Result<(), String> {
    let modules = root().join(FOLDER).join("node_modules");
    if ["esbuild", "playwright-core", "axe-core", "terser"]
        .iter()
        .all(|package| modules.join(package).exists())
    {
        return Ok(());
    }
    Call::new("npm ci --silent --no-audit --no-fund").within(FOLDER).run()
}

/// Makes what the page ships from its source.
pub(crate) fn assets() -> Result<(), String> {
    node_modules()?;
    Call::new("npm run --silent build").within(FOLDER).run()
}

/// Checks that what ships is what its source gives, runs the tests of the page's modules, then those of whole pages.
pub(super) fn run() -> Result<(), String> {
    node_modules()?;
    Call::new("npm run --silent check").within(FOLDER).run()?;
    Call::new("npm run --silent unit").within(FOLDER).run()?;
    Call::new("cargo build --locked --quiet --package trace-viewer").run()?;
    let pages = target_folder("pages")?;
    empty(&pages)?;
    for trace in traces()? {
        render(&trace, &pages)?;
    }
    for trace in WITH_TRUTH {
        let trace = root().join(trace);
        render(&trace.with_extension("jsonl.gz"), &pages)?;
        let truth = Call::new("gzip -dc").arg(trace.with_extension("truth.json.gz")).output()?;
        let name = trace.file_name().unwrap_or_default();
        let path = pages.join(format!("{}.truth.json", name.display()));
        fs::write(&path, truth).map_err(|cause| format!("cannot write {}: {cause}", path.display()))?;
    }
    render(&many_rows()?, &pages)?;
    Call::new("node run.mjs").arg(pages).within(FOLDER).run()
}

/// A trace of so many rows that its page scales the list's scroll height.
fn many_rows() -> Result<PathBuf, String> {
    let path = target_folder("data")?.join("many-rows.jsonl");
    let lines: Vec<String> =
        (0..200_000).map(|row| format!("{{\"row\":{row},\"text\":\"needle-{row}\"}}\n")).collect();
    let text = lines.concat();
    fs::write(&path, text).map_err(|cause| format!("cannot write {}: {cause}", path.display()))?;
    Ok(path)
}

fn empty(folder: &Path) -> Result<(), String> {
    let remove = || fs::remove_dir_all(folder).and_then(|()| fs::create_dir(folder));
    remove().map_err(|cause| format!("cannot empty {}: {cause}", folder.display()))
}

fn traces() -> Result<Vec<PathBuf>, String> {
    let mut traces = Vec::new();
    for folder in FOLDERS {
        let folder = root().join(folder);
        let entries =
            fs::read_dir(&folder).map_err(|cause| format!("cannot read {}: {cause}", folder.display()))?;
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        traces.extend(paths.filter(|path| is_trace(path)));
    }
    traces.sort();
    Ok(traces)
}

fn is_trace(path: &Path) -> bool {
    let ends = |path: &Path, ending: &str| path.extension().is_some_and(|extension| extension == ending);
    ends(path, "jsonl")
        || (ends(path, "gz") && path.file_stem().is_some_and(|stem| ends(stem.as_ref(), "jsonl")))
}

/// One page, named after the trace's folder and file.
fn render(trace: &Path, pages: &Path) -> Result<(), String> {
    let name = |path: &Path| path.file_name().map_or_else(String::new, |name| name.display().to_string());
    let folder = trace.parent().map(name).unwrap_or_default();
    let file = name(trace);
    let stem = file.trim_end_matches(".gz").trim_end_matches(".jsonl");
    let page = if folder == "data" { format!("{stem}.html") } else { format!("{folder}-{stem}.html") };
    let viewer = target().join("debug/trace-viewer");
    Call::program(viewer, "--no-progress --out").arg(pages.join(page)).arg(trace).output().map(drop)
}
