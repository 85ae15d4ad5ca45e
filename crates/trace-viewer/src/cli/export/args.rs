//! What can be written after `trace-viewer export`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, ValueEnum};
use trace_viewer::chrome;

use super::super::args::{Cli, SliceArgs};

#[derive(Debug, Args)]
#[group(id = "to", required = true, multiple = true, args = ["format", "otlp", "dry_run"])]
pub(in crate::cli) struct ExportArgs {
    /// Traces to read together: JSONL, plain or gzip; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Write a file in this form
    #[arg(long, conflicts_with_all = ["otlp", "dry_run"])]
    pub(super) format: Option<Format>,
    /// Send spans to the OpenTelemetry receiver at this URL
    ///
    /// That of a receiver on the same machine usually ends in 127.0.0.1:4318.
    #[arg(long, value_name = "URL")]
    pub(super) otlp: Option<String>,
    /// Where to write it
    #[arg(short, long, value_name = "OUT", conflicts_with = "stdout")]
    pub(super) out: Option<PathBuf>,
    /// Write to standard output
    #[arg(long)]
    pub(super) stdout: bool,
    /// How much of prompts, answers, arguments and results goes along; off unless set
    ///
    /// Names, ids, counts and error messages always do.
    #[arg(long)]
    pub(super) content: Option<Content>,
    #[command(flatten)]
    pub(super) spans: SpanArgs,
    #[command(flatten)]
    pub(super) slice: SliceArgs,
    /// Show no progress bar
    #[arg(long)]
    pub(super) no_progress: bool,
}

/// What only spans have.
#[derive(Debug, Args)]
#[command(next_help_heading = "Spans")]
pub(super) struct SpanArgs {
    /// How spans travel; http unless set
    #[arg(long, conflicts_with = "format")]
    pub(super) protocol: Option<Protocol>,
    /// What one trace holds; a turn unless set
    #[arg(long, conflicts_with = "format")]
    pub(super) scope: Option<Scope>,
    /// What spans are called; seed unless set
    #[arg(long, conflicts_with = "format")]
    pub(super) names: Option<SpanWords>,
    /// The attribute service.name, by which services list spans; that of the environment's `OTEL_SERVICE_NAME` unless set, or
    /// else trace-viewer
    #[arg(long, value_name = "NAME", conflicts_with = "format")]
    pub(super) service_name: Option<String>,
    /// A header of each request, such as the key of a service; may be given again
    ///
    /// Other users of the machine can see it among the running programs; the environment's `OTEL_EXPORTER_OTLP_HEADERS` they
    /// cannot.
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "format")]
    pub(super) header: Vec<Header>,
    /// Seconds that one request may take; 10 unless set
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..), conflicts_with = "format")]
    pub(super) timeout: Option<u64>,
    /// Move all times by the same distance, so that the last record is now
    ///
    /// Many services leave old spans out. The inputs are read twice: once for their times.
    #[arg(long, conflicts_with = "format")]
    pub(super) shift_to_now: bool,
    /// Send nothing; write the requests as OTLP JSON, one a line, to standard output or --out
    #[arg(long)]
    pub(super) dry_run: bool,
}

impl ExportArgs {
    /// Ends the program where options do not go together that the parser takes.
    pub(super) fn check(&self) {
        let slice = &self.slice;
        let sends = self.otlp.is_some() && !self.spans.dry_run;
        let wrong = if sends && (self.out.is_some() || self.stdout) {
            "--out and --stdout need --format or --dry-run: spans are sent, not written"
        } else if self.format.is_none()
            && (!slice.session.is_empty() || !slice.turn.is_empty() || slice.query.is_some())
        {
            "--session, --turn and --query work with --format only; for spans use --since and --until"
        } else {
            return;
        };
        let mut cli = Cli::command();
        cli.build();
        let command = cli.find_subcommand("export").cloned();
        command.unwrap_or(cli).error(ErrorKind::ArgumentConflict, wrong).exit();
    }
}

/// Forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Chrome's trace events as JSON, for Perfetto and Chrome's tracing page
    Chrome,
}

/// How much of what was said goes along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Content {
    /// None of it
    #[default]
    Off,
    /// What tools were given and gave back
    Tools,
    /// All of it
    Full,
}

/// How spans travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Protocol {
    /// Protobuf over HTTP, port 4318 by custom
    #[value(alias = "http/protobuf")]
    Http,
    /// Protobuf over gRPC, port 4317 by custom
    Grpc,
}

/// What one trace holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Scope {
    /// A turn, with the sub-agents it started
    Turn,
    /// A session, with the sessions it started
    Session,
    /// A run of the program
    Run,
}

/// What spans are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SpanWords {
    /// One name for each sort: `lash.turn`, `lash.llm`, `lash.tool`
    Seed,
    /// The generative AI conventions' names: `invoke_agent`, `chat`, `execute_tool`
    GenAi,
}

/// A header as it is written on the command line.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
}

/// Without the value, which may be a key.
impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Header").field("name", &self.name).finish_non_exhaustive()
    }
}

impl FromStr for Header {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text
            .split_once('=')
            .filter(|(name, _)| !name.trim().is_empty())
            .ok_or("a header is a name and a value, as in x-honeycomb-team=KEY")?;
        Ok(Self { name: name.trim().to_owned(), value: value.trim().to_owned() })
    }
}

impl From<Content> for chrome::Content {
    fn from(content: Content) -> Self {
        match content {
            Content::Off => Self::Off,
            Content::Tools => Self::Tools,
            Content::Full => Self::Full,
        }
    }
}
