//! Which graph an observation belongs to, and the key of that graph.

use serde::{Deserialize, Serialize};

use crate::wire::tagged_enum;

/// Which graph an observation belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangExecutionIdentity {
    /// Where it runs.
    pub scope: TraceRuntimeScope,
    /// What runs it.
    pub subject: TraceRuntimeSubject,
    /// The module.
    pub module_ref: String,
    /// The sort of entry point.
    pub entry_kind: String,
    /// A reference to the entry point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_ref: Option<String>,
    /// The entry point's name.
    pub entry_name: String,
}

impl TraceLashlangExecutionIdentity {
    /// A graph of a module's entry point.
    pub fn new(
        scope: TraceRuntimeScope,
        subject: TraceRuntimeSubject,
        module_ref: impl Into<String>,
        entry_kind: impl Into<String>,
        entry_name: impl Into<String>,
    ) -> Self {
        Self {
            scope,
            subject,
            module_ref: module_ref.into(),
            entry_kind: entry_kind.into(),
            entry_ref: None,
            entry_name: entry_name.into(),
        }
    }

    /// The key of the graph.
    pub fn graph_key(&self) -> String {
        graph_key(&self.scope, &self.subject)
    }
}

/// `effect:<session>:<turn>:<effect>`, `effect:<session>:<effect>` without a turn, or `process:<process>`.
fn graph_key(scope: &TraceRuntimeScope, subject: &TraceRuntimeSubject) -> String {
    let mut key = String::new();
    push_graph_key(&mut key, scope, subject);
    key
}

/// Appends the key of a graph.
pub(crate) fn push_graph_key(key: &mut String, scope: &TraceRuntimeScope, subject: &TraceRuntimeSubject) {
    let turn = scope.turn_id.as_deref().filter(|turn| !turn.is_empty());
    let parts: &[&str] = match (subject, turn) {
        (TraceRuntimeSubject::Process(process), _) => &["process:", &process.process_id],
        (TraceRuntimeSubject::Effect(effect), Some(turn)) => {
            &["effect:", &scope.session_id, ":", turn, ":", &effect.effect_id]
        }
        (TraceRuntimeSubject::Effect(effect), None) => {
            &["effect:", &scope.session_id, ":", &effect.effect_id]
        }
        (TraceRuntimeSubject::Unknown(unknown), _) => &[&unknown.tag, ":", &scope.session_id],
    };
    key.extend(parts.iter().copied());
}

/// Where something runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceRuntimeScope {
    /// The session.
    pub session_id: String,
    /// The turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<String>,
    /// The turn's number, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_index: Option<usize>,
    /// The protocol's iteration within the turn, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol_iteration: Option<usize>,
}

impl TraceRuntimeScope {
    /// Somewhere in a session.
    pub fn new(session_id: impl Into<String>) -> Self {
        Self { session_id: session_id.into(), ..Self::default() }
    }
}

tagged_enum! {
    /// What runs: an effect of a turn, or a durable process.
    pub enum TraceRuntimeSubject, tag = "type" {
        /// An effect of a turn.
        Effect(EffectSubject) = "effect",
        /// A durable process.
        Process(ProcessSubject) = "process",
    }
}

/// An effect that runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EffectSubject {
    /// The effect's id.
    pub effect_id: String,
    /// What sort of effect it is.
    pub kind: String,
}

impl EffectSubject {
    /// An effect.
    pub fn new(effect_id: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { effect_id: effect_id.into(), kind: kind.into() }
    }
}

/// A process that runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProcessSubject {
    /// The process's id.
    pub process_id: String,
}

impl ProcessSubject {
    /// A process.
    pub fn new(process_id: impl Into<String>) -> Self {
        Self { process_id: process_id.into() }
    }
}

/// A graph started by another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangChildExecution {
    /// Where it runs.
    pub scope: TraceRuntimeScope,
    /// What runs it.
    pub subject: TraceRuntimeSubject,
    /// Its module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module_ref: Option<String>,
    /// A reference to its entry point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_ref: Option<String>,
    /// Its entry point's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_name: Option<String>,
}

impl TraceLashlangChildExecution {
    /// A graph by where and what.
    pub fn new(scope: TraceRuntimeScope, subject: TraceRuntimeSubject) -> Self {
        Self { scope, subject, module_ref: None, entry_ref: None, entry_name: None }
    }

    /// The key of the graph.
    pub fn graph_key(&self) -> String {
        graph_key(&self.scope, &self.subject)
    }
}
