//! What all walks came to.

use super::tables::Walk;
use crate::metric::Metrics;
use crate::sample::{Few, Many, Sample};

/// Counts over walks; every figure is made of whole numbers, so parts merge to the same whatever their number.
#[derive(Debug, Default)]
pub(super) struct Tally {
    walks: u64,
    arrived: u64,
    /// Steps of all walks, dead entries included.
    pub(super) steps: u64,
    pub(super) hops: Few,
    hops_to_predecessor: Few,
    dead: Few,
    dead_to_predecessor: Few,
    next_hops: Few,
    /// One-way time of the paths that arrived, in nanoseconds.
    pub(super) latency: Many,
    stretch: Many,
    /// A hash over all walks in the order of their pairs; parts are cut at fixed places.
    trace: blake3::Hasher,
}

/// Stretch is counted in millionths.
const STRETCH_UNIT: f64 = 1e-6;

impl Tally {
    /// Adds a walk along `path`; `latency` is the one-way time between two peers, if there is a way.
    pub(super) fn add(&mut self, walk: &Walk, path: &[u32], latency: &dyn Fn(u32, u32) -> Option<u64>) {
        self.walks += 1;
        self.steps += u64::from(walk.hops) + u64::from(walk.dead);
        self.next_hops.add(walk.next_hops);
        let words = [u32::from(walk.arrived), walk.hops, walk.dead, walk.next_hops, path[path.len() - 1]];
        words.iter().for_each(|word| {
            self.trace.update(&word.to_le_bytes());
        });
        if !walk.arrived {
            return;
        }
        self.arrived += 1;
        self.hops.add(walk.hops);
        self.dead.add(walk.dead);
        if let Some(hops) = walk.hops_to_predecessor {
            self.hops_to_predecessor.add(hops);
            self.dead_to_predecessor.add(walk.dead_to_predecessor);
        }
        let legs: Option<Vec<u64>> = path.windows(2).map(|leg| latency(leg[0], leg[1])).collect();
        let Some(whole) = legs.map(|legs| legs.iter().sum::<u64>()) else { return };
        self.latency.add(whole);
        let direct = latency(path[0], path[path.len() - 1]).filter(|direct| *direct > 0);
        if let Some(direct) = direct {
            let ratio = u128::from(whole) * 1_000_000 / u128::from(direct);
            self.stretch.add(u64::try_from(ratio).unwrap_or(u64::MAX));
        }
    }

    /// Adds what another part counted; parts must come in the order of their pairs.
    pub(super) fn gather(&mut self, part: &mut Self) {
        self.walks += part.walks;
        self.arrived += part.arrived;
        self.steps += part.steps;
        let few = [
            (&mut self.hops, &part.hops),
            (&mut self.hops_to_predecessor, &part.hops_to_predecessor),
            (&mut self.dead, &part.dead),
            (&mut self.dead_to_predecessor, &part.dead_to_predecessor),
            (&mut self.next_hops, &part.next_hops),
        ];
        for (mine, theirs) in few {
            mine.merge(theirs);
        }
        self.latency.merge(&part.latency);
        self.stretch.merge(&part.stretch);
        self.trace.update(part.trace.finalize().as_bytes());
    }

    /// The digest of all walks, in hexadecimal.
    pub(super) fn digest(&self) -> String {
        self.trace.finalize().to_hex()[..32].to_owned()
    }

    pub(super) fn metrics(&self, out: &mut Metrics) {
        out.put("static.failed_ratio", Sample::ratio(self.walks - self.arrived, self.walks));
        out.put("static.hops", self.hops.sample());
        out.put("static.hops_to_predecessor", self.hops_to_predecessor.sample());
        out.put("static.dead_entries", self.dead.sample());
        out.put("static.dead_entries_to_predecessor", self.dead_to_predecessor.sample());
        out.put("static.next_hops", self.next_hops.sample());
        out.put("static.latency_ms", self.latency.sample(1e-6));
        out.put("static.stretch", self.stretch.sample(STRETCH_UNIT));
        out.value("static.pairs", self.walks as f64);
    }
}
