//! The totals as words: what a reader sees first, and all that a browser without scripts shows.

use super::text::{compact, counted, duration, grouped, visible};
use super::words;
use crate::model::{CallCounts, InputSummary, Model, SessionSummary, Status, Totals, Usage};

/// Failures that the overview lists.
const FAILURES: usize = 12;
/// Sessions that the overview lists.
const SESSIONS: usize = 50;
/// Characters of a name in the overview.
const NAME: usize = 120;

/// The overview of a trace.
#[derive(Debug)]
pub(super) struct Summary {
    pub(super) sentence: String,
    pub(super) calls: Vec<CallLine>,
    /// Failures that `calls` does not count.
    pub(super) other_failures: u64,
    pub(super) tokens: Option<TokenLines>,
    pub(super) failures: Vec<FailureLine>,
    pub(super) more_failures: u64,
    pub(super) failure_count: u64,
    pub(super) sessions: Vec<SessionLine>,
    pub(super) more_sessions: usize,
    pub(super) inputs: Vec<InputLine>,
    /// Findings in digits and words; empty when there are none.
    pub(super) damage: String,
    /// Whether a limit or an unreadable place left some of an input unread.
    pub(super) is_cut: bool,
}

/// One line of the table of outcomes.
#[derive(Debug)]
pub(super) struct CallLine {
    pub(super) what: &'static str,
    pub(super) counts: CallCounts,
}

/// Tokens, in buckets that do not overlap, and their sum.
#[derive(Debug)]
pub(super) struct TokenLines {
    pub(super) buckets: [(&'static str, String); 4],
    pub(super) reasoning: String,
    pub(super) sum: String,
}

/// One failed row.
#[derive(Debug)]
pub(super) struct FailureLine {
    pub(super) row: usize,
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) at: String,
}

/// One session.
#[derive(Debug)]
pub(super) struct SessionLine {
    pub(super) row: u32,
    pub(super) id: String,
    pub(super) turns: String,
    pub(super) calls: String,
    pub(super) failures: u64,
    pub(super) tokens: String,
}

/// One input.
#[derive(Debug)]
pub(super) struct InputLine {
    pub(super) name: String,
    pub(super) entries: String,
    pub(super) foreign: u64,
    pub(super) bytes: String,
    pub(super) damage: Vec<String>,
    pub(super) more_damage: String,
}

impl Summary {
    /// The overview of `model`.
    pub(super) fn new(model: &Model) -> Self {
        let totals = &model.totals;
        let failures = failures(model);
        Self {
            sentence: sentence(model),
            calls: [
                ("Turns", totals.turns),
                ("LLM calls", totals.llm_calls),
                ("Tool calls", totals.tool_calls),
            ]
            .map(|(what, counts)| CallLine { what, counts })
            .into(),
            other_failures: totals.other_failures(),
            tokens: (totals.tokens != Usage::default()).then(|| token_lines(&totals.tokens)),
            more_failures: totals.failures.saturating_sub(failures.len() as u64),
            failures,
            failure_count: totals.failures,
            sessions: model.sessions.iter().take(SESSIONS).map(session_line).collect(),
            more_sessions: model.sessions.len().saturating_sub(SESSIONS),
            inputs: model.inputs.iter().map(input_line).collect(),
            damage: damage(model),
            is_cut: model.inputs.iter().flat_map(|input| &input.damage).any(|finding| is_cut(finding)),
        }
    }
}

/// `1,234 findings`, or nothing.
fn damage(model: &Model) -> String {
    match model.inputs.iter().map(|input| input.damage_count).sum() {
        0 => String::new(),
        count => counted(count, "finding", "findings"),
    }
}

/// Whether a finding tells of input that was left unread.
fn is_cut(finding: &str) -> bool {
    ["limit", "cannot be read on", "the rest was skipped"].iter().any(|words| finding.contains(words))
}

/// Everything in one sentence.
fn sentence(model: &Model) -> String {
    let Totals { sessions, turns, llm_calls, tool_calls, failures, tokens } = model.totals;
    let counts = [
        (sessions, "session", "sessions"),
        (turns.total, "turn", "turns"),
        (llm_calls.total, "LLM call", "LLM calls"),
        (tool_calls.total, "tool call", "tool calls"),
    ];
    let mut parts: Vec<_> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    if parts.is_empty() {
        parts.push(counted(model.records.len() as u64, "record", "records"));
    }
    parts.push(match failures {
        0 => "no failures".to_owned(),
        _ => counted(failures, "failure", "failures"),
    });
    parts.extend(token_phrase(&tokens));
    parts.extend(Some(model.span_us()).filter(|span| *span > 0).map(duration));
    parts.extend(critical_phrase(model));
    parts.join(", ")
}

/// `critical path 2 m 40 s`, where that is neither nothing nor all there is.
fn critical_phrase(model: &Model) -> Option<String> {
    let path = model.critical_us.filter(|path| *path > 0)?;
    (i128::from(path) * 100 < i128::from(model.span_us()) * 98)
        .then(|| format!("critical path {}", duration(path)))
}

/// `412k tokens in (88 % cached) / 19k out`.
fn token_phrase(tokens: &Usage) -> Option<String> {
    let input = input_sum(tokens);
    if input == 0 && tokens.output == 0 {
        return None;
    }
    let cached = match i128::from(tokens.cache_read) {
        read if read > 0 && input > 0 => format!(" ({} % cached)", read * 100 / input),
        _ => String::new(),
    };
    Some(format!(
        "{} {} in{cached} / {} out",
        compact(input),
        if input == 1 { "token" } else { "tokens" },
        compact(tokens.output.into())
    ))
}

fn input_sum(tokens: &Usage) -> i128 {
    [tokens.input, tokens.cache_read, tokens.cache_write].into_iter().map(i128::from).sum()
}

fn token_lines(tokens: &Usage) -> TokenLines {
    TokenLines {
        buckets: [
            ("Input, not cached", grouped(tokens.input.into())),
            ("Input, read from cache", grouped(tokens.cache_read.into())),
            ("Input, written to cache", grouped(tokens.cache_write.into())),
            ("Output", grouped(tokens.output.into())),
        ],
        reasoning: grouped(tokens.reasoning.into()),
        sum: grouped(input_sum(tokens) + i128::from(tokens.output)),
    }
}

fn failures(model: &Model) -> Vec<FailureLine> {
    let failed = model.rows.iter().enumerate().filter(|(_, row)| row.status == Status::Failed);
    failed
        .take(FAILURES)
        .map(|(index, row)| FailureLine {
            row: index,
            kind: words::kind(row.kind),
            name: model.names.get(row.name as usize).map_or_else(String::new, |name| visible(name, NAME)),
            at: duration(row.start_us),
        })
        .collect()
}

fn session_line(session: &SessionSummary) -> SessionLine {
    let Totals { sessions: _, turns, llm_calls, tool_calls, failures, tokens } = session.totals;
    SessionLine {
        row: session.row,
        id: visible(&session.id, NAME),
        turns: grouped(turns.total.into()),
        calls: grouped(i128::from(llm_calls.total) + i128::from(tool_calls.total)),
        failures,
        tokens: compact(input_sum(&tokens) + i128::from(tokens.output)),
    }
}

fn input_line(input: &InputSummary) -> InputLine {
    InputLine {
        name: visible(&input.name, NAME),
        entries: counted(input.entries, "record", "records"),
        foreign: input.foreign,
        bytes: grouped(input.bytes.into()),
        damage: input.damage.iter().map(|finding| visible(finding, 400)).collect(),
        more_damage: match input.damage_count.saturating_sub(input.damage.len() as u64) {
            0 => String::new(),
            more => grouped(more.into()),
        },
    }
}
