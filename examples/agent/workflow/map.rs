//! The static shape of the program: what could run, before anything does.

use facade::tracing::event::{TraceLashlangMap, TraceLashlangMapEdge, TraceLashlangMapNode};

const MODULE: &str = "module:check_documents";

/// Nodes of the main program.
pub(super) struct MainNode;

impl MainNode {
    pub(super) const FIND: &str = "operation:find";
    pub(super) const CHOOSE: &str = "branch:choose";
    pub(super) const COLLECT_FILES: &str = "operation:collect_files";
    pub(super) const START: &str = "start:review";
    pub(super) const EACH: &str = "loop:documents";
    pub(super) const LOOK: &str = "operation:look";
    pub(super) const FOUND: &str = "branch:found";
    pub(super) const COUNT: &str = "operation:count";
    pub(super) const REPORT: &str = "operation:report";
    pub(super) const AWAIT: &str = "await:review";
    pub(super) const EMPTY: &str = "finish:empty";
    pub(super) const FINISH: &str = "finish:main";
}

/// Nodes of the process that reviews the sources.
pub(super) struct ReviewNode;

impl ReviewNode {
    pub(super) const EACH: &str = "loop:files";
    pub(super) const OPEN: &str = "operation:open";
    pub(super) const MISSING: &str = "branch:missing";
    pub(super) const HISTORY: &str = "operation:history";
    pub(super) const ASK: &str = "operation:ask";
    pub(super) const COMPLETE: &str = "finish:complete";
    pub(super) const FINISH: &str = "finish:review";
}

/// The map of the main program.
pub(super) fn main_map() -> TraceLashlangMap {
    use MainNode as N;
    let nodes = vec![
        titled(N::FIND, "operation", "glob", "Find candidates"),
        titled(N::CHOOSE, "branch", "if empty(paths)", "Choose path"),
        arm("choose", "then"),
        arm("choose", "else"),
        titled(N::EMPTY, "finish", "finish", "Submit empty result"),
        titled(N::COLLECT_FILES, "operation", "grep", "Collect named files"),
        titled(N::START, "start", "start review_sources", "Start child review"),
        titled(N::EACH, "loop", "for path in paths", "Check each document"),
        titled(N::LOOK, "operation", "grep", "Look for the old default"),
        titled(N::FOUND, "branch", "if empty(hits)", "Found any?"),
        arm("found", "then"),
        arm("found", "else"),
        TraceLashlangMapNode::new(N::COUNT, "operation", "word_count"),
        TraceLashlangMapNode::new(N::REPORT, "operation", "report_finding"),
        titled(N::AWAIT, "await", "await child", "Collect child result"),
        TraceLashlangMapNode::new(N::FINISH, "finish", "finish"),
    ];
    let edges = edges(&[
        (N::FIND, N::CHOOSE, "sequence"),
        (N::CHOOSE, "branch_arm:choose_then", "then"),
        (N::CHOOSE, "branch_arm:choose_else", "else"),
        ("branch_arm:choose_then", N::EMPTY, "sequence"),
        ("branch_arm:choose_else", N::COLLECT_FILES, "sequence"),
        (N::COLLECT_FILES, N::START, "sequence"),
        (N::START, N::EACH, "sequence"),
        (N::EACH, N::LOOK, "sequence"),
        (N::LOOK, N::FOUND, "sequence"),
        (N::FOUND, "branch_arm:found_then", "then"),
        (N::FOUND, "branch_arm:found_else", "else"),
        ("branch_arm:found_then", N::COUNT, "sequence"),
        ("branch_arm:found_else", N::REPORT, "sequence"),
        (N::COUNT, N::EACH, "repeat"),
        (N::REPORT, N::EACH, "repeat"),
        (N::EACH, N::AWAIT, "sequence"),
        (N::AWAIT, N::FINISH, "sequence"),
    ]);
    TraceLashlangMap::new(MODULE, "main", "main", nodes, edges)
}

/// The map of the process.
pub(super) fn review_map() -> TraceLashlangMap {
    use ReviewNode as N;
    let mut ask = titled(N::ASK, "operation", "spawn_agent", "Ask the fact checker");
    if let Some(label) = &mut ask.label_metadata {
        label.description = Some("A session of its own, with the same tools".to_owned());
    }
    let nodes = vec![
        titled(N::EACH, "loop", "for path in files", "Open each named file"),
        titled(N::OPEN, "operation", "read_file", "Open file"),
        titled(N::MISSING, "branch", "if empty(missing)", "Anything missing?"),
        arm("missing", "then"),
        arm("missing", "else"),
        TraceLashlangMapNode::new(N::COMPLETE, "finish", "finish"),
        titled(N::HISTORY, "operation", "grep", "Look in the change log"),
        ask,
        TraceLashlangMapNode::new(N::FINISH, "finish", "finish"),
    ];
    let edges = edges(&[
        (N::EACH, N::OPEN, "sequence"),
        (N::OPEN, N::EACH, "repeat"),
        (N::EACH, N::MISSING, "sequence"),
        (N::MISSING, "branch_arm:missing_then", "then"),
        (N::MISSING, "branch_arm:missing_else", "else"),
        ("branch_arm:missing_then", N::COMPLETE, "sequence"),
        ("branch_arm:missing_else", N::HISTORY, "sequence"),
        (N::HISTORY, N::ASK, "sequence"),
        (N::ASK, N::FINISH, "sequence"),
    ]);
    TraceLashlangMap::new(MODULE, "process", "review_sources", nodes, edges)
}

/// A node that the program's author gave a title.
fn titled(id: &str, kind: &str, label: &str, title: &str) -> TraceLashlangMapNode {
    TraceLashlangMapNode::new(id, kind, label).with_title(title)
}

fn arm(branch: &str, arm: &str) -> TraceLashlangMapNode {
    TraceLashlangMapNode::new(format!("branch_arm:{branch}_{arm}"), "branch_arm", arm)
}

fn edges(edges: &[(&str, &str, &str)]) -> Vec<TraceLashlangMapEdge> {
    let numbered = edges.iter().enumerate();
    numbered
        .map(|(index, (from, to, label))| {
            TraceLashlangMapEdge::new(format!("edge:{:02}", index + 1), *from, *to, *label)
        })
        .collect()
}
