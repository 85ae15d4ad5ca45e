//! `trace-viewer export` as it is called.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::path;

const RECORD: &str = r#"{"schema_version":2,"id":"r1","timestamp":"2026-05-11T09:00:00Z","context":{"session_id":"s"},"type":"session_started"}"#;

fn command(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trace-viewer"));
    command.current_dir(directory).arg("export").args(args).stdin(Stdio::null());
    command
}

fn run(directory: &Path, args: &[&str]) -> (i32, String, String) {
    let output = command(directory, args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn with(text: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("trace.jsonl"), text).unwrap();
    directory
}

#[test]
fn the_export_lies_beside_the_first_input() {
    let here = with(RECORD);
    let (code, out, error) = run(here.path(), &["trace.jsonl", "--format", "chrome"]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(error.starts_with("trace.chrome.json: ") && error.contains("1 record, 1 session"), "{error}");
    let text = std::fs::read_to_string(here.path().join("trace.chrome.json")).unwrap();
    let export: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(export["displayTimeUnit"], "ms");
    let (code, to_stdout, _) = run(here.path(), &["trace.jsonl", "--format", "chrome", "--stdout"]);
    assert_eq!((code, to_stdout), (0, text));
    assert_eq!(run(here.path(), &["trace.jsonl", "--format", "chrome"]).0, 0, "an export is replaced");
    std::fs::write(here.path().join("trace.chrome.json"), "{}").unwrap();
    let (code, _, error) = run(here.path(), &["trace.jsonl", "--format", "chrome"]);
    assert_eq!(code, 1);
    assert!(error.contains("it is no export"), "{error}");
}

#[test]
fn a_slice_is_exported_alone() {
    let seed = path("../trace-core/tests/data/seed-v2-1k.jsonl.gz");
    let seed = seed.to_str().unwrap();
    let here = tempfile::tempdir().unwrap();
    let (_, all, _) = run(here.path(), &[seed, "--format", "chrome", "--stdout"]);
    let all: Value = serde_json::from_str(&all).unwrap();
    let (code, part, error) =
        run(here.path(), &[seed, "--format", "chrome", "--stdout", "--query", "kind:tool status:failed"]);
    assert_eq!((code, error.as_str()), (0, ""));
    let part: Value = serde_json::from_str(&part).unwrap();
    let failed = |export: &Value| -> Vec<Value> {
        let events = export["traceEvents"].as_array().unwrap().iter();
        let failed = events.filter(|event| {
            event["ph"] == "X" && event["cat"] == "tool" && event["args"]["status"] == "failed"
        });
        failed.map(|event| event["args"].clone()).collect()
    };
    assert!(!failed(&part).is_empty());
    assert_eq!(failed(&part), failed(&all));
    let turns = |export: &Value| {
        let events = export["traceEvents"].as_array().unwrap().iter();
        events.filter(|event| event["ph"] == "X" && event["cat"] == "turn").count()
    };
    assert!(turns(&part) < turns(&all));
    let (code, _, error) = run(here.path(), &[seed, "--format", "chrome", "--stdout", "--session", "nobody"]);
    assert_eq!(code, 1);
    assert!(error.contains("there is no session \"nobody\""), "{error}");
}

#[test]
fn wrong_usage_is_code_2() {
    let here = with(RECORD);
    for args in [
        &["trace.jsonl"][..],
        &["--format", "chrome"],
        &["trace.jsonl", "--format", "svg"],
        &["trace.jsonl", "--format", "chrome", "--out", "a", "--stdout"],
        &["trace.jsonl", "--format", "chrome", "--content", "some"],
        &["trace.jsonl", "--format", "chrome", "--since", "yesterday"],
        &["trace.jsonl", "--format", "chrome", "--otlp", "http://127.0.0.1:1"],
        &["trace.jsonl", "--format", "chrome", "--dry-run"],
        &["trace.jsonl", "--format", "chrome", "--scope", "turn"],
        &["trace.jsonl", "--format", "chrome", "--shift-to-now"],
        &["trace.jsonl", "--otlp"],
        &["trace.jsonl", "--otlp", "http://127.0.0.1:1", "--out", "a"],
        &["trace.jsonl", "--otlp", "http://127.0.0.1:1", "--stdout"],
        &["trace.jsonl", "--otlp", "http://127.0.0.1:1", "--session", "s"],
        &["trace.jsonl", "--dry-run", "--turn", "1"],
        &["trace.jsonl", "--dry-run", "--query", "kind:llm"],
        &["trace.jsonl", "--dry-run", "--scope", "day"],
        &["trace.jsonl", "--dry-run", "--header", "no value"],
        &["trace.jsonl", "--dry-run", "--header", "=value"],
        &["trace.jsonl", "--dry-run", "--timeout", "0"],
    ] {
        let (code, out, error) = run(here.path(), args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {error}");
    }
}

#[test]
fn what_cannot_be_read_is_code_1_and_leaves_nothing() {
    let here = with("words\n");
    std::fs::create_dir(here.path().join("folder")).unwrap();
    for input in ["trace.jsonl", "folder", "missing.jsonl"] {
        let (code, out, error) = run(here.path(), &[input, "--format", "chrome"]);
        assert_eq!((code, out.as_str(), error.lines().count()), (1, "", 1), "{error}");
    }
    let (code, _, error) = run(here.path(), &["-", "--format", "chrome"]);
    assert_eq!(code, 1);
    assert!(error.contains("--stdout"), "{error}");
    let (code, _, error) = run(here.path(), &["trace.jsonl", "--format", "chrome", "--out", "trace.jsonl"]);
    assert_eq!(code, 1);
    assert!(error.contains("this is an input"), "{error}");
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 2);
}

#[test]
fn damage_is_reported_with_code_3() {
    let here = with(&format!("{RECORD}\nnot json\n"));
    let (code, _, error) = run(here.path(), &["trace.jsonl", "--format", "chrome"]);
    assert_eq!(code, 3);
    assert!(error.contains("damage: trace.jsonl:2: not JSON"), "{error}");
    assert!(here.path().join("trace.chrome.json").is_file());
}

#[test]
fn a_closed_pipe_is_success() {
    let seed = path("../trace-core/tests/data/seed-v2-1k.jsonl.gz");
    let here = tempfile::tempdir().unwrap();
    let mut command = command(here.path(), &[seed.to_str().unwrap(), "--format", "chrome", "--stdout"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let seed = path("../trace-core/tests/data/seed-v2-1k.jsonl.gz");
    let here = tempfile::tempdir().unwrap();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = command(here.path(), &[seed.to_str().unwrap(), "--format", "chrome", "--stdout"]);
    let output = command.stdout(full).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.starts_with("trace-viewer: standard output cannot be written: "), "{error}");
}

#[cfg(not(feature = "otel"))]
#[test]
fn without_its_feature_spans_are_an_error_that_says_how_to_get_it() {
    let here = with(RECORD);
    for args in [
        &["trace.jsonl", "--otlp", "http://127.0.0.1:1", "--names", "gen-ai", "--header", "a=b"][..],
        &["trace.jsonl", "--dry-run", "--scope", "session", "--timeout", "3", "--shift-to-now"],
    ] {
        let (code, out, error) = run(here.path(), args);
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(error.contains("cargo build -p trace-viewer --features otel"), "{error}");
    }
}
