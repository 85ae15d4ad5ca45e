//! Why there is no slice.

use std::fmt;

/// Names that a message lists.
const LISTED: usize = 5;

/// Why nothing can be kept of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SliceError {
    /// No session has an id that is, or begins, like this.
    NoSession {
        /// What was asked for.
        wanted: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// The ids of several sessions begin like this.
    SeveralSessions {
        /// What was asked for.
        wanted: String,
        /// Their ids.
        found: Vec<String>,
    },
    /// No turn has this id or number.
    NoTurn {
        /// What was asked for.
        wanted: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// Several turns have this id or number.
    SeveralTurns {
        /// What was asked for.
        wanted: String,
        /// The sessions they are in.
        sessions: Vec<String>,
    },
    /// No row matches.
    Nothing {
        /// What was asked for, in words.
        words: String,
        /// Records there are.
        records: u64,
    },
}

impl fmt::Display for SliceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSession { wanted, known } if known.is_empty() => {
                write!(f, "there is no session {wanted:?}: no record names a session")
            }
            Self::NoSession { wanted, known } => {
                write!(f, "there is no session {wanted:?}; there is {}", listed(closest(wanted, known)))
            }
            Self::SeveralSessions { wanted, found } => {
                write!(
                    f,
                    "several sessions begin with {wanted:?}: {}; write more of the id",
                    listed(found.iter().collect())
                )
            }
            Self::NoTurn { wanted, known } if known.is_empty() => {
                write!(f, "there is no turn {wanted:?}: there are no turns there")
            }
            Self::NoTurn { wanted, known } => {
                write!(
                    f,
                    "there is no turn of the id or number {wanted:?}; there is {}",
                    listed(closest(wanted, known))
                )
            }
            Self::SeveralTurns { wanted, sessions } => write!(
                f,
                "several turns have the id or number {wanted:?}; choose a session with --session: {}",
                listed(sessions.iter().collect())
            ),
            Self::Nothing { words, records } => {
                write!(f, "the slice is empty: none of the {records} records match: {words}")
            }
        }
    }
}

impl std::error::Error for SliceError {}

/// The names, the likeliest to be meant first.
fn closest<'a>(wanted: &str, known: &'a [String]) -> Vec<&'a String> {
    let mut names: Vec<&String> = known.iter().collect();
    names.sort_by_cached_key(|name| strsim::damerau_levenshtein(name, wanted));
    names
}

fn listed(mut names: Vec<&String>) -> String {
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(*name));
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let text = names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { text } else { format!("{text} and {more} more") }
}
