//! The renewal identities that every law must satisfy, and the sessions of KAD (V65 and V66 of the validation plan).
//!
//! Light tails are compared by moments; heavy ones, whose sample moments converge slowly or not at all, by the
//! Kolmogorov-Smirnov distance of the draws to the exact law.

use overlab_time::{Law, Purpose, Seeds, Span, Stream};
use statrs::distribution::{ContinuousCDF, Exp, LogNormal, Normal, Weibull};
use statrs::function::gamma::{gamma, gamma_lr};

const MEAN: Span = Span::from_hours(1);
const SESSIONS: usize = 1_000_000;

fn stream(owner: u64) -> Stream {
    Seeds::new(65, 0).stream(Purpose::Example, owner, 0)
}

fn samples(law: &Law, count: usize) -> Vec<f64> {
    let mut stream = stream(1);
    (0..count).map(|_| law.sample(&mut stream).as_seconds()).collect()
}

fn residuals(law: &Law, count: usize) -> Vec<f64> {
    let mut stream = stream(2);
    (0..count).map(|_| law.sample_residual(&mut stream).as_seconds()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn assert_close(what: &str, got: f64, expected: f64, tolerance: f64) {
    assert!((got / expected - 1.0).abs() <= tolerance, "{what}: {got}, not {expected} within {tolerance}");
}

/// The greatest distance between the empirical distribution of `values` and `cumulative`.
fn kolmogorov_smirnov(mut values: Vec<f64>, cumulative: impl Fn(f64) -> f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    values.iter().enumerate().fold(0.0, |worst: f64, (i, &x)| {
        let expected = cumulative(x);
        worst.max(expected - i as f64 / n).max((i + 1) as f64 / n - expected)
    })
}

/// The distance that `n` true draws exceed once in 10,000 times: `2 exp(-2 n d^2)`, the leading term of
/// Kolmogorov's distribution.
fn threshold(n: usize) -> f64 {
    ((2.0 / 1e-4_f64).ln() / (2.0 * n as f64)).sqrt()
}

/// A law with the cumulative distributions of itself and of its equilibrium, both independent of the crate.
struct Reference {
    law: Law,
    cumulative: Box<dyn Fn(f64) -> f64>,
    equilibrium: Box<dyn Fn(f64) -> f64>,
}

fn exponential() -> Reference {
    let law = Exp::new(1.0 / MEAN.as_seconds()).unwrap();
    Reference {
        law: Law::exponential(MEAN),
        cumulative: Box::new(move |x| law.cdf(x)),
        equilibrium: Box::new(move |x| law.cdf(x)),
    }
}

/// With y = (t/scale)^k the integral of exp(-y) is an incomplete gamma function of 1/k.
fn weibull(shape: f64) -> Reference {
    let scale = MEAN.as_seconds() / gamma(1.0 + 1.0 / shape);
    let law = Weibull::new(shape, scale).unwrap();
    Reference {
        law: Law::weibull(shape, MEAN).unwrap(),
        cumulative: Box::new(move |x| law.cdf(x)),
        equilibrium: Box::new(
            move |x| if x > 0.0 { gamma_lr(1.0 / shape, (x / scale).powf(shape)) } else { 0.0 },
        ),
    }
}

/// The integral of (1 + t/beta)^-alpha has one exponent less.
fn pareto(alpha: f64) -> Reference {
    let beta = MEAN.as_seconds() * (alpha - 1.0);
    Reference {
        law: Law::pareto(alpha, MEAN).unwrap(),
        cumulative: Box::new(move |x| 1.0 - (1.0 + x / beta).powf(-alpha)),
        equilibrium: Box::new(move |x| 1.0 - (1.0 + x / beta).powf(1.0 - alpha)),
    }
}

/// By parts, the integral of the survival is x P(X > x) + E[X; X <= x], and the latter shifts mu by sigma squared.
fn lognormal(sigma: f64) -> Reference {
    let average = MEAN.as_seconds();
    let mu = average.ln() - sigma * sigma / 2.0;
    let law = LogNormal::new(mu, sigma).unwrap();
    let normal = Normal::standard();
    Reference {
        law: Law::lognormal(sigma, MEAN).unwrap(),
        cumulative: Box::new(move |x| law.cdf(x)),
        equilibrium: Box::new(move |x| {
            if x <= 0.0 {
                return 0.0;
            }
            x * law.sf(x) / average + normal.cdf((x.ln() - mu - sigma * sigma) / sigma)
        }),
    }
}

fn references() -> Vec<Reference> {
    vec![
        exponential(),
        weibull(0.34),
        weibull(0.5),
        weibull(0.6),
        weibull(2.0),
        pareto(1.5),
        pareto(2.5),
        lognormal(0.5),
        lognormal(2.0),
    ]
}

#[test]
fn the_equilibrium_is_the_integral_of_the_survival() {
    for Reference { law, cumulative, equilibrium } in references() {
        for end in [1.0, 60.0, 3600.0, 86_400.0] {
            // Midpoints of t = end u^4, which resolves the steep start of a Weibull law.
            let steps = 200_000;
            let integral: f64 = (0..steps)
                .map(|i| {
                    let u = (f64::from(i) + 0.5) / f64::from(steps);
                    (1.0 - law.cumulative(end * u.powi(4))) * 4.0 * u.powi(3) * end / f64::from(steps)
                })
                .sum();
            let expected = integral / MEAN.as_seconds();
            assert_close(&format!("{law} equilibrium at {end} s"), equilibrium(end), expected, 1e-6);
            assert_close(&format!("{law} at {end} s"), law.cumulative(end), cumulative(end), 1e-8);
        }
    }
}

#[test]
fn light_tails_have_their_moments() {
    let laws = [
        Law::constant(MEAN),
        Law::exponential(MEAN),
        Law::weibull(0.5, MEAN).unwrap(),
        Law::weibull(0.6, MEAN).unwrap(),
        Law::weibull(1.0, MEAN).unwrap(),
        Law::weibull(2.0, MEAN).unwrap(),
    ];
    // The exact E[X^2] / E[X]^2: Gamma(1 + 2/k) / Gamma(1 + 1/k)^2 for a Weibull law.
    let ratios = [
        1.0,
        2.0,
        6.0,
        gamma(1.0 + 2.0 / 0.6) / gamma(1.0 + 1.0 / 0.6).powi(2),
        2.0,
        4.0 / std::f64::consts::PI,
    ];
    for (law, ratio) in laws.iter().zip(ratios) {
        let average = MEAN.as_seconds();
        let second = ratio * average * average;
        assert_close(&format!("{law} analytic second moment"), law.second_moment(), second, 1e-9);
        // The squares of a Weibull law of shape 0.5 err by 0.83 % in a million draws: four million make 2 % five of these.
        let drawn = samples(law, 4 * SESSIONS);
        let squares = drawn.iter().map(|x| x * x).sum::<f64>() / drawn.len() as f64;
        assert_close(&format!("{law} mean"), mean(&drawn), average, 0.02);
        assert_close(&format!("{law} second moment"), squares, second, 0.02);
        // Seen at a random instant, sessions are biased by length.
        assert_close(&format!("{law} mean seen"), squares / mean(&drawn), second / average, 0.02);
        let expected = second / (2.0 * average);
        assert_close(&format!("{law} analytic mean residual"), law.mean_residual(), expected, 1e-9);
        assert_close(&format!("{law} mean residual"), mean(&residuals(law, SESSIONS)), expected, 0.02);
    }
}

#[test]
fn heavy_tails_with_a_variance_have_their_mean() {
    // The worst of these, the lognormal, has a standard deviation of 7.3 means: 0.37 % in four million draws.
    for reference in [weibull(0.34), pareto(2.5), lognormal(2.0)] {
        let drawn = samples(&reference.law, 4 * SESSIONS);
        assert_close(&format!("{} mean", reference.law), mean(&drawn), MEAN.as_seconds(), 0.02);
    }
}

#[test]
fn draws_and_residuals_follow_their_exact_laws() {
    let limit = threshold(SESSIONS);
    for Reference { law, cumulative, equilibrium } in references() {
        let fresh = kolmogorov_smirnov(samples(&law, SESSIONS), &cumulative);
        assert!(fresh < limit, "{law}: draws {fresh}, limit {limit}");
        let residual = kolmogorov_smirnov(residuals(&law, SESSIONS), &equilibrium);
        assert!(residual < limit, "{law}: residuals {residual}, limit {limit}");
        // The control: taking fresh draws for residuals must be seen, except where there is no memory.
        if law.name() != "exponential" {
            let wrong = kolmogorov_smirnov(samples(&law, SESSIONS), &equilibrium);
            assert!(wrong > 10.0 * limit, "{law}: fresh draws pass for residuals: {wrong}");
        }
    }
    let constant = kolmogorov_smirnov(residuals(&Law::constant(MEAN), SESSIONS), |x| x / MEAN.as_seconds());
    assert!(constant < limit, "residuals of a constant: {constant}, limit {limit}");
}

#[test]
fn a_stationary_start_stays_in_equilibrium() {
    // Renewals that start with a residual have the same residual law at every later instant.
    let count = 100_000;
    let limit = threshold(count);
    for Reference { law, equilibrium, .. } in references() {
        for instant in [0.01, 1.0, 5.0].map(|means| MEAN.as_seconds() * means) {
            let mut stream = stream(3);
            let seen = (0..count)
                .map(|_| {
                    let mut end = law.sample_residual(&mut stream).as_seconds();
                    while end <= instant {
                        end += law.sample(&mut stream).as_seconds();
                    }
                    end - instant
                })
                .collect();
            let distance = kolmogorov_smirnov(seen, &equilibrium);
            assert!(distance < limit, "{law} after {instant} s: {distance}, limit {limit}");
        }
    }
}

#[test]
fn expected_remaining_life_grows_with_age_in_heavy_tails() {
    // Pareto: (age + beta) / (alpha - 1). The excess has a standard deviation of 2.2 means.
    let (alpha, beta) = (2.5, MEAN.as_seconds() * 1.5);
    let drawn = samples(&Law::pareto(alpha, MEAN).unwrap(), 4 * SESSIONS);
    for age in [0.0, 0.5 * beta, beta] {
        let excess: Vec<f64> = drawn.iter().filter(|&&x| x > age).map(|x| x - age).collect();
        assert_close(&format!("life left at {age} s"), mean(&excess), (age + beta) / (alpha - 1.0), 0.02);
    }
    // Weibull: the hazard -d ln P(X > x) / dx falls for shapes below 1, rises above.
    let survival = |law: &Law, x: f64| 1.0 - law.cumulative(x);
    for (shape, falls) in [(0.5, true), (2.0, false)] {
        let law = Law::weibull(shape, MEAN).unwrap();
        let hazards =
            [600.0, 1800.0, 3600.0, 7200.0].map(|x| (survival(&law, x) / survival(&law, x + 1.0)).ln());
        assert_eq!(hazards.is_sorted_by(|a, b| a > b), falls, "{law}: {hazards:?}");
        assert_eq!(hazards.is_sorted_by(|a, b| a < b), !falls, "{law}: {hazards:?}");
    }
    // Exponential: the median is ln 2 means, so N peers that leave at L a second have one of N ln 2 / L.
    assert_close("median", Law::exponential(MEAN).cumulative(MEAN.as_seconds() * 2f64.ln()), 0.5, 1e-12);
}

/// A Weibull fit of KAD (Steiner, En-Najjary and Biersack, IMC 2007) and its exact values, all in minutes.
struct Fit {
    scale: f64,
    shape: f64,
    mean: f64,
    median: f64,
    deviation: f64,
    seen: f64,
}

#[test]
fn kad_sessions_are_generated_from_their_mean() {
    let fits = [
        Fit { scale: 357.7152, shape: 0.54512, mean: 617.5, median: 182.6, deviation: 1227.7, seen: 3058.4 },
        Fit { scale: 169.5385, shape: 0.61511, mean: 247.1, median: 93.4, deviation: 421.3, seen: 965.4 },
        Fit { scale: 413.6765, shape: 0.47648, mean: 908.0, median: 191.7, deviation: 2174.5, seen: 6115.7 },
    ];
    for Fit { scale, shape, mean: average, median, deviation, seen } in fits {
        let fitted = Span::from_seconds_f64(60.0 * scale * gamma(1.0 + 1.0 / shape));
        let law = Law::weibull(shape, fitted).unwrap();
        let minutes = |seconds: f64| seconds / 60.0;
        let spread = |second: f64, mean: f64| (second - mean * mean).sqrt();

        assert_close("mean", minutes(law.mean().as_seconds()), average, 0.005);
        assert_close(
            "deviation",
            minutes(spread(law.second_moment(), law.mean().as_seconds())),
            deviation,
            0.005,
        );
        assert_close("mean seen", minutes(2.0 * law.mean_residual()), seen, 0.005);
        let around = [0.995, 1.005].map(|factor| law.cumulative(60.0 * median * factor));
        assert!(around[0] < 0.5 && 0.5 < around[1], "median {median}: {around:?}");

        let mut drawn: Vec<f64> = samples(&law, SESSIONS).into_iter().map(minutes).collect();
        let squares = drawn.iter().map(|x| x * x).sum::<f64>() / drawn.len() as f64;
        assert_close("sampled mean", mean(&drawn), average, 0.03);
        assert_close("sampled deviation", spread(squares, mean(&drawn)), deviation, 0.03);
        let reference = Weibull::new(shape, scale).unwrap();
        let distance = kolmogorov_smirnov(drawn[..100_000].to_vec(), |x| reference.cdf(x));
        assert!(distance < 0.01, "{law}: {distance}");
        drawn.sort_by(f64::total_cmp);
        assert_close("sampled median", drawn[SESSIONS / 2], median, 0.03);
    }
}
