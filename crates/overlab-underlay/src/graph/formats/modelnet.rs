//! ModelNet's XML: `<vertex int_idx role/>`, `<edge int_src int_dst specs int_delayms dbl_kbps/>`, and specs of classes of
//! edges that hold where an edge says nothing itself.
//!
//! Edges are directed, with delays of their own each way: the reading says which one counts. A delay is in milliseconds and
//! may have decimals in spite of its name. Vertices that edges name without their being declared are added; edges from a
//! vertex to itself are kept in the file's content and make no link. Loss rates and queue lengths are passed over.

use super::draft::Draft;
use super::xml::{document, elements, required};
use crate::error::UnderlayError;
use crate::graph::RouterKind;
use crate::graph::file::{GraphEdge, GraphNode};
use crate::matrix::LatencyUnit;
use overlab_time::Bandwidth;
use roxmltree::Node;
use std::collections::BTreeMap;

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    let document = document(draft, "topology", "give a ModelNet file, whose root is <topology>")?;
    let root = document.root_element();
    for vertex in elements(root, "vertex") {
        let id = required(draft, vertex, "int_idx")?;
        let kind = match vertex.attribute("role") {
            Some("virtnode") => Some(RouterKind::Stub),
            Some("gateway") => Some(RouterKind::Transit),
            _ => None,
        };
        draft.node_at(vertex.range().start, id, GraphNode { kind, ..GraphNode::new(id) }, None)?;
    }
    // The classes of edges, by the names of their elements.
    let specs: BTreeMap<&str, Node> = elements(root, "specs")
        .flat_map(|specs| specs.children().filter(Node::is_element))
        .map(|class| (class.tag_name().name(), class))
        .collect();
    for edge in elements(root, "edge") {
        let offset = edge.range().start;
        let mut end = |name| {
            let id = required(draft, edge, name)?;
            match draft.known(id) {
                Some(node) => Ok(node),
                None => draft.node_at(offset, id, GraphNode::new(id), None),
            }
        };
        let (source, target) = (end("int_src")?, end("int_dst")?);
        let class = edge.attribute("specs").and_then(|name| specs.get(name)).copied();
        let stated = |name| edge.attribute(name).or_else(|| class.and_then(|class| class.attribute(name)));
        let latency = match stated("int_delayms").or_else(|| stated("dbl_delayms")) {
            Some(delay) => Some(draft.latency_at(offset, delay, LatencyUnit::Milliseconds)?),
            None => None,
        };
        let rate = stated("dbl_kbps").and_then(|rate| rate.parse::<f64>().ok());
        let capacity = rate.and_then(|rate| draft.capacity(rate, Bandwidth::new(1000).ok()));
        draft.edge(GraphEdge { latency, capacity, ..GraphEdge::new(source, target) })?;
    }
    Ok(())
}
