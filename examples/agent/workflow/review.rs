//! The process that the program starts: it opens the files that documents name, and asks a second agent.

use std::collections::BTreeSet;

use facade::tracing::recorder::Process;
use serde_json::{Value, json};

use super::super::sub_agent;
use super::super::tools::Tools;
use super::map::{ReviewNode as Node, review_map};
use super::runner::{Runner, hits, of_path};

/// Runs the process to its end.
pub(super) fn run(process: Process, files: &BTreeSet<String>, tools: &Tools) -> Result<Value, String> {
    let graph = process.execution(review_map);
    let result = review(&Runner::new(process.id(), &process, &graph, tools), files);
    match &result {
        Ok(_) => {
            graph.complete();
            process.complete();
        }
        Err(error) => {
            graph.fail(error.as_str());
            process.fail(error.as_str());
        }
    }
    result
}

fn review(runner: &Runner<'_>, files: &BTreeSet<String>) -> Result<Value, String> {
    let missing = runner.pass(Node::EACH, || Ok(open_all(runner, files)))?;
    let Some(first) = missing.first() else {
        runner.choose(Node::MISSING, true);
        return runner.finish(Node::COMPLETE, json!({ "missing": [] }));
    };
    runner.choose(Node::MISSING, false);
    let history = json!({ "text": first, "path": "CHANGELOG.md" });
    let moved = runner.operation(Node::HISTORY, "grep", history)?;
    let verdict = runner.pass(Node::ASK, || ask(runner))?;
    runner.finish(Node::FINISH, json!({ "missing": missing, "history": hits(&moved), "verdict": verdict }))
}

/// Opens each file; gives those that cannot be opened, which is a finding and not the end.
fn open_all<'a>(runner: &Runner<'_>, files: &'a BTreeSet<String>) -> Vec<&'a String> {
    let cannot_open = |path: &&String| runner.operation(Node::OPEN, "read_file", of_path(path)).is_err();
    files.iter().filter(cannot_open).collect()
}

/// Lets a second agent look, in a session that hangs under this call.
fn ask(runner: &Runner<'_>) -> Result<String, String> {
    let call = runner.call("spawn_agent", &json!({ "agent": sub_agent::NAME, "task": sub_agent::TASK }));
    match sub_agent::check(&call, runner.tools) {
        Ok(verdict) => {
            call.succeed(|| verdict.as_str());
            Ok(verdict)
        }
        Err(reason) => {
            call.fail(json!({ "code": "agent_failed", "message": reason }));
            Err(reason)
        }
    }
}
