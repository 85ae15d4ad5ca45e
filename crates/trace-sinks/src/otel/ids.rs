//! Ids of traces and spans, made of what records say: the same records give the same ids, in whatever process and order.
//!
//! `trace_id` is the first 16 bytes and `span_id` the first 8 bytes of a SHA-256 over a domain and the parts of an identity,
//! each with its length before it. The trace's id is a part of every span's: two traces never share a span id.

use opentelemetry::trace::{SpanId, TraceId};
use sha2::{Digest, Sha256};

const TRACE: &str = "lash.trace.v1";
const SPAN: &str = "lash.span.v1";

/// The id of the trace that `parts` name. Never zero.
pub(super) fn trace_id(parts: &[&str]) -> TraceId {
    let mut hash = Hash::new(TRACE);
    for part in parts {
        hash.add(part.as_bytes());
    }
    TraceId::from_bytes(hash.first())
}

/// The id of a span in a trace, by its [`NodeKey`]'s bytes. Never zero.
pub(super) fn span_id(trace: TraceId, node: &[u8]) -> SpanId {
    let mut hash = Hash::new(SPAN);
    hash.add(&trace.to_bytes());
    hash.add(node);
    SpanId::from_bytes(hash.first())
}

struct Hash(Sha256);

impl Hash {
    fn new(domain: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.add(domain.as_bytes());
        hash
    }

    fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    /// The first bytes of the digest, or of the digest's digest where they are all zero.
    fn first<const N: usize>(self) -> [u8; N] {
        let mut digest = self.0.finalize();
        loop {
            if let Some(bytes) = digest.first_chunk::<N>().filter(|bytes| bytes.iter().any(|byte| *byte != 0))
            {
                return *bytes;
            }
            digest = Sha256::digest(digest);
        }
    }
}

/// What names a span within its trace: parts, each with its length before it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct NodeKey(Vec<u8>);

impl NodeKey {
    /// A key of parts.
    pub(super) fn new(parts: &[&str]) -> Self {
        let mut key = Self(Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum()));
        key.set(parts);
        key
    }

    /// Makes this the key of other parts.
    pub(super) fn set(&mut self, parts: &[&str]) {
        self.0.clear();
        for part in parts {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            self.0.extend_from_slice(&length.to_le_bytes());
            self.0.extend_from_slice(part.as_bytes());
        }
    }

    /// The key of a part of what another key names.
    pub(super) fn inside(outer: &Self, parts: &[&str]) -> Self {
        let mut key = Self::new(parts);
        key.0.extend_from_slice(&outer.0);
        key
    }

    /// Its parts, if there are so many.
    pub(super) fn parts<const N: usize>(&self) -> Option<[&[u8]; N]> {
        let mut parts = [[].as_slice(); N];
        let mut rest = self.0.as_slice();
        for part in &mut parts {
            let (length, after) = rest.split_first_chunk::<4>()?;
            (*part, rest) = after.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        }
        rest.is_empty().then_some(parts)
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        assert_ne!(trace_id(&["turn", "ab", "c"]), trace_id(&["turn", "a", "bc"]));
        assert_ne!(NodeKey::new(&["ab", "c"]), NodeKey::new(&["a", "bc"]));
    }

    #[test]
    fn the_same_node_has_another_id_in_another_trace() {
        let node = NodeKey::new(&["tool:call_1"]);
        let [first, second] = ["t0", "t1"].map(|turn| trace_id(&["turn", "chat-1", turn]));
        assert_ne!(span_id(first, node.bytes()), span_id(second, node.bytes()));
        assert_ne!(span_id(first, node.bytes()), SpanId::INVALID);
    }

    #[test]
    fn ids_stay_what_they_were() {
        let trace = trace_id(&["", "turn", "chat-1", "turn-0"]);
        let span = span_id(trace, NodeKey::new(&["turn", "chat-1", "turn-0"]).bytes());
        assert_eq!(
            (trace.to_string(), span.to_string()),
            ("870d9320de9260d717d6157a9a8f49a2".into(), "d7bd164b1cf48a39".into())
        );
    }
}
