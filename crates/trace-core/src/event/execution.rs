//! Execution graphs: a static map, and what is observed while it runs.

mod identity;
mod map;
mod step;

pub use identity::*;
pub use map::*;
pub use step::*;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::wire::{Side, Slot, decode_tagged};

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
    /// An observation of a graph, with its deterministic key:
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
