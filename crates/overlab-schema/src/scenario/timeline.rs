//! What happens at stated moments.

use super::Scenario;
use super::fault::Fail;
use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One moment of the measured period: exactly one of `crash`, `leave`, `fail` and `repair`.
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
    /// Something of the network that fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail: Option<Fail>,
    /// How long what fails is down; without it, until it is repaired or to the end.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasting: Option<Span>,
    /// The name of an earlier event whose fault ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<String>,
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
pub enum Action<'a> {
    /// Peers go without a word.
    Crash(Share),
    /// Peers leave and say goodbye.
    Leave(Share),
    /// Something of the network fails, for a while or until it is repaired.
    Fail(&'a Fail, Option<Span>),
    /// The fault of the event of this name ends.
    Repair(&'a str),
}

impl TimelineEvent {
    /// What happens; nothing where not exactly one thing does, which the check of a scenario refuses.
    pub fn action(&self) -> Option<Action<'_>> {
        match (self.crash, self.leave, &self.fail, &self.repair) {
            (Some(share), None, None, None) => Some(Action::Crash(share)),
            (None, Some(share), None, None) => Some(Action::Leave(share)),
            (None, None, Some(fail), None) => Some(Action::Fail(fail, self.lasting)),
            (None, None, None, Some(name)) => Some(Action::Repair(name)),
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
            (None, Some(Action::Fail(fail, _))) => fail.name(),
            (None, Some(Action::Repair(name))) => format!("repair {name}"),
            (None, None) => "event".to_owned(),
        }
    }
}

impl Scenario {
    /// The moments that cut the measured period, by name and distance from its start, in order: the events of the timeline,
    /// and the ends of faults that last for a stated time.
    pub fn moments(&self) -> Vec<(String, Span)> {
        let mut moments = Vec::new();
        for event in &self.timeline {
            moments.push((event.name(), event.at));
            if let Some(Action::Fail(_, Some(lasting))) = event.action()
                && let Some(end) = event.at.0.checked_add(lasting.0).filter(|end| *end < self.time.measure.0)
            {
                moments.push((format!("repair {}", event.name()), Span(end)));
            }
        }
        moments.sort_by_key(|moment| moment.1);
        moments
    }
}

/// A share in per cent with two decimals at most: 0.3 is 30, not 30.000000000000004.
pub(super) fn per_cent(fraction: f64) -> f64 {
    (fraction * 10_000.0).round() / 100.0
}
