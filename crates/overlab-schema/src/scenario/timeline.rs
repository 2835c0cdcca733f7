//! What happens at stated moments.

use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One moment of the measured period: exactly one of `crash` and `leave`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimelineEvent {
    /// When, counted from the start of the measured period.
    pub at: Span,
    /// Its name in tables and pictures; by default what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Live peers, drawn at random, that go for good without a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crash: Option<Share>,
    /// Live peers, drawn at random, that leave for good and say goodbye.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave: Option<Share>,
}

/// A part of the live peers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// As a share between 0 and 1, rounded to the nearest peer.
    Fraction(f64),
    /// As a number of peers; all where there are fewer.
    Count(u64),
}

/// What happens at a moment of the timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// Peers go without a word.
    Crash(Share),
    /// Peers leave and say goodbye.
    Leave(Share),
}

impl TimelineEvent {
    /// What happens; nothing where not exactly one thing does, which the check of a scenario refuses.
    pub fn action(&self) -> Option<Action> {
        match (self.crash, self.leave) {
            (Some(share), None) => Some(Action::Crash(share)),
            (None, Some(share)) => Some(Action::Leave(share)),
            _ => None,
        }
    }

    /// Its name in tables and pictures, such as "crash 30 %".
    pub fn name(&self) -> String {
        let part = |share: Share| match share {
            Share::Fraction(fraction) => format!("{} %", per_cent(fraction)),
            Share::Count(count) => format!("{count} peers"),
        };
        match (&self.name, self.action()) {
            (Some(name), _) => name.clone(),
            (None, Some(Action::Crash(share))) => format!("crash {}", part(share)),
            (None, Some(Action::Leave(share))) => format!("leave {}", part(share)),
            (None, None) => "event".to_owned(),
        }
    }
}

/// A share in per cent with two decimals at most: 0.3 is 30, not 30.000000000000004.
fn per_cent(fraction: f64) -> f64 {
    (fraction * 10_000.0).round() / 100.0
}
