//! The query language: the vectors that it shares with the page, and what holds for any text.

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::Value;
use trace_core::Severity;
use trace_viewer::model::{Model, RecordIndex, Row, RowFlags, RowKind, Status, Usage};
use trace_viewer::query::{Needle, Query, TraceRows, instant_us};

use crate::support::path;

fn vectors(name: &str) -> Value {
    let file = path("tests/data/query").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn kind(word: &str) -> RowKind {
    match word {
        "session" => RowKind::Session,
        "turn" => RowKind::Turn,
        "llm" => RowKind::LlmCall,
        "tool" => RowKind::ToolCall,
        "provider_chunk" => RowKind::ProviderChunk,
        "prompt" => RowKind::Prompt,
        "log" => RowKind::Log,
        "usage" => RowKind::Usage,
        "run" => RowKind::Run,
        "event" => RowKind::RuntimeEvent,
        "error" => RowKind::UncaughtError,
        "foreign" => RowKind::Foreign,
        other => panic!("no kind {other}"),
    }
}

fn status(word: Option<&str>) -> Status {
    match word {
        None => Status::None,
        Some("unfinished") => Status::Unfinished,
        Some("completed") => Status::Completed,
        Some("failed") => Status::Failed,
        Some("cancelled") => Status::Cancelled,
        other => panic!("no status {other:?}"),
    }
}

fn flag(word: &str) -> u16 {
    match word {
        "no_start" => RowFlags::ENDED_WITHOUT_START,
        "orphan" => RowFlags::ORPHAN,
        "cycle" => RowFlags::CYCLE,
        "repeated" => RowFlags::REPEATED,
        "no_time" => RowFlags::NO_TIME,
        "drift" => RowFlags::DRIFT,
        "retry" => RowFlags::RETRY,
        "critical" => RowFlags::CRITICAL,
        other => panic!("no flag {other}"),
    }
}

fn flags(row: &Value) -> RowFlags {
    let bits = list(&row["flags"]).iter().fold(0, |bits, word| bits | flag(text(word)));
    let level = row["level"].as_str().map(|level| level.parse::<Severity>().unwrap());
    let place = level.map_or(0, |level| Severity::ALL.iter().position(|&known| known == level).unwrap() + 1);
    let told = if row["error"] == true { RowFlags::TELLS_ERROR } else { 0 };
    RowFlags(bits | told | u16::try_from(place).unwrap() << RowFlags::LEVEL_SHIFT)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The rows of the vectors as a model, and the lines of each row's records.
fn model(vectors: &Value) -> (Model, Vec<Vec<String>>) {
    let start = DateTime::from_timestamp_micros(instant_us(text(&vectors["start"])).unwrap()).unwrap();
    let mut model = Model {
        start: Some(start),
        end: Some(start + chrono::TimeDelta::microseconds(vectors["span_us"].as_i64().unwrap())),
        ..Model::default()
    };
    let mut lines = Vec::new();
    for (number, row) in list(&vectors["rows"]).iter().enumerate() {
        let name = name(&mut model, text(&row["name"]));
        let usage = row.get("tokens").map(|tokens| {
            let at = |place: usize| tokens[place].as_i64().unwrap();
            model.usages.push(Usage {
                input: at(0),
                cache_read: at(1),
                cache_write: at(2),
                output: at(3),
                reasoning: at(4),
            });
            u32::try_from(model.usages.len() - 1).unwrap()
        });
        for kind in list(&row["types"]) {
            let kind = self::name(&mut model, text(kind));
            model.records.push(RecordIndex { len: 0, kind, row: u32::try_from(number).unwrap() });
        }
        let kind = kind(text(&row["kind"]));
        if kind == RowKind::Turn {
            model.turn_numbers.push(row["number"].as_u64().map(|number| u32::try_from(number).unwrap()));
        }
        model.rows.push(Row {
            depth: u32::try_from(row["depth"].as_u64().unwrap()).unwrap(),
            kind,
            status: status(row["status"].as_str()),
            flags: RowFlags(flags(row).0 | if row["error"] == true { RowFlags::TELLS_ERROR } else { 0 }),
            name,
            start_us: row["at_us"].as_i64().unwrap(),
            duration_us: row["dur_us"].as_i64().unwrap(),
            first: None,
            last: None,
            usage,
        });
        lines.push(list(&row["texts"]).iter().map(|line| text(line).to_owned()).collect());
    }
    (model, lines)
}

fn name(model: &mut Model, name: &str) -> u32 {
    let known = model.names.iter().position(|known| known == name);
    u32::try_from(known.unwrap_or_else(|| {
        model.names.push(name.to_owned());
        model.names.len() - 1
    }))
    .unwrap()
}

fn matching(query: &Query, model: &Model, lines: &[Vec<String>]) -> Vec<usize> {
    let holds = |needle: &Needle| {
        lines.iter().map(|lines| lines.iter().any(|line| needle.is_in(&Needle::folded(line)))).collect()
    };
    let rows = TraceRows::new(model, query.needles().iter().map(holds).collect());
    (0..model.rows.len()).filter(|&row| query.matches(&rows.row(row), rows.clock())).collect()
}

#[test]
fn queries_match_the_rows_they_should() {
    let vectors = vectors("matches");
    let (model, lines) = model(&vectors);
    for case in list(&vectors["cases"]) {
        let written = text(&case["query"]);
        let query = Query::parse(written).unwrap_or_else(|error| panic!("{written}: {error}"));
        let expected: Vec<usize> = list(&case["matches"])
            .iter()
            .map(|row| usize::try_from(row.as_u64().unwrap()).unwrap())
            .collect();
        assert_eq!(matching(&query, &model, &lines), expected, "{written}");
        let printed = query.to_string();
        assert_eq!(Query::parse(&printed).as_ref(), Ok(&query), "{written} as {printed}");
    }
}

#[test]
fn errors_name_their_place() {
    for case in list(&vectors("errors")) {
        let written = text(&case["query"]);
        match (Query::parse(written), text(&case["says"])) {
            (Ok(_), "") => {}
            (Ok(_), says) => panic!("{written} should be an error: {says}"),
            (Err(error), "") => panic!("{written}: {error}"),
            (Err(error), says) => {
                assert!(error.message().contains(says), "{written}: {error}");
                let characters = written[..error.at()].chars().count();
                assert_eq!(Some(characters as u64), case["at"].as_u64(), "{written}: {error}");
            }
        }
    }
}

#[test]
fn errors_suggest_what_was_meant() {
    for (written, suggested) in [
        ("knid:tool", "did you mean kind:?"),
        ("kind:tol", "did you mean tool?"),
        ("status:cancled", "did you mean cancel"),
        ("level>=wran", "did you mean warn?"),
        ("flag:xyzzy", "there are no_start, orphan, cycle, repeated, no_time, drift, retry, critical"),
        ("xyzzy:x", "; to find the text, put it in quotes"),
    ] {
        let error = Query::parse(written).unwrap_err().to_string();
        assert!(error.contains(suggested), "{error}");
        assert!(error.starts_with("at character "), "{error}");
    }
    assert!(Query::parse(&"x".repeat(4001)).unwrap_err().message().contains("longer"));
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "kind:", "status:", "dur>", "at:", "at<", "tokens", "level>=", "flag:", "has:", "id:", "name=", "session:", "tool,llm", "failed", "error",
            "warn", "drift", "\"", "\\", "(", ")", "|", "-", " or ", " not ", " and ", ",", "*", "5s", "-2m", "1.5k", "..", "=", "!=", ">",
            "2026-05-11", "T09:00:00.5Z", "+02:00", "x", " ", "\u{A0}", "\u{85}", "é", "\u{1F600}",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Queries that are well formed.
fn queries() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec![
            "kind:tool",
            "kind:chunks,llm",
            "status!=failed",
            "level>=warn",
            "level>critical",
            "level<trace",
            "flag:no-start",
            "has:error",
            "dur>500",
            "dur<=1.5s",
            "dur:1s..3s",
            "dur:..2m",
            "at>-2m",
            "at<=-0",
            "at:>2026-05-11T09:00:00.123456+02:00",
            "at:1s..-1s",
            "tokens<0",
            "tokens=5",
            "in:1k..",
            "depth:3",
            "session:chat-*",
            "turn:3",
            "id:*x*",
            "id:a,\"b c\"",
            "name=a*b",
            "model:\"*\"",
            "word",
            "İ",
            "\"or\"",
            "\"a \\\"b\\\" \\\\ \\n \\t\"",
            "a-b",
            "type:LLM_*,custom",
        ])
        .prop_map(str::to_owned),
        "[a-zA-Zé0-9 .*()|:\\-]{1,8}".prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(6, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.join(" or ")),
            inner.clone().prop_map(|part| format!("-({part})")),
            inner.prop_map(|part| format!("not {part}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_query_or_an_error(written in pieces()) {
        match Query::parse(&written) {
            Ok(query) => {
                let printed = query.to_string();
                prop_assert_eq!(Query::parse(&printed), Ok(query), "{} as {}", written, printed);
            }
            Err(error) => {
                prop_assert!(written.is_char_boundary(error.at()), "{}: {}", written, error);
                prop_assert!(!error.message().is_empty());
            }
        }
    }

    #[test]
    fn a_query_is_itself_when_it_is_printed_and_read(written in queries()) {
        if let Ok(query) = Query::parse(&written) {
            let printed = query.to_string();
            prop_assert_eq!(Query::parse(&printed), Ok(query), "{} as {}", written, printed);
        }
    }
}
