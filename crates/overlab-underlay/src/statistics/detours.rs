//! What routing over any number of places would save: the optimum that overlays can strive for.

use super::delays::{Delays, UNKNOWN};
use overlab_time::Span;
use rayon::prelude::*;

/// Direct delays against the fastest ways over any places, over all ordered pairs whose direct delay is known. On
/// [`Delays::symmetrised`] these are the figures of round trips.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detours {
    /// Pairs with a direct delay.
    pub pairs: u64,
    /// The share of them that some way beats, 0 to 1.
    pub improved: f64,
    /// The mean direct delay.
    pub direct_mean: Span,
    /// The mean delay of the fastest ways.
    pub optimal_mean: Span,
    /// The median direct delay.
    pub direct_median: Span,
    /// The median delay of the fastest ways.
    pub optimal_median: Span,
    /// The share of pairs whose fastest way takes at least a tenth less than the direct one.
    pub gains_tenth: f64,
    /// The share of pairs whose fastest way takes at least a quarter less.
    pub gains_quarter: f64,
}

impl Delays {
    /// The optimum over any number of hops; takes the cube of the number of places, over all processors. None where no
    /// direct delay is known.
    pub fn detours(&self) -> Option<Detours> {
        let ways: Vec<Vec<(u64, u64)>> = (0..self.places())
            .into_par_iter()
            .map(|from| {
                let both = self.row(from).iter().copied().zip(self.fastest(from));
                both.filter(|&(direct, _)| direct != UNKNOWN).collect()
            })
            .collect();
        let all = || ways.iter().flatten();
        let pairs = all().count() as u64;
        if pairs == 0 {
            return None;
        }
        let share = |holds: fn(u64, u64) -> bool| {
            all().filter(|&&(direct, optimal)| holds(direct, optimal)).count() as f64 / pairs as f64
        };
        let sorted = |mut spans: Vec<u64>| {
            spans.sort_unstable();
            let mean = spans.iter().map(|&span| u128::from(span)).sum::<u128>() / u128::from(pairs);
            (Span(mean as u64), Span(super::rank(&spans, 50).unwrap_or_default()))
        };
        let (direct_mean, direct_median) = sorted(all().map(|way| way.0).collect());
        let (optimal_mean, optimal_median) = sorted(all().map(|way| way.1).collect());
        Some(Detours {
            pairs,
            improved: share(|direct, optimal| optimal < direct),
            direct_mean,
            optimal_mean,
            direct_median,
            optimal_median,
            gains_tenth: share(|direct, optimal| optimal * 10 <= direct * 9),
            gains_quarter: share(|direct, optimal| optimal * 4 <= direct * 3),
        })
    }

    /// The fastest ways from a place to all: Dijkstra's algorithm on a full mesh, where looking for the nearest place
    /// costs no more than going on from it.
    fn fastest(&self, from: usize) -> Vec<u64> {
        let mut reached = self.row(from).to_vec();
        let mut settled = vec![false; reached.len()];
        settled[from] = true;
        loop {
            let open = reached.iter().zip(&settled).enumerate().filter(|(_, (_, settled))| !**settled);
            let nearest = open.map(|(place, (&delay, _))| (delay, place)).min();
            let Some((delay, place)) = nearest.filter(|&(delay, _)| delay != UNKNOWN) else { return reached };
            settled[place] = true;
            for (known, &leg) in reached.iter_mut().zip(self.row(place)) {
                *known = (*known).min(leg.saturating_add(delay));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Delays in milliseconds; zero is unknown.
    fn delays(places: usize, milliseconds: &[u64]) -> Delays {
        Delays::new(places, |from, to| {
            Some(milliseconds[from * places + to]).filter(|&delay| delay > 0).map(Span::from_millis)
        })
    }

    #[test]
    fn a_known_square() {
        // From 0 to 3 directly 10, by way of 1 and 2 only 3.
        #[rustfmt::skip]
        let all = delays(4, &[0, 1, 5, 10,  1, 0, 1, 9,  5, 1, 0, 1,  10, 9, 1, 0]);
        assert_eq!(
            all.fastest(0).iter().skip(1).copied().collect::<Vec<_>>(),
            [1, 2, 3].map(|ms| ms * 1_000_000)
        );
        let found = all.detours().unwrap();
        // 0-2 falls from 5 to 2, 0-3 from 10 to 3 and 1-3 from 9 to 2; the others stay at 1.
        assert_eq!((found.pairs, found.improved, found.gains_quarter), (12, 0.5, 0.5));
        assert_eq!(found.direct_mean, Span::from_micros(27_000 / 6));
        assert_eq!(found.optimal_mean, Span(10_000_000 / 6));
        let relays = all.relays().unwrap();
        // 0-2 by way of 1: 2 of 5; 0-3 by way of 2: 6 of 10 (of 1: 10 is no better); 1-3 by way of 2: 2 of 9.
        assert_eq!((relays.pairs, relays.beaten, relays.saving), (12, 0.5, Span::from_millis(4)));
        assert_eq!(relays.halves, 4.0 / 12.0);
        // One of two relays helps each of the three pairs: a draw finds it with a chance of a half, two with 3/4.
        let close =
            |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        close(relays.random[0].beaten, 0.25);
        close(relays.random[0].delay_ratio, 1.0 - (0.6 + 0.4 + 7.0 / 9.0) / 2.0 / 6.0);
        close(relays.random[1].beaten, 0.375);
        close(relays.random[6].delay_ratio, 1.0 - (0.6 + 0.4 + 7.0 / 9.0) / 6.0);
    }

    proptest! {
        #[test]
        fn ways_are_the_fastest_and_random_relays_what_trying_all_finds(cells in prop::collection::vec(0u64..20, 36)) {
            let all = delays(6, &cells);
            // Floyd and Warshall's three loops as the oracle.
            let mut best: Vec<Vec<u64>> = (0..6).map(|from| all.row(from).to_vec()).collect();
            for over in 0..6 {
                let on = best[over].clone();
                for row in &mut best {
                    let leg = row[over];
                    row.iter_mut().zip(&on).for_each(|(way, &on)| *way = (*way).min(leg.saturating_add(on)));
                }
            }
            for (from, oracle) in best.iter().enumerate() {
                for (to, found) in all.fastest(from).into_iter().enumerate().filter(|way| way.0 != from) {
                    prop_assert_eq!(found, oracle[to]);
                }
            }
            // Two relays of those that can be had, over all ordered choices of two.
            let (mut pairs, mut beaten, mut ratio) = (0.0, 0.0, 0.0);
            for from in 0..6 {
                for to in 0..6 {
                    let Some(direct) = all.get(from, to) else { continue };
                    let by = |over| Some(all.get(from, over)? + all.get(over, to)?);
                    let relayed: Vec<Span> = (0..6).filter_map(by).collect();
                    let choices: Vec<Span> = match relayed[..] {
                        [] => vec![direct],
                        _ => relayed.iter().flat_map(|&a| relayed.iter().map(move |&b| a.min(b))).collect(),
                    };
                    let share = |of: &dyn Fn(Span) -> f64| choices.iter().map(|&one| of(one)).sum::<f64>() / choices.len() as f64;
                    pairs += 1.0;
                    beaten += share(&|one| f64::from(u8::from(one < direct)));
                    ratio += share(&|one| one.min(direct).0 as f64 / direct.0 as f64);
                }
            }
            if let Some(relays) = all.relays() {
                prop_assert!((relays.random[1].beaten - beaten / pairs).abs() < 1e-9);
                prop_assert!((relays.random[1].delay_ratio - ratio / pairs).abs() < 1e-9);
            }
        }
    }
}
