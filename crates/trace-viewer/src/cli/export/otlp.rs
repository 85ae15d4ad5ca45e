//! `trace-viewer export FILE… --otlp URL`: records into the sink for OpenTelemetry.

use std::io::{self, BufWriter, IsTerminal as _, Seek as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use trace_core::{TraceRecord, TraceSink, TraceSinkError};
use trace_sinks::otel::{
    ContentCapture, ExportSettings, OtelOptions, OtelReport, OtelTraceSink, OtlpBuilder, OtlpError,
    OtlpJsonExporter, OtlpProtocol, Overflow, SpanNames, TraceScope,
};
use trace_viewer::input::Source;
use trace_viewer::render::RenderError;
use trace_viewer::replay::{Replayed, replay};

use super::super::Exit;
use super::super::output::{SPANS, Target, produce};
use super::super::progress::Bar;
use super::super::render::source;
use super::super::report::{self, Failure};
use super::args::{Content, Protocol, Scope, SpanWords};
use super::{ExportArgs, times};

/// How long the last spans may take to be sent.
const LAST_SPANS: Duration = Duration::from_mins(2);
/// How long they may take once others were given up.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// How long a receiver that does not answer is tried again.
const RETRY_FOR: Duration = Duration::from_secs(15);
/// Records between two looks at what became of the spans.
const LOOK_EVERY: u64 = 256;

/// Sends the spans, or writes the requests.
pub(super) fn run(args: &ExportArgs) -> Result<Exit, Failure> {
    let sources: Vec<Source> = args.files.iter().map(|file| source(file)).collect();
    match &args.otlp {
        Some(url) if !args.spans.dry_run => send(args, url, &sources),
        _ => write(args, &sources),
    }
}

fn send(args: &ExportArgs, url: &str, sources: &[Source]) -> Result<Exit, Failure> {
    for source in sources {
        source.check().map_err(RenderError::Input)?;
    }
    let sink = receiver(args, url).map_err(|error| Failure::Otlp(error.into()))?;
    let mut bar = Bar::new(!args.no_progress && io::stderr().is_terminal());
    let options = times::options(args, sources, &mut bar)?;
    let replayed = replay(sources, &Watched::new(&sink), &options, &mut bar);
    let report = sink.shutdown(if replayed.is_ok() { LAST_SPANS } else { AFTER_FAILURE });
    drop(bar);
    report::line(&told(&report));
    let replayed = replayed?;
    tell(&replayed);
    report::findings(&replayed.outcome);
    Ok(match (report.is_complete(), replayed.outcome.finding_count) {
        (false, _) => Exit::Failed,
        (true, 0) => Exit::Done,
        (true, _) => Exit::Damaged,
    })
}

/// Writes what would be sent. It is put aside first, so that the output is whole or is not there.
fn write(args: &ExportArgs, sources: &[Source]) -> Result<Exit, Failure> {
    let target = Target::choose(args.out.as_deref(), args.out.is_none(), sources, SPANS)?;
    let builder = builder(args).map_err(|error| Failure::Otlp(error.into()))?;
    for source in sources {
        source.check().map_err(RenderError::Input)?;
    }
    let wanted = times::options(args, sources, &mut ())?;
    let mut report = OtelReport::default();
    let exit = produce(sources, &target, SPANS, !args.no_progress, |out, mut spool, bar| {
        let copy = spool.try_clone().map_err(RenderError::Spool)?;
        let exporter = OtlpJsonExporter::new(BufWriter::new(copy));
        let sink = builder.build_for(exporter).map_err(|error| Failure::Otlp(error.into()))?;
        let replayed = replay(sources, &Watched::new(&sink), &wanted, bar);
        report = sink.shutdown(LAST_SPANS);
        let replayed = replayed?;
        tell(&replayed);
        spool.rewind().map_err(RenderError::Spool)?;
        io::copy(&mut spool, out).and_then(|_| out.flush()).map_err(RenderError::Page)?;
        Ok(replayed.outcome)
    })?;
    report::line(&told(&report));
    Ok(if report.is_complete() { exit } else { Exit::Failed })
}

/// The same sink whether spans are sent or written.
fn builder(args: &ExportArgs) -> Result<OtlpBuilder, OtlpError> {
    Ok(OtelTraceSink::otlp().options(span_options(args)?).settings(settings()?))
}

/// The sink that sends.
fn receiver(args: &ExportArgs, url: &str) -> Result<OtelTraceSink, OtlpError> {
    let mut builder = builder(args)?.endpoint(url);
    builder = match args.spans.protocol {
        Some(Protocol::Http) => builder.protocol(OtlpProtocol::HttpProtobuf),
        Some(Protocol::Grpc) => builder.protocol(OtlpProtocol::Grpc),
        None => builder,
    };
    if let Some(seconds) = args.spans.timeout {
        builder = builder.timeout(Duration::from_secs(seconds));
    }
    for header in &args.spans.header {
        builder = builder.header(&header.name, &header.value);
    }
    builder.build()
}

/// What spans look like: as the environment says, and the command line over it.
fn span_options(args: &ExportArgs) -> Result<OtelOptions, OtlpError> {
    let mut options = OtelOptions::from_env()?;
    // All that will ever come is in the files: however long a call takes, its end is waited for.
    options.open.time_to_live = None;
    options.names = match args.spans.names {
        Some(SpanWords::GenAi) => SpanNames::GenAi,
        Some(SpanWords::Seed) => SpanNames::Seed,
        None => options.names,
    };
    options.scope = match args.spans.scope {
        Some(Scope::Turn) => TraceScope::Turn,
        Some(Scope::Session) => TraceScope::Session,
        Some(Scope::Run) => TraceScope::Run,
        None => options.scope,
    };
    options.content = match args.content {
        Some(Content::Off) => ContentCapture::Off,
        Some(Content::Tools) => ContentCapture::ToolsOnly,
        Some(Content::Full) => ContentCapture::Full,
        None => options.content,
    };
    Ok(options)
}

/// A replay waits for the receiver instead of losing spans.
fn settings() -> Result<ExportSettings, OtlpError> {
    let mut settings = ExportSettings::from_env()?.with_overflow(Overflow::Block(Duration::MAX));
    settings.retry_for = RETRY_FOR;
    Ok(settings)
}

/// Passes records on until spans had to be given up: the rest would fare no better.
struct Watched<'a> {
    sink: &'a OtelTraceSink,
    records: AtomicU64,
}

impl<'a> Watched<'a> {
    fn new(sink: &'a OtelTraceSink) -> Self {
        Self { sink, records: AtomicU64::new(0) }
    }
}

impl TraceSink for Watched<'_> {
    fn append(&self, record: &TraceRecord) -> Result<(), TraceSinkError> {
        let before = self.records.fetch_add(1, Ordering::Relaxed);
        if before.is_multiple_of(LOOK_EVERY) && self.sink.report().failed > 0 {
            return Err(TraceSinkError::closed("spans cannot be delivered; the rest is not read"));
        }
        self.sink.append(record)
    }
}

/// What became of the spans, in a line.
fn told(report: &OtelReport) -> String {
    let incomplete = report.incomplete;
    if incomplete == 0 { report.to_string() } else { format!("{report}; {incomplete} of all are incomplete") }
}

/// Says what of the inputs is in no span.
fn tell(replayed: &Replayed) {
    let left_out = [
        (replayed.left_out, "are not in the wanted stretch of time"),
        (replayed.foreign, "are JSON, but no records"),
    ];
    for (count, why) in left_out.into_iter().filter(|(count, _)| *count > 0) {
        report::line(&format!("left out: {count} of {} {why}", replayed.outcome.entries));
    }
}
