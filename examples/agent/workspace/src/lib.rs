//! A small in-memory cache for one process.

mod cache;
mod clock;
mod config;

pub use cache::Larder;
pub use clock::{Clock, Steady};
pub use config::{DEFAULT_TTL, Options};
