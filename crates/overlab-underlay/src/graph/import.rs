//! Router graphs from files: GraphML and GML, the Internet Topology Zoo as published.
//!
//! The latency of a link is, in this order: what the file states (an edge attribute `latency` or `delay` in
//! milliseconds, or with a unit in its name or value: `delay_us`, `"5ms"`); [`Import::link_latency`]; the
//! time of light in fibre (two thirds of its speed in vacuum) along [`Import::path_factor`] times the great
//! circle, at least [`Import::floor`]. Nodes without coordinates get those of their neighbours: the mean on
//! the sphere of all that have some, repeated outward until every node has a place. Of parallel links the
//! fastest is kept, loops are dropped, directions are ignored, labels may repeat.

use super::file::GraphFile;
use super::{Link, LinkClass, Positions, Router, RouterGraph, RouterKind};
use crate::error::{UnderlayError, check};
use crate::geography::Direction;
use overlab_time::Span;
use petgraph::graph::{NodeIndex, UnGraph};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Parameters of an imported router graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// A GraphML or GML file, gzipped or not.
    pub file: PathBuf,
    /// What becomes of a graph in several parts (refused).
    pub component: Component,
    /// Length of a fibre route over that of the great circle, 1 to 10. The default, 1.5, is what ITU-T Y.1541
    /// and G.826 use to estimate terrestrial route lengths below 1000 km, where most links of the Topology
    /// Zoo lie (beyond 1200 km they use 1.25).
    pub path_factor: f64,
    /// The shortest latency that is derived from a distance (100 us): equipment is not free where two routers
    /// stand in one town.
    pub floor: Span,
    /// One latency for all links without a stated one, instead of a distance (none).
    pub link_latency: Option<Span>,
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

impl Import {
    /// The graph in `file`, with defaults.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            component: Component::Whole,
            path_factor: 1.5,
            floor: Span::from_micros(100),
            link_latency: None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        check((1.0..=10.0).contains(&self.path_factor), "path_factor", "between 1 and 10", self.path_factor)?;
        check(self.floor <= Span::from_secs(1), "floor", "at most 1s", self.floor)?;
        let latency = self.link_latency.unwrap_or_default();
        check(latency <= Span::from_secs(10), "link_latency", "at most 10s", latency)
    }

    pub(crate) fn read(&self) -> Result<RouterGraph, UnderlayError> {
        self.check()?;
        self.graph(&GraphFile::read(&self.file)?)
    }

    /// Makes a router graph of a file's content; [`Import::file`] plays no part.
    ///
    /// # Errors
    /// Where parameters make no sense, the graph is in several parts, or latencies cannot be derived.
    pub fn graph(&self, file: &GraphFile) -> Result<RouterGraph, UnderlayError> {
        self.check()?;
        let kept = self.kept(file)?;
        let number: BTreeMap<u32, u32> = kept.iter().zip(0..).map(|(&node, number)| (node, number)).collect();
        // Parallel links with and without a stated latency are told apart only once all latencies are known.
        let edges: Vec<(u32, u32, Option<Span>)> = file
            .edges
            .iter()
            .filter(|edge| edge.source != edge.target)
            .filter_map(|edge| Some((*number.get(&edge.source)?, *number.get(&edge.target)?, edge.latency)))
            .map(|(a, b, latency)| (a.min(b), a.max(b), latency.or(self.link_latency)))
            .collect();
        let given = kept.iter().map(|&node| {
            file.nodes[node as usize]
                .coordinates
                .map(|[latitude, longitude]| Direction::from_degrees(latitude, longitude))
        });
        let places = locate(given.collect(), &edges);
        let mut links: BTreeMap<(u32, u32), Span> = BTreeMap::new();
        for &(a, b, latency) in &edges {
            let latency = match (latency, &places) {
                (Some(latency), _) => latency,
                (None, Some(places)) => {
                    places[a as usize].fibre(places[b as usize], self.path_factor).max(self.floor)
                }
                (None, None) => return Err(UnderlayError::NoCoordinates { file: file.name.clone() }),
            };
            links.entry((a, b)).and_modify(|known| *known = (*known).min(latency)).or_insert(latency);
        }
        let mut graph = UnGraph::with_capacity(kept.len(), links.len());
        for (index, &node) in kept.iter().enumerate() {
            let position = places.as_ref().map_or([0.0; 2], |places| {
                let (latitude, longitude) = places[index].degrees();
                [longitude, latitude]
            });
            let label = file.nodes[node as usize].label.clone();
            graph.add_node(Router { label, ..Router::new(RouterKind::Plain, 0, position) });
        }
        for ((a, b), latency) in links {
            let link = Link::new(latency, LinkClass::Plain);
            graph.add_edge(NodeIndex::new(a as usize), NodeIndex::new(b as usize), link);
        }
        let positions = if places.is_some() { Positions::Geographic } else { Positions::None };
        Ok(RouterGraph::new(graph, positions, file.name.clone()))
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

/// Places for all nodes of a connected graph, from the outside of those that have one: in each round every
/// node without a place that has placed neighbours moves to their middle. Nothing where no node has a place.
fn locate(mut places: Vec<Option<Direction>>, edges: &[(u32, u32, Option<Span>)]) -> Option<Vec<Direction>> {
    let mut neighbours = vec![Vec::new(); places.len()];
    for &(a, b, _) in edges {
        neighbours[a as usize].push(b);
        neighbours[b as usize].push(a);
    }
    for list in &mut neighbours {
        list.sort_unstable();
        list.dedup();
    }
    let mut reached: Vec<u32> =
        (0..places.len() as u32).filter(|&node| places[node as usize].is_some()).collect();
    while !reached.is_empty() {
        let mut next: Vec<u32> = reached
            .iter()
            .flat_map(|&node| &neighbours[node as usize])
            .copied()
            .filter(|&node| places[node as usize].is_none())
            .collect();
        next.sort_unstable();
        next.dedup();
        let middles: Vec<_> = next
            .iter()
            .map(|&node| {
                let placed = || neighbours[node as usize].iter().filter_map(|&other| places[other as usize]);
                // Where neighbours cancel out on the sphere any of them will do.
                Direction::mean(placed()).or_else(|| placed().next())
            })
            .collect();
        for (&node, middle) in next.iter().zip(middles) {
            places[node as usize] = middle;
        }
        reached = next;
    }
    places.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
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
        GraphFile { name: "g".to_owned(), nodes, edges }
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
}
