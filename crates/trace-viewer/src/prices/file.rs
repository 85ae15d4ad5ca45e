//! The file of prices.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::pattern::rank;
use super::{Prices, PricesError, Rate};

/// Billionths in one.
const BILLION: f64 = 1e9;
/// No price of a million tokens is higher.
const HIGHEST: f64 = 1e9;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "dollars")]
    currency: Spanned<String>,
    models: BTreeMap<Spanned<String>, Model>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    input: Option<Spanned<f64>>,
    cache_read: Option<Spanned<f64>>,
    cache_write: Option<Spanned<f64>>,
    output: Option<Spanned<f64>>,
    reasoning: Option<Spanned<f64>>,
}

fn dollars() -> Spanned<String> {
    Spanned::new(0..0, "USD".to_owned())
}

pub(super) fn parse(name: &str, text: &str) -> Result<Prices, PricesError> {
    let error = |at: usize, problem: String| {
        let before = text.as_bytes().iter().take(at).filter(|&&byte| byte == b'\n').count();
        PricesError { name: name.to_owned(), line: before + 1, problem }
    };
    let file: File = toml::from_str(text)
        .map_err(|found| error(found.span().map_or(0, |span| span.start), found.message().to_owned()))?;
    let currency = file.currency.get_ref().trim();
    if currency.is_empty() || currency.chars().count() > 16 {
        return Err(error(file.currency.span().start, "a currency has 1 to 16 characters".to_owned()));
    }
    let mut models = Vec::new();
    for (pattern, model) in &file.models {
        let rate = rate(pattern, model).map_err(|(at, problem)| error(at, problem))?;
        models.push((pattern.get_ref().clone(), rate));
    }
    models.sort_by_key(|(pattern, _)| rank(pattern));
    Ok(Prices { name: name.to_owned(), currency: currency.to_owned(), models })
}

fn rate(pattern: &Spanned<String>, model: &Model) -> Result<Rate, (usize, String)> {
    let named = |name: &str, stated: &Option<Spanned<f64>>| match stated {
        Some(stated) => price(stated),
        None => Err((pattern.span().start, format!("\"{}\" has no price for {name}", pattern.get_ref()))),
    };
    let output = named("output", &model.output)?;
    Ok(Rate {
        input: named("input", &model.input)?,
        cache_read: named("cache_read", &model.cache_read)?,
        cache_write: named("cache_write", &model.cache_write)?,
        output,
        reasoning: model.reasoning.as_ref().map_or(Ok(output), price)?,
    })
}

/// Billionths of the currency for a million tokens.
fn price(price: &Spanned<f64>) -> Result<i64, (usize, String)> {
    let value = *price.get_ref();
    if !(0.0..=HIGHEST).contains(&value) {
        return Err((
            price.span().start,
            format!("a price is a number from 0 to {HIGHEST}, this is {value}"),
        ));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the bounds were checked")]
    Ok((value * BILLION).round() as i64)
}
