//! Strings that the observations of a graph share.

use std::collections::HashSet;
use std::sync::Arc;

use super::fact::{ByJson, Child, Selection, Step, Visit};
use crate::event::ExecutionStep;

/// Below this many bytes unused strings are not looked for.
const LEAST_LIMIT: usize = 16 * 1024;
/// What a string costs beside its text, about.
const OVERHEAD: usize = 48;

/// The strings of one graph, each kept once.
#[derive(Debug)]
pub(super) struct Names {
    known: HashSet<Arc<str>>,
    /// The bytes they take, about.
    size: usize,
    /// The size at which unused ones are looked for.
    limit: usize,
}

impl Default for Names {
    fn default() -> Self {
        Self { known: HashSet::new(), size: 0, limit: LEAST_LIMIT }
    }
}

impl Names {
    fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        let name = Arc::<str>::from(text);
        self.known.insert(Arc::clone(&name));
        self.size += size(text);
        name
    }

    fn visit(&mut self, node: &str, kind: &str, label: &str, occurrence: u64) -> Visit {
        Visit { node: self.get(node), occurrence, kind: self.get(kind), label: self.get(label) }
    }

    /// Forgets strings that no observation uses any more, where they may be half of all.
    pub(super) fn prune(&mut self) {
        if self.size <= self.limit {
            return;
        }
        self.known.retain(|name| Arc::strong_count(name) > 1);
        self.size = self.known.iter().map(|name| size(name)).sum();
        self.limit = LEAST_LIMIT.max(self.size.saturating_mul(2));
    }

    /// What an event says, in the form the store keeps.
    pub(super) fn step(&mut self, step: &ExecutionStep) -> Step {
        match step {
            ExecutionStep::ExecutionStarted(started) => Step::Started(ByJson::new(&started.execution_map)),
            ExecutionStep::ExecutionFinished(finished) => Step::Finished(ByJson::new(finished)),
            ExecutionStep::NodeStarted(node) => {
                Step::NodeStarted(self.visit(&node.node_id, &node.node_kind, &node.label, node.occurrence))
            }
            ExecutionStep::NodeCompleted(node) => {
                Step::NodeCompleted(self.visit(&node.node_id, &node.node_kind, &node.label, node.occurrence))
            }
            ExecutionStep::NodeFailed(node) => Step::NodeFailed(
                self.visit(&node.node_id, &node.node_kind, &node.label, node.occurrence),
                Arc::from(node.error.as_str()),
            ),
            ExecutionStep::BranchSelected(branch) => Step::Branch(Selection {
                node: self.get(&branch.node_id),
                occurrence: branch.occurrence,
                edge: self.get(&branch.edge_id),
                label: branch.selected.label(),
            }),
            ExecutionStep::ChildStarted(child) => Step::Child(Arc::new(Child {
                node: self.get(&child.parent_node_id),
                graph_key: Arc::from(child.child.graph_key()),
                execution: ByJson::new(&child.child),
            })),
            ExecutionStep::Unknown(_) => Step::Unknown,
        }
    }
}

fn size(text: &str) -> usize {
    text.len() + OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{NodeStarted, TraceLashlangMapNode};

    fn label(names: &mut Names, text: &str) -> Arc<str> {
        let node = TraceLashlangMapNode::new("n", "operation", text);
        let Step::NodeStarted(visit) = names.step(&NodeStarted::new(&node, 1).into()) else {
            panic!("it is a start")
        };
        visit.label
    }

    #[test]
    fn only_unused_strings_are_forgotten() {
        let mut names = Names::default();
        let kept = label(&mut names, "kept");
        for round in 0..100 {
            label(&mut names, &round.to_string().repeat(9_000));
            names.prune();
            assert!(names.size <= LEAST_LIMIT);
        }
        assert!(Arc::ptr_eq(&kept, &label(&mut names, "kept")));
    }

    #[test]
    fn strings_in_use_are_looked_through_seldom() {
        let mut names = Names::default();
        let mut limits = std::collections::BTreeSet::new();
        let used: Vec<_> = (0..10_000)
            .map(|number| {
                names.prune();
                limits.insert(names.limit);
                label(&mut names, &format!("label {number}"))
            })
            .collect();
        assert!(used.iter().all(|label| names.known.contains(label)));
        assert!(limits.len() < 10, "{limits:?}");
    }
}
