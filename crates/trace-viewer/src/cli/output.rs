//! Where a page goes, and how it gets there whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use trace_viewer::render::{Outcome, RenderError};

use super::report::Failure;

/// Where a page goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A file, replaced in one step.
    File {
        /// The file.
        path: PathBuf,
        /// Whether the user named it; otherwise it is derived from an input's name.
        named: bool,
    },
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

/// The place behind a page's path, links followed, if a page may be put there.
///
/// A path that was `named` by the user may hold any file, as with other programs; one that was derived from an input's name
/// may hold a page only.
fn place(path: &Path, named: bool) -> Result<PathBuf, Failure> {
    let failed = |source| Failure::Output { path: path.to_owned(), source };
    if path.symlink_metadata().is_err() {
        return Ok(path.to_owned());
    }
    let place = path.canonicalize().map_err(failed)?;
    let metadata = place.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() {
        return Err(Failure::NoFile(path.to_owned()));
    }
    if !named && metadata.len() > 0 && !is_page(&place).map_err(failed)? {
        return Err(Failure::OverOther(path.to_owned()));
    }
    Ok(place)
}

/// Whether a file is a page of this program.
fn is_page(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(2048).read_to_end(&mut head)?;
    Ok(String::from_utf8_lossy(&head).contains(r#"<meta name="generator" content="trace-viewer">"#))
}

/// Writes a page under a temporary name in its directory and gives it its name when it is complete.
pub(super) fn replace(
    path: &Path,
    named: bool,
    make: impl FnOnce(&mut dyn Write, File) -> Result<Outcome, RenderError>,
) -> Result<(Outcome, u64), Failure> {
    let place = place(path, named)?;
    let failed = |source| Failure::Output { path: path.to_owned(), source };
    let directory = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let spool = tempfile::tempfile_in(directory).map_err(failed)?;
    let mut out =
        BufWriter::with_capacity(1 << 16, Unfinished { directory: directory.to_owned(), page: None });
    let outcome = make(&mut out, spool).map_err(|error| match error {
        RenderError::Page(source) | RenderError::Spool(source) => failed(source),
        other => Failure::Render(other),
    })?;
    let mut unfinished = out.into_inner().map_err(|error| failed(error.into_error()))?;
    let page = unfinished.take_page().map_err(failed)?;
    let bytes = page.as_file().metadata().map_err(failed)?.len();
    page.persist(place).map_err(|error| failed(error.error))?;
    Ok((outcome, bytes))
}

/// A page without its name. Its file is made with its first byte, so that nothing is left when reading is interrupted.
struct Unfinished {
    directory: PathBuf,
    page: Option<NamedTempFile>,
}

impl Unfinished {
    fn take_page(&mut self) -> io::Result<NamedTempFile> {
        let new =
            || tempfile::Builder::new().prefix(".trace-viewer-").suffix(".tmp").tempfile_in(&self.directory);
        self.page.take().map_or_else(new, Ok)
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut page = self.take_page()?;
        let written = page.write(bytes);
        self.page = Some(page);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.page.as_mut().map_or(Ok(()), Write::flush)
    }
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
