//! Distributions of spans: their parameters, moments and cumulative probabilities.

mod sampling;

use crate::time::Span;
use std::fmt;

/// A distribution of lengths of time with a finite mean.
///
/// All sampling is on `libm` and pinned by golden values. The *equilibrium residual* is what is left of a
/// renewal interval when one looks at a random instant: its density is `P(X > x) / E[X]`, and it is
/// sampled exactly as a uniform part of a length-biased interval (Feller II, XI.4).
///
/// As text a law is written with its parameters and its mean.
///
/// ```
/// use overlab_time::{Law, Span};
///
/// let law = Law::weibull(0.6, Span::from_hours(1))?;
/// assert_eq!(law.to_string(), "weibull(shape 0.6, mean 1h)");
/// assert!(!law.variance_is_infinite());
/// // Sessions seen at a random instant are longer than the average session.
/// assert!(law.mean_residual() > 3600.0);
/// # Ok::<(), overlab_time::LawError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    shape: Shape,
    /// The mean in seconds.
    mean: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Constant,
    Exponential,
    /// `P(X > x) = exp(-(x/scale)^shape)`.
    Weibull {
        shape: f64,
        scale: f64,
    },
    /// Shifted Pareto (Lomax): `P(X > x) = (1 + x/beta)^-alpha`.
    Pareto {
        alpha: f64,
        beta: f64,
    },
    /// `ln X` is normal with these parameters.
    Lognormal {
        mu: f64,
        sigma: f64,
    },
}

/// Parameters that make no distribution with a mean.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LawError {
    /// The mean must be longer than zero.
    #[error("the mean must be longer than zero")]
    Mean,
    /// A shape parameter is out of its range.
    #[error("{parameter} must be {expected}, not {value}")]
    Parameter {
        /// Its name in a scenario.
        parameter: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        value: f64,
    },
    /// The law has no mean, so nothing stationary exists.
    #[error("a Pareto law with alpha {0} has no mean: alpha must be greater than 1")]
    NoMean(f64),
}

impl Law {
    /// Always the same span, which may be zero.
    pub fn constant(mean: Span) -> Self {
        Self { shape: Shape::Constant, mean: mean.as_seconds() }
    }

    /// Memoryless; with a mean of zero every draw is zero.
    pub fn exponential(mean: Span) -> Self {
        Self { shape: Shape::Exponential, mean: mean.as_seconds() }
    }

    /// Weibull with `shape` k; below 1 it has a heavy, stretched-exponential tail.
    ///
    /// # Errors
    /// Where `shape` is outside 0.1..=20 or the mean is zero.
    pub fn weibull(shape: f64, mean: Span) -> Result<Self, LawError> {
        check("shape", shape, "between 0.1 and 20", (0.1..=20.0).contains(&shape))?;
        let scale = mean.as_seconds() / libm::tgamma(1.0 + 1.0 / shape);
        Self { shape: Shape::Weibull { shape, scale }, mean: mean.as_seconds() }.with_mean()
    }

    /// Shifted Pareto `P(X > x) = (1 + x/beta)^-alpha`, beta chosen to give the mean.
    ///
    /// # Errors
    /// Where alpha is at most 1 (there is no mean), above 1000 or not finite, or the mean is zero.
    pub fn pareto(alpha: f64, mean: Span) -> Result<Self, LawError> {
        check("alpha", alpha, "a number up to 1000", alpha.is_finite() && alpha <= 1000.0)?;
        if alpha <= 1.0 {
            return Err(LawError::NoMean(alpha));
        }
        let beta = mean.as_seconds() * (alpha - 1.0);
        Self { shape: Shape::Pareto { alpha, beta }, mean: mean.as_seconds() }.with_mean()
    }

    /// Lognormal with `sigma`, the standard deviation of the logarithm.
    ///
    /// # Errors
    /// Where sigma is outside 0..=10 or the mean is zero.
    pub fn lognormal(sigma: f64, mean: Span) -> Result<Self, LawError> {
        check("sigma", sigma, "between 0 and 10", (0.0..=10.0).contains(&sigma))?;
        let mu = libm::log(mean.as_seconds()) - sigma * sigma / 2.0;
        Self { shape: Shape::Lognormal { mu, sigma }, mean: mean.as_seconds() }.with_mean()
    }

    fn with_mean(self) -> Result<Self, LawError> {
        if self.mean > 0.0 { Ok(self) } else { Err(LawError::Mean) }
    }

    /// What a scenario calls this law: `constant`, `exponential`, `weibull`, `pareto` or `lognormal`.
    pub fn name(&self) -> &'static str {
        match self.shape {
            Shape::Constant => "constant",
            Shape::Exponential => "exponential",
            Shape::Weibull { .. } => "weibull",
            Shape::Pareto { .. } => "pareto",
            Shape::Lognormal { .. } => "lognormal",
        }
    }

    /// The mean.
    pub fn mean(&self) -> Span {
        Span::from_seconds_f64(self.mean)
    }

    /// The second moment in seconds squared; infinite where the law has none.
    pub fn second_moment(&self) -> f64 {
        let square = self.mean * self.mean;
        match self.shape {
            Shape::Constant => square,
            Shape::Exponential => 2.0 * square,
            Shape::Weibull { shape, scale } => scale * scale * libm::tgamma(1.0 + 2.0 / shape),
            Shape::Pareto { alpha, .. } if alpha <= 2.0 => f64::INFINITY,
            Shape::Pareto { alpha, beta } => 2.0 * beta * beta / ((alpha - 1.0) * (alpha - 2.0)),
            Shape::Lognormal { sigma, .. } => square * libm::exp(sigma * sigma),
        }
    }

    /// Whether the second moment is infinite: sample means then converge slower than with the square root of
    /// their number, and confidence intervals that assume a variance are too narrow.
    pub fn variance_is_infinite(&self) -> bool {
        matches!(self.shape, Shape::Pareto { alpha, .. } if alpha <= 2.0)
    }

    /// The mean residual life at a random instant in seconds, `E[X^2] / (2 E[X])`: infinite where the variance
    /// is, zero for a mean of zero.
    pub fn mean_residual(&self) -> f64 {
        if self.mean == 0.0 { 0.0 } else { self.second_moment() / (2.0 * self.mean) }
    }

    /// `P(X <= x)` for `x` in seconds.
    pub fn cumulative(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        match self.shape {
            // Without spread the general formulas divide zero by zero.
            Shape::Constant | Shape::Lognormal { sigma: 0.0, .. } => f64::from(u8::from(x >= self.mean)),
            Shape::Exponential if self.mean == 0.0 => 1.0,
            Shape::Exponential => -libm::expm1(-x / self.mean),
            Shape::Weibull { shape, scale } => -libm::expm1(-libm::pow(x / scale, shape)),
            Shape::Pareto { alpha, beta } => -libm::expm1(-alpha * libm::log1p(x / beta)),
            Shape::Lognormal { mu, sigma } if x > 0.0 => {
                0.5 * libm::erfc((mu - libm::log(x)) / (sigma * std::f64::consts::SQRT_2))
            }
            Shape::Lognormal { .. } => 0.0,
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, mean) = (self.name(), self.mean());
        match self.shape {
            Shape::Constant | Shape::Exponential => write!(f, "{name}(mean {mean})"),
            Shape::Weibull { shape, .. } => write!(f, "{name}(shape {shape}, mean {mean})"),
            Shape::Pareto { alpha, .. } => write!(f, "{name}(alpha {alpha}, mean {mean})"),
            Shape::Lognormal { sigma, .. } => write!(f, "{name}(sigma {sigma}, mean {mean})"),
        }
    }
}

fn check(parameter: &'static str, value: f64, expected: &'static str, holds: bool) -> Result<(), LawError> {
    if holds { Ok(()) } else { Err(LawError::Parameter { parameter, expected, value }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Span = Span::from_hours(1);

    #[test]
    fn laws_are_written_with_their_parameters() {
        assert_eq!(Law::constant(HOUR).to_string(), "constant(mean 1h)");
        assert_eq!(Law::exponential(HOUR).to_string(), "exponential(mean 1h)");
        assert_eq!(Law::weibull(0.6, HOUR).unwrap().to_string(), "weibull(shape 0.6, mean 1h)");
        assert_eq!(Law::pareto(1.5, HOUR).unwrap().to_string(), "pareto(alpha 1.5, mean 1h)");
        assert_eq!(Law::lognormal(2.0, HOUR * 2).unwrap().to_string(), "lognormal(sigma 2, mean 2h)");
    }

    #[test]
    fn what_has_no_mean_is_refused() {
        assert_eq!(Law::pareto(1.0, HOUR), Err(LawError::NoMean(1.0)));
        assert_eq!(Law::pareto(-2.0, HOUR), Err(LawError::NoMean(-2.0)));
        for zero in
            [Law::weibull(1.0, Span::ZERO), Law::pareto(2.0, Span::ZERO), Law::lognormal(1.0, Span::ZERO)]
        {
            assert_eq!(zero, Err(LawError::Mean));
        }
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1001.0] {
            for law in [Law::weibull(value, HOUR), Law::pareto(value, HOUR), Law::lognormal(value, HOUR)] {
                assert!(matches!(law, Err(LawError::Parameter { .. })), "{value}: {law:?}");
            }
        }
    }

    #[test]
    fn only_pareto_up_to_two_has_infinite_variance() {
        for (alpha, infinite) in [(1.5, true), (2.0, true), (2.001, false)] {
            let law = Law::pareto(alpha, HOUR).unwrap();
            assert_eq!(law.variance_is_infinite(), infinite, "{alpha}");
            assert_eq!(law.mean_residual().is_infinite(), infinite, "{alpha}");
        }
        assert!(!Law::lognormal(10.0, HOUR).unwrap().variance_is_infinite());
        assert!(!Law::weibull(0.1, HOUR).unwrap().variance_is_infinite());
    }

    #[test]
    fn laws_without_spread_are_steps() {
        let sure = Law::lognormal(0.0, HOUR).unwrap();
        for law in [Law::constant(HOUR), sure] {
            assert_eq!([3599.9, 3600.0].map(|x| law.cumulative(x)), [0.0, 1.0], "{law}");
            assert_eq!(law.mean_residual(), 1800.0, "{law}");
        }
        for law in [Law::constant(Span::ZERO), Law::exponential(Span::ZERO)] {
            assert_eq!([-1.0, 0.0, 1.0].map(|x| law.cumulative(x)), [0.0, 1.0, 1.0], "{law}");
            assert_eq!(law.mean_residual(), 0.0, "{law}");
        }
    }
}
