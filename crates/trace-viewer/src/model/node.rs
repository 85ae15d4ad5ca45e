//! What the builder keeps of a row while records still arrive.

use super::ids::NONE;
use super::time::Instant;
use super::{RowFlags, RowKind, Status};

/// A row in the making.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) kind: RowKind,
    pub(super) status: Status,
    pub(super) flags: RowFlags,
    /// Absorbed by another node; shown nowhere.
    pub(super) gone: bool,
    pub(super) name: u32,
    pub(super) place: Place,
    /// When it started, or happened.
    pub(super) start: Option<Moment>,
    /// When it ended, if it is something that ends.
    pub(super) end: Option<Moment>,
    /// The earliest of its records that neither start nor end it.
    pub(super) other: Option<Moment>,
    /// The duration its end record states, in microseconds.
    pub(super) stated_us: Option<i64>,
    pub(super) usage: u32,
}

/// A record and its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    pub(super) time: Instant,
    pub(super) record: u32,
}

/// Where a record belongs, as far as it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Index of the session, or [`NONE`].
    pub(super) session: u32,
    /// Node id of the turn, or [`NONE`].
    pub(super) turn: u32,
    /// Node id of the LLM call, or [`NONE`].
    pub(super) llm_call: u32,
    /// The parent it names.
    pub(super) parent: Parent,
}

/// The parent that a record names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
    /// None.
    Unnamed,
    /// A session.
    Session(u32),
    /// A node, by its id and the session it is said to be in.
    Node {
        /// The node's id.
        id: u32,
        /// The session that the cause names, or [`NONE`].
        session: u32,
    },
    /// A node that probably holds it; nobody said so.
    Likely(u32),
    /// A node that is known already.
    Known(u32),
}

impl Place {
    pub(super) const NOWHERE: Self =
        Self { session: NONE, turn: NONE, llm_call: NONE, parent: Parent::Unnamed };
}

impl Node {
    pub(super) fn new(kind: RowKind, place: Place) -> Self {
        Self {
            kind,
            status: Status::None,
            flags: RowFlags::default(),
            gone: false,
            name: 0,
            place,
            start: None,
            end: None,
            other: None,
            stated_us: None,
            usage: NONE,
        }
    }

    pub(super) fn flag(&mut self, flag: u16) {
        self.flags.0 |= flag;
    }

    /// Takes a start. Of several the earliest counts.
    pub(super) fn open(&mut self, moment: Moment) {
        if self.start.is_some() {
            self.flag(RowFlags::REPEATED);
        }
        self.start = Some(self.start.map_or(moment, |known| known.min(moment)));
    }

    /// Takes an end. Of several the earliest counts; `true` when this one does.
    pub(super) fn close(&mut self, moment: Moment) -> bool {
        let counts = self.end.is_none_or(|known| moment < known);
        if self.end.is_some() {
            self.flag(RowFlags::REPEATED);
        }
        if counts {
            self.end = Some(moment);
        }
        counts
    }

    /// Takes a record that neither starts nor ends it.
    pub(super) fn touch(&mut self, moment: Moment) {
        self.other = Some(self.other.map_or(moment, |known| known.min(moment)));
    }

    /// Takes the name, unless it has one.
    pub(super) fn call_it(&mut self, name: u32) {
        if self.name == 0 {
            self.name = name;
        }
    }

    /// Whether the row stands for something that starts and ends.
    pub(super) fn is_call(&self) -> bool {
        self.kind.is_call()
    }

    /// What it is ordered by among its siblings.
    pub(super) fn order(&self) -> Moment {
        let end = self.end.map(|end| Moment { time: end.time.earlier(self.stated_us.unwrap_or(0)), ..end });
        self.start.or(end).or(self.other).unwrap_or(Moment { time: Instant::MIN, record: NONE })
    }
}
