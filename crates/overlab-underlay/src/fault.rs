//! Faults: what fails, and what that strikes on a given network.
//!
//! A [`Fault`] is what a scenario says: names and selections. On an [`Underlay`] it makes a [`Strike`]: dead routers and links
//! (which routing may find ways around), hosts that are cut off, and a [`Barrier`] between groups of hosts (which no routing
//! can help). Any number of strikes together make a [`Filter`] and a [`Damage`].

mod barrier;
mod names;
mod pairs;
mod selection;
mod spots;

pub use barrier::{Barrier, Filter};
pub use names::RouterName;
pub use pairs::Pairs;
pub use selection::{Selection, Side};
pub use spots::{Risks, Spots};

use crate::damage::Damage;
use crate::error::UnderlayError;
use crate::graph::{RouterGraph, RouterKind};
use crate::place::{HostId, LinkId, RouterId};
use crate::underlay::Underlay;
use overlab_time::Stream;
use petgraph::graph::{EdgeIndex, NodeIndex};
use std::collections::BTreeSet;

/// Something that fails.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The link between two routers.
    Link([RouterName; 2]),
    /// A router with all its links, and the hosts that hang off it.
    Router(RouterName),
    /// All routers of the autonomous system of this number, and their hosts.
    AutonomousSystem(u32),
    /// The access links of hosts.
    Hosts(Selection),
    /// All routers and hosts in a region.
    Region(Selection),
    /// All links through the submarine cable of this name.
    Cable(String),
    /// Hosts fall into parts; those that no part names are one more, and who is in several is of the first.
    Partition(Vec<Selection>),
    /// Messages across a border around some hosts are dropped.
    Border {
        /// The hosts inside.
        around: Selection,
        /// The probability for messages that enter, between 0 and 1.
        inward: f64,
        /// The same for messages that leave.
        outward: f64,
    },
}

/// Where a fault is, seen from the hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// At access links.
    LastHop,
    /// At routers of stub domains or where these meet the network.
    Edge,
    /// Between and at routers that carry the traffic of others; anywhere in graphs that tell no kinds.
    Core,
    /// Everywhere in a region, or between whole parts of the network.
    Wide,
}

impl Location {
    /// All locations.
    pub const ALL: [Self; 4] = [Self::LastHop, Self::Edge, Self::Core, Self::Wide];

    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::LastHop => "last_hop",
            Self::Edge => "edge",
            Self::Core => "core",
            Self::Wide => "wide",
        }
    }
}

/// What a fault does to a network.
#[derive(Clone, Debug)]
pub struct Strike {
    /// Dead routers and links.
    pub damage: Damage,
    /// Hosts that no message leaves or reaches, ascending.
    pub severed: Vec<HostId>,
    /// What separates groups of hosts.
    pub barrier: Option<Barrier>,
    /// Where it is.
    pub location: Location,
    /// Whether routing between domains has to deal with it, not only routing within one.
    pub interdomain: bool,
}

impl Strike {
    fn of_hosts(severed: Vec<HostId>) -> Self {
        let damage = Damage::default();
        Self { damage, severed, barrier: None, location: Location::LastHop, interdomain: false }
    }

    fn of_barrier(barrier: Barrier) -> Self {
        Self { barrier: Some(barrier), location: Location::Wide, ..Self::of_hosts(Vec::new()) }
    }

    /// Dead routers and links, with the hosts of dead routers; `location` where that is not to be seen from them.
    fn of_graph(
        underlay: &Underlay,
        graph: &RouterGraph,
        damage: Damage,
        location: Option<Location>,
    ) -> Self {
        let hosts = (0..underlay.hosts()).map(HostId);
        let severed = match damage.routers.is_empty() {
            true => Vec::new(),
            false => hosts
                .filter(|host| underlay.router(*host).is_some_and(|router| damage.routers.contains(&router)))
                .collect(),
        };
        let location = location.unwrap_or_else(|| seen(graph, &damage));
        let interdomain = crosses_domains(graph, &damage);
        Self { damage, severed, barrier: None, location, interdomain }
    }
}

/// Both ends of a link.
fn ends(graph: &RouterGraph, link: LinkId) -> [u32; 2] {
    let (a, b) = graph.graph.edge_endpoints(EdgeIndex::new(link.0 as usize)).expect("links are edges");
    [a.index() as u32, b.index() as u32]
}

/// The links of a router, with the routers at their other ends.
fn links_of(graph: &RouterGraph, router: u32) -> impl Iterator<Item = (LinkId, u32)> + '_ {
    use petgraph::visit::EdgeRef;
    let edges = graph.graph.edges(NodeIndex::new(router as usize));
    edges.map(|edge| (LinkId(edge.id().index() as u32), edge.target().index() as u32))
}

fn domain(graph: &RouterGraph, router: u32) -> u32 {
    graph.graph[NodeIndex::new(router as usize)].domain
}

fn kind(graph: &RouterGraph, router: u32) -> RouterKind {
    graph.graph[NodeIndex::new(router as usize)].kind
}

/// At the edge where every dead thing touches a stub domain, else in the core.
fn seen(graph: &RouterGraph, damage: &Damage) -> Location {
    let stub = |router: u32| kind(graph, router) == RouterKind::Stub;
    let routers = damage.routers.iter().all(|router| stub(router.0));
    let links = damage.links.iter().all(|link| ends(graph, *link).into_iter().any(stub));
    if routers && links { Location::Edge } else { Location::Core }
}

/// Whether a dead link, one of a dead router included, joins two domains.
fn crosses_domains(graph: &RouterGraph, damage: &Damage) -> bool {
    let differ = |a: u32, b: u32| domain(graph, a) != domain(graph, b);
    let links = damage.links.iter().map(|link| ends(graph, *link)).any(|[a, b]| differ(a, b));
    links
        || damage
            .routers
            .iter()
            .any(|router| links_of(graph, router.0).any(|(_, other)| differ(router.0, other)))
}

impl Fault {
    /// What it strikes on `underlay`; random selections draw from `stream`.
    ///
    /// # Errors
    /// Where the network has nothing of that name, or cannot have: an end-to-end model has no links.
    pub fn strike(&self, underlay: &Underlay, stream: &mut Stream) -> Result<Strike, UnderlayError> {
        let graph = |what| {
            let needs = "a router graph: \"hosts\", \"partition\" and \"border\" work on every underlay";
            underlay.topology.graph().ok_or(UnderlayError::CannotFail { what, needs })
        };
        match self {
            Self::Link(names) => {
                let graph = graph("a link")?;
                let link = names::link(graph, names)?;
                let damage = Damage { links: BTreeSet::from([link]), ..Damage::default() };
                Ok(Strike::of_graph(underlay, graph, damage, None))
            }
            Self::Router(name) => {
                let graph = graph("a router")?;
                let damage =
                    Damage { routers: BTreeSet::from([names::router(graph, name)?]), ..Damage::default() };
                Ok(Strike::of_graph(underlay, graph, damage, None))
            }
            Self::AutonomousSystem(number) => {
                let graph = graph("an autonomous system")?;
                let domains = names::domains(graph, &[*number])?;
                let routers = (0..graph.routers()).filter(|router| domains.contains(&domain(graph, *router)));
                let damage = Damage { routers: routers.map(RouterId).collect(), ..Damage::default() };
                Ok(Strike::of_graph(underlay, graph, damage, None))
            }
            Self::Cable(name) => {
                let graph = graph("a cable")?;
                let cable = names::cable(graph, name)?;
                let through =
                    graph.graph.edge_indices().filter(|edge| graph.graph[*edge].cable == Some(cable));
                let links = through.map(|edge| LinkId(edge.index() as u32)).collect();
                let damage = Damage { links, ..Damage::default() };
                Ok(Strike::of_graph(underlay, graph, damage, Some(Location::Core)))
            }
            Self::Region(selection) => match underlay.topology.graph() {
                Some(graph) => {
                    let routers = selection.routers(graph)?;
                    let damage =
                        Damage { routers: routers.into_iter().map(RouterId).collect(), ..Damage::default() };
                    Ok(Strike::of_graph(underlay, graph, damage, Some(Location::Wide)))
                }
                None => {
                    let everybody = vec![true; underlay.hosts() as usize];
                    let hosts = selection.hosts(underlay, &everybody, stream)?;
                    Ok(Strike { location: Location::Wide, ..Strike::of_hosts(hosts) })
                }
            },
            Self::Hosts(selection) => {
                let everybody = vec![true; underlay.hosts() as usize];
                Ok(Strike::of_hosts(selection.hosts(underlay, &everybody, stream)?))
            }
            Self::Partition(parts) => {
                let mut left = vec![true; underlay.hosts() as usize];
                let mut groups = vec![parts.len() as u8; left.len()];
                for (part, selection) in parts.iter().enumerate() {
                    for host in selection.hosts(underlay, &left, stream)? {
                        left[host.index()] = false;
                        groups[host.index()] = part as u8;
                    }
                }
                Ok(Strike::of_barrier(Barrier::between_all(groups, parts.len() + 1)))
            }
            Self::Border { around, inward, outward } => {
                let everybody = vec![true; underlay.hosts() as usize];
                let mut groups = vec![0; everybody.len()];
                for host in around.hosts(underlay, &everybody, stream)? {
                    groups[host.index()] = 1;
                }
                Ok(Strike::of_barrier(Barrier::around(groups, *inward, *outward)))
            }
        }
    }
}
