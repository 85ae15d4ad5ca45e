//! Tables of tokens: four buckets that never overlap, their sum, and what they cost.

use super::table::{Cell, Line, Look, Table};
use crate::model::numbers::{Numbers, Ranked, Spend};
use crate::page::text::{counted, grouped, visible};
use crate::prices::{Prices, UNITS};

/// How tokens are shown.
pub(super) struct Tokens<'a> {
    numbers: &'a Numbers,
    prices: Option<&'a Prices>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(numbers: &'a Numbers, prices: Option<&'a Prices>) -> Self {
        Self { numbers, prices }
    }

    pub(super) fn has_prices(&self) -> bool {
        self.prices.is_some()
    }

    pub(super) fn table(&self, title: &'static str, first: &[&'static str]) -> Table {
        let mut table = Table::new(title);
        table.heads = first.to_vec();
        table.heads.extend([
            "not cached",
            "cache read",
            "cache write",
            "output",
            "reasoning",
            "sum",
            "cache hits",
        ]);
        table.heads.extend(self.cost_head());
        table
    }

    pub(super) fn cost_head(&self) -> Option<&'static str> {
        self.prices.map(|_| "cost")
    }

    /// A line: `first` cells, then tokens.
    pub(super) fn line(&self, label: impl Into<String>, first: Vec<Cell>, spend: &Spend) -> Line {
        let tokens = spend.tokens;
        let input: i128 =
            [tokens.input, tokens.cache_read, tokens.cache_write].into_iter().map(i128::from).sum();
        let hits = match input {
            0 => Cell::none(),
            _ => Cell::text(format!("{} %", i128::from(tokens.cache_read) * 100 / input)),
        };
        let mut cells = first;
        for count in [tokens.input, tokens.cache_read, tokens.cache_write, tokens.output] {
            cells.push(Cell::number(count.into()));
        }
        cells.push(Cell { look: Look::Part, ..Cell::number(tokens.reasoning.into()) });
        cells.push(Cell::number(spend.sum()).share(spend.sum(), self.numbers.total.sum()));
        cells.push(hits);
        cells.extend(self.cost_cell(spend));
        Line::new(label, cells)
    }

    /// The line of what belongs to nothing in the table, where there is any.
    pub(super) fn outside(&self, table: &mut Table, label: &str, first: Vec<Cell>, spend: &Spend) {
        if *spend != Spend::default() {
            table.lines.push(self.line(label, first, spend).look(Look::Rest));
        }
    }

    /// The last line, unless the table is empty.
    pub(super) fn total(&self, table: &mut Table, first: Vec<Cell>, note: String) {
        if !table.lines.is_empty() {
            table.note = note;
            table.lines.push(self.line("All", first, &self.numbers.total).look(Look::Sum));
        }
    }

    /// The lines of ranked rows; `describe` gives each a label and what stands beside it.
    pub(super) fn ranked(
        &self,
        table: &mut Table,
        ranked: &Ranked,
        more: [&str; 2],
        outside: &str,
        describe: impl Fn(u32) -> (String, String),
    ) {
        let calls = |spend: &Spend| vec![Cell::count(spend.calls)];
        for (row, spend) in ranked.lines.iter().filter(|(_, spend)| *spend != Spend::default()) {
            let (label, aside) = describe(*row);
            let line = self.line(label, calls(spend), spend).link(*row);
            table.lines.push(Line { aside, ..line });
        }
        let unlisted =
            ranked.lines.iter().filter(|(_, spend)| *spend == Spend::default()).count() as u64 + ranked.more;
        if unlisted > 0 && !table.lines.is_empty() {
            let label = counted(unlisted, more[0], more[1]);
            table.lines.push(self.line(label, calls(&ranked.rest), &ranked.rest).look(Look::Rest));
        }
        self.outside(table, outside, calls(&ranked.outside), &ranked.outside);
        self.total(table, calls(&self.numbers.total), String::new());
    }

    pub(super) fn cost_cell(&self, spend: &Spend) -> Option<Cell> {
        self.prices?;
        Some(match (spend.cost, spend.unpriced) {
            (0, 0) => Cell::none(),
            (0, 1..) => Cell { look: Look::None, ..Cell::text("no price") },
            (cost, 1..) => Cell::text(format!("{} + no price", amount(cost))),
            (cost, _) => Cell::text(amount(cost)),
        })
    }

    /// Where costs come from, and what has none.
    pub(super) fn priced_note(&self) -> String {
        let Some(prices) = self.prices else {
            return "Costs are shown when the page is made with --prices FILE.".to_owned();
        };
        let mut note = format!(
            "Costs are in {}, by the prices of {}.",
            visible(prices.currency(), 20),
            visible(prices.name(), 80)
        );
        let without =
            self.numbers.models.iter().filter(|model| !model.priced && model.spend.calls > 0).count();
        if without > 0 {
            note.push(' ');
            note.push_str(&counted(without as u64, "model has no price.", "models have no price."));
        }
        if self.numbers.total.unpriced > 0 {
            note.push_str(" Not in the costs: ");
            note.push_str(&grouped(self.numbers.total.unpriced));
            note.push_str(" tokens.");
        }
        note
    }
}

/// The sum of some.
pub(super) fn sum<'s>(spends: impl Iterator<Item = &'s Spend>) -> Spend {
    spends.fold(Spend::default(), Spend::plus)
}

/// An amount of money with four decimals, or two where it is large.
fn amount(cost: i128) -> String {
    let (unit, decimals) = if cost.abs() >= 100 * UNITS { (100, 2) } else { (10_000, 4) };
    let step = UNITS / unit;
    let rounded = (cost + step / 2).div_euclid(step);
    format!("{}.{:0decimals$}", grouped(rounded / unit), rounded % unit)
}

#[cfg(test)]
mod tests {
    use super::{UNITS, amount};

    #[test]
    fn money_is_rounded_to_four_decimals_or_two() {
        assert_eq!(amount(0), "0.0000");
        assert_eq!(amount(UNITS / 100_000), "0.0000");
        assert_eq!(amount(UNITS / 20_000), "0.0001");
        assert_eq!(amount(3 * UNITS / 2), "1.5000");
        assert_eq!(amount(1_234_567 * UNITS + UNITS / 2), "1,234,567.50");
    }
}
