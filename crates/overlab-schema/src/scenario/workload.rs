//! What is asked of the overlays.

use super::StaticKeyRouting;
use overlab_time::{Rate, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is asked of the overlays: one service and how it is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Workload {
    /// Find the live peer responsible for a key.
    KeyRouting(KeyRouting),
    /// Walk the same tables without messages, after some peers were removed.
    StaticKeyRouting(StaticKeyRouting),
}

/// Lookups of keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRouting {
    /// How often each live peer asks.
    #[serde(default = "once_a_minute")]
    pub rate_per_peer: Rate,
    /// When a lookup without an answer has failed, retries included.
    #[serde(default = "four_seconds")]
    pub deadline: Span,
    /// Which keys are asked for.
    #[serde(default)]
    pub keys: Keys,
    /// When a peer asks.
    #[serde(default)]
    pub arrivals: Arrivals,
}

fn once_a_minute() -> Rate {
    Rate::new(1.0, Span::from_minutes(1))
}

fn four_seconds() -> Span {
    Span::from_secs(4)
}

/// Which keys are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Keys {
    /// Any key, all alike.
    #[default]
    Uniform,
    /// Keys of a catalogue: the one of rank r in proportion to r^-exponent.
    Zipf {
        /// The exponent, between 0 and 10.
        exponent: f64,
        /// How many keys there are.
        catalogue: u64,
    },
}

/// When a peer asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arrivals {
    /// At independent moments.
    #[default]
    Poisson,
    /// Evenly spaced, from a random moment on.
    Periodic,
}
