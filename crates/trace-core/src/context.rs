//! Who a record belongs to: run, session, turn, call, and its place in the tree.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::wire::{ExtraFields, Key};

/// The identity of a record: which run, session, turn and call it belongs to, and where it hangs in the tree.
///
/// # Examples
///
/// ```
/// use trace_core::TraceContext;
///
/// let context = TraceContext::for_session("chat-1").with_turn("turn-0", 0);
/// assert_eq!(context.turn_id.as_deref(), Some("turn-0"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TraceContext {
    /// One run of the host program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// The experiment this run is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experiment_id: Option<String>,
    /// The candidate under evaluation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate_id: Option<String>,
    /// The candidate it was derived from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate_parent_id: Option<String>,
    /// The example being evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example_id: Option<String>,
    /// The data split the example comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// The turn, unique within its session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<String>,
    /// The node this record opens, closes or describes; unique within its session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph_node_id: Option<String>,
    /// The node it hangs under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_graph_node_id: Option<String>,
    /// The turn's number in its session, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn_index: Option<usize>,
    /// The protocol's iteration within the turn, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol_iteration: Option<usize>,
    /// The effect being run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect_id: Option<String>,
    /// The LLM call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub llm_call_id: Option<String>,
    /// The host's own keys, `caused_by` among them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, Value>,
    /// Fields of a newer writer.
    #[serde(flatten)]
    pub extra: ExtraFields,
}

impl TraceContext {
    /// The context of a session.
    pub fn for_session(session_id: impl Into<String>) -> Self {
        Self { session_id: Some(session_id.into()), ..Self::default() }
    }

    /// The same context within a turn.
    #[must_use]
    pub fn with_turn(mut self, turn_id: impl Into<String>, turn_index: usize) -> Self {
        self.turn_id = Some(turn_id.into());
        self.turn_index = Some(turn_index);
        self
    }

    /// The same context within an iteration of the protocol.
    #[must_use]
    pub fn with_protocol_iteration(mut self, iteration: usize) -> Self {
        self.protocol_iteration = Some(iteration);
        self
    }

    /// The same context within an LLM call.
    #[must_use]
    pub fn with_llm_call(mut self, llm_call_id: impl Into<String>) -> Self {
        self.llm_call_id = Some(llm_call_id.into());
        self
    }

    /// The same context at a node of the tree, under `parent`. A node is never its own parent.
    #[must_use]
    pub fn with_node(mut self, node_id: impl Into<String>, parent: Option<String>) -> Self {
        let node_id = node_id.into();
        self.parent_graph_node_id = parent.filter(|parent| *parent != node_id);
        self.graph_node_id = Some(node_id);
        self
    }

    /// The same context with one more metadata entry.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }
}

impl<'de> Deserialize<'de> for TraceContext {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContextVisitor)
    }
}

struct ContextVisitor;

impl<'de> Visitor<'de> for ContextVisitor {
    type Value = TraceContext;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a context object")
    }

    fn visit_unit<E: Error>(self) -> Result<TraceContext, E> {
        Ok(TraceContext::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TraceContext, A::Error> {
        let mut context = TraceContext::default();
        while let Some(Key(key)) = map.next_key()? {
            context.read(&key, &mut map)?;
        }
        Ok(context)
    }
}

impl TraceContext {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "run_id" => fill(&mut self.run_id, map, "run_id"),
            "experiment_id" => fill(&mut self.experiment_id, map, "experiment_id"),
            "candidate_id" => fill(&mut self.candidate_id, map, "candidate_id"),
            "candidate_parent_id" => fill(&mut self.candidate_parent_id, map, "candidate_parent_id"),
            "example_id" => fill(&mut self.example_id, map, "example_id"),
            "split" => fill(&mut self.split, map, "split"),
            "session_id" => fill(&mut self.session_id, map, "session_id"),
            "turn_id" => fill(&mut self.turn_id, map, "turn_id"),
            "graph_node_id" => fill(&mut self.graph_node_id, map, "graph_node_id"),
            "parent_graph_node_id" => fill(&mut self.parent_graph_node_id, map, "parent_graph_node_id"),
            "turn_index" => fill(&mut self.turn_index, map, "turn_index"),
            "protocol_iteration" => fill(&mut self.protocol_iteration, map, "protocol_iteration"),
            "effect_id" => fill(&mut self.effect_id, map, "effect_id"),
            "llm_call_id" => fill(&mut self.llm_call_id, map, "llm_call_id"),
            "metadata" if !self.metadata.is_empty() => Err(A::Error::duplicate_field("metadata")),
            "metadata" => {
                map.next_value::<Option<_>>().map(|found| self.metadata = found.unwrap_or_default())
            }
            _ => map.next_value().map(|value| drop(self.extra.insert(key, value))),
        }
    }
}

fn fill<'de, T, A>(slot: &mut Option<T>, map: &mut A, name: &'static str) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = map.next_value()?;
    Ok(())
}
