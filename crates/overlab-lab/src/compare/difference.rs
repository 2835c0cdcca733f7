//! How far one set of replications lies from another: difference, ratio, intervals, p-value.
//!
//! Everything is read off one family of contrasts, "mean of the subject minus `theta` times the mean of the
//! reference". At `theta` = 1 it is the difference, whose interval and p-value are Student's t over the paired
//! differences, or Welch's where the sets are independent. The interval of the ratio of the means is Fieller's (1954):
//! all `theta` whose contrast cannot be told from zero. So it leaves out 1 exactly where the difference is
//! significant, and it is exact for normal data. For independent sets the degrees of freedom are Satterthwaite's at
//! each `theta` (Hasler, Vonk and Hothorn, 2008).

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The confidence of every interval.
pub(crate) const CONFIDENCE: f64 = 0.95;
/// The probability with which a difference as large as the detectable one would have been shown.
pub(crate) const POWER: f64 = 0.8;

/// The values of two overlays over replications: at least two of each, and as many where they are paired.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Samples<'a> {
    /// What is compared.
    pub(crate) subject: &'a [f64],
    /// What it is compared with.
    pub(crate) reference: &'a [f64],
    /// Whether the values of one place met the same world.
    pub(crate) paired: bool,
}

/// The mean of the subject minus `theta` times that of the reference.
#[derive(Clone, Copy, Debug)]
struct Contrast {
    estimate: f64,
    error: f64,
    freedom: f64,
}

impl Contrast {
    /// The two-sided p-value of its being zero.
    fn p(self) -> f64 {
        if self.error > 0.0 {
            (2.0 * student(self.freedom).sf(self.estimate.abs() / self.error)).min(1.0)
        } else if self.estimate == 0.0 {
            1.0
        } else {
            // The same in every replication.
            0.0
        }
    }
}

/// How far the subject lies from the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Difference {
    /// The mean of subject minus reference.
    pub(crate) mean: f64,
    /// Its interval.
    pub(crate) interval: [f64; 2],
    /// The two-sided p-value of "no difference".
    pub(crate) p: f64,
    /// The standard error of the mean.
    error: f64,
    /// Degrees of freedom.
    freedom: f64,
}

/// The mean of the subject over that of the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ratio {
    /// The ratio of the means.
    pub(crate) value: f64,
    /// Its interval; nothing where the reference cannot be told from zero, and any ratio might be.
    pub(crate) interval: Option<[f64; 2]>,
}

impl Samples<'_> {
    /// The difference of the means.
    pub(crate) fn difference(&self) -> Difference {
        let contrast @ Contrast { estimate, error, freedom } = self.contrast(1.0);
        let half = quantile(freedom, 0.5 + CONFIDENCE / 2.0) * error;
        let p = contrast.p();
        Difference { mean: estimate, interval: [estimate - half, estimate + half], p, error, freedom }
    }

    /// The ratio of the means; nothing where the reference's is zero.
    pub(crate) fn ratio(&self) -> Option<Ratio> {
        let reference = mean(self.reference);
        if reference == 0.0 {
            return None;
        }
        let value = mean(self.subject) / reference;
        let below = self.bound(value, -1.0);
        let above = self.bound(value, 1.0);
        Some(Ratio { value, interval: below.zip(above).map(|(low, high)| [low, high]) })
    }

    /// The correlation between both over replications.
    pub(crate) fn correlation(&self) -> Option<f64> {
        let (subject, reference) = (mean(self.subject), mean(self.reference));
        let products = |left: &[f64], at_left: f64, right: &[f64], at_right: f64| -> f64 {
            left.iter().zip(right).map(|(l, r)| (l - at_left) * (r - at_right)).sum()
        };
        let own = products(self.subject, subject, self.subject, subject);
        let other = products(self.reference, reference, self.reference, reference);
        let common = products(self.subject, subject, self.reference, reference);
        (self.paired && own > 0.0 && other > 0.0).then(|| common / libm::sqrt(own * other))
    }

    fn contrast(&self, theta: f64) -> Contrast {
        if self.paired {
            let differences: Vec<f64> = self
                .subject
                .iter()
                .zip(self.reference)
                .map(|(subject, other)| subject - theta * other)
                .collect();
            let n = differences.len() as f64;
            return Contrast {
                estimate: mean(&differences),
                error: libm::sqrt(variance(&differences) / n),
                freedom: n - 1.0,
            };
        }
        let part = |values: &[f64], factor: f64| {
            let n = values.len() as f64;
            (factor * mean(values), factor * factor * variance(values) / n, n - 1.0)
        };
        let (subject, reference) = (part(self.subject, 1.0), part(self.reference, theta));
        let squared = subject.1 + reference.1;
        let spread = subject.1 * subject.1 / subject.2 + reference.1 * reference.1 / reference.2;
        let freedom = if spread > 0.0 { squared * squared / spread } else { subject.2 + reference.2 };
        Contrast { estimate: subject.0 - reference.0, error: libm::sqrt(squared), freedom }
    }

    /// Whether the interval of the ratio leaves out `theta`: the contrast there is not zero.
    fn leaves_out(&self, theta: f64) -> bool {
        self.contrast(theta).p() < 1.0 - CONFIDENCE
    }

    /// The end of the ratio's interval to one side of `value`, where the contrast is zero.
    fn bound(&self, value: f64, side: f64) -> Option<f64> {
        /// A ratio so many times as large as the one found is no bound.
        const FARTHEST: f64 = 1e6;
        let scale = value.abs().max(1e-9);
        let (mut inside, mut step) = (value, scale * 1e-6);
        loop {
            let outside = value + side * step;
            if self.leaves_out(outside) {
                return Some(self.edge(inside, outside));
            }
            if step > scale * FARTHEST {
                return None;
            }
            inside = outside;
            step *= 2.0;
        }
    }

    /// Where the interval ends between two ratios.
    fn edge(&self, mut inside: f64, mut outside: f64) -> f64 {
        for _ in 0..45 {
            let middle = f64::midpoint(inside, outside);
            if self.leaves_out(middle) {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        inside
    }
}

impl Difference {
    /// The true difference that a test at this level, number of replications and scatter shows with a probability of
    /// [`POWER`]: the usual approximation by the sum of two quantiles of t.
    pub(crate) fn detectable(&self, level: f64) -> f64 {
        (quantile(self.freedom, 1.0 - level / 2.0) + quantile(self.freedom, POWER)) * self.error
    }
}

/// p-values corrected for all of them being looked at (Holm, 1979): the chance that any true "no difference" is
/// rejected is at most the level, whatever hangs together among them.
pub(crate) fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|left, right| p[*left].total_cmp(&p[*right]));
    let mut corrected = vec![1.0; p.len()];
    let mut largest = 0.0f64;
    for (rank, place) in order.into_iter().enumerate() {
        largest = largest.max((p.len() - rank) as f64 * p[place]).min(1.0);
        corrected[place] = largest;
    }
    corrected
}

/// The mean and its interval; the interval is nothing below two values.
pub(crate) fn mean_with_interval(values: &[f64]) -> (f64, Option<[f64; 2]>) {
    let n = values.len() as f64;
    let at = mean(values);
    let half = (values.len() >= 2)
        .then(|| quantile(n - 1.0, 0.5 + CONFIDENCE / 2.0) * libm::sqrt(variance(values) / n));
    (at, half.map(|half| [at - half, at + half]))
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let at = mean(values);
    values.iter().map(|value| (value - at) * (value - at)).sum::<f64>() / (values.len() - 1) as f64
}

fn student(freedom: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, freedom).expect("two values leave a degree of freedom")
}

/// A quantile of Student's t.
pub(crate) fn quantile(freedom: f64, share: f64) -> f64 {
    student(freedom).inverse_cdf(share)
}

#[cfg(test)]
#[path = "difference/tests.rs"]
mod tests;
