//! How a simulation is cut into shards and windows: none of it shows in a result.

use crate::model::Model;
use overlab_time::Span;
use std::fmt;
use std::ops::Range;

/// What an executor starts from.
pub struct Setup<M: Model> {
    /// Number of hosts; they are 0 to this, exclusive.
    pub hosts: u32,
    /// The state of all hosts by contiguous ranges, in their order; as many shards as threads, or a few times more.
    pub shards: Vec<(Range<u32>, M::Shard)>,
    /// The lookahead until the first change; at least a nanosecond.
    pub lookahead: Span,
    /// Threads that dense windows run on; 1 for the calling thread alone.
    pub threads: usize,
    /// Windows are the lookahead divided by this wide, 1 or more.
    pub width_divisor: u32,
    /// Events a window, on average over a while, from which on windows run on all threads; with a quarter of it one thread
    /// takes over again. With 0 they always do.
    pub parallel_threshold: usize,
    /// Whether to begin on all threads, since windows are expected to be dense: what is pending at the start then need not
    /// move.
    pub dense: bool,
}

impl<M: Model> Setup<M> {
    /// Below this many events a window is done sooner by one thread than by two that wait for each other.
    pub const PARALLEL_THRESHOLD: usize = 250;

    /// One thread, windows as wide as the lookahead.
    pub fn new(hosts: u32, shards: Vec<(Range<u32>, M::Shard)>, lookahead: Span) -> Self {
        Self {
            hosts,
            shards,
            lookahead,
            threads: 1,
            width_divisor: 1,
            parallel_threshold: Self::PARALLEL_THRESHOLD,
            dense: false,
        }
    }

    pub(crate) fn check(&self) -> Result<(), SetupError> {
        if self.lookahead == Span::ZERO {
            return Err(SetupError::Lookahead);
        }
        if self.threads == 0 || self.width_divisor == 0 {
            return Err(SetupError::Zero);
        }
        if self.shards.is_empty() {
            return Err(SetupError::Empty);
        }
        let covered = check_ranges(self.shards.iter().map(|(range, _)| range))?;
        if covered != self.hosts {
            return Err(SetupError::Hosts { hosts: self.hosts, covered });
        }
        Ok(())
    }
}

/// Checks that ranges follow each other from 0 on, none empty; returns where they end.
pub(crate) fn check_ranges<'a>(ranges: impl Iterator<Item = &'a Range<u32>>) -> Result<u32, SetupError> {
    let mut next = 0;
    for (shard, range) in ranges.enumerate() {
        if range.start != next || range.end <= range.start {
            return Err(SetupError::Partition { shard, range: range.clone(), expected: next });
        }
        next = range.end;
    }
    Ok(next)
}

impl<M: Model> fmt::Debug for Setup<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("hosts", &self.hosts)
            .field("shards", &self.shards.iter().map(|(range, _)| range).collect::<Vec<_>>())
            .field("lookahead", &self.lookahead)
            .field("threads", &self.threads)
            .field("width_divisor", &self.width_divisor)
            .field("parallel_threshold", &self.parallel_threshold)
            .finish()
    }
}

/// A setup that no executor can start from.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Without a lookahead there are no windows.
    #[error("the lookahead is zero: it must be at least 1ns")]
    Lookahead,
    /// There must be threads and windows.
    #[error("threads and width divisor must be at least 1")]
    Zero,
    /// Somebody must be there.
    #[error("there is no shard: a simulation needs at least one host")]
    Empty,
    /// Shards must follow each other without gaps, none empty.
    #[error("shard {shard} holds hosts {range:?}: it must start at {expected} and hold at least one host")]
    Partition {
        /// Its place among the shards.
        shard: usize,
        /// The hosts it claims.
        range: Range<u32>,
        /// The first host that no earlier shard holds.
        expected: u32,
    },
    /// Shards must hold all hosts and no more.
    #[error("the shards hold hosts 0..{covered}, not all 0..{hosts}")]
    Hosts {
        /// How many there are.
        hosts: u32,
        /// How many the shards hold.
        covered: u32,
    },
    /// Every rank must have hosts of its own.
    #[error("{ranges} ranges of hosts for {ranks} ranks: there must be one each")]
    Ranks {
        /// How many ranges there are.
        ranges: usize,
        /// How many ranks there are.
        ranks: usize,
    },
    /// The system gives no threads.
    #[error("cannot start the threads")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Cuts `hosts` into `count` contiguous ranges of nearly the same size (fewer where there are not enough hosts).
pub fn even_ranges(hosts: u32, count: usize) -> Vec<Range<u32>> {
    let count = (count.max(1) as u64).min(u64::from(hosts));
    let cut = |i: u64| (u64::from(hosts) * i / count) as u32;
    (0..count).map(|i| cut(i)..cut(i + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranges_cover_all_hosts_evenly(hosts: u32, count in 0usize..50) {
            let ranges = even_ranges(hosts, count);
            let mut next = 0;
            for range in &ranges {
                prop_assert_eq!(range.start, next);
                prop_assert!(range.end > range.start);
                next = range.end;
            }
            prop_assert_eq!(next, hosts);
            let sizes = || ranges.iter().map(|range| range.end - range.start);
            prop_assert!(sizes().max().unwrap_or(0) - sizes().min().unwrap_or(0) <= 1);
        }
    }
}
