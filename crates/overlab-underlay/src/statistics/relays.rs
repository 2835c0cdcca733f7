//! What one relay on the way would save, of all places or of a few drawn at random.

use super::delays::{Delays, UNKNOWN};
use overlab_time::Span;
use rayon::prelude::*;

/// What sending by way of one other place saves, over all ordered pairs whose direct delay is known. On
/// [`Delays::symmetrised`] these are the figures of round trips.
#[derive(Clone, Debug, PartialEq)]
pub struct Relays {
    /// Pairs with a direct delay.
    pub pairs: u64,
    /// The share of them that the best relay of all beats, 0 to 1.
    pub beaten: f64,
    /// What it saves those, median.
    pub saving: Span,
    /// The same as a share of the direct delay, median, 0 to 1.
    pub relative_saving: f64,
    /// The share of all pairs that it saves at least a tenth of the direct delay.
    pub saves_tenth: f64,
    /// The share that it saves at least a quarter.
    pub saves_quarter: f64,
    /// The share that it saves at least half.
    pub halves: f64,
    /// What the best of 1, 2, 4, ... 64 random relays does.
    pub random: Vec<RandomRelays>,
}

/// What the best of a number of random relays does, each drawn independently of the others, so that one may be drawn
/// twice. The figures are expectations over all draws, worked out and not sampled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomRelays {
    /// How many relays are drawn for a pair, of those with known delays to both of its ends.
    pub relays: u32,
    /// The share of pairs for which one of them beats the direct delay.
    pub beaten: f64,
    /// The mean of the better of direct and best relayed delay, in shares of the direct one.
    pub delay_ratio: f64,
}

/// The numbers of random relays that are looked at: the powers of two.
const DRAWN: [u32; 7] = [1, 2, 4, 8, 16, 32, 64];

/// What pairs from one place add.
#[derive(Default)]
struct Part {
    pairs: u64,
    /// Direct and best relayed delay of pairs that a relay beats.
    beaten: Vec<(u64, u64)>,
    random: [(f64, f64); DRAWN.len()],
}

impl Delays {
    /// What one relay saves; takes the cube of the number of places, over all processors (some seconds for a
    /// thousand). None where no direct delay is known.
    pub fn relays(&self) -> Option<Relays> {
        // To a place from all: rows of the transpose, so that both legs lie in rows.
        let reverse = Self::new(self.places(), |from, to| self.get(to, from));
        let parts: Vec<Part> =
            (0..self.places()).into_par_iter().map(|from| self.relays_from(from, &reverse)).collect();
        let pairs: u64 = parts.iter().map(|part| part.pairs).sum();
        if pairs == 0 {
            return None;
        }
        let mut savings = Vec::new();
        let mut shares = Vec::new();
        for &(direct, relayed) in parts.iter().flat_map(|part| &part.beaten) {
            savings.push(direct - relayed);
            shares.push((direct - relayed) as f64 / direct as f64);
        }
        let of_all =
            |least: f64| shares.iter().filter(|&&share| share >= least).count() as f64 / pairs as f64;
        let (saves_tenth, saves_quarter, halves) = (of_all(0.1), of_all(0.25), of_all(0.5));
        savings.sort_unstable();
        shares.sort_unstable_by(f64::total_cmp);
        let random = DRAWN.iter().enumerate().map(|(index, &relays)| {
            // In the order of places, so that the sums are the same on any number of processors.
            let sum = parts
                .iter()
                .fold((0.0, 0.0), |sum, part| (sum.0 + part.random[index].0, sum.1 + part.random[index].1));
            RandomRelays { relays, beaten: sum.0 / pairs as f64, delay_ratio: sum.1 / pairs as f64 }
        });
        Some(Relays {
            pairs,
            beaten: savings.len() as f64 / pairs as f64,
            saving: Span(super::rank(&savings, 50).unwrap_or_default()),
            relative_saving: super::rank(&shares, 50).unwrap_or_default(),
            saves_tenth,
            saves_quarter,
            halves,
            random: random.collect(),
        })
    }

    fn relays_from(&self, from: usize, reverse: &Self) -> Part {
        let (mut part, mut ratios) = (Part::default(), Vec::new());
        let first = self.row(from);
        for (to, &direct) in first.iter().enumerate().filter(|&(_, &direct)| direct != UNKNOWN) {
            part.pairs += 1;
            ratios.clear();
            let (mut candidates, mut best) = (0_u64, direct);
            for (&there, &on) in first.iter().zip(reverse.row(to)) {
                // A relay that is one of the ends has an unknown leg.
                if there == UNKNOWN || on == UNKNOWN {
                    continue;
                }
                candidates += 1;
                let relayed = there + on;
                if relayed < direct {
                    best = best.min(relayed);
                    ratios.push(relayed);
                }
            }
            if best < direct {
                part.beaten.push((direct, best));
            }
            ratios.sort_unstable();
            let expected = expected(direct, &ratios, candidates);
            for ((beaten, ratio), sum) in expected.into_iter().zip(&mut part.random) {
                sum.0 += beaten;
                sum.1 += ratio;
            }
        }
        part
    }
}

/// For each number of relays drawn among `candidates`, the probability that one of them beats `direct`, and the expected
/// share of it that the best way takes. `better` are the relayed delays below it, ascending.
fn expected(direct: u64, better: &[u64], candidates: u64) -> [(f64, f64); DRAWN.len()] {
    // The probability that none of the best so far has been drawn, and the share that those would take.
    let mut all = [(1.0, 0.0); DRAWN.len()];
    for (&relayed, worse) in better.iter().zip((0..candidates).rev()) {
        let share = relayed as f64 / direct as f64;
        // To the power of 1, 2, 4, ...: each is the square of the one before.
        let mut still = worse as f64 / candidates as f64;
        for (none, ratio) in &mut all {
            *ratio += (*none - still) * share;
            *none = still;
            still *= still;
        }
    }
    all.map(|(none, ratio)| (1.0 - none, ratio + none))
}
