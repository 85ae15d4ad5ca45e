//! Which process and thread each row stands on.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::model::{Model, NONE, Row, RowKind, index};

/// Sorts of tracks, in the order in which a session shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Runs,
    Turns,
    Llm,
    Tools,
    Graphs,
    Events,
}

/// How many sorts of tracks hold calls.
const GROUPS: usize = 5;

/// A thread of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Track {
    pub(super) pid: u32,
    pub(super) group: Group,
    /// From 0, within the group.
    pub(super) lane: u32,
}

/// Where rows stand.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    /// All tracks, in display order.
    pub(super) list: Vec<Track>,
    /// By row: an index into `list`. A point in time stands on the track of the call that it is in.
    of_row: Vec<u32>,
    /// Calls by row; for other rows the nearest call above in the same session.
    calls: Vec<u32>,
}

impl Group {
    /// The sort of track for a call; `None` for what is no call.
    fn of(kind: RowKind) -> Option<Self> {
        match kind {
            _ if !kind.is_call() => None,
            RowKind::Run => Some(Self::Runs),
            RowKind::Turn => Some(Self::Turns),
            RowKind::LlmCall => Some(Self::Llm),
            RowKind::Graph | RowKind::GraphNode => Some(Self::Graphs),
            _ => Some(Self::Tools),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Turns => "turns",
            Self::Llm => "llm",
            Self::Tools => "tools",
            Self::Graphs => "graphs",
            Self::Events => "events",
        }
    }
}

impl Track {
    /// `tools`, `tools 2`, …
    pub(super) fn name(self) -> String {
        let word = self.group.word();
        if self.lane == 0 { word.to_owned() } else { format!("{word} {}", self.lane + 1) }
    }
}

impl Tracks {
    /// Gives every row its place.
    pub(super) fn new(model: &Model) -> Self {
        let places = Places::new(model);
        let mut found: Vec<Option<Track>> = vec![None; model.rows.len()];
        let mut lanes: BTreeMap<(u32, Group), Lanes> = BTreeMap::new();
        for row in by_start(&model.rows) {
            let number = row as usize;
            let Some(group) = Group::of(model.rows[number].kind) else { continue };
            let pid = places.pids[number];
            let above = places.above[number][group as usize];
            let above = found.get(above as usize).copied().flatten().map(|track| (above, track.lane));
            let lane = lanes.entry((pid, group)).or_default().place(&model.rows, row, above);
            found[number] = Some(Track { pid, group, lane });
        }
        for (number, (row, &pid)) in model.rows.iter().zip(&places.pids).enumerate() {
            if found[number].is_none() && is_shown(row) {
                let around = Some(places.calls[number] as usize)
                    .filter(|&call| model.rows.get(call).is_some_and(|call| is_during(row, call)))
                    .and_then(|call| found[call]);
                found[number] = around.or(Some(Track { pid, group: Group::Events, lane: 0 }));
            }
        }
        let mut list: Vec<Track> = found.iter().copied().flatten().collect();
        list.sort_unstable();
        list.dedup();
        let place =
            |track: Option<Track>| track.and_then(|track| list.binary_search(&track).ok()).map_or(0, index);
        let of_row = found.into_iter().map(place).collect();
        Self { list, of_row, calls: places.calls }
    }

    /// The process and the thread of a row that is shown.
    pub(super) fn of(&self, row: u32) -> (u32, u32) {
        let place = self.of_row[row as usize];
        (self.list[place as usize].pid, self.tid(place))
    }

    /// The thread id of the track at a place in the list; no process has the same.
    pub(super) fn tid(&self, place: u32) -> u32 {
        let processes = self.list.last().map_or(0, |last| last.pid);
        processes + 1 + place
    }

    /// The row if it is a call, or the call it stands in.
    pub(super) fn call(&self, row: u32) -> Option<u32> {
        self.calls.get(row as usize).copied().filter(|&call| call != NONE)
    }
}

/// The rows in order of their start, those above first.
pub(super) fn by_start(rows: &[Row]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..index(rows.len())).collect();
    order.sort_by_key(|&row| rows[row as usize].start_us);
    order
}

/// Whether a row is an event, and was not only made up to hold others.
pub(super) fn is_shown(row: &Row) -> bool {
    row.kind.is_call() || row.first.is_some()
}

/// Whether a point in time lies within a call.
fn is_during(point: &Row, call: &Row) -> bool {
    (call.start_us..=end_of(call)).contains(&point.start_us)
}

/// When a row ends.
pub(super) fn end_of(row: &Row) -> i64 {
    row.start_us.saturating_add(row.duration_us)
}

/// What the tree says of each row.
struct Places {
    /// The process: the session's number from 1, or one past all sessions.
    pids: Vec<u32>,
    /// By sort of track: the nearest call above, in the same session.
    above: Vec<[u32; GROUPS]>,
    /// The row if it is a call, or the nearest call above, in the same session.
    calls: Vec<u32>,
}

impl Places {
    fn new(model: &Model) -> Self {
        let count = model.rows.len();
        let (mut pids, mut above, mut calls) =
            (Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count));
        let outside = index(model.sessions.len()) + 1;
        let mut sessions = (1..).zip(&model.sessions).peekable();
        let mut path: Vec<u32> = Vec::new();
        for (number, row) in (0..).zip(&model.rows) {
            path.truncate(row.depth as usize);
            let (mut pid, mut nearest, mut call) = (outside, [NONE; GROUPS], NONE);
            if let Some(&parent) = path.last() {
                let parent = parent as usize;
                (pid, nearest, call) = (pids[parent], above[parent], calls[parent]);
                if let Some(group) = Group::of(model.rows[parent].kind) {
                    nearest[group as usize] = index(parent);
                }
            }
            if let Some((session, _)) = sessions.next_if(|(_, session)| session.row == number) {
                (pid, nearest, call) = (session, [NONE; GROUPS], NONE);
            }
            pids.push(pid);
            above.push(nearest);
            calls.push(if row.kind.is_call() { number } else { call });
            path.push(number);
        }
        Self { pids, above, calls }
    }
}

/// The tracks of one sort in one process, while rows are given to them in order of their start.
#[derive(Default)]
struct Lanes {
    /// What is open on each lane, outermost first.
    open: Vec<Vec<u32>>,
    /// Lanes in use, by the end of the outermost call.
    busy: BinaryHeap<Reverse<(i64, u32)>>,
    free: BinaryHeap<Reverse<u32>>,
}

impl Lanes {
    /// A lane for a row: that of the call above it where it fits in there, or else the first without an open call.
    fn place(&mut self, rows: &[Row], row: u32, above: Option<(u32, u32)>) -> u32 {
        let (start, end) = (rows[row as usize].start_us, end_of(&rows[row as usize]));
        while let Some(&Reverse((ended, lane))) = self.busy.peek()
            && ended <= start
        {
            self.busy.pop();
            self.open[lane as usize].clear();
            self.free.push(Reverse(lane));
        }
        if let Some((above, lane)) = above {
            let open = &mut self.open[lane as usize];
            while open.last().is_some_and(|&last| end_of(&rows[last as usize]) <= start) {
                open.pop();
            }
            if open.last() == Some(&above) && end <= end_of(&rows[above as usize]) {
                open.push(row);
                return lane;
            }
        }
        let lane = self.free.pop().map_or(index(self.open.len()), |Reverse(lane)| lane);
        if lane as usize == self.open.len() {
            self.open.push(Vec::new());
        }
        self.open[lane as usize].push(row);
        self.busy.push(Reverse((end, lane)));
        lane
    }
}
