//! Calls of a sink from within itself.

use std::cell::RefCell;

thread_local! {
    static SINKS: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// A sink that this thread is in, until this is dropped.
#[derive(Debug)]
pub(super) struct Inside(usize);

impl Inside {
    /// Enters a sink, by a part of it that stays where it is; nothing if this thread is in it already.
    pub(super) fn enter<T>(part: &T) -> Option<Self> {
        let place = std::ptr::from_ref(part).addr();
        SINKS.with_borrow_mut(|sinks| {
            let is_inside = sinks.contains(&place);
            (!is_inside).then(|| {
                sinks.push(place);
                Self(place)
            })
        })
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        SINKS.with_borrow_mut(|sinks| sinks.retain(|sink| *sink != self.0));
    }
}
