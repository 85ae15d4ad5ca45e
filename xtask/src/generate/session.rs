//! One conversation, with what it remembers.

use serde_json::{Value, json};
use trace_core::TraceContext;
use trace_core::event::{SessionStarted, TraceLlmMessage, TraceTokenUsage};

use super::Profile;
use super::script::{Script, hex};
use super::turn;

/// How deep sub-agents nest.
const MAX_DEPTH: usize = 4;

/// A session: a user's, or a sub-agent's.
pub(crate) struct Session {
    /// Its id.
    pub(crate) id: String,
    /// How many turns it has had.
    pub(crate) turns: usize,
    /// The call that started it.
    pub(crate) cause: Option<Cause>,
    /// Whether the model writes code instead of calling tools one by one.
    pub(crate) writes_code: bool,
    /// What was said so far.
    pub(crate) history: Vec<TraceLlmMessage>,
    /// What it has spent.
    pub(crate) spent: TraceTokenUsage,
    /// The model it talks to.
    pub(crate) model: &'static str,
    numbered_calls: bool,
    named_turns: bool,
    calls: usize,
    children: usize,
    depth: usize,
}

/// Which tool call started a session.
#[derive(Clone)]
pub(crate) struct Cause {
    session_id: String,
    turn_id: Option<String>,
    call_id: String,
    node: String,
}

impl Session {
    /// A user's session.
    pub(crate) fn begin(script: &mut Script, number: usize) -> Self {
        let id =
            if number % 17 == 13 { format!("talk {number} (ß/ñ)") } else { format!("talk-{number:05}") };
        let mut session = Self::new(script, id, None, 0);
        session.named_turns = !script.chance(15);
        session
    }

    fn new(script: &mut Script, id: String, cause: Option<Cause>, depth: usize) -> Self {
        let session = Self {
            id,
            turns: 0,
            cause,
            writes_code: script.chance(40),
            history: Vec::new(),
            spent: TraceTokenUsage::default(),
            model: script.pick(&["north/large-3", "north/small-3", "local/coder-30b"]),
            numbered_calls: script.chance(50),
            named_turns: true,
            calls: 0,
            children: 0,
            depth,
        };
        let node = format!("session:{}", session.id);
        let mut metadata = std::collections::BTreeMap::new();
        metadata.insert("client".to_owned(), Value::from(script.pick(&["cli", "editor", "server"])));
        metadata.insert("cwd".to_owned(), Value::from("/srv/project"));
        let context = TraceContext::for_session(&session.id).with_node(node, None);
        script.emit(context, SessionStarted::new(metadata));
        script.wait(2, 30);
        session
    }

    /// One turn, with everything in it.
    pub(crate) fn play_turn(&mut self, script: &mut Script) {
        turn::play(self, script);
        self.turns += 1;
    }

    /// A sub-agent that `call_id` starts, or none where they nest too deep.
    pub(crate) fn spawn(&mut self, script: &mut Script, turn: &TraceContext, call_id: &str) -> Option<Self> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.children += 1;
        let cause = Cause {
            session_id: self.id.clone(),
            turn_id: turn.turn_id.clone(),
            call_id: call_id.to_owned(),
            node: self.tool_node(script.profile, call_id),
        };
        let id = format!("{}.{}", self.id, self.children);
        Some(Self::new(script, id, Some(cause), self.depth + 1))
    }

    /// Whether it may start sub-agents.
    pub(crate) fn can_spawn(&self) -> bool {
        self.depth < MAX_DEPTH
    }

    /// The context of the current turn, without a node.
    pub(crate) fn turn_context(&self) -> TraceContext {
        let mut context = TraceContext::for_session(&self.id);
        context.turn_id = self.named_turns.then(|| format!("turn-{}", self.turns));
        context.turn_index = Some(self.turns);
        context
    }

    /// The node of the current turn.
    pub(crate) fn turn_node(&self) -> String {
        let prefix = if self.named_turns { "turn-" } else { "idx" };
        format!("turn:{}:{prefix}{}", self.id, self.turns)
    }

    /// The node of a tool call.
    pub(crate) fn tool_node(&self, profile: Profile, call_id: &str) -> String {
        match profile {
            Profile::Seed => format!("tool:{call_id}"),
            Profile::Full => format!("tool:{}:{call_id}", self.id),
        }
    }

    /// A tool call's id: a counter, which collides with other sessions, or random.
    pub(crate) fn next_call_id(&mut self, script: &mut Script) -> String {
        if !self.numbered_calls {
            return format!("call_{}", hex(&mut script.rng, 20));
        }
        self.calls += 1;
        format!("call_{}", self.calls - 1)
    }
}

impl Cause {
    /// Writes the cause into the context of a turn, and hangs the turn under the call.
    pub(crate) fn apply(&self, context: &mut TraceContext, turn_index: usize) {
        let mut caused_by =
            json!({"kind": "tool_call", "session_id": self.session_id, "call_id": self.call_id});
        if let Some(turn_id) = &self.turn_id {
            caused_by["turn_id"] = json!(turn_id);
        }
        let session = context.session_id.clone().unwrap_or_default();
        context.metadata.insert("caused_by".to_owned(), caused_by);
        context.metadata.insert("replay_key".to_owned(), json!(format!("turn:{session}:{turn_index}")));
        context.parent_graph_node_id = Some(self.node.clone());
    }
}
