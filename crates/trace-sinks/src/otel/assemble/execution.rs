//! Execution graphs: a span for each execution and for each pass through a node.

use trace_core::event::{
    BranchSelected, ChildStarted, ExecutionFinished, ExecutionStarted, ExecutionStep,
    TraceLashlangExecutionEvent, TraceLashlangExecutionIdentity, TraceLashlangStatus, TraceRuntimeScope,
    TraceRuntimeSubject,
};

use super::describe::write_json;
use super::graph::{Pass, describe_branch, describe_child, describe_identity, describe_pass, status_word};
use super::open::{At, Open, Parent};
use super::{Assembler, Family, Incoming, family};
use crate::otel::attributes::Attributes;
use crate::otel::ids::NodeKey;
use crate::otel::lanes::Cause;
use crate::otel::place::{Kind, Node, Place, Turn};
use crate::otel::span::{Name, SpanEvent};

const EXECUTION: Family = family("lash.lashlang_execution");

macro_rules! pass {
    ($node:expr) => {
        Pass {
            node_id: &$node.node_id,
            kind: &$node.node_kind,
            label: &$node.label,
            occurrence: $node.occurrence,
        }
    };
}

impl Assembler {
    pub(super) fn execution(&mut self, incoming: Incoming<'_>, event: &TraceLashlangExecutionEvent) {
        match &event.step {
            ExecutionStep::ExecutionStarted(started) => self.execution_started(incoming, event, started),
            ExecutionStep::ExecutionFinished(finished) => self.execution_finished(incoming, event, finished),
            ExecutionStep::NodeStarted(node) => self.node_started(incoming, event, &pass!(node)),
            ExecutionStep::NodeCompleted(node) => self.node_ended(incoming, event, &pass!(node), None),
            ExecutionStep::NodeFailed(node) => {
                self.node_ended(incoming, event, &pass!(node), Some(&node.error));
            }
            ExecutionStep::BranchSelected(branch) => self.branch_selected(incoming, event, branch),
            ExecutionStep::ChildStarted(child) => self.child_started(incoming, event, child),
            _ => self.moment(incoming, EXECUTION, |_, to| describe_identity(event, to)),
        }
    }

    /// The key of an execution in a lane.
    fn execution_key(&self, lane: u64, subject: &TraceRuntimeSubject) -> NodeKey {
        match subject {
            TraceRuntimeSubject::Effect(effect) => self.key(lane, Kind::Effect, &effect.effect_id),
            TraceRuntimeSubject::Process(process) => self.key(lane, Kind::Execution, &process.process_id),
            TraceRuntimeSubject::Unknown(unknown) => self.key(lane, Kind::Execution, &unknown.tag),
            _ => self.key(lane, Kind::Execution, ""),
        }
    }

    fn pass_key(
        &self,
        incoming: Incoming<'_>,
        subject: &TraceRuntimeSubject,
        node: &str,
        occurrence: u64,
    ) -> NodeKey {
        let execution = self.execution_key(incoming.lane, subject);
        NodeKey::inside(&execution, &["pass", node, &occurrence.to_string()])
    }

    fn execution_at(&mut self, incoming: Incoming<'_>, event: &TraceLashlangExecutionEvent) -> At {
        let key = self.execution_key(incoming.lane, &event.identity.subject);
        let started_by = self.children.get(self.hashes.of(key.bytes())).cloned();
        let parent = match started_by {
            Some(node) if self.is_same_trace(incoming.lane, node.lane) => Parent::Node(node),
            _ => self.around_execution(incoming, &event.identity.subject),
        };
        At { key, parent }
    }

    fn is_same_trace(&mut self, lane: u64, other: u64) -> bool {
        let [lane, other] = [lane, other].map(|lane| self.lanes.trace(lane, &self.hashes, &mut self.scratch));
        lane == other
    }

    /// Links an execution to the node that started it, where that is not what it hangs under.
    fn link_starting_node(&mut self, open: &mut Open) {
        let id = self.hashes.of(open.key.bytes());
        let Some(node) = self.children.get(id).cloned() else { return };
        if open.parent != Parent::Node(node.clone()) {
            let target = self.target_of(node.lane, &node.node);
            open.span.add_link(target, "started_by");
        }
    }

    /// What an execution hangs under: the node that its records stand at or name as parent, the open block of code, the turn.
    fn around_execution(&mut self, incoming: Incoming<'_>, subject: &TraceRuntimeSubject) -> Parent {
        let context = &incoming.record.context;
        let own = context.graph_node_id.as_deref().map(|node| Node::parse(node, incoming.place));
        let stands_at = match (own, subject) {
            (Some(node @ Node::Other(Kind::Process, _)), TraceRuntimeSubject::Process(_)) => Some(node),
            (Some(node @ Node::Other(kind, _)), _) if kind != Kind::Effect && kind != Kind::Process => {
                Some(node)
            }
            _ => None,
        };
        if let Some(node) = stands_at {
            return self.parent_at(incoming, node);
        }
        let code = self.lanes.get(incoming.lane).and_then(|lane| lane.code.clone());
        match code.filter(|_| context.parent_graph_node_id.is_none()) {
            Some(node) => Parent::Node(Cause { lane: incoming.lane, node }),
            None => self.parent(incoming),
        }
    }

    fn execution_name(&self, identity: &TraceLashlangExecutionIdentity) -> Name {
        self.name(EXECUTION, || format!("graph {}", identity.entry_name))
    }

    fn execution_started(
        &mut self,
        incoming: Incoming<'_>,
        event: &TraceLashlangExecutionEvent,
        started: &ExecutionStarted,
    ) {
        let at = self.execution_at(incoming, event);
        let name = self.execution_name(&event.identity);
        self.begin(incoming, at, EXECUTION, name, |this, open| {
            let to = &mut open.span.attributes;
            describe_identity(event, to);
            to.int("lash.lashlang_execution.node_count", started.execution_map.nodes.len());
            to.int("lash.lashlang_execution.edge_count", started.execution_map.edges.len());
            this.link_starting_node(open);
            let to = &mut open.span.attributes;
            this.describe_event(event, "lash.lashlang_execution.event_json", to);
        });
    }

    fn execution_finished(
        &mut self,
        incoming: Incoming<'_>,
        event: &TraceLashlangExecutionEvent,
        finished: &ExecutionFinished,
    ) {
        let at = self.execution_at(incoming, event);
        self.interrupt_passes(&at.key);
        let name = self.execution_name(&event.identity);
        self.finish(incoming, at, EXECUTION, name, None, |this, open| {
            let to = &mut open.span.attributes;
            if !open.started {
                describe_identity(event, to);
            }
            to.fixed("lash.lashlang_execution.status", status_word(finished.status));
            to.text_if("lash.lashlang_execution.error", finished.error.as_deref());
            this.describe_event(event, "lash.lashlang_execution.end_event_json", to);
            if finished.status == TraceLashlangStatus::Failed {
                open.fail("", finished.error.as_deref().unwrap_or_default());
            }
        });
    }

    /// Closes the passes that an execution leaves open when it ends.
    fn interrupt_passes(&mut self, execution: &NodeKey) {
        let Some(passes) = self.passes.remove(&self.hashes.of(execution.bytes())) else { return };
        for id in &passes {
            if let Some(open) = self.open.get_mut(id) {
                open.span.attributes.fixed("lash.lashlang_execution.status", "interrupted");
            }
        }
        self.give_up_all(passes.into_iter().collect());
    }

    /// Notes that a pass ends with its execution, if not before.
    fn note_pass(&mut self, pass: u64, execution: u64) {
        if let Some(open) = self.open.get_mut(&pass) {
            open.within = execution;
            self.passes.entry(execution).or_default().insert(pass);
        }
    }

    pub(super) fn forget_pass(&mut self, execution: u64, pass: u64) {
        if execution != 0
            && let Some(passes) = self.passes.get_mut(&execution)
        {
            passes.remove(&pass);
            if passes.is_empty() {
                self.passes.remove(&execution);
            }
        }
    }

    fn pass_at(&mut self, incoming: Incoming<'_>, subject: &TraceRuntimeSubject, pass: &Pass<'_>) -> At {
        let key = self.pass_key(incoming, subject, pass.node_id, pass.occurrence);
        let node = self.execution_key(incoming.lane, subject);
        At { key, parent: Parent::Node(Cause { lane: incoming.lane, node }) }
    }

    fn pass_name(&self, pass: &Pass<'_>) -> Name {
        self.name(EXECUTION, || match pass.label {
            "" => pass.kind.to_owned(),
            label if label.starts_with(pass.kind) => label.to_owned(),
            label => format!("{} {label}", pass.kind),
        })
    }

    fn node_started(&mut self, incoming: Incoming<'_>, event: &TraceLashlangExecutionEvent, pass: &Pass<'_>) {
        let at = self.pass_at(incoming, &event.identity.subject, pass);
        let id = self.hashes.of(at.key.bytes());
        let execution = self.hashes.of(self.execution_key(incoming.lane, &event.identity.subject).bytes());
        let name = self.pass_name(pass);
        self.begin(incoming, at, EXECUTION, name, |this, open| {
            describe_pass(event, pass, open);
            this.describe_event(event, "lash.lashlang_execution.event_json", &mut open.span.attributes);
        });
        self.note_pass(id, execution);
    }

    fn node_ended(
        &mut self,
        incoming: Incoming<'_>,
        event: &TraceLashlangExecutionEvent,
        pass: &Pass<'_>,
        error: Option<&str>,
    ) {
        let at = self.pass_at(incoming, &event.identity.subject, pass);
        let name = self.pass_name(pass);
        self.finish(incoming, at, EXECUTION, name, None, |this, open| {
            if !open.started {
                describe_pass(event, pass, open);
            }
            let to = &mut open.span.attributes;
            let status =
                if error.is_some() { TraceLashlangStatus::Failed } else { TraceLashlangStatus::Completed };
            to.fixed("lash.lashlang_execution.status", status_word(status));
            to.text_if("lash.lashlang_execution.error", error);
            this.describe_event(event, "lash.lashlang_execution.end_event_json", to);
            if let Some(error) = error {
                open.fail("", error);
            }
        });
    }

    /// A branch that was taken: said by the pass that took it, or by a span of a moment where that is not open.
    fn branch_selected(
        &mut self,
        incoming: Incoming<'_>,
        event: &TraceLashlangExecutionEvent,
        branch: &BranchSelected,
    ) {
        if self.is_repeat(incoming) {
            return;
        }
        let key = self.pass_key(incoming, &event.identity.subject, &branch.node_id, branch.occurrence);
        let id = self.hashes.of(key.bytes());
        if let Some(open) = self.open.get_mut(&id) {
            describe_branch(branch, &mut open.span.attributes);
            open.last = open.last.max(incoming.time);
            return;
        }
        let node = self.execution_key(incoming.lane, &event.identity.subject);
        let at = At {
            key: NodeKey::new(&["observation", &event.event_key]),
            parent: Parent::Node(Cause { lane: incoming.lane, node }),
        };
        let name = self.name(EXECUTION, || "branch".to_owned());
        self.instant(incoming, at, EXECUTION, name, |this, open| {
            let to = &mut open.span.attributes;
            describe_identity(event, to);
            to.text("lash.lashlang_execution.node_id", &branch.node_id);
            to.int("lash.lashlang_execution.occurrence", branch.occurrence);
            describe_branch(branch, to);
            this.describe_event(event, "lash.lashlang_execution.event_json", to);
        });
    }

    /// A graph that a node of another one started: it hangs under that node, or is linked to it.
    fn child_started(
        &mut self,
        incoming: Incoming<'_>,
        event: &TraceLashlangExecutionEvent,
        child: &ChildStarted,
    ) {
        if self.is_repeat(incoming) {
            return;
        }
        let key = self.pass_key(incoming, &event.identity.subject, &child.parent_node_id, child.occurrence);
        let lane = self.lane_of_scope(incoming, &child.child.scope);
        let child_key = self.execution_key(lane, &child.child.subject);
        let node = Cause { lane: incoming.lane, node: key.clone() };
        self.children.insert(self.hashes.of(child_key.bytes()), node.clone());
        let mut attributes = Attributes::default();
        describe_child(child, &mut attributes);
        let id = self.hashes.of(key.bytes());
        if self.open.contains_key(&id) {
            let event =
                SpanEvent { name: "lash.lashlang_execution.child_started", time: incoming.time, attributes };
            self.add_event(id, event);
            return;
        }
        let at = At { key: NodeKey::new(&["observation", &event.event_key]), parent: Parent::Node(node) };
        let name = self.name(EXECUTION, || "child".to_owned());
        self.instant(incoming, at, EXECUTION, name, |this, open| {
            let to = &mut open.span.attributes;
            describe_identity(event, to);
            describe_child(child, to);
            this.describe_event(event, "lash.lashlang_execution.event_json", to);
        });
    }

    fn lane_of_scope(&mut self, incoming: Incoming<'_>, scope: &TraceRuntimeScope) -> u64 {
        let turn = Turn::new(scope.turn_id.as_deref(), scope.turn_index);
        let place = Place { session: &scope.session_id, turn, ..incoming.place };
        self.lanes.of(place, &self.hashes, &mut self.scratch)
    }

    fn describe_event(&self, event: &TraceLashlangExecutionEvent, name: &'static str, to: &mut Attributes) {
        if self.options.include_payload_json {
            to.written(name, |text| write_json(event, text));
        }
    }
}
