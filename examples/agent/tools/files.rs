//! Tools that find, read, search and measure files.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path};

use serde_json::{Value, json};

use super::{Outcome, ToolError, text};

/// Lines of a search that are shown; the rest is counted.
const MAX_HITS: usize = 20;

pub(super) fn glob(root: &Path, args: &Value) -> Outcome {
    Outcome(text(args, "pattern").and_then(|pattern| Ok(matching(root, pattern)?.into())))
}

pub(super) fn read(root: &Path, args: &Value) -> Outcome {
    Outcome(text(args, "path").and_then(|path| {
        let content = load(root, path)?;
        let lines: Vec<String> =
            content.lines().enumerate().map(|(index, line)| format!("{}\t{line}", index + 1)).collect();
        Ok(json!({ "path": path, "content": lines.join("\n") }))
    }))
}

pub(super) fn grep(root: &Path, args: &Value) -> Outcome {
    Outcome(text(args, "text").and_then(|needle| {
        let paths = match args.get("path").and_then(Value::as_str) {
            Some(path) => vec![path.to_owned()],
            None => matching(root, "**/*")?,
        };
        let mut hits = Vec::new();
        for path in &paths {
            hits.extend(search(path, &load(root, path)?, needle));
        }
        let count = hits.len();
        hits.truncate(MAX_HITS);
        Ok(json!({ "files": paths.len(), "count": count, "hits": hits }))
    }))
}

pub(super) fn word_count(root: &Path, args: &Value) -> Outcome {
    Outcome(text(args, "path").and_then(|path| {
        let content = load(root, path)?;
        let words = content.split_whitespace().count();
        Ok(json!({ "path": path, "lines": content.lines().count(), "words": words }))
    }))
}

/// The files whose path matches a pattern, sorted.
pub(super) fn matching(root: &Path, pattern: &str) -> Result<Vec<String>, ToolError> {
    inside(pattern)?;
    let full = format!("{}/{pattern}", glob::Pattern::escape(&root.to_string_lossy()));
    let found = glob::glob(&full).map_err(|error| ToolError::new("bad_pattern", error.to_string()))?;
    let files = found.flatten().filter(|path| path.is_file());
    Ok(files.filter_map(|path| relative(root, &path)).collect())
}

/// The text of a file.
pub(super) fn load(root: &Path, path: &str) -> Result<String, ToolError> {
    inside(path)?;
    fs::read_to_string(root.join(path)).map_err(|error| match error.kind() {
        ErrorKind::NotFound => ToolError::new("not_found", format!("{path} does not exist")),
        kind => ToolError::new("unreadable", format!("{path} cannot be read: {kind}")),
    })
}

fn search(path: &str, content: &str, needle: &str) -> Vec<Value> {
    let lines = content.lines().enumerate().filter(|(_, line)| line.contains(needle));
    lines.map(|(index, line)| json!({ "path": path, "line": index + 1, "text": line })).collect()
}

/// A path as the model sees it: relative, with `/` on every system.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Vec<_> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// Refuses what leads out of the workspace.
fn inside(path: &str) -> Result<(), ToolError> {
    if Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Ok(());
    }
    Err(ToolError::new("outside", format!("{path} is outside the workspace")))
}
