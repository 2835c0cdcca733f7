//! Power laws in lists of degrees: the exponent, and from which degree on it holds.
//!
//! Clauset, Shalizi, Newman, "Power-law distributions in empirical data", SIAM Review 51(4), 2009: the exponent is the
//! approximate maximum-likelihood estimate for integers, `1 + n / sum ln(k / (k_min - 1/2))` (their equation 3.7), over the
//! `n` values from `k_min` up, and `k_min` is the value that leaves the least Kolmogorov-Smirnov distance between these
//! values and the law.

/// Fewer values make no tail worth a fit (Clauset et al., section 3.3).
const SMALLEST_TAIL: usize = 50;

/// A power law `P(degree = k) ~ k^-exponent`, fitted to the larger values of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerLaw {
    /// The exponent, above 1.
    pub exponent: f64,
    /// The smallest value that the fit looks at.
    pub minimum: u32,
    /// How many values are at least that.
    pub tail: u32,
    /// The Kolmogorov-Smirnov distance between those and the law: 0 to 1, a few hundredths for a good fit.
    pub distance: f64,
}

impl PowerLaw {
    /// The best fit to `values`, among all its values as minimum that leave at least 50 in the tail; nothing where no tail
    /// of that size has two different values. Zeros belong to no tail.
    ///
    /// ```
    /// // 2,000 values with the quantiles of exponent 2.5 from 5 up.
    /// let quantile = |i: u32| (4.5 * (1.0 - (f64::from(i) + 0.5) / 2000.0).powf(-1.0 / 1.5)).round() as u32;
    /// let fit = overlab_underlay::PowerLaw::fit(&(0..2000).map(quantile).collect::<Vec<_>>()).unwrap();
    /// assert!((fit.exponent - 2.5).abs() < 0.05 && fit.distance < 0.02);
    /// ```
    pub fn fit(values: &[u32]) -> Option<Self> {
        let tally = Tally::new(values);
        let fits = (0..tally.values.len()).filter_map(|first| tally.fit(first));
        fits.filter(|fit| fit.tail as usize >= SMALLEST_TAIL)
            .reduce(|best, fit| if fit.distance < best.distance { fit } else { best })
    }

    /// The fit to those of `values` that are at least `minimum`, itself at least 1; nothing where fewer than two different
    /// ones are.
    pub fn from_minimum(values: &[u32], minimum: u32) -> Option<Self> {
        let tally = Tally::new(values);
        let first = tally.values.partition_point(|&(value, _)| value < minimum.max(1));
        tally.fit_from(first, minimum.max(1))
    }
}

/// How often each value occurs, ascending; zeros are left out.
struct Tally {
    values: Vec<(u32, u32)>,
}

impl Tally {
    fn new(values: &[u32]) -> Self {
        let mut sorted: Vec<u32> = values.iter().copied().filter(|&value| value > 0).collect();
        sorted.sort_unstable();
        let runs = sorted.chunk_by(|a, b| a == b);
        Self { values: runs.map(|run| (run[0], run.len() as u32)).collect() }
    }

    fn fit(&self, first: usize) -> Option<PowerLaw> {
        self.fit_from(first, self.values.get(first)?.0)
    }

    /// The law from `minimum` up for the values from the `first` on.
    fn fit_from(&self, first: usize, minimum: u32) -> Option<PowerLaw> {
        let values = self.values.get(first..).filter(|values| values.len() >= 2)?;
        let tail: u32 = values.iter().map(|&(_, times)| times).sum();
        let start = f64::from(minimum) - 0.5;
        let logarithms: f64 =
            values.iter().map(|&(value, times)| f64::from(times) * libm::log(f64::from(value) / start)).sum();
        let exponent = 1.0 + f64::from(tail) / logarithms;
        let (mut below, mut distance) = (0, 0.0_f64);
        for &(value, times) in values {
            let seen = 1.0 - f64::from(below) / f64::from(tail);
            let expected = libm::pow((f64::from(value) - 0.5) / start, 1.0 - exponent);
            distance = distance.max((seen - expected).abs());
            below += times;
        }
        Some(PowerLaw { exponent, minimum, tail, distance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quantiles of the law with `exponent` from `minimum` up.
    fn law(exponent: f64, minimum: u32, count: u32) -> Vec<u32> {
        let start = f64::from(minimum) - 0.5;
        let value = |i: u32| {
            let above = 1.0 - (f64::from(i) + 0.5) / f64::from(count);
            (start * libm::pow(above, -1.0 / (exponent - 1.0)) + 0.5).floor() as u32
        };
        (0..count).map(value).collect()
    }

    #[test]
    fn the_exponent_is_found_again() {
        for exponent in [1.8, 2.1, 2.5, 3.0] {
            let fit = PowerLaw::fit(&law(exponent, 8, 20_000)).unwrap();
            assert!((fit.exponent - exponent).abs() < 0.02 && fit.distance < 0.01, "{exponent}: {fit:?}");
        }
    }

    #[test]
    fn what_is_no_power_law_is_left_out_of_the_tail() {
        // Below 20 all degrees are as frequent as each other, above it the law holds.
        let mut values = law(2.2, 20, 5_000);
        values.extend((0..10_000).map(|i| 1 + i % 19));
        let fit = PowerLaw::fit(&values).unwrap();
        assert!((fit.exponent - 2.2).abs() < 0.06 && (18..=40).contains(&fit.minimum), "{fit:?}");
    }

    #[test]
    fn the_estimate_is_the_published_formula() {
        let values = [2, 2, 3, 5, 1, 0];
        let fit = PowerLaw::from_minimum(&values, 2).unwrap();
        let sum = 2.0 * (2.0_f64 / 1.5).ln() + (3.0_f64 / 1.5).ln() + (5.0_f64 / 1.5).ln();
        assert!((fit.exponent - (1.0 + 4.0 / sum)).abs() < 1e-12);
        assert_eq!((fit.minimum, fit.tail), (2, 4));
    }

    #[test]
    fn too_little_is_no_law() {
        assert_eq!(PowerLaw::fit(&[]), None);
        assert_eq!(PowerLaw::fit(&[3; 1000]), None);
        assert_eq!(PowerLaw::fit(&law(2.0, 1, 40)), None);
        assert_eq!(PowerLaw::from_minimum(&[1, 2, 3], 3), None);
    }
}
