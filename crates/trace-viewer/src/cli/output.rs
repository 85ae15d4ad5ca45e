//! Where a page goes, and how it gets there whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use trace_viewer::render::{Outcome, RenderError};

use super::report::Failure;

/// Where a page goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A file, replaced in one step.
    File(PathBuf),
    /// Standard output.
    Stdout,
}

/// The page's name beside a trace: its endings `.jsonl`, `.log` and `.gz` give way to `.html`.
pub(super) fn page_beside(trace: &Path) -> PathBuf {
    let mut stem = trace.to_owned();
    while let (Some(ending), Some(_)) = (stem.extension(), stem.file_stem())
        && ["jsonl", "log", "gz"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    {
        stem.set_extension("");
    }
    let mut name = stem.file_name().unwrap_or_default().to_owned();
    name.push(".html");
    stem.with_file_name(name)
}

/// Writes a page under a temporary name in its directory and gives it its name when it is complete.
pub(super) fn replace(
    path: &Path,
    make: impl FnOnce(&mut dyn Write, File) -> Result<Outcome, RenderError>,
) -> Result<(Outcome, u64), Failure> {
    let failed = |source| Failure::Output { path: path.to_owned(), source };
    if path.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let spool = tempfile::tempfile_in(directory).map_err(failed)?;
    let page = tempfile::Builder::new()
        .prefix(".trace-viewer-")
        .suffix(".tmp")
        .tempfile_in(directory)
        .map_err(failed)?;
    let mut out = BufWriter::with_capacity(1 << 16, page);
    let outcome = make(&mut out, spool).map_err(|error| match error {
        RenderError::Page(source) | RenderError::Spool(source) => failed(source),
        other => Failure::Render(other),
    })?;
    let page = out.into_inner().map_err(|error| failed(error.into_error()))?;
    let bytes = page.as_file().metadata().map_err(failed)?.len();
    page.persist(path).map_err(|error| failed(error.error))?;
    Ok((outcome, bytes))
}

/// Whether two paths lead to one file, also through links.
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    let same_path = || Some(one.canonicalize().ok()? == other.canonicalize().ok()?);
    same_path().unwrap_or(false) || same_inode(one, other).unwrap_or(false)
}

#[cfg(unix)]
fn same_inode(one: &Path, other: &Path) -> Option<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (one, other) = (one.metadata().ok()?, other.metadata().ok()?);
    Some((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

#[cfg(not(unix))]
fn same_inode(_: &Path, _: &Path) -> Option<bool> {
    None
}
