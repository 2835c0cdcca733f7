//! Where hosts hang: which of the routers that take hosts each of them gets.

mod nearest;

use crate::error::{UnderlayError, check};
use crate::graph::internet::Continent;
use crate::graph::{Country, Positions, RouterGraph};
use crate::places::{PlaceList, Weights};
use nearest::Nearest;
use overlab_time::{Purpose, Seeds};
use std::sync::Arc;

/// How hosts are spread over the routers that take hosts ([`crate::HostsAt`]).
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Placement {
    /// Every router has the same chance.
    #[default]
    Uniform,
    /// In proportion to the people that a router serves.
    Population,
    /// In proportion to the size of its autonomous system, told by the number of others that it is linked to (Tangmunarunkit et
    /// al., "Does AS size determine degree in AS topology?", ACM CCR 31(5), 2001), shared out evenly among its routers; where
    /// all routers are of one domain, by the links of the router.
    DomainSize,
    /// In proportion to the weights of regions, within each by the people that a router serves where that is known, else evenly.
    Regions(Vec<(Region, f64)>),
    /// At places of a list: the routers nearest to the place, of several at one spot by the people they serve.
    Places(Arc<PlaceList>),
}

/// A part of the world that a weight is given to; a country is no part of its continent where both have a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Region {
    /// One country.
    Country(Country),
    /// All of a continent's countries.
    Continent(Continent),
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Country(country) => country.fmt(f),
            Self::Continent(continent) => f.write_str(continent.name()),
        }
    }
}

/// The owner of placement streams that belong to no single host.
const NO_HOST: u64 = u64::MAX;
/// The turn that a host draws one of several routers at its place from: turns 0 to 3 are for other things.
const SPOT: u64 = 4;

impl Placement {
    /// Refuses what only the topology can tell to be impossible: anything but uniform placement without routers.
    pub(crate) fn check(&self, routed: bool) -> Result<(), UnderlayError> {
        let holds = routed || *self == Self::Uniform;
        check(holds, "placement", "left out where there are no routers", "given for an end-to-end model")
    }

    /// A router for every host, of the `eligible` ones.
    pub(crate) fn choose(
        &self,
        graph: &RouterGraph,
        eligible: &[u32],
        hosts: u32,
        seeds: Seeds,
    ) -> Result<Vec<u32>, UnderlayError> {
        let stream = |host: u32| seeds.stream(Purpose::Placement, u64::from(host), 0);
        let population =
            |router: u32| graph.graph[petgraph::graph::NodeIndex::new(router as usize)].population;
        let weights = match self {
            Self::Uniform => {
                return Ok((0..hosts).map(|host| eligible[stream(host).index(eligible.len())]).collect());
            }
            Self::Places(list) => {
                let given = "given for a graph without them";
                let geographic = graph.positions == Positions::Geographic;
                check(geographic, "placement.places", "left out where routers have no coordinates", given)?;
                return Ok(at_places(graph, eligible, hosts, list, seeds));
            }
            Self::Population => eligible.iter().map(|&router| population(router)).collect(),
            Self::DomainSize => domain_sizes(graph, eligible),
            Self::Regions(regions) => regional(graph, eligible, regions)?,
        };
        let nothing = || {
            let expected = "another where no router that takes hosts has what it goes by";
            UnderlayError::parameter("placement", expected, self.name())
        };
        let weights = Weights::new(weights.into_iter()).ok_or_else(nothing)?;
        Ok((0..hosts).map(|host| eligible[weights.draw(&mut stream(host)) as usize]).collect())
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Population => "population",
            Self::DomainSize => "domain_size",
            Self::Regions(_) => "regions",
            Self::Places(_) => "places",
        }
    }
}

/// The number of neighbouring domains of each router's domain, divided by its eligible routers.
fn domain_sizes(graph: &RouterGraph, eligible: &[u32]) -> Vec<f64> {
    let domain = |router: usize| graph.graph[petgraph::graph::NodeIndex::new(router)].domain;
    let mut pairs: Vec<(u32, u32)> = graph
        .graph
        .raw_edges()
        .iter()
        .map(|edge| (domain(edge.source().index()), domain(edge.target().index())))
        .filter(|(a, b)| a != b)
        .flat_map(|(a, b)| [(a, b), (b, a)])
        .collect();
    if pairs.is_empty() {
        return eligible.iter().map(|&router| graph.adjacency.of(router).len() as f64).collect();
    }
    pairs.sort_unstable();
    pairs.dedup();
    let domains = (0..graph.graph.node_count()).map(domain).max().map_or(0, |last| last as usize + 1);
    let (mut neighbours, mut routers) = (vec![0.0; domains], vec![0.0; domains]);
    for (a, _) in pairs {
        neighbours[a as usize] += 1.0;
    }
    for &router in eligible {
        routers[domain(router as usize) as usize] += 1.0;
    }
    let size = |&router: &u32| {
        let domain = domain(router as usize) as usize;
        neighbours[domain] / routers[domain]
    };
    eligible.iter().map(size).collect()
}

/// The weight of each eligible router where regions have weights.
fn regional(
    graph: &RouterGraph,
    eligible: &[u32],
    regions: &[(Region, f64)],
) -> Result<Vec<f64>, UnderlayError> {
    let listed = |region: Region| regions.iter().position(|known| known.0 == region);
    let router = |number: u32| &graph.graph[petgraph::graph::NodeIndex::new(number as usize)];
    let region_of = |&number: &u32| {
        let country = router(number).country?;
        listed(Region::Country(country)).or_else(|| listed(Region::Continent(Continent::of(country)?)))
    };
    let of: Vec<Option<usize>> = eligible.iter().map(region_of).collect();
    let (mut people, mut routers) = (vec![0.0; regions.len()], vec![0.0; regions.len()]);
    for (region, &number) in of.iter().zip(eligible) {
        if let &Some(region) = region {
            people[region] += router(number).population;
            routers[region] += 1.0;
        }
    }
    for ((region, weight), &routers) in regions.iter().zip(&routers) {
        let holds = *weight == 0.0 || routers > 0.0;
        check(holds, "placement.regions.weights", "of regions with routers that take hosts", region)?;
    }
    let weight = |(region, &number): (&Option<usize>, &u32)| {
        let Some(region) = *region else { return 0.0 };
        let share = if people[region] > 0.0 {
            router(number).population / people[region]
        } else {
            1.0 / routers[region]
        };
        regions[region].1 * share
    };
    Ok(of.iter().zip(eligible).map(weight).collect())
}

/// The routers nearest to the places that hosts draw: by weight, or all once in random order and then all again.
fn at_places(graph: &RouterGraph, eligible: &[u32], hosts: u32, list: &PlaceList, seeds: Seeds) -> Vec<u32> {
    let places = list.places.len() as u32;
    let mut order: Vec<u32> = (0..places).collect();
    let mut drawn = Vec::with_capacity(hosts as usize);
    match &list.weights {
        Some(weights) => drawn.extend(
            (0..hosts).map(|host| weights.draw(&mut seeds.stream(Purpose::Placement, u64::from(host), 0))),
        ),
        None => {
            for round in 0..hosts.div_ceil(places) {
                seeds.stream(Purpose::Placement, NO_HOST, u64::from(round)).shuffle(&mut order);
                drawn.extend(order.iter().take(hosts as usize - drawn.len()));
            }
        }
    }
    let nearest = Nearest::new(graph, eligible);
    let mut spots: Vec<Option<u32>> = vec![None; list.places.len()];
    let at = |(host, place): (u32, u32)| {
        let spot = *spots[place as usize].get_or_insert_with(|| nearest.spot(list.places[place as usize]));
        nearest.router(spot, &mut seeds.stream(Purpose::Placement, u64::from(host), SPOT))
    };
    (0..).zip(drawn).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Attachment, HostId, Internet, Model, Places, Topology, TransitStub, Underlay};

    fn world() -> Topology {
        Model::Internet(Internet::with_domains(2000)).build(Seeds::new(1, 0)).unwrap()
    }

    fn attach(topology: &Topology, placement: Placement, hosts: u32) -> Result<Underlay, UnderlayError> {
        let attachment = Attachment { placement, ..Attachment::default() };
        topology.attach(hosts, &attachment, Seeds::new(7, 0))
    }

    /// How many of the hosts are at routers for which `holds`.
    fn share(underlay: &Underlay, holds: impl Fn(&crate::Router) -> bool) -> f64 {
        let graph = underlay.topology().graph().unwrap();
        let router =
            |host| &graph.graph()[petgraph::graph::NodeIndex::new(underlay.router(host).unwrap().0 as usize)];
        let count = (0..underlay.hosts()).filter(|&host| holds(router(HostId(host)))).count();
        count as f64 / f64::from(underlay.hosts())
    }

    fn country(code: &str) -> Country {
        Country::new(code).unwrap()
    }

    #[test]
    fn people_are_where_hosts_are() {
        let topology = world();
        let graph = topology.graph().unwrap();
        let all: f64 = graph.graph().node_weights().map(|router| router.population).sum();
        let underlay = attach(&topology, Placement::Population, 20_000).unwrap();
        for code in ["CN", "IN", "US"] {
            let there = |router: &crate::Router| router.country == Some(country(code));
            let people: f64 = graph
                .graph()
                .node_weights()
                .filter(|router| there(router))
                .map(|router| router.population)
                .sum();
            // Binomial: four standard deviations of 20,000 draws.
            let expected = people / all;
            let error = 4.0 * (expected * (1.0 - expected) / 20_000.0).sqrt();
            let got = share(&underlay, there);
            assert!((got - expected).abs() < error, "{code}: {got}, not {expected}");
        }
    }

    #[test]
    fn large_systems_have_more_hosts() {
        let topology = world();
        let underlay = attach(&topology, Placement::DomainSize, 20_000).unwrap();
        let graph = topology.graph().unwrap();
        // By hand: neighbouring domains of every stub with one router.
        let mut neighbours = vec![std::collections::BTreeSet::new(); graph.domains().len()];
        for edge in graph.graph().edge_indices() {
            let (a, b) = graph.graph().edge_endpoints(edge).unwrap();
            let [a, b] = [a, b].map(|node| graph.graph()[node].domain);
            if a != b {
                neighbours[a as usize].insert(b);
                neighbours[b as usize].insert(a);
            }
        }
        let stubs: Vec<_> =
            graph.graph().node_weights().filter(|router| router.kind == crate::RouterKind::Stub).collect();
        // A stub with several points of presence counts once.
        let mut domains: Vec<u32> = stubs.iter().map(|router| router.domain).collect();
        domains.dedup();
        let size = |domain: u32| neighbours[domain as usize].len() as f64;
        let all: f64 = domains.iter().map(|&domain| size(domain)).sum();
        let large: f64 = domains.iter().map(|&domain| size(domain)).filter(|&size| size >= 4.0).sum();
        let got = share(&underlay, |router| size(router.domain) >= 4.0);
        assert!((got - large / all).abs() < 4.0 * (0.25f64 / 20_000.0).sqrt(), "{got}, not {}", large / all);
    }

    #[test]
    fn regions_get_their_weights() {
        let topology = world();
        let regions = vec![
            (Region::Continent(Continent::Europe), 3.0),
            (Region::Country(country("DE")), 1.0),
            (Region::Continent(Continent::Africa), 0.0),
        ];
        let underlay = attach(&topology, Placement::Regions(regions), 10_000).unwrap();
        let german = share(&underlay, |router| router.country == Some(country("DE")));
        assert!((german - 0.25).abs() < 4.0 * (0.1875f64 / 10_000.0).sqrt(), "{german}");
        let european =
            share(&underlay, |router| router.country.and_then(Continent::of) == Some(Continent::Europe));
        assert!((european - 1.0).abs() < 1e-9);
        let nobody = vec![(Region::Country(country("ZZ")), 1.0)];
        let error = attach(&topology, Placement::Regions(nobody), 10).unwrap_err().to_string();
        assert!(error.contains("of regions with routers that take hosts, not ZZ"), "{error}");
    }

    #[test]
    fn hosts_go_to_the_routers_nearest_to_their_places() {
        let topology = world();
        let text = "lat,lon,weight\n52.5,13.4,1\n-33.9,18.4,3\n35.7,139.7,0\n";
        let places = |weight: Option<&str>| {
            let places = Places { weight: weight.map(str::to_owned), ..Places::new("p.csv") };
            Placement::Places(Arc::new(places.parse(text.as_bytes()).unwrap()))
        };
        let underlay = attach(&topology, places(None), 9).unwrap();
        let there = |code: &str| share(&underlay, |router| router.country == Some(country(code)));
        assert!([there("DE"), there("ZA"), there("JP")].iter().all(|share| (share - 1.0 / 3.0).abs() < 1e-9));
        let underlay = attach(&topology, places(Some("weight")), 4000).unwrap();
        let african = share(&underlay, |router| router.country == Some(country("ZA")));
        assert!((african - 0.75).abs() < 4.0 * (0.1875f64 / 4000.0).sqrt(), "{african}");
    }

    #[test]
    fn what_the_network_cannot_tell_is_refused() {
        let plane = Model::TransitStub(TransitStub::with_routers(100)).build(Seeds::new(1, 0)).unwrap();
        let refused = |placement| attach(&plane, placement, 10).unwrap_err().to_string();
        assert!(refused(Placement::Population).starts_with("placement must be another"));
        let list = Places::new("p.csv").parse(b"1,2\n").unwrap();
        assert!(refused(Placement::Places(Arc::new(list))).starts_with("placement.places must be left out"));
        assert!(attach(&plane, Placement::DomainSize, 10).is_ok());
        let constant = Topology::constant(crate::Constant { latency: overlab_time::Span::from_millis(5) });
        let error = attach(&constant, Placement::Population, 10).unwrap_err().to_string();
        assert!(error.starts_with("placement must be left out"), "{error}");
    }
}
