//! One walk over the rows, charging every call to what is around it.

use std::collections::HashMap;

use super::groups::{ModelCalls, ToolCalls};
use super::ranked::LISTED;
use super::{Numbers, Spend, Times};
use crate::model::{Model, Row, RowKind, Status};
use crate::prices::{Prices, Rate};

/// The walk, and what it has gathered.
pub(super) struct Walk<'a> {
    model: &'a Model,
    prices: Option<&'a Prices>,
    numbers: Numbers,
    /// The rows above the current one, outermost first.
    path: Vec<Above>,
    models: Groups<ModelGroup>,
    tools: Groups<ToolGroup>,
}

/// A row that others are in.
struct Above {
    row: u32,
    kind: RowKind,
    /// The innermost turn, as a place in the path.
    turn: Option<usize>,
    session: Option<usize>,
    /// The innermost tool call, as a group.
    tool: Option<usize>,
    /// Of an LLM call: its group, and when its first chunk came.
    model: usize,
    first_chunk: Option<i64>,
    /// Of a turn or a session: what it used.
    spend: Spend,
}

#[derive(Default)]
struct ModelGroup {
    calls: ModelCalls,
    rate: Option<Rate>,
    took: Vec<i64>,
    first_chunk: Vec<i64>,
}

#[derive(Default)]
struct ToolGroup {
    calls: ToolCalls,
    took: Vec<i64>,
}

/// Groups by name.
struct Groups<G> {
    places: HashMap<u32, usize>,
    list: Vec<G>,
}

impl<G> Groups<G> {
    fn new() -> Self {
        Self { places: HashMap::new(), list: Vec::new() }
    }

    fn place(&mut self, name: u32, new: impl FnOnce() -> G) -> usize {
        let place = *self.places.entry(name).or_insert(self.list.len());
        if place == self.list.len() {
            self.list.push(new());
        }
        place
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(model: &'a Model, prices: Option<&'a Prices>) -> Self {
        Self {
            model,
            prices,
            numbers: Numbers::default(),
            path: Vec::new(),
            models: Groups::new(),
            tools: Groups::new(),
        }
    }

    /// Takes all rows.
    pub(super) fn rows(&mut self) {
        let mut beyond = self.model.beyond.clone();
        beyond.sort_by_key(|beyond| beyond.row.unwrap_or(u32::MAX));
        let mut beyond = beyond.into_iter().peekable();
        for (at, row) in (0_u32..).zip(&self.model.rows) {
            self.leave(row.depth as usize);
            self.enter(at, row);
            while let Some(reported) = beyond.next_if(|reported| reported.row == Some(at)) {
                self.charge_beyond(reported.tokens);
            }
        }
        self.leave(0);
        for reported in beyond {
            self.charge_beyond(reported.tokens);
        }
    }

    /// Enters a row; the path ends at its parent.
    fn enter(&mut self, at: u32, row: &Row) {
        let above = self.path.last();
        let here = self.path.len();
        let mut entry = Above {
            row: at,
            kind: row.kind,
            turn: above.and_then(|above| above.turn),
            session: above.and_then(|above| above.session),
            tool: above.and_then(|above| above.tool),
            model: 0,
            first_chunk: None,
            spend: Spend::default(),
        };
        match row.kind {
            RowKind::Session => (entry.session, entry.turn) = (Some(here), None),
            RowKind::Turn => entry.turn = Some(here),
            RowKind::ToolCall => entry.tool = Some(self.tool_call(at, row)),
            RowKind::LlmCall => entry.model = self.llm_call(at, row),
            RowKind::ProviderChunk | RowKind::RuntimeChunk => self.chunk(row),
            _ => {}
        }
        let model = entry.model;
        self.path.push(entry);
        if row.kind == RowKind::LlmCall {
            self.charge_call(at, row, model);
        }
    }

    fn tool_call(&mut self, at: u32, row: &Row) -> usize {
        let new =
            || ToolGroup { calls: ToolCalls { name: row.name, ..ToolCalls::default() }, took: Vec::new() };
        let place = self.tools.place(row.name, new);
        let group = &mut self.tools.list[place];
        group.calls.counts.add_row(row);
        if row.status != Status::Unfinished {
            group.took.push(row.duration_us);
            self.slow(at);
        }
        place
    }

    fn llm_call(&mut self, at: u32, row: &Row) -> usize {
        let (model, prices) = (self.model, self.prices);
        let place = self.models.place(row.name, || {
            let name = model.names.get(row.name as usize).map_or("", String::as_str);
            let rate = prices.and_then(|prices| prices.rate(name));
            let calls = ModelCalls { name: row.name, priced: rate.is_some(), ..ModelCalls::default() };
            ModelGroup { calls, rate, ..ModelGroup::default() }
        });
        let group = &mut self.models.list[place];
        group.calls.counts.add_row(row);
        if row.status != Status::Unfinished {
            group.took.push(row.duration_us);
            self.slow(at);
        }
        place
    }

    fn charge_call(&mut self, at: u32, row: &Row, place: usize) {
        let usage = row.usage.and_then(|usage| self.model.usages.get(usage as usize));
        let group = &mut self.models.list[place];
        let mut spend = Spend::default();
        if let Some(&tokens) = usage {
            spend = Spend { calls: 1, tokens, ..spend };
            match (group.rate, self.prices) {
                (Some(rate), _) => spend.cost = rate.cost(&tokens),
                (None, Some(_)) => spend.unpriced = spend.sum(),
                (None, None) => {}
            }
            if row.status == Status::Completed && row.duration_us > 0 {
                let (tokens, us) = group.calls.speed;
                group.calls.speed =
                    (tokens.saturating_add(spend.tokens.output), us.saturating_add(row.duration_us));
            }
            group.calls.spend.add(&spend);
            self.numbers.calls.push(at, spend);
            self.charge(&spend);
        }
    }

    /// The first chunk of the LLM call around it, if it is directly in one.
    fn chunk(&mut self, row: &Row) {
        if let Some(above) = self.path.last_mut().filter(|above| above.kind == RowKind::LlmCall) {
            above.first_chunk.get_or_insert(row.start_us);
        }
    }

    fn charge_beyond(&mut self, tokens: crate::model::Usage) {
        let mut spend = Spend { tokens, ..Spend::default() };
        if self.prices.is_some() {
            spend.unpriced = spend.sum();
        }
        self.numbers.beyond.add(&spend);
        self.charge(&spend);
    }

    /// Charges what is around the current row.
    fn charge(&mut self, spend: &Spend) {
        self.numbers.total.add(spend);
        let Some(&Above { turn, session, tool, .. }) = self.path.last() else {
            return self.numbers.outside_tools.add(spend);
        };
        for place in [turn, session].into_iter().flatten() {
            self.path[place].spend.add(spend);
        }
        match tool {
            Some(tool) => self.tools.list[tool].calls.inside.add(spend),
            None => self.numbers.outside_tools.add(spend),
        }
    }

    /// Leaves rows until the path is this long.
    fn leave(&mut self, depth: usize) {
        while self.path.len() > depth {
            let Some(left) = self.path.pop() else { return };
            match left.kind {
                RowKind::Turn => self.numbers.turns.push(left.row, left.spend),
                RowKind::Session => self.leave_session(&left),
                RowKind::LlmCall => self.leave_call(&left),
                _ => {}
            }
        }
    }

    /// A session's tokens are those of its summary, wherever its calls stand.
    fn leave_session(&mut self, left: &Above) {
        let sessions = &self.model.sessions;
        let mut spend = left.spend;
        if let Ok(place) = sessions.binary_search_by_key(&left.row, |session| session.row) {
            spend.tokens = sessions[place].totals.tokens;
        }
        self.numbers.sessions.push(left.row, spend);
    }

    fn leave_call(&mut self, left: &Above) {
        let start = self.model.rows[left.row as usize].start_us;
        let first_tokens = &self.model.first_tokens;
        let recorded = left.first_chunk.map(|first| first.saturating_sub(start).max(0));
        let told = || {
            let place = first_tokens.binary_search_by_key(&left.row, |&(row, _)| row).ok()?;
            Some(i64::from(first_tokens[place].1) * 1_000)
        };
        self.models.list[left.model].first_chunk.extend(recorded.or_else(told));
    }

    /// Keeps the slowest calls.
    fn slow(&mut self, at: u32) {
        self.numbers.slowest.push(at);
        if self.numbers.slowest.len() >= 8 * LISTED {
            self.cut_slowest();
        }
    }

    fn cut_slowest(&mut self) {
        let rows = &self.model.rows;
        let key = |&row: &u32| (std::cmp::Reverse(rows[row as usize].duration_us), row);
        self.numbers.slowest.sort_unstable_by_key(key);
        self.numbers.slowest.truncate(LISTED);
    }

    /// Everything but the messages of failures.
    pub(super) fn finish(mut self) -> Numbers {
        self.cut_slowest();
        let total = self.numbers.total;
        let mut models: Vec<ModelCalls> = self.models.list.into_iter().map(ModelGroup::finish).collect();
        models.sort_by_key(|model| std::cmp::Reverse((model.spend.cost, model.spend.sum())));
        let mut tools: Vec<ToolCalls> = self.tools.list.into_iter().map(ToolGroup::finish).collect();
        tools.sort_by_key(|tool| std::cmp::Reverse(tool.counts.total));
        let Numbers { sessions, turns, calls, .. } = &mut self.numbers;
        for ranked in [sessions, turns, calls] {
            *ranked = std::mem::take(ranked).finish(&total);
        }
        Numbers { models, tools, ..self.numbers }
    }
}

impl ModelGroup {
    fn finish(self) -> ModelCalls {
        ModelCalls { took: Times::of(self.took), first_chunk: Times::of(self.first_chunk), ..self.calls }
    }
}

impl ToolGroup {
    fn finish(self) -> ToolCalls {
        ToolCalls { took: Times::of(self.took), ..self.calls }
    }
}
