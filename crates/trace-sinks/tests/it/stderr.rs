//! Standard error, in a child process.

use std::io::Read;
use std::process::Stdio;

use crate::children::{answers, child, child_after};

/// What each append answered, and what came out on standard error.
fn run(count: usize, redirection: &str) -> (Vec<String>, Vec<u8>) {
    let output = child("stderr", &[&count.to_string()], redirection).stderr(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    (answers(&output.stdout), output.stderr)
}

#[test]
fn each_record_is_a_line() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("stderr");
    let (answers, _) = run(20, &format!("2>'{}'", path.display()));
    assert_eq!(answers, ["ok"; 20]);
    let (found, bad) = crate::support::read(&path);
    assert_eq!((found.len(), bad), (20, 0));
}

#[test]
fn a_closed_standard_error_is_survived() {
    // The runtime of Rust puts the null device in its place.
    assert_eq!(run(1, "2>&-").0, ["ok"]);
}

#[test]
fn one_that_cannot_be_written_to_is_an_error() {
    let (answers, _) = run(2, "2</dev/null");
    assert_eq!(answers.len(), 2);
    assert!(answers.iter().all(|text| text.starts_with("a record was not written to standard error | ")));
}

#[test]
fn without_a_free_descriptor_the_cause_is_named() {
    let mut child = child_after("ulimit -n 32", "stderr-without-descriptors", &[], "");
    let output = child.stderr(Stdio::piped()).output().unwrap();
    let answers = answers(&output.stdout);
    assert_eq!(answers.len(), 1, "{output:?}");
    let expected =
        "standard error cannot be used, a record was lost; close files or raise the limit of open files | ";
    assert!(answers[0].starts_with(expected), "{answers:?}");
}

#[test]
fn a_full_device_is_an_error() {
    let (answers, _) = run(2, "2>/dev/full");
    assert_eq!(answers.len(), 2);
    let expected = "a record was not written to standard error; free space on its disk | ";
    assert!(answers.iter().all(|text| text.starts_with(expected)), "{answers:?}");
}

#[test]
fn a_reader_that_left_is_an_error() {
    let mut child = child("stderr", &["400"], "").stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0];
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_exact(&mut first).unwrap();
    drop(stderr);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers = answers(&output.stdout);
    assert_eq!(answers.len(), 400);
    let expected = "a record was not written to standard error; nobody reads it any more | ";
    assert!(answers.last().unwrap().starts_with(expected), "{answers:?}");
}
