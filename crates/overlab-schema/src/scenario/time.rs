//! How long to warm up and to measure.

use super::Warmup;
use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The periods of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// The period before measuring, or "detected"; by default twice the longest maintenance period of any overlay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warmup: Option<Warmup>,
    /// The measured period.
    pub measure: Span,
    /// How often what is published to all changes: loads, bootstrap contacts, samples.
    #[serde(default = "ten_seconds")]
    pub epoch: Span,
    /// The length of an interval of the time series; by default a sixtieth of the measured period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Span>,
}

fn ten_seconds() -> Span {
    Span::from_secs(10)
}

impl Default for Times {
    /// No time at all: what a static analysis takes.
    fn default() -> Self {
        Self { warmup: None, measure: Span::ZERO, epoch: ten_seconds(), sample: None }
    }
}

impl Times {
    /// The period before measuring, as far as it is known; nothing before the defaults are filled in.
    pub fn warmup(&self) -> Option<Span> {
        self.warmup.as_ref().map(Warmup::longest)
    }

    /// Whether nothing is said of time.
    pub fn is_unset(&self) -> bool {
        *self == Self::default()
    }

    /// The length of an interval of the time series.
    pub fn sample(&self) -> Span {
        // Rounded up, so that no sliver of a bin is left over.
        self.sample.unwrap_or(Span(self.measure.0.div_ceil(60).max(1)))
    }
}
