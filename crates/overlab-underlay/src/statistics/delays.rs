//! Delays between places as measured, gaps and all: their spread, asymmetry, and the triangles that they violate.

use super::Latencies;
use overlab_time::{Span, Stream};

/// One-way delays between places, some perhaps unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delays {
    places: usize,
    /// Nanoseconds, row by row.
    entries: Vec<u64>,
}

/// An unknown delay; that of a place to itself is not kept.
pub(super) const UNKNOWN: u64 = u64::MAX;

impl Delays {
    /// Delays between `places` places; `between` is asked for every pair of different ones.
    pub fn new(places: usize, between: impl Fn(usize, usize) -> Option<Span>) -> Self {
        let mut entries = Vec::with_capacity(places * places);
        for from in 0..places {
            for to in 0..places {
                let known = if from == to { None } else { between(from, to) };
                entries.push(known.map_or(UNKNOWN, |span| span.0));
            }
        }
        Self { places, entries }
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        self.places
    }

    /// The delay between two different places, where it is known.
    pub fn get(&self, from: usize, to: usize) -> Option<Span> {
        Some(self.row(from)[to]).filter(|&entry| entry != UNKNOWN).map(Span)
    }

    /// Delays from one place, unknown ones and that to itself as `UNKNOWN`.
    pub(super) fn row(&self, from: usize) -> &[u64] {
        &self.entries[from * self.places..][..self.places]
    }

    /// The share of ordered pairs of different places without a delay, 0 to 1.
    pub fn missing(&self) -> f64 {
        let unknown = self.entries.iter().filter(|&&entry| entry == UNKNOWN).count() - self.places;
        unknown as f64 / (self.places * self.places.saturating_sub(1)).max(1) as f64
    }

    /// Percentiles over ordered pairs with a delay; none where no delay is known.
    pub fn latencies(&self) -> Option<Latencies> {
        Latencies::of(
            self.entries.iter().filter(|&&entry| entry != UNKNOWN).map(|&entry| Span(entry)).collect(),
        )
    }

    /// The share of pairs known in both directions whose delays differ by more than `share` of the smaller.
    pub fn asymmetric(&self, share: f64) -> f64 {
        let (mut pairs, mut unlike) = (0_u64, 0_u64);
        for (a, b) in self.unordered() {
            if let (Some(there), Some(back)) = (self.get(a, b), self.get(b, a)) {
                let (less, more) = (there.min(back).0 as f64, there.max(back).0 as f64);
                pairs += 1;
                unlike += u64::from(more - less > share * less);
            }
        }
        unlike as f64 / pairs.max(1) as f64
    }

    fn unordered(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let places = self.places;
        (0..places).flat_map(move |a| (a + 1..places).map(move |b| (a, b)))
    }

    /// The same with the mean of both directions in each, which is half the round trip; one direction serves for both
    /// where the other is unknown.
    pub fn symmetrised(&self) -> Self {
        Self::new(self.places, |from, to| match (self.get(from, to), self.get(to, from)) {
            (Some(there), Some(back)) => Some(Span((there.0 + back.0) / 2)),
            (one, other) => one.or(other),
        })
    }

    /// How many of random triples of places violate the triangle inequality, and how many had all their delays: the
    /// longest side exceeds the sum of the others, where a side is the mean of both directions. `triples` are drawn;
    /// none where there are fewer than three places.
    pub fn triangle_violations(&self, triples: u64, stream: &mut Stream) -> (u64, u64) {
        if self.places < 3 {
            return (0, 0);
        }
        let both = self.symmetrised();
        let (mut violated, mut complete) = (0, 0);
        for _ in 0..triples {
            let [a, b, c]: [usize; 3] =
                super::distinct(self.places as u32, stream).map(|place| place.0 as usize);
            let sides = [both.row(a)[b], both.row(b)[c], both.row(a)[c]];
            if !sides.contains(&UNKNOWN) {
                let longest = sides[0].max(sides[1]).max(sides[2]);
                complete += 1;
                violated += u64::from(longest > sides.iter().sum::<u64>() - longest);
            }
        }
        (violated, complete)
    }
}
