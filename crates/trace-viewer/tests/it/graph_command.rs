//! `trace-viewer graph` as it is called.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Trace, path, seed};

fn run(directory: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trace-viewer"));
    let output =
        command.current_dir(directory).arg("graph").args(args).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json_of(directory: &Path, args: &[&str]) -> Value {
    let (code, out, error) = run(directory, args);
    assert_eq!((code, error.as_str()), (0, ""), "{args:?}");
    serde_json::from_str(&out).unwrap()
}

/// The ids of the edges with a selection.
fn edges<'a>(graph: &'a Value, selection: &str) -> BTreeSet<&'a str> {
    let edges = graph["edges"].as_array().unwrap().iter().filter(|edge| edge["selection"] == selection);
    edges.map(|edge| edge["id"].as_str().unwrap()).collect()
}

fn set(list: &Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect()
}

#[test]
fn the_seed_traces_graphs_are_what_is_known_of_them() {
    let here = tempfile::tempdir().unwrap();
    let truth = seed("seed-v2-1k").1;
    let trace = path("../trace-core/tests/data/seed-v2-1k.jsonl.gz");
    let trace = trace.to_str().unwrap();
    let list = json_of(here.path(), &[trace, "--json"]);
    let graphs = truth["graphs"].as_object().unwrap();
    assert_eq!(list.as_array().unwrap().len(), graphs.len());
    for entry in list.as_array().unwrap() {
        let key = entry["graph_key"].as_str().unwrap();
        let (expected, found) = (&graphs[key], json_of(here.path(), &[trace, "--key", key]));
        assert_eq!(found["status"], expected["status"], "{key}");
        assert_eq!(entry["status"], expected["status"], "{key}");
        assert_eq!(edges(&found, "selected"), set(&expected["edges"]["selected"]), "{key}");
        assert_eq!(edges(&found, "rejected"), set(&expected["edges"]["rejected"]), "{key}");
        let nodes = expected["nodes"].as_object().unwrap();
        assert_eq!(entry["nodes"]["total"], json!(nodes.len()), "{key}");
        for node in found["nodes"].as_array().unwrap() {
            let id = node["id"].as_str().unwrap();
            assert_eq!(node["status"], nodes[id]["status"], "{key} {id}");
        }
        let failed = nodes.values().filter(|node| node["status"] == "failed").count();
        assert_eq!(entry["nodes"]["failed"], json!(failed), "{key}");
        assert_eq!(entry["children"], json!(expected["children"].as_array().unwrap().len()), "{key}");
        for format in ["--mermaid", "--dot"] {
            let (code, out, _) = run(here.path(), &[trace, "--key", key, format]);
            assert_eq!(code, 0);
            let taken = out.matches("==>").count() + out.matches("class=\"selected\"").count();
            assert_eq!(taken, edges(&found, "selected").len(), "{key} {out}");
        }
    }
}

#[test]
fn several_graphs_are_listed_and_a_missing_key_names_those_near_to_it() {
    let example = path("../../examples/agent");
    let (code, list, _) = run(&example, &["trace.jsonl"]);
    assert_eq!((code, list.lines().count()), (0, 3), "{list}");
    assert!(list.lines().nth(2).unwrap().ends_with("process:review-sources-1"), "{list}");
    let (code, out, error) = run(&example, &["trace.jsonl", "--key", "process:review-sources"]);
    assert_eq!((code, out.as_str(), error.lines().count()), (1, "", 1));
    assert!(error.contains("near to it: process:review-sources-1, effect:"), "{error}");
    let (code, out, error) = run(&example, &["trace.jsonl", "--dot"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(error.contains("there are 2 graphs; choose one with --key: effect:"), "{error}");
}

#[test]
fn states_titles_and_branches_are_in_the_diagrams() {
    let example = path("../../examples/agent");
    let diagram = |format| run(&example, &["trace.jsonl", "--key", "process:review-sources-1", format]).1;
    let mermaid = diagram("--mermaid");
    for line in [
        "title: \"review_sources completed (process:review-sources-1)\"",
        "  n0(\"Open each named file<br/>loop · for path in files",
        "<br/>src#47;expiry.rs does not exist\"):::failed",
        "  n2 -.->|\"then\"| n3",
        "  n2 ==>|\"else\"| n4",
        "  linkStyle 3 stroke:",
    ] {
        assert!(mermaid.contains(line), "{line} in {mermaid}");
    }
    let dot = diagram("--dot");
    for line in [
        "n0 [label=\"Open each named file\\nloop · for path in files",
        "class=\"failed\"",
        "n2 -> n3 [label=\"then\", class=\"rejected\", style=dashed",
        "tooltip=\"A session of its own, with the same tools\"",
    ] {
        assert!(dot.contains(line), "{line} in {dot}");
    }
}

/// Texts that mean something in a shell, in DOT, in Mermaid, in HTML, in YAML or on a terminal.
const HOSTILE: [&str; 12] = [
    "\"]; n9 [label=\"x",
    "\\",
    "ends with \\\"",
    "</script><img src=x onerror=alert(1)>",
    "a\nb\r\n---\nflowchart LR\n  x --> y",
    "%%{init: {\"securityLevel\": \"loose\"}}%%",
    "#quot; &quot; &lt;b&gt; \\N \\G",
    "`markdown` **b** $$x$$",
    "\u{202e}\u{1b}[2J\u{0}",
    "end",
    "click n0 call alert()",
    "|\"x\"| n1:::failed",
];

fn hostile() -> Trace {
    let nodes: Vec<Value> = HOSTILE.iter().enumerate().map(|(number, text)| {
        json!({"id": format!("{number}{text}"), "kind": text, "label": text, "label_metadata": {"title": text, "description": text}})
    }).collect();
    let edges: Vec<Value> = HOSTILE.iter().enumerate().map(|(number, text)| {
        json!({"id": text, "from": format!("{number}{text}"), "to": text, "label": text})
    }).collect();
    let identity = json!({"scope": {"session_id": HOSTILE[0]}, "module_ref": "m", "entry_kind": "main", "entry_name": HOSTILE[4],
        "subject": {"type": "effect", "effect_id": HOSTILE[0], "kind": "exec_code"}});
    let map = json!({"module_ref": "m", "entry_kind": "main", "entry_name": "main", "nodes": nodes, "edges": edges});
    let mut trace = Trace::default();
    for event in [
        json!({"kind": "execution_started", "event_key": "1", "execution_map": map}),
        json!({"kind": "node_failed", "event_key": "2", "node_id": format!("0{}", HOSTILE[0]), "node_kind": "k", "label": "l", "occurrence": 1, "error": HOSTILE[3]}),
        json!({"kind": "execution_finished", "event_key": "3", "status": "failed", "error": HOSTILE[2]}),
    ] {
        let mut event = event;
        event["identity"] = identity.clone();
        trace.add("lashlang_execution", json!({"session_id": "s"}), json!({"event": event}));
    }
    trace
}

/// Reads the strings of a DOT text; what is left has the form of nodes and edges.
fn without_strings(dot: &str) -> String {
    let mut rest = String::new();
    let mut characters = dot.chars();
    while let Some(character) = characters.next() {
        if character != '"' {
            rest.push(character);
            continue;
        }
        loop {
            match characters.next().unwrap() {
                '"' => break,
                '\\' => drop(characters.next().unwrap()),
                '\n' => panic!("a string goes over a line: {dot}"),
                _ => {}
            }
        }
        rest.push('S');
    }
    rest
}

#[test]
fn hostile_texts_are_data_in_every_format() {
    let here = tempfile::tempdir().unwrap();
    std::fs::write(here.path().join("trace.jsonl"), hostile().lines.join("\n") + "\n").unwrap();
    let (_, dot, error) = run(here.path(), &["trace.jsonl", "--dot"]);
    assert_eq!(error, "");
    let plain = without_strings(&dot);
    let allowed = |line: &str| {
        let known = ["digraph execution {", "}", "  graph ", "  node ", "  edge "];
        known.iter().any(|start| line.starts_with(start)) || line.starts_with("  n")
    };
    assert!(plain.lines().all(allowed), "{plain}");
    assert_eq!(plain.lines().filter(|line| line.contains(" -> ")).count(), HOSTILE.len());
    assert!(!dot.contains(['\u{202e}', '\u{1b}', '\u{0}', '\r']));
    assert!(plain.lines().all(|line| !line.contains(['<', '>']) || line.contains(" -> ")), "{plain}");

    let (_, mermaid, _) = run(here.path(), &["trace.jsonl", "--mermaid"]);
    let body = mermaid.split("flowchart TD\n").nth(1).unwrap();
    assert_eq!(mermaid.lines().position(|line| line == "flowchart TD"), Some(3), "{mermaid}");
    let ours = ["<br/>", "==>", "-->", "-.->", "(\"", "\")", "|\"", "\"|", ":::"];
    for line in
        body.lines().filter(|line| !line.starts_with("  classDef") && !line.starts_with("  linkStyle"))
    {
        let rest = ours.iter().fold(line.to_owned(), |line, ours| line.replace(ours, ""));
        assert!(!rest.contains(['"', '<', '>', '`', '%', '[', '|', '&', '\\', '$', ':']), "{line}");
    }
    assert!(!mermaid.contains(['\u{202e}', '\u{1b}', '\u{0}', '\r']));

    let (code, json, _) = run(here.path(), &["trace.jsonl", "--json"]);
    let graph: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, graph["nodes"][3]["label"].as_str()), (0, Some(HOSTILE[3])));
}

#[test]
fn what_cannot_be_printed_is_said() {
    let here = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(here.path().join(name), text).unwrap();
    let whole = hostile().lines.join("\n");
    write(
        "none.jsonl",
        r#"{"schema_version":2,"id":"r1","timestamp":"2026-05-11T09:00:00Z","context":{},"type":"session_started"}"#,
    );
    write("damaged.jsonl", &format!("{whole}\nnot json\n"));
    let odd = r#"{"schema_version":2,"id":"r9","timestamp":"2026-05-11T09:00:00Z","context":{},"type":"lashlang_execution","event":7}"#;
    write("odd.jsonl", &format!("{whole}\n{odd}\n"));
    let (code, out, error) = run(here.path(), &["none.jsonl"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(error.contains("none.jsonl: no execution graph; "), "{error}");
    let (code, out, error) = run(here.path(), &["damaged.jsonl"]);
    assert_eq!(
        (code, error.as_str()),
        (3, "damage: damaged.jsonl:4: not JSON: expected ident at column 2\n")
    );
    assert!(out.starts_with('{'));
    let (code, _, error) = run(here.path(), &["odd.jsonl"]);
    assert_eq!(code, 3);
    assert!(error.contains("1 execution records do not have the schema's form"), "{error}");
    for args in [&[][..], &["none.jsonl", "--dot", "--json"]] {
        assert_eq!(run(here.path(), args).0, 2);
    }
    assert!(run(here.path(), &["missing.jsonl"]).2.contains("check the path"));
}
