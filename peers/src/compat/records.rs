//! Lines through both crates: what one writes, the other reads and keeps.

use chrono::DateTime;
use serde_json::Value;

use super::difference::Ledger;

const ADDED_KIND: &str = "a kind that we add: their decoder knows 17 kinds and refuses others";
const UNKNOWN_KIND: &str = "an unknown kind survives in ours and fails their decoder";
const ADDED_FIELD: &str = "a field that we add is not kept by their decoder";
const EMPTY: &str = "absent, null and empty optional parts are equal";
const NOT_A_RECORD: &str = "not a record of this schema for either";
const UNTYPED_TIME: &str = "they take any text as a timestamp, we take RFC 3339";
const UNCHECKED_VERSION: &str = "they take any schema version, we name a higher one as newer";

const OUR_KINDS: [&str; 6] =
    ["log", "runtime_event", "run_started", "run_summary", "uncaught_error", "records_dropped"];
/// Fields added beside theirs, by the place where they stand.
const OUR_FIELDS: [&str; 6] =
    ["/writer", "/seq", "/request/provider", "/request/agent_name", "/response/model", "/response/id"];

/// Sends each line through both crates, in both orders, and compares what comes out; returns how many lines.
pub fn compare(lines: &[String], name: &str, ledger: &mut Ledger) -> usize {
    for (number, line) in lines.iter().enumerate() {
        let place = || format!("{name}:{}", number + 1);
        let ours = serde_json::from_str::<trace_core::TraceRecord>(line);
        let theirs = serde_json::from_str::<lash_trace::TraceRecord>(line);
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => both(&ours, &theirs, &place, ledger),
            (ours, theirs) => {
                let their_error = theirs.as_ref().err().map(ToString::to_string).unwrap_or_default();
                let reason = one_refuses(line, ours.is_ok(), theirs.is_ok(), &their_error);
                let say = |ok| if ok { "reads it" } else { "refuses it" };
                let (ours, theirs) = (say(ours.is_ok()), say(theirs.is_ok()));
                ledger.note(reason, || format!("{}: ours {ours}, theirs {theirs} {their_error}", place()));
            }
        }
    }
    lines.len()
}

/// Both read the line: each reads what the other writes, and gets the same record.
fn both(
    ours: &trace_core::TraceRecord,
    theirs: &lash_trace::TraceRecord,
    place: &dyn Fn() -> String,
    ledger: &mut Ledger,
) {
    let (Ok(our_line), Ok(their_line)) = (serde_json::to_string(ours), serde_json::to_string(theirs)) else {
        return ledger.note(None, || format!("{}: a record cannot be written", place()));
    };
    match serde_json::from_str::<trace_core::TraceRecord>(&their_line) {
        Ok(back) => values(&json(ours), &json(&back), "", "their line in ours", place, ledger),
        Err(error) => ledger.note(None, || format!("{}: we refuse their line: {error}", place())),
    }
    match serde_json::from_str::<lash_trace::TraceRecord>(&our_line) {
        Ok(back) => values(&json(theirs), &json(&back), "", "our line in theirs", place, ledger),
        Err(error) => ledger.note(None, || format!("{}: they refuse our line: {error}", place())),
    }
    values(&json(ours), &json(theirs), "", "as written", place, ledger);
}

fn json(record: &impl serde::Serialize) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}

fn one_refuses(line: &str, ours: bool, theirs: bool, their_error: &str) -> Option<&'static str> {
    let value: Value = serde_json::from_str(line).unwrap_or_default();
    let kind = value["type"].as_str().unwrap_or_default();
    let time = value["timestamp"].as_str().unwrap_or_default();
    match (ours, theirs) {
        (false, false) => Some(NOT_A_RECORD),
        (true, false) if OUR_KINDS.contains(&kind) => Some(ADDED_KIND),
        (true, false) => their_error.contains("unknown variant").then_some(UNKNOWN_KIND),
        (false, true) if DateTime::parse_from_rfc3339(time).is_err() => Some(UNTYPED_TIME),
        (false, true) if value["schema_version"].as_u64() > Some(2) => Some(UNCHECKED_VERSION),
        _ => None,
    }
}

fn values(
    left: &Value,
    right: &Value,
    path: &str,
    what: &str,
    place: &dyn Fn() -> String,
    ledger: &mut Ledger,
) {
    match (left, right) {
        (Value::Object(a), Value::Object(b)) => {
            let only_right = b.keys().filter(|key| !a.contains_key(*key));
            for key in a.keys().chain(only_right) {
                let path = format!("{path}/{key}");
                values(
                    left.get(key).unwrap_or(&Value::Null),
                    right.get(key).unwrap_or(&Value::Null),
                    &path,
                    what,
                    place,
                    ledger,
                );
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (left, right)) in a.iter().zip(b).enumerate() {
                values(left, right, &format!("{path}/{index}"), what, place, ledger);
            }
        }
        _ if left == right || (path == "/timestamp" && instant(left) == instant(right)) => {}
        _ => {
            let reason = if OUR_FIELDS.contains(&path) {
                Some(ADDED_FIELD)
            } else {
                (is_empty(left) && is_empty(right)).then_some(EMPTY)
            };
            ledger.note(reason, || format!("{} {path} {what}: {left} or {right}", place()));
        }
    }
}

fn instant(value: &Value) -> Option<DateTime<chrono::FixedOffset>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
