//! BRITE: `Topology: ( n Nodes, m Edges )`, a model, `Nodes: ( n )` and `Edges: ( m )`.
//!
//! Nodes are `id x y indegree outdegree AS type`, edges `id from to length delay bandwidth ASfrom ASto type [direction]`.
//! Delays are milliseconds, lengths units of the plane: BRITE takes a unit for a kilometre passed at the speed of light in
//! vacuum. An autonomous system of -1 is none, and so is a negative delay. Bandwidths have no unit of their own: say
//! `capacity_unit` to use them.

use super::draft::{Draft, Point};
use crate::error::UnderlayError;
use crate::graph::RouterKind;
use crate::graph::file::{GraphEdge, GraphNode, NodeCoordinates};
use crate::matrix::LatencyUnit;

const CURE: &str = "give a file as BRITE writes it";

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    let mut lines = draft.lines();
    let head = lines.next().unwrap_or_default();
    let stated: Vec<&str> =
        head.split_whitespace().filter(|word| word.as_bytes()[0].is_ascii_digit()).collect();
    let (&[nodes, edges], true) = (stated.as_slice(), head.starts_with("Topology:")) else {
        return Err(draft.error(head, "the first line is not `Topology: ( n Nodes, m Edges )`", CURE));
    };
    let mut section = "";
    for line in lines {
        if line.starts_with("Nodes:") || line.starts_with("Edges:") {
            section = &line[..5];
        } else if section == "Nodes" {
            node(draft, line)?;
        } else if section == "Edges" {
            edge(draft, line)?;
        }
    }
    draft.stated(nodes, "nodes", draft.count())?;
    draft.stated(edges, "edges", draft.edges())
}

fn node<'a>(draft: &mut Draft<'a>, line: &'a str) -> Result<(), UnderlayError> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let &[id, x, y, _, _, system, kind, ..] = fields.as_slice() else {
        return Err(draft.error(line, "a node is not `id x y indegree outdegree AS type`", CURE));
    };
    let point = Point {
        x: draft.finite(x, "coordinate")?,
        y: draft.finite(y, "coordinate")?,
        meaning: NodeCoordinates::Plane,
        offset: draft.offset(x),
    };
    let system: i64 = draft.number(system, "number of an autonomous system")?;
    let kind = match kind.rsplit('_').next() {
        Some("TRANSIT") => Some(RouterKind::Transit),
        Some("STUB" | "LEAF") => Some(RouterKind::Stub),
        _ => None,
    };
    // -1 stands for none.
    let domain = u32::try_from(system).ok();
    draft.node(id, GraphNode { domain, kind, ..GraphNode::new(id) }, Some(point))?;
    Ok(())
}

fn edge<'a>(draft: &mut Draft<'a>, line: &'a str) -> Result<(), UnderlayError> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let &[_, from, to, length, delay, bandwidth, ..] = fields.as_slice() else {
        return Err(draft.error(line, "an edge is not `id from to length delay bandwidth ...`", CURE));
    };
    let (source, target) = (draft.declared(from)?, draft.declared(to)?);
    let latency = match delay.starts_with('-') {
        true => None,
        false => Some(draft.latency(delay, LatencyUnit::Milliseconds)?),
    };
    let length = Some(draft.finite(length, "length")?).filter(|&length| length >= 0.0);
    let capacity = draft.capacity(draft.finite(bandwidth, "bandwidth")?, None);
    draft.edge(GraphEdge { latency, length, capacity, ..GraphEdge::new(source, target) })
}
