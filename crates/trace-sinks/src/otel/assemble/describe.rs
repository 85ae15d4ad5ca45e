//! What every span says: which records it was made of, and whose they are.

use super::open::Open;
use super::{Assembler, Family, Incoming};
use crate::otel::attributes::Attributes;
use crate::otel::convention;

/// How many metadata entries a span carries.
pub(super) const MAX_METADATA: usize = 32;

impl Assembler {
    /// What the first record of a span says of every span.
    pub(super) fn describe_start(&self, incoming: Incoming<'_>, family: Family, to: &mut Attributes) {
        let record = incoming.record;
        to.name("lash.span", family.name);
        to.int("lash.trace.schema_version", record.schema_version);
        to.text("lash.trace.record_id", &record.id);
        to.text("lash.trace.event_type", record.event.kind());
        if let Some(seq) = record.seq {
            to.int("lash.trace.seq", seq);
        }
        if self.options.openinference_kind {
            to.fixed(convention::OPENINFERENCE_SPAN_KIND, convention::openinference_kind(family.operation));
        }
        if let Some(operation) = family.operation {
            to.fixed(convention::OPERATION_NAME, operation);
        }
        self.describe_context(incoming, to);
        if self.options.include_event_json {
            to.written("lash.trace.record_json", |text| write_json(record, text));
        }
    }

    fn describe_context(&self, incoming: Incoming<'_>, to: &mut Attributes) {
        let context = &incoming.record.context;
        if let Some(lane) = self.lanes.get(incoming.lane) {
            if !lane.session.is_empty() {
                to.shared(convention::SESSION_ID, &lane.session);
                to.shared(convention::CONVERSATION_ID, &lane.session);
                to.shared("lash.context.session_id", &lane.session);
            }
            if context.turn_id.is_some() && !lane.turn.is_empty() {
                to.shared("lash.context.turn_id", &lane.turn);
            }
        }
        let texts = [
            ("lash.context.run_id", &context.run_id),
            ("lash.context.experiment_id", &context.experiment_id),
            ("lash.context.candidate_id", &context.candidate_id),
            ("lash.context.candidate_parent_id", &context.candidate_parent_id),
            ("lash.context.example_id", &context.example_id),
            ("lash.context.split", &context.split),
            ("lash.context.graph_node_id", &context.graph_node_id),
            ("lash.context.parent_graph_node_id", &context.parent_graph_node_id),
            ("lash.context.effect_id", &context.effect_id),
            ("lash.context.llm_call_id", &context.llm_call_id),
        ];
        for (name, text) in texts {
            to.text_if(name, text.as_deref());
        }
        if let Some(index) = context.turn_index {
            to.int("lash.context.turn_index", index);
        }
        if let Some(iteration) = context.protocol_iteration {
            to.int("lash.context.protocol_iteration", iteration);
        }
        if self.options.include_context_metadata {
            let entries = context.metadata.iter().take(MAX_METADATA);
            entries.for_each(|(key, value)| to.json("lash.metadata.", key, value));
        }
    }

    /// What the last record of a span says of every span.
    pub(super) fn describe_end(&self, incoming: Incoming<'_>, open: &mut Open) {
        if !open.started {
            return;
        }
        let record = incoming.record;
        let to = &mut open.span.attributes;
        to.int("lash.trace.end_schema_version", record.schema_version);
        to.text("lash.trace.end_record_id", &record.id);
        to.text("lash.trace.end_event_type", record.event.kind());
        if self.options.include_event_json {
            to.written("lash.trace.end_record_json", |text| write_json(record, text));
        }
    }
}

/// Appends a value's JSON; nothing where it has none.
pub(super) fn write_json(value: &impl serde::Serialize, text: &mut String) {
    if let Ok(json) = serde_json::to_string(value) {
        text.push_str(&json);
    }
}
