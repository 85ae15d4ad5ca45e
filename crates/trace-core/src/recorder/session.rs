//! Sessions.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::cause::CausedBy;
use super::core::{Channel, Core};
use super::inner::Inner;
use super::ledger::{Ledger, Ordinals};
use super::merge::overlay;
use super::place::{Metadata, NodeId};
use super::prompt::Fingerprints;
use super::scope::{Scope, scoped};
use super::{Turn, TurnOptions};
use crate::TraceContext;
use crate::event::{SessionStarted, TraceTokenUsage};

/// A session: the root under which its turns hang.
///
/// A clone is another handle of the same session, and so is what [`Recorder::session`](super::Recorder::session) gives for
/// the same id. A session has no end record.
///
/// # Examples
///
/// ```
/// use trace_core::Recorder;
///
/// # let recorder = Recorder::default();
/// let session = recorder.session("chat-1");
/// let turn = session.turn("turn-0");
/// turn.complete("assistant_message");
/// assert_eq!(session.usage().total(), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Session {
    scope: Scope,
}

scoped!(Session, |session| &session.scope);

/// What one handle of a session and its clones share.
#[derive(Debug)]
pub(super) struct SessionState {
    pub(super) account: Arc<Account>,
    pub(super) cause: Option<Arc<Cause>>,
}

/// What all handles of one session share; it outlives them, see [`Registry`](super::registry::Registry).
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) ledger: Ledger,
    pub(super) ordinals: Ordinals,
    pub(super) prompt: Mutex<Option<Fingerprints>>,
    /// What made the session start.
    cause: Option<Arc<Cause>>,
    next_turn: AtomicUsize,
}

/// What made a session or a turn start, and the node that stands for it.
#[derive(Debug, Clone)]
pub(super) struct Cause {
    pub(super) by: CausedBy,
    pub(super) parent: String,
}

impl From<CausedBy> for Cause {
    fn from(by: CausedBy) -> Self {
        Self { parent: by.node_id(), by }
    }
}

/// How a session starts.
///
/// # Examples
///
/// ```
/// use trace_core::recorder::SessionOptions;
/// use trace_core::{CausedBy, Recorder};
///
/// # let recorder = Recorder::default();
/// let options = SessionOptions::new("review-7")
///     .metadata("client", "cron")
///     .caused_by(CausedBy::process("nightly"));
/// let session = recorder.session_with(options);
/// # session.turn("turn-0").complete("assistant_message");
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "options do nothing by themselves"]
pub struct SessionOptions {
    session_id: String,
    metadata: Metadata,
    context: TraceContext,
    cause: Option<Cause>,
    first_turn_index: usize,
}

impl SessionOptions {
    /// A session of an id.
    pub fn new(session_id: impl Into<String>) -> Self {
        Self { session_id: session_id.into(), ..Self::default() }
    }

    /// One more entry of the session record's metadata; of no use where the session has been started already.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// What records through this handle carry beside the recorder's base context, such as an experiment's ids.
    pub fn context(mut self, context: TraceContext) -> Self {
        self.context = context;
        self
    }

    /// What made the session start: its turns hang under it. In a session that was started already, what made this
    /// handle's turns start.
    pub fn caused_by(mut self, cause: CausedBy) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The index of the next turn, for a session that goes on after a restart; a count that is further on stays.
    pub fn first_turn_index(mut self, index: usize) -> Self {
        self.first_turn_index = index;
        self
    }

    /// The same options, caused by a scope unless they name a cause.
    pub(super) fn caused_in(mut self, scope: &Inner) -> Self {
        if self.cause.is_none()
            && let (Some(by), Some(parent)) = (&scope.cause, scope.node_id())
        {
            self.cause = Some(Cause { by: by.clone(), parent: parent.to_owned() });
        }
        self
    }
}

impl Session {
    pub(super) fn start(core: &Arc<Core>, options: SessionOptions) -> Self {
        let SessionOptions { session_id, metadata, context, cause, first_turn_index } = options;
        let mut context = overlay(&core.settings.base, &context);
        context.graph_node_id = Some(NodeId::global("session", &session_id).to_string());
        context.parent_graph_node_id = None;
        let (session, is_new) = SessionState::open(core, &session_id, cause, first_turn_index);
        context.session_id = Some(session_id);
        let own = session.cause.iter().map(|cause| cause.entry()).collect();
        let inner = Inner {
            core: Arc::clone(core),
            session: Arc::new(session),
            turn: None,
            context,
            metadata: own,
            cause: None,
            roll_up: None,
        };
        if is_new && core.is_open(Channel::Trace) {
            core.write_now(&inner.here(), SessionStarted::new(metadata));
        }
        Self { scope: Scope::new(inner) }
    }

    /// Starts a turn of an id; its index is the next one.
    pub fn turn(&self, turn_id: impl Into<String>) -> Turn {
        self.turn_with(TurnOptions::new(turn_id))
    }

    /// Starts a turn.
    pub fn turn_with(&self, options: TurnOptions) -> Turn {
        Turn::start(&self.scope, options)
    }

    /// What the session's ended turns, and calls outside turns, have spent, through whatever handle.
    pub fn usage(&self) -> TraceTokenUsage {
        self.scope.inner().map(|inner| inner.session.account.ledger.total()).unwrap_or_default()
    }
}

impl SessionState {
    /// Starts a session or goes on with it, and says which: true for a start.
    fn open(core: &Core, session_id: &str, cause: Option<Cause>, first_turn: usize) -> (Self, bool) {
        let cause = cause.map(Arc::new);
        let (account, is_new) =
            core.sessions.account(session_id, || Account { cause: cause.clone(), ..Account::default() });
        account.next_turn.fetch_max(first_turn, Ordering::Relaxed);
        let cause = cause.or_else(|| account.cause.clone());
        (Self { account, cause }, is_new)
    }
}

impl Account {
    /// The index of the next turn; a given one moves the count on.
    pub(super) fn turn_index(&self, given: Option<usize>) -> usize {
        match given {
            Some(index) => {
                self.next_turn.fetch_max(index.saturating_add(1), Ordering::Relaxed);
                index
            }
            None => self.next_turn.fetch_add(1, Ordering::Relaxed),
        }
    }
}

impl Cause {
    /// The metadata entry that names it.
    pub(super) fn entry(&self) -> (String, Value) {
        let value = serde_json::to_value(&self.by).unwrap_or_default();
        (super::cause::CAUSED_BY.to_owned(), value)
    }
}
