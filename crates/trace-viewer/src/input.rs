//! Inputs: files, gzip and standard input, as bounded streams of bytes.
//!
//! Gzip is known by its first bytes, whatever the file is called; several members are read one after another, and the
//! name inside the header is ignored. One layer is opened, no more.

mod count;
mod error;
mod limit;
mod members;

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

pub use error::InputError;
pub use limit::InputLimits;

use count::{Consumed, Counted};
use limit::Limited;
use members::Members;

/// The first two bytes of gzip data.
const GZIP: [u8; 2] = [0x1F, 0x8B];
/// Bytes asked of a file at a time.
const BUFFER: usize = 64 * 1024;

/// Where an input comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes at hand, under a name.
    Bytes(&'static str, &'static [u8]),
}

/// An opened input: a bounded, decompressed stream.
pub struct Input {
    name: String,
    size: Option<u64>,
    consumed: Consumed,
    reader: Box<dyn BufRead>,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("name", &self.name).field("size", &self.size).finish_non_exhaustive()
    }
}

impl Input {
    /// Opens a source.
    ///
    /// # Errors
    ///
    /// It is missing, may not be read, or is no file.
    pub fn open(source: &Source, limits: InputLimits) -> Result<Self, InputError> {
        match source {
            Source::File(path) => {
                let (file, metadata) = open_file(path)?;
                let size = metadata.is_file().then_some(metadata.len());
                Self::new(source, size, file, limits)
            }
            Source::Stdin => Self::new(source, None, io::stdin(), limits),
            Source::Bytes(_, bytes) => {
                Self::new(source, Some(bytes.len() as u64), Cursor::new(*bytes), limits)
            }
        }
    }

    fn new(
        source: &Source,
        size: Option<u64>,
        bytes: impl Read + 'static,
        limits: InputLimits,
    ) -> Result<Self, InputError> {
        let consumed = Consumed::default();
        let raw = Counted::new(BufReader::with_capacity(BUFFER, bytes), consumed.clone());
        let (start, raw) =
            peek(raw).map_err(|error| InputError::Unreadable { name: source.to_string(), source: error })?;
        let reader: Box<dyn BufRead> = if start == GZIP {
            let plain = BufReader::with_capacity(BUFFER, Members::new(raw));
            let mut bounded = Limited::new(plain, limits, Some(consumed.clone()));
            // An error here comes again where the entries are read, and is told there.
            if bounded.fill_buf().is_ok_and(|start| start.starts_with(&GZIP)) {
                return Err(InputError::Nested { name: source.to_string() });
            }
            Box::new(bounded)
        } else {
            Box::new(Limited::new(raw, limits, None))
        };
        Ok(Self { name: source.name(), size, consumed, reader })
    }

    /// The file's name, without its directory.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes there are to read, before decompression, where that is known.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Counts the bytes read so far, before decompression.
    pub fn consumed(&self) -> impl Fn() -> u64 + use<> {
        let consumed = self.consumed.clone();
        move || consumed.get()
    }

    /// The stream.
    pub fn into_reader(self) -> Box<dyn BufRead> {
        self.reader
    }
}

impl Source {
    /// Sees whether there is something to open.
    ///
    /// # Errors
    ///
    /// It is missing or is no file.
    pub fn check(&self) -> Result<(), InputError> {
        match self {
            Self::File(path) => readable(path).map(drop),
            Self::Stdin | Self::Bytes(..) => Ok(()),
        }
    }

    /// Whether it can be read more than once: standard input and pipes cannot.
    pub fn can_be_read_again(&self) -> bool {
        match self {
            Self::File(path) => std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file()),
            Self::Stdin => false,
            Self::Bytes(..) => true,
        }
    }

    /// What the input is called: the file's name without its directory.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Self::Stdin => "standard input".to_owned(),
            Self::Bytes(name, _) => (*name).to_owned(),
        }
    }
}

/// The input as it was named: a file's path, for messages to whoever named it.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Stdin | Self::Bytes(..) => f.write_str(&self.name()),
        }
    }
}

fn open_file(path: &Path) -> Result<(File, Metadata), InputError> {
    // Looked at before it is opened: opening a device can have effects.
    let metadata = readable(path)?;
    let file = File::open(path).map_err(|error| InputError::opening(path.display().to_string(), error))?;
    Ok((file, metadata))
}

/// What a path leads to, if it is a file or a pipe.
fn readable(path: &Path) -> Result<Metadata, InputError> {
    let name = || path.display().to_string();
    let metadata = std::fs::metadata(path).map_err(|error| InputError::opening(name(), error))?;
    if metadata.is_dir() {
        return Err(InputError::Directory { name: name() });
    }
    if !metadata.is_file() && !is_pipe(&metadata) {
        return Err(InputError::Special { name: name() });
    }
    Ok(metadata)
}

#[cfg(unix)]
fn is_pipe(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    metadata.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

/// The first two bytes of a stream, and the whole stream.
fn peek<R: BufRead>(mut stream: R) -> io::Result<([u8; 2], impl BufRead)> {
    let mut start = Vec::with_capacity(2);
    stream.by_ref().take(2).read_to_end(&mut start)?;
    let two = [start.first().copied().unwrap_or(0), start.get(1).copied().unwrap_or(0)];
    Ok((two, Cursor::new(start).chain(stream)))
}
