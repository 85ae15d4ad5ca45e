//! One reply of a script, and how its text is cut into chunks.

use facade::tracing::event::TraceError;
use serde_json::{Value, json};

/// One reply of the model.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(super) first_token_ms: u64,
    pub(super) chunks: Vec<Chunk>,
}

/// A part of a reply.
#[derive(Debug, Clone)]
pub(crate) enum Chunk {
    /// The model thinks.
    Reasoning(&'static str),
    /// The model speaks.
    Text(&'static str),
    /// Nothing comes for so many milliseconds.
    Pause(u64),
    /// The model asks for a tool.
    Tool(&'static str, Value),
    /// The user has seen enough.
    Interrupt,
    /// The provider breaks off.
    Break(TraceError),
}

impl Reply {
    /// A reply whose first chunk comes after so many milliseconds.
    pub(crate) fn after(first_token_ms: u64) -> Self {
        Self { first_token_ms, ..Self::default() }
    }

    pub(crate) fn thinks(self, text: &'static str) -> Self {
        self.then(Chunk::Reasoning(text))
    }

    pub(crate) fn says(self, text: &'static str) -> Self {
        self.then(Chunk::Text(text))
    }

    pub(crate) fn pauses(self, millis: u64) -> Self {
        self.then(Chunk::Pause(millis))
    }

    pub(crate) fn asks(self, tool: &'static str, args: Value) -> Self {
        self.then(Chunk::Tool(tool, args))
    }

    pub(crate) fn interrupted(self) -> Self {
        self.then(Chunk::Interrupt)
    }

    /// The provider has too much to do.
    pub(crate) fn overloaded(self) -> Self {
        let mut error = TraceError::new("the model is overloaded, try again later", true);
        error.code = Some("overloaded".to_owned());
        error.raw = Some(json!({ "error": { "type": "overloaded", "status": 529 } }).to_string());
        self.then(Chunk::Break(error))
    }

    fn then(mut self, chunk: Chunk) -> Self {
        self.chunks.push(chunk);
        self
    }
}

/// Lengths of pieces in bytes, before each is extended to the end of a word.
const LENGTHS: [usize; 7] = [11, 30, 17, 42, 8, 24, 36];

/// Cuts a text into pieces of changing length that end at spaces.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let mut lengths = LENGTHS.iter().cycle();
    std::iter::from_fn(move || {
        let length = lengths.next()?;
        let ends = rest.char_indices().find(|(index, char)| index >= length && *char == ' ');
        let (piece, left) = rest.split_at(ends.map_or(rest.len(), |(index, _)| index + 1));
        rest = left;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Milliseconds before a piece comes: longer pieces take longer, and some stumble.
pub(super) fn gap(piece: &str) -> u64 {
    let length = piece.len() as u64;
    let stumble = if length % 11 == 3 { 31 } else { 0 };
    5 + length / 5 + stumble
}
