//! Routers at points of presence, and the links within and between networks.

use super::cities::Cities;
use super::crossing::Crossings;
use super::domains::Domains;
use super::relations::Relations;
use super::{Internet, turn};
use crate::geography::{EARTH_RADIUS, FIBRE_SPEED};
use crate::graph::{Link, LinkClass, Relation, Router, RouterKind};
use overlab_time::{Bandwidth, Purpose, Seeds, Span, Stream};
use petgraph::graph::{NodeIndex, UnGraph};

/// What a link carries, in Gbps, by the smaller of its two networks: tier 1, large (the first twentieth of the transit networks),
/// other transit, stub.
const CAPACITIES: [u64; 4] = [1_000, 400, 100, 10];
/// Of the transit networks the first that count as large.
const LARGE: u32 = 20;
/// How much longer than its own fibre the way between two points of presence of a network may be.
const DETOUR: f64 = 1.15;
/// Kilometres over which points of presence of two networks are joined as if they were in one town.
const MEETING: f64 = 500.0;
/// In how many places two networks meet, as a power of how many points of presence the smaller has.
const MEETINGS_EXPONENT: f64 = 0.75;

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

    /// Links the points of presence of a network: each with its two nearest, so that one failure parts few, and from the shortest
    /// on all that would else be more than [`DETOUR`] times as far by the links there are (Althöfer, Das, Dobkin, Joseph, Soares,
    /// "On sparse spanners of weighted graphs", Discrete & Computational Geometry 9, 1993).
    fn backbone(&mut self, domain: u32) {
        let cities = self.domains.presence(domain);
        let size = cities.len();
        if size < 2 {
            return;
        }
        let lengths: Vec<f64> = (0..size * size)
            .map(|pair| self.crossings.way(self.cities, cities[pair / size], cities[pair % size]).0)
            .collect();
        let mut pairs: Vec<(usize, usize)> =
            (0..size).flat_map(|a| (a + 1..size).map(move |b| (a, b))).collect();
        let order = |a: &(usize, usize), b: &(usize, usize)| {
            lengths[a.0 * size + a.1].total_cmp(&lengths[b.0 * size + b.1]).then(a.cmp(b))
        };
        pairs.sort_unstable_by(order);
        let mut seen = vec![0; size];
        let mut far = vec![f64::INFINITY; size * size];
        (0..size).for_each(|point| far[point * size + point] = 0.0);
        for (a, b) in pairs {
            let length = lengths[a * size + b];
            // The first two pairs of a point are those with its two nearest.
            let near = seen[a] < 2 || seen[b] < 2;
            seen[a] += 1;
            seen[b] += 1;
            if !near && far[a * size + b] <= DETOUR * length {
                continue;
            }
            self.link((domain, a), (domain, b), None);
            if far[a * size + b] <= length {
                continue;
            }
            let [to_a, to_b] = [a, b].map(|end| far[end * size..][..size].to_vec());
            for from in 0..size {
                // Only ways that get shorter by the new link can shorten others.
                let [at_a, at_b] = [to_a[from], to_b[from]];
                if at_a + length >= at_b && at_b + length >= at_a {
                    continue;
                }
                let row = &mut far[from * size..][..size];
                for (to, known) in row.iter_mut().enumerate() {
                    *known = known.min((at_a + length + to_b[to]).min(at_b + length + to_a[to]));
                }
            }
        }
    }

    /// Links two networks where both are, in more places the more they have, far from one another; else at their nearest points.
    fn connect(&mut self, a: u32, b: u32, relation: Relation) {
        let [of_a, of_b] = [self.domains.presence(a), self.domains.presence(b)];
        let pairs = of_a.iter().enumerate().map(|(at, &city)| {
            let (likeness, other) = self.nearest(city, of_b);
            (likeness, at, other)
        });
        let pairs: Vec<(f64, usize, usize)> = pairs.collect();
        let within = libm::cos(MEETING / EARTH_RADIUS);
        let mut shared: Vec<(usize, usize)> = pairs
            .iter()
            .filter(|&&(likeness, at, other)| {
                // Each must be the other's nearest, so that no town has two meetings.
                likeness >= within && self.nearest(of_b[other], of_a).1 == at
            })
            .map(|&(_, at, other)| (at, other))
            .collect();
        if shared.is_empty() {
            let nearest = pairs.iter().max_by(|x, y| x.0.total_cmp(&y.0));
            shared.extend(nearest.map(|&(_, at, other)| (at, other)));
        }
        let points = of_a.len().min(of_b.len()) as f64;
        let wanted = libm::ceil(libm::pow(points, MEETINGS_EXPONENT)) as usize;
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

    /// The nearest of `cities` to a city, the first of equals, and its likeness.
    fn nearest(&self, city: u32, cities: &[u32]) -> (f64, usize) {
        let mut best = (f64::NEG_INFINITY, 0);
        for (at, &other) in cities.iter().enumerate() {
            // The cosine of no angle may come out smaller than that of a small one.
            let likeness = if other == city { 2.0 } else { self.likeness(city, other) };
            if likeness > best.0 {
                best = (likeness, at);
            }
        }
        best
    }
}
