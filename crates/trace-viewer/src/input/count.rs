//! How far a stream has been read.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// A count that a reader keeps and others look at.
#[derive(Debug, Clone, Default)]
pub(super) struct Consumed(Rc<Cell<u64>>);

impl Consumed {
    pub(super) fn get(&self) -> u64 {
        self.0.get()
    }

    fn add(&self, bytes: usize) {
        self.0.set(self.0.get() + bytes as u64);
    }
}

/// Counts what is taken from a stream.
#[derive(Debug)]
pub(super) struct Counted<R> {
    inner: R,
    consumed: Consumed,
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R, consumed: Consumed) -> Self {
        Self { inner, consumed }
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.consumed.add(bytes);
        self.inner.consume(bytes);
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.inner.read(into)?;
        self.consumed.add(bytes);
        Ok(bytes)
    }
}
