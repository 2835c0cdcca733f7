//! Transit-stub graphs, the two-level Internet of GT-ITM.
//!
//! Transit domains carry traffic between stub domains; each stub domain hangs off one transit router.
//! (Zegura, Calvert, Bhattacharjee, "How to model an internetwork", INFOCOM 1996.) The default is the graph
//! of the Pastry and Scribe studies: 10 transit domains of 5 routers on average, 10 stub domains a transit
//! router, 10 routers a stub domain: 10 * 5 * (1 + 10 * 10) = 5050 routers on average.
//!
//! # Departures from GT-ITM
//! * Where a random domain comes out in several parts GT-ITM throws it away and draws again; here the nearest
//!   routers of different parts are joined, so that every probability gives a graph.
//! * Latencies go by the class of the link, as the papers that use these graphs have them, not by distance on
//!   GT-ITM's plane; positions serve pictures only.

use super::{Link, LinkClass, Positions, Router, RouterGraph, RouterKind};
use crate::error::{UnderlayError, check};
use overlab_time::{Purpose, Seeds, Span, Stream};
use petgraph::graph::{NodeIndex, UnGraph};

/// Parameters of a transit-stub graph. Means may be fractions; sizes are at least 1.
#[derive(Clone, Debug, PartialEq)]
pub struct TransitStub {
    /// Number of transit domains (10).
    pub transit_domains: u32,
    /// Mean number of routers in a transit domain (5).
    pub routers_per_transit_domain: f64,
    /// Mean number of stub domains at a transit router (10).
    pub stub_domains_per_transit_router: f64,
    /// Mean number of routers in a stub domain (10).
    pub routers_per_stub_domain: f64,
    /// Sizes are drawn uniformly within half the mean around it; else every size is its mean (true).
    pub random_sizes: bool,
    /// Probability that two transit domains are joined (1.0, as in the sample configuration that GT-ITM
    /// ships).
    pub domain_edge_probability: f64,
    /// Probability that two routers of a transit domain are joined (0.6, same source).
    pub transit_edge_probability: f64,
    /// Probability that two routers of a stub domain are joined (0.42, same source).
    pub stub_edge_probability: f64,
    /// Links between random transit routers and random stub routers, over the one each stub domain has (0).
    pub extra_transit_stub_links: u32,
    /// Links between random routers of different stub domains (0).
    pub extra_stub_stub_links: u32,
    /// Latencies of links.
    pub latencies: LinkLatencies,
}

/// One-way latency of each class of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// 100, 20, 5 and 2 ms: the set that many overlay studies on GT-ITM graphs use instead of Ratnasamy's. With
    /// it hosts of the default graph are about 150 ms apart on average, one way.
    fn default() -> Self {
        let [inter_transit, intra_transit, transit_stub, intra_stub] = [100, 20, 5, 2].map(Span::from_millis);
        Self { inter_transit, intra_transit, transit_stub, intra_stub }
    }
}

impl LinkLatencies {
    /// 100 ms between transit routers, 10 ms from transit to stub, 1 ms within a stub domain (Ratnasamy et
    /// al., "A scalable content-addressable network", SIGCOMM 2001).
    pub fn ratnasamy() -> Self {
        let [transit, transit_stub, intra_stub] = [100, 10, 1].map(Span::from_millis);
        Self { inter_transit: transit, intra_transit: transit, transit_stub, intra_stub }
    }
}

impl Default for TransitStub {
    fn default() -> Self {
        Self {
            transit_domains: 10,
            routers_per_transit_domain: 5.0,
            stub_domains_per_transit_router: 10.0,
            routers_per_stub_domain: 10.0,
            random_sizes: true,
            domain_edge_probability: 1.0,
            transit_edge_probability: 0.6,
            stub_edge_probability: 0.42,
            extra_transit_stub_links: 0,
            extra_stub_stub_links: 0,
            latencies: LinkLatencies::default(),
        }
    }
}

/// The most routers and links that are generated, on average.
const LARGEST: f64 = 2e6;
const MOST_LINKS: f64 = 2e7;

impl TransitStub {
    /// The default graph scaled to `routers` on average: first by the number of stub domains, below 550
    /// routers by the number of transit routers, below 12 by the size of the one stub domain. 5050 gives the
    /// default; fewer than 2 are refused by [`crate::Model::check`].
    pub fn with_routers(routers: u32) -> Self {
        let routers = f64::from(routers);
        let (transit, stub_domains) = if routers >= 550.0 {
            (50.0, (routers / 50.0 - 1.0) / 10.0)
        } else {
            (libm::rint(routers / 11.0).max(1.0), 1.0)
        };
        let transit_domains = libm::ceil(transit / 5.0).min(10.0);
        Self {
            transit_domains: transit_domains as u32,
            routers_per_transit_domain: transit / transit_domains,
            stub_domains_per_transit_router: stub_domains,
            routers_per_stub_domain: (routers / transit - 1.0) / stub_domains,
            ..Self::default()
        }
    }

    /// The expected number of routers.
    pub fn mean_routers(&self) -> f64 {
        f64::from(self.transit_domains)
            * self.routers_per_transit_domain
            * (1.0 + self.stub_domains_per_transit_router * self.routers_per_stub_domain)
    }

    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        let domains = f64::from(self.transit_domains);
        check(self.transit_domains >= 1, "transit_domains", "at least 1", self.transit_domains)?;
        for (name, mean) in [
            ("routers_per_transit_domain", self.routers_per_transit_domain),
            ("stub_domains_per_transit_router", self.stub_domains_per_transit_router),
            ("routers_per_stub_domain", self.routers_per_stub_domain),
        ] {
            check((1.0..=LARGEST).contains(&mean), name, "between 1 and 2000000", mean)?;
        }
        for (name, probability) in [
            ("domain_edge_probability", self.domain_edge_probability),
            ("transit_edge_probability", self.transit_edge_probability),
            ("stub_edge_probability", self.stub_edge_probability),
        ] {
            check((0.0..=1.0).contains(&probability), name, "a probability between 0 and 1", probability)?;
        }
        for (name, latency) in [
            ("latencies.inter_transit", self.latencies.inter_transit),
            ("latencies.intra_transit", self.latencies.intra_transit),
            ("latencies.transit_stub", self.latencies.transit_stub),
            ("latencies.intra_stub", self.latencies.intra_stub),
        ] {
            check(latency <= Span::from_secs(10), name, "at most 10s", latency)?;
        }
        let routers = self.mean_routers();
        check(routers <= LARGEST + 0.5, "the mean number of routers", "at most 2000000", routers)?;
        // All pairs of a domain are tried once, whatever the probability: this bounds time as well as links.
        let transit = domains * self.routers_per_transit_domain;
        let stub_pairs =
            transit * self.stub_domains_per_transit_router * libm::pow(self.routers_per_stub_domain, 2.0);
        let pairs = (domains * domains + transit * self.routers_per_transit_domain + stub_pairs) / 2.0;
        check(
            pairs <= MOST_LINKS * 10.0,
            "the mean number of router pairs within domains",
            "at most 200000000",
            pairs,
        )?;
        let links = f64::from(self.extra_transit_stub_links) + f64::from(self.extra_stub_stub_links);
        check(links <= MOST_LINKS, "the number of extra links", "at most 20000000", links)
    }

    /// Draws the graph.
    pub(crate) fn generate(&self, seeds: Seeds) -> Result<RouterGraph, UnderlayError> {
        self.check()?;
        let mut drawing = Drawing {
            parameters: self,
            stream: seeds.stream(Purpose::Underlay, 0, 0),
            graph: UnGraph::with_capacity(self.mean_routers() as usize, 3 * self.mean_routers() as usize),
            domains: 0,
        };
        drawing.draw();
        Ok(RouterGraph::new(drawing.graph, Positions::Plane, "transit-stub".to_owned()))
    }
}

struct Drawing<'a> {
    parameters: &'a TransitStub,
    stream: Stream,
    graph: UnGraph<Router, Link>,
    domains: u32,
}

impl Drawing<'_> {
    fn draw(&mut self) {
        let parameters = self.parameters;
        let latencies = parameters.latencies;
        let centres: Vec<_> =
            (0..parameters.transit_domains).map(|_| [self.stream.unit(), self.stream.unit()]).collect();
        let mut transit_domains = Vec::new();
        for &centre in &centres {
            let size = self.size(parameters.routers_per_transit_domain);
            let link = Link::new(latencies.intra_transit, LinkClass::IntraTransit);
            transit_domains.push(self.domain(
                RouterKind::Transit,
                size,
                (centre, 0.12),
                parameters.transit_edge_probability,
                link,
            ));
        }
        let link = Link::new(latencies.inter_transit, LinkClass::InterTransit);
        for (a, b) in connected_random_graph(&centres, parameters.domain_edge_probability, &mut self.stream) {
            let from = self.one_of(&transit_domains[a]);
            let to = self.one_of(&transit_domains[b]);
            self.graph.add_edge(from, to, link);
        }
        let transit: Vec<_> = transit_domains.concat();
        let mut stubs = Vec::new();
        let up = Link::new(latencies.transit_stub, LinkClass::TransitStub);
        let inside = Link::new(latencies.intra_stub, LinkClass::IntraStub);
        for &router in &transit {
            for _ in 0..self.size(parameters.stub_domains_per_transit_router) {
                let centre = self.near(self.graph[router].position, 0.05);
                let size = self.size(parameters.routers_per_stub_domain);
                let domain = self.domain(
                    RouterKind::Stub,
                    size,
                    (centre, 0.012),
                    parameters.stub_edge_probability,
                    inside,
                );
                let gateway = self.one_of(&domain);
                self.graph.add_edge(router, gateway, up);
                stubs.extend(domain);
            }
        }
        self.extra(parameters.extra_transit_stub_links, &transit, &stubs, up);
        let across = Link::new(latencies.transit_stub, LinkClass::InterStub);
        self.extra(parameters.extra_stub_stub_links, &stubs, &stubs, across);
    }

    /// A whole number of at least 1 whose expectation is `mean`: a uniform one within half the mean around
    /// it, rounded up or down at random.
    fn size(&mut self, mean: f64) -> u32 {
        let spread = if self.parameters.random_sizes { (mean / 2.0).min(mean - 1.0) } else { 0.0 };
        let size = mean + spread * (2.0 * self.stream.unit() - 1.0);
        libm::floor(size + self.stream.unit()).max(1.0) as u32
    }

    fn near(&mut self, [x, y]: [f64; 2], radius: f64) -> [f64; 2] {
        let angle = 2.0 * std::f64::consts::PI * self.stream.unit();
        let distance = radius * libm::sqrt(self.stream.unit());
        [x + distance * libm::cos(angle), y + distance * libm::sin(angle)]
    }

    fn one_of(&mut self, routers: &[NodeIndex]) -> NodeIndex {
        routers[self.stream.index(routers.len())]
    }

    /// Adds one domain of `size` routers within a disc and links them.
    fn domain(
        &mut self,
        kind: RouterKind,
        size: u32,
        (centre, radius): ([f64; 2], f64),
        probability: f64,
        link: Link,
    ) -> Vec<NodeIndex> {
        let places: Vec<_> = (0..size).map(|_| self.near(centre, radius)).collect();
        let domain = self.domains;
        self.domains += 1;
        let routers: Vec<_> =
            places.iter().map(|&position| self.graph.add_node(Router::new(kind, domain, position))).collect();
        for (a, b) in connected_random_graph(&places, probability, &mut self.stream) {
            self.graph.add_edge(routers[a], routers[b], link);
        }
        routers
    }

    /// Adds up to `count` links between routers of different domains; a draw that repeats a link is drawn
    /// again, but not for ever: a small graph may have no room for all.
    fn extra(&mut self, count: u32, from: &[NodeIndex], to: &[NodeIndex], link: Link) {
        for _ in 0..count {
            for _ in 0..100 {
                let (a, b) = (self.one_of(from), self.one_of(to));
                if self.graph[a].domain != self.graph[b].domain && self.graph.find_edge(a, b).is_none() {
                    self.graph.add_edge(a, b, link);
                    break;
                }
            }
        }
    }
}

/// The edges of a random graph G(n, p) on `places`; its components are then joined, one after another, to the
/// part that holds place 0 by the shortest edge that leaves it.
fn connected_random_graph(places: &[[f64; 2]], probability: f64, stream: &mut Stream) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    let mut part: Vec<usize> = (0..places.len()).collect();
    for a in 0..places.len() {
        for b in a + 1..places.len() {
            if stream.chance(probability) {
                edges.push((a, b));
                unite(&mut part, a, b);
            }
        }
    }
    // For every place the nearest one of part 0, as (squared distance, place): Prim's algorithm over the
    // parts.
    let mut nearest = vec![(f64::INFINITY, 0); places.len()];
    let mut added: Vec<usize> = (0..places.len()).filter(|&place| part[place] == 0).collect();
    loop {
        for &inside in &added {
            for (place, nearest) in nearest.iter_mut().enumerate().filter(|(place, _)| part[*place] != 0) {
                let (x, y) = (places[place][0] - places[inside][0], places[place][1] - places[inside][1]);
                let distance = x * x + y * y;
                if distance < nearest.0 {
                    *nearest = (distance, inside);
                }
            }
        }
        let outside = (0..places.len()).filter(|&place| part[place] != 0);
        let Some(place) = outside.min_by(|&a, &b| nearest[a].0.total_cmp(&nearest[b].0)) else {
            return edges;
        };
        edges.push((nearest[place].1, place));
        let joined = part[place];
        added = (0..places.len()).filter(|&other| part[other] == joined).collect();
        unite(&mut part, 0, place);
    }
}

/// Gives the parts of `a` and `b` the smaller of their two numbers.
fn unite(part: &mut [usize], a: usize, b: usize) {
    let (keep, drop) = (part[a].min(part[b]), part[a].max(part[b]));
    if keep != drop {
        for entry in part.iter_mut().filter(|entry| **entry == drop) {
            *entry = keep;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use petgraph::algo::connected_components;
    use proptest::prelude::*;

    /// ts5050 of the validation dossier: 5050 is the mean of the routers over seeds.
    #[test]
    fn the_default_has_5050_routers_on_average() {
        let total: u32 =
            (0..30).map(|seed| TransitStub::default().generate(Seeds::new(seed, 0)).unwrap().routers()).sum();
        let mean = f64::from(total) / 30.0;
        // The standard error is 1.9 % of the mean: 9.5 % from the ten transit domains, 4.1 % from the stub
        // domains' numbers, 1.3 % from their sizes, over the root of 30.
        assert!((mean / 5050.0 - 1.0).abs() < 0.05, "{mean}");
    }

    #[test]
    fn scaling_keeps_its_word() {
        assert_eq!(TransitStub::with_routers(5050), TransitStub::default());
        for routers in [2, 3, 11, 12, 100, 549, 550, 1000, 5049, 50_000, 2_000_000] {
            let scaled = TransitStub::with_routers(routers);
            assert!((scaled.mean_routers() - f64::from(routers)).abs() < 1e-6, "{scaled:?}");
            scaled.check().unwrap();
        }
        for routers in [0, 1, u32::MAX] {
            assert!(TransitStub::with_routers(routers).check().is_err(), "{routers}");
        }
    }

    #[test]
    fn fixed_sizes_are_exact() {
        let parameters = TransitStub { random_sizes: false, ..TransitStub::default() };
        let graph = parameters.generate(Seeds::new(1, 0)).unwrap();
        assert_eq!(graph.routers(), 5050);
        let count = |class| graph.graph.edge_weights().filter(|link| link.class == class).count();
        assert_eq!((count(LinkClass::InterTransit), count(LinkClass::TransitStub)), (45, 500));
        // 500 stub domains of 45 pairs each: mean 9450, standard deviation 74, and few edges for connection.
        assert!((9150..9800).contains(&count(LinkClass::IntraStub)), "{}", count(LinkClass::IntraStub));
    }

    #[test]
    fn nonsense_is_refused() {
        let with = |change: fn(&mut TransitStub)| {
            let mut parameters = TransitStub::default();
            change(&mut parameters);
            parameters.check().unwrap_err().to_string()
        };
        assert!(with(|p| p.transit_domains = 0).starts_with("transit_domains must be at least 1"));
        assert!(with(|p| p.routers_per_stub_domain = f64::NAN).starts_with("routers_per_stub_domain"));
        assert!(with(|p| p.stub_edge_probability = 1.5).starts_with("stub_edge_probability"));
        assert!(with(|p| p.routers_per_stub_domain = 1e6).contains("at most 2000000"));
        assert!(with(|p| p.transit_domains = u32::MAX).contains("at most 2000000"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn every_graph_is_connected_and_simple(
            seed: u64, domains in 1u32..5, transit in 1.0..4.0, stubs in 1.0..4.0, size in 1.0..8.0,
            probability in 0.0..=1.0, extra in 0u32..30,
        ) {
            let parameters = TransitStub {
                transit_domains: domains,
                routers_per_transit_domain: transit,
                stub_domains_per_transit_router: stubs,
                routers_per_stub_domain: size,
                domain_edge_probability: probability,
                transit_edge_probability: probability,
                stub_edge_probability: probability,
                extra_transit_stub_links: extra,
                extra_stub_stub_links: extra,
                ..TransitStub::default()
            };
            let graph = parameters.generate(Seeds::new(seed, 0)).unwrap();
            prop_assert_eq!(connected_components(&graph.graph), 1);
            let mut ends: Vec<_> = graph.graph.edge_indices()
                .map(|edge| graph.graph.edge_endpoints(edge).unwrap())
                .map(|(a, b)| (a.min(b), a.max(b)))
                .collect();
            prop_assert!(ends.iter().all(|(a, b)| a != b));
            let links = ends.len();
            ends.sort_unstable();
            ends.dedup();
            prop_assert_eq!(ends.len(), links);
            let again = parameters.generate(Seeds::new(seed, 0)).unwrap();
            prop_assert_eq!(format!("{:?}", graph.graph), format!("{:?}", again.graph));
        }
    }
}
