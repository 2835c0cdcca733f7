//! How many peers there are and how they start.

use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The peers: exactly one of `count` and `pool`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Peers {
    /// The expected number of live peers; under churn there are more identities than that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The number of identities, up or down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<u64>,
    /// How many identities share a host and its access link: those numbered 0 to n - 1 live on the first host, and so on, so that there are pool / n hosts, rounded up. Each identity has a key, sessions and downtimes of its own, and is an adversary or not for itself.
    #[serde(default = "one")]
    pub identities_per_host: u32,
    /// How many members a newcomer is introduced to, drawn from those published at the last epoch.
    #[serde(default = "three")]
    pub introductions: u32,
    /// After how long a join that is not complete is begun again, with other introductions.
    #[serde(default = "ten_seconds")]
    pub join_retry: Span,
    /// How the first peers come to know one another.
    #[serde(default)]
    pub start: Start,
}

fn one() -> u32 {
    1
}

fn three() -> u32 {
    3
}

fn ten_seconds() -> Span {
    Span::from_secs(10)
}

/// How the first peers come to know one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Start {
    /// Their tables are built from global knowledge, as if the protocol had run for long without churn.
    #[default]
    Converged,
    /// They join one after another by the protocol, from the start of the warm-up.
    Joins {
        /// The period over which the joins are spread.
        over: Span,
        /// How they are spread over it.
        #[serde(default)]
        pace: Pace,
    },
}

/// How first joins are spread over their period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// Every instant alike: a young overlay grows faster than its maintenance follows.
    #[default]
    Uniform,
    /// The overlay doubles in equal periods, log2 of the peers (rounded down) and one of them: those who joined can be linked before it doubles again.
    Doubling,
}
