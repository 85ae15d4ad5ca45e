//! Events as the format spells them.

use serde::Serialize;

/// Any event. Times are in microseconds.
#[derive(Debug, Serialize)]
pub(super) struct Event<'a, A> {
    pub(super) ph: &'static str,
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) cat: &'static str,
    pub(super) ts: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dur: Option<i64>,
    pub(super) pid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tid: Option<u32>,
    /// Of both ends of an arrow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<u32>,
    /// `e`: the arrow's end belongs to the call around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bp: Option<&'static str>,
    /// `t`: the instant belongs to its thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) s: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) args: Option<A>,
}

impl<'a, A> Event<'a, A> {
    /// An event without what only some sorts have.
    pub(super) fn new(ph: &'static str, name: &'a str, ts: i64, pid: u32) -> Self {
        Self { ph, name, cat: "", ts, dur: None, pid, tid: None, id: None, bp: None, s: None, args: None }
    }
}

/// What a metadata event says.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Metadata<'a> {
    /// What a process or a thread is called.
    Name(&'a str),
    /// Where it is shown.
    SortIndex(u32),
}

/// Tokens so far; the parts do not overlap.
#[derive(Debug, Serialize)]
pub(super) struct Counter {
    pub(super) input: i64,
    pub(super) cache_read: i64,
    pub(super) cache_write: i64,
    pub(super) output: i64,
}
