//! What the faults did to the network, for metrics: over all hosts, whether peers on them are up or not.

use super::{Episode, Outages, apart};
use crate::metric::Metrics;
use crate::sample::{Many, Sample};
use overlab_time::Time;
use overlab_underlay::{Location, Pairs};

impl Outages {
    /// The pairs that could talk from `stage` on; before the first stage where there is none.
    fn pairs(&self, stage: Option<usize>) -> Option<Pairs> {
        match stage {
            Some(stage) => self.stages[stage].pairs.get().copied(),
            None => Some(*self.pairs.get_or_init(|| apart(|| self.undamaged.pairs()))),
        }
    }

    /// The last stage that begins at `time` or before.
    fn stage_at(&self, time: Time) -> Option<usize> {
        self.stages.partition_point(|stage| stage.at <= time).checked_sub(1)
    }

    /// Sums over time, between two instants: pairs that could talk, could not, and could have been saved, times nanoseconds.
    fn integrals(&self, from: Time, to: Time) -> Option<[u128; 3]> {
        let mut sums = [0u128; 3];
        let mut now = from;
        let mut stage = self.stage_at(from);
        while now < to {
            let next = stage.map_or(0, |stage| stage + 1);
            let until = self.stages.get(next).map_or(to, |stage| stage.at).min(to);
            let (pairs, span) = (self.pairs(stage)?, u128::from(until.since(now).0));
            let counts = [pairs.reachable, pairs.failed(), pairs.saveable];
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += u128::from(count) * span;
            }
            (now, stage) = (until, Some(next));
        }
        Some(sums)
    }

    /// The figures of one bin for the time series.
    pub(crate) fn bin(&self, from: Time, to: Time, out: &mut Metrics) {
        let Some([reachable, failed, saveable]) = self.integrals(from, to) else { return };
        let all = reachable + failed;
        if all > 0 {
            out.value("underlay.reachable_pairs_ratio", reachable as f64 / all as f64);
        }
        if failed > 0 {
            out.value("underlay.saveable_ratio", saveable as f64 / failed as f64);
        }
    }

    /// All figures of the period between two instants.
    pub(crate) fn metrics(&self, from: Time, to: Time, out: &mut Metrics) {
        self.bin(from, to, out);
        let begun = self.episodes.iter().filter(|episode| episode.from >= from && episode.from < to);
        let mut here: [Here; Location::ALL.len()] = Default::default();
        for episode in begun {
            let Some(harm) = self.harm(episode) else { continue };
            let at = &mut here[episode.strike.location as usize];
            at.faults += 1;
            if harm.failed > 0 {
                at.harmful += 1;
                at.failed += harm.failed;
                at.saveable += harm.saveable;
                match harm.recovered {
                    Some(span) => at.recovery.add(span),
                    None => at.unrecovered += 1,
                }
            }
        }
        let mut all = Here::default();
        for (location, at) in Location::ALL.into_iter().zip(&here) {
            at.write(&format!(".{}", location.name()), out);
            all.merge(at);
        }
        all.write("", out);
    }

    /// What a fault did at its start, and how long that held.
    fn harm(&self, episode: &Episode) -> Option<Harm> {
        let stage = self.stage_at(episode.from)?;
        let before = self.pairs(stage.checked_sub(1))?;
        let after = self.pairs(Some(stage))?;
        let later = self.stages[stage..].iter().take_while(|stage| stage.pairs.get().is_some());
        let mut later =
            later.filter(|stage| stage.pairs.get().is_some_and(|pairs| pairs.reachable >= before.reachable));
        Some(Harm {
            failed: after.failed().saturating_sub(before.failed()),
            saveable: after.saveable.saturating_sub(before.saveable),
            recovered: later.next().map(|stage| stage.at.since(episode.from).0),
        })
    }
}

struct Harm {
    failed: u64,
    saveable: u64,
    recovered: Option<u64>,
}

/// Faults at one location.
#[derive(Default)]
struct Here {
    faults: u64,
    harmful: u64,
    unrecovered: u64,
    failed: u64,
    saveable: u64,
    recovery: Many,
}

impl Here {
    fn merge(&mut self, other: &Self) {
        self.faults += other.faults;
        self.harmful += other.harmful;
        self.unrecovered += other.unrecovered;
        self.failed += other.failed;
        self.saveable += other.saveable;
        self.recovery.merge(&other.recovery);
    }

    fn write(&self, suffix: &str, out: &mut Metrics) {
        if self.faults == 0 {
            return;
        }
        out.value(&format!("faults.count{suffix}"), self.faults as f64);
        out.put(&format!("faults.harmful_ratio{suffix}"), Sample::ratio(self.harmful, self.faults));
        out.put(&format!("faults.unrecovered_ratio{suffix}"), Sample::ratio(self.unrecovered, self.harmful));
        out.put(&format!("faults.saveable_ratio{suffix}"), Sample::ratio(self.saveable, self.failed));
        out.put(&format!("faults.recovery_s{suffix}"), self.recovery.sample(1e-9));
    }
}
