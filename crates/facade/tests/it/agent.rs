//! The example agent: what it records fits together and shows every phenomenon it is there to show.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use facade::tracing::event::{ExecutionStep, TraceLashlangStatus, TraceToolCallStatus};
use facade::tracing::{
    AssertingTraceSink, CausedBy, TraceEvent, TraceLashlangEdgeSelection as Selection, TraceLashlangGraph,
    TraceLashlangGraphStore, TraceLashlangNodeStatus as Status, TraceRecord, TraceSink,
};

#[path = "../../../../examples/agent/main.rs"]
#[expect(dead_code, reason = "the test calls what main calls")]
mod example;

use example::{Pace, Run};

/// One run, which all tests look at.
static RUN: LazyLock<(Arc<AssertingTraceSink>, Run)> = LazyLock::new(|| {
    let sink = Arc::new(AssertingTraceSink::default());
    let run = example::run(Arc::clone(&sink) as Arc<dyn TraceSink>, Pace::percent(0));
    (sink, run)
});

/// The trace that is kept in the repository.
static KEPT: LazyLock<(Arc<AssertingTraceSink>, Vec<u8>)> = LazyLock::new(|| {
    let bytes = std::fs::read(folder().join("trace.jsonl")).unwrap();
    let sink = Arc::new(AssertingTraceSink::default());
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        sink.append(&serde_json::from_slice(line).unwrap()).unwrap();
    }
    (sink, bytes)
});

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/agent")
}

fn count(records: &[TraceRecord], mut wanted: impl FnMut(&TraceRecord) -> bool) -> usize {
    records.iter().filter(|record| wanted(record)).count()
}

fn graph(graphs: &TraceLashlangGraphStore, prefix: &str) -> TraceLashlangGraph {
    graphs.graphs().into_iter().find(|graph| graph.graph_key.starts_with(prefix)).unwrap()
}

fn kinds(records: &[TraceRecord]) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for record in records {
        *kinds.entry(record.event.kind().to_owned()).or_default() += 1;
    }
    kinds
}

#[test]
fn a_run_fits_together() {
    let (sink, run) = &*RUN;
    sink.assert_complete();
    assert_eq!(run.recorder.failures(), 0);
}

#[test]
fn the_kept_trace_fits_together_and_is_small_and_names_no_machine() {
    let (sink, bytes) = &*KEPT;
    sink.assert_complete();
    assert!(bytes.len() < 400 * 1024, "{} bytes", bytes.len());
    let text = String::from_utf8(bytes.clone()).unwrap();
    for foreign in ["/home/", "/root", "/tmp", "/Users/", "C:\\\\", "\"user\":"] {
        assert!(!text.contains(foreign), "{foreign} is in the trace");
    }
}

#[test]
fn the_kept_trace_is_what_the_example_records() {
    // How many chunks come does not depend on time, so that the kinds agree one by one.
    assert_eq!(kinds(&KEPT.0.records()), kinds(&RUN.0.records()));
}

#[test]
fn a_call_fails_and_is_retried() {
    let records = RUN.0.records();
    let failed = records
        .iter()
        .find(|record| matches!(&record.event, TraceEvent::LlmCallFailed(end) if end.error.retryable))
        .unwrap();
    let id = failed.context.llm_call_id.clone().unwrap();
    let retries = count(&records, |record| {
        matches!(record.event, TraceEvent::LlmCallCompleted(_))
            && record.context.metadata.get("retry_of") == Some(&id.as_str().into())
    });
    assert_eq!(retries, 1);
    assert_eq!(count(&records, |record| matches!(record.event, TraceEvent::Log(_))), 1);
}

#[test]
fn tools_succeed_fail_and_are_cancelled() {
    let records = RUN.0.records();
    let mut ends: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for record in &records {
        if let TraceEvent::ToolCallCompleted(end) = &record.event {
            let status = match end.output.status() {
                TraceToolCallStatus::Success => "success",
                TraceToolCallStatus::Failure => "failure",
                TraceToolCallStatus::Cancelled => "cancelled",
            };
            *ends.entry((end.name.clone(), status)).or_default() += 1;
        }
    }
    for tool in ["glob", "read_file", "grep", "word_count", "spawn_agent"] {
        assert!(ends.contains_key(&(tool.to_owned(), "success")), "{tool}: {ends:?}");
    }
    assert_eq!(ends.get(&("read_file".to_owned(), "failure")), Some(&1));
    assert_eq!(ends.get(&("similar_passages".to_owned(), "cancelled")), Some(&1));
}

#[test]
fn chunks_stream_at_the_extended_level() {
    let kinds = kinds(&RUN.0.records());
    for kind in ["provider_request", "provider_stream_event", "runtime_stream_event", "prompt_built"] {
        assert!(kinds.contains_key(kind), "{kind}: {kinds:?}");
    }
    for kind in ["run_started", "run_summary", "runtime_event", "custom", "token_usage", "protocol_step"] {
        assert!(kinds.contains_key(kind), "{kind}: {kinds:?}");
    }
}

#[test]
fn one_part_of_the_prompt_drifts_once() {
    let drifts: Vec<_> = RUN
        .0
        .records()
        .iter()
        .filter_map(|record| record.context.metadata.get("prompt_drift").map(ToString::to_string))
        .collect();
    assert_eq!(drifts, [r#"["memory"]"#]);
}

#[test]
fn the_cache_is_read_more_and_more() {
    let cached: Vec<i64> = RUN
        .0
        .records()
        .iter()
        .filter(|record| record.context.session_id.as_deref() == Some("docs-review"))
        .filter_map(|record| match &record.event {
            TraceEvent::LlmCallCompleted(end) => end.usage.map(|usage| usage.cache_read_input_tokens),
            _ => None,
        })
        .collect();
    assert!(cached.len() > 3 && cached.is_sorted() && cached.first() < cached.last(), "{cached:?}");
}

#[test]
fn the_second_agent_hangs_under_the_call_that_started_it() {
    let records = RUN.0.records();
    let turn = records
        .iter()
        .find(|record| {
            matches!(record.event, TraceEvent::TurnStarted(_)) && CausedBy::of(&record.context).is_some()
        })
        .unwrap();
    let cause = CausedBy::of(&turn.context).unwrap();
    assert_eq!(cause.session_id(), Some("docs-review"));
    assert_eq!(turn.context.parent_graph_node_id, Some(cause.node_id()));
    let calls = count(&records, |record| {
        matches!(record.event, TraceEvent::ToolCallCompleted(_))
            && record.context.session_id == turn.context.session_id
    });
    assert_eq!(calls, 3);
}

#[test]
fn the_program_takes_one_arm_and_loops() {
    let graph = graph(&RUN.1.graphs, "effect:");
    assert_eq!(graph.status, TraceLashlangStatus::Completed);
    let arms = |branch: &str| -> BTreeMap<String, Selection> {
        let edges = graph.edges.iter().filter(|edge| edge.from == branch);
        edges.map(|edge| (edge.label.clone(), edge.selection)).collect()
    };
    let taken =
        BTreeMap::from([("then".to_owned(), Selection::Rejected), ("else".to_owned(), Selection::Selected)]);
    assert_eq!(arms("branch:choose"), taken);
    assert_eq!(graph.node("operation:look").unwrap().pass_count, 4);
    assert_eq!(graph.node("finish:empty").unwrap().status, Status::Unobserved);
    let title = graph.node("operation:find").unwrap().label_metadata.clone().unwrap().title;
    assert_eq!(title, "Find candidates");
}

#[test]
fn the_program_starts_a_process_with_a_graph_of_its_own() {
    let graphs = &RUN.1.graphs;
    let parent = graph(graphs, "effect:");
    let [link] = &parent.children[..] else { panic!("{:?}", parent.children) };
    let child = graphs.graph(&link.child_graph_key).unwrap();
    assert_eq!(child.status, TraceLashlangStatus::Completed);
    assert_eq!(child.parent.clone().unwrap().node_id, "start:review");
    let open = child.node("operation:open").unwrap();
    assert_eq!((open.status, open.pass_count), (Status::Failed, 4));
    assert_eq!(open.latest_error.as_deref(), Some("src/expiry.rs does not exist"));
}

#[test]
fn passes_through_nodes_are_counted() {
    let selected = count(&RUN.0.records(), |record| match &record.event {
        TraceEvent::LashlangExecution(execution) => {
            matches!(execution.event.step, ExecutionStep::BranchSelected(_))
        }
        _ => false,
    });
    assert_eq!(selected, 6);
}

#[test]
fn the_last_turn_is_stopped_by_the_user() {
    let outcomes: Vec<_> = RUN.1.turns.iter().map(|(_, outcome)| format!("{outcome:?}")).collect();
    assert!(outcomes[..2].iter().all(|outcome| outcome.starts_with("Answered")), "{outcomes:?}");
    assert_eq!(outcomes[2], "Stopped");
    let cancelled = count(
        &RUN.0.records(),
        |record| matches!(&record.event, TraceEvent::TurnCompleted(end) if end.status == "cancelled"),
    );
    assert_eq!(cancelled, 1);
}

/// Every place that an answer names is a line of a file that is there.
#[test]
fn answers_name_lines_that_exist() {
    let mut places = 0;
    for record in RUN.0.records() {
        let TraceEvent::LlmCallCompleted(end) = &record.event else { continue };
        for word in end.response.text.split(|char: char| char.is_whitespace() || "(),".contains(char)) {
            let Some((path, line)) = word.trim_end_matches('.').split_once(':') else { continue };
            let Ok(line) = line.parse::<usize>() else { continue };
            let content = std::fs::read_to_string(folder().join("workspace").join(path)).unwrap();
            assert!(content.lines().nth(line - 1).is_some_and(|text| !text.is_empty()), "{word}");
            places += 1;
        }
    }
    assert!(places > 10, "{places} places");
}
