//! A file that is deleted, renamed or replaced under its writer.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use trace_core::TraceSink;
use trace_sinks::JsonlTraceSink;

use crate::support::{read, record};

/// The time within which a change is noticed.
const NOTICED: Duration = Duration::from_millis(100);

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_deleted_file_is_created_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let sink = JsonlTraceSink::open(&path).unwrap();
    sink.append(&record(1, 0, 0)).unwrap();
    fs::remove_file(&path).unwrap();
    sleep(NOTICED);
    sink.append(&record(1, 1, 0)).unwrap();
    sink.flush().unwrap();
    assert_eq!(read(&path), (vec![(1, 1)], 0));
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_deleted_directory_is_created_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b/trace.jsonl");
    let sink = JsonlTraceSink::new(&path);
    sink.append(&record(1, 0, 0)).unwrap();
    fs::remove_dir_all(dir.path().join("a")).unwrap();
    sleep(NOTICED);
    sink.append(&record(1, 1, 0)).unwrap();
    assert_eq!(read(&path), (vec![(1, 1)], 0));
    assert_eq!((mode(&path), mode(&dir.path().join("a/b"))), (0o600, 0o700));
}

#[test]
fn a_renamed_file_keeps_its_records_and_the_path_gets_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let sink = JsonlTraceSink::new(&path);
    for round in 0..8 {
        sink.append(&record(1, round, 0)).unwrap();
        fs::rename(&path, dir.path().join(format!("moved.{round}"))).unwrap();
        sleep(NOTICED);
    }
    sink.append(&record(1, 8, 0)).unwrap();
    sink.flush().unwrap();
    for round in 0..8 {
        assert_eq!(read(&dir.path().join(format!("moved.{round}"))), (vec![(1, round)], 0));
    }
    assert_eq!(read(&path), (vec![(1, 8)], 0));
}

/// The deleted files below `dir` that this process has open.
#[cfg(target_os = "linux")]
fn open_and_deleted(dir: &Path) -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap();
    let targets = open.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
    targets.filter(|path| path.starts_with(dir) && path.to_string_lossy().ends_with(" (deleted)")).count()
}

#[test]
#[cfg(target_os = "linux")]
fn a_rotated_file_that_is_deleted_gives_its_room_back_without_a_flush() {
    let dir = tempfile::tempdir().unwrap();
    let (path, moved) = (dir.path().join("trace.jsonl"), dir.path().join("moved"));
    let sink = JsonlTraceSink::new(&path);
    sink.append(&record(1, 0, 0)).unwrap();
    fs::rename(&path, &moved).unwrap();
    sleep(NOTICED);
    sink.append(&record(1, 1, 0)).unwrap();
    fs::remove_file(&moved).unwrap();
    assert_eq!(open_and_deleted(dir.path()), 1);
    sleep(NOTICED);
    sink.append(&record(1, 2, 0)).unwrap();
    assert_eq!(open_and_deleted(dir.path()), 0);
    assert_eq!(read(&path), (vec![(1, 1), (1, 2)], 0));
}

#[test]
fn a_replaced_file_gets_the_next_record() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let sink = JsonlTraceSink::new(&path);
    sink.append(&record(1, 0, 0)).unwrap();
    let other = dir.path().join("other");
    fs::write(&other, "{\"of\":\"other\"}").unwrap();
    fs::rename(&other, &path).unwrap();
    sleep(NOTICED);
    sink.append(&record(1, 1, 0)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("{\"of\":\"other\"}\n{\"schema_version\""), "{text}");
}

#[test]
fn nothing_is_lost_while_the_file_is_renamed_under_load() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let sink = JsonlTraceSink::open(&path).unwrap();
    let count = std::thread::scope(|scope| {
        let appends = scope.spawn(|| {
            let mut n = 0;
            let end = std::time::Instant::now() + Duration::from_millis(600);
            while std::time::Instant::now() < end {
                sink.append(&record(1, n, 50)).unwrap();
                n += 1;
            }
            n
        });
        for round in 0..4 {
            sleep(Duration::from_millis(110));
            // On a busy machine the file may not have come back yet.
            let moved = fs::rename(&path, dir.path().join(format!("moved.{round}")));
            assert!(moved.is_ok() || round > 0);
        }
        appends.join().unwrap()
    });
    let mut found = Vec::new();
    for entry in fs::read_dir(dir.path()).unwrap() {
        let (good, bad) = read(&entry.unwrap().path());
        assert_eq!(bad, 0);
        found.extend(good);
    }
    found.sort_unstable();
    assert_eq!(found, (0..count as u64).map(|n| (1, n)).collect::<Vec<_>>());
}

#[test]
fn a_file_replaced_by_something_else_is_an_error_until_it_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let sink = JsonlTraceSink::new(&path);
    sink.append(&record(1, 0, 0)).unwrap();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    sleep(NOTICED);
    let error = sink.append(&record(1, 1, 0)).unwrap_err();
    assert!(error.to_string().contains("it is a directory"), "{error}");
    fs::remove_dir(&path).unwrap();
    sink.append(&record(1, 2, 0)).unwrap();
    assert_eq!(read(&path), (vec![(1, 2)], 0));
}
