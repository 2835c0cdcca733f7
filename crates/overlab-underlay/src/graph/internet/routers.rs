//! Routers at points of presence, and the links within and between networks.

use super::cities::Cities;
use super::crossing::Crossings;
use super::domains::Domains;
use super::relations::Relations;
use super::{Internet, turn};
use crate::geography::FIBRE_SPEED;
use crate::graph::{Link, LinkClass, Relation, Router, RouterKind};
use overlab_time::{Bandwidth, Purpose, Seeds, Span, Stream};
use petgraph::graph::{NodeIndex, UnGraph};

/// What a link carries, in Gbps, by the smaller of its two networks: tier 1, large (the first twentieth of the transit networks),
/// other transit, stub.
const CAPACITIES: [u64; 4] = [1_000, 400, 100, 10];
/// Of the transit networks the first that count as large.
const LARGE: u32 = 20;

pub(super) fn build(
    parameters: &Internet,
    cities: &Cities,
    domains: &Domains,
    relations: &Relations,
    residents: &[f64],
    crossings: &Crossings,
    seeds: Seeds,
) -> UnGraph<Router, Link> {
    let mut building = Building {
        metro: parameters.metro,
        cities,
        domains,
        relations,
        crossings,
        stream: seeds.stream(Purpose::Underlay, 0, turn::ROUTERS),
        graph: UnGraph::with_capacity(domains.points(domains.count() - 1).end, 8 * domains.count() as usize),
    };
    for domain in 0..domains.count() {
        building.routers(domain, residents[domain as usize]);
    }
    for domain in 0..domains.count() {
        building.backbone(domain);
    }
    for domain in 0..domains.count() {
        for &provider in relations.providers(domain) {
            building.connect(domain, provider, Relation::Customer);
        }
    }
    for &(a, b) in &relations.peers {
        building.connect(a, b, Relation::Peer);
    }
    building.graph
}

struct Building<'a> {
    metro: Span,
    cities: &'a Cities,
    domains: &'a Domains,
    relations: &'a Relations,
    crossings: &'a Crossings,
    stream: Stream,
    graph: UnGraph<Router, Link>,
}

impl Building<'_> {
    fn routers(&mut self, domain: u32, residents: f64) {
        let kind = if self.relations.sells[domain as usize] { RouterKind::Transit } else { RouterKind::Stub };
        for (index, &city) in self.domains.presence(domain).iter().enumerate() {
            let place = &self.cities.all[city as usize];
            self.graph.add_node(Router {
                country: Some(self.cities.nation(city).country),
                // A stub's people are at its home.
                population: if index == 0 { residents } else { 0.0 },
                ..Router::new(kind, domain, [place.longitude, place.latitude])
            });
        }
    }

    /// The class of capacity of a network, as an index of [`CAPACITIES`].
    fn size(&self, domain: u32) -> usize {
        let Domains { tier1, transit, .. } = *self.domains;
        if domain < tier1 {
            0
        } else if domain < transit / LARGE {
            1
        } else if domain < transit {
            2
        } else {
            3
        }
    }

    fn capacity(size: usize) -> Option<Bandwidth> {
        Bandwidth::new(CAPACITIES[size] * 1_000_000_000).ok()
    }

    /// Adds the link between two points of presence, given by network and index.
    fn link(&mut self, (a, at_a): (u32, usize), (b, at_b): (u32, usize), relation: Option<Relation>) {
        let [from, to] = [self.domains.presence(a)[at_a], self.domains.presence(b)[at_b]];
        let (length, cable) = self.crossings.way(self.cities, from, to);
        // A tenth to all of the longest way across town.
        let metro = Span(self.metro.0 / 10 + self.stream.below(self.metro.0 - self.metro.0 / 10 + 1));
        let latency = Span::from_seconds_f64(length / FIBRE_SPEED) + metro;
        let sells = |domain: u32| self.relations.sells[domain as usize];
        let class = match (a == b, sells(a), sells(b)) {
            (true, true, _) => LinkClass::IntraTransit,
            (true, false, _) => LinkClass::IntraStub,
            (false, true, true) => LinkClass::InterTransit,
            (false, false, false) => LinkClass::InterStub,
            (false, _, _) => LinkClass::TransitStub,
        };
        let capacity = Self::capacity(self.size(a).max(self.size(b)));
        let node = |domain: u32, at: usize| NodeIndex::new(self.domains.points(domain).start + at);
        let (from, to) = (node(a, at_a), node(b, at_b));
        self.graph.add_edge(from, to, Link { capacity, relation, cable, ..Link::new(latency, class) });
    }

    /// Links the points of presence of a network: a spanning tree of least length (Prim, 1957), each point with its two nearest,
    /// and a ring around the continents through the first city of each.
    fn backbone(&mut self, domain: u32) {
        let cities = self.domains.presence(domain);
        let size = cities.len();
        if size < 2 {
            return;
        }
        let lengths: Vec<f64> = (0..size * size)
            .map(|pair| self.crossings.way(self.cities, cities[pair / size], cities[pair % size]).0)
            .collect();
        let length = |a: usize, b: usize| lengths[a * size + b];
        let mut links = Vec::with_capacity(3 * size);
        let mut nearest: Vec<(f64, usize)> = (0..size).map(|point| (length(0, point), 0)).collect();
        let mut outside: Vec<usize> = (1..size).collect();
        while let Some(at) =
            (0..outside.len()).min_by(|&a, &b| nearest[outside[a]].0.total_cmp(&nearest[outside[b]].0))
        {
            let point = outside.swap_remove(at);
            links.push((nearest[point].1, point));
            for &other in &outside {
                if length(point, other) < nearest[other].0 {
                    nearest[other] = (length(point, other), point);
                }
            }
        }
        if size > 2 {
            for point in 0..size {
                let mut near: Vec<usize> = (0..size).filter(|&other| other != point).collect();
                near.sort_by(|&a, &b| length(point, a).total_cmp(&length(point, b)));
                links.extend(near.iter().take(2).map(|&other| (point, other)));
            }
            let mut hubs: Vec<(_, usize)> = Vec::new();
            for (point, &city) in cities.iter().enumerate() {
                let continent = self.cities.nation(city).continent;
                if !hubs.iter().any(|hub| hub.0 == continent) {
                    hubs.push((continent, point));
                }
            }
            // Around the globe by longitude.
            let longitude = |hub: &(_, usize)| self.cities.all[cities[hub.1] as usize].longitude;
            hubs.sort_by(|a, b| longitude(a).total_cmp(&longitude(b)));
            if hubs.len() > 1 {
                links.extend((0..hubs.len()).map(|at| (hubs[at].1, hubs[(at + 1) % hubs.len()].1)));
            }
        }
        let mut links: Vec<_> = links.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
        links.sort_unstable();
        links.dedup();
        for (a, b) in links {
            self.link((domain, a), (domain, b), None);
        }
    }

    /// Links two networks where both are, in more cities the more they have, far from one another; else at their nearest points.
    fn connect(&mut self, a: u32, b: u32, relation: Relation) {
        let [of_a, of_b] = [self.domains.presence(a), self.domains.presence(b)];
        let shared: Vec<(usize, usize)> = of_a
            .iter()
            .enumerate()
            .filter_map(|(at, city)| position(of_b, *city).map(|other| (at, other)))
            .collect();
        if shared.is_empty() {
            let (at, other) = self.nearest(of_a, of_b);
            self.link((a, at), (b, other), Some(relation));
            return;
        }
        let wanted = libm::ceil(libm::sqrt(of_a.len().min(of_b.len()) as f64)) as usize;
        for (at, other) in self.apart(of_a, shared, wanted) {
            self.link((a, at), (b, other), Some(relation));
        }
    }

    /// `wanted` of the `shared` points, the first being the first of them, each other the farthest from those before it.
    fn apart(&self, cities: &[u32], shared: Vec<(usize, usize)>, wanted: usize) -> Vec<(usize, usize)> {
        if shared.len() <= wanted {
            return shared;
        }
        let likeness = |a: usize, b: usize| self.likeness(cities[shared[a].0], cities[shared[b].0]);
        let mut chosen = vec![0];
        let mut nearest: Vec<f64> = (0..shared.len()).map(|point| likeness(0, point)).collect();
        while chosen.len() < wanted {
            let next = (0..shared.len()).min_by(|&a, &b| nearest[a].total_cmp(&nearest[b])).unwrap_or(0);
            chosen.push(next);
            for (point, nearest) in nearest.iter_mut().enumerate() {
                *nearest = nearest.max(likeness(next, point));
            }
        }
        chosen.sort_unstable();
        chosen.dedup();
        chosen.into_iter().map(|point| shared[point]).collect()
    }

    /// The cosine of the angle between two cities: larger is nearer.
    fn likeness(&self, a: u32, b: u32) -> f64 {
        let [a, b] = [a, b].map(|city| self.cities.all[city as usize].direction.0);
        a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    }

    fn nearest(&self, of_a: &[u32], of_b: &[u32]) -> (usize, usize) {
        let mut best = (f64::NEG_INFINITY, (0, 0));
        for (at, &city) in of_a.iter().enumerate() {
            for (other_at, &other) in of_b.iter().enumerate() {
                let likeness = self.likeness(city, other);
                if likeness > best.0 {
                    best = (likeness, (at, other_at));
                }
            }
        }
        best.1
    }
}

/// Where `city` is among the cities of a network: home first, the others ascending.
fn position(cities: &[u32], city: u32) -> Option<usize> {
    if cities[0] == city {
        return Some(0);
    }
    cities[1..].binary_search(&city).ok().map(|index| index + 1)
}
