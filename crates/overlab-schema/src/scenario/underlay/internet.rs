//! Parameters of the synthetic Internet.

use super::HostsAt;
use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A synthetic Internet of autonomous systems, calibrated on the AS relationships of CAIDA of June 2012; its routers stand in the
/// world's cities (GeoNames, CC BY 4.0).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Internet {
    /// The number of autonomous systems, 20 to 200000.
    pub domains: u32,
    /// The number of tier-1 networks, which have no providers and all peer with one another.
    pub tier1: u32,
    /// The share of networks that offer transit to others.
    pub transit_share: f64,
    /// The exponent of the degree distribution (2.1: Faloutsos, Faloutsos, Faloutsos, SIGCOMM 1999, and CAIDA).
    pub exponent: f64,
    /// How many ranks share the top: 0 makes one network by far the largest.
    pub rank_offset: f64,
    /// The mean number of providers of a network without customers, 1 to 5.
    pub stub_providers: f64,
    /// The mean number of providers of a transit network, 1 to 5.
    pub transit_providers: f64,
    /// The share of links between networks that are between peers, 0 to 0.6; a small world may have room for fewer.
    pub peering_share: f64,
    /// The share of networks without customers that are content networks, which peer and serve no people.
    pub content_share: f64,
    /// The mean number of routers of a network, 1 to 3; large networks have most of them.
    pub routers_per_domain: f64,
    /// How much longer fibre over land is than the great circle, between 1 and 10.
    pub path_factor: f64,
    /// The longest one-way latency across town between two networks of a city; the shortest is a tenth of it.
    pub metro: Span,
    /// Which routers have hosts.
    pub hosts_at: HostsAt,
}

impl Default for Internet {
    fn default() -> Self {
        Self {
            domains: 1000,
            tier1: 12,
            transit_share: 0.16,
            exponent: 2.1,
            rank_offset: 4.0,
            stub_providers: 1.8,
            transit_providers: 2.6,
            peering_share: 0.36,
            content_share: 0.05,
            routers_per_domain: 1.35,
            path_factor: 1.5,
            metro: Span::from_millis(1),
            hosts_at: HostsAt::StubRouters,
        }
    }
}
