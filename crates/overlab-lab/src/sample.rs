//! What one replication says of one metric, and the multisets that it is read off.

mod few;
mod histogram;
mod many;

pub(crate) use few::Few;
pub(crate) use many::Many;

use serde::{Deserialize, Serialize};

/// A metric's value in one replication; of a distribution, also its quantiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The value, or the mean of a distribution.
    pub mean: f64,
    /// Smallest, 50th, 90th, 95th, 99th percentile and largest, where the metric is a distribution: observed values, or
    /// within 0.05 % of one where there are more than about a million of them (2^20). Smallest, largest and mean are
    /// exact whatever their number.
    pub spread: Option<[f64; 6]>,
    /// How many things the value is a share of, where it is a share of counted things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<u64>,
}

impl Sample {
    /// A single value.
    pub fn value(mean: f64) -> Self {
        Self { mean, ..Self::default() }
    }

    /// A share of counted things; nothing of nothing.
    pub fn ratio(part: u64, whole: u64) -> Option<Self> {
        (whole > 0).then(|| Self { whole: Some(whole), ..Self::value(part as f64 / whole as f64) })
    }

    /// How many of something there are for each of something else; nothing for nothing.
    pub fn each(count: u64, of: u64) -> Option<Self> {
        (of > 0).then(|| Self::value(count as f64 / of as f64))
    }
}

const QUANTILES: [f64; 6] = [0.0, 0.5, 0.9, 0.95, 0.99, 1.0];

/// The place, from 0, of the `q`-quantile among `count` numbers in ascending order.
fn rank(q: f64, count: u64) -> u64 {
    (libm::ceil(q * count as f64) as u64).max(1) - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_multisets_agree(values in proptest::collection::vec(0u32..2_000, 0..100)) {
            let (mut many, mut few) = (Many::default(), Few::default());
            for value in values {
                many.add(u64::from(value));
                few.add(value);
            }
            prop_assert_eq!(many.sample(1.0), few.sample());
        }
    }
}
