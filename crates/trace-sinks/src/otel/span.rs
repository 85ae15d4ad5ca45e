//! A span while it is put together, and what it becomes.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::attributes::{Attributes, Prefix};
use super::content::fit_plain;
use super::export::Finished;
use super::spare::Spare;
use super::time::Time;
use super::{OtelOptions, SpanLimits};

/// Who makes the spans.
pub(super) const SCOPE: &str = "trace-sinks";

/// A span while it is put together.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub(super) name: Name,
    pub(super) kind: SpanKind,
    pub(super) start: Time,
    pub(super) end: Time,
    pub(super) attributes: Attributes,
    pub(super) events: Vec<SpanEvent>,
    pub(super) dropped_events: u32,
    pub(super) links: Vec<SpanLink>,
    pub(super) status: Status,
    /// Which span it is.
    pub(super) at: Target,
    pub(super) parent: Option<SpanId>,
}

/// A span, by its ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) trace: TraceId,
    pub(super) span: SpanId,
}

impl Target {
    /// No span.
    pub(super) const NONE: Self = Self { trace: TraceId::INVALID, span: SpanId::INVALID };

    /// A context that another process, or another time, could have sent.
    pub(super) fn context(self, is_remote: bool) -> SpanContext {
        SpanContext::new(self.trace, self.span, TraceFlags::SAMPLED, is_remote, TraceState::NONE)
    }
}

/// That another span came before, and in what way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SpanLink {
    pub(super) target: Target,
    pub(super) kind: &'static str,
}

/// What a span is called.
#[derive(Debug, Clone)]
pub(super) enum Name {
    /// A name of the source, with the default prefix.
    Fixed(&'static str),
    /// A name made for this span.
    Made(String),
}

impl Name {
    /// The name with the chosen prefix.
    pub(super) fn resolve(self, prefix: &Prefix) -> Cow<'static, str> {
        match self {
            Self::Made(name) => Cow::Owned(name),
            Self::Fixed(name) => match prefix.split(name) {
                ("", name) => Cow::Borrowed(name),
                (prefix, rest) => Cow::Owned([prefix, rest].concat()),
            },
        }
    }
}

/// Something that happened during a span.
#[derive(Debug, Clone)]
pub(super) struct SpanEvent {
    pub(super) name: &'static str,
    pub(super) time: Time,
    pub(super) attributes: Attributes,
}

impl Span {
    /// A span of a moment.
    pub(super) fn new(name: Name, kind: SpanKind, time: Time, attributes: Attributes) -> Self {
        Self {
            name,
            kind,
            start: time,
            end: time,
            attributes,
            events: Vec::new(),
            dropped_events: 0,
            links: Vec::new(),
            status: Status::Unset,
            at: Target::NONE,
            parent: None,
        }
    }

    /// Adds an event, or counts it as dropped beyond `limit`.
    pub(super) fn add_event(&mut self, event: SpanEvent, limit: usize) {
        if self.events.len() < limit {
            self.events.push(event);
        } else {
            self.dropped_events = self.dropped_events.saturating_add(1);
        }
    }

    /// Links to another span, once.
    pub(super) fn add_link(&mut self, target: Target, kind: &'static str) {
        let is_known = self.links.iter().any(|link| link.target == target);
        if target != self.at && target != Target::NONE && !is_known {
            self.links.push(SpanLink { target, kind });
        }
    }

    /// About how many bytes it takes on the wire.
    pub(super) fn bytes(&self) -> usize {
        let events: usize = self.events.iter().map(|event| event.attributes.bytes() + 48).sum();
        160 + self.attributes.bytes() + events + self.links.len() * 32
    }
}

/// What is the same for all spans of a sink.
#[derive(Debug)]
pub(super) struct Style {
    pub(super) prefix: Prefix,
    pub(super) limits: SpanLimits,
    pub(super) scope: InstrumentationScope,
    pub(super) spare: Spare,
}

impl Style {
    pub(super) fn new(options: &OtelOptions) -> Self {
        let scope = InstrumentationScope::builder(SCOPE).with_version(env!("CARGO_PKG_VERSION"));
        Self {
            prefix: Prefix::new(&options.prefix),
            limits: options.limits,
            scope: scope.build(),
            spare: Spare::default(),
        }
    }

    /// Attributes from the given index on with the chosen prefix, within the limits, and how many were left out.
    pub(super) fn attributes(&self, attributes: &Attributes, from: usize) -> (Vec<KeyValue>, u32) {
        attributes.limited(from, &self.prefix, &self.limits)
    }

    /// A link that says why.
    pub(super) fn link(&self, link: &SpanLink, context: SpanContext) -> Link {
        Link::new(context, vec![KeyValue::new(self.prefix.key("lash.link.kind"), link.kind)], 0)
    }

    /// An event with the chosen prefix.
    pub(super) fn event(&self, event: &SpanEvent) -> Event {
        let name = Name::Fixed(event.name).resolve(&self.prefix);
        let (attributes, dropped) = self.attributes(&event.attributes, 0);
        Event::new(name, event.time.into(), attributes, dropped)
    }

    /// A status whose text is within the limit of a value.
    pub(super) fn status(&self, status: Status) -> Status {
        match status {
            Status::Error { description } if description.len() > self.limits.value_bytes => {
                Status::error(fit_plain(description.into_owned(), self.limits.value_bytes).text)
            }
            status => status,
        }
    }
}

/// A finished span on its way to an exporter.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) span: Span,
    pub(super) style: Arc<Style>,
}

impl Finished for Built {
    fn bytes(&self) -> usize {
        self.span.bytes()
    }

    fn trace_id(&self) -> TraceId {
        self.span.at.trace
    }

    fn into_span_data(self) -> SpanData {
        let Self { span, style } = self;
        let mut events = SpanEvents::default();
        events.events = span.events.iter().map(|event| style.event(event)).collect();
        events.dropped_count = span.dropped_events;
        let mut links = SpanLinks::default();
        let kept = span.links.iter().take(style.limits.links);
        links.links = kept.map(|link| style.link(link, link.target.context(true))).collect();
        links.dropped_count = u32::try_from(span.links.len() - links.links.len()).unwrap_or(u32::MAX);
        let (attributes, dropped_attributes_count) = style.attributes(&span.attributes, 0);
        style.spare.give(span.attributes);
        SpanData {
            span_context: span.at.context(false),
            parent_span_id: span.parent.unwrap_or(SpanId::INVALID),
            parent_span_is_remote: false,
            span_kind: span.kind,
            start_time: SystemTime::from(span.start),
            end_time: SystemTime::from(span.end.max(span.start)),
            attributes,
            dropped_attributes_count,
            events,
            links,
            status: style.status(span.status),
            instrumentation_scope: style.scope.clone(),
            name: span.name.resolve(&style.prefix),
        }
    }
}
