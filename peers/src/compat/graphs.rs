//! Snapshots of both graph stores after the same records.

use std::collections::BTreeMap;
use std::error::Error;

use serde::Serialize;
use serde_json::Value;

use super::difference::Ledger;

const ADDED: &str = "a part of the snapshot that we add";
const EMPTY: &str = "absent and null optional parts are equal";
const LOOP_TIME: &str = "they measure a loop from its first pass, we measure the latest pass";
const OLD_ERROR: &str = "they never clear a node's error, ours is that of the latest pass that ended";
const OLDER: &str = "an older pass that arrives late overwrites a newer one of theirs";

const OUR_GRAPH_PARTS: [&str; 4] = ["error", "map_missing", "dropped_events", "parent"];
const OUR_NODE_PARTS: [&str; 3] = ["interrupted", "pass_count", "total_duration_ms"];

/// Feeds all lines to both stores and compares the snapshots; returns how many graphs.
pub fn compare(lines: &[String], name: &str, ledger: &mut Ledger) -> Result<usize, Box<dyn Error>> {
    let ours = trace_core::TraceLashlangGraphStore::default();
    let theirs = lash_trace::TraceLashlangGraphStore::default();
    for line in lines {
        // Only what both know: the rest is compared as records.
        if let (Ok(our), Ok(their)) = (serde_json::from_str(line), serde_json::from_str(line)) {
            trace_core::TraceSink::append(&ours, &our)?;
            lash_trace::TraceSink::append(&theirs, &their)?;
        }
    }
    let (ours, theirs) = (by_key(&ours.graphs(), "graph_key")?, by_key(&theirs.graphs(), "graph_key")?);
    for key in ours.keys().chain(theirs.keys().filter(|key| !ours.contains_key(*key))) {
        let place = format!("{name} {key}");
        match (ours.get(key), theirs.get(key)) {
            (Some(ours), Some(theirs)) => graph(ours, theirs, &place, ledger)?,
            _ => ledger.note(None, || format!("{place}: in one store only")),
        }
    }
    Ok(ours.len())
}

fn by_key<T: Serialize>(items: &[T], key: &str) -> serde_json::Result<BTreeMap<String, Value>> {
    let keyed = |item: &T| {
        let value = serde_json::to_value(item)?;
        Ok((value[key].as_str().unwrap_or_default().to_owned(), value))
    };
    items.iter().map(keyed).collect()
}

fn graph(ours: &Value, theirs: &Value, place: &str, ledger: &mut Ledger) -> Result<(), Box<dyn Error>> {
    for (key, our, their) in fields(ours, theirs) {
        match key {
            "nodes" | "edges" => items(key, our, their, place, ledger)?,
            _ => {
                let added = (OUR_GRAPH_PARTS.contains(&key) && their.is_null()).then_some(ADDED);
                note(added, place, key, our, their, ledger);
            }
        }
    }
    Ok(())
}

fn items(
    part: &str,
    ours: &Value,
    theirs: &Value,
    place: &str,
    ledger: &mut Ledger,
) -> Result<(), Box<dyn Error>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (ours, theirs) = (by_key(&list(ours), "id")?, by_key(&list(theirs), "id")?);
    for id in ours.keys().chain(theirs.keys().filter(|id| !ours.contains_key(*id))) {
        let place = format!("{place} {part} {id}");
        match (ours.get(id), theirs.get(id)) {
            (Some(our), Some(their)) => {
                for (key, one, other) in fields(our, their) {
                    let reason = (part == "nodes").then(|| node(key, our, their)).flatten();
                    note(reason, &place, key, one, other, ledger);
                }
            }
            _ => ledger.note(None, || format!("{place}: in one store only")),
        }
    }
    Ok(())
}

fn node(key: &str, ours: &Value, theirs: &Value) -> Option<&'static str> {
    let passes = ours["pass_count"].as_u64().unwrap_or(0);
    let older = ours["occurrence"].as_u64() > theirs["occurrence"].as_u64();
    match key {
        "status" | "occurrence" | "last_timestamp" if older => Some(OLDER),
        _ if OUR_NODE_PARTS.contains(&key) && theirs[key].is_null() => Some(ADDED),
        "duration_ms" if passes > 1 => Some(LOOP_TIME),
        "latest_error" if ours[key].is_null() => Some(OLD_ERROR),
        _ => None,
    }
}

/// The fields of both that differ.
fn fields<'a>(ours: &'a Value, theirs: &'a Value) -> Vec<(&'a str, &'a Value, &'a Value)> {
    let keys = |value: &'a Value| value.as_object().into_iter().flat_map(|fields| fields.keys());
    let all: std::collections::BTreeSet<&String> = keys(ours).chain(keys(theirs)).collect();
    let pairs = all.into_iter().map(|key| (key.as_str(), &ours[key], &theirs[key]));
    pairs.filter(|(key, our, their)| our != their && !same_instant(key, our, their)).collect()
}

fn same_instant(key: &str, ours: &Value, theirs: &Value) -> bool {
    let instant = |value: &Value| chrono::DateTime::parse_from_rfc3339(value.as_str()?).ok();
    key.ends_with("timestamp") && instant(ours).is_some() && instant(ours) == instant(theirs)
}

fn note(
    reason: Option<&'static str>,
    place: &str,
    key: &str,
    ours: &Value,
    theirs: &Value,
    ledger: &mut Ledger,
) {
    let empty = |value: &Value| value.is_null() || value == &Value::Array(Vec::new());
    let reason = reason.or((empty(ours) && empty(theirs)).then_some(EMPTY));
    ledger.note(reason, || format!("{place} {key}: {ours} or {theirs}"));
}
