//! Records of a moment: spans without a duration, or events of the span around them.

use trace_core::Severity;
use trace_core::event::{
    Custom, Log, PromptBuilt, RecordsDropped, RuntimeEvent, TokenUsage, TraceEffectEnvelopeDiffEvent,
    TraceErrorInfo, TraceTokenUsage, UncaughtError,
};

use super::describe::write_json;
use super::open::{At, Open, Parent};
use super::{Assembler, Family, Incoming, family};
use crate::otel::attributes::Attributes;
use crate::otel::ids::NodeKey;
use crate::otel::place::{Kind, Turn};
use crate::otel::span::SpanEvent;

impl Assembler {
    /// A record of a moment. By the conventions' names it is an event of the nearest open span around it.
    pub(super) fn moment(
        &mut self,
        incoming: Incoming<'_>,
        family: Family,
        fill: impl FnOnce(&Self, &mut Attributes),
    ) {
        self.moment_or_failure(incoming, family, fill, |_| {});
    }

    /// The same, where a span of its own says that it failed.
    pub(super) fn moment_or_failure(
        &mut self,
        incoming: Incoming<'_>,
        family: Family,
        fill: impl FnOnce(&Self, &mut Attributes),
        fail: impl FnOnce(&mut Open),
    ) {
        let parent = self.parent_of_moment(incoming);
        if self.folds() && self.is_repeat(incoming) {
            return;
        }
        if self.folds()
            && let Some(id) = self.open_around(incoming, &parent)
        {
            let mut attributes = Attributes::default();
            attributes.text("lash.trace.record_id", &incoming.record.id);
            fill(self, &mut attributes);
            let event = SpanEvent { name: family.name, time: incoming.time, attributes };
            self.add_event(id, event);
            return;
        }
        let at = At { key: Self::key_of_record(incoming), parent };
        let name = self.name(family, || family.name.trim_start_matches("lash.").to_owned());
        self.instant(incoming, at, family, name, |this, open| {
            fill(this, &mut open.span.attributes);
            fail(open);
        });
    }

    /// The parent that a record names, or its call.
    fn parent_of_moment(&mut self, incoming: Incoming<'_>) -> Parent {
        let context = &incoming.record.context;
        match context.llm_call_id.as_deref().filter(|_| context.parent_graph_node_id.is_none()) {
            Some(call) => self.parent_at(incoming, crate::otel::place::Node::Other(Kind::Llm, call)),
            None => self.parent(incoming),
        }
    }

    /// The open span that a record of a moment happened in: its parent, else its turn.
    fn open_around(&mut self, incoming: Incoming<'_>, parent: &Parent) -> Option<u64> {
        let root = self.lanes.get(incoming.lane).map(|lane| self.hashes.of(lane.root.bytes()));
        let parent = match parent {
            Parent::Node(cause) => Some(self.hashes.of(cause.node.bytes())),
            Parent::LaneRoot | Parent::Session | Parent::Nothing | Parent::Linked(_) | Parent::Remote(_) => {
                root
            }
        };
        let is_open = |id: &u64| self.open.get(id).is_some_and(|open| open.started);
        parent.filter(is_open).or_else(|| root.filter(is_open).filter(|_| incoming.place.turn != Turn::None))
    }

    pub(super) fn prompt_built(&mut self, incoming: Incoming<'_>, prompt: &PromptBuilt) {
        let payload = self.options.include_payload_json;
        self.moment(incoming, family("lash.prompt"), |_, to| {
            to.text("lash.prompt.hash", &prompt.prompt_hash);
            to.int("lash.prompt.chars", prompt.prompt_chars);
            to.int("lash.prompt.component_count", prompt.components.len());
            if payload {
                to.written("lash.prompt.components_json", |text| write_json(&prompt.components, text));
            }
        });
    }

    pub(super) fn token_usage(&mut self, incoming: Incoming<'_>, usage: &TokenUsage) {
        self.moment(incoming, family("lash.token_usage"), |_, to| {
            describe_usage(usage.usage, to);
            let names = [
                "lash.usage.cumulative.input_tokens",
                "lash.usage.cumulative.output_tokens",
                "lash.usage.cumulative.cache_read_input_tokens",
                "lash.usage.cumulative.cache_write_input_tokens",
                "lash.usage.cumulative.reasoning_output_tokens",
            ];
            usage.cumulative.iter().for_each(|usage| describe_counts(names, *usage, to));
        });
    }

    pub(super) fn envelope_diff(&mut self, incoming: Incoming<'_>, diff: &TraceEffectEnvelopeDiffEvent) {
        let payload = self.options.include_payload_json;
        let fill = |_: &Self, to: &mut Attributes| {
            to.text("lash.effect_envelope.recorded_hash", &diff.recorded_envelope_hash);
            to.text("lash.effect_envelope.reconstructed_hash", &diff.reconstructed_envelope_hash);
            to.int("lash.effect_envelope.divergent_path_count", diff.divergent_paths.len());
            if payload {
                let write = |text: &mut String| write_json(&diff.divergent_paths, text);
                to.written("lash.effect_envelope.divergent_paths_json", write);
            }
        };
        self.moment_or_failure(incoming, family("lash.effect_envelope_diff"), fill, |open| {
            open.fail("envelope_diff", "a recorded effect and its reconstruction differ");
        });
    }

    pub(super) fn custom(&mut self, incoming: Incoming<'_>, custom: &Custom) {
        let payload = self.options.include_payload_json;
        self.moment(incoming, family("lash.custom"), |_, to| {
            to.text("lash.custom.name", &custom.name);
            if payload {
                to.written("lash.custom.payload_json", |text| write_json(&custom.payload, text));
            }
        });
    }

    pub(super) fn log(&mut self, incoming: Incoming<'_>, log: &Log) {
        let fill = |_: &Self, to: &mut Attributes| {
            to.fixed("lash.log.level", log.level.name());
            to.text("lash.log.target", &log.target);
            to.text("lash.log.message", &log.message);
            log.fields.iter().for_each(|(key, value)| to.json("lash.log.fields.", key, value));
            to.text_if("code.file.path", log.file.as_deref());
            if let Some(line) = log.line {
                to.int("code.line.number", line);
            }
            log.error.iter().for_each(|error| describe_error(error, to));
        };
        self.moment_or_failure(incoming, family("lash.log"), fill, |open| {
            if log.level >= Severity::Error {
                let error_type = log.error.as_ref().map_or("", |error| &error.error_type);
                open.fail(error_type, &log.message);
            }
        });
    }

    pub(super) fn runtime_event(&mut self, incoming: Incoming<'_>, event: &RuntimeEvent) {
        let fill = |_: &Self, to: &mut Attributes| {
            to.text("lash.runtime_event.name", &event.name);
            to.text("lash.runtime_event.category", &event.category);
            to.fixed("lash.runtime_event.level", event.level.name());
            to.text("lash.runtime_event.message", &event.message);
            event.details.iter().for_each(|(key, value)| to.json("lash.runtime_event.details.", key, value));
        };
        self.moment_or_failure(incoming, family("lash.runtime_event"), fill, |open| {
            if event.level >= Severity::Error {
                open.fail(&event.name, &event.message);
            }
        });
    }

    pub(super) fn uncaught_error(&mut self, incoming: Incoming<'_>, uncaught: &UncaughtError) {
        let fill = |_: &Self, to: &mut Attributes| {
            to.text_if("thread.name", uncaught.thread.as_deref());
            describe_error(&uncaught.error, to);
        };
        self.moment_or_failure(incoming, family("lash.uncaught_error"), fill, |open| {
            open.fail(&uncaught.error.error_type, &uncaught.error.message);
        });
    }

    pub(super) fn records_dropped(&mut self, incoming: Incoming<'_>, dropped: &RecordsDropped) {
        self.moment(incoming, family("lash.records_dropped"), |_, to| {
            to.int("lash.records_dropped.count", dropped.count);
            to.int("lash.records_dropped.bytes", dropped.bytes);
            to.text("lash.records_dropped.reason", &dropped.reason);
            let times = [
                ("lash.records_dropped.first_timestamp", dropped.first_timestamp),
                ("lash.records_dropped.last_timestamp", dropped.last_timestamp),
            ];
            for (name, time) in times {
                to.text_if(name, time.map(|time| time.to_rfc3339()).as_deref());
            }
        });
    }

    pub(super) fn unknown(&mut self, incoming: Incoming<'_>, kind: &str) {
        self.moment(incoming, family("lash.unknown"), |_, to| to.text("lash.unknown.kind", kind));
    }

    /// The key of a run's span.
    pub(super) fn run_key(run: &str) -> NodeKey {
        NodeKey::new(&["run", run])
    }
}

/// Token counts as they were recorded.
pub(super) fn describe_usage(usage: TraceTokenUsage, to: &mut Attributes) {
    let names = [
        "lash.usage.input_tokens",
        "lash.usage.output_tokens",
        "lash.usage.cache_read_input_tokens",
        "lash.usage.cache_write_input_tokens",
        "lash.usage.reasoning_output_tokens",
    ];
    describe_counts(names, usage, to);
}

fn describe_counts(names: [&'static str; 5], usage: TraceTokenUsage, to: &mut Attributes) {
    let counts = [
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_input_tokens,
        usage.cache_write_input_tokens,
        usage.reasoning_output_tokens,
    ];
    names.into_iter().zip(counts).for_each(|(name, count)| to.int(name, count));
}

/// An error by the conventions for exceptions.
pub(super) fn describe_error(error: &TraceErrorInfo, to: &mut Attributes) {
    to.text("exception.type", &error.error_type);
    to.text("exception.message", &error.message);
    if !error.chain.is_empty() {
        to.texts("lash.error.chain", error.chain.iter().map(String::as_str));
    }
    if !error.frames.is_empty() {
        to.written("exception.stacktrace", |text| {
            for frame in &error.frames {
                let file = frame.file.as_deref().unwrap_or("?");
                let line = frame.line.map(|line| format!(":{line}")).unwrap_or_default();
                text.extend(["at ", &frame.function, " (", file, &line, ")\n"]);
            }
        });
    }
}
