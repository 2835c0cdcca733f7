//! What a scenario can set of Chord.

use overlab_peer::{ParameterError, Parameters};
use overlab_time::{Interval, Span, Stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters of Chord.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChordParameters {
    /// Length of the successor list (the paper's r), 1 to 255. The paper wants a multiple of log2 N; its simulations use 2 log2 N.
    pub successors: usize,
    /// Mean time between two rounds of `stabilize`, or "never". The paper's simulations use 30s.
    pub stabilize_interval: Interval,
    /// Mean time between two rounds of `fix_fingers`, which refresh one entry each, or "never".
    pub fix_fingers_interval: Interval,
    /// Mean time between two checks that the predecessor is alive, or "never".
    pub check_predecessor_interval: Interval,
    /// How the three intervals vary from round to round. The paper's simulations draw them uniformly from half to one and a half times the mean.
    pub interval_law: IntervalLaw,
    /// Which entry a round of `fix_fingers` refreshes.
    pub refresh: Refresh,
    /// Whether lookups are routed through all entries of the successor list; otherwise only through the fingers and the first successor that is alive.
    pub route_through_successors: bool,
    /// Whether contacts that did not answer in time leave the tables. Without this, tables stay as they are (studies of static resilience).
    pub forget_unreachable: bool,
    /// Whether a peer that joined fills its fingers with its successor's as a first guess (SIGCOMM 2001, section 4.4); otherwise `fix_fingers` fills them one by one.
    pub copy_fingers: bool,
}

impl Default for ChordParameters {
    fn default() -> Self {
        let interval = Interval::Every(Span::from_secs(20));
        Self {
            successors: 8,
            stabilize_interval: interval,
            fix_fingers_interval: interval,
            check_predecessor_interval: interval,
            interval_law: IntervalLaw::Uniform,
            refresh: Refresh::Fingers,
            route_through_successors: true,
            forget_unreachable: true,
            copy_fingers: true,
        }
    }
}

/// Fingers that a turn of `fix_fingers` is reckoned at: those of a network of about a million peers.
const TURN: u64 = 20;

impl Parameters for ChordParameters {
    fn check(&self) -> Result<(), ParameterError> {
        ParameterError::unless(
            (1..=255).contains(&self.successors),
            "successors",
            format!("must be between 1 and 255, not {}", self.successors),
        )
    }

    /// A whole turn through the fingers, where that is longer than the other intervals.
    fn longest_period(&self) -> Span {
        let span = |interval: Interval| interval.span().unwrap_or(Span::ZERO);
        (span(self.fix_fingers_interval) * TURN)
            .max(span(self.stabilize_interval))
            .max(span(self.check_predecessor_interval))
    }
}

/// Which entry a round of `fix_fingers` refreshes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refresh {
    /// The next finger, as in the paper's pseudocode; every round of `stabilize` copies the successor's whole list.
    Fingers,
    /// The next of all entries, fingers and successors alike, as in the paper's simulation of churn; a round of `stabilize` refreshes the first successor only.
    Entries,
}

/// How the interval between two rounds varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntervalLaw {
    /// Always the mean.
    Constant,
    /// Uniform between half and one and a half times the mean.
    Uniform,
    /// Exponential: rounds are a Poisson process.
    Exponential,
}

impl IntervalLaw {
    /// Draws the time to the next round after one.
    pub(super) fn sample(self, mean: Span, stream: &mut Stream) -> Span {
        match self {
            Self::Constant => mean,
            Self::Uniform => mean.scale(0.5 + stream.unit()),
            Self::Exponential => mean.scale(stream.exponential()),
        }
    }

    /// Draws the time to the first round of a peer that has been at it for long: the equilibrium residual, a uniform
    /// part of a length-biased interval.
    pub(super) fn residual(self, mean: Span, stream: &mut Stream) -> Span {
        match self {
            Self::Constant => mean.scale(stream.unit()),
            Self::Uniform => {
                // The length-biased density on [1/2, 3/2] is x itself; its distribution function (x^2 - 1/4)/2
                // is inverted. Square roots are correctly rounded, so the same, on every platform.
                let biased = (0.25 + 2.0 * stream.unit()).sqrt();
                mean.scale(biased * stream.unit())
            }
            Self::Exponential => mean.scale(stream.exponential()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_time::{Purpose, Seeds};

    /// Mean and second moment of many draws, in units of the mean.
    fn moments(draw: impl Fn(Span, &mut Stream) -> Span) -> (f64, f64) {
        let mut stream = Seeds::new(5, 0).stream(Purpose::Example, 0, 0);
        let draws: Vec<f64> =
            (0..200_000).map(|_| draw(Span::from_secs(30), &mut stream).as_seconds() / 30.0).collect();
        let n = draws.len() as f64;
        (draws.iter().sum::<f64>() / n, draws.iter().map(|x| x * x).sum::<f64>() / n)
    }

    #[test]
    fn intervals_have_the_moments_of_their_law() {
        // Second moments of 1, U(1/2, 3/2) and Exp(1): 1, 13/12, 2.
        for (law, second) in [
            (IntervalLaw::Constant, 1.0),
            (IntervalLaw::Uniform, 13.0 / 12.0),
            (IntervalLaw::Exponential, 2.0),
        ] {
            let (mean, square) = moments(|span, stream| law.sample(span, stream));
            assert!(
                (mean - 1.0).abs() < 0.01 && (square / second - 1.0).abs() < 0.02,
                "{law:?} {mean} {square}"
            );
        }
    }

    #[test]
    fn first_rounds_have_the_equilibrium_residual() {
        // E[residual] = E[X^2] / (2 E[X]), E[residual^2] = E[X^3] / (3 E[X]); E[X^3] is 1, 5/4, 6.
        for (law, mean, square) in [
            (IntervalLaw::Constant, 0.5, 1.0 / 3.0),
            (IntervalLaw::Uniform, 13.0 / 24.0, 5.0 / 12.0),
            (IntervalLaw::Exponential, 1.0, 2.0),
        ] {
            let (m, s) = moments(|span, stream| law.residual(span, stream));
            assert!((m / mean - 1.0).abs() < 0.01 && (s / square - 1.0).abs() < 0.025, "{law:?} {m} {s}");
        }
    }

    #[test]
    fn parameters_are_checked_and_strict() {
        assert!(ChordParameters { successors: 0, ..Default::default() }.check().is_err());
        assert!(ChordParameters { successors: 256, ..Default::default() }.check().is_err());
        assert!(ChordParameters::default().check().is_ok());
        assert_eq!(ChordParameters::default().longest_period(), Span::from_secs(400));
    }
}
