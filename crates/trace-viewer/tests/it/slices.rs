//! Parts of a trace: what stays, what the page and the program say, and what they refuse.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use trace_viewer::input::Source;
use trace_viewer::render::{Outcome, RenderError, RenderOptions, render};
use trace_viewer::slice::Slice;

use crate::support::{Trace, model, path};

/// Two sessions of two turns; the second calls a third one. 29 records, one a second.
fn trace() -> Trace {
    let mut trace = Trace::default();
    for session in ["chat-1", "chat-2"] {
        trace.add(
            "session_started",
            json!({"session_id": session, "graph_node_id": format!("session:{session}")}),
            json!({}),
        );
        for (number, turn) in ["turn-a", "turn-b"].into_iter().enumerate() {
            turn_started(&mut trace, session, turn, number);
            trace.llm(
                session,
                turn,
                &format!("{session}.{turn}"),
                json!({"input_tokens": 10, "output_tokens": 5}),
            );
            chunk(&mut trace, session, turn);
            let outcome = if session == "chat-2" && turn == "turn-b" { "failure" } else { "success" };
            trace.tool(session, turn, &format!("{session}.{turn}.tool"), outcome);
        }
    }
    let caused = json!({"session_id": "sub", "turn_id": "turn-a", "turn_index": 0, "graph_node_id": "turn:sub:turn-a",
        "parent_graph_node_id": "tool:chat-2.turn-a.tool", "metadata": {"caused_by": {"session_id": "chat-2"}}});
    trace.add("turn_started", caused, json!({}));
    trace.llm("sub", "turn-a", "sub.call", json!({"input_tokens": 1, "output_tokens": 1}));
    trace
}

fn turn_started(trace: &mut Trace, session: &str, turn: &str, number: usize) {
    let context = json!({"session_id": session, "turn_id": turn, "turn_index": number,
        "graph_node_id": format!("turn:{session}:{turn}"), "parent_graph_node_id": format!("session:{session}")});
    trace.add("turn_started", context, json!({}));
}

fn chunk(trace: &mut Trace, session: &str, turn: &str) {
    let context = json!({"session_id": session, "turn_id": turn, "llm_call_id": format!("{session}.{turn}"),
        "parent_graph_node_id": format!("llm:{session}.{turn}")});
    trace.add(
        "runtime_stream_event",
        context,
        json!({"event": {"event_name": "delta", "visible_text": "héllo"}}),
    );
}

fn file(directory: &Path, lines: &[String]) -> String {
    let path = directory.join("trace.jsonl");
    std::fs::write(&path, lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn rendered(lines: &[String], slice: Slice) -> Result<(Outcome, String), RenderError> {
    let directory = tempfile::tempdir().unwrap();
    let source = Source::File(file(directory.path(), lines).into());
    let options = RenderOptions { slice, ..RenderOptions::default() };
    let mut html = Vec::new();
    let outcome = render(&[source], &mut html, tempfile::tempfile().unwrap(), &options, &mut ())?;
    Ok((outcome, String::from_utf8(html).unwrap()))
}

/// The page of a slice, and that of a file that holds only the lines that should stay.
fn assert_keeps(lines: &[String], slice: Slice, stays: impl Fn(&Value) -> bool) {
    let expected: Vec<String> =
        lines.iter().filter(|line| stays(&serde_json::from_str(line).unwrap())).cloned().collect();
    let (outcome, page) = rendered(lines, slice.clone()).unwrap_or_else(|error| panic!("{slice:?}: {error}"));
    let (_, twin) = rendered(&expected, Slice::default()).unwrap();
    assert_eq!(outcome.entries, expected.len() as u64, "{slice:?}");
    assert_eq!(outcome.sliced_from, Some(lines.len() as u64));
    let bodies = |page: &str| {
        page.lines()
            .filter(|line| line.contains("id=\"b") || line.contains("id=\"c-"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(bodies(&page), bodies(&twin), "{slice:?}");
}

fn query(text: &str) -> Slice {
    Slice { query: Some(text.parse().unwrap()), ..Slice::default() }
}

fn of_sessions(sessions: &[&str]) -> Slice {
    Slice { sessions: sessions.iter().map(|&id| id.to_owned()).collect(), ..Slice::default() }
}

fn session(record: &Value) -> &str {
    record["context"]["session_id"].as_str().unwrap()
}

fn turn(record: &Value) -> &str {
    record["context"]["turn_id"].as_str().unwrap_or("")
}

#[test]
fn a_session_stays_with_the_sessions_it_started() {
    let lines = trace().lines;
    assert_keeps(&lines, of_sessions(&["chat-1"]), |record| session(record) == "chat-1");
    assert_keeps(&lines, of_sessions(&["chat-1", "sub"]), |record| {
        session(record) != "chat-2" || is_above_sub(record)
    });
    assert_keeps(&lines, of_sessions(&["chat-2"]), |record| session(record) != "chat-1");
}

/// What stays of the session that started the third one: its start, its turn, the tool call.
fn is_above_sub(record: &Value) -> bool {
    record["type"] == "session_started"
        || turn(record) == "turn-a" && (record["type"] == "turn_started" || record.get("call_id").is_some())
}

#[test]
fn a_turn_is_named_by_id_or_number() {
    let lines = trace().lines;
    for wanted in ["turn-b", "1"] {
        let slice = Slice { turns: vec![wanted.to_owned()], ..of_sessions(&["chat-1"]) };
        assert_keeps(&lines, slice, |record| {
            session(record) == "chat-1" && ["", "turn-b"].contains(&turn(record))
        });
    }
}

#[test]
fn what_matches_brings_its_insides_and_what_is_above_it() {
    let lines = trace().lines;
    assert_keeps(&lines, query("kind:tool status:failed"), |record| {
        session(record) == "chat-2"
            && (record["type"] == "session_started"
                || turn(record) == "turn-b"
                    && (record["type"] == "turn_started" || record.get("call_id").is_some()))
    });
    assert_keeps(&lines, query("kind:llm"), |record| {
        record.get("call_id").is_none() || (session(record) == "chat-2" && turn(record) == "turn-a")
    });
    assert_keeps(&lines, query("session:chat-1 kind:session"), |record| session(record) == "chat-1");
    assert_keeps(&lines, query("-kind:chunk"), |record| record["type"] != "runtime_stream_event");
    assert_keeps(&lines, query("HÉLLO session:chat-1 turn:0"), |record| {
        session(record) == "chat-1"
            && ["", "turn-a"].contains(&turn(record))
            && record.get("call_id").is_none()
    });
}

#[test]
fn a_stretch_of_time_keeps_what_was_there_and_what_is_above_it() {
    let lines = trace().lines;
    let time = |text: &str| Some(text.parse().unwrap());
    let second = |record: &Value| {
        let at = record["timestamp"].as_str().unwrap();
        at[14..16].parse::<u64>().unwrap() * 60 + at[17..19].parse::<u64>().unwrap()
    };
    for until in ["3s", "2026-05-11T00:00:03Z", "-25s"] {
        let first = Slice { until: time(until), ..Slice::default() };
        assert_keeps(&lines, first, |record| second(record) <= 3);
    }
    // A call that began in time stays whole.
    let half = Slice { until: time("2s"), ..Slice::default() };
    assert_keeps(&lines, half, |record| second(record) <= 3);
    let later = Slice { since: time("2026-05-12"), ..Slice::default() };
    assert!(matches!(rendered(&lines, later), Err(RenderError::Slice(_))));
    let last = Slice { since: time("-2s"), ..Slice::default() };
    let (outcome, _) = rendered(&lines, last).unwrap();
    assert!(outcome.entries < lines.len() as u64 && outcome.entries >= 3, "{}", outcome.entries);
}

#[test]
fn every_kept_row_has_its_ancestors() {
    let lines = crate::support::seed("seed-v2-1k").0;
    let whole = model(&lines);
    for text in [
        "kind:tool",
        "status:failed",
        "-kind:chunk",
        "dur>5s",
        "name:read",
        "has:usage",
        "type:llm_call_failed",
        "kind:turn status:completed",
    ] {
        let (outcome, _) = rendered(&lines, query(text)).unwrap();
        assert!(outcome.entries > 0 && outcome.entries <= whole.records.len() as u64, "{text}");
        let orphans = |model: &trace_viewer::model::Model| {
            model.rows.iter().filter(|row| row.flags.0 & trace_viewer::model::RowFlags::ORPHAN != 0).count()
        };
        let part = query(text).choose(&whole, Vec::new()).unwrap();
        let stays: Vec<&String> =
            lines.iter().zip(&part.records).filter(|(_, stays)| **stays).map(|(line, _)| line).collect();
        assert_eq!(stays.len() as u64, outcome.entries, "{text}");
        assert!(orphans(&model(&stays)) <= orphans(&whole), "{text}");
    }
}

struct Run {
    code: i32,
    stdout: Vec<u8>,
    stderr: String,
}

fn run(directory: &Path, args: &[&str]) -> Run {
    run_with(directory, args, Stdio::null())
}

fn run_with(directory: &Path, args: &[&str], stdin: Stdio) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trace-viewer"));
    let output = command.current_dir(directory).args(args).stdin(stdin).output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    file(directory.path(), &trace().lines);
    directory
}

#[test]
fn the_program_and_the_page_say_what_the_slice_is() {
    let directory = directory();
    let sliced = run(directory.path(), &["trace.jsonl", "--session", "chat-1", "--query", "-kind:chunk"]);
    assert_eq!(sliced.code, 0, "{}", sliced.stderr);
    assert!(sliced.stderr.contains("11 of 29 records, 1 session"), "{}", sliced.stderr);
    let page = std::fs::read_to_string(directory.path().join("trace.html")).unwrap();
    assert!(page.contains("Slice: session chat-1 · query -kind:chunk · 11 of 29 records"));
    let whole = run(directory.path(), &["trace.jsonl"]);
    assert!(whole.stderr.contains(", 29 records, "), "{}", whole.stderr);
    let page = std::fs::read_to_string(directory.path().join("trace.html")).unwrap();
    assert!(!page.contains("Slice:"));
}

#[test]
fn standard_input_and_several_inputs_can_be_sliced() {
    let directory = directory();
    let stdin = File::open(directory.path().join("trace.jsonl")).unwrap();
    let args = ["-", "--stdout", "--session", "chat-1"];
    let piped = run_with(directory.path(), &args, stdin.into());
    assert_eq!(piped.code, 0, "{}", piped.stderr);
    assert!(String::from_utf8(piped.stdout).unwrap().contains("Slice: session chat-1 · 13 of 29 records"));
    let lines = trace().lines;
    let (one, two) = lines.split_at(10);
    for (name, lines) in [("one.jsonl", one), ("two.jsonl", two), ("none.jsonl", &[])] {
        std::fs::write(directory.path().join(name), lines.join("\n")).unwrap();
    }
    let both = run(
        directory.path(),
        &["one.jsonl", "none.jsonl", "two.jsonl", "--session", "chat-1", "--out", "both.html"],
    );
    assert!(both.stderr.contains("13 of 29 records"), "{}", both.stderr);
    assert_eq!(both.code, 3, "an input without entries is a finding: {}", both.stderr);
}

#[test]
fn the_beginning_of_an_id_is_enough_where_it_is_the_only_one() {
    let directory = directory();
    let short = run(directory.path(), &["trace.jsonl", "--session", "su"]);
    assert_eq!(short.code, 0, "{}", short.stderr);
}

#[test]
fn what_cannot_be_sliced_is_said_and_leaves_no_page() {
    let directory = directory();
    for (args, words) in [
        (
            &["--session", "chat"][..],
            "several sessions begin with \"chat\": chat-1, chat-2; write more of the id",
        ),
        (&["--session", "chta-1"], "there is no session \"chta-1\"; there is chat-1, chat-2, sub"),
        (&["--turn", "turn-b"], "choose a session with --session: chat-1, chat-2"),
        (
            &["--turn", "9", "--session", "chat-1"],
            "there is no turn of the id or number \"9\"; there is turn-a, turn-b",
        ),
        (&["--query", "kind:batch"], "the slice is empty: none of the 29 records match: query kind:batch"),
        (&["--since", "1h"], "the slice is empty"),
        (
            &["--session", "chat-1", "--query", "session:chat-2"],
            "none of the 29 records match: session chat-1 · query session:chat-2",
        ),
    ] {
        let refused = run(directory.path(), &[&["trace.jsonl"], args].concat());
        assert_eq!(refused.code, 1, "{args:?}: {}", refused.stderr);
        assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
        assert!(!directory.path().join("trace.html").exists(), "{args:?}");
    }
}

#[test]
fn wrong_values_are_wrong_usage() {
    let directory = directory();
    for (args, words) in [
        (&["--query", "knid:tool"][..], "at character 1: unknown field \"knid\"; did you mean kind:?"),
        (&["--query", "(a"], "at character 1: this ( is not closed"),
        (&["--since", "soon"], "\"soon\" is no time, like 2m, -30s or 2026-05-11T09:00:00Z"),
        (&["--until", "2026-13-01"], "is no time"),
        (&["--max-size", "large"], "a size is a number and a unit"),
        (&["--max-size", "0"], "more than no bytes"),
        (&["--max-size", "-1"], "a size is a number and a unit"),
        (&["--max-size", "5 parsecs"], "a size is a number and a unit"),
    ] {
        let refused = run(directory.path(), &[&["trace.jsonl"], args].concat());
        assert_eq!(refused.code, 2, "{args:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
}

#[test]
fn a_page_that_is_too_large_is_not_written() {
    let directory = directory();
    let whole = run(directory.path(), &["trace.jsonl", "--stdout"]).stdout.len();
    let limit = (whole - 1).to_string();
    for target in [&["--out", "page.html"][..], &["--stdout"]] {
        let args = [&["trace.jsonl", "--max-size", &limit], target].concat();
        let refused = run(directory.path(), &args);
        assert_eq!((refused.code, refused.stdout.len()), (1, 0), "{}", refused.stderr);
        assert!(refused.stderr.starts_with("trace-viewer: the page would have "), "{}", refused.stderr);
        for words in [
            "; choose a part of it with --session",
            "the largest sessions are chat-",
            "for example: trace-viewer trace.jsonl --session chat-",
        ] {
            assert!(refused.stderr.contains(words), "{}", refused.stderr);
        }
        assert!(!directory.path().join("page.html").exists());
    }
    let kept = std::fs::read_dir(directory.path()).unwrap().count();
    assert_eq!(kept, 1, "nothing is left beside the trace");
}

#[test]
fn advice_about_size_goes_beyond_what_was_chosen() {
    let directory = directory();
    let chosen = ["trace.jsonl", "--session", "chat-1", "--stdout"];
    let limit = (run(directory.path(), &chosen).stdout.len() - 1).to_string();
    let refused = run(directory.path(), &[&chosen[..], &["--max-size", &limit]].concat());
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    let example = refused.stderr.split_once("for example: trace-viewer trace.jsonl ").unwrap().1.trim();
    assert!(example.starts_with("--session chat-1 --"), "{example}");

    let refused = run(directory.path(), &["trace.jsonl", "--max-size", "10 kB"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("and --max-size allows 10 kB; every page has "), "{}", refused.stderr);
}

#[test]
fn a_page_of_just_the_size_is_written() {
    let directory = directory();
    let page = directory.path().join("trace.html");
    assert_eq!(run(directory.path(), &["trace.jsonl"]).code, 0);
    let size = page.metadata().unwrap().len();
    for (limit, code) in [(size, 0), (size - 1, 1)] {
        let run = run(directory.path(), &["trace.jsonl", "--max-size", &limit.to_string()]);
        assert_eq!(run.code, code, "{}", run.stderr);
    }
    assert_eq!(page.metadata().unwrap().len(), size, "the page that was there stays");
}

#[test]
fn failures_of_the_example_can_be_sliced() {
    let directory = tempfile::tempdir().unwrap();
    let example = path("../../examples/agent/trace.jsonl");
    let failed = run(
        directory.path(),
        &[example.to_str().unwrap(), "--query", "status:failed", "--out", "failed.html"],
    );
    assert_eq!(failed.code, 0, "{}", failed.stderr);
    assert!(failed.stderr.contains(" of "), "{}", failed.stderr);
}

#[test]
fn a_graph_keeps_its_map() {
    let example = std::fs::read_to_string(path("../../examples/agent/trace.jsonl")).unwrap();
    let lines: Vec<String> = example.lines().map(str::to_owned).collect();
    let whole = model(&lines);
    let part = query("kind:node").choose(&whole, Vec::new()).unwrap();
    let stays: Vec<&String> =
        lines.iter().zip(&part.records).filter(|(_, stays)| **stays).map(|(line, _)| line).collect();
    let part = model(&stays);
    let maps = |model: &trace_viewer::model::Model| {
        let mut maps: Vec<_> = model
            .graphs
            .iter()
            .map(|graph| (graph.key.clone(), model.maps[graph.map as usize].nodes.len(), graph.steps.len()))
            .collect();
        maps.sort();
        maps
    };
    assert!(stays.len() < lines.len() && !part.graphs.is_empty());
    assert_eq!(maps(&part), maps(&whole));
}
