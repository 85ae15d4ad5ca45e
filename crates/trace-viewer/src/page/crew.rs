//! Threads that pack blocks while the next ones are read. The order and the bytes do not depend on how many there are.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::pack::Packer;

/// More threads than this would only wait for the one that reads.
const MOST: usize = 4;

/// A packed block.
#[derive(Debug)]
pub(super) struct Packed {
    /// In base64, as it stands in the page.
    pub(super) body: String,
    /// SHA-256 of the packed bytes.
    pub(super) digest: [u8; 32],
    /// What was packed, so that its memory is used again.
    pub(super) raw: Vec<u8>,
}

/// Packs blocks: what is given first comes back first.
#[derive(Debug)]
pub(super) struct Crew {
    workers: Vec<Worker>,
    given: usize,
    taken: usize,
    /// For want of workers.
    own: Option<Packer>,
    packed: VecDeque<Packed>,
}

#[derive(Debug)]
struct Worker {
    blocks: SyncSender<Vec<u8>>,
    packed: Receiver<Packed>,
}

impl Crew {
    /// As many workers as there are processors to run them beside the reader.
    pub(super) fn new() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self::of(if processors == 1 { 0 } else { processors.min(MOST) })
    }

    /// So many workers, or fewer if the system has no more threads to give.
    pub(super) fn of(workers: usize) -> Self {
        let workers = (0..workers).map_while(|_| Worker::start().ok()).collect();
        Self { workers, given: 0, taken: 0, own: None, packed: VecDeque::new() }
    }

    /// Gives a block away to be packed.
    pub(super) fn give(&mut self, raw: Vec<u8>) -> io::Result<()> {
        if self.workers.is_empty() {
            let press = self.own.get_or_insert_default();
            self.packed.push_back(pressed(press, raw));
        } else {
            let worker = &self.workers[self.given % self.workers.len()];
            worker.blocks.send(raw).map_err(|_| stopped())?;
        }
        self.given += 1;
        Ok(())
    }

    /// The next block, waiting for it if `all` are wanted or if there are as many under way as there may be.
    pub(super) fn take(&mut self, all: bool) -> Option<io::Result<Packed>> {
        let under_way = self.given - self.taken;
        if under_way == 0 || (!all && under_way <= self.workers.len()) {
            return None;
        }
        let packed = match self.workers.len() {
            0 => Ok(self.packed.pop_front()?),
            workers => self.workers[self.taken % workers].packed.recv().map_err(|_| stopped()),
        };
        self.taken += 1;
        Some(packed)
    }
}

impl Worker {
    fn start() -> io::Result<Self> {
        let (blocks, to_pack) = sync_channel::<Vec<u8>>(2);
        let (done, packed) = sync_channel(2);
        thread::Builder::new().name("pack".to_owned()).spawn(move || {
            let mut press = Packer::default();
            for raw in to_pack {
                if done.send(pressed(&mut press, raw)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { blocks, packed })
    }
}

fn pressed(press: &mut Packer, raw: Vec<u8>) -> Packed {
    let packed = press.pack(&raw);
    Packed { body: STANDARD.encode(&packed), digest: Sha256::digest(&packed).into(), raw }
}

fn stopped() -> io::Error {
    io::Error::other("a thread that packs records has stopped")
}
