//! Intervals and quantiles.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The mean of some numbers and its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// How many numbers.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// Half the width of the 95 % interval of the mean; nothing below two numbers.
    pub half_width: Option<f64>,
}

impl Estimate {
    /// Student's t interval: exact for normal data, and close to it for means of many lookups.
    pub fn of(values: &[f64]) -> Option<Self> {
        Self::with_confidence(values, 0.95)
    }

    /// The same at another confidence.
    pub fn with_confidence(values: &[f64], confidence: f64) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n as f64;
        let half_width = (n >= 2).then(|| {
            let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1) as f64;
            student(n - 1, confidence) * libm::sqrt(variance / n as f64)
        });
        Some(Self { n, mean, half_width })
    }

    /// The interval.
    pub fn interval(&self) -> Option<[f64; 2]> {
        self.half_width.map(|half| [self.mean - half, self.mean + half])
    }
}

/// The two-sided quantile of Student's t with `freedom` degrees of freedom.
fn student(freedom: usize, confidence: f64) -> f64 {
    let t = StudentsT::new(0.0, 1.0, freedom as f64).expect("freedom is at least 1");
    t.inverse_cdf(0.5 + confidence / 2.0)
}

/// The `q`-quantile of numbers in ascending order: the smallest that at least a share `q` of them does not exceed.
pub(crate) fn quantile<T: Copy>(sorted: &[T], q: f64) -> Option<T> {
    let rank = libm::ceil(q * sorted.len() as f64) as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// The Gini coefficient of loads in ascending order: 0 where all are equal, near 1 where one bears all.
pub(crate) fn gini(sorted: &[u32]) -> Option<f64> {
    let total: u128 = sorted.iter().map(|load| u128::from(*load)).sum();
    if total == 0 {
        return None;
    }
    let n = sorted.len() as f64;
    let weighted: u128 = sorted.iter().zip(1u128..).map(|(load, rank)| rank * u128::from(*load)).sum();
    Some(2.0 * weighted as f64 / (n * total as f64) - (n + 1.0) / n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_time::{Purpose, Seeds};

    #[test]
    fn the_interval_is_the_textbook_s() {
        let estimate = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        // t(4, 0.975) = 2.7764, s = 1.5811, so 2.7764 * 1.5811 / sqrt(5) = 1.9632.
        assert_eq!(estimate.mean, 3.0);
        assert!((estimate.half_width.unwrap() - 1.9632).abs() < 1e-3);
        assert_eq!(Estimate::of(&[7.0]).unwrap().half_width, None);
        assert_eq!(Estimate::of(&[]), None);
    }

    #[test]
    fn intervals_cover_the_truth_as_often_as_they_say() {
        let mut stream = Seeds::new(1, 0).stream(Purpose::Example, 0, 0);
        for n in [2, 5, 20] {
            let covered = (0..10_000)
                .filter(|_| {
                    let values: Vec<f64> = (0..n).map(|_| 10.0 + stream.normal()).collect();
                    let [low, high] = Estimate::of(&values).unwrap().interval().unwrap();
                    low <= 10.0 && 10.0 <= high
                })
                .count();
            // Three standard errors of a share of 0.95 over 10,000 are 0.0065.
            assert!((covered as f64 / 1e4 - 0.95).abs() < 0.0066, "n {n}: {covered}");
        }
    }

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
    fn gini_is_known_at_its_ends() {
        assert_eq!(gini(&[5, 5, 5, 5]), Some(0.0));
        assert_eq!(gini(&[0, 0, 0, 8]), Some(0.75));
        assert_eq!(gini(&[0, 0]), None);
    }
}
