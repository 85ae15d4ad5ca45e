//! `trace-viewer export FILE… --otlp URL`: records into the sink for OpenTelemetry.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, IsTerminal as _, Seek as _, Write};
use std::time::Duration;

use trace_sinks::otel::{
    ContentCapture, ExportSettings, OtelOptions, OtelReport, OtelTraceSink, OtlpBuilder, OtlpError,
    OtlpJsonExporter, OtlpProtocol, Overflow, SpanNames, TraceScope,
};
use trace_viewer::input::Source;
use trace_viewer::render::RenderError;
use trace_viewer::replay::replay;

use super::super::Exit;
use super::super::output::{SPANS, Target, produce};
use super::super::progress::Bar;
use super::super::render::source;
use super::super::report::{self, Failure};
use super::args::{Content, Protocol, Scope, SpanWords};
use super::watch::{RETRY_FOR, Watched};
use super::{ExportArgs, times, told};

/// Sends the spans, or writes the requests.
pub(super) fn run(args: &ExportArgs) -> Result<Exit, Failure> {
    let sources: Vec<Source> = args.files.iter().map(|file| source(file)).collect();
    match &args.otlp {
        Some(url) if !args.spans.dry_run => send(args, url, &sources),
        _ => write(args, &sources),
    }
}

fn send(args: &ExportArgs, url: &str, sources: &[Source]) -> Result<Exit, Failure> {
    let builder = receiver(args, url).map_err(|error| Failure::Otlp(error.into()))?;
    is_enabled(&builder)?;
    let sink = builder.build().map_err(|error| Failure::Otlp(error.into()))?;
    for source in sources {
        source.check().map_err(RenderError::Input)?;
    }
    let mut bar = Bar::new(!args.no_progress && io::stderr().is_terminal());
    let options = times::options(args, sources, &mut bar)?;
    let (watched, aside) = (Watched::new(&sink), bar.aside());
    let (replayed, report) = watched.during(&aside, || replay(sources, &watched, &options, &mut bar));
    drop(bar);
    if let Ok(replayed) = &replayed {
        told::check(args, sources, replayed, &report)?;
        told::left_out(replayed);
    }
    if report.built > 0 {
        report::line(&told::sent(&report));
    }
    if watched.is_told() && report.failed > 0 {
        report::line(&format!("gave up after {} s", RETRY_FOR.as_secs()));
    }
    let outcome = replayed?.outcome;
    report::findings(&outcome);
    Ok(match (report.is_complete(), outcome.finding_count) {
        (false, _) => Exit::Failed,
        (true, 0) => Exit::Done,
        (true, _) => Exit::Damaged,
    })
}

/// Writes what would be sent. It is put aside first, so that the output is whole or is not there.
fn write(args: &ExportArgs, sources: &[Source]) -> Result<Exit, Failure> {
    let builder = builder(args).map_err(|error| Failure::Otlp(error.into()))?;
    is_enabled(&builder)?;
    let target = Target::choose(args.out.as_deref(), args.out.is_none(), sources, SPANS)?;
    for source in sources {
        source.check().map_err(RenderError::Input)?;
    }
    let wanted = times::options(args, sources, &mut ())?;
    let (mut report, mut requests) = (OtelReport::default(), 0);
    let exit = produce(sources, &target, SPANS, !args.no_progress, |out, mut spool, bar| {
        let copy = spool.try_clone().map_err(RenderError::Spool)?;
        let exporter = OtlpJsonExporter::new(BufWriter::new(copy));
        let sink = builder.build_for(exporter).map_err(|error| Failure::Otlp(error.into()))?;
        let watched = Watched::new(&sink);
        let (replayed, became) = watched.during(&bar.aside(), || replay(sources, &watched, &wanted, bar));
        let replayed = replayed?;
        told::check(args, sources, &replayed, &became)?;
        told::left_out(&replayed);
        report = became;
        spool.rewind().map_err(RenderError::Spool)?;
        requests = pour(spool, out).map_err(RenderError::Page)?;
        Ok(replayed.outcome)
    })?;
    report::line(&told::written(&report, requests));
    Ok(if report.is_complete() { exit } else { Exit::Failed })
}

/// Copies lines, and says how many there were.
fn pour(from: File, out: &mut dyn Write) -> io::Result<u64> {
    let mut from = BufReader::new(from);
    let mut lines = 0;
    loop {
        let bytes = from.fill_buf()?;
        if bytes.is_empty() {
            return out.flush().map(|()| lines);
        }
        lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
        out.write_all(bytes)?;
        let length = bytes.len();
        from.consume(length);
    }
}

/// The sink does nothing where the environment says so, and someone who asks for spans has to know.
fn is_enabled(builder: &OtlpBuilder) -> Result<(), Failure> {
    match builder.disabled_by().map_err(|error| Failure::Otlp(error.into()))? {
        Some(why) => Err(Failure::Disabled(why)),
        None => Ok(()),
    }
}

/// The same sink whether spans are sent or written.
fn builder(args: &ExportArgs) -> Result<OtlpBuilder, OtlpError> {
    let builder = OtelTraceSink::otlp().options(span_options(args)?).settings(settings()?);
    Ok(match &args.spans.service_name {
        Some(name) => builder.service_name(name),
        None => builder,
    })
}

/// The sink that sends, not yet built.
fn receiver(args: &ExportArgs, url: &str) -> Result<OtlpBuilder, OtlpError> {
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
    Ok(builder)
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
