//! The sink: records in, spans out.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{Span, Tracer};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanExporter;
use trace_core::{TraceRecord, TraceSink, TraceSinkError, TraceSinkErrorKind};

use super::assemble::{Assembler, Finished};
use super::export::{ExporterDestination, Sampling, Worker};
use super::inside::Inside;
use super::live::Live;
use super::otlp::{Configured, OtlpBuilder, OtlpError};
use super::span::{Built, Style};
use super::{ExportSettings, OtelOptions, OtelReport};

/// How long [`TraceSink::flush`] waits for the spans that are finished.
const FLUSH: Duration = Duration::from_secs(30);

/// Turns records into OpenTelemetry spans.
///
/// Spans take their ids, parents and times from the records, never from the clock or from what happens to be open, so that
/// records of several processes line up and a replay of a file gives the same spans. There are two targets:
///
/// | made by | who owns provider and exporter | `flush` |
/// |---|---|---|
/// | [`new`](Self::new), [`from_global_provider`](Self::from_global_provider) | the host | does nothing: flush the provider |
/// | [`otlp`](Self::otlp), [`exporter`](Self::exporter) | the sink | waits until finished spans are sent |
///
/// # Caveats
///
/// A host's tracer gives spans random ids unless its provider has [`RecordIds`](super::RecordIds); a span then hangs under its
/// parent only if the parent's record came first. A sink that owns its exporter sends what is open as incomplete when it is
/// shut down or dropped.
///
/// # Examples
///
/// ```
/// use opentelemetry_sdk::trace::InMemorySpanExporter;
/// use std::time::Duration;
/// use trace_core::{TraceContext, TraceRecord, TraceSink, event::Custom};
/// use trace_sinks::otel::OtelTraceSink;
///
/// let exporter = InMemorySpanExporter::default();
/// let sink = OtelTraceSink::exporter(exporter.clone());
/// sink.append(&TraceRecord::new(TraceContext::for_session("chat-1"), Custom::new("hello", 1.into())))?;
/// let report = sink.force_flush(Duration::from_secs(5));
/// assert_eq!((report.exported, report.is_complete()), (1, true));
/// # Ok::<(), trace_core::TraceSinkError>(())
/// ```
pub struct OtelTraceSink {
    assembler: Mutex<Assembler>,
    style: Arc<Style>,
    options: OtelOptions,
    target: Target,
    is_shut_down: AtomicBool,
    /// The losses that a flush told of.
    told_losses: AtomicU64,
}

enum Target {
    /// A host's tracer.
    Tracer,
    /// A worker of our own.
    Worker(Worker<Built>),
    /// The environment says that nothing is to be sent.
    Nowhere,
}

impl OtlpBuilder {
    /// Makes the sink. With `OTEL_SDK_DISABLED=true` or `OTEL_TRACES_EXPORTER=none` it takes records and sends nothing.
    ///
    /// # Errors
    ///
    /// A setting or a variable is wrong; the error names it and says what is allowed.
    pub fn build(self) -> Result<OtelTraceSink, OtlpError> {
        self.configure().map(OtelTraceSink::configured)
    }

    /// Makes the sink, but hands spans to an exporter instead of the endpoint: what would be sent can be looked at.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build).
    pub fn build_for(self, exporter: impl SpanExporter + 'static) -> Result<OtelTraceSink, OtlpError> {
        self.configure_for(exporter).map(OtelTraceSink::configured)
    }
}

impl fmt::Debug for OtelTraceSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtelTraceSink").field("options", &self.options).finish_non_exhaustive()
    }
}

impl OtelTraceSink {
    /// A sink on the global provider's tracer, as the provider is set when the first span starts.
    pub fn from_global_provider() -> Self {
        Self::of_tracer(None, OtelOptions::default())
    }

    /// A sink on a host's tracer.
    pub fn new<T>(tracer: T) -> Self
    where
        T: Tracer + Send + Sync + 'static,
        T::Span: Span + Send + Sync + 'static,
    {
        Self::with_options(tracer, OtelOptions::default())
    }

    /// A sink on a host's tracer, with options.
    pub fn with_options<T>(tracer: T, options: OtelOptions) -> Self
    where
        T: Tracer + Send + Sync + 'static,
        T::Span: Span + Send + Sync + 'static,
    {
        Self::of_tracer(Some(BoxedTracer::new(Box::new(tracer))), options)
    }

    fn of_tracer(tracer: Option<BoxedTracer>, options: OtelOptions) -> Self {
        let style = Arc::new(Style::new(&options));
        let live = Live::new(tracer, Arc::clone(&style));
        Self::build(options, style, Some(live), Target::Tracer)
    }

    /// A sink that hands finished spans to an exporter, on a thread of its own.
    pub fn exporter(exporter: impl SpanExporter + 'static) -> Self {
        Self::exporter_with(exporter, OtelOptions::default(), ExportSettings::default())
    }

    /// A sink that hands finished spans to an exporter, with options and settings.
    pub fn exporter_with(
        exporter: impl SpanExporter + 'static,
        options: OtelOptions,
        settings: ExportSettings,
    ) -> Self {
        let resource = settings.resource.clone().unwrap_or_else(|| Resource::builder().build());
        let destination = ExporterDestination::new(exporter, &resource);
        Self::of_worker(Worker::start(Box::new(destination), settings, Sampling::default()), options)
    }

    /// Settings of a sink that sends to an OTLP endpoint; [`OtlpBuilder::build`] makes it.
    pub fn otlp() -> OtlpBuilder {
        OtlpBuilder::new()
    }

    fn configured(configured: Configured) -> Self {
        match configured {
            Configured::Disabled => Self::without_tracer(OtelOptions::default(), Target::Nowhere),
            Configured::Ready(config) => {
                let sampling = Sampling::new(config.sampler);
                let worker = Worker::start(config.destination, config.settings, sampling);
                Self::of_worker(worker, config.options)
            }
        }
    }

    fn of_worker(worker: Worker<Built>, options: OtelOptions) -> Self {
        Self::without_tracer(options, Target::Worker(worker))
    }

    fn without_tracer(options: OtelOptions, target: Target) -> Self {
        let style = Arc::new(Style::new(&options));
        Self::build(options, style, None, target)
    }

    fn build(options: OtelOptions, style: Arc<Style>, live: Option<Live>, target: Target) -> Self {
        let assembler = Assembler::new(options.clone(), Arc::clone(&style), live);
        Self {
            style,
            assembler: Mutex::new(assembler),
            options,
            target,
            is_shut_down: AtomicBool::new(false),
            told_losses: AtomicU64::new(0),
        }
    }

    /// How records become spans.
    pub fn options(&self) -> &OtelOptions {
        &self.options
    }

    /// What became of the spans so far. For a host's tracer, only what was built is known.
    pub fn report(&self) -> OtelReport {
        self.told(Worker::report)
    }

    /// Sends the spans that are finished, and waits for that as long as `timeout`. Open spans stay open.
    pub fn force_flush(&self, timeout: Duration) -> OtelReport {
        self.told(|worker| worker.force_flush(timeout))
    }

    /// Closes open spans as incomplete, sends all, and waits for that as long as `timeout`. Later records are refused.
    pub fn shutdown(&self, timeout: Duration) -> OtelReport {
        self.is_shut_down.store(true, Ordering::Relaxed);
        self.close();
        self.told(|worker| worker.shutdown(timeout))
    }

    /// Passes on what is open, as incomplete; not from within the sink itself.
    fn close(&self) {
        let Some(_inside) = Inside::enter(&self.assembler) else { return };
        let mut assembler = self.assembler();
        assembler.close();
        let finished = assembler.finished();
        drop(assembler);
        // What the queue refuses is counted in the report.
        drop(self.pass_on(finished));
    }

    /// What the worker reports, if there is one, with what the assembler knows.
    fn told(&self, ask: impl FnOnce(&Worker<Built>) -> OtelReport) -> OtelReport {
        let mut report = match &self.target {
            Target::Tracer | Target::Nowhere => OtelReport::default(),
            Target::Worker(worker) => ask(worker),
        };
        // A processor that asks from within `append` is told what can be told without waiting for itself.
        let Some(_inside) = Inside::enter(&self.assembler) else { return report };
        let assembler = self.assembler();
        let counts = assembler.counts();
        if matches!(self.target, Target::Tracer) {
            report.built = counts.built;
            report.handed = counts.built;
        }
        report.incomplete = counts.incomplete;
        report.repeated = counts.repeated;
        report.open = assembler.open_spans() as u64;
        report
    }

    fn assembler(&self) -> MutexGuard<'_, Assembler> {
        self.assembler.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        let mut assembler = self.assembler();
        assembler.take(record);
        if self.is_shut_down.load(Ordering::Relaxed) {
            // What opens now has no end to wait for: the worker refuses it, and counts it.
            assembler.close();
        }
        let (finished, failure) = (assembler.finished(), assembler.take_failure());
        drop(assembler);
        self.pass_on(finished).and(failure.map_or(Ok(()), |panic| Err(panicked(&panic))))
    }

    fn pass_on(&self, finished: Vec<Finished>) -> Result<(), TraceSinkError> {
        let mut result = Ok(());
        for span in finished {
            match (span, &self.target) {
                (Finished::Started(span), _) => {
                    result = span.end(&self.style).map_err(|panic| panicked(&panic)).and(result);
                }
                (Finished::Built(span), Target::Worker(worker)) => {
                    result = worker.push(span).map_err(TraceSinkError::from).and(result);
                }
                (Finished::Built(_), Target::Tracer | Target::Nowhere) => {}
            }
        }
        result
    }
}

fn panicked(panic: &str) -> TraceSinkError {
    let message = format!("the tracer, or a processor or exporter of its provider, panicked: {panic}");
    TraceSinkError::new(TraceSinkErrorKind::Other, message)
}

impl TraceSink for OtelTraceSink {
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        if matches!(self.target, Target::Nowhere) {
            return Ok(());
        }
        if matches!(self.target, Target::Worker(_)) {
            return self.take(record);
        }
        if self.is_shut_down.load(Ordering::Relaxed) {
            return Err(TraceSinkError::new(TraceSinkErrorKind::Closed, "the sink of spans is shut down"));
        }
        let Some(_inside) = Inside::enter(&self.assembler) else {
            let message = "a record of what a span's processor does, made while it does it, gives no span: it would never end";
            return Err(TraceSinkError::new(TraceSinkErrorKind::Rejected, message));
        };
        self.take(record)
    }

    /// Sends the spans that are finished, within 30 seconds. Does nothing for a host's tracer: its provider holds the spans.
    ///
    /// # Errors
    ///
    /// Spans still wait, or spans were lost since the last flush; the message counts them.
    fn flush(&self) -> Result<(), TraceSinkError> {
        if matches!(self.target, Target::Tracer | Target::Nowhere) {
            return Ok(());
        }
        let report = self.force_flush(FLUSH);
        let losses = report.lost();
        let is_told = self.told_losses.swap(losses, Ordering::Relaxed) == losses;
        if report.queued == 0 && is_told {
            return Ok(());
        }
        let kind = if report.queued > 0 { TraceSinkErrorKind::Timeout } else { TraceSinkErrorKind::Other };
        Err(TraceSinkError::new(kind, report.to_string()))
    }
}

impl Drop for OtelTraceSink {
    fn drop(&mut self) {
        if !self.is_shut_down.load(Ordering::Relaxed) {
            self.shutdown(Duration::from_secs(5));
        }
    }
}
