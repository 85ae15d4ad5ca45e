//! A header kept apart from the text it borrows.

use std::borrow::Cow;
use std::ops::Range;

use super::header::{ContextHeader, TraceHeader};

/// A [`TraceHeader`] whose borrowed parts are places in the text.
///
/// The reader scans a line once, then hands it out; between the two it cannot hold a borrow of its own buffer.
#[derive(Debug, PartialEq)]
pub(super) struct Detached {
    schema_version: Option<u64>,
    seq: Option<u64>,
    turn_index: Option<u64>,
    parts: [Option<Part>; 11],
}

#[derive(Debug, PartialEq)]
enum Part {
    Place(Range<u32>),
    Text(Box<str>),
}

impl Part {
    fn new(value: Cow<'_, str>, text: &str) -> Self {
        match value {
            Cow::Owned(value) => Self::Text(value.into()),
            Cow::Borrowed(value) => {
                let start = value.as_ptr().addr() - text.as_ptr().addr();
                match (u32::try_from(start), u32::try_from(start + value.len())) {
                    (Ok(start), Ok(end)) => Self::Place(start..end),
                    _ => Self::Text(value.into()),
                }
            }
        }
    }

    fn attach(self, text: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(value) => Some(Cow::Owned(value.into())),
            Self::Place(range) => text.get(range.start as usize..range.end as usize).map(Cow::Borrowed),
        }
    }
}

impl Detached {
    /// Takes apart the header that was scanned from `text`.
    pub(super) fn new(header: TraceHeader<'_>, text: &str) -> Self {
        let TraceHeader { schema_version, id, timestamp, kind, writer, seq, context } = header;
        let ContextHeader {
            run_id,
            session_id,
            turn_id,
            turn_index,
            llm_call_id,
            graph_node_id,
            parent_graph_node_id,
            metadata,
        } = context;
        let parts = [
            id,
            timestamp,
            kind,
            writer,
            run_id,
            session_id,
            turn_id,
            llm_call_id,
            graph_node_id,
            parent_graph_node_id,
            metadata.map(Cow::Borrowed),
        ];
        let parts = parts.map(|part| part.map(|part| Part::new(part, text)));
        Self { schema_version, seq, turn_index, parts }
    }

    /// Puts the header together again over the same text.
    pub(super) fn attach(self, text: &str) -> TraceHeader<'_> {
        let [id, timestamp, kind, writer, run_id, session_id, turn_id, llm_call_id, node, parent, metadata] =
            self.parts.map(|part| part.and_then(|part| part.attach(text)));
        let metadata = match metadata {
            Some(Cow::Borrowed(metadata)) => Some(metadata),
            _ => None,
        };
        let context = ContextHeader {
            run_id,
            session_id,
            turn_id,
            turn_index: self.turn_index,
            llm_call_id,
            graph_node_id: node,
            parent_graph_node_id: parent,
            metadata,
        };
        TraceHeader {
            schema_version: self.schema_version,
            id,
            timestamp,
            kind,
            writer,
            seq: self.seq,
            context,
        }
    }
}
