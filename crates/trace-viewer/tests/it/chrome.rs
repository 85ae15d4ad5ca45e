//! Traces as Chrome's events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};
use trace_viewer::chrome::{ChromeOptions, Content, OPENING, export};
use trace_viewer::input::Source;
use trace_viewer::model::Model;

use crate::support::{Dice, Trace, model, parents, path, seed};

/// The export of some lines, and what it says.
fn exported<L: AsRef<str>>(lines: &[L], content: Content) -> (String, Value) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("trace.jsonl");
    let text: String = lines.iter().flat_map(|line| [line.as_ref(), "\n"]).collect();
    std::fs::write(&file, text).unwrap();
    let mut out = Vec::new();
    let options = ChromeOptions { content, ..ChromeOptions::default() };
    let spool = tempfile::tempfile().unwrap();
    export(&[Source::File(file)], &mut out, spool, &options, &mut ()).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.starts_with(OPENING));
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

/// The events of one sort.
fn events<'a>(export: &'a Value, sort: &str) -> Vec<&'a Value> {
    export["traceEvents"].as_array().unwrap().iter().filter(|event| event["ph"] == sort).collect()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no integer"))
}

/// A turn with two tools at once, a failed LLM call that is tried again, and a sub-agent.
fn small() -> Trace {
    let mut trace = Trace::default();
    let session = |id: &str| json!({"session_id": id, "graph_node_id": format!("session:{id}")});
    trace.add("session_started", session("chat"), json!({}));
    trace.turn("chat", "t1");
    let llm = |call: &str, also: Value| {
        let mut context = json!({"session_id": "chat", "turn_id": "t1", "llm_call_id": call,
            "graph_node_id": format!("llm:{call}"), "parent_graph_node_id": "turn:chat:t1"});
        context.as_object_mut().unwrap().extend(also.as_object().unwrap().clone());
        context
    };
    let request =
        json!({"request": {"model": "acme/large", "messages": [], "tool_choice": "auto", "stream": false}});
    trace.add("llm_call_started", llm("l1", json!({})), request.clone());
    let error = json!({"error": {"message": "overloaded", "retryable": true}});
    trace.add("llm_call_failed", llm("l1", json!({})), error);
    let again = json!({"metadata": {"retry_of": "l1"}});
    trace.add("llm_call_started", llm("l2", again), request);
    let parts = json!([{"type": "tool_call", "call_id": "c1", "tool_name": "look", "input_json": "{}"}]);
    let usage = json!({"input_tokens": 10, "output_tokens": 4, "cache_read_input_tokens": 3,
        "cache_write_input_tokens": 2, "reasoning_output_tokens": 1});
    let answer = json!({"response": {"text": "a secret answer", "parts": parts}, "usage": usage});
    trace.add("llm_call_completed", llm("l2", json!({})), answer);
    let tool = |call: &str| {
        json!({"session_id": "chat", "turn_id": "t1", "graph_node_id": format!("tool:chat:{call}"),
            "parent_graph_node_id": "turn:chat:t1"})
    };
    let call = |call: &str| json!({"call_id": call, "name": "look", "args": {"at": "a secret place"}});
    trace.add("tool_call_started", tool("c1"), call("c1"));
    trace.add("tool_call_started", tool("c2"), call("c2"));
    let child = json!({"session_id": "sub", "turn_id": "t1", "graph_node_id": "turn:sub:t1",
        "parent_graph_node_id": "tool:chat:c2",
        "metadata": {"caused_by": {"type": "tool_call", "session_id": "chat", "turn_id": "t1", "call_id": "c2"}}});
    trace.add("turn_started", child.clone(), json!({}));
    trace.add("turn_completed", child, json!({"status": "completed", "done_reason": "stop"}));
    for id in ["c1", "c2"] {
        let mut end = call(id);
        let output = json!({"output": {"outcome": {"status": "success", "payload": "a secret thing"}}, "duration_ms": 1});
        end.as_object_mut().unwrap().extend(output.as_object().unwrap().clone());
        trace.add("tool_call_completed", tool(id), end);
    }
    trace.add("log", tool("c1"), json!({"level": "warn", "target": "look", "message": "far away"}));
    trace
}

/// To take a wanted change over, set `UPDATE_SNAPSHOTS`.
#[test]
fn a_small_trace_is_exported_as_it_was() {
    let (found, _) = exported(&small().lines, Content::Off);
    let file = path("tests/data/small.chrome.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(file).unwrap_or_default());
}

#[test]
fn content_goes_along_only_when_it_is_wanted() {
    let lines = small().lines;
    let secrets = |content| {
        let (text, _) = exported(&lines, content);
        ["a secret answer", "a secret place", "a secret thing"].map(|secret| text.contains(secret))
    };
    assert_eq!(secrets(Content::Off), [false, false, false]);
    assert_eq!(secrets(Content::Tools), [false, true, true]);
    assert_eq!(secrets(Content::Full), [true, true, true]);
}

#[test]
fn arrows_join_the_calls_that_belong_together() {
    let (_, export) = exported(&small().lines, Content::Off);
    let at = |event: &Value| (number(&event["pid"]), number(&event["tid"]), number(&event["ts"]));
    let calls: HashMap<_, String> = events(&export, "X")
        .into_iter()
        .map(|call| (at(call), call["args"]["graph_node_id"].as_str().unwrap().to_owned()))
        .collect();
    let mut found = BTreeSet::new();
    for (begin, end) in events(&export, "s").into_iter().flat_map(|begin| {
        let end = events(&export, "f").into_iter().find(|end| end["id"] == begin["id"]).unwrap();
        assert_eq!((&end["cat"], &end["name"], &end["bp"]), (&begin["cat"], &begin["name"], &json!("e")));
        [(begin, end)]
    }) {
        found.insert((begin["cat"].as_str().unwrap(), calls[&at(begin)].as_str(), calls[&at(end)].as_str()));
    }
    let expected = [
        ("cause", "tool:chat:c2", "turn:sub:t1"),
        ("request", "llm:l2", "tool:chat:c1"),
        ("retry", "llm:l1", "llm:l2"),
    ];
    assert_eq!(found, BTreeSet::from(expected));
}

/// Checks everything that holds for the export of any trace.
fn check(model: &Model, export: &Value) {
    let calls = model.rows.iter().filter(|row| row.kind.is_call()).count();
    let points = model.rows.iter().filter(|row| !row.kind.is_call() && row.first.is_some()).count();
    assert_eq!((events(export, "X").len(), events(export, "i").len()), (calls, points));
    check_metadata(export);
    check_nesting(export);
    check_points(export);
    check_order(export);
}

/// Every process and thread has one name and an event, and no two threads have one id.
fn check_metadata(export: &Value) {
    let named = |kind: &str, ids: fn(&Value) -> (i64, i64)| {
        let list: Vec<_> =
            events(export, "M").into_iter().filter(|event| event["name"] == kind).map(ids).collect();
        let set: BTreeSet<_> = list.iter().copied().collect();
        assert_eq!(set.len(), list.len(), "{kind} is said twice");
        set
    };
    let threads = named("thread_name", |event| (number(&event["pid"]), number(&event["tid"])));
    let processes = named("process_name", |event| (number(&event["pid"]), 0));
    let tids: BTreeSet<i64> = threads.iter().map(|&(_, tid)| tid).collect();
    assert_eq!(tids.len(), threads.len());
    let used = export["traceEvents"].as_array().unwrap().iter().filter(|event| event["ph"] != "M");
    assert_eq!(used.filter_map(|event| event["tid"].as_i64()).collect::<BTreeSet<_>>(), tids);
    for event in export["traceEvents"].as_array().unwrap() {
        assert!(processes.contains(&(number(&event["pid"]), 0)), "{event}");
        if let Some(tid) = event.get("tid") {
            assert!(threads.contains(&(number(&event["pid"]), number(tid))), "{event}");
        }
    }
}

/// Calls on one track are apart from each other, or one is inside the other.
fn check_nesting(export: &Value) {
    let mut open: HashMap<i64, Vec<i64>> = HashMap::new();
    for call in events(export, "X") {
        let (start, duration) = (number(&call["ts"]), number(&call["dur"]));
        assert!(duration >= 0, "{call}");
        let open = open.entry(number(&call["tid"])).or_default();
        while open.last().is_some_and(|&end| end <= start) {
            open.pop();
        }
        assert!(open.last().is_none_or(|&end| start + duration <= end), "{call} leaves what it is in");
        open.push(start + duration);
    }
}

/// A point in time on the track of calls is within one of them.
fn check_points(export: &Value) {
    let mut calls: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
    for call in events(export, "X") {
        let start = number(&call["ts"]);
        calls.entry(number(&call["tid"])).or_default().push((start, start + number(&call["dur"])));
    }
    for point in events(export, "i") {
        let at = number(&point["ts"]);
        let is_in = |calls: &Vec<(i64, i64)>| calls.iter().any(|&(start, end)| (start..=end).contains(&at));
        assert!(calls.get(&number(&point["tid"])).is_none_or(is_in), "{point}");
    }
}

/// Events but counters and metadata ascend in time, and no arrow points back.
fn check_order(export: &Value) {
    let sorts = ["X", "i", "s", "f"];
    let all = export["traceEvents"].as_array().unwrap().iter();
    let times: Vec<i64> = all
        .filter(|event| sorts.iter().any(|sort| event["ph"] == *sort))
        .map(|event| number(&event["ts"]))
        .collect();
    assert!(times.is_sorted());
    let ids = |sort| -> BTreeMap<i64, i64> {
        events(export, sort).into_iter().map(|event| (number(&event["id"]), number(&event["ts"]))).collect()
    };
    let (begin, end) = (ids("s"), ids("f"));
    assert!(begin.keys().eq(end.keys()));
    assert!(begin.iter().all(|(id, from)| *from <= end[id]));
}

#[test]
fn the_seed_traces_keep_every_call_with_its_outcome_and_its_times() {
    for name in ["seed-v2-1k", "seed-v2-10k"] {
        let (lines, truth) = seed(name);
        let (_, export) = exported(&lines, Content::Off);
        let model = model(&lines);
        check(&model, &export);
        check_truth(&truth, &export, name);
        let spent: i64 =
            events(&export, "X").iter().filter_map(|call| call["args"]["tokens"]["output"].as_i64()).sum();
        let counters = events(&export, "C").into_iter();
        let last: BTreeMap<i64, i64> =
            counters.map(|counter| (number(&counter["pid"]), number(&counter["args"]["output"]))).collect();
        assert_eq!(last.values().sum::<i64>(), spent, "{name}");
    }
}

/// Outcomes, and sessions as processes.
fn check_truth(truth: &Value, export: &Value, name: &str) {
    let mut found = BTreeMap::new();
    for call in events(export, "X") {
        let args = &call["args"];
        if ["turn", "llm", "tool"].iter().any(|cat| call["cat"] == *cat) {
            let id = |id: &str| args[id].as_str().unwrap_or("").to_owned();
            found.insert(id("session_id") + "|" + &id("graph_node_id"), &args["status"]);
        }
    }
    let expected = truth["node_status"].as_object().unwrap();
    assert_eq!(found, expected.iter().map(|(key, status)| (key.clone(), status)).collect(), "{name}");
    let named = events(export, "M").into_iter().filter(|event| event["name"] == "process_name");
    let sessions: BTreeSet<&str> =
        named.filter_map(|event| event["args"]["name"].as_str()?.strip_prefix("session ")).collect();
    let expected = truth["sessions"].as_object().unwrap();
    assert_eq!(sessions, expected.keys().map(String::as_str).collect(), "{name}");
}

/// What nests on a track is inside the other in the tree, so that nobody sees a call in one that it is not in.
#[test]
fn what_is_inside_another_on_a_track_is_inside_it_in_the_trace() {
    let (lines, _) = seed("seed-v2-10k");
    let (_, export) = exported(&lines, Content::Off);
    let model = model(&lines);
    let above = parents(&model);
    let row_of: HashMap<String, usize> = (0..model.rows.len())
        .filter_map(|row| {
            let line: Value = serde_json::from_str(&lines[model.rows[row].first? as usize]).unwrap();
            model.rows[row].kind.is_call().then(|| (line["id"].as_str().unwrap().to_owned(), row))
        })
        .collect();
    let mut open: HashMap<i64, Vec<(i64, usize)>> = HashMap::new();
    let mut nested = 0;
    for call in events(&export, "X") {
        let row = row_of[call["args"]["record_id"].as_str().unwrap()];
        let open = open.entry(number(&call["tid"])).or_default();
        while open.last().is_some_and(|&(end, _)| end <= number(&call["ts"])) {
            open.pop();
        }
        if let Some(&(_, outer)) = open.last() {
            let inside = std::iter::successors(above[row], |&row| above[row]).any(|row| row == outer);
            assert!(inside, "{call} stands in a call that it is not part of");
            nested += 1;
        }
        open.push((number(&call["ts"]) + number(&call["dur"]), row));
    }
    assert!(nested > 0);
}

#[test]
fn the_order_of_the_input_and_lost_records_do_no_harm() {
    let (mut lines, _) = seed("seed-v2-1k");
    let mut dice = Dice(7);
    for _ in 0..8 {
        dice.shuffle(&mut lines, 40);
        let kept: Vec<&String> = lines.iter().filter(|_| dice.roll(5) > 0).collect();
        let (text, export) = exported(&kept, Content::Off);
        check(&model(&kept), &export);
        assert_eq!(text, exported(&kept, Content::Off).0, "the same trace gives the same bytes");
    }
}

/// Perfetto drops times that are negative or too large for nanoseconds in 63 bits.
#[test]
fn times_that_readers_cannot_hold_are_moved_to_those_they_can() {
    let mut trace = Trace::default();
    for (turn, times) in [("a", ["0001-01-01", "9999-05-11"]), ("b", ["1960-05-11", "2026-05-11"])] {
        let context = json!({"session_id": "s", "turn_id": turn, "graph_node_id": format!("turn:s:{turn}")});
        trace.add("turn_started", context.clone(), json!({"timestamp": format!("{}T00:00:00Z", times[0])}));
        let end = json!({"timestamp": format!("{}T00:00:00Z", times[1]), "status": "completed"});
        trace.add("turn_completed", context, end);
    }
    let (_, export) = exported(&trace.lines, Content::Off);
    check(&model(&trace.lines), &export);
    let times = events(&export, "X").into_iter().map(|call| (number(&call["ts"]), number(&call["dur"])));
    assert_eq!(times.collect::<Vec<_>>(), [(0, i64::MAX / 1000), (0, 1_778_457_600_000_000)]);
}

#[test]
fn hostile_traces_are_exported_whole() {
    for file in [
        "time_bombs.jsonl",
        "duration_huge.jsonl",
        "deep_tree_3k_parents.jsonl.gz",
        "timeline_explosion.jsonl",
    ] {
        let file = path("tests/data/hostile-tree").join(file);
        let mut out = Vec::new();
        let source = [Source::File(file.clone())];
        let spool = tempfile::tempfile().unwrap();
        export(&source, &mut out, spool, &ChromeOptions::default(), &mut ()).unwrap();
        let export: Value = serde_json::from_slice(&out).unwrap();
        check_metadata(&export);
        check_nesting(&export);
        assert!(!events(&export, "X").is_empty() || !events(&export, "i").is_empty(), "{}", file.display());
    }
}
