//! The main program, statement by statement.

use std::collections::BTreeSet;
use std::thread::{self, Scope as Threads, ScopedJoinHandle};

use serde_json::{Value, json};

use super::map::{MainNode as Node, review_map};
use super::review;
use super::runner::{Runner, hits, of_path, texts};

/// The process that the program starts.
const PROCESS: &str = "review-sources-1";
/// What the documents say where they are out of date.
const OLD_DEFAULT: &str = "60 seconds";

type Child<'scope> = ScopedJoinHandle<'scope, Result<Value, String>>;

/// Goes through the program.
pub(super) fn run(runner: &Runner<'_>) -> Result<Value, String> {
    let paths = texts(&runner.operation(Node::FIND, "glob", json!({ "pattern": "**/*.md" }))?);
    if runner.choose(Node::CHOOSE, paths.is_empty()) {
        return runner.finish(Node::EMPTY, json!({ "reviewed": 0 }));
    }
    let files = runner.operation(Node::COLLECT_FILES, "grep", json!({ "text": "`src/" }))?;
    let files = named_files(&hits(&files));
    thread::scope(|threads| {
        let child = start(runner, threads, files);
        let findings = runner.pass(Node::EACH, || check_all(runner, &paths))?;
        let report =
            runner.pass(Node::AWAIT, || child.join().map_err(|_| "the process panicked".to_owned())?)?;
        let result = json!({ "reviewed": paths.len(), "findings": findings, "report": report });
        runner.finish(Node::FINISH, result)
    })
}

/// Starts the process that opens the files and asks the fact checker; it runs beside the rest of the program.
fn start<'scope>(
    runner: &Runner<'scope>,
    threads: &'scope Threads<'scope, '_>,
    files: BTreeSet<String>,
) -> Child<'scope> {
    let node = runner.graph.node(Node::START);
    let process = node.process(PROCESS, Some(&review_map()));
    let tools = runner.tools;
    let child = threads.spawn(move || review::run(process, &files, tools));
    node.complete();
    child
}

/// Checks each document; gives what is wrong.
fn check_all(runner: &Runner<'_>, paths: &[String]) -> Result<Vec<Value>, String> {
    let mut findings = Vec::new();
    for path in paths {
        let found = runner.operation(Node::LOOK, "grep", json!({ "text": OLD_DEFAULT, "path": path }))?;
        let hits = hits(&found);
        if runner.choose(Node::FOUND, hits.is_empty()) {
            runner.operation(Node::COUNT, "word_count", of_path(path))?;
        } else {
            runner.pass(Node::REPORT, || {
                for hit in &hits {
                    runner.scope.custom("finding", || hit.clone());
                }
                Ok(())
            })?;
            findings.extend(hits);
        }
    }
    Ok(findings)
}

/// The source files that the lines of a search name.
fn named_files(hits: &[Value]) -> BTreeSet<String> {
    let lines = hits.iter().filter_map(|hit| hit.get("text").and_then(Value::as_str));
    let quoted = lines.flat_map(|line| line.split('`').skip(1).step_by(2));
    quoted.filter(|name| name.starts_with("src/")).map(str::to_owned).collect()
}
