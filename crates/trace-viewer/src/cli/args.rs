//! What can be written after `trace-viewer`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use trace_viewer::query::{Moment, Query};

use super::export::ExportArgs;
use super::size::ByteSize;

/// Turn a JSONL trace into one self-contained HTML page.
///
/// The page opens in any browser, from disk, without a network. It is written beside the first input: trace.jsonl,
/// trace.log and trace.jsonl.gz become trace.html.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    override_usage = "trace-viewer [OPTIONS] <FILE>...\n       trace-viewer <COMMAND>",
    after_help = "\
Exit codes:
  0  the page is written
  1  there is no page; the reason is on standard error
  2  wrong usage
  3  the page is written, but an input is damaged or incomplete

Examples:
  trace-viewer trace.jsonl
  trace-viewer run-1.jsonl.gz run-2.jsonl --out runs.html --open
  trace-viewer trace.jsonl --session chat-7 --query '-kind:chunk' --max-size 10MB
  zcat old.jsonl.gz | trace-viewer - --stdout > old.html"
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) render: RenderArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Render the trace of a small agent, which comes with the program
    ///
    /// The agent reviews the documents of a small project. The page shows what a run is made of: streamed LLM calls, one
    /// that fails and is tried again, tools, one of them cancelled, a code block with tools inside, a sub-agent, and
    /// execution graphs with a loop, a rejected branch and a child. It is written to trace-demo.html in the current
    /// directory.
    Demo(DemoArgs),
    /// Print execution graphs as JSON, Mermaid or DOT
    ///
    /// Without --key, the only graph is printed, or a list when there are several. The JSON is the snapshot that the graph
    /// store gives: nodes and edges with their states, children, errors.
    #[command(after_help = "\
Examples:
  trace-viewer graph trace.jsonl
  trace-viewer graph trace.jsonl --key process:review-1 --dot | dot -Tsvg > graph.svg
  trace-viewer graph trace.jsonl --key process:review-1 --mermaid")]
    Graph(GraphArgs),
    /// Write a trace in a form that other programs open
    ///
    /// --format chrome gives the JSON that Perfetto and Chrome's tracing page open: a process for each session, with tracks
    /// for its turns, LLM calls, tools and graphs. It is written beside the first input: trace.jsonl becomes
    /// trace.chrome.json.
    ///
    /// --otlp sends spans to an OpenTelemetry receiver, with the times and parents of the records. It is there when the
    /// program was built with its feature otel.
    #[command(after_help = "\
Exit codes:
  0  everything is written, or every span was accepted or left out by the sampler
  1  it is not, or there was nothing to send; the reason is on standard error
  2  wrong usage
  3  it is, but an input is damaged or incomplete

Examples:
  trace-viewer export trace.jsonl --format chrome
  trace-viewer export run-1.jsonl.gz run-2.jsonl --format chrome --out runs.json
  trace-viewer export trace.jsonl --format chrome --session chat-7 --content full --stdout > chat-7.json
  trace-viewer export trace.jsonl.gz --otlp http://127.0.0.1:4318 --names gen-ai --shift-to-now
  trace-viewer export trace.jsonl --otlp https://api.honeycomb.io --header x-honeycomb-team=KEY
  trace-viewer export trace.jsonl --dry-run --since=-5m")]
    Export(Box<ExportArgs>),
}

#[derive(Debug, Args)]
pub(super) struct GraphArgs {
    /// Traces to read together: JSONL, plain or gzip; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The graph to print
    #[arg(long, value_name = "KEY")]
    pub(super) key: Option<String>,
    #[command(flatten)]
    pub(super) format: FormatArgs,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct FormatArgs {
    /// Print JSON; a graph is printed as JSON unless another format is chosen
    #[arg(long)]
    pub(super) json: bool,
    /// Print a Mermaid flow chart
    #[arg(long)]
    pub(super) mermaid: bool,
    /// Print DOT, the language of Graphviz
    #[arg(long)]
    pub(super) dot: bool,
}

#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// Traces to show together: JSONL, plain or gzip; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Title of the page [default: the first input's name]
    #[arg(long, value_name = "TEXT")]
    pub(super) title: Option<String>,
    /// Show costs, by the prices in this file
    ///
    /// A TOML file of prices for a million tokens, by model; docs/prices.md describes it. Nothing is priced without it.
    #[arg(long, value_name = "FILE")]
    pub(super) prices: Option<PathBuf>,
    /// Stop at the first line that is not JSON
    ///
    /// Without it, everything that can be read is shown and the damage is listed.
    #[arg(long)]
    pub(super) strict: bool,
    #[command(flatten)]
    pub(super) slice: SliceArgs,
    /// Write no page that is larger, and say how to choose a part: 10MB, "500 kB", 1GiB
    #[arg(long, value_name = "SIZE", allow_hyphen_values = true, help_heading = "Slices")]
    pub(super) max_size: Option<ByteSize>,
    /// Show no progress bar
    ///
    /// One is shown on a terminal only, and for long work only.
    #[arg(long)]
    pub(super) no_progress: bool,
    #[command(flatten)]
    pub(super) target: TargetArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Slices")]
pub(super) struct SliceArgs {
    /// Show only this session and what it started; may be given again
    ///
    /// The beginning of its id is enough where no other id begins like it. Not for spans.
    #[arg(long, value_name = "ID")]
    pub(super) session: Vec<String>,
    /// Show only this turn, by its id or number; may be given again
    ///
    /// Where several sessions have such a turn, --session says which one. Not for spans.
    #[arg(long, value_name = "TURN")]
    pub(super) turn: Vec<String>,
    /// Leave out what ended before this time
    ///
    /// 2026-05-11T09:00:00Z, 2m after the start, or -30s: before the end.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) since: Option<Moment>,
    /// Leave out what started after this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) until: Option<Moment>,
    /// Show only what matches, with what is inside it and above it
    ///
    /// The language is that of the page's search: kind:tool status:failed dur>500 name:shell "text". Terms beside each
    /// other must all hold; there are or, -, ( and ). Not for spans.
    #[arg(long, value_name = "QUERY", allow_hyphen_values = true)]
    pub(super) query: Option<Query>,
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
}

#[derive(Debug, Args)]
pub(super) struct TargetArgs {
    /// Where to write the page
    #[arg(short, long, value_name = "PAGE", conflicts_with = "stdout")]
    pub(super) out: Option<PathBuf>,
    /// Write the page to standard output
    #[arg(long)]
    pub(super) stdout: bool,
    /// Open the page in the browser
    #[arg(long, conflicts_with = "stdout")]
    pub(super) open: bool,
}
