//! The numbers as tables: plain HTML, so that they can be read without scripts and printed.

mod table;
mod tokens;

use super::text::{counted, duration, grouped, visible};
use super::words;
use crate::model::numbers::{Message, ModelCalls, Numbers, Times, ToolCalls};
use crate::model::{CallCounts, Model, Status};
use crate::prices::Prices;

pub(super) use table::{Cell, Line, Look, Table};
use tokens::Tokens;

/// Groups that a table lists one by one.
const GROUPS: usize = 40;
/// Characters of a name or a message.
const NAME: usize = 160;

/// The tables, in the order in which they are shown.
pub(super) fn tables(model: &Model, prices: Option<&Prices>) -> Vec<Table> {
    let numbers = Numbers::of(model, prices);
    let writer = Writer { model, tokens: Tokens::new(&numbers, prices), numbers: &numbers };
    let tables = [
        writer.models(),
        writer.speeds(),
        writer.tools(),
        writer.sessions(),
        writer.turns(),
        writer.calls(),
        writer.slowest(),
        writer.failures(),
        writer.drift(),
    ];
    tables.into_iter().filter(|table| !table.lines.is_empty()).collect()
}

struct Writer<'a> {
    model: &'a Model,
    numbers: &'a Numbers,
    tokens: Tokens<'a>,
}

impl Writer<'_> {
    fn name(&self, name: u32, or: &str) -> String {
        match self.model.names.get(name as usize).map_or("", String::as_str) {
            "" => or.to_owned(),
            name => visible(name, NAME),
        }
    }

    fn row_name(&self, row: u32) -> String {
        let row = &self.model.rows[row as usize];
        self.name(row.name, words::kind(row.kind))
    }

    fn models(&self) -> Table {
        let mut table = self.tokens.table("Tokens by model", &["calls", "failed"]);
        let models = &self.numbers.models;
        let line = |model: &ModelCalls| {
            self.tokens.line(self.name(model.name, "(no model named)"), outcomes(&model.counts), &model.spend)
        };
        table.lines.extend(models.iter().take(GROUPS).map(line));
        if let Some(rest @ [_, ..]) = models.get(GROUPS..) {
            let spend = tokens::sum(rest.iter().map(|model| &model.spend));
            let counts = rest.iter().fold(CallCounts::default(), |sum, model| sum.plus(model.counts));
            let label = counted(rest.len() as u64, "more model", "more models");
            table.lines.push(self.tokens.line(label, outcomes(&counts), &spend).look(Look::Rest));
        }
        let blank = || vec![Cell::default(), Cell::default()];
        self.tokens.outside(&mut table, "Reported by no call", blank(), &self.numbers.beyond);
        let all = outcomes(&self.model.totals.llm_calls);
        self.tokens.total(&mut table, all, self.tokens.priced_note());
        table
    }

    fn speeds(&self) -> Table {
        let mut table = Table::new("Speed by model");
        table.heads =
            vec!["calls", "half within", "95 % within", "longest", "first chunk: half", "95 %", "output / s"];
        "A call's time counts once it has an end. The first chunk is the first recorded one, or the first visible token \
         that the call's record tells of. Output per second is that of completed calls, over their whole time."
            .clone_into(&mut table.note);
        for model in self.numbers.models.iter().take(GROUPS).filter(|model| model.took.count > 0) {
            let speed =
                model.tokens_per_second().map_or_else(Cell::none, |speed| Cell::text(format!("{speed:.1}")));
            let first = &model.first_chunk;
            let first = match first.count {
                0 => [Cell::none(), Cell::none()],
                _ => [first.p50, first.p95].map(|us| Cell::text(duration(us))),
            };
            let cells = times(&model.took).into_iter().chain(first).chain([speed]).collect();
            table.lines.push(Line::new(self.name(model.name, "(no model named)"), cells));
        }
        table
    }

    fn tools(&self) -> Table {
        let mut table = Table::new("Tools");
        table.heads =
            vec!["calls", "failed", "cancelled", "half within", "95 % within", "longest", "tokens inside"];
        table.heads.extend(self.tokens.cost_head());
        "Tokens inside are those of agents that a tool call started, charged to the innermost tool call."
            .clone_into(&mut table.note);
        let tools = &self.numbers.tools;
        for tool in tools.iter().take(GROUPS) {
            table.lines.push(Line::new(self.name(tool.name, "(no name)"), self.tool_cells(tool)));
        }
        if let Some(rest @ [_, ..]) = tools.get(GROUPS..) {
            let counts = rest.iter().fold(CallCounts::default(), |sum, tool| sum.plus(tool.counts));
            let inside = tokens::sum(rest.iter().map(|tool| &tool.inside));
            let label = counted(rest.len() as u64, "more tool", "more tools");
            let rest = ToolCalls { counts, inside, ..ToolCalls::default() };
            table.lines.push(Line::new(label, self.tool_cells(&rest)).look(Look::Rest));
        }
        if !table.lines.is_empty() {
            let outside = ToolCalls { inside: self.numbers.outside_tools, ..ToolCalls::default() };
            table.lines.push(Line::new("Outside all tools", self.tool_cells(&outside)).look(Look::Rest));
            let counts = self.model.totals.tool_calls;
            let total = ToolCalls { counts, inside: self.numbers.total, ..ToolCalls::default() };
            table.lines.push(Line::new("All", self.tool_cells(&total)).look(Look::Sum));
        }
        table
    }

    fn tool_cells(&self, tool: &ToolCalls) -> Vec<Cell> {
        let CallCounts { total, failed, cancelled, .. } = tool.counts;
        let mut cells = vec![Cell::count(total), Cell::failed(failed), Cell::count(cancelled)];
        cells.extend(times(&tool.took).into_iter().skip(1));
        cells.push(Cell::number(tool.inside.sum()));
        cells.extend(self.tokens.cost_cell(&tool.inside));
        cells
    }

    fn sessions(&self) -> Table {
        let mut table = self.tokens.table("Tokens by session", &["counted calls"]);
        self.tokens.ranked(
            &mut table,
            &self.numbers.sessions,
            ["more session", "more sessions"],
            "Outside all sessions",
            |row| (self.row_name(row), String::new()),
        );
        table
    }

    fn turns(&self) -> Table {
        let mut table = self.tokens.table("Tokens by turn", &["counted calls"]);
        let mut sessions: Vec<u32> = self.model.sessions.iter().map(|session| session.row).collect();
        sessions.sort_unstable();
        self.tokens.ranked(
            &mut table,
            &self.numbers.turns,
            ["more turn", "more turns"],
            "Outside all turns",
            |row| {
                let before = sessions.partition_point(|&session| session < row);
                let within = self.session_around(&sessions[..before], row);
                (self.row_name(row), within.map_or_else(String::new, |session| self.row_name(session)))
            },
        );
        table
    }

    /// Of the sessions that begin before a row, the one that the row is in.
    fn session_around(&self, before: &[u32], row: u32) -> Option<u32> {
        let rows = &self.model.rows;
        let depth = rows[row as usize].depth;
        before.iter().rev().copied().find(|&session| rows[session as usize].depth < depth)
    }

    fn calls(&self) -> Table {
        let title = if self.tokens.has_prices() { "Most expensive LLM calls" } else { "Largest LLM calls" };
        let mut table = self.tokens.table(title, &["took"]);
        self.tokens.ranked(
            &mut table,
            &self.numbers.calls,
            ["more call", "more calls"],
            "Reported by no call",
            |row| {
                let start = self.model.rows[row as usize].start_us;
                (self.row_name(row), format!("at {}", duration(start)))
            },
        );
        for line in &mut table.lines {
            let took = line.row.map(|row| duration(self.model.rows[row as usize].duration_us));
            line.cells[0] = took.map_or_else(Cell::default, Cell::text);
        }
        table
    }

    fn slowest(&self) -> Table {
        let mut table = Table::new("Slowest calls");
        table.heads = vec!["kind", "at", "took"];
        for &at in self.numbers.slowest.iter().take(10) {
            let row = &self.model.rows[at as usize];
            let kind = Cell::text(words::kind(row.kind));
            let took = Cell::text(duration(row.duration_us));
            let mut line =
                Line::new(self.row_name(at), vec![kind, Cell::text(duration(row.start_us)), took]).link(at);
            if row.status == Status::Failed {
                line.look = Look::Bad;
            }
            table.lines.push(line);
        }
        table
    }

    fn failures(&self) -> Table {
        let mut table = Table::new("Failures by message");
        table.heads = vec!["kind", "failed", "tried again"];
        let messages = &self.numbers.messages;
        let cells = |kind, count, retried| vec![Cell::text(kind), Cell::failed(count), Cell::count(retried)];
        for Message { kind, message, count, retried, first } in messages.iter().take(GROUPS) {
            let text = message.and_then(|message| self.model.messages.get(message as usize));
            let text = text.map_or("", String::as_str);
            let label = if text.is_empty() { "(no message)".to_owned() } else { visible(text, NAME) };
            table.lines.push(Line::new(label, cells(words::kind(*kind), *count, *retried)).link(*first));
        }
        let sum = |list: &[Message]| {
            list.iter().fold((0, 0), |(count, retried), one| (count + one.count, retried + one.retried))
        };
        if let Some(rest @ [_, ..]) = messages.get(GROUPS..) {
            let (count, retried) = sum(rest);
            let label = counted(rest.len() as u64, "more message", "more messages");
            table.lines.push(Line::new(label, cells("", count, retried)).look(Look::Rest));
        }
        if !messages.is_empty() {
            let (count, retried) = sum(messages);
            table.lines.push(Line::new("All", cells("", count, retried)).look(Look::Sum));
        }
        table
    }

    fn drift(&self) -> Table {
        let drift = &self.model.drift;
        let mut table = Table::new("Prompt drift");
        table.heads = vec!["changed"];
        let prompts = counted(drift.compared, "prompt follows", "prompts follow");
        table.note = format!(
            "{prompts} another of the same session; {} from it. A change makes a cached prompt useless from there on.",
            counted(drift.changed, "differs", "differ"),
        );
        for &(name, count) in drift.components.iter().take(GROUPS) {
            let label = self.name(name, "(the whole prompt; it names no components)");
            table
                .lines
                .push(Line::new(label, vec![Cell::count(count).share(count.into(), drift.compared.into())]));
        }
        table
    }
}

fn outcomes(counts: &CallCounts) -> Vec<Cell> {
    vec![Cell::count(counts.total), Cell::failed(counts.failed)]
}

/// How many, then percentiles.
fn times(times: &Times) -> [Cell; 4] {
    if times.count == 0 {
        return [Cell::none(), Cell::none(), Cell::none(), Cell::none()];
    }
    let [p50, p95, max] = [times.p50, times.p95, times.max].map(|us| Cell::text(duration(us)));
    [Cell::text(grouped(times.count.into())), p50, p95, max]
}
