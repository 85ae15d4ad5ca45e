//! Spans in the host's tracer: started when they open, so that what hangs under them can name them, and ended with the time
//! of their last record.

use std::cell::Cell;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::Context;
use opentelemetry::global::{self, BoxedSpan, BoxedTracer};
use opentelemetry::trace::{
    Link, Span as _, SpanBuilder, SpanContext, SpanId, TraceContextExt, TraceId, Tracer,
};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};

use super::assemble::Parent;
use super::export::guarded;
use super::recent::Recent;
use super::span::{SCOPE, Span, SpanLink, Style, Target};

/// How many spans are remembered for what may still hang under them.
const CONTEXTS: usize = 65_536;

/// The host's tracer, and the spans that it gave.
pub(super) struct Live {
    /// Nothing until the first span, for the global provider's.
    tracer: Option<BoxedTracer>,
    style: Arc<Style>,
    /// What the tracer called the spans that we know by [`Target`].
    contexts: Recent<SpanContext>,
    /// Whether the tracer takes ids from [`RecordIds`].
    takes_ids: bool,
    /// What a panic of the tracer said, until it is told.
    failure: Option<String>,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").field("takes_ids", &self.takes_ids).finish_non_exhaustive()
    }
}

/// A span that the host's tracer started.
pub(super) struct LiveSpan {
    /// Nothing if the tracer panicked.
    span: Option<BoxedSpan>,
    /// How many attributes and links it was started with.
    attributes: usize,
    links: usize,
}

impl std::fmt::Debug for LiveSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("LiveSpan").field(&self.span.as_ref().map(BoxedSpan::span_context)).finish()
    }
}

/// A span that is ready to end.
#[derive(Debug)]
pub(super) struct Started {
    live: LiveSpan,
    rest: Span,
    links: Vec<(SpanLink, SpanContext)>,
}

impl Live {
    pub(super) fn new(tracer: Option<BoxedTracer>, style: Arc<Style>) -> Self {
        Self { tracer, style, contexts: Recent::new(CONTEXTS), takes_ids: false, failure: None }
    }

    /// Starts a span, at the time and under the parent that its records name.
    pub(super) fn start(&mut self, span: &Span, parent: &Parent) -> LiveSpan {
        let parent_context = self.parent_context(span, parent);
        let (attributes, _) = self.style.attributes(&span.attributes, 0);
        let links: Vec<Link> = span
            .links
            .iter()
            .filter_map(|link| Some(self.style.link(link, self.context(link.target)?)))
            .collect();
        let builder = SpanBuilder {
            span_kind: Some(span.kind.clone()),
            name: span.name.clone().resolve(&self.style.prefix),
            start_time: Some(SystemTime::from(span.start)),
            attributes: Some(attributes),
            links: Some(links),
            ..SpanBuilder::default()
        };
        let next = NextIds::set(span.at);
        let tracer = &mut self.tracer;
        let started = guarded(|| {
            let tracer = tracer.get_or_insert_with(|| global::tracer(SCOPE));
            tracer.build_with_context(builder, &parent_context)
        });
        drop(next);
        let started = started.map_err(|panic| self.failure = Some(panic)).ok();
        if let Some(started) = &started {
            let context = started.span_context().clone();
            self.takes_ids |= context.span_id() == span.at.span;
            self.contexts.insert(id_of(span.at.span), context);
        }
        LiveSpan { span: started, attributes: span.attributes.len(), links: span.links.len() }
    }

    /// What a panic of the tracer said, once.
    pub(super) fn take_failure(&mut self) -> Option<String> {
        self.failure.take()
    }

    /// Makes a span ready to end; one that was never started is started now.
    pub(super) fn finish(&mut self, live: Option<LiveSpan>, span: Span, parent: &Parent) -> Started {
        let live = live.unwrap_or_else(|| self.start(&span, parent));
        let links = span.links.get(live.links..).unwrap_or_default();
        let links = links.iter().filter_map(|link| Some((*link, self.context(link.target)?))).collect();
        Started { live, rest: span, links }
    }

    fn parent_context(&self, span: &Span, parent: &Parent) -> Context {
        // The current context says as well whether the host suppresses telemetry.
        let current = Context::current();
        if let Parent::Remote(remote) = parent {
            return current.with_remote_span_context(remote.context(true));
        }
        let known = span.parent.and_then(|parent| self.context(Target { span: parent, ..span.at }));
        match known {
            Some(known) => current.with_remote_span_context(known),
            // What names no parent hangs under what the host is doing, as any other span would.
            None if span.parent.is_none() => current,
            None => current.with_remote_span_context(SpanContext::NONE),
        }
    }

    /// What the tracer calls a span: as it said, or as it will if it takes our ids.
    fn context(&self, target: Target) -> Option<SpanContext> {
        let known = self.contexts.get(id_of(target.span)).cloned();
        known.or_else(|| self.takes_ids.then(|| target.context(false)))
    }
}

fn id_of(span: SpanId) -> u64 {
    u64::from_le_bytes(span.to_bytes())
}

impl Started {
    /// Tells the tracer the rest, and ends the span. The error is what a panic said.
    pub(super) fn end(self, style: &Style) -> Result<(), String> {
        guarded(|| self.end_unguarded(style))
    }

    fn end_unguarded(self, style: &Style) {
        let Self { live, rest, links } = self;
        let Some(mut span) = live.span else { return };
        let (attributes, _) = style.attributes(&rest.attributes, live.attributes);
        span.set_attributes(attributes);
        for event in &rest.events {
            let event = style.event(event);
            span.add_event_with_timestamp(event.name, event.timestamp, event.attributes);
        }
        for (link, context) in links {
            let link = style.link(&link, context);
            span.add_link(link.span_context, link.attributes);
        }
        span.set_status(style.status(rest.status));
        span.update_name(rest.name.resolve(&style.prefix));
        span.end_with_timestamp(SystemTime::from(rest.end));
    }
}

thread_local! {
    static NEXT_SPAN: Cell<Option<SpanId>> = const { Cell::new(None) };
    static NEXT_TRACE: Cell<Option<TraceId>> = const { Cell::new(None) };
}

/// The ids of the span that this thread is about to start, until this is dropped. They are for one span: another one that
/// samplers or processors start meanwhile does not get them.
struct NextIds;

impl NextIds {
    fn set(target: Target) -> Self {
        NEXT_SPAN.set(Some(target.span));
        NEXT_TRACE.set(Some(target.trace));
        Self
    }
}

impl Drop for NextIds {
    fn drop(&mut self) {
        NEXT_SPAN.set(None);
        NEXT_TRACE.set(None);
    }
}

/// Gives spans of a host's provider the ids that their records name, so that what is recorded in several processes, out of
/// order or again, lines up. Other spans of the provider get random ids.
///
/// # Examples
///
/// ```
/// use opentelemetry::trace::TracerProvider;
/// use opentelemetry_sdk::trace::SdkTracerProvider;
/// use trace_sinks::otel::{OtelTraceSink, RecordIds};
///
/// let provider = SdkTracerProvider::builder().with_id_generator(RecordIds::default()).build();
/// let sink = OtelTraceSink::new(provider.tracer("my-runtime"));
/// # drop(sink);
/// ```
#[derive(Debug, Clone, Default)]
pub struct RecordIds {
    others: RandomIdGenerator,
}

impl IdGenerator for RecordIds {
    fn new_trace_id(&self) -> TraceId {
        NEXT_TRACE.take().unwrap_or_else(|| self.others.new_trace_id())
    }

    fn new_span_id(&self) -> SpanId {
        // A provider asks for the span's id first: without one, the trace is not for it either.
        NEXT_SPAN.take().unwrap_or_else(|| {
            NEXT_TRACE.set(None);
            self.others.new_span_id()
        })
    }
}
