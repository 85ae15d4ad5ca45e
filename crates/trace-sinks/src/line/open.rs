//! An open trace file: what may be opened, where it still is, how it ends.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use trace_core::{TraceSinkError, TraceSinkErrorKind};

use super::os::{self, FileId};
use super::{Line, TornTail, advice};

/// A regular file, open for appending.
#[derive(Debug)]
pub(crate) struct OpenFile {
    file: File,
    id: FileId,
    torn: TornTail,
    name_is_durable: AtomicBool,
    sync_failed: AtomicBool,
}

impl OpenFile {
    /// Opens the file, and creates it and its directories where they are missing.
    pub(crate) fn open(path: &Path) -> Result<Self, TraceSinkError> {
        if let Ok(found) = fs::symlink_metadata(path) {
            refuse_special(path, &found)?;
        }
        let file = open_or_create(path)?;
        let metadata = file.metadata().map_err(|error| cannot_open(path, error))?;
        refuse_special(path, &metadata)?;
        let open = Self {
            id: FileId::of(&metadata),
            torn: TornTail::default(),
            name_is_durable: AtomicBool::new(false),
            sync_failed: AtomicBool::new(false),
            file,
        };
        open.look_at_tail();
        Ok(open)
    }

    /// Whether `path` still leads here. A directory that may not be searched any more is no reason to leave the file.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_file() && FileId::of(&found) == self.id => {
                self.look_at_tail();
                true
            }
            Ok(_) => false,
            Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
        }
    }

    /// Remembers a fragment at the end, which a killed writer or a cut left behind.
    ///
    /// What another process is writing at this moment ends like a fragment too. Linux lets a write of nothing wait for the
    /// write before it; a fragment has the same length behind it. Where that does not hold, a blank line is the worst.
    fn look_at_tail(&self) {
        let Some(end) = self.fragment_end() else { return };
        let waited = (&self.file).write(&[]);
        if waited.is_err() || self.fragment_end() == Some(end) {
            self.torn.set();
        }
    }

    /// The file's length, if its last byte is no newline.
    fn fragment_end(&self) -> Option<u64> {
        let len = self.file.metadata().ok()?.len();
        let mut last = [b'\n'];
        let read = os::read_at(&self.file, &mut last, len.checked_sub(1)?).ok()?;
        (read == 1 && last != [b'\n']).then_some(len)
    }

    /// Appends one line.
    pub(crate) fn write(&self, line: Line<'_>, path: &Path) -> Result<(), TraceSinkError> {
        self.torn.write(&self.file, line, format_args!("trace file {}", path.display()))
    }

    /// Brings the content to durable storage, and the first time the name.
    pub(crate) fn sync(&self, path: &Path) -> Result<(), TraceSinkError> {
        if self.sync_failed.load(Ordering::Relaxed) {
            let path = path.display();
            let message = format!(
                "an earlier sync of trace file {path} failed, it may miss records; move it away to begin a new one"
            );
            return Err(TraceSinkError::new(TraceSinkErrorKind::Io, message));
        }
        self.file.sync_all().map_err(|error| {
            // The system forgets which pages it could not write: a second try would succeed and prove nothing.
            self.sync_failed.store(true, Ordering::Relaxed);
            cannot_sync(path, error)
        })?;
        self.sync_name(path).map_err(|error| cannot_sync(path, error))
    }

    fn sync_name(&self, path: &Path) -> io::Result<()> {
        if !self.name_is_durable.load(Ordering::Relaxed) {
            os::sync_directory(parent(path).unwrap_or(Path::new(".")))?;
            self.name_is_durable.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Brings the content of a file that stands elsewhere now to durable storage.
    pub(crate) fn sync_left(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Whether any name leads here.
    pub(crate) fn has_name(&self) -> bool {
        self.file.metadata().is_ok_and(|metadata| os::has_name(&metadata))
    }
}

fn parent(path: &Path) -> Option<&Path> {
    path.parent().filter(|parent| !parent.as_os_str().is_empty())
}

fn open_or_create(path: &Path) -> Result<File, TraceSinkError> {
    let opened = match open_append(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            create_parent(path)?;
            open_append(path)
        }
        result => result,
    };
    opened.map_err(|error| cannot_open(path, error))
}

fn open_append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    os::restrict_file(&mut options);
    options.open(path)
}

fn create_parent(path: &Path) -> Result<(), TraceSinkError> {
    let Some(parent) = parent(path) else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    os::restrict_directory(&mut builder);
    builder.create(parent).map_err(|error| {
        let advice = advice(error.kind());
        let (directory, path) = (parent.display(), path.display());
        TraceSinkError::io(
            format!("cannot create directory {directory} for trace file {path}{advice}"),
            error,
        )
    })
}

fn refuse_special(path: &Path, metadata: &Metadata) -> Result<(), TraceSinkError> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    let (what, advice) = if kind.is_dir() {
        ("a directory", "name a file in it")
    } else if kind.is_symlink() {
        ("a symbolic link", "name the file that it leads to")
    } else {
        (os::special_type(metadata), "name a regular file")
    };
    let message = format!("cannot open trace file {}: it is {what}; {advice}", path.display());
    Err(TraceSinkError::new(TraceSinkErrorKind::Io, message))
}

fn cannot_open(path: &Path, error: io::Error) -> TraceSinkError {
    let advice = advice(error.kind());
    TraceSinkError::io(format!("cannot open trace file {}{advice}", path.display()), error)
}

pub(crate) fn cannot_sync(path: &Path, error: io::Error) -> TraceSinkError {
    let advice = advice(error.kind());
    TraceSinkError::io(
        format!("cannot sync trace file {}{advice}; it may miss records", path.display()),
        error,
    )
}
