//! Coverage and false positives on synthetic experiments whose truth is known.

use super::*;
use overlab_time::{Purpose, Seeds, Stream};

const EXPERIMENTS: usize = 10_000;
/// Three standard errors of a share of 0.05 over so many experiments, plus a fifth of a point for rounding.
const SLACK: f64 = 0.0067;

fn stream(turn: u64) -> Stream {
    Seeds::new(11, 0).stream(Purpose::Example, 0, turn)
}

/// A reference of mean 100 and a subject of mean `factor` times that, with a world in common.
fn pair(stream: &mut Stream, n: usize, factor: f64) -> (Vec<f64>, Vec<f64>) {
    let replications = (0..n).map(|_| {
        let world = 15.0 * stream.normal();
        (100.0 * factor + factor * world + 4.0 * stream.normal(), 100.0 + world + 4.0 * stream.normal())
    });
    replications.unzip()
}

#[test]
fn a_textbook_example_comes_out_as_in_the_textbook() {
    // Student (1908): additional hours of sleep by two drugs; t = 4.0621 with 9 degrees of freedom, p = 0.002833.
    let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    let paired = Samples { subject: &second, reference: &first, paired: true }.difference();
    assert!((paired.mean - 1.58).abs() < 1e-12 && (paired.p - 0.002_833).abs() < 1e-6, "{paired:?}");
    assert!((paired.interval[0] - 0.700_1).abs() < 1e-3 && (paired.interval[1] - 2.459_9).abs() < 1e-3);
    // Welch on the same numbers: t = 1.8608 with 17.776 degrees of freedom, p = 0.07939.
    let welch = Samples { subject: &second, reference: &first, paired: false }.difference();
    assert!((welch.freedom - 17.776).abs() < 1e-3 && (welch.p - 0.079_39).abs() < 1e-5, "{welch:?}");
}

#[test]
fn intervals_of_difference_and_ratio_cover_the_truth_as_often_as_they_say() {
    let mut stream = stream(1);
    for (n, factor) in [(3, 1.1), (5, 0.7), (20, 1.0)] {
        let (mut differences, mut ratios) = (0, 0);
        for _ in 0..EXPERIMENTS {
            let (subject, reference) = pair(&mut stream, n, factor);
            let samples = Samples { subject: &subject, reference: &reference, paired: true };
            let truth = 100.0 * (factor - 1.0);
            let [low, high] = samples.difference().interval;
            differences += usize::from(low <= truth && truth <= high);
            // A ratio that might be anything holds the truth too.
            let ratio = samples.ratio().unwrap();
            ratios += usize::from(ratio.interval.is_none_or(|[low, high]| low <= factor && factor <= high));
        }
        for covered in [differences, ratios] {
            let share = covered as f64 / EXPERIMENTS as f64;
            assert!((share - CONFIDENCE).abs() < SLACK, "n {n}, factor {factor}: {share}");
        }
    }
}

#[test]
fn independent_samples_of_unequal_spread_are_covered_too() {
    let mut stream = stream(2);
    for (few, many) in [(5, 20), (10, 10), (20, 5)] {
        let (mut differences, mut ratios, mut wrong) = (0, 0, 0);
        for _ in 0..EXPERIMENTS {
            let mut values = |n: usize, mean: f64, spread: f64| -> Vec<f64> {
                (0..n).map(|_| mean + spread * stream.normal()).collect()
            };
            let (subject, reference) = (values(few, 120.0, 15.0), values(many, 100.0, 5.0));
            let samples = Samples { subject: &subject, reference: &reference, paired: false };
            let [low, high] = samples.difference().interval;
            differences += usize::from(low <= 20.0 && 20.0 <= high);
            let [low, high] = samples.ratio().unwrap().interval.unwrap();
            ratios += usize::from(low <= 1.2 && 1.2 <= high);
            wrong += usize::from((low > 1.0 || high < 1.0) != (samples.difference().p < 0.05));
        }
        // Welch's degrees of freedom are an approximation: within a point.
        for covered in [differences, ratios] {
            let share = covered as f64 / EXPERIMENTS as f64;
            assert!((share - CONFIDENCE).abs() < 0.01, "{few} against {many}: {share}");
        }
        assert_eq!(wrong, 0, "interval of the ratio and p-value disagree");
    }
}

#[test]
fn where_there_is_no_difference_one_is_found_in_five_of_a_hundred_and_pairing_finds_small_ones() {
    let mut stream = stream(3);
    for n in [2, 5, 20] {
        let found = (0..EXPERIMENTS).filter(|_| {
            let (subject, reference) = pair(&mut stream, n, 1.0);
            Samples { subject: &subject, reference: &reference, paired: true }.difference().p < 0.05
        });
        let share = found.count() as f64 / EXPERIMENTS as f64;
        assert!((share - 0.05).abs() < SLACK, "n {n}: {share}");
    }
    // A difference of 8 % with the same worlds on both sides: the spread of worlds hides it unless it is paired.
    let shown = |paired| {
        let mut stream = self::stream(4);
        let found = (0..1000).filter(|_| {
            let (subject, reference) = pair(&mut stream, 10, 1.08);
            Samples { subject: &subject, reference: &reference, paired }.difference().p < 0.05
        });
        found.count()
    };
    let (paired, independent) = (shown(true), shown(false));
    assert!(paired > 950 && independent < 250, "{paired} paired, {independent} independent of 1000");
}

#[test]
fn ten_comparisons_of_nothing_together_find_something_in_five_of_a_hundred() {
    let mut stream = stream(5);
    let (mut families, mut uncorrected) = (0, 0);
    for _ in 0..EXPERIMENTS {
        let p: Vec<f64> = (0..10)
            .map(|_| {
                let (subject, reference) = pair(&mut stream, 5, 1.0);
                Samples { subject: &subject, reference: &reference, paired: true }.difference().p
            })
            .collect();
        families += usize::from(holm(&p).iter().any(|p| *p < 0.05));
        uncorrected += usize::from(p.iter().any(|p| *p < 0.05));
    }
    let share = families as f64 / EXPERIMENTS as f64;
    // Independent tests: 1 - (1 - 0.05/10)^10 = 0.0489 with the correction, 1 - 0.95^10 = 0.401 without.
    assert!((share - 0.0489).abs() < SLACK, "{share}");
    assert!((uncorrected as f64 / EXPERIMENTS as f64 - 0.401).abs() < 0.015, "{uncorrected}");
}

#[test]
fn the_detectable_difference_is_shown_four_times_in_five() {
    let mut stream = stream(6);
    for n in [5, 10, 30] {
        // Differences of standard deviation 1: the detectable one follows from the true spread.
        let freedom = (n - 1) as f64;
        let error = 1.0 / libm::sqrt(n as f64);
        let known = Difference { mean: 0.0, interval: [0.0; 2], p: 1.0, error, freedom };
        let truth = known.detectable(0.05);
        let shown = (0..EXPERIMENTS).filter(|_| {
            let subject: Vec<f64> = (0..n).map(|_| truth + stream.normal()).collect();
            let reference = vec![0.0; n];
            Samples { subject: &subject, reference: &reference, paired: true }.difference().p < 0.05
        });
        let share = shown.count() as f64 / EXPERIMENTS as f64;
        // The sum of quantiles promises a little too little at small n.
        assert!((share - POWER).abs() < 0.03, "n {n}: {share}");
    }
}

#[test]
fn holm_is_the_textbook_s() {
    // Of 0.01, 0.04, 0.03, 0.005: 0.005 times 4, 0.01 times 3, 0.03 times 2, and 0.04 no less than that.
    let corrected = holm(&[0.01, 0.04, 0.03, 0.005]);
    for (found, wanted) in corrected.iter().zip([0.03, 0.06, 0.06, 0.02]) {
        assert!((found - wanted).abs() < 1e-12, "{corrected:?}");
    }
    assert_eq!(holm(&[0.7, 0.9]), [1.0, 1.0]);
    assert!(holm(&[]).is_empty());
}

#[test]
fn values_without_scatter_are_no_trouble() {
    let same = Samples { subject: &[4.0, 4.0], reference: &[4.0, 4.0], paired: true };
    assert_eq!((same.difference().p, same.difference().interval), (1.0, [0.0, 0.0]));
    let apart = Samples { subject: &[5.0, 6.0], reference: &[4.0, 5.0], paired: true };
    assert_eq!((apart.difference().p, apart.difference().interval), (0.0, [1.0, 1.0]));
    assert_eq!(apart.correlation(), Some(1.0));
    let from_nothing = Samples { subject: &[1.0, 2.0], reference: &[0.0, 0.0], paired: true };
    assert_eq!(from_nothing.ratio(), None);
    // A reference around zero leaves the ratio open, but not the difference.
    let around = Samples { subject: &[1.0, 2.0, 3.0], reference: &[-1.0, 1.0, 0.5], paired: true };
    assert_eq!(around.ratio().unwrap().interval, None);
    let shares = Samples { subject: &[1.0, 1.0, 1.0], reference: &[0.5, 0.5, 0.5], paired: false };
    let ratio = shares.ratio().unwrap();
    assert!((ratio.interval.unwrap()[0] - 2.0).abs() < 1e-4 && shares.difference().p == 0.0, "{ratio:?}");
}
