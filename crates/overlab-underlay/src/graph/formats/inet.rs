//! Inet-3.0: a line `n m`, `n` lines `id x y`, and `m` lines `from to length`.

use super::draft::{Draft, Point};
use crate::error::UnderlayError;
use crate::graph::file::{GraphEdge, GraphNode, NodeCoordinates};

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    const CURE: &str = "give a file as Inet-3.0 writes it: `n m`, n lines `id x y`, m lines `from to length`";
    let mut lines = draft.data_lines();
    let head = lines.next().unwrap_or_default();
    let stated: Vec<&str> = head.split_whitespace().collect();
    let &[nodes, edges] = stated.as_slice() else {
        return Err(draft.error(head, "the first line is not `n m`", CURE));
    };
    let count: u64 = draft.number(nodes, "number of nodes")?;
    let rows: Vec<&str> = lines.collect();
    if count > rows.len() as u64 {
        return Err(draft.cut_off("all its nodes were named"));
    }
    let (places, links) = rows.split_at(count as usize);
    for line in places {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[id, x, y] = fields.as_slice() else {
            return Err(draft.error(line, "a node is not `id x y`", CURE));
        };
        let point = Point {
            x: draft.finite(x, "coordinate")?,
            y: draft.finite(y, "coordinate")?,
            meaning: NodeCoordinates::Plane,
            offset: draft.offset(x),
        };
        draft.node(id, GraphNode::new(id), Some(point))?;
    }
    for line in links {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[from, to, length] = fields.as_slice() else {
            return Err(draft.error(line, "an edge is not `from to length`", CURE));
        };
        let (source, target) = (draft.declared(from)?, draft.declared(to)?);
        let (latency, length) = draft.latency_or_length(length)?;
        draft.edge(GraphEdge { latency, length, ..GraphEdge::new(source, target) })?;
    }
    draft.stated(edges, "edges", draft.edges())
}
