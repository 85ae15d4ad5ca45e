//! What the records of execution graphs say, as attributes.

use trace_core::event::{
    BranchSelected, ChildStarted, TraceLashlangBranch, TraceLashlangExecutionEvent, TraceLashlangStatus,
    TraceRuntimeSubject,
};

use super::open::Open;
use crate::otel::attributes::Attributes;

/// A node of a graph, as its records name it.
pub(super) struct Pass<'a> {
    pub(super) node_id: &'a str,
    pub(super) kind: &'a str,
    pub(super) label: &'a str,
    pub(super) occurrence: u64,
}

pub(super) fn status_word(status: TraceLashlangStatus) -> &'static str {
    match status {
        TraceLashlangStatus::Running => "running",
        TraceLashlangStatus::Completed => "completed",
        TraceLashlangStatus::Failed => "failed",
        TraceLashlangStatus::Cancelled => "cancelled",
    }
}

/// What every record of a graph says.
pub(super) fn describe_identity(event: &TraceLashlangExecutionEvent, to: &mut Attributes) {
    let identity = &event.identity;
    to.text("lash.lashlang_execution.kind", event.step.kind());
    to.text("lash.lashlang_execution.event_key", &event.event_key);
    to.text("lash.lashlang_execution.graph_key", &identity.graph_key());
    to.text("lash.lashlang_execution.session_id", &identity.scope.session_id);
    to.text_if("lash.lashlang_execution.turn_id", identity.scope.turn_id.as_deref());
    to.text("lash.lashlang_execution.module_ref", &identity.module_ref);
    to.text("lash.lashlang_execution.entry_kind", &identity.entry_kind);
    to.text_if("lash.lashlang_execution.entry_ref", identity.entry_ref.as_deref());
    to.text("lash.lashlang_execution.entry_name", &identity.entry_name);
    match &identity.subject {
        TraceRuntimeSubject::Effect(effect) => {
            to.fixed("lash.lashlang_execution.subject_type", "effect");
            to.text("lash.lashlang_execution.effect_id", &effect.effect_id);
            to.text("lash.lashlang_execution.effect_kind", &effect.kind);
        }
        TraceRuntimeSubject::Process(process) => {
            to.fixed("lash.lashlang_execution.subject_type", "process");
            to.text("lash.lashlang_execution.process_id", &process.process_id);
        }
        TraceRuntimeSubject::Unknown(unknown) => {
            to.text("lash.lashlang_execution.subject_type", &unknown.tag);
        }
        _ => {}
    }
}

pub(super) fn describe_pass(event: &TraceLashlangExecutionEvent, pass: &Pass<'_>, open: &mut Open) {
    let to = &mut open.span.attributes;
    describe_identity(event, to);
    to.text("lash.lashlang_execution.node_id", pass.node_id);
    to.text("lash.lashlang_execution.node_kind", pass.kind);
    to.text("lash.lashlang_execution.node_label", pass.label);
    to.int("lash.lashlang_execution.occurrence", pass.occurrence);
}

pub(super) fn describe_branch(branch: &BranchSelected, to: &mut Attributes) {
    to.text("lash.lashlang_execution.edge_id", &branch.edge_id);
    to.fixed(
        "lash.lashlang_execution.branch",
        match branch.selected {
            TraceLashlangBranch::Then => "then",
            TraceLashlangBranch::Else => "else",
        },
    );
}

pub(super) fn describe_child(child: &ChildStarted, to: &mut Attributes) {
    to.text("lash.lashlang_execution.parent_node_id", &child.parent_node_id);
    to.text("lash.lashlang_execution.child_graph_key", &child.child.graph_key());
    match &child.child.subject {
        TraceRuntimeSubject::Effect(effect) => {
            to.fixed("lash.lashlang_execution.child_subject_type", "effect");
            to.text("lash.lashlang_execution.child_effect_id", &effect.effect_id);
            to.text("lash.lashlang_execution.child_effect_kind", &effect.kind);
        }
        TraceRuntimeSubject::Process(process) => {
            to.fixed("lash.lashlang_execution.child_subject_type", "process");
            to.text("lash.lashlang_execution.child_process_id", &process.process_id);
        }
        TraceRuntimeSubject::Unknown(unknown) => {
            to.text("lash.lashlang_execution.child_subject_type", &unknown.tag);
        }
        _ => {}
    }
}
