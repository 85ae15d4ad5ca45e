//! Files that end within a line.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use trace_core::TraceSink;
use trace_sinks::JsonlTraceSink;

use crate::children::{answers, child_after};
use crate::support::{read, record};

#[test]
fn a_newline_stands_between_a_torn_tail_and_the_next_record() {
    let dir = tempfile::tempdir().unwrap();
    let whole = serde_json::to_string(&record(1, 0, 0)).unwrap();
    for torn in ["{\"schema_ver", "{\"a\":\"\u{e9}", "x", &whole] {
        let path = dir.path().join("trace.jsonl");
        fs::write(&path, torn).unwrap();
        let sink = JsonlTraceSink::open(&path).unwrap();
        let next = [record(2, 0, 0), record(2, 1, 0)];
        for record in &next {
            sink.append(record).unwrap();
        }
        let lines = next.map(|record| serde_json::to_string(&record).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{torn}\n{}\n{}\n", lines[0], lines[1]));
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn every_length_of_a_cut_file_keeps_the_next_record_apart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let sink = JsonlTraceSink::new(&path);
    (0..3).for_each(|n| sink.append(&record(1, n, 0)).unwrap());
    let bytes = fs::read(&path).unwrap();
    for len in 0..bytes.len() {
        fs::write(&path, &bytes[..len]).unwrap();
        JsonlTraceSink::new(&path).append(&record(2, 0, 0)).unwrap();
        let text = fs::read(&path).unwrap();
        assert_eq!(text[..len], bytes[..len], "nothing is deleted");
        let (found, bad) = read(&path);
        assert_eq!(found.last(), Some(&(2, 0)), "cut at {len}");
        assert!(bad <= 1);
        assert!(!text.windows(2).any(|pair| pair == b"\n\n"), "no blank line");
    }
}

#[test]
fn a_fragment_or_a_cut_that_comes_later_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let sink = JsonlTraceSink::new(&path);
    sink.append(&record(1, 0, 0)).unwrap();
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"frag").unwrap();
    sleep(Duration::from_millis(100));
    sink.append(&record(1, 1, 0)).unwrap();
    assert_eq!(read(&path), (vec![(1, 0), (1, 1)], 1));
    OpenOptions::new().write(true).open(&path).unwrap().set_len(20).unwrap();
    sleep(Duration::from_millis(100));
    sink.append(&record(1, 2, 0)).unwrap();
    assert_eq!(read(&path), (vec![(1, 2)], 1));
}

#[test]
fn a_record_cut_short_by_a_size_limit_is_reported_and_kept_apart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trace.jsonl");
    let limit = "trap '' XFSZ; ulimit -f 20";
    let output =
        child_after(limit, "append-anyway", &[path.to_str().unwrap(), "10", "3000"], "").output().unwrap();
    let answers = answers(&output.stdout);
    assert_eq!(answers.len(), 10, "{output:?}");
    assert_eq!(answers[..3], ["ok"; 3]);
    assert!(answers[3].contains("bytes of a record were written to trace file"), "{answers:?}");
    assert!(answers[4..].iter().all(|text| text.contains("it reached a size limit")), "{answers:?}");

    JsonlTraceSink::new(&path).append(&record(2, 0, 0)).unwrap();
    assert_eq!(read(&path), (vec![(1, 0), (1, 1), (1, 2), (2, 0)], 1));
}
