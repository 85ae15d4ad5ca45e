//! Records into a file.

use std::cell::RefCell;
use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::Utc;
use uuid::Uuid;

use super::measure::{Case, cpu_timed, medians, nanos, rows, timed};
use super::sample;

const BATCH: u64 = 10_000;

/// What every sink must do at least: serialise into a kept buffer, write once to a kept descriptor.
struct Reference(File);

impl Reference {
    fn open(path: &Path) -> Self {
        Self(OpenOptions::new().create(true).append(true).open(path).expect("a scratch file"))
    }

    fn append(&self, record: &trace_core::TraceRecord) {
        thread_local! { static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) } }
        LINE.with_borrow_mut(|line| {
            line.clear();
            serde_json::to_writer(&mut *line, record).expect("a record is JSON");
            line.push(b'\n');
            (&self.0).write_all(line).expect("a scratch file takes lines");
        });
    }
}

/// Compares the JSONL sinks on one thread and on four.
pub fn run() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    println!("| records | sink | median of a record | to the reference |\n|---|---|--:|--:|");
    for threads in [1, 4] {
        for bytes in [330, 2048] {
            let record = sample::record(bytes);
            let theirs: lash_trace::TraceRecord = serde_json::from_str(&sample::line(&record))?;
            let scratch = Scratch { folder: folder.path().to_path_buf(), threads };
            let mut cases = [
                Case::new("reference", BATCH * threads, || scratch.reference(&record)),
                Case::new("ours", BATCH * threads, || scratch.ours(&record)),
                Case::new("lash-trace", BATCH * threads, || scratch.theirs(&theirs)),
            ];
            let results = medians(&mut cases, 11);
            let unit = if threads == 1 { "1 thread" } else { "4 threads, processor time" };
            print!("{}", rows(&format!("{} B, {unit}", sample::line(&record).len() + 1), &results, 0, nanos));
        }
    }
    Ok(())
}

struct Scratch {
    folder: PathBuf,
    threads: u64,
}

impl Scratch {
    fn reference(&self, record: &trace_core::TraceRecord) -> Duration {
        let sink = Reference::open(&self.file());
        self.race(record, refresh, |record| sink.append(record))
    }

    fn ours(&self, record: &trace_core::TraceRecord) -> Duration {
        let sink = trace_sinks::JsonlTraceSink::new(self.file());
        self.race(record, refresh, |record| {
            trace_core::TraceSink::append(&sink, record).expect("a scratch file takes lines");
        })
    }

    fn theirs(&self, record: &lash_trace::TraceRecord) -> Duration {
        let sink = lash_trace::JsonlTraceSink::new(self.file());
        let refresh = |record: &mut lash_trace::TraceRecord| {
            fresh_id(&mut record.id);
            record.timestamp = Utc::now().to_rfc3339();
        };
        self.race(record, refresh, |record| {
            lash_trace::TraceSink::append(&sink, record).expect("a scratch file takes lines");
        })
    }

    /// An empty file for one repetition.
    fn file(&self) -> PathBuf {
        let path = self.folder.join("trace.jsonl");
        let _ = std::fs::remove_file(&path);
        path
    }

    /// One thread is timed by the clock, several by the processor time of all.
    fn race<T: Clone + Send + Sync>(
        &self,
        record: &T,
        refresh: impl Fn(&mut T) + Sync,
        append: impl Fn(&T) + Sync,
    ) -> Duration {
        let one = || {
            let mut record = record.clone();
            for _ in 0..BATCH {
                refresh(&mut record);
                append(&record);
            }
        };
        if self.threads == 1 {
            return timed(one);
        }
        cpu_timed(|| {
            std::thread::scope(|scope| {
                for _ in 0..self.threads {
                    scope.spawn(one);
                }
            });
        })
    }
}

/// A fresh id and time, as every record has.
fn refresh(record: &mut trace_core::TraceRecord) {
    fresh_id(&mut record.id);
    record.timestamp = Utc::now();
}

fn fresh_id(id: &mut String) {
    let mut buffer = Uuid::encode_buffer();
    id.clear();
    id.push_str(Uuid::now_v7().hyphenated().encode_lower(&mut buffer));
}
