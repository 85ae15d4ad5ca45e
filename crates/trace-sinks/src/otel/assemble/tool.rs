//! Calls of tools.

use trace_core::event::{ToolCallCompleted, ToolCallStarted, TraceToolCallOutcome, TraceToolCallStatus};

use super::describe::write_json;
use super::open::{At, Open};
use super::{Assembler, Family, Incoming};
use crate::otel::attributes::Attributes;
use crate::otel::ids::NodeKey;
use crate::otel::place::{Kind, Node, Turn};
use crate::otel::time::Time;
use crate::otel::{ContentCapture, content, convention};

const TOOL: Family = Family { name: "lash.tool", operation: Some(convention::operation::EXECUTE_TOOL) };
/// How many open calls of a name without an id are told apart.
const MAX_NAMELESS: usize = 256;

impl Assembler {
    pub(super) fn tool_started(&mut self, incoming: Incoming<'_>, call: &ToolCallStarted) {
        let at = self.tool_at(incoming, call.call_id.as_deref(), &call.name, None);
        let name = self.name(TOOL, || format!("execute_tool {}", call.name));
        self.begin(incoming, at, TOOL, name, |this, open| {
            this.describe_call(&call.name, call.call_id.as_deref(), &call.args, &mut open.span.attributes);
            this.link_requesting_call(incoming, call.call_id.as_deref(), open);
        });
    }

    pub(super) fn tool_completed(&mut self, incoming: Incoming<'_>, call: &ToolCallCompleted) {
        if self.is_repeat(incoming) {
            return;
        }
        let at = self.tool_at(incoming, call.call_id.as_deref(), &call.name, Some(call.duration_ms));
        let name = self.name(TOOL, || format!("execute_tool {}", call.name));
        self.finish(incoming, at, TOOL, name, Some(call.duration_ms), |this, open| {
            if !open.started {
                this.describe_call(
                    &call.name,
                    call.call_id.as_deref(),
                    &call.args,
                    &mut open.span.attributes,
                );
                this.link_requesting_call(incoming, call.call_id.as_deref(), open);
            }
            this.describe_outcome(call, open);
        });
    }

    /// Where a call stands. One without an id is joined with an open call of its lane that has its name.
    fn tool_at(&mut self, incoming: Incoming<'_>, id: Option<&str>, name: &str, millis: Option<u64>) -> At {
        let named = incoming.record.context.graph_node_id.as_deref();
        let named = match named.map(|node| Node::parse(node, incoming.place)) {
            Some(Node::Other(Kind::Tool, id)) => Some(id),
            _ => None,
        };
        let id = [id, named].into_iter().flatten().find(|id| !id.is_empty());
        let key = match (id, millis) {
            (Some(id), None) => self.starting_call(incoming, Kind::Tool, id),
            (Some(id), Some(_)) => self.ending_call(incoming, id),
            (None, None) => self.nameless_start(incoming, name),
            (None, Some(millis)) => self.nameless_end(incoming, name, millis),
        };
        self.at(incoming, key)
    }

    /// The call that an end ends: the latest of that id; outside turns, the one that a turn left open.
    fn ending_call(&mut self, incoming: Incoming<'_>, id: &str) -> NodeKey {
        let key = self.latest_key(incoming.lane, Kind::Tool, id);
        let own = self.hashes.of(key.bytes());
        if incoming.place.turn != Turn::None || self.open.contains_key(&own) || self.closed.contains(own) {
            return key;
        }
        let lane = self.open_node(Some(incoming.place.session), Kind::Tool, id);
        lane.map_or(key, |lane| self.latest_key(lane, Kind::Tool, id))
    }

    /// The hash that the calls without an id of a lane and a name are kept by.
    fn nameless_id(&self, incoming: Incoming<'_>, name: &str) -> u64 {
        let lane = incoming.lane.to_string();
        self.hashes.of(NodeKey::new(&["nameless", &lane, name]).bytes())
    }

    fn nameless_start(&mut self, incoming: Incoming<'_>, name: &str) -> NodeKey {
        let own = NodeKey::inside(&Self::key_of_record(incoming), &["nameless tool", name]);
        let id = self.hashes.of(own.bytes());
        if self.open.contains_key(&id) || self.closed.contains(id) {
            return own;
        }
        let list = self.nameless_id(incoming, name);
        let mut calls = self.nameless.remove(list).unwrap_or_default();
        if calls.len() >= MAX_NAMELESS {
            calls.retain(|(_, call)| self.open.contains_key(&self.hashes.of(call.bytes())));
            calls.drain(..calls.len().saturating_sub(MAX_NAMELESS - 1));
        }
        calls.push((incoming.time, own.clone()));
        self.nameless.insert(list, calls);
        own
    }

    /// The call that an end without an id ends: of those that are open, the one that began when this says.
    fn nameless_end(&mut self, incoming: Incoming<'_>, name: &str, millis: u64) -> NodeKey {
        let list = self.nameless_id(incoming, name);
        let began = incoming.time.minus_millis(millis);
        let own = Self::key_of_record(incoming);
        let Some(calls) = self.nameless.get_mut(list) else { return own };
        calls.retain(|(_, call)| self.open.contains_key(&self.hashes.of(call.bytes())));
        let distance = |time: Time| time.since(began).max(began.since(time));
        let nearest = calls.iter().enumerate().min_by_key(|(_, (time, _))| distance(*time));
        match nearest.map(|(at, _)| at) {
            Some(at) => calls.remove(at).1,
            None => own,
        }
    }

    fn describe_call(&self, name: &str, id: Option<&str>, args: &serde_json::Value, to: &mut Attributes) {
        to.text(convention::TOOL_NAME, name);
        to.fixed(convention::TOOL_TYPE, "function");
        to.text_if(convention::TOOL_CALL_ID, id);
        to.text_if("lash.tool.call_id", id);
        to.text("lash.tool.name", name);
        if self.options.content >= ContentCapture::ToolsOnly {
            let limit = self.options.limits.value_bytes;
            to.content(convention::TOOL_CALL_ARGUMENTS, content::tool_arguments(args), limit);
        }
        if self.options.include_payload_json {
            to.written("lash.tool.args_json", |text| write_json(args, text));
        }
    }

    fn describe_outcome(&self, call: &ToolCallCompleted, open: &mut Open) {
        let to = &mut open.span.attributes;
        let status = call.output.status();
        to.bool("lash.tool.success", call.output.is_success());
        to.fixed(
            "lash.tool.status",
            match status {
                TraceToolCallStatus::Success => "success",
                TraceToolCallStatus::Failure => "failure",
                TraceToolCallStatus::Cancelled => "cancelled",
            },
        );
        to.int("lash.tool.duration_ms", call.duration_ms);
        if self.options.content >= ContentCapture::ToolsOnly {
            let limit = self.options.limits.value_bytes;
            to.content(convention::TOOL_CALL_RESULT, content::tool_result(&call.output), limit);
        }
        if self.options.include_payload_json {
            to.written("lash.tool.result_json", |text| write_json(&call.output, text));
        }
        if let TraceToolCallOutcome::Failure(payload) = &call.output.outcome {
            let kind = ["kind", "code", "type"].into_iter().find_map(|key| payload.get(key)?.as_str());
            let message = payload.as_str().or_else(|| payload.get("message")?.as_str());
            let message = message.map(|message| format!(": {message}")).unwrap_or_default();
            open.fail(kind.unwrap_or_default(), &format!("tool call failed: {}{message}", call.name));
        }
    }

    /// Links a call to the model's answer that asked for it.
    fn link_requesting_call(&mut self, incoming: Incoming<'_>, id: Option<&str>, open: &mut Open) {
        let (Some(id), Some(lane)) = (id, self.lanes.get(incoming.lane)) else { return };
        if lane.requested.0.contains(&self.hashes.of(id.as_bytes())) {
            let key = lane.requested.1.clone();
            let target = self.target_of(incoming.lane, &key);
            open.span.add_link(target, "requested_by");
        }
    }
}
