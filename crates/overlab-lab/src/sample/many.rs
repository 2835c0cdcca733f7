//! A multiset of large whole numbers.

use super::histogram::Histogram;
use super::{QUANTILES, Sample, rank};

/// So many numbers are kept one by one: 8 MiB.
const KEPT: usize = if cfg!(test) { 64 } else { 1 << 20 };

/// A multiset of whole numbers, the same whatever the order they came in and however they were merged.
///
/// Up to 2^20 numbers (about a million) are kept one by one. Of more, the count, the sum, the smallest and the largest are
/// still exact, and quantiles are within 0.05 % of the number that they stand for. Which of the two it is depends on the
/// count alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Many {
    Each(Vec<u64>),
    Counted(Counted),
}

/// What is known of numbers that are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    count: u64,
    sum: u128,
    least: u64,
    most: u64,
    histogram: Histogram,
}

impl Counted {
    fn new() -> Self {
        Self { count: 0, sum: 0, least: u64::MAX, most: 0, histogram: Histogram::default() }
    }

    fn add(&mut self, value: u64) {
        self.count += 1;
        self.sum += u128::from(value);
        self.least = self.least.min(value);
        self.most = self.most.max(value);
        self.histogram.add(value);
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        self.histogram.merge(&other.histogram);
    }
}

impl Default for Many {
    fn default() -> Self {
        Self::Each(Vec::new())
    }
}

impl Many {
    /// Adds a number.
    #[inline]
    pub(crate) fn add(&mut self, value: u64) {
        match self {
            Self::Each(values) if values.len() < KEPT => values.push(value),
            Self::Each(_) => self.counted().add(value),
            Self::Counted(counted) => counted.add(value),
        }
    }

    /// Counts what was kept one by one, and from now on everything.
    fn counted(&mut self) -> &mut Counted {
        if let Self::Each(values) = self {
            let mut counted = Counted::new();
            values.iter().for_each(|value| counted.add(*value));
            *self = Self::Counted(counted);
        }
        match self {
            Self::Counted(counted) => counted,
            Self::Each(_) => unreachable!("it has just been counted"),
        }
    }

    /// Adds all of another multiset.
    pub(crate) fn merge(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Each(mine), Self::Each(theirs)) if mine.len() + theirs.len() <= KEPT => {
                mine.extend_from_slice(theirs);
            }
            (_, Self::Each(theirs)) => {
                let mine = self.counted();
                theirs.iter().for_each(|value| mine.add(*value));
            }
            (_, Self::Counted(theirs)) => self.counted().merge(theirs),
        }
    }

    /// Takes over what `part` keeps one by one, so that together they keep no more than one alone may; where this
    /// counts, `part` counts too from now on.
    pub(crate) fn gather(&mut self, part: &mut Self) {
        let Self::Each(_) = part else { return };
        self.merge(part);
        match (&*self, &mut *part) {
            // The room is kept.
            (Self::Each(_), Self::Each(values)) => values.clear(),
            _ => *part = Self::Counted(Counted::new()),
        }
    }

    /// How many numbers, and their sum.
    fn count_and_sum(&self) -> (u64, u128) {
        match self {
            Self::Each(values) => (values.len() as u64, values.iter().map(|value| u128::from(*value)).sum()),
            Self::Counted(counted) => (counted.count, counted.sum),
        }
    }

    /// The quantiles at the shares `shares`, ascending; none of nothing.
    pub(crate) fn quantiles(&self, shares: &[f64]) -> Vec<u64> {
        let count = self.count_and_sum().0;
        if count == 0 {
            return Vec::new();
        }
        let ranks: Vec<u64> = shares.iter().map(|share| rank(*share, count)).collect();
        match self {
            Self::Each(values) => select(&mut values.clone(), &ranks),
            Self::Counted(Counted { least, most, histogram, .. }) => {
                let mut found = histogram.at(&ranks);
                for (value, rank) in found.iter_mut().zip(&ranks) {
                    *value = match *rank {
                        0 => *least,
                        last if last + 1 == count => *most,
                        _ => (*value).clamp(*least, *most),
                    };
                }
                found
            }
        }
    }

    /// Mean and quantiles, each multiplied by `unit`.
    pub(crate) fn sample(&self, unit: f64) -> Option<Sample> {
        let quantiles: [u64; QUANTILES.len()] = self.quantiles(&QUANTILES).try_into().ok()?;
        let (count, sum) = self.count_and_sum();
        Some(Sample {
            mean: sum as f64 / count as f64 * unit,
            spread: Some(quantiles.map(|value| value as f64 * unit)),
            whole: None,
        })
    }
}

/// So many places are worth a sorted list rather than a search for each.
const WORTH_SORTING: usize = 16;

/// The numbers at the places `ranks` (ascending, all within) of the ascending order of `values`, which are shuffled.
fn select(values: &mut [u64], ranks: &[u64]) -> Vec<u64> {
    if ranks.len() > WORTH_SORTING {
        values.sort_unstable();
        return ranks.iter().map(|rank| values[*rank as usize]).collect();
    }
    let (mut found, mut done) = (Vec::with_capacity(ranks.len()), 0);
    for rank in ranks {
        // What comes before the place that was found last is no greater.
        let (_, value, _) = values[done..].select_nth_unstable(*rank as usize - done);
        found.push(*value);
        done = *rank as usize;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[u64]) -> Many {
        let mut many = Many::default();
        values.iter().for_each(|value| many.add(*value));
        many
    }

    /// By the definition: sorted, the smallest that at least a share `q` does not exceed.
    fn exact(values: &[u64], q: f64) -> u64 {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        crate::statistics::quantile(&sorted, q).unwrap()
    }

    fn sorted(mut many: Many) -> Many {
        if let Many::Each(values) = &mut many {
            values.sort_unstable();
        }
        many
    }

    proptest! {
        #[test]
        fn quantiles_are_exact_of_few_and_close_of_many(
            values in proptest::collection::vec(prop_oneof![any::<u64>(), 0u64..100_000], 1..200),
        ) {
            let many = of(&values);
            let shares: Vec<f64> = (0..=100).map(|n| f64::from(n) / 100.0).collect();
            for shares in [&shares[..], &QUANTILES] {
                for (share, found) in shares.iter().zip(many.quantiles(shares)) {
                    let expected = exact(&values, *share);
                    let off = if values.len() <= KEPT { 0 } else { expected >> 11 };
                    prop_assert!(found.abs_diff(expected) <= off, "{found} for {expected} at {share}");
                }
            }
            let sample = many.sample(1.0).unwrap();
            let sum: u128 = values.iter().map(|value| u128::from(*value)).sum();
            prop_assert_eq!(sample.mean, sum as f64 / values.len() as f64);
            let (least, most) = (values.iter().min().unwrap(), values.iter().max().unwrap());
            prop_assert_eq!((sample.spread.unwrap()[0], sample.spread.unwrap()[5]), (*least as f64, *most as f64));
        }

        #[test]
        fn parts_make_the_whole_however_they_are_cut_and_gathered(
            values in proptest::collection::vec(any::<u64>(), 0..300),
            cuts in proptest::collection::vec((0usize..4, any::<bool>()), 300),
        ) {
            let mut parts = vec![Many::default(); 4];
            let mut whole = Many::default();
            for (value, (part, gathered)) in values.iter().zip(cuts) {
                parts[part].add(*value);
                if gathered {
                    whole.gather(&mut parts[part]);
                }
            }
            parts.iter().for_each(|part| whole.merge(part));
            prop_assert_eq!(sorted(whole), sorted(of(&values)));
        }
    }

    #[test]
    fn nothing_has_no_quantiles() {
        assert_eq!(Many::default().sample(1.0), None);
        assert_eq!(Many::default().quantiles(&[0.5]), Vec::<u64>::new());
    }

    #[test]
    fn what_parts_keep_is_bounded() {
        let (mut whole, mut parts) = (Many::default(), vec![Many::default(); 8]);
        for value in 0..10_000u64 {
            let part = &mut parts[value as usize % 8];
            part.add(value);
            whole.gather(part);
        }
        let kept = |many: &Many| matches!(many, Many::Each(values) if !values.is_empty());
        assert!(!kept(&whole) && !parts.iter().any(kept));
    }
}
