//! What is said about spans.

use trace_sinks::otel::OtelReport;
use trace_viewer::input::Source;
use trace_viewer::render::RenderError;
use trace_viewer::replay::Replayed;
use trace_viewer::slice::SliceError;

use super::super::report::{self, Failure};
use super::ExportArgs;

/// What became of spans that were sent, in a line.
pub(super) fn sent(report: &OtelReport) -> String {
    format!("{report}{}", incomplete(report))
}

/// What spans were written, in a line.
pub(super) fn written(report: &OtelReport, requests: u64) -> String {
    if !report.is_complete() {
        return sent(report);
    }
    let sampled_out = match report.sampled_out {
        0 => String::new(),
        count => format!(", {count} left out by the sampler"),
    };
    let (spans, incomplete) = (report.exported, incomplete(report));
    let (span, request) = (plural(spans, "span"), plural(requests, "request"));
    format!("{spans} {span} in {requests} {request}{sampled_out}{incomplete}; nothing was sent")
}

fn plural(count: u64, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

fn incomplete(report: &OtelReport) -> String {
    match report.incomplete {
        0 => String::new(),
        count => format!("; {count} of them without an end in the input"),
    }
}

/// Says what of the inputs is in no span.
pub(super) fn left_out(replayed: &Replayed) {
    let left_out = [
        (replayed.left_out, "records are outside --since and --until"),
        (replayed.foreign, "JSON objects are no records"),
    ];
    for (count, why) in left_out.into_iter().filter(|(count, _)| *count > 0) {
        report::line(&format!("{count} of {} {why}", replayed.outcome.entries));
    }
}

/// Why nothing was sent of what was read, if nothing was.
///
/// # Errors
///
/// No record was wanted, none was there, or none made a span.
pub(super) fn check(
    args: &ExportArgs,
    sources: &[Source],
    replayed: &Replayed,
    report: &OtelReport,
) -> Result<(), Failure> {
    let records = replayed.outcome.entries;
    if replayed.records == 0 && replayed.left_out > 0 {
        let words = [("since", &args.slice.since), ("until", &args.slice.until)];
        let words = words.into_iter().filter_map(|(word, at)| at.as_ref().map(|at| format!("{word} {at}")));
        let words = words.collect::<Vec<_>>().join(" · ");
        return Err(RenderError::Slice(SliceError::Nothing { words, records }).into());
    }
    if report.built == 0 {
        let name = sources.first().map(Source::to_string).unwrap_or_default();
        return Err(Failure::NoSpan { name, has_records: replayed.records > 0 });
    }
    Ok(())
}
