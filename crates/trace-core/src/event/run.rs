//! Runs of a program: start, summary, and what was lost on the way.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::TraceErrorInfo;
use crate::record::{Timestamp, write_timestamp};
use crate::wire::null_as_default;

/// A program began a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RunStarted {
    /// The run.
    pub run_id: String,
    /// The program.
    pub program: String,
    /// The command and its subcommands.
    #[serde(deserialize_with = "null_as_default")]
    pub command_path: Vec<String>,
    /// Its arguments, redacted by the host.
    #[serde(deserialize_with = "null_as_default")]
    pub args: Vec<String>,
    /// The process id.
    pub pid: u32,
    /// Whether an agent started it.
    pub agent: bool,
    /// What triggered it, such as `schedule`.
    pub trigger: String,
    /// The user it runs for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

impl RunStarted {
    /// A run of a program.
    pub fn new(run_id: impl Into<String>, program: impl Into<String>) -> Self {
        Self { run_id: run_id.into(), program: program.into(), ..Self::default() }
    }
}

/// A program ended a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RunSummary {
    /// The run.
    pub run_id: String,
    /// The program.
    pub program: String,
    /// The command and its subcommands.
    #[serde(deserialize_with = "null_as_default")]
    pub command_path: Vec<String>,
    /// How long it ran, in milliseconds.
    pub duration_ms: u64,
    /// The exit code.
    pub exit_code: i32,
    /// How it ended: `completed`, `failed` or a host's own word.
    pub outcome: String,
    /// Log lines by severity name.
    #[serde(deserialize_with = "null_as_default")]
    pub counts: BTreeMap<String, u64>,
    /// Whether an agent started it.
    pub agent: bool,
    /// What triggered it.
    pub trigger: String,
    /// How free the agent was.
    pub autonomy: String,
    /// What ended it, when it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<TraceErrorInfo>,
}

impl RunSummary {
    /// The end of a run.
    pub fn new(run_id: impl Into<String>, program: impl Into<String>, outcome: impl Into<String>) -> Self {
        Self { run_id: run_id.into(), program: program.into(), outcome: outcome.into(), ..Self::default() }
    }

    /// Whether the run ended in failure.
    pub fn is_failed(&self) -> bool {
        self.exit_code != 0 || self.outcome == "failed"
    }
}

/// Records were lost on the way, and this many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecordsDropped {
    /// How many.
    pub count: u64,
    /// Their size in bytes.
    #[serde(default)]
    pub bytes: u64,
    /// Why, such as `queue_full`.
    pub reason: String,
    /// The time of the first.
    #[serde(default, with = "optional_timestamp", skip_serializing_if = "Option::is_none")]
    pub first_timestamp: Option<DateTime<Utc>>,
    /// The time of the last.
    #[serde(default, with = "optional_timestamp", skip_serializing_if = "Option::is_none")]
    pub last_timestamp: Option<DateTime<Utc>>,
}

impl RecordsDropped {
    /// A number of lost records, their size in bytes, and the reason.
    pub fn new(count: u64, bytes: u64, reason: impl Into<String>) -> Self {
        Self { count, bytes, reason: reason.into(), ..Self::default() }
    }
}

mod optional_timestamp {
    use serde::{Deserializer, Serializer};

    use super::{DateTime, Deserialize as _, Timestamp, Utc, write_timestamp};

    #[expect(clippy::ref_option, reason = "serde passes fields by reference")]
    pub(super) fn serialize<S: Serializer>(
        timestamp: &Option<DateTime<Utc>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match timestamp {
            Some(timestamp) => write_timestamp(timestamp, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        Ok(Option::<Timestamp>::deserialize(deserializer)?.map(|timestamp| timestamp.0))
    }
}
