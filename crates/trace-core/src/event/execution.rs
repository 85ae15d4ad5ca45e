//! Execution graphs: a static map, and what is observed while it runs.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::wire::{Side, Slot, decode_tagged, null_as_default, tagged_enum};

/// An execution graph moved on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LashlangExecution {
    /// What was observed.
    pub event: TraceLashlangExecutionEvent,
}

impl LashlangExecution {
    /// An observation.
    pub fn new(event: TraceLashlangExecutionEvent) -> Self {
        Self { event }
    }
}

/// One observation of an execution graph.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TraceLashlangExecutionEvent {
    /// Names the observation; the same observation replayed has the same key.
    pub event_key: String,
    /// The graph it belongs to.
    pub identity: TraceLashlangExecutionIdentity,
    /// What was observed.
    #[serde(flatten)]
    pub step: ExecutionStep,
}

impl TraceLashlangExecutionEvent {
    /// An observation of a graph, with the deterministic key of spec'd form:
    /// `lashlang_execution:<graph key>:<suffix>` for code of a turn, `lashlang_execution:<process id>:<suffix>` for a process.
    pub fn new(identity: TraceLashlangExecutionIdentity, step: impl Into<ExecutionStep>) -> Self {
        let step = step.into();
        let scope = match &identity.subject {
            TraceRuntimeSubject::Process(process) => process.process_id.clone(),
            TraceRuntimeSubject::Effect(_) | TraceRuntimeSubject::Unknown(_) => identity.graph_key(),
        };
        let event_key = format!("lashlang_execution:{scope}:{}", step.key_suffix());
        Self { event_key, identity, step }
    }
}

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

tagged_enum! {
    /// What was observed of a graph.
    pub enum ExecutionStep, tag = "kind" {
        /// It began; here is its map.
        ExecutionStarted(ExecutionStarted) = "execution_started",
        /// It ended.
        ExecutionFinished(ExecutionFinished) = "execution_finished",
        /// A node began.
        NodeStarted(NodeStarted) = "node_started",
        /// A node did its work.
        NodeCompleted(NodeCompleted) = "node_completed",
        /// A node failed.
        NodeFailed(NodeFailed) = "node_failed",
        /// A branch was taken.
        BranchSelected(BranchSelected) = "branch_selected",
        /// A node started another graph.
        ChildStarted(ChildStarted in Box) = "child_started",
    }
}

impl ExecutionStep {
    /// Whether this reports a failure.
    pub fn is_failed(&self) -> bool {
        match self {
            Self::NodeFailed(_) => true,
            Self::ExecutionFinished(finished) => finished.status == TraceLashlangStatus::Failed,
            Self::ExecutionStarted(_)
            | Self::NodeStarted(_)
            | Self::NodeCompleted(_)
            | Self::BranchSelected(_)
            | Self::ChildStarted(_)
            | Self::Unknown(_) => false,
        }
    }

    fn key_suffix(&self) -> String {
        match self {
            Self::ExecutionStarted(_) => "started".to_owned(),
            Self::ExecutionFinished(_) => "finished".to_owned(),
            Self::NodeStarted(node) => format!("node:{}:{}:started", node.node_id, node.occurrence),
            Self::NodeCompleted(node) => format!("node:{}:{}:completed", node.node_id, node.occurrence),
            Self::NodeFailed(node) => format!("node:{}:{}:failed", node.node_id, node.occurrence),
            Self::BranchSelected(branch) => {
                format!("branch:{}:{}:{}", branch.node_id, branch.occurrence, branch.edge_id)
            }
            Self::ChildStarted(child) => {
                let target = match &child.child.subject {
                    TraceRuntimeSubject::Process(process) => process.process_id.clone(),
                    TraceRuntimeSubject::Effect(_) | TraceRuntimeSubject::Unknown(_) => {
                        child.child.graph_key()
                    }
                };
                format!("child:{}:{}:{target}", child.parent_node_id, child.occurrence)
            }
            Self::Unknown(unknown) => unknown.tag.clone(),
        }
    }
}

/// A graph began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExecutionStarted {
    /// Its shape, known before any node runs.
    pub execution_map: TraceLashlangMap,
}

impl ExecutionStarted {
    /// The beginning of a graph of this shape.
    pub fn new(execution_map: TraceLashlangMap) -> Self {
        Self { execution_map }
    }
}

/// A graph ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExecutionFinished {
    /// How.
    pub status: TraceLashlangStatus,
    /// Why, when it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl ExecutionFinished {
    /// The end of a graph.
    pub fn new(status: TraceLashlangStatus, error: Option<String>) -> Self {
        Self { status, error }
    }
}

/// A node began.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeStarted {
    /// The node.
    pub node_id: String,
    /// Its sort.
    pub node_kind: String,
    /// Its generated label.
    pub label: String,
    /// Which pass through the node this is.
    pub occurrence: u64,
}

/// A node did its work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeCompleted {
    /// The node.
    pub node_id: String,
    /// Its sort.
    pub node_kind: String,
    /// Its generated label.
    pub label: String,
    /// Which pass through the node this is.
    pub occurrence: u64,
}

/// A node failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeFailed {
    /// The node.
    pub node_id: String,
    /// Its sort.
    pub node_kind: String,
    /// Its generated label.
    pub label: String,
    /// Which pass through the node this is.
    pub occurrence: u64,
    /// Why.
    pub error: String,
}

macro_rules! node_constructors {
    ($($type:ident { $($error:ident)? }),*) => { $(
        impl $type {
            /// A pass through a node of the map.
            pub fn new(node: &TraceLashlangMapNode, occurrence: u64 $(, $error: impl Into<String>)?) -> Self {
                Self {
                    node_id: node.id.clone(),
                    node_kind: node.kind.clone(),
                    label: node.label.clone(),
                    occurrence,
                    $($error: $error.into(),)?
                }
            }
        }
    )* };
}
node_constructors!(NodeStarted {}, NodeCompleted {}, NodeFailed { error });

/// A branch was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BranchSelected {
    /// The branching node.
    pub node_id: String,
    /// Which pass through the node this is.
    pub occurrence: u64,
    /// The edge taken.
    pub edge_id: String,
    /// Which arm it leads to.
    pub selected: TraceLashlangBranch,
}

impl BranchSelected {
    /// A pass through a branch, and the edge it took.
    pub fn new(
        node_id: impl Into<String>,
        occurrence: u64,
        edge_id: impl Into<String>,
        selected: TraceLashlangBranch,
    ) -> Self {
        Self { node_id: node_id.into(), occurrence, edge_id: edge_id.into(), selected }
    }
}

/// An arm of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceLashlangBranch {
    /// The condition held.
    Then,
    /// It did not.
    Else,
}

impl TraceLashlangBranch {
    /// The label of the edge to this arm.
    pub fn label(self) -> &'static str {
        match self {
            Self::Then => "then",
            Self::Else => "else",
        }
    }
}

/// A node started another graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChildStarted {
    /// The node that started it.
    pub parent_node_id: String,
    /// Which pass through the node this is.
    pub occurrence: u64,
    /// The other graph.
    pub child: TraceLashlangChildExecution,
}

impl ChildStarted {
    /// A graph started by a pass through a node.
    pub fn new(
        parent_node_id: impl Into<String>,
        occurrence: u64,
        child: TraceLashlangChildExecution,
    ) -> Self {
        Self { parent_node_id: parent_node_id.into(), occurrence, child }
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

/// The state of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceLashlangStatus {
    /// It runs.
    Running,
    /// It did its work.
    Completed,
    /// It failed.
    Failed,
    /// It was stopped on purpose.
    Cancelled,
}

/// The shape of a graph.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangMap {
    /// The module.
    pub module_ref: String,
    /// The sort of entry point.
    pub entry_kind: String,
    /// A reference to the entry point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_ref: Option<String>,
    /// The entry point's name.
    pub entry_name: String,
    /// The nodes.
    #[serde(default, deserialize_with = "null_as_default")]
    pub nodes: Vec<TraceLashlangMapNode>,
    /// The edges.
    #[serde(default, deserialize_with = "null_as_default")]
    pub edges: Vec<TraceLashlangMapEdge>,
}

impl TraceLashlangMap {
    /// The map of a module's entry point.
    pub fn new(
        module_ref: impl Into<String>,
        entry_kind: impl Into<String>,
        entry_name: impl Into<String>,
        nodes: Vec<TraceLashlangMapNode>,
        edges: Vec<TraceLashlangMapEdge>,
    ) -> Self {
        Self {
            module_ref: module_ref.into(),
            entry_kind: entry_kind.into(),
            entry_ref: None,
            entry_name: entry_name.into(),
            nodes,
            edges,
        }
    }
}

/// A node of a map.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangMapNode {
    /// Its id.
    pub id: String,
    /// Its sort: `operation`, `branch`, `branch_arm`, `loop`, `start`, `await`, `finish` and so on.
    pub kind: String,
    /// Its generated label.
    pub label: String,
    /// What the author calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_metadata: Option<TraceLashlangLabel>,
}

impl TraceLashlangMapNode {
    /// A node.
    pub fn new(id: impl Into<String>, kind: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), kind: kind.into(), label: label.into(), label_metadata: None }
    }

    /// The same node with the author's `@label` title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.label_metadata = Some(TraceLashlangLabel { title: title.into(), description: None });
        self
    }
}

/// An author's `@label`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangLabel {
    /// The title.
    pub title: String,
    /// The description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An edge of a map.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceLashlangMapEdge {
    /// Its id.
    pub id: String,
    /// Where it starts.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// Its label; `then` and `else` for the arms of a branch.
    pub label: String,
}

impl TraceLashlangMapEdge {
    /// An edge.
    pub fn new(
        id: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self { id: id.into(), from: from.into(), to: to.into(), label: label.into() }
    }
}

impl<'de> Deserialize<'de> for TraceLashlangExecutionEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EventVisitor)
    }
}

struct EventVisitor;

impl<'de> Visitor<'de> for EventVisitor {
    type Value = TraceLashlangExecutionEvent;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an execution event")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let mut head = EventHead::default();
        let step = decode_tagged(map, &mut head)?;
        Ok(TraceLashlangExecutionEvent {
            event_key: head.event_key.ok_or_else(|| A::Error::missing_field("event_key"))?,
            identity: head.identity.ok_or_else(|| A::Error::missing_field("identity"))?,
            step,
        })
    }
}

/// What every execution event carries beside its step.
#[derive(Default)]
struct EventHead {
    event_key: Option<String>,
    identity: Option<TraceLashlangExecutionIdentity>,
}

impl<'de> Side<'de> for EventHead {
    fn claim(&mut self, key: &str) -> Option<impl Slot<'de>> {
        match key {
            "event_key" => Some(HeadSlot::EventKey(&mut self.event_key)),
            "identity" => Some(HeadSlot::Identity(&mut self.identity)),
            _ => None,
        }
    }

    fn unknown(&mut self, _key: &str) -> impl Slot<'de> {
        HeadSlot::Ignore
    }
}

enum HeadSlot<'a> {
    EventKey(&'a mut Option<String>),
    Identity(&'a mut Option<TraceLashlangExecutionIdentity>),
    Ignore,
}

impl<'de> DeserializeSeed<'de> for HeadSlot<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self {
            Self::EventKey(slot) => *slot = Some(String::deserialize(deserializer)?),
            Self::Identity(slot) => *slot = Some(Deserialize::deserialize(deserializer)?),
            Self::Ignore => {
                serde::de::IgnoredAny::deserialize(deserializer)?;
            }
        }
        Ok(())
    }
}
