//! Distributions of times, as a scenario writes them.

use overlab_time::{Law, LawError, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A distribution of times by its mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SpanLaw {
    /// Memoryless.
    Exponential {
        /// The mean.
        mean: Span,
    },
    /// Weibull: a shape below 1 makes many short and few very long times.
    Weibull {
        /// The shape k, between 0.1 and 20.
        shape: f64,
        /// The mean.
        mean: Span,
    },
    /// Shifted Pareto (Lomax), `P(X > x) = (1 + x/beta)^-alpha`, beta chosen to give the mean.
    Pareto {
        /// The tail's exponent: above 1; up to 2 the variance is infinite.
        alpha: f64,
        /// The mean.
        mean: Span,
    },
    /// Lognormal.
    Lognormal {
        /// The standard deviation of the logarithm, between 0 and 10.
        sigma: f64,
        /// The mean.
        mean: Span,
    },
    /// Always the same time.
    Constant {
        /// That time.
        mean: Span,
    },
}

impl SpanLaw {
    /// The law that can be sampled.
    ///
    /// # Errors
    /// Where the parameters make no law with a mean above zero.
    pub fn law(&self) -> Result<Law, LawError> {
        if self.mean() == Span::ZERO {
            return Err(LawError::Mean);
        }
        match *self {
            Self::Exponential { mean } => Ok(Law::exponential(mean)),
            Self::Weibull { shape, mean } => Law::weibull(shape, mean),
            Self::Pareto { alpha, mean } => Law::pareto(alpha, mean),
            Self::Lognormal { sigma, mean } => Law::lognormal(sigma, mean),
            Self::Constant { mean } => Ok(Law::constant(mean)),
        }
    }

    /// The mean that is asked for.
    pub fn mean(&self) -> Span {
        match *self {
            Self::Exponential { mean }
            | Self::Weibull { mean, .. }
            | Self::Pareto { mean, .. }
            | Self::Lognormal { mean, .. }
            | Self::Constant { mean } => mean,
        }
    }

    /// Its name in a scenario.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Exponential { .. } => "exponential",
            Self::Weibull { .. } => "weibull",
            Self::Pareto { .. } => "pareto",
            Self::Lognormal { .. } => "lognormal",
            Self::Constant { .. } => "constant",
        }
    }
}
