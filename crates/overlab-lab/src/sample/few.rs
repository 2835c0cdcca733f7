//! A multiset of small whole numbers.

use super::{QUANTILES, Sample, rank};
use std::collections::BTreeMap;

/// Numbers below this one are counted in a list.
const SMALL: usize = 512;

/// A multiset of small whole numbers by how often each occurs: exact whatever the order they came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Few {
    /// By number, as far as one occurred.
    small: Vec<u64>,
    large: BTreeMap<u32, u64>,
}

impl Few {
    /// Adds a number.
    pub(crate) fn add(&mut self, value: u32) {
        self.add_often(value, 1);
    }

    fn add_often(&mut self, value: u32, count: u64) {
        let place = value as usize;
        if place < self.small.len() {
            self.small[place] += count;
        } else if place < SMALL {
            self.small.resize(place + 1, 0);
            self.small[place] += count;
        } else {
            *self.large.entry(value).or_default() += count;
        }
    }

    /// Adds all of another multiset.
    pub(crate) fn merge(&mut self, other: &Self) {
        other.occurring().for_each(|(value, count)| self.add_often(value, count));
    }

    fn occurring(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        let small = (0..).zip(&self.small).filter(|(_, count)| **count > 0);
        small
            .chain(self.large.iter().map(|(value, count)| (*value, count)))
            .map(|(value, count)| (value, *count))
    }

    /// How often each number occurs.
    pub(crate) fn counts(&self) -> BTreeMap<u32, u64> {
        self.occurring().collect()
    }

    /// Mean and quantiles.
    pub(crate) fn sample(&self) -> Option<Sample> {
        let total: u64 = self.occurring().map(|(_, count)| count).sum();
        if total == 0 {
            return None;
        }
        let sum: u128 = self.occurring().map(|(value, count)| u128::from(value) * u128::from(count)).sum();
        let at = |q: f64| {
            let mut seen = 0;
            let found = self.occurring().find(|(_, count)| {
                seen += count;
                seen > rank(q, total)
            });
            f64::from(found.expect("ranks are within the total").0)
        };
        Some(Sample { mean: sum as f64 / total as f64, spread: Some(QUANTILES.map(at)), whole: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_make_the_whole(values in proptest::collection::vec(0u32..2_000, 1..200), cut in 0usize..200) {
            let of = |values: &[u32]| {
                let mut few = Few::default();
                values.iter().for_each(|value| few.add(*value));
                few
            };
            let (first, second) = values.split_at(cut.min(values.len()));
            let mut merged = of(first);
            merged.merge(&of(second));
            prop_assert_eq!(merged.counts(), of(&values).counts());
            prop_assert_eq!(merged.sample(), of(&values).sample());
            let mut model = BTreeMap::new();
            values.iter().for_each(|value| *model.entry(*value).or_insert(0u64) += 1);
            prop_assert_eq!(merged.counts(), model);
        }
    }
}
