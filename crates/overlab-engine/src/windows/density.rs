//! When windows are dense enough for several threads.

use super::stretch::Done;

/// Windows that a judgement rests on, unless they were full anyway.
const WINDOWS: u64 = 64;
/// Moving a pending event to other lanes costs about as much as executing one: so many are executed first for each.
const AMORTISED: u64 = 2;
/// Windows must be so much sparser than the threshold before one thread takes over again.
const SLACK: u64 = 4;

/// Watches how many events a window holds.
#[derive(Debug)]
pub(super) struct Density {
    /// Events a window from which on several threads are faster.
    threshold: u64,
    windows: u64,
    executed: u64,
    /// Executed since lanes were formed anew.
    since: u64,
}

impl Density {
    pub(super) fn new(threshold: usize) -> Self {
        // The first change of mind is free, so that a wrong guess at the start does not last.
        Self { threshold: threshold as u64, windows: 0, executed: 0, since: u64::MAX / 2 }
    }

    /// Whether to go on in several lanes or in one, where that should change.
    pub(super) fn judge(&mut self, done: Done, parallel: bool, pending: impl Fn() -> u64) -> Option<bool> {
        self.windows += done.windows;
        self.executed += done.executed;
        self.since = self.since.saturating_add(done.executed);
        if self.windows < WINDOWS && self.executed < self.threshold.saturating_mul(WINDOWS) {
            return None;
        }
        let mean = self.executed / self.windows.max(1);
        (self.windows, self.executed) = (0, 0);
        let changed = if parallel { mean < self.threshold / SLACK } else { mean >= self.threshold };
        (changed && self.since / AMORTISED >= pending()).then(|| {
            self.since = 0;
            !parallel
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(count: u64, events: u64) -> Done {
        Done { windows: count, executed: count * events, ..Done::default() }
    }

    #[test]
    fn dense_windows_go_parallel_and_sparse_ones_come_back() {
        let mut density = Density::new(100);
        assert_eq!(density.judge(windows(63, 1), false, || 0), None, "too few to tell");
        assert_eq!(density.judge(windows(1, 1), false, || 0), None, "one thread is right");
        assert_eq!(density.judge(windows(100, 100), false, || 1_000), Some(true));
        assert_eq!(density.judge(windows(100, 50), true, || 1_000), None, "not sparse enough to go back");
        assert_eq!(density.judge(windows(100, 10), true, || 10_000), None, "it would not pay yet");
        assert_eq!(density.judge(windows(100, 10), true, || 3_000), Some(false));
    }

    #[test]
    fn a_threshold_of_nothing_or_of_everything_decides_once_and_for_all() {
        assert_eq!(Density::new(0).judge(windows(100, 1), true, || 0), None);
        assert_eq!(Density::new(usize::MAX).judge(windows(100, 1_000_000), false, || 0), None);
    }
}
