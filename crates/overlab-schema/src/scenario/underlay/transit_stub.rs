//! Parameters of the transit-stub generator.

use super::HostsAt;
use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A router graph of transit and stub domains: either its expected size or its structure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TransitStub {
    /// The expected number of routers: the default structure, 10 x 5 x (1 + 10 x 10) = 5050, scaled to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routers: Option<u32>,
    /// The number of transit domains (10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_domains: Option<u32>,
    /// The mean number of routers in a transit domain (5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routers_per_transit_domain: Option<f64>,
    /// The mean number of stub domains at a transit router (10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stub_domains_per_transit_router: Option<f64>,
    /// The mean number of routers in a stub domain (10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routers_per_stub_domain: Option<f64>,
    /// Whether sizes are drawn around their means; else every size is its mean.
    pub random_sizes: bool,
    /// The probability that two transit domains are joined.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub domain_edge_probability: f64,
    /// The probability that two routers of a transit domain are joined.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub transit_edge_probability: f64,
    /// The probability that two routers of a stub domain are joined.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub stub_edge_probability: f64,
    /// Links between random transit and stub routers over the one that each stub domain has.
    pub extra_transit_stub_links: u32,
    /// Links between random routers of different stub domains.
    pub extra_stub_stub_links: u32,
    /// The one-way latencies of links.
    pub latencies: LinkLatencies,
    /// Which routers have hosts.
    pub hosts_at: HostsAt,
}

impl Default for TransitStub {
    fn default() -> Self {
        Self {
            routers: None,
            transit_domains: None,
            routers_per_transit_domain: None,
            stub_domains_per_transit_router: None,
            routers_per_stub_domain: None,
            random_sizes: true,
            domain_edge_probability: 1.0,
            transit_edge_probability: 0.6,
            stub_edge_probability: 0.42,
            extra_transit_stub_links: 0,
            extra_stub_stub_links: 0,
            latencies: LinkLatencies::default(),
            hosts_at: HostsAt::StubRouters,
        }
    }
}

impl TransitStub {
    /// Whether the structure is given, in whole or in part.
    pub fn has_structure(&self) -> bool {
        self.transit_domains.is_some()
            || self.routers_per_transit_domain.is_some()
            || self.stub_domains_per_transit_router.is_some()
            || self.routers_per_stub_domain.is_some()
    }

    /// Fills in what is absent of the structure, unless the size is given instead.
    pub(crate) fn fill_structure(&mut self) {
        if self.routers.is_none() {
            self.transit_domains.get_or_insert(10);
            self.routers_per_transit_domain.get_or_insert(5.0);
            self.stub_domains_per_transit_router.get_or_insert(10.0);
            self.routers_per_stub_domain.get_or_insert(10.0);
        }
    }

    /// The expected number of routers.
    pub fn expected_routers(&self) -> f64 {
        if let Some(routers) = self.routers {
            return f64::from(routers);
        }
        f64::from(self.transit_domains.unwrap_or(10))
            * self.routers_per_transit_domain.unwrap_or(5.0)
            * (1.0
                + self.stub_domains_per_transit_router.unwrap_or(10.0)
                    * self.routers_per_stub_domain.unwrap_or(10.0))
    }
}

/// The one-way latency of each class of links; the defaults are those of studies of topology-aware overlays (Xu,
/// Tang, Zhang, ICDCS 2003).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LinkLatencies {
    /// Between transit domains.
    pub inter_transit: Span,
    /// Within a transit domain.
    pub intra_transit: Span,
    /// Between a transit router and a stub domain, and between two stub domains.
    pub transit_stub: Span,
    /// Within a stub domain.
    pub intra_stub: Span,
}

impl Default for LinkLatencies {
    fn default() -> Self {
        let [inter_transit, intra_transit, transit_stub, intra_stub] = [100, 20, 5, 2].map(Span::from_millis);
        Self { inter_transit, intra_transit, transit_stub, intra_stub }
    }
}
