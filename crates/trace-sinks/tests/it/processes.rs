//! Several threads and processes on one path.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use trace_core::TraceSink;
use trace_sinks::JsonlTraceSink;

use crate::children::child;
use crate::support::{read, record};

fn assert_complete(path: &Path, writers: u64, count: u64) {
    let (found, bad) = read(path);
    assert_eq!(bad, 0);
    assert_eq!(found.len() as u64, writers * count, "repeated or missing");
    let distinct: BTreeSet<_> = found.into_iter().collect();
    let expected: BTreeSet<_> = (0..writers).flat_map(|w| (0..count).map(move |n| (w, n))).collect();
    assert_eq!(distinct, expected);
}

#[test]
fn eight_processes_damage_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("new/trace.jsonl");
    let mut children: Vec<_> = (0..8)
        .map(|w| child("append", &[path.to_str().unwrap(), &w.to_string(), "2000"], "").spawn().unwrap())
        .collect();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    assert_complete(&path, 8, 2000);
}

#[test]
fn threads_with_one_sink_and_with_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let shared = JsonlTraceSink::new(&path);
    thread::scope(|scope| {
        for w in 0..6 {
            let (shared, path) = (&shared, &path);
            scope.spawn(move || {
                let own = JsonlTraceSink::new(path);
                let sink: &dyn TraceSink = if w % 2 == 0 { shared } else { &own };
                for n in 0..1500 {
                    sink.append(&record(w, n, n % 900)).unwrap();
                }
            });
        }
    });
    assert_complete(&path, 6, 1500);
}

#[test]
fn what_a_killed_writer_had_appended_is_there_and_the_next_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let mut taken = BTreeSet::new();
    for (writer, padding) in [(0_u32, 100), (1, 8_000), (2, 250_000), (3, 1_000_000)] {
        let mut child =
            child("append-forever", &[path.to_str().unwrap(), &writer.to_string(), &padding.to_string()], "")
                .spawn()
                .unwrap();
        let reader = BufReader::new(child.stdout.take().unwrap());
        let answers = thread::spawn(move || reader.lines().map_while(Result::ok).collect::<Vec<_>>());
        thread::sleep(Duration::from_millis(150));
        child.kill().unwrap();
        child.wait().unwrap();
        let numbers = answers.join().unwrap().into_iter();
        let numbers = numbers.filter_map(|line| line.strip_prefix("taken ")?.parse::<u64>().ok());
        taken.extend(numbers.map(|n| (u64::from(writer), n)));
    }
    JsonlTraceSink::new(&path).append(&record(9, 0, 0)).unwrap();
    let (found, bad) = read(&path);
    assert!(bad <= 4, "{bad} damaged lines after 4 kills");
    assert_eq!(found.last(), Some(&(9, 0)));
    let distinct: BTreeSet<_> = found.iter().copied().collect();
    assert_eq!(distinct.len(), found.len(), "a record stands twice");
    assert!(taken.len() > 4, "the writers wrote");
    assert_eq!(taken.difference(&distinct).count(), 0, "a taken record is missing");
}

#[test]
fn modes_do_not_depend_on_the_umask() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b/trace.jsonl");
    // The child's umask is 000.
    assert!(child("append", &[path.to_str().unwrap(), "0", "1"], "").status().unwrap().success());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&dir.path().join("a/b")), 0o700);
    assert_eq!(mode(&dir.path().join("a")), 0o700);
}
