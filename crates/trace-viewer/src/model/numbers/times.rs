//! Durations of a group.

/// Durations in microseconds, as percentiles of the nearest rank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// How many there are; the rest is 0 when there are none.
    pub count: u64,
    /// Half of them are not longer.
    pub p50: i64,
    /// Nineteen of twenty are not longer.
    pub p95: i64,
    /// The longest.
    pub max: i64,
}

impl Times {
    /// The percentiles of some durations.
    pub(super) fn of(mut durations: Vec<i64>) -> Self {
        durations.sort_unstable();
        let at = |percent: usize| {
            let rank = (durations.len() * percent).div_ceil(100);
            durations.get(rank.saturating_sub(1)).copied().unwrap_or(0)
        };
        Self { count: durations.len() as u64, p50: at(50), p95: at(95), max: at(100) }
    }
}

#[cfg(test)]
mod tests {
    use super::Times;

    #[test]
    fn percentiles_are_durations_of_the_group() {
        assert_eq!(Times::of(Vec::new()), Times::default());
        assert_eq!(Times::of(vec![7]), Times { count: 1, p50: 7, p95: 7, max: 7 });
        let hundred = (1..=100).rev().collect();
        assert_eq!(Times::of(hundred), Times { count: 100, p50: 50, p95: 95, max: 100 });
        assert_eq!(Times::of(vec![3, 1, 2]), Times { count: 3, p50: 2, p95: 3, max: 3 });
    }
}
