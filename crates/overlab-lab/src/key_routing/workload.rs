//! Who looks what up when.

use overlab_peer::{Key, LookupRequest, PeerId, Program};
use overlab_time::{Purpose, Seeds, Span, Stream, Time, mix64};
use overlab_world::Workload;

/// When lookups arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrivals {
    /// Gaps are exponential.
    Poisson,
    /// Gaps are all the same, the first a random part of one.
    Periodic,
}

/// Which keys are looked up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Keys {
    /// Any key is as likely as any other.
    Uniform,
    /// One of a catalogue, the n-th most popular in proportion to n^-exponent.
    Zipf {
        /// Cumulative shares by rank.
        cumulative: Vec<f64>,
    },
}

impl Keys {
    /// A catalogue of `size` keys under Zipf's law.
    pub(crate) fn zipf(exponent: f64, size: u32) -> Self {
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = (1..=size)
            .map(|rank| {
                sum += libm::pow(f64::from(rank), -exponent);
                sum
            })
            .collect();
        for share in &mut cumulative {
            *share /= sum;
        }
        Self::Zipf { cumulative }
    }
}

/// An open stream of lookups at every peer; the same for every overlay.
#[derive(Debug)]
pub(crate) struct LookupWorkload {
    pub(crate) seeds: Seeds,
    /// The mean gap between two lookups of a peer; nothing for none at all.
    pub(crate) gap: Option<Span>,
    pub(crate) arrivals: Arrivals,
    pub(crate) keys: Keys,
    pub(crate) deadline: Span,
    /// No lookup is issued from here on.
    pub(crate) until: Time,
}

impl LookupWorkload {
    fn stream(&self, peer: PeerId, number: u32) -> Stream {
        self.seeds.stream(Purpose::Workload, u64::from(peer.0), u64::from(number))
    }
}

impl<P: Program<Request = LookupRequest>> Workload<P> for LookupWorkload {
    fn due(&self, peer: PeerId, number: u32, previous: Time) -> Option<Time> {
        let gap = self.gap?;
        let wait = match self.arrivals {
            Arrivals::Poisson => gap.scale(self.stream(peer, number).exponential()),
            Arrivals::Periodic if number == 0 => Span(self.stream(peer, number).below(gap.0.max(1))),
            Arrivals::Periodic => gap,
        };
        // A gap of nothing would never end.
        let due = previous + wait.max(Span(1));
        (due < self.until).then_some(due)
    }

    fn request(&self, peer: PeerId, number: u32, now: Time) -> LookupRequest {
        let mut stream = self.stream(peer, number);
        // The first draw was the gap's.
        let _ = stream.bits();
        let key = match &self.keys {
            Keys::Uniform => Key(stream.bits()),
            Keys::Zipf { cumulative } => {
                let unit = stream.unit();
                let rank = cumulative.partition_point(|share| *share <= unit);
                Key(mix64(self.seeds.hash(Purpose::Workload, u64::MAX, rank as u64)))
            }
        };
        LookupRequest { key, deadline: now + self.deadline }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_algorithms::key_routing::{Chord, Kademlia};
    use overlab_toolkit::key_routing::KeyRoutingNode;
    use std::collections::{BTreeMap, BTreeSet};

    const MINUTE: Span = Span::from_minutes(1);
    const PEER: PeerId = PeerId(7);

    fn workload(arrivals: Arrivals, keys: Keys) -> LookupWorkload {
        let deadline = Span::from_secs(4);
        LookupWorkload {
            seeds: Seeds::new(5, 0),
            gap: Some(MINUTE),
            arrivals,
            keys,
            deadline,
            until: Time::NEVER,
        }
    }

    fn due(workload: &LookupWorkload, peer: PeerId, number: u32, previous: Time) -> Option<Time> {
        let due = Workload::<KeyRoutingNode<Chord>>::due(workload, peer, number, previous);
        // What runs on the peers is none of its business.
        assert_eq!(due, Workload::<KeyRoutingNode<Kademlia>>::due(workload, peer, number, previous));
        due
    }

    fn request(workload: &LookupWorkload, peer: PeerId, number: u32, now: Time) -> LookupRequest {
        Workload::<KeyRoutingNode<Chord>>::request(workload, peer, number, now)
    }

    /// When a peer's first lookups are due, `most` at most.
    fn instants(workload: &LookupWorkload, peer: PeerId, most: u32) -> Vec<Time> {
        let mut previous = Time::ZERO;
        (0..most)
            .map_while(|number| due(workload, peer, number, previous).inspect(|at| previous = *at))
            .collect()
    }

    /// The key of each of the first `count` ranks.
    fn ranked(workload: &LookupWorkload, count: u64) -> Vec<Key> {
        (0..count).map(|rank| Key(mix64(workload.seeds.hash(Purpose::Workload, u64::MAX, rank)))).collect()
    }

    #[test]
    fn popularity_follows_zipf_s_law() {
        const DRAWS: u32 = 100_000;
        let workload = workload(Arrivals::Poisson, Keys::zipf(1.0, 1_000));
        let mut counts: BTreeMap<Key, u32> = BTreeMap::new();
        for number in 0..DRAWS {
            *counts
                .entry(request(&workload, PeerId(number % 100), number / 100, Time::ZERO).key)
                .or_default() += 1;
        }
        // The rarest of the catalogue is asked for 13 times on average.
        assert!(counts.len() <= 1_000 && counts.len() > 990, "{}", counts.len());
        let catalogue: BTreeSet<Key> = ranked(&workload, 1_000).into_iter().collect();
        assert!(counts.keys().all(|key| catalogue.contains(key)));
        let harmonic: f64 = (1..=1_000).map(|rank| 1.0 / f64::from(rank)).sum();
        let mut cells: Vec<(f64, f64)> = ranked(&workload, 10)
            .iter()
            .zip(1..)
            .map(|(key, rank)| (f64::from(counts[key]), f64::from(DRAWS) / (f64::from(rank) * harmonic)))
            .collect();
        let (seen, expected): (Vec<f64>, Vec<f64>) = cells.iter().copied().unzip();
        let all = f64::from(DRAWS);
        cells.push((all - seen.iter().sum::<f64>(), all - expected.iter().sum::<f64>()));
        let chi: f64 = cells.iter().map(|(seen, expected)| (seen - expected).powi(2) / expected).sum();
        // Ten degrees of freedom: 35.6 is exceeded once in 10,000 times.
        assert!(chi < 35.6, "{chi}: {cells:?}");
    }

    #[test]
    fn an_exponent_of_zero_knows_no_favourites() {
        let workload = workload(Arrivals::Poisson, Keys::zipf(0.0, 20));
        let mut counts: BTreeMap<Key, u32> = BTreeMap::new();
        for number in 0..20_000 {
            *counts.entry(request(&workload, PEER, number, Time::ZERO).key).or_default() += 1;
        }
        let chi: f64 = counts.values().map(|n| (f64::from(*n) - 1e3).powi(2) / 1e3).sum();
        // 19 degrees of freedom: 50.8 is exceeded once in 10,000 times.
        assert!(counts.len() == 20 && chi < 50.8, "{chi}: {counts:?}");
    }

    #[test]
    fn uniform_keys_fill_the_space_whatever_the_gap_was() {
        let workload = workload(Arrivals::Poisson, Keys::Uniform);
        let mut cells = [[0u32; 8]; 2];
        let mut previous = Time::ZERO;
        for number in 0..20_000 {
            let at = due(&workload, PEER, number, previous).unwrap();
            // Half of the gaps are longer than the median.
            let long = at.since(previous).as_seconds() > 60.0 * libm::log(2.0);
            previous = at;
            cells[usize::from(long)][(request(&workload, PEER, number, at).key.0 >> 61) as usize] += 1;
        }
        let chi: f64 = cells.iter().flatten().map(|n| (f64::from(*n) - 1_250.0).powi(2) / 1_250.0).sum();
        // 15 degrees of freedom: 44.3 is exceeded once in 10,000 times.
        assert!(chi < 44.3, "{chi}: {cells:?}");
    }

    #[test]
    fn poisson_gaps_are_exponential() {
        const COUNT: u32 = 20_000;
        let workload = workload(Arrivals::Poisson, Keys::Uniform);
        let instants = instants(&workload, PEER, COUNT);
        let mut previous = Time::ZERO;
        let mut gaps: Vec<f64> = instants
            .iter()
            .map(|at| at.since(std::mem::replace(&mut previous, *at)).as_seconds() / 60.0)
            .collect();
        assert_eq!(gaps.len(), COUNT as usize);
        let n = f64::from(COUNT);
        // The standard deviation of an exponential is its mean.
        let mean = gaps.iter().sum::<f64>() / n;
        assert!((mean - 1.0).abs() < 4.0 / n.sqrt(), "{mean}");
        gaps.sort_by(f64::total_cmp);
        let distance = gaps
            .iter()
            .zip(0..)
            .map(|(gap, below)| {
                let law = 1.0 - libm::exp(-gap);
                (law - f64::from(below) / n).max(f64::from(below + 1) / n - law)
            })
            .fold(0.0, f64::max);
        // Kolmogorov and Smirnov: 2.23 is exceeded once in 10,000 times.
        assert!(distance * n.sqrt() < 2.23, "{distance}");
        // Another peer asks at other times.
        let other = super::tests::instants(&workload, PeerId(8), COUNT);
        assert!(instants.iter().zip(&other).all(|(a, b)| a != b));
    }

    #[test]
    fn periodic_lookups_are_evenly_spaced_from_a_random_instant_on() {
        let workload = workload(Arrivals::Periodic, Keys::Uniform);
        let mut phases: Vec<f64> = Vec::new();
        for peer in (0..2_000).map(PeerId) {
            let instants = instants(&workload, peer, 5);
            assert!(instants[0] > Time::ZERO && instants[0] <= Time::ZERO + MINUTE);
            assert!(instants.windows(2).all(|pair| pair[1].since(pair[0]) == MINUTE), "{instants:?}");
            phases.push(instants[0].since(Time::ZERO).as_seconds() / 60.0);
        }
        phases.sort_by(f64::total_cmp);
        let n = phases.len() as f64;
        let distance = phases
            .iter()
            .zip(0..)
            .map(|(phase, rank)| (phase - f64::from(rank) / n).abs())
            .fold(0.0, f64::max);
        // Uniform over the period.
        assert!(distance * n.sqrt() < 2.23, "{distance}");
    }

    #[test]
    fn nothing_is_asked_from_the_end_on() {
        for arrivals in [Arrivals::Poisson, Arrivals::Periodic] {
            let endless = workload(arrivals, Keys::Uniform);
            let instants = instants(&endless, PEER, 10);
            let until = |until| {
                let bounded = LookupWorkload { until, ..workload(arrivals, Keys::Uniform) };
                super::tests::instants(&bounded, PEER, 10)
            };
            assert_eq!(instants.len(), 10);
            // The end itself is outside.
            assert_eq!(until(instants[5]), instants[..5]);
            assert_eq!(until(Time(instants[5].0 + 1)), instants[..=5]);
            assert_eq!(until(Time::ZERO), []);
        }
        let silent = LookupWorkload { gap: None, ..workload(Arrivals::Poisson, Keys::Uniform) };
        assert_eq!(due(&silent, PEER, 0, Time::ZERO), None);
    }

    #[test]
    fn time_moves_on_between_lookups_however_frequent() {
        for arrivals in [Arrivals::Poisson, Arrivals::Periodic] {
            let hasty = LookupWorkload { gap: Some(Span::ZERO), ..workload(arrivals, Keys::Uniform) };
            assert_eq!(instants(&hasty, PEER, 3), [1, 2, 3].map(Time));
        }
    }

    #[test]
    fn a_deadline_counts_from_the_issue() {
        let workload = workload(Arrivals::Poisson, Keys::Uniform);
        assert_eq!(request(&workload, PEER, 3, Time(10)).deadline, Time(4_000_000_010));
    }
}
