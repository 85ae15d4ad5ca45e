//! The second agent: a session of its own, started by a tool call of the first.

use facade::tracing::recorder::{Scope, SessionOptions};

use super::agent::{Agent, Outcome};
use super::model::Model;
use super::script;
use super::tools::Tools;

pub(crate) const NAME: &str = "fact-checker";
pub(crate) const TASK: &str = "The documents say that an entry's age counts from the last read, and that options can be \
                               changed while the cache is in use. Compare both claims with the sources.";
const SESSION: &str = "docs-review.fact-checker";

/// Lets the second agent compare claims with the sources. What it does hangs under `cause`.
pub(crate) fn check(cause: &Scope, tools: &Tools) -> Result<String, String> {
    let options = SessionOptions::new(SESSION).metadata("agent", NAME).metadata("depth", 1);
    let session = cause.session_with(options);
    let model = Model::new(script::SMALL_MODEL, script::fact_checker(), tools.pace());
    match Agent::new(NAME, script::FACT_CHECKER_SYSTEM, session, model, tools.clone()).turn("turn-1", TASK) {
        Outcome::Answered(verdict) => Ok(verdict),
        Outcome::Stopped => Err("the fact checker was stopped".to_owned()),
        Outcome::Failed(reason) => Err(format!("the fact checker failed: {reason}")),
    }
}
