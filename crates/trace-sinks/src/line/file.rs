//! A file that any number of threads and processes append to.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use trace_core::TraceSinkError;

use super::Line;
use super::left::LeftFiles;
use super::open::{OpenFile, cannot_sync};

/// How long an append trusts that the path still leads to the open file.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// One path, appended to with one write a line, followed when the file is deleted, renamed or replaced.
#[derive(Debug)]
pub(crate) struct SharedFile {
    path: PathBuf,
    // Appending threads share it; the one that opens or follows has it alone.
    state: RwLock<State>,
    // One flush at a time, so that none returns while another still syncs what it took.
    flushing: Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    open: Option<OpenAt>,
    left: LeftFiles,
}

/// The open file, and until when the path is taken to lead to it.
#[derive(Debug)]
struct OpenAt {
    file: Arc<OpenFile>,
    trusted_until: Instant,
}

impl SharedFile {
    /// A file that the first append opens.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, state: RwLock::default(), flushing: Mutex::default() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the file now, unless it is open.
    pub(crate) fn open(&self) -> Result<(), TraceSinkError> {
        self.write_state().follow(&self.path).map(|_| ())
    }

    /// Appends one line. After an error the next append looks where the file is.
    pub(crate) fn append(&self, line: Line<'_>) -> Result<(), TraceSinkError> {
        let result = self.with_open(|file| file.write(line, &self.path));
        if result.is_err()
            && let Some(open) = &mut self.write_state().open
        {
            open.trusted_until = Instant::now();
        }
        result
    }

    /// Hands over the file that the path leads to. Until `write` is done no flush takes stock, so that it syncs what is
    /// written, and nobody leaves the file.
    fn with_open(
        &self,
        write: impl FnOnce(&OpenFile) -> Result<(), TraceSinkError>,
    ) -> Result<(), TraceSinkError> {
        if let Some(open) = &self.read_state().open
            && Instant::now() < open.trusted_until
        {
            return write(&open.file);
        }
        let mut state = self.write_state();
        let file = state.follow(&self.path)?;
        let _held = RwLockWriteGuard::downgrade(state);
        write(&file)
    }

    /// Brings every appended line to durable storage. Appends go on meanwhile.
    pub(crate) fn flush(&self) -> Result<(), TraceSinkError> {
        let _turn = self.flushing.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, open) = {
            let mut state = self.write_state();
            (std::mem::take(&mut state.left), state.open.as_ref().map(|open| Arc::clone(&open.file)))
        };
        let left = left.sync().map_err(|error| cannot_sync(&self.path, error));
        let open = open.map_or(Ok(()), |open| open.sync(&self.path));
        TraceSinkError::collect([left, open].into_iter().filter_map(Result::err))
    }

    fn read_state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_state(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The file that `path` leads to now; looked up unless that was done a moment ago.
    fn follow(&mut self, path: &Path) -> Result<Arc<OpenFile>, TraceSinkError> {
        let now = Instant::now();
        let trusted_until = now + CHECK_INTERVAL;
        if let Some(open) = &self.open
            && now < open.trusted_until
        {
            return Ok(Arc::clone(&open.file));
        }
        self.left.drop_nameless();
        if let Some(open) = &mut self.open
            && open.file.is_at(path)
        {
            open.trusted_until = trusted_until;
            return Ok(Arc::clone(&open.file));
        }
        self.open.take().into_iter().for_each(|open| self.left.push(open.file));
        let file = Arc::new(OpenFile::open(path)?);
        self.open = Some(OpenAt { file: Arc::clone(&file), trusted_until });
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_flush_passes_a_write() {
        let dir = tempfile::tempdir().unwrap();
        let file = SharedFile::new(dir.path().join("trace.jsonl"));
        // The first append opens the file, the second trusts it.
        for _ in 0..2 {
            file.with_open(|_| {
                assert!(file.state.try_write().is_err(), "a flush could take stock");
                assert!(file.state.try_read().is_ok(), "other appends have to wait");
                Ok(())
            })
            .unwrap();
        }
        file.flush().unwrap();
    }
}
