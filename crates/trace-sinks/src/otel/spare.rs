//! The memory of spans that have left, for those to come: what one thread frees for another, the allocator makes both wait
//! for.

use std::sync::Mutex;

use super::attributes::Attributes;

/// How many are kept.
const KEPT: usize = 1024;
/// A larger one is not kept.
const LARGEST: usize = 16 * 1024;

/// Emptied attributes. Nobody waits for them: whoever finds them in use makes or drops his own.
#[derive(Debug, Default)]
pub(super) struct Spare(Mutex<Vec<Attributes>>);

impl Spare {
    pub(super) fn take(&self) -> Attributes {
        let kept = self.0.try_lock().ok().and_then(|mut kept| kept.pop());
        kept.unwrap_or_else(Attributes::of_span)
    }

    pub(super) fn give(&self, mut attributes: Attributes) {
        attributes.clear();
        if attributes.capacity() <= LARGEST
            && let Ok(mut kept) = self.0.try_lock()
            && kept.len() < KEPT
        {
            kept.push(attributes);
        }
    }
}
