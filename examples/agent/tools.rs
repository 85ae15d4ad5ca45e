//! The tools: what they are, and the one place that runs and records them.

mod files;
mod passages;

use std::path::PathBuf;

use facade::tracing::event::{TraceToolCallOutput, TraceToolSpec};
use facade::tracing::recorder::Scope;
use serde_json::{Value, json};

use super::pace::Pace;

/// Tools over the files of one folder. Paths are relative to it; none leads out of it.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    root: PathBuf,
    pace: Pace,
}

/// A tool call that the model asks for.
#[derive(Debug, Clone)]
pub(crate) struct ToolRequest {
    /// Its id, unique in its session.
    pub(crate) call_id: String,
    /// The tool.
    pub(crate) tool: String,
    /// Its arguments.
    pub(crate) args: Value,
}

impl ToolRequest {
    pub(crate) fn new(call_id: impl Into<String>, tool: impl Into<String>, args: Value) -> Self {
        Self { call_id: call_id.into(), tool: tool.into(), args }
    }
}

impl Tools {
    pub(crate) fn new(root: impl Into<PathBuf>, pace: Pace) -> Self {
        Self { root: root.into(), pace }
    }

    pub(crate) fn pace(&self) -> Pace {
        self.pace
    }

    /// All files, for the prompt.
    pub(crate) fn project(&self) -> Vec<String> {
        files::matching(&self.root, "**/*").unwrap_or_default()
    }

    /// Runs a call and records it under a scope.
    pub(crate) fn call(&self, scope: &Scope, request: &ToolRequest) -> TraceToolCallOutput {
        let call = scope.tool_call_with_id(&request.call_id, &request.tool, || request.args.clone());
        let output = self.run(&request.tool, &request.args);
        call.complete(output.clone());
        output
    }

    fn run(&self, tool: &str, args: &Value) -> TraceToolCallOutput {
        self.pace.wait(round_trip(tool));
        match tool {
            "glob" => files::glob(&self.root, args).into(),
            "read_file" => files::read(&self.root, args).into(),
            "grep" => files::grep(&self.root, args).into(),
            "word_count" => files::word_count(&self.root, args).into(),
            "similar_passages" => passages::similar(&self.root, args),
            _ => ToolError::new("unknown_tool", format!("there is no tool {tool}")).into(),
        }
    }
}

/// Milliseconds to a workspace that is not on this machine and back.
fn round_trip(tool: &str) -> u64 {
    match tool {
        "glob" => 34,
        "grep" => 58,
        "read_file" => 21,
        _ => 13,
    }
}

/// Why a tool failed, for the model to act on.
#[derive(Debug)]
struct ToolError {
    code: &'static str,
    message: String,
}

impl ToolError {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl From<ToolError> for TraceToolCallOutput {
    fn from(error: ToolError) -> Self {
        Self::failure(json!({ "code": error.code, "message": error.message }))
    }
}

/// What a tool gives: a value, or why there is none.
struct Outcome(Result<Value, ToolError>);

impl From<Outcome> for TraceToolCallOutput {
    fn from(outcome: Outcome) -> Self {
        match outcome.0 {
            Ok(value) => Self::success(value),
            Err(error) => error.into(),
        }
    }
}

/// A text argument.
fn text<'a>(args: &'a Value, name: &str) -> Result<&'a str, ToolError> {
    args.get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| ToolError::new("bad_arguments", format!("the argument {name} is missing or no text")))
}

/// The tools as the model is told of them.
pub(crate) fn specs() -> Vec<TraceToolSpec> {
    let spec = |name: &str, description: &str, properties: Value| {
        let schema = json!({ "type": "object", "properties": properties });
        TraceToolSpec::new(name, description, schema)
    };
    let string = || json!({ "type": "string" });
    vec![
        spec("glob", "List files whose path matches a pattern.", json!({ "pattern": string() })),
        spec("read_file", "Read a text file with its line numbers.", json!({ "path": string() })),
        spec(
            "grep",
            "Find lines that contain a text, in one file or in all.",
            json!({ "text": string(), "path": string() }),
        ),
        spec("word_count", "Count a file's lines and words.", json!({ "path": string() })),
        spec(
            "similar_passages",
            "Find passages that nearly repeat each other. Slow: give it a deadline.",
            json!({ "deadline_ms": { "type": "integer" } }),
        ),
        spec("exec_code", "Run a program whose functions are the other tools.", json!({ "code": string() })),
    ]
}
