//! Steps of the agent loop, effect checks, and the host's own events.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The agent loop took a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProtocolStep {
    /// The plugin that took it.
    pub plugin_id: String,
    /// What it says; a diagnostic of the runtime has the form `{"diagnostic": {"phase": …, "payload": …}}`.
    pub payload: Value,
}

impl ProtocolStep {
    /// A step of a plugin.
    pub fn new(plugin_id: impl Into<String>, payload: Value) -> Self {
        Self { plugin_id: plugin_id.into(), payload }
    }

    /// A diagnostic of the runtime: `exec_code_started`, `exec_code_completed`, `exec_code_failed` and so on.
    pub fn diagnostic(phase: &str, payload: &Value) -> Self {
        Self::new("runtime", serde_json::json!({ "diagnostic": { "phase": phase, "payload": payload } }))
    }

    /// The phase, where this is a diagnostic.
    pub fn diagnostic_phase(&self) -> Option<&str> {
        self.payload.get("diagnostic")?.get("phase")?.as_str()
    }

    /// Whether this is the diagnostic of a code block, batch or process that failed. One with the `terminal_reason`
    /// `cancelled` was stopped on purpose.
    pub fn is_failed(&self) -> bool {
        let failed = ["exec_code_failed", "batch_failed", "process_failed"];
        let reason = self.payload.pointer("/diagnostic/payload/terminal_reason");
        self.diagnostic_phase().is_some_and(|phase| failed.contains(&phase))
            && reason.and_then(Value::as_str) != Some(super::REASON_CANCELLED)
    }
}

/// The host's own event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Custom {
    /// Its name.
    pub name: String,
    /// Whatever it says.
    pub payload: Value,
}

impl Custom {
    /// An event of the host.
    pub fn new(name: impl Into<String>, payload: Value) -> Self {
        Self { name: name.into(), payload }
    }
}

/// A recorded effect and its reconstruction differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EffectEnvelopeDiff {
    /// The difference.
    pub event: TraceEffectEnvelopeDiffEvent,
}

impl EffectEnvelopeDiff {
    /// A difference.
    pub fn new(event: TraceEffectEnvelopeDiffEvent) -> Self {
        Self { event }
    }
}

/// Where two envelopes of one effect differ.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceEffectEnvelopeDiffEvent {
    /// Hash of the recorded envelope.
    pub recorded_envelope_hash: String,
    /// Hash of the reconstructed one.
    pub reconstructed_envelope_hash: String,
    /// The differing places.
    pub divergent_paths: Vec<TraceEffectEnvelopeDiffEntry>,
}

impl TraceEffectEnvelopeDiffEvent {
    /// The differing places of two envelopes, by their hashes.
    pub fn new(
        recorded_envelope_hash: impl Into<String>,
        reconstructed_envelope_hash: impl Into<String>,
        divergent_paths: Vec<TraceEffectEnvelopeDiffEntry>,
    ) -> Self {
        Self {
            recorded_envelope_hash: recorded_envelope_hash.into(),
            reconstructed_envelope_hash: reconstructed_envelope_hash.into(),
            divergent_paths,
        }
    }
}

/// One place where two envelopes differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceEffectEnvelopeDiffEntry {
    /// The place, as `a.b[0].c`.
    pub path: String,
    /// What was recorded.
    pub recorded: TraceEffectEnvelopeDiffValue,
    /// What was reconstructed.
    pub reconstructed: TraceEffectEnvelopeDiffValue,
}

impl TraceEffectEnvelopeDiffEntry {
    /// A difference at a path.
    pub fn new(
        path: impl Into<String>,
        recorded: TraceEffectEnvelopeDiffValue,
        reconstructed: TraceEffectEnvelopeDiffValue,
    ) -> Self {
        Self { path: path.into(), recorded, reconstructed }
    }
}

/// One side of a difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum TraceEffectEnvelopeDiffValue {
    /// Nothing is there.
    Missing,
    /// A value is there.
    Present {
        /// Its length as JSON, in bytes.
        json_len: usize,
        /// SHA-256 of its JSON.
        json_sha256: String,
        /// The value, when small.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value_json: Option<Value>,
        /// Why the value is not here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value_json_omitted_reason: Option<String>,
    },
}
