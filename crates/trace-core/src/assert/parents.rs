//! Parents.

use std::collections::BTreeSet;

use super::{Violation, ViolationKind};
use crate::{CausedBy, TraceContext, TraceEvent, TraceRecord};

pub(super) fn check(records: &[TraceRecord]) -> Vec<Violation> {
    let nodes = Nodes::of(records);
    let graphs_only = records.iter().all(is_graph);
    let found = records.iter().enumerate().filter(|(_, record)| !(graphs_only && is_graph(record)));
    found.filter_map(|(index, record)| nodes.check(index, record)).collect()
}

fn is_graph(record: &TraceRecord) -> bool {
    matches!(record.event, TraceEvent::LashlangExecution(_))
}

/// The nodes of a trace, by session and id.
struct Nodes<'a>(BTreeSet<(&'a str, &'a str)>);

impl<'a> Nodes<'a> {
    fn of(records: &'a [TraceRecord]) -> Self {
        let nodes = records
            .iter()
            .filter_map(|record| Some((session(&record.context), record.context.graph_node_id.as_deref()?)));
        Self(nodes.collect())
    }

    fn check(&self, index: usize, record: &TraceRecord) -> Option<Violation> {
        let context = &record.context;
        let parent = context.parent_graph_node_id.as_deref()?;
        let kind = if context.graph_node_id.as_deref() == Some(parent) {
            ViolationKind::OwnParent
        } else if !self.has_parent(context, parent) {
            ViolationKind::DanglingParent
        } else {
            return None;
        };
        let node = context.graph_node_id.as_deref();
        let subject = format!("{} under {parent}", node.unwrap_or_else(|| record.event.kind()));
        Some(Violation::new(kind, subject, index, record))
    }

    fn has_parent(&self, context: &TraceContext, parent: &str) -> bool {
        if self.0.contains(&(session(context), parent)) {
            return true;
        }
        match CausedBy::of(context) {
            None => false,
            Some(
                CausedBy::ProcessEvent { .. }
                | CausedBy::TriggerOccurrence { .. }
                | CausedBy::SessionNode { .. },
            ) => true,
            Some(CausedBy::Process { .. }) => self.0.iter().any(|(_, node)| *node == parent),
            Some(CausedBy::Effect { session_id, effect_id, .. }) => {
                let code = format!("code:{session_id}:{effect_id}");
                self.0.contains(&(session_id.as_str(), parent))
                    || parent == format!("effect:{effect_id}")
                        && self.0.contains(&(session_id.as_str(), code.as_str()))
            }
            Some(cause) => self.0.contains(&(cause.session_id().unwrap_or_default(), parent)),
        }
    }
}

fn session(context: &TraceContext) -> &str {
    context.session_id.as_deref().unwrap_or_default()
}
