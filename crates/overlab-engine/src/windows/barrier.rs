//! Where threads wait for each other between two windows.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The most turns that a thread waits awake before it lets others run.
const MOST_SPINS: u32 = 1 << 16;
const LEAST_SPINS: u32 = 1 << 10;

/// A barrier that threads cross many thousand times a second, and that a panic does not leave shut.
///
/// Threads wait awake, since the others are nearly there; where that was in vain (there are more threads than cores, or
/// others use them), they soon let others run instead.
#[derive(Debug)]
pub(super) struct Barrier {
    parties: usize,
    arrived: AtomicUsize,
    round: AtomicUsize,
    abandoned: AtomicBool,
}

impl Barrier {
    pub(super) const fn new(parties: usize) -> Self {
        Self {
            parties,
            arrived: AtomicUsize::new(0),
            round: AtomicUsize::new(0),
            abandoned: AtomicBool::new(false),
        }
    }

    /// Waits until all have come here; what each did before is visible to all after. Says whether to go on: not where
    /// a thread has panicked.
    pub(super) fn wait(&self, patience: &mut Patience) -> bool {
        let round = self.round.load(Ordering::Acquire);
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.parties {
            self.arrived.store(0, Ordering::Relaxed);
            self.round.store(round.wrapping_add(1), Ordering::Release);
        } else {
            patience.wait(|| {
                self.round.load(Ordering::Acquire) != round || self.abandoned.load(Ordering::Acquire)
            });
        }
        !self.abandoned.load(Ordering::Acquire)
    }

    /// To be held by every thread that waits here: if it panics, nobody waits for it.
    pub(super) fn attend(&self) -> Attendance<'_> {
        Attendance(self)
    }
}

/// How long a thread waits awake: as long as that has paid.
#[derive(Debug)]
pub(super) struct Patience(u32);

impl Patience {
    pub(super) const fn new() -> Self {
        Self(MOST_SPINS)
    }

    fn wait(&mut self, mut over: impl FnMut() -> bool) {
        for _ in 0..self.0 {
            if over() {
                self.0 = (self.0 * 2).min(MOST_SPINS);
                return;
            }
            std::hint::spin_loop();
        }
        self.0 = (self.0 / 2).max(LEAST_SPINS);
        while !over() {
            std::thread::yield_now();
        }
    }
}

/// Abandons the barrier if it is dropped by a panic.
#[derive(Debug)]
pub(super) struct Attendance<'a>(&'a Barrier);

impl Drop for Attendance<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.abandoned.store(true, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn nobody_is_a_round_ahead() {
        const PARTIES: usize = 4;
        let (barrier, sum) = (Barrier::new(PARTIES), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..PARTIES {
                scope.spawn(|| {
                    let mut patience = Patience::new();
                    for round in 1..=1000 {
                        sum.fetch_add(1, Ordering::Relaxed);
                        assert!(barrier.wait(&mut patience));
                        // All have added, and none can add again before the second wait.
                        assert_eq!(sum.load(Ordering::Relaxed), round * PARTIES as u64);
                        assert!(barrier.wait(&mut patience));
                    }
                });
            }
        });
    }

    #[test]
    fn a_panic_lets_the_others_go() {
        let barrier = Barrier::new(2);
        let result = std::thread::scope(|scope| {
            let failing = scope.spawn(|| {
                let _attendance = barrier.attend();
                panic!("on purpose");
            });
            assert!(!barrier.wait(&mut Patience::new()));
            failing.join()
        });
        assert!(result.is_err());
    }
}
