//! What the operating system is asked about files, by system.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

#[cfg(unix)]
mod imp {
    use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};

    use super::{DirBuilder, File, Metadata, OpenOptions, Path, io};

    /// Which file it is, whatever its name.
    #[derive(Debug, PartialEq, Eq)]
    pub(crate) struct FileId {
        device: u64,
        inode: u64,
    }

    impl FileId {
        pub(crate) fn of(metadata: &Metadata) -> Self {
            Self { device: metadata.dev(), inode: metadata.ino() }
        }
    }

    /// Only the owner may read it; neither a symbolic link is followed nor a FIFO waited for.
    pub(crate) fn restrict_file(options: &mut OpenOptions) {
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY);
    }

    pub(crate) fn restrict_directory(builder: &mut DirBuilder) {
        builder.mode(0o700);
    }

    pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        file.read_at(buffer, offset)
    }

    pub(crate) fn has_name(metadata: &Metadata) -> bool {
        metadata.nlink() > 0
    }

    /// A file system that has no sync for directories keeps names durable in its own way; a directory that may not be
    /// read is left to it too, for it can never be opened.
    pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
        let opened = match File::open(directory) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(()),
            result => result?,
        };
        match opened.sync_all() {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            result => result,
        }
    }

    /// Whether an error says that a descriptor is not open.
    pub(crate) fn is_closed(error: &io::Error) -> bool {
        error.raw_os_error() == Some(libc::EBADF)
    }

    /// Whether an error says that no more files can be open.
    pub(crate) fn is_out_of_descriptors(error: &io::Error) -> bool {
        matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
    }

    pub(crate) fn special_type(metadata: &Metadata) -> &'static str {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            "a FIFO"
        } else if kind.is_socket() {
            "a socket"
        } else {
            "a device"
        }
    }
}

#[cfg(not(unix))]
mod imp {
    use super::{DirBuilder, File, Metadata, OpenOptions, Path, io};

    /// Files are told apart on Unix only; elsewhere a replaced file is taken for the one it replaced.
    #[derive(Debug, PartialEq, Eq)]
    pub(crate) struct FileId;

    impl FileId {
        pub(crate) fn of(_metadata: &Metadata) -> Self {
            Self
        }
    }

    pub(crate) fn restrict_file(_options: &mut OpenOptions) {}

    pub(crate) fn restrict_directory(_builder: &mut DirBuilder) {}

    pub(crate) fn read_at(mut file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        use std::io::{Read, Seek, SeekFrom};
        file.seek(SeekFrom::Start(offset))?;
        file.read(buffer)
    }

    pub(crate) fn has_name(_metadata: &Metadata) -> bool {
        true
    }

    /// Directories cannot be synced here; the file system keeps names durable by itself.
    #[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
    pub(crate) fn sync_directory(_directory: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn is_closed(_error: &io::Error) -> bool {
        false
    }

    pub(crate) fn is_out_of_descriptors(_error: &io::Error) -> bool {
        false
    }

    pub(crate) fn special_type(_metadata: &Metadata) -> &'static str {
        "no regular file"
    }
}

pub(crate) use imp::*;
