//! From a model to events.

use std::fs::File;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::value::RawValue;
use trace_core::TraceHeader;

use super::args::{Args, Ids};
use super::event::{Counter, Event, Metadata};
use super::flows::{Flows, word};
use super::tracks::{Tracks, by_start, end_of, is_shown};
use super::{Content, OPENING};
use crate::model::{LinkKind, Model, Row, RowKind, Usage, index};
use crate::page::RecordReader;
use crate::query::usual_words;

/// The latest time that a reader can hold in nanoseconds, in microseconds since 1970.
const LATEST: i64 = i64::MAX / 1000;

/// Writes the events of a model.
pub(super) struct Writer<'a, W> {
    model: &'a Model,
    records: RecordReader<'a, File>,
    content: Content,
    out: W,
    tracks: Tracks,
    flows: Flows,
    words: Words,
    /// Microseconds from 1970 to the trace's start.
    zero: i64,
    /// Whether an event has been written.
    begun: bool,
}

/// Words for the model's closed sets, by number.
struct Words {
    kinds: Vec<&'static str>,
    statuses: Vec<&'static str>,
    flags: Vec<&'static str>,
}

impl<'a, W: Write> Writer<'a, W> {
    pub(super) fn new(model: &'a Model, records: RecordReader<'a, File>, content: Content, out: W) -> Self {
        let tracks = Tracks::new(model);
        let flows = Flows::new(model, &tracks);
        let [kinds, statuses, flags] = ["kind", "status", "flag"].map(usual_words);
        let words = Words { kinds, statuses, flags };
        let zero = model.start.map_or(0, |start| start.timestamp_micros());
        Self { model, records, content, out, tracks, flows, words, zero, begun: false }
    }

    /// Writes everything.
    pub(super) fn write(&mut self) -> io::Result<()> {
        self.out.write_all(OPENING.as_bytes())?;
        if let (Some(start), Some(end)) = (self.model.start, self.model.end) {
            let times = [start, end].map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
            write!(self.out, ",\"start\":\"{}\",\"end\":\"{}\"", times[0], times[1])?;
        }
        self.out.write_all(b"},\"traceEvents\":[")?;
        self.processes()?;
        self.threads()?;
        for row in by_start(&self.model.rows) {
            self.row(row)?;
        }
        self.counters()?;
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()
    }

    /// Writes one event, on a line of its own.
    fn event(&mut self, event: &impl Serialize) -> io::Result<()> {
        self.out.write_all(if self.begun { b",\n" } else { b"\n" })?;
        self.begun = true;
        serde_json::to_writer(&mut self.out, event).map_err(io::Error::from)
    }

    /// The time at a place on the axis. Readers drop what is before 1970 or after 2262; it is moved there instead.
    fn time(&self, us: i64) -> i64 {
        self.zero.saturating_add(us).clamp(0, LATEST)
    }

    fn name(&self, row: &Row) -> &'a str {
        self.model.names.get(row.name as usize).map_or("", String::as_str)
    }

    fn processes(&mut self) -> io::Result<()> {
        let sessions = (1..).zip(&self.model.sessions).map(|(pid, session)| {
            let name =
                if session.id.is_empty() { "session".to_owned() } else { format!("session {}", session.id) };
            (pid, name)
        });
        let mut names: Vec<(u32, String)> = sessions.collect();
        let outside = index(names.len()) + 1;
        names.push((outside, "outside sessions".to_owned()));
        for (pid, name) in names {
            if self.tracks.list.iter().any(|track| track.pid == pid) {
                self.metadata(["process_name", "process_sort_index"], pid, None, &name)?;
            }
        }
        Ok(())
    }

    fn threads(&mut self) -> io::Result<()> {
        for place in 0..index(self.tracks.list.len()) {
            let track = self.tracks.list[place as usize];
            let tid = self.tracks.tid(place);
            self.metadata(["thread_name", "thread_sort_index"], track.pid, Some(tid), &track.name())?;
        }
        Ok(())
    }

    /// Names a process or a thread and says where to show it.
    fn metadata(&mut self, kinds: [&str; 2], pid: u32, tid: Option<u32>, name: &str) -> io::Result<()> {
        let values = [Metadata::Name(name), Metadata::SortIndex(tid.unwrap_or(pid))];
        for (kind, value) in kinds.into_iter().zip(values) {
            self.event(&Event { tid, args: Some(value), ..Event::new("M", kind, 0, pid) })?;
        }
        Ok(())
    }

    /// Writes a row, unless it was made up to hold others, and the ends of arrows at it.
    fn row(&mut self, number: u32) -> io::Result<()> {
        let row = self.model.rows[number as usize];
        if !is_shown(&row) {
            return Ok(());
        }
        let is_call = row.kind.is_call();
        let first = row.first.map(|first| self.records.text(first).map(str::to_owned)).transpose()?;
        let last = row.last.map(|last| self.records.text(last).map(str::to_owned)).transpose()?;
        let headers =
            [&first, &last].map(|text| text.as_deref().and_then(|text| TraceHeader::scan(text).ok()));
        let mut args = self.args(number, &row);
        if let [Some(first), last] = &headers {
            args.ids = Ids::new(first, last.as_ref());
        }
        if self.content.wants(&row) {
            args.record = raw(first.as_deref());
            args.end_record = raw(last.as_deref());
        }
        let cat = self.words.kinds.get(row.kind as usize).copied().unwrap_or_default();
        let name = match self.name(&row) {
            "" => cat,
            name => name,
        };
        let (pid, tid) = self.tracks.of(number);
        let (ts, end) = (self.time(row.start_us), self.time(end_of(&row)));
        let sort = if is_call { "X" } else { "i" };
        self.event(&Event {
            cat,
            tid: Some(tid),
            dur: is_call.then_some(end - ts),
            s: (!is_call).then_some("t"),
            args: Some(args),
            ..Event::new(sort, name, ts, pid)
        })?;
        self.arrows(number, ts)
    }

    /// Writes the ends of arrows at a row.
    fn arrows(&mut self, row: u32, ts: i64) -> io::Result<()> {
        let begin = self.flows.from(row).map(|(id, kind)| ("s", id, kind));
        let end = self.flows.to(row).map(|(id, kind)| ("f", id, kind));
        let ends: Vec<(&'static str, u32, LinkKind)> = begin.chain(end).collect();
        let (pid, tid) = self.tracks.of(row);
        for (sort, id, kind) in ends {
            let word = word(kind);
            let bp = (sort == "f").then_some("e");
            let event = Event::<()>::new(sort, word, ts, pid);
            self.event(&Event { cat: word, id: Some(id), tid: Some(tid), bp, ..event })?;
        }
        Ok(())
    }

    /// What the model knows of a row.
    fn args(&self, number: u32, row: &Row) -> Args<'a> {
        let model = self.model;
        let named = |kind| Some(self.name(row)).filter(|name| row.kind == kind && !name.is_empty());
        let flags = (0..).zip(&self.words.flags);
        let flags = flags.filter(|(bit, _)| row.flags.peculiarities() >> bit & 1 == 1);
        Args {
            status: self
                .words
                .statuses
                .get(row.status as usize)
                .filter(|_| row.status as u8 != 0)
                .copied()
                .unwrap_or(""),
            error: find(&model.faults, number, |fault| (fault.row, fault.message))
                .and_then(|message| model.messages.get(message as usize))
                .map(String::as_str),
            model: named(RowKind::LlmCall),
            tool: named(RowKind::ToolCall),
            level: row.flags.level().map_or("", |level| level.name()),
            tokens: row.usage.and_then(|usage| model.usages.get(usage as usize)).map(|&usage| usage.into()),
            first_token_ms: find(&model.first_tokens, number, |&first| first),
            flags: flags.map(|(_, &word)| word).collect(),
            note: find(&model.notes.rows, number, |&note| note)
                .and_then(|text| model.notes.texts.get(text as usize))
                .map(String::as_str),
            ..Args::default()
        }
    }

    /// Adds up the tokens of each session's calls, as they end.
    fn counters(&mut self) -> io::Result<()> {
        let calls = (0..).zip(&self.model.rows).filter(|(_, row)| row.kind == RowKind::LlmCall);
        let mut spent: Vec<(i64, u32, Usage)> = calls
            .filter_map(|(number, row)| {
                Some((end_of(row), number, *self.model.usages.get(row.usage? as usize)?))
            })
            .collect();
        spent.sort_unstable_by_key(|&(end, row, _)| (end, row));
        let mut sums = vec![Usage::default(); self.model.sessions.len() + 2];
        for (end, row, usage) in spent {
            let (pid, _) = self.tracks.of(row);
            let Some(sum) = sums.get_mut(pid as usize) else { continue };
            *sum = sum.plus(usage);
            let Usage { input, cache_read, cache_write, output, reasoning: _ } = *sum;
            let args = Some(Counter { input, cache_read, cache_write, output });
            let event = Event::new("C", "tokens", self.time(end), pid);
            self.event(&Event { args, ..event })?;
        }
        Ok(())
    }
}

/// What a list that ascends by row holds for a row.
fn find<T>(list: &[T], row: u32, entry: impl Fn(&T) -> (u32, u32)) -> Option<u32> {
    let place = list.binary_search_by_key(&row, |item| entry(item).0).ok()?;
    list.get(place).map(|item| entry(item).1)
}

/// A record's text as JSON of its own.
fn raw(text: Option<&str>) -> Option<&RawValue> {
    serde_json::from_str(text?).ok()
}
