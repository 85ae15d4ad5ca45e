//! Places that cannot be written to.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use trace_core::{TraceSink, TraceSinkErrorKind};
use trace_sinks::JsonlTraceSink;

use crate::children::{answers, child};
use crate::support::{chain, record};

/// A user that owns nothing.
const NOBODY: u32 = 65534;

/// The error that both forms report, at once.
fn refusal(path: &Path) -> Vec<String> {
    let start = Instant::now();
    let error = JsonlTraceSink::open(path).unwrap_err();
    let lazy = JsonlTraceSink::new(path).append(&record(1, 0, 0)).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(1), "it waited");
    assert_eq!(chain(&error), chain(&lazy));
    assert_eq!(error.kind(), TraceSinkErrorKind::Io);
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    chain(&error)
}

#[test]
fn only_regular_files_are_written_to() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    assert!(Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
    let _listener = UnixListener::bind(at("socket")).unwrap();
    fs::write(at("victim"), "untouched").unwrap();
    symlink(at("victim"), at("link")).unwrap();
    symlink(at("nowhere"), at("dangling")).unwrap();

    assert!(refusal(dir.path())[0].ends_with("it is a directory; name a file in it"));
    assert!(refusal(&at("fifo"))[0].ends_with("it is a FIFO; name a regular file"));
    assert!(refusal(&at("socket"))[0].ends_with("it is a socket; name a regular file"));
    assert!(refusal(Path::new("/dev/full"))[0].ends_with("it is a device; name a regular file"));
    assert!(refusal(&at("link"))[0].ends_with("it is a symbolic link; name the file that it leads to"));
    assert!(refusal(&at("dangling"))[0].ends_with("it is a symbolic link; name the file that it leads to"));
    assert_eq!(fs::read_to_string(at("victim")).unwrap(), "untouched");
    assert!(!at("nowhere").exists());
}

#[test]
fn a_file_in_the_way_of_a_directory_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let texts = refusal(&file.join("trace.jsonl"));
    assert!(texts[0].starts_with("cannot open trace file "), "{texts:?}");
    assert_eq!(texts.len(), 2);
}

#[test]
fn impossible_paths_are_errors() {
    refusal(Path::new(""));
    refusal(Path::new("a\0b"));
    refusal(Path::new(&"x".repeat(5000)));
}

#[test]
fn the_cause_is_said_once_and_is_the_system_error() {
    let dir = tempfile::tempdir().unwrap();
    let error = JsonlTraceSink::open(dir.path().join("x".repeat(300))).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap();
    let cause = cause.downcast_ref::<io::Error>().unwrap();
    assert!(!error.to_string().contains(&cause.to_string()), "{error}");
}

#[test]
fn a_sink_recovers_when_the_place_does() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/trace.jsonl");
    fs::write(dir.path().join("a"), "in the way").unwrap();
    let sink = JsonlTraceSink::new(&path);
    sink.append(&record(1, 0, 0)).unwrap_err();
    fs::remove_file(dir.path().join("a")).unwrap();
    sink.append(&record(1, 1, 0)).unwrap();
    assert_eq!(crate::support::read(&path), (vec![(1, 1)], 0));
}

#[test]
fn a_directory_that_may_be_written_to_but_not_read_is_enough() {
    let dir = tempfile::tempdir().unwrap();
    let inbox = dir.path().join("inbox");
    fs::create_dir(&inbox).unwrap();
    let path = inbox.join("trace.jsonl");
    let mut command = child("append-and-flush", &[path.to_str().unwrap()], "");
    if fs::metadata(&inbox).unwrap().uid() == 0 {
        // Modes do not bind root: be somebody else.
        command.uid(NOBODY);
        fs::set_permissions(dir.path(), Permissions::from_mode(0o711)).unwrap();
        chown(&inbox, Some(NOBODY), None).unwrap();
    }
    fs::set_permissions(&inbox, Permissions::from_mode(0o300)).unwrap();
    let output = command.output();
    fs::set_permissions(&inbox, Permissions::from_mode(0o700)).unwrap();
    let output = output.unwrap();
    if output.status.code() == Some(126) {
        return; // Nobody may not run this binary where it lies.
    }
    assert_eq!(answers(&output.stdout), ["ok"; 4], "{output:?}");
    assert_eq!(crate::support::read(&path), (vec![(1, 0)], 0));
}
