//! Where a page or another document goes, and how it gets there whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use trace_viewer::chrome;
use trace_viewer::input::Source;
use trace_viewer::render::{Outcome, RenderError};

use super::Exit;
use super::progress::Bar;
use super::report::{self, Failure};

/// A sort of file that the program writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Document {
    /// What it is called.
    pub(super) word: &'static str,
    /// The end of its name, where that is derived from an input's.
    pub(super) ending: &'static str,
    /// What is near its beginning, and in no other sort of file.
    mark: &'static str,
    /// Whether the sessions and failures in it are counted.
    is_counted: bool,
}

/// The page.
pub(super) const PAGE: Document = Document {
    word: "page",
    ending: ".html",
    mark: r#"<meta name="generator" content="trace-viewer">"#,
    is_counted: true,
};

/// Chrome's events.
pub(super) const CHROME: Document =
    Document { word: "export", ending: ".chrome.json", mark: chrome::OPENING, is_counted: true };

/// Spans.
#[cfg(feature = "otel")]
pub(super) const SPANS: Document =
    Document { word: "export", ending: ".otlp.jsonl", mark: "{\"resourceSpans\":", is_counted: false };

/// Where a document goes.
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

impl Target {
    /// Where a document goes: what the user chose, or else beside the first input; never over an input.
    pub(super) fn choose(
        out: Option<&Path>,
        stdout: bool,
        sources: &[Source],
        document: Document,
    ) -> Result<Self, Failure> {
        let (path, named) = match (out, sources.first()) {
            _ if stdout => return Ok(Self::Stdout),
            (Some(out), _) => (out.to_owned(), true),
            (None, Some(Source::File(input))) => (beside(input, document), false),
            (None, Some(Source::Stdin | Source::Bytes(..)) | None) => return Err(Failure::NoTarget),
        };
        let is_path = |source: &Source| matches!(source, Source::File(file) if is_same_file(file, &path));
        if sources.iter().any(is_path) {
            return Err(Failure::OverInput(path));
        }
        Ok(Self::File { path, named })
    }
}

/// Makes a document of the sources and says what was made.
pub(super) fn produce(
    sources: &[Source],
    target: &Target,
    document: Document,
    progress: bool,
    make: impl FnOnce(&mut dyn Write, File, &mut Bar) -> Result<Outcome, Failure>,
) -> Result<Exit, Failure> {
    for source in sources {
        source.check().map_err(RenderError::Input)?;
    }
    let mut bar = Bar::new(progress && io::stderr().is_terminal());
    let make = |out: &mut dyn Write, spool| make(out, spool, &mut bar);
    let (outcome, bytes) = match target {
        Target::Stdout => (to_stdout(make)?, 0),
        Target::File { path, named } => replace(path, *named, document, make)?,
    };
    drop(bar);
    if let Target::File { path, .. } = target {
        report::written(path, bytes, &outcome, document.is_counted);
    }
    report::findings(&outcome);
    Ok(if outcome.finding_count == 0 { Exit::Done } else { Exit::Damaged })
}

fn to_stdout(
    make: impl FnOnce(&mut dyn Write, File) -> Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    let spool = tempfile::tempfile().map_err(RenderError::Spool)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match make(&mut out, spool) {
        Err(Failure::Render(RenderError::Page(error))) if error.kind() == io::ErrorKind::BrokenPipe => {
            Ok(Outcome::default())
        }
        other => other,
    }
}

/// The document's name beside a trace, whose endings `.jsonl`, `.log` and `.gz` give way to its own.
fn beside(trace: &Path, document: Document) -> PathBuf {
    let mut stem = trace.to_owned();
    while let (Some(ending), Some(_)) = (stem.extension(), stem.file_stem())
        && ["jsonl", "log", "gz"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    {
        stem.set_extension("");
    }
    let mut name = stem.file_name().unwrap_or_default().to_owned();
    name.push(document.ending);
    stem.with_file_name(name)
}

/// The place behind a document's path, links followed, if a document may be put there.
///
/// A path that was `named` by the user may hold any file, as with other programs; one that was derived from an input's name
/// may hold an earlier document of that sort only.
fn place(path: &Path, named: bool, document: Document) -> Result<PathBuf, Failure> {
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
    if !named && metadata.len() > 0 && !document.is_at(&place).map_err(failed)? {
        return Err(Failure::OverOther { path: path.to_owned(), word: document.word });
    }
    Ok(place)
}

impl Document {
    /// Whether a file is such a document of this program.
    fn is_at(self, path: &Path) -> io::Result<bool> {
        let mut head = Vec::new();
        File::open(path)?.take(2048).read_to_end(&mut head)?;
        Ok(String::from_utf8_lossy(&head).contains(self.mark))
    }
}

/// Writes a document under a temporary name in its directory and gives it its name when it is complete.
fn replace(
    path: &Path,
    named: bool,
    document: Document,
    make: impl FnOnce(&mut dyn Write, File) -> Result<Outcome, Failure>,
) -> Result<(Outcome, u64), Failure> {
    let place = place(path, named, document)?;
    let failed = |source| Failure::Output { path: path.to_owned(), source };
    let directory = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let spool = tempfile::tempfile_in(directory).map_err(failed)?;
    let mut out =
        BufWriter::with_capacity(1 << 16, Unfinished { directory: directory.to_owned(), file: None });
    let outcome = make(&mut out, spool).map_err(|error| match error {
        Failure::Render(RenderError::Page(source) | RenderError::Spool(source)) => failed(source),
        other => other,
    })?;
    let mut unfinished = out.into_inner().map_err(|error| failed(error.into_error()))?;
    let file = unfinished.take_file().map_err(failed)?;
    let bytes = file.as_file().metadata().map_err(failed)?.len();
    file.persist(place).map_err(|error| failed(error.error))?;
    Ok((outcome, bytes))
}

/// A document without its name. Its file is made with its first byte, so that nothing is left when reading is interrupted.
struct Unfinished {
    directory: PathBuf,
    file: Option<NamedTempFile>,
}

impl Unfinished {
    fn take_file(&mut self) -> io::Result<NamedTempFile> {
        let new =
            || tempfile::Builder::new().prefix(".trace-viewer-").suffix(".tmp").tempfile_in(&self.directory);
        self.file.take().map_or_else(new, Ok)
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut file = self.take_file()?;
        let written = file.write(bytes);
        self.file = Some(file);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

/// Whether two paths lead to one file, also through links.
fn is_same_file(one: &Path, other: &Path) -> bool {
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
