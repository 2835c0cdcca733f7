//! What a scenario can set of Kademlia.

use overlab_peer::{ParameterError, Parameters};
use overlab_time::{Interval, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters of Kademlia.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KademliaParameters {
    /// Contacts in a bucket and in a reply (the paper's k), 1 to 1000.
    pub k: usize,
    /// Requests of a lookup in flight at once (the paper's alpha), 1 to 1000.
    pub alpha: usize,
    /// Peers that must have answered before a lookup is over: the closest of them is the owner. At most k; null means k, as in the paper.
    pub siblings: Option<usize>,
    /// Time after which a bucket that nothing was heard of is refreshed by a lookup in its range (the paper's tRefresh), at least 1s, or "never".
    pub refresh_interval: Interval,
    /// What becomes of a new contact whose bucket is full.
    pub eviction: Eviction,
    /// Contacts kept to replace those that go stale, per bucket, 0 to 1000; null means k. At least 1 where `eviction` is "ping".
    pub replacement_cache: Option<usize>,
    /// Requests in a row that a contact may leave unanswered before it is stale, 1 to 255.
    pub stale_after: usize,
}

impl Default for KademliaParameters {
    fn default() -> Self {
        Self {
            k: 20,
            alpha: 3,
            siblings: None,
            refresh_interval: Interval::Every(Span::from_hours(1)),
            eviction: Eviction::Lazy,
            replacement_cache: None,
            stale_after: 1,
        }
    }
}

impl KademliaParameters {
    /// Peers that must have answered before a lookup is over.
    pub(super) fn siblings(&self) -> usize {
        self.siblings.unwrap_or(self.k)
    }

    /// The replacement cache's length.
    pub(super) fn cache(&self) -> usize {
        self.replacement_cache.unwrap_or(self.k)
    }
}

impl Parameters for KademliaParameters {
    fn check(&self) -> Result<(), ParameterError> {
        let within = |value: usize, low: usize, high: usize, field: &'static str| {
            ParameterError::unless(
                (low..=high).contains(&value),
                field,
                format!("must be between {low} and {high}, not {value}"),
            )
        };
        within(self.k, 1, 1000, "k")?;
        within(self.alpha, 1, 1000, "alpha")?;
        within(self.siblings(), 1, self.k, "siblings")?;
        within(self.cache(), usize::from(self.eviction == Eviction::Ping), 1000, "replacement_cache")?;
        within(self.stale_after, 1, 255, "stale_after")?;
        ParameterError::unless(
            self.refresh_interval.span().is_none_or(|span| span >= Span::from_secs(1)),
            "refresh_interval",
            "must be at least 1s, or \"never\"",
        )
    }

    fn longest_period(&self) -> Span {
        self.refresh_interval.span().unwrap_or(Span::ZERO)
    }
}

/// What becomes of a new contact whose bucket is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Eviction {
    /// It waits in the replacement cache until a contact of the bucket goes stale by itself (section 4.1).
    Lazy,
    /// It waits likewise, and the least recently seen contact of the bucket is pinged (section 2.2).
    Ping,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_checked() {
        let wrong = |change: fn(&mut KademliaParameters)| {
            let mut parameters = KademliaParameters::default();
            change(&mut parameters);
            parameters.check().unwrap_err().field
        };
        assert_eq!(wrong(|p| p.k = 0), "k");
        assert_eq!(wrong(|p| p.alpha = 0), "alpha");
        assert_eq!(wrong(|p| p.siblings = Some(21)), "siblings");
        assert_eq!(
            wrong(|p| (p.eviction, p.replacement_cache) = (Eviction::Ping, Some(0))),
            "replacement_cache"
        );
        assert_eq!(wrong(|p| p.stale_after = 256), "stale_after");
        assert_eq!(
            wrong(|p| p.refresh_interval = Interval::Every(Span::from_millis(999))),
            "refresh_interval"
        );
        assert_eq!(KademliaParameters::default().check(), Ok(()));
        assert_eq!(KademliaParameters::default().longest_period(), Span::from_hours(1));
    }
}
