//! Generated graphs: neither order nor repetition shows.

use proptest::prelude::*;
use trace_core::event::{
    ExecutionStep, TraceLashlangBranch, TraceLashlangExecutionIdentity, TraceLashlangStatus,
};
use trace_core::{TraceLashlangGraphStore, TraceLashlangNodeStatus as Status, TraceRecord};

use super::build::{
    branch, child, complete, fail, finish, fork, keyed, map, op, process, record, start, store,
};

/// Few names, so that observations meet.
fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["b", "yes", "no", "after", "stray"])
}

fn step() -> impl Strategy<Value = ExecutionStep> {
    let arm = prop::sample::select(vec![TraceLashlangBranch::Then, TraceLashlangBranch::Else]);
    let edge = prop::sample::select(vec!["e-then", "e-else", "e-next", "unheard-of"]);
    let status = prop::sample::select(vec![
        TraceLashlangStatus::Running,
        TraceLashlangStatus::Completed,
        TraceLashlangStatus::Failed,
        TraceLashlangStatus::Cancelled,
    ]);
    prop_oneof![
        1 => Just(fork()),
        1 => Just(map(vec![op("b"), op("stray").with_title("Stray")], vec![])),
        4 => (name(), 0..4_u64).prop_map(|(id, occurrence)| start(id, occurrence)),
        4 => (name(), 0..4_u64).prop_map(|(id, occurrence)| complete(id, occurrence)),
        2 => (name(), 0..4_u64, "[xy]").prop_map(|(id, occurrence, error)| fail(id, occurrence, &error)),
        3 => (name(), 0..4_u64, edge, arm).prop_map(|(id, occurrence, edge, arm)| {
            branch(id, occurrence, edge, arm)
        }),
        2 => (name(), 0..3_u64, "[pq]").prop_map(|(id, occurrence, key)| child(id, occurrence, &key)),
        1 => (status, prop::option::of("[xy]")).prop_map(|(status, error)| {
            finish(status, error.as_deref())
        }),
    ]
}

/// One of two graphs, each told of by two writers that do not agree on the module.
fn identity() -> impl Strategy<Value = TraceLashlangExecutionIdentity> {
    ("[pq]", "module:[12]").prop_map(|(id, module)| {
        let mut identity = process(&id);
        identity.module_ref = module;
        identity
    })
}

/// An event at one of few instants, sometimes under a key that others have too.
fn event() -> impl Strategy<Value = TraceRecord> {
    (identity(), 0..6_i64, step(), prop::option::weighted(0.3, "k[0-5]")).prop_map(
        |(identity, at, step, key)| {
            let record = record(&identity, at, step);
            match key {
                Some(key) => keyed(&key, record),
                None => record,
            }
        },
    )
}

/// Events, and an order in which each comes once or several times.
fn events() -> impl Strategy<Value = (Vec<TraceRecord>, Vec<usize>)> {
    prop::collection::vec(event(), 1..60).prop_flat_map(|events| {
        let count = events.len();
        let repeats = prop::collection::vec(0..count, 0..count);
        let order = repeats.prop_flat_map(move |repeats| {
            let order: Vec<usize> = (0..count).chain(repeats).collect();
            Just(order).prop_shuffle()
        });
        (Just(events), order)
    })
}

fn interrupted_and_statuses_agree(store: &TraceLashlangGraphStore) {
    for graph in store.graphs() {
        let ended = graph.status != TraceLashlangStatus::Running;
        for node in &graph.nodes {
            assert_eq!(node.interrupted, ended && node.status == Status::Running);
            assert_eq!(node.occurrence.is_none(), node.status == Status::Unobserved);
            assert!(node.duration_ms.unwrap_or(0) <= node.total_duration_ms.unwrap_or(0));
        }
    }
}

proptest! {
    #[test]
    fn order_and_repetition_do_not_show((events, order) in events()) {
        let straight = store(&events);
        let shuffled = store(order.iter().map(|&index| &events[index]));
        prop_assert_eq!(straight.graphs(), shuffled.graphs());
        interrupted_and_statuses_agree(&straight);
    }
}
