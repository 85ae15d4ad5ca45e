//! Calls of tools.

use trace_core::event::{ToolCallCompleted, ToolCallStarted, TraceToolCallOutcome, TraceToolCallStatus};

use super::describe::write_json;
use super::open::{At, Open};
use super::{Assembler, Family, Incoming};
use crate::otel::attributes::Attributes;
use crate::otel::ids::NodeKey;
use crate::otel::place::Kind;
use crate::otel::{ContentCapture, content, convention};

const TOOL: Family = Family { name: "lash.tool", operation: Some(convention::operation::EXECUTE_TOOL) };

impl Assembler {
    pub(super) fn tool_started(&mut self, incoming: Incoming<'_>, call: &ToolCallStarted) {
        let at = self.tool_at(incoming, call.call_id.as_deref(), &call.name, true);
        let name = self.name(TOOL, || format!("execute_tool {}", call.name));
        self.begin(incoming, at, TOOL, name, |this, open| {
            this.describe_call(&call.name, call.call_id.as_deref(), &call.args, &mut open.span.attributes);
            this.link_requesting_call(incoming, call.call_id.as_deref(), open);
        });
    }

    pub(super) fn tool_completed(&mut self, incoming: Incoming<'_>, call: &ToolCallCompleted) {
        let at = self.tool_at(incoming, call.call_id.as_deref(), &call.name, false);
        let name = self.name(TOOL, || format!("execute_tool {}", call.name));
        self.finish(incoming, at, TOOL, name, Some(call.duration_ms), |this, open| {
            if !open.started {
                this.describe_call(
                    &call.name,
                    call.call_id.as_deref(),
                    &call.args,
                    &mut open.span.attributes,
                );
            }
            this.describe_outcome(call, open);
        });
    }

    /// Where a call stands. One without an id is joined with the oldest open call of its lane that has its name.
    fn tool_at(&mut self, incoming: Incoming<'_>, id: Option<&str>, name: &str, starts: bool) -> At {
        let key = match id.filter(|id| !id.is_empty()) {
            Some(id) => self.key(incoming.lane, Kind::Tool, id),
            None if starts => self.nameless(incoming, name, &incoming.record.id),
            None => self.nameless_end(incoming, name),
        };
        self.at(incoming, key)
    }

    fn nameless(&self, incoming: Incoming<'_>, name: &str, record: &str) -> NodeKey {
        let lane = self.lanes.get(incoming.lane);
        let (session, turn) = lane.map_or(("", ""), |lane| (&*lane.session, &*lane.turn));
        NodeKey::new(&[session, turn, "nameless tool", name, record])
    }

    /// The call that an end without an id ends. Repeated, it ends no other.
    fn nameless_end(&mut self, incoming: Incoming<'_>, name: &str) -> NodeKey {
        let own = Self::key_of_record(incoming);
        let id = self.hashes.of(own.bytes());
        match self.oldest_nameless(incoming, name).filter(|_| !self.closed.contains(id)) {
            Some(started) => {
                self.closed.insert(id, ());
                started
            }
            None => own,
        }
    }

    fn oldest_nameless(&self, incoming: Incoming<'_>, name: &str) -> Option<NodeKey> {
        let start = self.nameless(incoming, name, "");
        let start = &start.bytes()[..start.bytes().len() - 4];
        let open = self.open.values().filter(|open| open.lane == incoming.lane);
        let nameless = open.filter(|open| open.key.bytes().starts_with(start));
        let oldest = nameless.min_by_key(|open| (open.span.start, open.key.bytes()));
        oldest.map(|open| open.key.clone())
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
            open.fail(kind.unwrap_or_default(), &format!("tool call failed: {}", call.name));
        }
    }

    /// Links a call to the model's answer that asked for it.
    fn link_requesting_call(&mut self, incoming: Incoming<'_>, id: Option<&str>, open: &mut Open) {
        let (Some(id), Some(lane)) = (id, self.lanes.get(incoming.lane)) else { return };
        if lane.requested.0.contains(&self.hashes.of(id.as_bytes())) {
            let key = lane.requested.1.clone();
            let target = self.target_of(incoming.lane, &key);
            open.span.add_link(target);
        }
    }
}
