//! What one replication says of one metric.

use crate::statistics::quantile;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A metric's value in one replication; of a distribution, also its quantiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The value, or the mean of a distribution.
    pub mean: f64,
    /// Smallest, 50th, 90th, 95th, 99th percentile and largest, where the metric is a distribution.
    pub spread: Option<[f64; 6]>,
}

impl Sample {
    /// A single value.
    pub fn value(mean: f64) -> Self {
        Self { mean, spread: None }
    }

    /// A share; nothing of nothing.
    pub fn ratio(part: u64, whole: u64) -> Option<Self> {
        (whole > 0).then(|| Self::value(part as f64 / whole as f64))
    }
}

/// A multiset of whole numbers, exact whatever the order they came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Many {
    /// Kept one by one: there are as many as lookups, and they hardly repeat.
    values: Vec<u64>,
}

impl Many {
    /// Adds a number.
    pub(crate) fn add(&mut self, value: u64) {
        self.values.push(value);
    }

    /// Adds all of another multiset.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.values.extend_from_slice(&other.values);
    }

    /// The sum.
    pub(crate) fn sum(&self) -> u128 {
        self.values.iter().map(|value| u128::from(*value)).sum()
    }

    /// The numbers in ascending order.
    pub(crate) fn sorted(&self) -> Vec<u64> {
        let mut sorted = self.values.clone();
        sorted.sort_unstable();
        sorted
    }

    /// Mean and quantiles, each multiplied by `unit`.
    pub(crate) fn sample(&self, unit: f64) -> Option<Sample> {
        spread(&self.sorted(), self.sum(), unit)
    }
}

/// A multiset of small whole numbers by how often each occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Few {
    counts: BTreeMap<u32, u64>,
}

impl Few {
    /// Adds a number.
    pub(crate) fn add(&mut self, value: u32) {
        *self.counts.entry(value).or_default() += 1;
    }

    /// Adds all of another multiset.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (value, count) in &other.counts {
            *self.counts.entry(*value).or_default() += count;
        }
    }

    /// How often each number occurs.
    pub(crate) fn counts(&self) -> &BTreeMap<u32, u64> {
        &self.counts
    }

    /// Mean and quantiles.
    pub(crate) fn sample(&self) -> Option<Sample> {
        let total: u64 = self.counts.values().sum();
        if total == 0 {
            return None;
        }
        let sum: u128 =
            self.counts.iter().map(|(value, count)| u128::from(*value) * u128::from(*count)).sum();
        let at = |q: f64| {
            let rank = (libm::ceil(q * total as f64) as u64).max(1);
            let mut seen = 0;
            let found = self.counts.iter().find(|(_, count)| {
                seen += **count;
                seen >= rank
            });
            f64::from(*found.expect("ranks are within the total").0)
        };
        Some(Sample { mean: sum as f64 / total as f64, spread: Some(QUANTILES.map(at)) })
    }
}

const QUANTILES: [f64; 6] = [0.0, 0.5, 0.9, 0.95, 0.99, 1.0];

fn spread(sorted: &[u64], sum: u128, unit: f64) -> Option<Sample> {
    let at = |q| quantile(sorted, q).map_or(f64::NAN, |value| value as f64 * unit);
    (!sorted.is_empty())
        .then(|| Sample { mean: sum as f64 / sorted.len() as f64 * unit, spread: Some(QUANTILES.map(at)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_multisets_agree(values in proptest::collection::vec(0u32..50, 0..100)) {
            let (mut many, mut few) = (Many::default(), Few::default());
            for value in values {
                many.add(u64::from(value));
                few.add(value);
            }
            prop_assert_eq!(many.sample(1.0), few.sample());
        }
    }
}
