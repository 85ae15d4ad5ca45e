//! Files that were moved away under their writer, until they are synced.

use std::io;
use std::sync::Arc;

use super::open::OpenFile;

/// More are synced at once.
const MOST_KEPT: usize = 4;

/// Files that were renamed or replaced and still hold records a flush has to make durable.
#[derive(Debug, Default)]
pub(crate) struct LeftFiles {
    files: Vec<Arc<OpenFile>>,
    error: Option<io::Error>,
}

impl LeftFiles {
    /// Keeps a file.
    pub(crate) fn push(&mut self, file: Arc<OpenFile>) {
        self.files.push(file);
        self.drop_nameless();
        if self.files.len() > MOST_KEPT {
            let oldest = self.files.remove(0);
            self.keep_error(oldest.sync_left());
        }
    }

    /// Closes files without a name: they are gone for every reader, and only take room.
    pub(crate) fn drop_nameless(&mut self) {
        self.files.retain(|file| file.has_name());
    }

    /// Syncs them all; the first error is told.
    pub(crate) fn sync(mut self) -> io::Result<()> {
        for file in std::mem::take(&mut self.files) {
            self.keep_error(file.sync_left());
        }
        self.error.map_or(Ok(()), Err)
    }

    fn keep_error(&mut self, result: io::Result<()>) {
        if let (None, Err(error)) = (&self.error, result) {
            self.error = Some(error);
        }
    }
}
