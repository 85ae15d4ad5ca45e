//! How often memory is asked for. It costs nothing but a look at a flag while nobody counts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

static COUNTING: AtomicBool = AtomicBool::new(false);
static PROCESS: AtomicU64 = AtomicU64::new(0);
thread_local! { static THREAD: Cell<u64> = const { Cell::new(0) } }

/// Allocations, those of growing memory included.
#[derive(Clone, Copy, Default)]
pub struct Allocations {
    pub thread: u64,
    pub process: u64,
}

impl Allocations {
    /// Those since counting began, of the calling thread and of all.
    pub fn so_far() -> Self {
        Self { thread: THREAD.get(), process: PROCESS.load(Ordering::SeqCst) }
    }
}

/// Counts, or stops.
pub fn count(counting: bool) {
    COUNTING.store(counting, Ordering::SeqCst);
}

struct Counting;

fn note() {
    if COUNTING.load(Ordering::Relaxed) {
        THREAD.set(THREAD.get() + 1);
        PROCESS.fetch_add(1, Ordering::Relaxed);
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call goes to the system's allocator as it came; counting touches plain integers and allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note();
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note();
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}
