//! Which hosts can be reached, and from where.

use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Address translators between hosts and the network. Hosts that are neither `nat` nor `outbound_only` are public.
///
/// What is not let in is lost, and whoever sent it waits for its timeout. Newcomers are introduced to peers on public hosts,
/// where there are any, as bootstrap servers are; what they learn from those may be behind a translator. Tables that are
/// converged at the start know hosts behind translators, which nobody has sent from yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReachabilityShares {
    /// The share of hosts behind a translator with one mapping for all destinations (endpoint-independent mapping, RFC
    /// 4787): messages get in from hosts to which one went out lately.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub nat: f64,
    /// The share of hosts behind a translator with a mapping for each destination: only replies of public hosts get in, and
    /// no hole can be punched.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub outbound_only: f64,
    /// For how long a message that went out lets others in; by default 2min, the least that RFC 4787 (section 4.3)
    /// allows for UDP.
    #[serde(default = "two_minutes")]
    pub mapping_timeout: Span,
    /// Other shares for hosts of some access classes, by the class's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_class: BTreeMap<String, ClassShares>,
}

/// Shares for the hosts of one access class.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassShares {
    /// Behind a translator with one mapping for all destinations.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub nat: f64,
    /// Behind a translator with a mapping for each destination.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub outbound_only: f64,
}

fn two_minutes() -> Span {
    Span::from_minutes(2)
}

impl ReachabilityShares {
    /// The shares that hold for hosts of an access class: of `nat`, and of `outbound_only`.
    pub fn of_class(&self, name: &str) -> [f64; 2] {
        self.by_class
            .get(name)
            .map_or([self.nat, self.outbound_only], |shares| [shares.nat, shares.outbound_only])
    }
}
