//! This test binary as a child process: the parent names a role, [`role`] plays it.

use std::env;
use std::io::Write;
use std::process::{Command, Stdio};

use trace_core::{TraceRecord, TraceSink, TraceSinkError};
use trace_sinks::{JsonlTraceSink, StderrTraceSink};

use crate::support::{chain, record};

const ROLE: &str = "TRACE_SINKS_TEST_ROLE";

/// A child that plays `role` with `arguments`, started through `sh` with `redirection`.
pub(crate) fn child(role: &str, arguments: &[&str], redirection: &str) -> Command {
    child_after("umask 000", role, arguments, redirection)
}

/// The same, behind a shell command.
pub(crate) fn child_after(first: &str, role: &str, arguments: &[&str], redirection: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("{first}; exec \"$0\" \"$@\" {redirection}"))
        .arg(env::current_exe().unwrap())
        .args(["--exact", "children::role", "--nocapture"])
        .env(ROLE, role)
        .env("TRACE_SINKS_TEST_ARGS", arguments.join("\n"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

/// What a child with a role does; nothing when the tests run.
#[test]
fn role() {
    let Ok(role) = env::var(ROLE) else { return };
    let arguments = env::var("TRACE_SINKS_TEST_ARGS").unwrap();
    let arguments: Vec<&str> = arguments.lines().collect();
    match (role.as_str(), arguments.as_slice()) {
        ("append", [path, writer, count]) => append(path, writer.parse().unwrap(), count.parse().unwrap()),
        ("append-forever", [path, writer, padding]) => {
            append_forever(path, writer.parse().unwrap(), padding.parse().unwrap());
        }
        ("append-anyway", [path, count, padding]) => {
            append_anyway(path, count.parse().unwrap(), padding.parse().unwrap());
        }
        ("append-and-move", [path]) => append_and_move(path),
        ("append-and-flush", [path]) => append_and_flush(path),
        ("stderr", [count]) => stderr(count.parse().unwrap()),
        ("stderr-without-descriptors", []) => stderr_without_descriptors(),
        other => panic!("unknown role {other:?}"),
    }
}

fn append(path: &str, writer: u32, count: usize) {
    let sink = JsonlTraceSink::new(path);
    for n in 0..count {
        sink.append(&record(writer, n, n * 7 % 3000)).unwrap();
    }
}

fn append_and_move(path: &str) {
    let sink = JsonlTraceSink::new(path);
    sink.append(&record(1, 0, 0)).unwrap();
    std::fs::create_dir("elsewhere").unwrap();
    env::set_current_dir("elsewhere").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(100));
    sink.append(&record(1, 1, 0)).unwrap();
}

/// Says on standard output what each append answered.
fn append_anyway(path: &str, count: usize, padding: usize) {
    let sink = JsonlTraceSink::new(path);
    answer(&sink, (0..count).map(|n| record(1, n, padding)));
}

fn answer(sink: &dyn TraceSink, records: impl Iterator<Item = TraceRecord>) {
    records.for_each(|record| say(&sink.append(&record)));
}

fn say(result: &Result<(), TraceSinkError>) {
    let answer = result.as_ref().map_or_else(|error| chain(error).join(" | "), |()| "ok".into());
    let mut out = std::io::stdout();
    writeln!(out, "answer {answer}").unwrap();
}

/// Says on standard output which records are taken.
fn append_forever(path: &str, writer: u32, padding: usize) {
    let sink = JsonlTraceSink::new(path);
    let mut out = std::io::stdout();
    for n in 0.. {
        sink.append(&record(writer, n, padding)).unwrap();
        out.write_all(format!("taken {n}\n").as_bytes()).unwrap();
    }
}

/// Says on standard output what each append answered.
fn stderr(count: usize) {
    answer(&StderrTraceSink::new(), (0..count).map(|n| record(1, n, 0)));
}

/// Says on standard output what the first append and three flushes answered.
fn append_and_flush(path: &str) {
    let sink = JsonlTraceSink::new(path);
    say(&sink.append(&record(1, 0, 0)));
    for _ in 0..3 {
        say(&sink.flush());
    }
}

/// The same as [`stderr`] for one record, with every file descriptor in use.
fn stderr_without_descriptors() {
    let mut files = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        files.push(file);
    }
    stderr(1);
}

/// What the appends answered, of a child's standard output.
pub(crate) fn answers(stdout: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(stdout);
    text.lines().filter_map(|line| Some(line.split_once("answer ")?.1.to_owned())).collect()
}
