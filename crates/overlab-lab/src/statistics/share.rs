//! The interval of a share of counted things over replications.

use super::mean::student;
use statrs::distribution::{Beta, ContinuousCDF, Normal};

/// The interval at `confidence` of the mean share over replications, each of them a share and how many things it is a
/// share of (at least one); nothing below two replications.
///
/// The method of E. L. Korn and B. I. Graubard ("Confidence intervals for proportions with small expected number of
/// positive counts estimated from survey data", Survey Methodology 24, 1998). As many independent things as would make the mean share
/// vary as much as it does between replications are its effective size, at most as many as there were; it is made smaller by the
/// squared ratio of the quantiles of the normal and of Student's t, because the variance is an estimate; and of that size
/// it is the interval of Clopper and Pearson (1934). Near 0 and 1 it is not symmetric, never leaves 0 to 1, and has a
/// width where not a single thing failed.
///
/// Where things are independent it covers the truth at least as often as it says, however the counts vary. Where the
/// share itself varies between replications it does so too, unless most replications have almost nothing of what a few
/// have much of: no method knows of replications that it has not seen.
pub fn share_interval(shares: &[(f64, u64)], confidence: f64) -> Option<[f64; 2]> {
    if shares.len() < 2 || shares.iter().any(|(_, whole)| *whole == 0) {
        return None;
    }
    let n = shares.len() as f64;
    let mean = shares.iter().map(|(share, _)| share).sum::<f64>() / n;
    let squares = shares.iter().map(|(share, _)| (share - mean) * (share - mean)).sum::<f64>();
    let variance = squares / (n - 1.0) / n;
    // The variance of the mean of n independent shares is p (1 - p) / n^2 times the sum of 1 / whole.
    let most = n * n / shares.iter().map(|(_, whole)| 1.0 / *whole as f64).sum::<f64>();
    let found = if variance > 0.0 { (mean * (1.0 - mean) / variance).min(most) } else { most };
    let tail = (1.0 - confidence) / 2.0;
    let ratio = Normal::standard().inverse_cdf(1.0 - tail) / student(shares.len() - 1, confidence);
    let size = found * ratio * ratio;
    let (part, rest) = (mean * size, (1.0 - mean) * size);
    // Which of two sides has nothing is told from the share: what is left of a size may be rounded.
    let low = if mean <= 0.0 { 0.0 } else { Beta::new(part, rest + 1.0).ok()?.inverse_cdf(tail) };
    let high = if mean >= 1.0 { 1.0 } else { Beta::new(part + 1.0, rest).ok()?.inverse_cdf(1.0 - tail) };
    Some([low.min(mean), high.max(mean)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_equal_replications_give_the_exact_binomial_interval() {
        // Of 200,000 things in 2,000 replications of no more variance than chance has, 1 % are counted: the interval of
        // Clopper and Pearson is close to 0.01 +- 1.96 sqrt(0.01 * 0.99 / 200,000) = +- 0.000436; its ends are off by
        // skewness, 1.96^2 / (3 * 200,000), and by continuity, 1 / (2 * 200,000): less than 1e-5 together.
        let shares: Vec<(f64, u64)> = (0..2_000).map(|n| (f64::from(n % 3) * 0.01, 100)).collect();
        let mean = shares.iter().map(|share| share.0).sum::<f64>() / 2_000.0;
        let [low, high] = share_interval(&shares, 0.95).unwrap();
        assert!(
            (mean - low - 0.000_436).abs() < 1.2e-5 && (high - mean - 0.000_436).abs() < 1.2e-5,
            "{low} {high}"
        );
    }

    #[test]
    fn nothing_and_everything_have_a_width() {
        // Clopper and Pearson's bound for none of n is 1 - 0.025^(1/n), here of the effective 2,000 (1.96 / 2.262)^2 = 1,501.5.
        let none = share_interval(&[(0.0, 200); 10], 0.95).unwrap();
        assert_eq!(none[0], 0.0);
        assert!((none[1] - 0.002_454).abs() < 2e-6, "{none:?}");
        let all = share_interval(&[(1.0, 200); 10], 0.95).unwrap();
        assert!(all[1] == 1.0 && (1.0 - all[0] - none[1]).abs() < 1e-9, "{all:?}");
    }

    #[test]
    fn what_varies_between_replications_widens_it() {
        let even = share_interval(&[(0.5, 1_000); 20], 0.95).unwrap();
        let shares: Vec<(f64, u64)> = (0..20).map(|n| (0.3 + 0.4 * f64::from(n % 2), 1_000)).collect();
        let uneven = share_interval(&shares, 0.95).unwrap();
        assert!(uneven[1] - uneven[0] > 4.0 * (even[1] - even[0]), "{even:?} {uneven:?}");
        assert_eq!(share_interval(&[(0.5, 10)], 0.95), None);
        assert_eq!(share_interval(&[(0.5, 10), (0.0, 0)], 0.95), None);
    }
}
