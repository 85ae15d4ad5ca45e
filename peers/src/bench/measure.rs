//! Medians of repetitions that take turns, so that a slow moment hits everybody.

use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// One contender: a repetition does its work and says how long it took.
pub struct Case<'a> {
    name: String,
    units: u64,
    repetition: Box<dyn FnMut() -> Duration + 'a>,
}

impl<'a> Case<'a> {
    /// A contender that does `units` pieces of work in a repetition.
    pub fn new(name: impl Into<String>, units: u64, repetition: impl FnMut() -> Duration + 'a) -> Self {
        Self { name: name.into(), units, repetition: Box::new(repetition) }
    }
}

/// Nanoseconds per unit of each contender, in their order.
pub fn medians(cases: &mut [Case<'_>], repetitions: usize) -> Vec<(String, f64)> {
    let mut times = vec![Vec::with_capacity(repetitions); cases.len()];
    for round in 0..=repetitions {
        for (case, times) in cases.iter_mut().zip(&mut times) {
            let time = (case.repetition)();
            // The first round warms up.
            if round > 0 {
                times.push(time.as_secs_f64() * 1e9 / case.units as f64);
            }
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    cases.iter().zip(times).map(|(case, times)| (case.name.clone(), median(times))).collect()
}

/// How long some work takes.
pub fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

/// How much processor time of this process some work takes, all threads and the kernel's part included.
pub fn cpu_timed(work: impl FnOnce()) -> Duration {
    let begun = cpu(UsageWho::RUSAGE_SELF);
    work();
    cpu(UsageWho::RUSAGE_SELF) - begun
}

/// The processor time used so far.
pub fn cpu(who: UsageWho) -> Duration {
    let usage = getrusage(who).expect("the kernel counts");
    let of = |time: nix::sys::time::TimeVal| {
        Duration::from_secs(time.tv_sec().unsigned_abs())
            + Duration::from_micros(time.tv_usec().unsigned_abs())
    };
    of(usage.user_time()) + of(usage.system_time())
}

/// The processor time that the calling thread used so far.
pub fn thread_cpu() -> Duration {
    let time = nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID.now().expect("the kernel counts");
    Duration::new(time.tv_sec().unsigned_abs(), u32::try_from(time.tv_nsec()).unwrap_or_default())
}

/// The median, and the ratio to the contender named by `reference`.
pub fn rows(
    group: &str,
    results: &[(String, f64)],
    reference: usize,
    show: impl Fn(f64) -> String,
) -> String {
    let base = results[reference].1;
    let row = |(name, value): &(String, f64)| {
        format!("| {group} | {name} | {} | {:.2} |\n", show(*value), value / base)
    };
    results.iter().map(row).collect()
}

/// Nanoseconds as text.
pub fn nanos(value: f64) -> String {
    format!("{value:.0} ns")
}
