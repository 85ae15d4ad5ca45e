//! The seed traces against what is known to be true of them.

use std::collections::HashMap;

use opentelemetry::trace::SpanId;
use trace_sinks::otel::{OtelOptions, SpanNames, TraceScope};

use super::support::{by_node, export, seed};

/// Every parent in the truth file is the span's parent; a turn whose parent is its session is a root where a trace is a turn.
fn parents_are_true(name: &str, options: OtelOptions) {
    let (records, truth) = seed(name);
    let scope = options.scope;
    let (spans, _) = export(&records, options);
    let nodes = by_node(&spans);
    let ids: HashMap<SpanId, &str> =
        nodes.iter().map(|(key, span)| (span.span_context.span_id(), key.as_str())).collect();
    let tree = truth["tree"].as_object().unwrap();
    let mut wrong = Vec::new();
    for (key, parent) in tree {
        let parent = parent.as_str().unwrap();
        let Some(span) = nodes.get(key) else {
            wrong.push(format!("{key}: no span"));
            continue;
        };
        let found = ids.get(&span.parent_span_id).copied();
        let is_root = scope == TraceScope::Turn && parent.contains("|session:");
        let expected = if is_root { None } else { Some(parent) };
        let is_root_told = !is_root || span.parent_span_id == SpanId::INVALID;
        if found != expected || !is_root_told {
            wrong.push(format!("{key}: {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong: {wrong:#?}", wrong.len(), tree.len());
}

#[test]
fn no_parent_is_wrong_in_traces_of_turns() {
    for name in ["seed-v2-1k", "seed-v2-10k"] {
        parents_are_true(name, OtelOptions::default());
        parents_are_true(name, OtelOptions::default().with_names(SpanNames::GenAi));
    }
}

#[test]
fn no_parent_is_wrong_in_traces_of_sessions() {
    for name in ["seed-v2-1k", "seed-v2-10k"] {
        parents_are_true(name, OtelOptions::default().with_scope(TraceScope::Session));
        parents_are_true(name, OtelOptions::default().with_scope(TraceScope::Run));
    }
}
