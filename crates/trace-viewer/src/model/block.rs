//! Code blocks, batches and processes: what tells one from another.

use super::body::DiagnosticPayload;
use super::build::{Incoming, ModelBuilder};
use super::calls::Edge;
use super::ids::NONE;
use super::lenient::{Num, Text};
use super::node::Place;
use super::{RowKind, Status};

impl ModelBuilder {
    /// The id of the code block of an iteration, for producers that give it none.
    pub(super) fn code_id(&mut self, place: Place, iteration: i64, kind: RowKind) -> u32 {
        if kind != RowKind::CodeBlock {
            return NONE;
        }
        self.id(&["\u{1f}code:", &place.turn.to_string(), ":", &iteration.to_string()])
    }

    /// Names a block by what its record says of it; `phase` names it as long as nothing better is known.
    pub(super) fn name_block(
        &mut self,
        node: u32,
        incoming: &Incoming<'_>,
        phase: &str,
        payload: &DiagnosticPayload<'_>,
    ) {
        if let Some(own) = own_name(self.nodes[node as usize].kind, incoming, payload) {
            self.node(node).name = self.name(&own);
        } else {
            let phase = self.name(phase);
            self.node(node).call_it(phase);
        }
    }
}

/// A process goes by its id, a batch by the number of its calls, a code block by the first line of its code.
fn own_name(kind: RowKind, incoming: &Incoming<'_>, payload: &DiagnosticPayload<'_>) -> Option<String> {
    let name = match kind {
        RowKind::Process => {
            let id = incoming.header.context.graph_node_id.as_deref().unwrap_or("");
            payload.process_id.or(id.strip_prefix("process:").unwrap_or("")).to_owned()
        }
        RowKind::Batch => match payload.tool_call_count.get()? {
            1 => "1 tool call".to_owned(),
            count => format!("{count} tool calls"),
        },
        RowKind::CodeBlock => {
            let mut lines = payload.code.get().lines().map(str::trim);
            lines.find(|line| !line.is_empty())?.to_owned()
        }
        _ => return None,
    };
    Some(name).filter(|name| !name.is_empty())
}

/// The sort of group that a node id says it is.
pub(super) fn call_kind(incoming: &Incoming<'_>) -> Option<RowKind> {
    let id = incoming.header.context.graph_node_id.as_deref()?;
    match id.split(':').next()? {
        "code" => Some(RowKind::CodeBlock),
        "batch" => Some(RowKind::Batch),
        "process" => Some(RowKind::Process),
        _ => None,
    }
}

/// What a phase like `exec_code_started` starts or ends.
pub(super) fn edge_of<'a>(phase: &'a Text<'_>, duration: Num) -> Option<(&'a str, Edge)> {
    let (stem, last) = phase.get().rsplit_once('_')?;
    let end = |status| Edge::End { status, duration_ms: duration.get() };
    let edge = match last {
        "started" => Edge::Start,
        "completed" | "finished" => end(Status::Completed),
        "failed" => end(Status::Failed),
        "cancelled" => end(Status::Cancelled),
        _ => return None,
    };
    Some((stem, edge))
}
