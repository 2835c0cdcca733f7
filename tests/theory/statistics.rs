//! Means and fitted lines.

use overlab_lab::RunOutcome;

/// The mean of some numbers.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A metric's value in one run.
pub(crate) fn value(run: &RunOutcome, metric: &str) -> f64 {
    run.metrics.get(metric).unwrap_or_else(|| panic!("the run has no {metric}")).mean
}

/// A metric's mean over runs.
pub(crate) fn mean_of(runs: &[RunOutcome], metric: &str) -> f64 {
    mean(&runs.iter().map(|run| value(run, metric)).collect::<Vec<_>>())
}

/// Lookups of some runs that count.
pub(crate) fn issued(runs: &[RunOutcome]) -> f64 {
    runs.iter().map(|run| value(run, "lookup.issued")).sum()
}

/// Lookups that were not answered in time by their key's owner, over all runs.
pub(crate) fn failed(runs: &[RunOutcome]) -> f64 {
    let failed = |run: &RunOutcome| (1.0 - value(run, "lookup.correct_ratio")) * value(run, "lookup.issued");
    runs.iter().map(failed).sum()
}

/// The least-squares slope of `y` over `x`.
pub(crate) fn slope(x: &[f64], y: &[f64]) -> f64 {
    let (x_mean, y_mean) = (mean(x), mean(y));
    let above: f64 = x.iter().zip(y).map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
    above / x.iter().map(|x| (x - x_mean).powi(2)).sum::<f64>()
}

/// The least-squares slope of `y` over `x` through the origin, and the share of the variance of `y` that it explains.
pub(crate) fn proportion(x: &[f64], y: &[f64]) -> (f64, f64) {
    let above: f64 = x.iter().zip(y).map(|(x, y)| x * y).sum();
    let slope = above / x.iter().map(|x| x * x).sum::<f64>();
    let rest: f64 = x.iter().zip(y).map(|(x, y)| (y - slope * x).powi(2)).sum();
    let y_mean = mean(y);
    (slope, 1.0 - rest / y.iter().map(|y| (y - y_mean).powi(2)).sum::<f64>())
}
