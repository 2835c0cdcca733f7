//! Where faults at random times strike.

use super::{Location, Strike, domain, ends, kind, links_of};
use crate::damage::Damage;
use crate::error::UnderlayError;
use crate::graph::{RouterGraph, RouterKind};
use crate::place::{HostId, LinkId, RouterId};
use crate::underlay::Underlay;
use overlab_time::Stream;
use petgraph::graph::EdgeIndex;
use std::collections::{BTreeMap, BTreeSet};

/// The probabilities that a fault of a link is one of what the link shares with others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Risks {
    /// That one of its two routers is down, with all links of that router.
    pub router: f64,
    /// Else, that all links through its cable are; where it is in none, all between the same two domains.
    pub cable: f64,
}

/// The links of a network by where they are: what random faults are drawn from.
#[derive(Clone, Debug)]
pub struct Spots {
    /// Links between transit routers, or all where there are none.
    core: Vec<LinkId>,
    /// The links of each domain to others, where domains are told apart.
    borders: BTreeMap<u32, Vec<LinkId>>,
}

impl Spots {
    /// The links of `underlay`'s graph; none on end-to-end models, where only access links can fail.
    pub fn new(underlay: &Underlay) -> Self {
        let mut spots = Self { core: Vec::new(), borders: BTreeMap::new() };
        let Some(graph) = underlay.topology.graph() else { return spots };
        let links: Vec<LinkId> = graph.graph.edge_indices().map(|edge| LinkId(edge.index() as u32)).collect();
        let transit =
            |link: &LinkId| ends(graph, *link).into_iter().all(|end| kind(graph, end) == RouterKind::Transit);
        spots.core = links.iter().copied().filter(transit).collect();
        for &link in &links {
            let [a, b] = ends(graph, link).map(|end| domain(graph, end));
            if a != b {
                spots.borders.entry(a).or_default().push(link);
                spots.borders.entry(b).or_default().push(link);
            }
        }
        if spots.core.is_empty() {
            spots.core = links;
        }
        spots
    }

    /// Whether something can fail at `location`.
    pub fn has(&self, location: Location) -> bool {
        location == Location::LastHop || !self.core.is_empty()
    }

    /// A fault at `location`.
    ///
    /// # Errors
    /// Where nothing can fail there.
    pub fn draw(
        &self,
        underlay: &Underlay,
        location: Location,
        risks: Risks,
        stream: &mut Stream,
    ) -> Result<Strike, UnderlayError> {
        let host = HostId(stream.below(u64::from(underlay.hosts().max(1))) as u32);
        if location == Location::LastHop {
            return Ok(Strike::of_hosts(if underlay.hosts() > 0 { vec![host] } else { Vec::new() }));
        }
        let needs = "a router graph: on other underlays give all weight to \"last_hop\"";
        let none = UnderlayError::CannotFail { what: "a link at the edge or in the core", needs };
        let Some(graph) = underlay.topology.graph().filter(|_| !self.core.is_empty()) else {
            return Err(none);
        };
        let link = match (location, underlay.router(host)) {
            (Location::Edge, Some(RouterId(router))) => {
                let own: Vec<LinkId>;
                let links = match self.borders.get(&domain(graph, router)) {
                    Some(borders) => borders,
                    None => {
                        own = links_of(graph, router).map(|(link, _)| link).collect();
                        &own
                    }
                };
                // A graph of one router has no links at all.
                *links.get(stream.index(links.len().max(1))).ok_or(none)?
            }
            _ => self.core[stream.index(self.core.len())],
        };
        let damage = along(graph, link, risks, stream);
        Ok(Strike::of_graph(underlay, graph, damage, Some(location)))
    }
}

/// What fails when a link does.
fn along(graph: &RouterGraph, link: LinkId, risks: Risks, stream: &mut Stream) -> Damage {
    let ends = ends(graph, link);
    // Three draws whatever comes of them: a later value must not depend on an earlier probability.
    let (router, end, cable) = (stream.chance(risks.router), stream.index(2), stream.chance(risks.cable));
    if router {
        return Damage { routers: BTreeSet::from([RouterId(ends[end])]), ..Damage::default() };
    }
    let mut links = BTreeSet::from([link]);
    if cable {
        let through = graph.graph[EdgeIndex::new(link.0 as usize)].cable;
        let [a, b] = ends.map(|end| domain(graph, end));
        let all = graph.graph.edge_indices().map(|edge| LinkId(edge.index() as u32));
        links.extend(all.filter(|other| match through {
            Some(_) => graph.graph[EdgeIndex::new(other.0 as usize)].cable == through,
            None => {
                let [c, d] = super::ends(graph, *other).map(|end| domain(graph, end));
                a != b && ((a, b) == (c, d) || (a, b) == (d, c))
            }
        }));
    }
    Damage { links, ..Damage::default() }
}
