//! Prices of tokens, from a file of the user's own. Nothing is priced without one.
//!
//! ```
//! use trace_viewer::prices::Prices;
//!
//! let prices = Prices::parse(
//!     "prices.toml",
//!     r#"
//!     currency = "USD"
//!
//!     [models."acme/*"]
//!     input = 3.0
//!     cache_read = 0.3
//!     cache_write = 3.75
//!     output = 15.0
//!     "#,
//! )?;
//! assert_eq!(prices.currency(), "USD");
//! assert!(prices.rate("acme/large").is_some() && prices.rate("other/small").is_none());
//! # Ok::<(), trace_viewer::prices::PricesError>(())
//! ```

mod file;
mod pattern;

use std::fmt;

use crate::model::Usage;

/// Prices of models' tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prices {
    name: String,
    currency: String,
    /// Patterns of model names, best first.
    models: Vec<(String, Rate)>,
}

/// What the tokens of one model cost: billionths of the currency for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    input: i64,
    cache_read: i64,
    cache_write: i64,
    output: i64,
    reasoning: i64,
}

/// Costs are integers: so many make one of the currency.
pub const UNITS: i128 = 1_000_000_000_000_000;

/// Why a file of prices cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricesError {
    name: String,
    line: usize,
    problem: String,
}

impl fmt::Display for PricesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.name, self.line, self.problem)
    }
}

impl std::error::Error for PricesError {}

impl Prices {
    /// Reads prices; `name` is what the file is called, on the page and in errors.
    ///
    /// # Errors
    ///
    /// The text is no TOML, or says something else than prices; with the line.
    pub fn parse(name: &str, text: &str) -> Result<Self, PricesError> {
        file::parse(name, text)
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the prices are in.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// The prices of a model, if it has any: its own, or those of the pattern with the most letters of its own.
    pub fn rate(&self, model: &str) -> Option<Rate> {
        let found = self.models.iter().find(|(pattern, _)| pattern::matches(pattern, model));
        found.map(|&(_, rate)| rate)
    }
}

impl Rate {
    /// What these tokens cost, in [`UNITS`].
    pub fn cost(&self, tokens: &Usage) -> i128 {
        let reasoning = tokens.reasoning.clamp(0, tokens.output.max(0));
        [
            (tokens.input, self.input),
            (tokens.cache_read, self.cache_read),
            (tokens.cache_write, self.cache_write),
            (tokens.output - reasoning, self.output),
            (reasoning, self.reasoning),
        ]
        .into_iter()
        .map(|(count, price)| i128::from(count) * i128::from(price))
        .sum()
    }
}
