//! What spans look like.

use std::borrow::Cow;
use std::time::Duration;

/// How records become spans.
///
/// # Examples
///
/// ```
/// use trace_sinks::otel::{ContentCapture, OtelOptions, SpanNames};
///
/// let options = OtelOptions::default().with_names(SpanNames::GenAi).with_content(ContentCapture::ToolsOnly);
/// assert_eq!(options.content, ContentCapture::ToolsOnly);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, named where it is set")]
pub struct OtelOptions {
    /// What spans are called.
    pub names: SpanNames,
    /// The first part of span names and of attribute keys that are not of a convention: `lash`.
    pub prefix: Cow<'static, str>,
    /// What one trace holds.
    pub scope: TraceScope,
    /// Whether prompts, answers, arguments and results go along.
    pub content: ContentCapture,
    /// How large a span may get.
    pub limits: SpanLimits,
    /// How long unfinished spans are waited for.
    pub open: OpenSpans,
    /// Goes into every trace id: equal session ids of two tenants stay two.
    pub tenant: Cow<'static, str>,
    /// Whether each span carries the records it was made of, as JSON (`lash.trace.record_json`).
    pub include_event_json: bool,
    /// Whether spans carry the context's metadata (`lash.metadata.*`).
    pub include_context_metadata: bool,
    /// Whether spans carry payloads as JSON (`lash.llm.request_json` and others).
    pub include_payload_json: bool,
    /// Whether single stream records become events of their call, at most 64 a span. Without it they are counted.
    pub raw_stream_events: bool,
    /// Whether spans carry `openinference.span.kind`.
    pub openinference_kind: bool,
    /// Whether turns carry the sums of their calls as `gen_ai.usage.*`. Backends that add up spans then count tokens twice;
    /// the sums are in `lash.turn.usage.*` either way.
    pub turn_usage: bool,
    /// Whether tokens written to a cache are told under the older name `gen_ai.usage.cache_creation.input_tokens` too.
    pub cache_creation_alias: bool,
}

impl Default for OtelOptions {
    fn default() -> Self {
        Self {
            names: SpanNames::default(),
            prefix: Cow::Borrowed("lash"),
            scope: TraceScope::default(),
            content: ContentCapture::default(),
            limits: SpanLimits::default(),
            open: OpenSpans::default(),
            tenant: Cow::Borrowed(""),
            include_event_json: false,
            include_context_metadata: true,
            include_payload_json: false,
            raw_stream_events: false,
            openinference_kind: false,
            turn_usage: false,
            cache_creation_alias: true,
        }
    }
}

impl OtelOptions {
    /// The same options with other names.
    #[must_use]
    pub fn with_names(mut self, names: SpanNames) -> Self {
        self.names = names;
        self
    }

    /// The same options with another prefix.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<Cow<'static, str>>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// The same options with another scope of a trace.
    #[must_use]
    pub fn with_scope(mut self, scope: TraceScope) -> Self {
        self.scope = scope;
        self
    }

    /// The same options with more or less content.
    #[must_use]
    pub fn with_content(mut self, content: ContentCapture) -> Self {
        self.content = content;
        self
    }
}

/// What spans are called. Attributes are the same either way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpanNames {
    /// A fixed name for each family: `lash.turn`, `lash.llm`, `lash.tool`. Every record becomes a span or closes one.
    #[default]
    Seed,
    /// The names of the generative AI conventions: `invoke_agent …`, `chat …`, `execute_tool …`. Records without a duration become
    /// events of the span around them.
    GenAi,
}

/// What one trace holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TraceScope {
    /// A turn, with the sub-agents that it started; linked to the turn before it.
    #[default]
    Turn,
    /// A session, with the sessions that it started.
    Session,
    /// A run of the host program, by `run_id`; the session where there is none.
    Run,
}

/// Whether prompts, answers, arguments and results leave the process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ContentCapture {
    /// None of it.
    #[default]
    Off,
    /// Arguments and results of tools.
    ToolsOnly,
    /// All of it.
    Full,
}

/// How large a span may get. What is beyond a limit is cut off or left out, and the span says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SpanLimits {
    /// Attributes of a span.
    pub attributes: usize,
    /// Events of a span.
    pub events: usize,
    /// Links of a span.
    pub links: usize,
    /// Bytes of one text value.
    pub value_bytes: usize,
    /// Bytes of all attributes of a span.
    pub span_bytes: usize,
}

impl Default for SpanLimits {
    fn default() -> Self {
        Self { attributes: 128, events: 128, links: 128, value_bytes: 32 * 1024, span_bytes: 256 * 1024 }
    }
}

/// How long unfinished spans are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OpenSpans {
    /// How many may be open; the longest idle are closed as incomplete when there are more.
    pub limit: usize,
    /// After how long without a record, by the records' own time, a span is closed as incomplete; never if none.
    pub time_to_live: Option<Duration>,
}

impl Default for OpenSpans {
    fn default() -> Self {
        Self { limit: 65_536, time_to_live: Some(Duration::from_hours(1)) }
    }
}
