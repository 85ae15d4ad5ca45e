//! What the store forgets, and when.

use trace_core::event::{NodeStarted, TraceLashlangMapNode, TraceLashlangStatus};
use trace_core::{TraceLashlangGraphStore, TraceSink};

use super::build::{child, complete, finish, fork, keyed, process, record, start};

fn keys(store: &TraceLashlangGraphStore) -> Vec<String> {
    store.graphs().into_iter().map(|graph| graph.graph_key).collect()
}

fn begin(store: &TraceLashlangGraphStore, id: &str, at: i64) {
    store.append(&record(&process(id), at, start("n", 1))).unwrap();
}

fn end(store: &TraceLashlangGraphStore, id: &str, at: i64) {
    store.append(&record(&process(id), at, finish(TraceLashlangStatus::Completed, None))).unwrap();
}

#[test]
fn the_graph_that_ended_first_goes_first() {
    let store = TraceLashlangGraphStore::default().with_max_graphs(3);
    begin(&store, "runs", 0);
    begin(&store, "ends-late", 1);
    begin(&store, "ends-early", 2);
    end(&store, "ends-late", 9);
    end(&store, "ends-early", 5);
    begin(&store, "new", 10);
    assert_eq!(keys(&store), ["process:ends-late", "process:new", "process:runs"]);
    begin(&store, "newer", 11);
    assert_eq!(keys(&store), ["process:new", "process:newer", "process:runs"]);
    assert_eq!(store.evicted_graphs(), 2);
}

#[test]
fn without_an_ended_graph_the_oldest_goes_and_never_the_one_written_to() {
    let store = TraceLashlangGraphStore::default().with_max_graphs(2);
    begin(&store, "b", 5);
    begin(&store, "c", 6);
    begin(&store, "from-the-past", 0);
    assert_eq!(keys(&store), ["process:c", "process:from-the-past"]);

    let one = TraceLashlangGraphStore::default().with_max_graphs(0);
    begin(&one, "a", 0);
    assert_eq!(keys(&one), ["process:a"]);
}

#[test]
fn with_a_graph_its_keys_and_links_go() {
    let store = TraceLashlangGraphStore::default().with_max_graphs(2);
    store.append(&record(&process("parent"), 0, child("n", 1, "child"))).unwrap();
    end(&store, "parent", 1);
    begin(&store, "child", 2);
    assert!(store.graph("process:child").unwrap().parent.is_some());

    begin(&store, "other", 3);
    assert_eq!(store.graph("process:child").unwrap().parent, None);

    end(&store, "other", 4);
    store.append(&record(&process("parent"), 0, child("n", 1, "child"))).unwrap();
    assert!(store.graph("process:child").unwrap().parent.is_some(), "its event key was forgotten with it");
}

#[test]
fn events_are_bounded_over_all_graphs() {
    let store = TraceLashlangGraphStore::default().with_max_events(4);
    begin(&store, "a", 0);
    end(&store, "a", 1);
    begin(&store, "b", 2);
    begin(&store, "b", 2);
    end(&store, "b", 3);
    assert_eq!(store.evicted_graphs(), 0, "a replay takes no room");
    begin(&store, "c", 4);
    assert_eq!(keys(&store), ["process:b", "process:c"]);
}

#[test]
fn a_graph_without_room_says_so_and_still_learns_its_map_and_end() {
    let store = TraceLashlangGraphStore::default().with_max_events(2);
    begin(&store, "other", 0);
    for occurrence in 1..=5 {
        store.append(&record(&process("p"), 1, start("n", occurrence))).unwrap();
    }
    store.append(&record(&process("p"), 2, start("n", 1))).unwrap();
    store.append(&record(&process("p"), 2, complete("n", 1))).unwrap();
    store.append(&record(&process("p"), 3, fork())).unwrap();
    end(&store, "p", 4);

    let graph = store.graph("process:p").unwrap();
    assert_eq!((graph.dropped_events, graph.status), (4, TraceLashlangStatus::Completed));
    assert_eq!(graph.node("n").unwrap().pass_count, 2);
    assert_eq!(graph.edges.len(), 3);
    assert_eq!(keys(&store), ["process:p"]);
}

/// The memory of this process in bytes.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[test]
#[cfg(target_os = "linux")]
fn events_with_one_key_take_the_room_of_one() {
    let store = TraceLashlangGraphStore::default().with_max_events(10);
    let before = resident();
    for round in 0..2_000 {
        let label = format!("{round} {}", "x".repeat(32_000));
        let step = NodeStarted::new(&TraceLashlangMapNode::new("n", "operation", label), 1);
        // Two at the same time, the next two earlier: one is let go, the other put in the place of the last.
        store.append(&keyed("k", record(&process("p"), -(round / 2), step))).unwrap();
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 32 << 20, "{} MB for one event", grown >> 20);
    assert_eq!(store.graph("process:p").unwrap().nodes[0].label[..5], *"1998 ");
}

#[test]
fn clear_forgets_everything_but_the_bounds() {
    let store = TraceLashlangGraphStore::default().with_max_graphs(1);
    begin(&store, "a", 0);
    begin(&store, "b", 1);
    store.clear();
    assert_eq!((store.graphs().len(), store.evicted_graphs()), (0, 0));
    begin(&store, "a", 0);
    begin(&store, "b", 1);
    assert_eq!(keys(&store), ["process:b"]);
}

#[test]
fn a_store_and_its_snapshots_cross_threads() {
    fn is_plain<T: Send + Sync + Unpin + std::fmt::Debug + 'static>() {}
    is_plain::<TraceLashlangGraphStore>();
    is_plain::<trace_core::TraceLashlangGraph>();
}
