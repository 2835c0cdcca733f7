//! What came out of a comparison, in words.

use super::difference::{CONFIDENCE, Difference, Ratio};
use crate::metric::{Better, metric};
use overlab_schema::{Comparison, ComparisonOutcome};

/// From this ratio on, "3-4 times" is easier to read than "200-300 % higher".
const TIMES: f64 = 2.0;

/// What a verdict is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a> {
    /// What is compared, as a name.
    pub(crate) subject: &'a str,
    /// What it is compared with, as a name.
    pub(crate) reference: &'a str,
    /// The metric's name.
    pub(crate) metric: &'a str,
    /// Its unit.
    pub(crate) unit: &'a str,
    /// Which values are better.
    pub(crate) better: Option<Better>,
    /// Pairs of replications.
    pub(crate) n: usize,
}

/// Which values of a metric are better, a percentile's being those of its metric.
pub(crate) fn better(name: &str) -> Option<Better> {
    let whole = super::values::percentile(name).map_or(name, |(metric, _)| metric);
    metric(whole).and_then(|entry| entry.better)
}

/// What came out, where `p` is corrected.
pub(crate) fn outcome(difference: &Difference, p: f64, better: Option<Better>) -> ComparisonOutcome {
    if difference.mean == 0.0 && difference.interval == [0.0, 0.0] {
        return ComparisonOutcome::Same;
    }
    if p >= 1.0 - CONFIDENCE {
        return ComparisonOutcome::NotShown;
    }
    match (better, difference.mean > 0.0) {
        (Some(Better::Lower), false) | (Some(Better::Higher), true) => ComparisonOutcome::Better,
        (Some(_), _) => ComparisonOutcome::Worse,
        (None, true) => ComparisonOutcome::Higher,
        (None, false) => ComparisonOutcome::Lower,
    }
}

/// The verdict in words; `detectable` is the difference that would have been shown, in the metric's unit, and
/// `reference` the mean that percentages are of.
pub(crate) fn verdict(
    words: &Words<'_>,
    outcome: ComparisonOutcome,
    (difference, ratio): (&Difference, Option<&Ratio>),
    (detectable, reference): (f64, f64),
) -> String {
    match outcome {
        ComparisonOutcome::Same => "the same in every replication".to_owned(),
        ComparisonOutcome::NotShown => {
            let size = size(words, detectable, reference);
            format!("no difference shown at n = {} (one above {size} would have been, 4 times in 5)", words.n)
        }
        _ => shown(words, outcome, difference, ratio),
    }
}

fn shown(
    words: &Words<'_>,
    outcome: ComparisonOutcome,
    difference: &Difference,
    ratio: Option<&Ratio>,
) -> String {
    let Words { subject, reference, .. } = words;
    let higher = difference.mean > 0.0;
    let timed = matches!(words.unit, "ms" | "s") && words.better == Some(Better::Lower);
    let direction = match (timed, higher) {
        (true, true) => "slower",
        (true, false) => "faster",
        (false, true) => "higher",
        (false, false) => "lower",
    };
    let judged = match outcome {
        ComparisonOutcome::Better if !timed => ", which is better",
        ComparisonOutcome::Worse if !timed => ", which is worse",
        _ => "",
    };
    let [low, high] = difference.interval;
    if Comparison::is_share(words.metric) {
        let points = range(100.0 * low, 100.0 * high);
        return format!("{subject} is {points} points {direction} than {reference}{judged}");
    }
    match ratio.and_then(|ratio| ratio.interval) {
        Some([low, high]) if low > TIMES => {
            let times = range(low, high);
            let what = if timed { " as slow as" } else { "" };
            format!("{subject} is {times} times{what} {reference}{judged}")
        }
        Some([low, high]) if low > 0.0 => {
            let percent = range(100.0 * (low - 1.0), 100.0 * (high - 1.0));
            format!("{subject} is {percent} % {direction} than {reference}{judged}")
        }
        _ => {
            let unit = if words.unit == "1" { String::new() } else { format!(" {}", words.unit) };
            format!("{subject} is {}{unit} {direction} than {reference}{judged}", range(low, high))
        }
    }
}

/// A difference as a person would say it: points of a share, a percentage, or the plain number with its unit.
pub(crate) fn size(words: &Words<'_>, difference: f64, reference: f64) -> String {
    if Comparison::is_share(words.metric) {
        return format!("{} points", rounded(100.0 * difference));
    }
    if reference != 0.0 && difference.abs() < 10.0 * reference.abs() {
        return format!("{} %", rounded(100.0 * (difference / reference).abs()));
    }
    let unit = if words.unit == "1" { String::new() } else { format!(" {}", words.unit) };
    format!("{}{unit}", rounded(difference))
}

/// An interval without its signs, the smaller end first: so many decimals that the ends can be told apart.
fn range(low: f64, high: f64) -> String {
    let (from, to) = (low.abs().min(high.abs()), low.abs().max(high.abs()));
    let width = to - from;
    if width <= 0.0 {
        return rounded(to);
    }
    let decimals = (-libm::floor(libm::log10(width / 2.0 * (1.0 + 1e-9)))).clamp(0.0, 9.0) as usize;
    let (from, to) = (format!("{from:.decimals$}"), format!("{to:.decimals$}"));
    if from == to { from } else { format!("{from}-{to}") }
}

/// Two significant digits.
fn rounded(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let exponent = libm::floor(libm::log10(value.abs() * (1.0 + 1e-9)));
    let decimals = (1.0 - exponent).clamp(0.0, 9.0) as usize;
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::super::difference::Samples;
    use super::*;

    fn judged(metric: &str, subject: &[f64], reference: &[f64]) -> (ComparisonOutcome, String) {
        let samples = Samples { subject, reference, paired: true };
        let (difference, ratio) = (samples.difference(), samples.ratio());
        let entry = crate::metric::metric(metric).unwrap();
        let words = Words {
            subject: "B",
            reference: "A",
            metric,
            unit: entry.unit,
            better: better(metric),
            n: subject.len(),
        };
        let came = outcome(&difference, difference.p, words.better);
        let mean = reference.iter().sum::<f64>() / reference.len() as f64;
        (came, verdict(&words, came, (&difference, ratio.as_ref()), (difference.detectable(0.05), mean)))
    }

    #[test]
    fn verdicts_say_who_how_much_and_whether_that_is_good() {
        let latency = judged("lookup.latency_penalised_ms", &[82.0, 86.0, 84.0, 88.0], &[100.0; 4]);
        // Mean 85, s = 2.58, t(3) = 3.182: 85 ± 4.11.
        assert_eq!(latency, (ComparisonOutcome::Better, "B is 11-19 % faster than A".to_owned()));
        let slower = judged("lookup.latency_ms", &[100.0; 4], &[82.0, 86.0, 84.0, 88.0]).1;
        assert_eq!(slower, "B is 12-24 % slower than A");
        let success = judged("lookup.success_ratio", &[0.99, 0.98, 0.99, 0.98], &[0.95; 4]);
        // 0.985 ± 3.182 * 0.005774 / 2 = 0.0258 to 0.0442 above.
        assert_eq!(success.1, "B is 2.6-4.4 points higher than A, which is better");
        let traffic = judged("traffic.bytes_per_peer_per_s", &[310.0, 320.0, 330.0], &[100.0; 3]);
        // 3.2 ± 4.303 * 0.1 / sqrt(3).
        assert_eq!(traffic, (ComparisonOutcome::Worse, "B is 3.0-3.4 times A, which is worse".to_owned()));
        let issued = judged("lookup.issued", &[311.0, 320.0, 330.0], &[300.0; 3]).0;
        assert_eq!(issued, ComparisonOutcome::NotShown);
    }

    #[test]
    fn where_nothing_was_shown_it_says_what_would_have_been() {
        let same = judged("lookup.hops", &[4.0, 5.0], &[4.0, 5.0]);
        assert_eq!(same, (ComparisonOutcome::Same, "the same in every replication".to_owned()));
        let (came, text) = judged("lookup.hops", &[5.0, 5.2, 4.8, 5.1, 4.9], &[5.0; 5]);
        assert_eq!(came, ComparisonOutcome::NotShown);
        // s = 0.1581, so (2.7764 + 0.9410) * 0.1581 / sqrt(5) = 0.2629 of 5.
        assert_eq!(text, "no difference shown at n = 5 (one above 5.3 % would have been, 4 times in 5)");
    }
}
