//! Parameters of the transit-stub generator.

use super::HostsAt;
use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A router graph of transit and stub domains: either its expected size or its structure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TransitStub {
    /// A structure that studies have used: what it says of sizes holds where the scenario is silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<TransitStubPreset>,
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
            preset: None,
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

/// Transit-stub structures by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransitStubPreset {
    /// The sample of the GT-ITM distribution: 1 x 4 x (1 + 3 x 8) = 100 routers.
    Ts100,
    /// The graph of Pastry's and Scribe's studies: 10 x 5 x (1 + 10 x 10) = 5050 routers (Castro et al., IEEE JSAC 20(8), 2002); the
    /// default.
    #[default]
    Ts5050,
    /// A small backbone with large stub domains: 5 x 3 x (1 + 5 x 60) = 4515 routers (Zhu and Hu, IEEE TPDS 16(4), 2005).
    Ts5kLarge,
    /// A large backbone with small stub domains: 120 x 5 x (1 + 4 x 2) = 5400 routers (same source).
    Ts5kSmall,
}

impl TransitStubPreset {
    /// Transit domains, and the means of routers in one, of stub domains at a transit router, and of routers in a stub domain.
    pub fn structure(self) -> (u32, f64, f64, f64) {
        match self {
            Self::Ts100 => (1, 4.0, 3.0, 8.0),
            Self::Ts5050 => (10, 5.0, 10.0, 10.0),
            Self::Ts5kLarge => (5, 3.0, 5.0, 60.0),
            Self::Ts5kSmall => (120, 5.0, 4.0, 2.0),
        }
    }
}

impl TransitStub {
    /// Whether the structure is given, in whole or in part.
    pub fn has_structure(&self) -> bool {
        self.preset.is_some()
            || self.transit_domains.is_some()
            || self.routers_per_transit_domain.is_some()
            || self.stub_domains_per_transit_router.is_some()
            || self.routers_per_stub_domain.is_some()
    }

    /// The structure: as given, else of the preset.
    pub fn structure(&self) -> (u32, f64, f64, f64) {
        let preset = self.preset.unwrap_or_default().structure();
        (
            self.transit_domains.unwrap_or(preset.0),
            self.routers_per_transit_domain.unwrap_or(preset.1),
            self.stub_domains_per_transit_router.unwrap_or(preset.2),
            self.routers_per_stub_domain.unwrap_or(preset.3),
        )
    }

    /// Fills in what is absent of the structure, unless the size is given instead.
    pub(crate) fn fill_structure(&mut self) {
        if self.routers.is_none() {
            let (transit_domains, per_transit_domain, stub_domains, per_stub_domain) = self.structure();
            self.transit_domains = Some(transit_domains);
            self.routers_per_transit_domain = Some(per_transit_domain);
            self.stub_domains_per_transit_router = Some(stub_domains);
            self.routers_per_stub_domain = Some(per_stub_domain);
        }
    }

    /// The expected number of routers.
    pub fn expected_routers(&self) -> f64 {
        if let Some(routers) = self.routers {
            return f64::from(routers);
        }
        let (transit_domains, per_transit_domain, stub_domains, per_stub_domain) = self.structure();
        f64::from(transit_domains) * per_transit_domain * (1.0 + stub_domains * per_stub_domain)
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
