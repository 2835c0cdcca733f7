//! Router graphs from files, in all of the formats of [`GraphFormat`](crate::GraphFormat).
//!
//! The latency of a link is, in this order: what the file states (an edge attribute `latency` or `delay` in
//! milliseconds, or with a unit in its name or value: `delay_us`, `"5ms"`; BRITE's, ModelNet's and Rocketfuel's
//! delays); [`Import::link_latency`]; what [`Import::plane`] makes of its length, stated or between its ends on the plane;
//! the time of light in fibre (two thirds of its speed in vacuum) along [`Import::path_factor`] times the great
//! circle. Derived ones are at least [`Import::floor`]. Nodes without coordinates get those of their neighbours: the mean
//! of all that have some, repeated outward until every node has a place. Of parallel links, which are also those that a
//! file lists once each way, [`Import::parallel_links`] says which counts; loops are dropped, labels may repeat.
//!
//! Where nodes have numbers of autonomous systems, these become the graph's domains; relations give them tiers, and tell
//! those that carry the traffic of others (with customers) from stubs.

mod domains;
mod places;

use super::file::{GraphFile, Reading};
use super::{Link, LinkClass, Router, RouterGraph, RouterKind};
use crate::error::{UnderlayError, check};
use crate::graph::Relation;
use overlab_time::{Bandwidth, Span};
use petgraph::graph::{NodeIndex, UnGraph};
use places::Places;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Parameters of an imported router graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The file, gzipped or not.
    pub file: PathBuf,
    /// Its format, units and directions (what the content and the format say).
    pub reading: Reading,
    /// What becomes of a graph in several parts (refused).
    pub component: Component,
    /// Which of several links between the same two routers counts (the fastest).
    pub parallel_links: ParallelLinks,
    /// Length of a fibre route over that of the great circle, 1 to 10. The default, 1.5, is what ITU-T Y.1541
    /// and G.826 use to estimate terrestrial route lengths below 1000 km, where most links of the Topology
    /// Zoo lie (beyond 1200 km they use 1.25).
    pub path_factor: f64,
    /// The shortest latency that is derived from a distance (100 us): equipment is not free where two routers
    /// stand in one town.
    pub floor: Span,
    /// One latency for all links without a stated one, instead of a distance (none).
    pub link_latency: Option<Span>,
    /// How long lengths on a plane take; needed where nothing else gives a link its latency (none).
    pub plane: Option<PlaneScale>,
}

/// How long a message takes on a plane without a unit; at most 100 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaneScale {
    /// One way across the plane: the larger side of the rectangle around the nodes that the graph keeps.
    Width(Span),
    /// One way along one unit of the file's coordinates and lengths.
    Unit(Span),
}

/// Which latency two routers have between them where a file lists several links, or one link for each direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParallelLinks {
    /// The shortest.
    #[default]
    Fastest,
    /// The mean of all.
    Mean,
    /// The longest.
    Slowest,
}

/// What becomes of a graph in several parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Component {
    /// It is an error.
    #[default]
    Whole,
    /// The largest part is kept (of equal ones the one with the first node of the file).
    Largest,
}

/// What is known of all links between two routers so far.
#[derive(Clone, Copy, Debug)]
struct Bundle {
    shortest: Span,
    longest: Span,
    sum: u128,
    count: u32,
    /// That of the fastest link which states one.
    capacity: Option<(Span, Bandwidth)>,
    /// What the router with the lower number is to the other: the first one stated.
    relation: Option<Relation>,
    /// The first class stated.
    class: Option<LinkClass>,
}

impl Bundle {
    fn add(&mut self, latency: Span, capacity: Option<Bandwidth>, relation: Option<Relation>) {
        self.shortest = self.shortest.min(latency);
        self.longest = self.longest.max(latency);
        self.sum += u128::from(latency.0);
        self.count += 1;
        if let Some(capacity) = capacity
            && self.capacity.is_none_or(|known| latency < known.0)
        {
            self.capacity = Some((latency, capacity));
        }
        self.relation = self.relation.or(relation);
    }

    fn latency(&self, which: ParallelLinks) -> Span {
        match which {
            ParallelLinks::Fastest => self.shortest,
            ParallelLinks::Slowest => self.longest,
            ParallelLinks::Mean => Span((self.sum / u128::from(self.count.max(1))) as u64),
        }
    }
}

impl Import {
    /// The graph in `file`, with defaults.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            reading: Reading::default(),
            component: Component::Whole,
            parallel_links: ParallelLinks::Fastest,
            path_factor: 1.5,
            floor: Span::from_micros(100),
            link_latency: None,
            plane: None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        check((1.0..=10.0).contains(&self.path_factor), "path_factor", "between 1 and 10", self.path_factor)?;
        check(self.floor <= Span::from_secs(1), "floor", "at most 1s", self.floor)?;
        let latency = self.link_latency.unwrap_or_default();
        check(latency <= Span::from_secs(10), "link_latency", "at most 10s", latency)?;
        match self.plane {
            None => Ok(()),
            Some(PlaneScale::Width(span)) => {
                check(span <= LONGEST_PLANE, "plane_width", "at most 100s", span)
            }
            Some(PlaneScale::Unit(span)) => check(span <= LONGEST_PLANE, "plane_unit", "at most 100s", span),
        }
    }

    pub(crate) fn read(&self) -> Result<RouterGraph, UnderlayError> {
        self.check()?;
        self.graph(&self.reading.read(&self.file)?)
    }

    /// Makes a router graph of a file's content; [`Import::file`] and [`Import::reading`] play no part.
    ///
    /// # Errors
    /// Where parameters make no sense, the graph is in several parts, or latencies cannot be derived.
    pub fn graph(&self, file: &GraphFile) -> Result<RouterGraph, UnderlayError> {
        self.check()?;
        let kept = self.kept(file)?;
        let mut number = vec![None; file.nodes.len()];
        for (index, &node) in kept.iter().enumerate() {
            number[node as usize] = Some(index as u32);
        }
        // Parallel links with and without a stated latency are told apart only once all latencies are known.
        let edges: Vec<(u32, u32, usize)> = file
            .edges
            .iter()
            .enumerate()
            .filter(|(_, edge)| edge.source != edge.target)
            .filter_map(|(place, edge)| {
                Some((number[edge.source as usize]?, number[edge.target as usize]?, place))
            })
            .collect();
        let places = Places::of(file, &kept, &edges);
        let scale = self.scale(file, &places)?;
        let mut links: BTreeMap<(u32, u32), Bundle> = BTreeMap::new();
        for &(a, b, place) in &edges {
            let edge = &file.edges[place];
            let derived = || match (&places, scale) {
                (Places::Globe(globe), _) => {
                    Ok(globe[a as usize].fibre(globe[b as usize], self.path_factor).max(self.floor))
                }
                (_, Some(seconds)) => {
                    let length = edge.length.or_else(|| places.distance(a, b));
                    let length =
                        length.ok_or_else(|| UnderlayError::NoCoordinates { file: file.name.clone() })?;
                    Ok(Span::from_seconds_f64((length * seconds).min(100.0)).max(self.floor))
                }
                (places, None) if edge.length.is_some() || matches!(places, Places::Plane(_)) => {
                    Err(UnderlayError::NoScale { file: file.name.clone() })
                }
                _ => Err(UnderlayError::NoCoordinates { file: file.name.clone() }),
            };
            let latency = edge.latency.or(self.link_latency).map_or_else(derived, Ok)?;
            let relation = if a < b { edge.relation } else { edge.relation.map(Relation::reverse) };
            let none = Bundle {
                shortest: Span::MAX,
                longest: Span::ZERO,
                sum: 0,
                count: 0,
                capacity: None,
                relation: None,
                class: None,
            };
            let bundle = links.entry((a.min(b), a.max(b))).or_insert(none);
            bundle.add(latency, edge.capacity, relation);
            bundle.class = bundle.class.or(edge.class);
        }
        Ok(self.assemble(file, &kept, &places, &links))
    }

    fn assemble(
        &self,
        file: &GraphFile,
        kept: &[u32],
        places: &Places,
        links: &BTreeMap<(u32, u32), Bundle>,
    ) -> RouterGraph {
        let nodes = || kept.iter().map(|&node| &file.nodes[node as usize]);
        let relations = links.iter().filter_map(|(&(a, b), link)| Some((a, b, link.relation?)));
        let found = domains::domains(&nodes().collect::<Vec<_>>(), relations);
        let mut graph = UnGraph::with_capacity(kept.len(), links.len());
        for (index, node) in nodes().enumerate() {
            let kind = node.kind.or(found.kind(index)).unwrap_or(RouterKind::Plain);
            graph.add_node(Router {
                label: node.label.clone(),
                country: node.country,
                population: node.population,
                ..Router::new(kind, found.of_node(index), places.position(index))
            });
        }
        for (&(a, b), bundle) in links {
            let (a, b) = (NodeIndex::new(a as usize), NodeIndex::new(b as usize));
            let class = bundle.class.unwrap_or_else(|| class(&graph[a], &graph[b]));
            let link = Link {
                capacity: bundle.capacity.map(|(_, capacity)| capacity),
                relation: bundle.relation,
                ..Link::new(bundle.latency(self.parallel_links), class)
            };
            graph.add_edge(a, b, link);
        }
        RouterGraph::new(graph, places.meaning(), file.name.clone()).with(found.list, Vec::new())
    }

    /// Seconds in one unit of the plane.
    fn scale(&self, file: &GraphFile, places: &Places) -> Result<Option<f64>, UnderlayError> {
        let lengths =
            matches!(places, Places::Plane(_)) || file.edges.iter().any(|edge| edge.length.is_some());
        match self.plane {
            None => Ok(None),
            Some(PlaneScale::Unit(span)) if lengths => Ok(Some(span.as_seconds())),
            Some(PlaneScale::Width(span)) if matches!(places, Places::Plane(_)) => {
                let width = places.width();
                Ok(Some(if width > 0.0 { span.as_seconds() / width } else { 0.0 }))
            }
            Some(scale) => {
                let parameter = match scale {
                    PlaneScale::Width(_) => "plane_width",
                    PlaneScale::Unit(_) => "plane_unit",
                };
                let value = "given for a file without places on a plane";
                Err(UnderlayError::parameter(parameter, "left out where the file has no plane", value))
            }
        }
    }

    /// The nodes of the file that make the graph, ascending.
    fn kept(&self, file: &GraphFile) -> Result<Vec<u32>, UnderlayError> {
        let parts = components(file);
        let largest =
            parts.iter().fold(&parts[0], |best, part| if part.len() > best.len() { part } else { best });
        if parts.len() > 1 && self.component == Component::Whole {
            return Err(UnderlayError::Disconnected {
                file: file.name.clone(),
                components: parts.len() as u32,
                largest: largest.len() as u32,
                routers: file.nodes.len() as u32,
            });
        }
        Ok(largest.clone())
    }
}

/// No plane is wider.
const LONGEST_PLANE: Span = Span::from_secs(100);

/// What a link between two routers joins.
fn class(a: &Router, b: &Router) -> LinkClass {
    use RouterKind::{Plain, Stub, Transit};
    match (a.kind, b.kind, a.domain == b.domain) {
        (Plain, _, _) | (_, Plain, _) => LinkClass::Plain,
        (Transit, Transit, true) => LinkClass::IntraTransit,
        (Transit, Transit, false) => LinkClass::InterTransit,
        (Stub, Stub, true) => LinkClass::IntraStub,
        (Stub, Stub, false) => LinkClass::InterStub,
        _ => LinkClass::TransitStub,
    }
}

/// The connected parts of the graph, each ascending, by their first node.
fn components(file: &GraphFile) -> Vec<Vec<u32>> {
    let mut sets = petgraph::unionfind::UnionFind::<u32>::new(file.nodes.len());
    for edge in &file.edges {
        sets.union(edge.source, edge.target);
    }
    let mut parts: Vec<Vec<u32>> = Vec::new();
    let mut part_of_root = BTreeMap::new();
    for node in 0..file.nodes.len() as u32 {
        let part = *part_of_root.entry(sets.find(node)).or_insert_with(|| {
            parts.push(Vec::new());
            parts.len() - 1
        });
        parts[part].push(node);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Positions;
    use crate::graph::file::{GraphEdge, GraphNode};

    fn node(coordinates: Option<[f64; 2]>) -> GraphNode {
        GraphNode { coordinates, ..GraphNode::new("same") }
    }

    fn file(nodes: Vec<GraphNode>, edges: &[(u32, u32, Option<u64>)]) -> GraphFile {
        let edges = edges
            .iter()
            .map(|&(source, target, ms)| GraphEdge {
                latency: ms.map(Span::from_millis),
                ..GraphEdge::new(source, target)
            })
            .collect();
        GraphFile { name: "g".to_owned(), nodes, edges, demands: Vec::new() }
    }

    fn links(graph: &RouterGraph) -> Vec<(usize, usize, f64)> {
        let ends = graph
            .graph
            .edge_indices()
            .map(|edge| (graph.graph.edge_endpoints(edge).unwrap(), graph.graph[edge]));
        ends.map(|((a, b), link)| (a.index(), b.index(), link.latency.as_millis_f64())).collect()
    }

    #[test]
    fn latency_comes_from_the_distance_and_nodes_from_their_neighbours() {
        // A chain along the equator: the unplaced pair 1, 2 moves to 0 and 3; the last link to node 4 has no
        // length.
        let at = |longitude| node(Some([0.0, longitude]));
        let graph = file(
            vec![at(0.0), node(None), node(None), at(9.0), node(None)],
            &[(0, 1, None), (1, 2, None), (2, 3, None), (3, 4, None)],
        );
        let graph = Import::new("g").graph(&graph).unwrap();
        // 9 degrees are 1000.756 km, 1.5 times that 1501.13 km, at 199,861.6 km/s 7.51087 ms.
        let expected = [(0, 1, 0.1), (1, 2, 7.51087), (2, 3, 0.1), (3, 4, 0.1)];
        for (link, expected) in links(&graph).iter().zip(expected) {
            assert!(
                (link.0, link.1) == (expected.0, expected.1) && (link.2 - expected.2).abs() < 1e-4,
                "{link:?}"
            );
        }
        assert_eq!(graph.positions, Positions::Geographic);
    }

    #[test]
    fn the_middle_of_two_neighbours() {
        let graph = file(
            vec![node(Some([0.0, 170.0])), node(None), node(Some([0.0, -170.0]))],
            &[(0, 1, None), (1, 2, None)],
        );
        let graph = Import::new("g").graph(&graph).unwrap();
        let position = graph.graph[NodeIndex::new(1)].position;
        assert!((position[0].abs() - 180.0).abs() < 1e-9 && position[1].abs() < 1e-9, "{position:?}");
    }

    #[test]
    fn parallel_links_keep_the_fastest_and_loops_go() {
        let graph = file(
            vec![node(None), node(None)],
            &[(0, 1, Some(7)), (1, 0, Some(3)), (0, 1, Some(9)), (1, 1, Some(1))],
        );
        let graph = Import::new("g").graph(&graph).unwrap();
        assert_eq!(links(&graph), [(0, 1, 3.0)]);
        assert_eq!(graph.positions, Positions::None);
    }

    #[test]
    fn without_coordinates_a_latency_must_be_said() {
        let graph = file(vec![node(None), node(None)], &[(0, 1, None)]);
        let error = Import::new("g").graph(&graph).unwrap_err();
        assert!(
            matches!(error, UnderlayError::NoCoordinates { .. })
                && error.to_string().contains("link_latency")
        );
        let import = Import { link_latency: Some(Span::from_millis(5)), ..Import::new("g") };
        assert_eq!(links(&import.graph(&graph).unwrap()), [(0, 1, 5.0)]);
    }

    #[test]
    fn the_largest_part_is_kept_on_demand() {
        let graph = file(
            vec![node(None), node(None), node(None), node(None), node(None)],
            &[(0, 4, Some(1)), (1, 2, Some(1)), (2, 3, Some(2))],
        );
        let error = Import::new("g").graph(&graph).unwrap_err().to_string();
        assert!(
            error.contains("2 components, the largest with 3 of 5")
                && error.contains("component: \"largest\""),
            "{error}"
        );
        let import = Import { component: Component::Largest, ..Import::new("g") };
        assert_eq!(links(&import.graph(&graph).unwrap()), [(0, 1, 1.0), (1, 2, 2.0)]);
    }

    #[test]
    fn several_links_make_one() {
        let mut graph =
            file(vec![node(None), node(None)], &[(0, 1, Some(3)), (1, 0, Some(8)), (0, 1, Some(10))]);
        graph.edges[1].capacity = Bandwidth::new(5).ok();
        graph.edges[2].capacity = Bandwidth::new(7).ok();
        graph.edges[1].relation = Some(Relation::Customer);
        for (parallel_links, expected) in
            [(ParallelLinks::Fastest, 3.0), (ParallelLinks::Mean, 7.0), (ParallelLinks::Slowest, 10.0)]
        {
            let import = Import { parallel_links, ..Import::new("g") };
            let graph = import.graph(&graph).unwrap();
            assert_eq!(links(&graph), [(0, 1, expected)]);
            // 1 buys from 0: 0 is the provider.
            let link = graph.graph.edge_weights().next().unwrap();
            assert_eq!((link.relation, link.capacity), (Some(Relation::Provider), Bandwidth::new(5).ok()));
        }
    }

    #[test]
    fn a_plane_needs_a_scale() {
        let at = |x, y| GraphNode { plane: Some([x, y]), ..GraphNode::new("p") };
        let mut graph =
            file(vec![at(0.0, 0.0), at(30.0, 40.0), at(100.0, 40.0)], &[(0, 1, None), (1, 2, None)]);
        let error = Import::new("g").graph(&graph).unwrap_err().to_string();
        assert!(error.contains("plane_width") && error.contains("link_latency"), "{error}");
        // 50 and 70 units, of which 100 are the width.
        for plane in [PlaneScale::Width(Span::from_millis(100)), PlaneScale::Unit(Span::from_millis(1))] {
            let import = Import { plane: Some(plane), ..Import::new("g") };
            let built = import.graph(&graph).unwrap();
            assert_eq!(links(&built), [(0, 1, 50.0), (1, 2, 70.0)]);
            assert_eq!(built.positions, Positions::Plane);
            let places: Vec<_> = built.graph.node_weights().map(|router| router.position).collect();
            assert_eq!(places, [[0.0, 0.0], [0.3, 0.4], [1.0, 0.4]]);
        }
        // A length that is stated goes before the distance.
        graph.edges[0].length = Some(20.0);
        let import = Import { plane: Some(PlaneScale::Unit(Span::from_millis(1))), ..Import::new("g") };
        assert_eq!(links(&import.graph(&graph).unwrap()), [(0, 1, 20.0), (1, 2, 70.0)]);
        // Where there is no plane a scale would do nothing, and is refused.
        let placed = file(vec![node(Some([0.0, 0.0])), node(Some([0.0, 9.0]))], &[(0, 1, None)]);
        let error = import.graph(&placed).unwrap_err().to_string();
        assert!(error.starts_with("plane_unit must be left out"), "{error}");
    }
}
