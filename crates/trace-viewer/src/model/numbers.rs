//! The numbers of a trace: tokens, times and failures, by everything they can be told apart by.
//!
//! Every table of tokens adds up to the total: what no group can be charged with stands in a line of its own. Percentiles
//! are exact, the nearest rank among all durations of a group. One walk over the rows does it; memory grows with the number
//! of calls, by eight bytes each, and with the number of groups.

mod groups;
mod ranked;
mod times;
mod walk;

pub use groups::{Message, ModelCalls, Spend, ToolCalls};
pub use ranked::Ranked;
pub use times::Times;

use super::Model;
use crate::prices::Prices;

/// Everything that is counted beyond [`Totals`](super::Totals).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers {
    /// All tokens, and what they cost where prices are known.
    pub total: Spend,
    /// Tokens that usage records report beyond those of all calls.
    pub beyond: Spend,
    /// LLM calls by model, most tokens first.
    pub models: Vec<ModelCalls>,
    /// Tool calls by tool, most calls first. Tokens are those of the LLM calls inside.
    pub tools: Vec<ToolCalls>,
    /// Tokens outside all tool calls.
    pub outside_tools: Spend,
    /// Sessions with the most tokens.
    pub sessions: Ranked,
    /// Turns with the most tokens.
    pub turns: Ranked,
    /// LLM calls with the most tokens, or the highest cost where prices are known.
    pub calls: Ranked,
    /// The LLM and tool calls that took longest, longest first.
    pub slowest: Vec<u32>,
    /// Failures by kind and message, most frequent first.
    pub messages: Vec<Message>,
}

impl Numbers {
    /// The numbers of `model`. Costs need prices.
    pub fn of(model: &Model, prices: Option<&Prices>) -> Self {
        let mut walk = walk::Walk::new(model, prices);
        walk.rows();
        Self { messages: groups::messages(model), ..walk.finish() }
    }
}
