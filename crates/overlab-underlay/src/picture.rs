//! Where things stand, as plain numbers for those who draw.

use crate::graph::{LinkClass, Positions, RouterGraph, RouterKind};
use crate::latency::{Latency, UNIT};
use crate::place::HostId;
use crate::routes::Search;
use crate::topology::Kind;
use crate::underlay::Underlay;

mod scaling;

/// The most places that multidimensional scaling lays out; its cost grows with the square.
const MOST_SCALED: usize = 500;
/// The most hosts that a picture of a plane or sphere shows.
const MOST_HOSTS: usize = 5_000;

/// An underlay to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Points.
    pub nodes: Vec<PictureNode>,
    /// Lines between two of [`Picture::nodes`].
    pub edges: Vec<(u32, u32, EdgeClass)>,
    /// Whether `x` is a longitude and `y` a latitude on Earth, in degrees; else the unit of both is the same.
    pub geographic: bool,
    /// How the positions came about, in words.
    pub layout: &'static str,
}

/// One point of a [`Picture`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PictureNode {
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// What stands there.
    pub kind: NodeKind,
    /// How many hosts stand there.
    pub hosts: u32,
}

/// What a point of a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// A router of a transit domain.
    Transit,
    /// A router of a stub domain.
    Stub,
    /// A router of an imported graph.
    Router,
    /// A host of a plane, sphere or matrix.
    Host,
}

/// What a line of a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeClass {
    /// Between or within transit domains.
    Core,
    /// From a transit router to a stub domain, or between two stub domains.
    Access,
    /// Within a stub domain.
    Local,
    /// Of an imported graph.
    Link,
}

impl From<LinkClass> for EdgeClass {
    fn from(class: LinkClass) -> Self {
        match class {
            LinkClass::InterTransit | LinkClass::IntraTransit => Self::Core,
            LinkClass::TransitStub | LinkClass::InterStub => Self::Access,
            LinkClass::IntraStub => Self::Local,
            LinkClass::Plain => Self::Link,
        }
    }
}

impl Underlay {
    /// The underlay's picture: routers and links, or hosts. Nothing where there are no positions and none can
    /// be worked out: constant latency, no host, or a graph of more than 500 routers without coordinates.
    pub fn picture(&self) -> Option<Picture> {
        let picture = |nodes, layout| Picture { nodes, edges: Vec::new(), geographic: false, layout };
        match (&self.latency, &self.topology.kind) {
            (_, Kind::Routers(graph)) => self.router_picture(graph),
            (Latency::Plane { positions, .. }, _) => {
                let nodes = positions.iter().take(MOST_HOSTS).map(|[x, y]| host(x / 1e6, y / 1e6)).collect();
                Some(picture(nodes, "positions in milliseconds"))
            }
            (Latency::Sphere { positions, .. }, kind) => {
                let degrees = positions.iter().take(MOST_HOSTS).map(|place| place.degrees());
                let nodes = degrees.map(|(y, x)| host(x, y)).collect();
                // Where hosts stand at places of a list, the sphere is the Earth.
                let geographic = matches!(kind, Kind::Sphere(_, Some(_)));
                Some(Picture { geographic, ..picture(nodes, "longitude and latitude on the sphere") })
            }
            (Latency::Coordinates(space), _) => {
                let counts = self.counts(self.sites.len(), |site| site as usize);
                let nodes = space.plane().zip(counts).take(MOST_HOSTS);
                let nodes = nodes.map(|([x, y], hosts)| PictureNode { hosts, ..host(x / 1e6, y / 1e6) });
                Some(picture(nodes.collect(), "the first two coordinates in milliseconds"))
            }
            (Latency::Regions(_), Kind::Regions(map))
                if self.sites.iter().all(|&site| map.is_placed(site)) =>
            {
                let counts = self.counts(self.sites.len(), |site| site as usize);
                let places = self.sites.iter().filter_map(|&site| map.regions()[site as usize].position);
                let nodes = places.zip(counts).map(|((y, x), hosts)| PictureNode { hosts, ..host(x, y) });
                Some(Picture { geographic: true, ..picture(nodes.collect(), "the regions' places") })
            }
            (Latency::Regions(table) | Latency::Table { table, .. }, _) if table.sites() > 0 => {
                let sites = table.sites().min(MOST_SCALED) as u32;
                let between = |a, b| f64::from(table.get(a, b)) / 2.0 + f64::from(table.get(b, a)) / 2.0;
                let milliseconds = UNIT as f64 / 1e6;
                let layout = scaling::layout(sites, |a, b| between(a, b) * milliseconds);
                let counts = self.counts(table.sites(), |site| site as usize);
                let nodes = layout.iter().zip(counts);
                let nodes = nodes.map(|(&[x, y], hosts)| PictureNode { hosts, ..host(x, y) }).collect();
                Some(picture(nodes, "classical scaling of latencies in milliseconds"))
            }
            _ => None,
        }
    }

    /// Where a host is among [`Picture::nodes`]; nothing where the picture leaves it out.
    pub fn pictured(&self, host: HostId) -> Option<u32> {
        let site = self.attached[host.index()].site;
        match (&self.latency, &self.topology.kind) {
            (_, Kind::Routers(_)) => Some(self.sites[site as usize]),
            (Latency::Plane { .. } | Latency::Sphere { .. }, _) => {
                Some(host.0).filter(|&host| (host as usize) < MOST_HOSTS)
            }
            (Latency::Coordinates(_), _) => Some(site).filter(|&site| (site as usize) < MOST_HOSTS),
            (Latency::Regions(table) | Latency::Table { table, .. }, _) => {
                let placed = matches!(&self.topology.kind, Kind::Regions(map) if self.sites.iter().all(|&site| map.is_placed(site)));
                Some(site).filter(|&site| placed || (site as usize) < table.sites().min(MOST_SCALED))
            }
            _ => None,
        }
    }

    /// Hosts at each of `places`, where `place` gives that of a site.
    pub(crate) fn counts(&self, places: usize, place: impl Fn(u32) -> usize) -> Vec<u32> {
        let mut counts = vec![0; places];
        for host in &self.attached {
            counts[place(host.site)] += 1;
        }
        counts
    }

    fn router_picture(&self, routers: &RouterGraph) -> Option<Picture> {
        let graph = &routers.graph;
        let (positions, layout) = match routers.positions {
            Positions::Plane => (None, "generated positions"),
            Positions::Geographic => (None, "coordinates of the file"),
            Positions::None if graph.node_count() > MOST_SCALED => return None,
            Positions::None => (Some(scaled(routers)), "classical scaling of latencies in milliseconds"),
        };
        let counts = self.counts(graph.node_count(), |site| self.sites[site as usize] as usize);
        let nodes = graph.node_weights().zip(counts).enumerate().map(|(index, (router, hosts))| {
            let [x, y] = positions.as_ref().map_or(router.position, |positions| positions[index]);
            let kind = match router.kind {
                RouterKind::Transit => NodeKind::Transit,
                RouterKind::Stub => NodeKind::Stub,
                RouterKind::Plain => NodeKind::Router,
            };
            PictureNode { x, y, kind, hosts }
        });
        let nodes = nodes.collect();
        let edges = graph.edge_indices().filter_map(|edge| {
            let (a, b) = graph.edge_endpoints(edge)?;
            Some((a.index() as u32, b.index() as u32, graph[edge].class.into()))
        });
        let edges = edges.collect();
        Some(Picture { nodes, edges, geographic: routers.positions == Positions::Geographic, layout })
    }
}

fn host(x: f64, y: f64) -> PictureNode {
    PictureNode { x, y, kind: NodeKind::Host, hosts: 1 }
}

/// Positions of all routers from the latencies between them.
fn scaled(routers: &RouterGraph) -> Vec<[f64; 2]> {
    let count = routers.graph.node_count();
    let mut search = Search::new(count);
    let rows: Vec<Vec<f64>> = (0..count as u32)
        .map(|from| {
            search.run(&routers.adjacency, from);
            (0..count as u32).map(|to| search.latency(to).unwrap_or_default() as f64 / 1e6).collect()
        })
        .collect();
    scaling::layout(count as u32, |a, b| rows[a as usize][b as usize])
}
