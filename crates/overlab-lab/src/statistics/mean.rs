//! Intervals of means.

use super::CONFIDENCE;
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
        Self::with_confidence(values, CONFIDENCE)
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

/// The interval at `confidence` of the mean of numbers that may be skewed, as high percentiles of a replication are;
/// nothing below two numbers.
///
/// It is the hull of two intervals. Student's t is exact without skewness, and too short on the side of the long tail
/// with it. Hall's monotone cubic transformation of the t statistic (P. Hall, "On the removal of skewness by
/// transformation", Journal of the Royal Statistical Society B 54, 1992) moves both ends by what skewness of the sample
/// tells. Together they hold their confidence where either alone falls below it: 95th percentiles of 30 lognormal latencies
/// in 20 replications are covered by t in 93.3 %, by Hall's in 94.4 %, by the hull in 95.5 % of experiments. What is no
/// percentile but the maximum, because a replication has fewer than 1 / (1 - q) operations, may be too skewed for it: of 30
/// lognormal latencies it is covered in 94 %.
pub fn skewed_interval(values: &[f64], confidence: f64) -> Option<[f64; 2]> {
    let estimate = Estimate::with_confidence(values, confidence)?;
    let [low, high] = estimate.interval()?;
    let (n, mean) = (values.len() as f64, estimate.mean);
    let moment = |power: i32| {
        let raised = |x: &f64| (0..power).fold(1.0, |product, _| product * (x - mean));
        values.iter().map(raised).sum::<f64>() / n
    };
    let (second, third) = (moment(2), moment(3));
    // Two numbers have no skewness, and equal ones no width.
    if values.len() < 3 || second <= 0.0 {
        return Some([low, high]);
    }
    let skewness = third / (second * libm::sqrt(second)) * libm::sqrt(n * (n - 1.0)) / (n - 2.0);
    if skewness.abs() < 1e-6 {
        return Some([low, high]);
    }
    let deviation = libm::sqrt(second * n / (n - 1.0));
    let bend = skewness / 3.0;
    // The statistic W = (mean - truth) / deviation at which the transformed one is x.
    let inverse = |x: f64| (libm::cbrt(1.0 + 3.0 * bend * (x - skewness / (6.0 * n))) - 1.0) / bend;
    let reach = student(values.len() - 1, confidence) / libm::sqrt(n);
    let corrected = [mean - deviation * inverse(reach), mean - deviation * inverse(-reach)];
    Some([low.min(corrected[0]), high.max(corrected[1])])
}

/// The two-sided quantile of Student's t with `freedom` degrees of freedom.
pub(super) fn student(freedom: usize, confidence: f64) -> f64 {
    let t = StudentsT::new(0.0, 1.0, freedom as f64).expect("freedom is at least 1");
    t.inverse_cdf(0.5 + confidence / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn skewness_lengthens_the_side_of_the_long_tail() {
        let symmetric = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(skewed_interval(&symmetric, 0.95), Estimate::of(&symmetric).unwrap().interval());
        let skewed = [1.0, 1.1, 1.2, 1.3, 1.4, 4.0];
        let [low, high] = Estimate::of(&skewed).unwrap().interval().unwrap();
        let hull = skewed_interval(&skewed, 0.95).unwrap();
        assert!(hull[0] == low && hull[1] > high + 0.1, "{hull:?} of {low} to {high}");
        let mirrored = skewed.map(|x| -x);
        let there = skewed_interval(&mirrored, 0.95).unwrap();
        assert!((there[0] + hull[1]).abs() < 1e-12 && (there[1] + hull[0]).abs() < 1e-12);
        assert_eq!(skewed_interval(&[3.0; 4], 0.95), Some([3.0, 3.0]));
        assert_eq!(skewed_interval(&[3.0], 0.95), None);
    }
}
