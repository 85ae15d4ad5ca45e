//! The program that the model writes, and its execution graph.
//!
//! The example has no interpreter. The host knows this one program and goes through it as an interpreter would: a pass
//! through a node for each statement, a branch for each condition.

mod map;
mod review;
mod runner;
mod steps;

use facade::tracing::event::TraceToolCallOutput;
use facade::tracing::recorder::{CodeOutput, Scope};
use serde_json::{Value, json};

use super::tools::{ToolRequest, Tools};
use runner::Runner;

/// The program.
pub(crate) const PROGRAM: &str = r#"process review_sources(files: list<str>) {
  @label(title: "Open each named file")
  for path in files {
    @label(title: "Open file")
    read_file({ path: path })
  }
  @label(title: "Anything missing?")
  if empty(missing) {
    finish { missing: [] }
  } else {
    @label(title: "Look in the change log")
    moved = grep({ text: missing[0], path: "CHANGELOG.md" })
  }
  @label(title: "Ask the fact checker", description: "A session of its own, with the same tools")
  report = spawn_agent({ task: "Compare the claims about age and options with the sources" })
  finish report
}

@label(title: "Find candidates")
paths = glob({ pattern: "**/*.md" })
@label(title: "Choose path")
if empty(paths) {
  @label(title: "Submit empty result")
  finish { reviewed: 0 }
} else {
  @label(title: "Collect named files")
  files = grep({ text: "`src/" })
  @label(title: "Start child review")
  child = start review_sources(files: files)
  @label(title: "Check each document")
  for path in paths {
    @label(title: "Look for the old default")
    hits = grep({ text: "60 seconds", path: path })
    @label(title: "Found any?")
    if empty(hits) { word_count({ path: path }) } else { report_finding(hits) }
  }
  @label(title: "Collect child result")
  report = await child
  finish { reviewed: len(paths), report: report }
}"#;

/// Runs a program the model asked for and records it as a block of code with its graph.
pub(crate) fn run(scope: &Scope, request: &ToolRequest, tools: &Tools) -> TraceToolCallOutput {
    let code = request.args.get("code").and_then(Value::as_str).unwrap_or_default();
    let block = scope.code_block_with_id(&request.call_id, || code);
    if code != PROGRAM {
        let message = "this host knows one program, and this is another";
        block.fail(message);
        return TraceToolCallOutput::failure(json!({ "code": "unknown_program", "message": message }));
    }
    let graph = block.execution(map::main_map);
    match steps::run(&Runner::new(&request.call_id, &block, &graph, tools)) {
        Ok(result) => {
            graph.complete();
            let mut output = CodeOutput::new(result.to_string());
            output.observation_count = 1;
            block.complete(output);
            TraceToolCallOutput::success(result)
        }
        Err(message) => {
            graph.fail(message.as_str());
            block.fail(message.as_str());
            TraceToolCallOutput::failure(json!({ "code": "program_failed", "message": message }))
        }
    }
}
