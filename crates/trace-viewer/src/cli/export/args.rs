//! What can be written after `trace-viewer export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use trace_viewer::chrome;

use super::super::args::SliceArgs;

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    /// Traces to read together: JSONL, plain or gzip; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The form to write
    #[arg(long, required = true)]
    pub(super) format: Option<Format>,
    /// Where to write it
    #[arg(short, long, value_name = "OUT", conflicts_with = "stdout")]
    pub(super) out: Option<PathBuf>,
    /// Write to standard output
    #[arg(long)]
    pub(super) stdout: bool,
    /// How much of prompts, answers, arguments and results goes along
    ///
    /// Names, ids, counts and error messages always do.
    #[arg(long, value_enum, default_value_t)]
    pub(super) content: Content,
    #[command(flatten)]
    pub(super) slice: SliceArgs,
    /// Show no progress bar
    #[arg(long)]
    pub(super) no_progress: bool,
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

impl From<Content> for chrome::Content {
    fn from(content: Content) -> Self {
        match content {
            Content::Off => Self::Off,
            Content::Tools => Self::Tools,
            Content::Full => Self::Full,
        }
    }
}
