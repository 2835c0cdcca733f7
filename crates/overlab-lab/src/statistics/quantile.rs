//! Quantiles of numbers, and their intervals by order statistics.

use statrs::distribution::{Binomial, DiscreteCDF};

/// The `q`-quantile of numbers in ascending order: the smallest that at least a share `q` of them does not exceed.
pub(crate) fn quantile<T: Copy>(sorted: &[T], q: f64) -> Option<T> {
    let rank = libm::ceil(q * sorted.len() as f64) as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// The interval at `confidence` of the `q`-quantile (0 < q < 1) of what independent numbers in ascending order are drawn
/// from; nothing where there are too few of them for it.
///
/// It lies between two of the numbers: how many of them do not exceed the true quantile is binomial whatever the
/// distribution, so each end leaves out at most half of what is left of the confidence (W. J. Conover, "Practical
/// Nonparametric Statistics", section 3.2). Nothing is assumed, and ties only make it safer. At 95 % the median needs 6 numbers,
/// the 90th percentile 36, the 95th 72, the 99th 368.
pub fn quantile_interval(sorted: &[f64], q: f64, confidence: f64) -> Option<[f64; 2]> {
    let n = sorted.len();
    let below = Binomial::new(q, n as u64).ok()?;
    let tail = (1.0 - confidence) / 2.0;
    // The number at a place (from 0) exceeds the truth if no more numbers than that are at most the truth.
    let low = first(n, |place| below.cdf(place as u64) > tail).checked_sub(1)?;
    // And is below the truth if more numbers than that are.
    let high = first(n, |place| below.sf(place as u64) <= tail);
    Some([sorted[low], *sorted.get(high)?])
}

/// The first place below `end` at which something holds that holds at all later places too; `end` where it never does.
fn first(end: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut from, mut to) = (0, end);
    while from < to {
        let middle = from.midpoint(to);
        if holds(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_observed_values() {
        let sorted = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        assert_eq!(quantile(&sorted, 0.5), Some(5));
        assert_eq!(quantile(&sorted, 0.9), Some(9));
        assert_eq!(quantile(&sorted, 0.0), Some(1));
        assert_eq!(quantile(&sorted, 1.0), Some(10));
        assert_eq!(quantile::<u8>(&[], 0.5), None);
    }

    #[test]
    fn intervals_are_the_textbook_s_and_missing_where_numbers_are_too_few() {
        let numbers = |n: u32| (1..=n).map(f64::from).collect::<Vec<f64>>();
        let of = |n, q| quantile_interval(&numbers(n), q, 0.95);
        // Tables of the sign test: ranks 6 and 15 of 20, with a confidence of 0.9586.
        assert_eq!(of(20, 0.5), Some([6.0, 15.0]));
        assert_eq!(of(6, 0.5), Some([1.0, 6.0]));
        for (q, fewest) in [(0.5, 6), (0.9, 36), (0.95, 72), (0.99, 368)] {
            assert_eq!(of(fewest - 1, q), None, "{q}");
            let found = of(fewest, q).unwrap_or_else(|| panic!("{q}"));
            assert_eq!(found[1], f64::from(fewest), "{q}");
            // 0.9^36 and its like are the share of experiments in which the truth lies beyond them all.
            assert!(libm::pow(q, f64::from(fewest)) <= 0.025 && libm::pow(q, f64::from(fewest - 1)) > 0.025);
        }
        assert_eq!(of(0, 0.5), None);
    }
}
