//! The tool that takes too long: passages that nearly repeat each other.

use std::path::Path;
use std::time::{Duration, Instant};

use facade::tracing::event::TraceToolCallOutput;
use serde_json::{Value, json};

use super::ToolError;
use super::files::{load, matching};

/// The longest passage that is compared, in lines.
const LONGEST: usize = 40;
/// Milliseconds unless the model says otherwise.
const DEADLINE_MS: u64 = 1000;

/// Compares every passage of every length with every other one, until the deadline.
pub(super) fn similar(root: &Path, args: &Value) -> TraceToolCallOutput {
    let deadline_ms = args.get("deadline_ms").and_then(Value::as_u64).unwrap_or(DEADLINE_MS);
    let lines = match lines(root) {
        Ok(lines) => lines,
        Err(error) => return error.into(),
    };
    let deadline = Instant::now() + Duration::from_millis(deadline_ms);
    let mut found = Vec::new();
    for length in 1..=LONGEST {
        if !compare(&lines, length, deadline, &mut found) {
            return TraceToolCallOutput::cancelled(json!({
                "message": format!("stopped at its deadline of {deadline_ms} ms"),
                "reached": format!("passages of length {length} of {LONGEST}"),
                "found": found,
            }));
        }
    }
    TraceToolCallOutput::success(json!({ "found": found }))
}

/// Compares all passages of a length; says whether there was time for it.
fn compare(lines: &[Line], length: usize, deadline: Instant, found: &mut Vec<Value>) -> bool {
    for (first, second) in pairs(lines.len(), length) {
        if Instant::now() >= deadline {
            return false;
        }
        if let (Some(one), Some(other)) = (passage(lines, first, length), passage(lines, second, length))
            && is_alike(&one.1, &other.1)
        {
            found.push(json!([one.0, other.0]));
        }
    }
    true
}

/// Where a line stands, and what it says.
type Line = (String, String);

/// All lines with something on them, each with where it stands.
fn lines(root: &Path) -> Result<Vec<Line>, ToolError> {
    let mut lines = Vec::new();
    for path in matching(root, "**/*")? {
        let content = load(root, &path)?;
        let named = content.lines().enumerate().filter(|(_, line)| line.trim().len() > 24);
        lines.extend(named.map(|(index, line)| (format!("{path}:{}", index + 1), line.to_owned())));
    }
    Ok(lines)
}

/// The starts of passages of a length that do not overlap.
fn pairs(lines: usize, length: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..lines).flat_map(move |first| (first + length..lines).map(move |second| (first, second)))
}

/// Where a passage begins, and its characters.
fn passage(lines: &[Line], start: usize, length: usize) -> Option<(&str, Vec<char>)> {
    let lines = lines.get(start..start + length)?;
    let (place, _) = lines.first()?;
    Some((place, lines.iter().flat_map(|(_, line)| line.trim().chars()).collect()))
}

/// Whether less than a fifth would have to change to make one passage of the other, but something would.
fn is_alike(one: &[char], other: &[char]) -> bool {
    let distance = distance(one, other);
    distance > 0 && distance * 5 < one.len().max(other.len())
}

/// How many characters have to be put in, taken out or exchanged.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, left) in one.iter().enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        for (right, cell) in other.iter().zip(row.iter_mut().skip(1)) {
            let exchanged = diagonal + usize::from(left != right);
            diagonal = *cell;
            before = exchanged.min(before + 1).min(diagonal + 1);
            *cell = before;
        }
    }
    row.last().copied().unwrap_or_default()
}
