//! GT-ITM's `alt` format: `GRAPH (...)`, a line with both numbers, `VERTICES (...)`, and `EDGES (...)`.
//!
//! Vertices are `index name x y`: transit routers are named `T:domain.router`, stub routers
//! `S:domain.router/stub.router`, and what has other names has no domain. Edges are `from to length class`, each listed once,
//! although the head counts them in both directions.

use super::draft::{Draft, Point};
use crate::error::UnderlayError;
use crate::graph::RouterKind;
use crate::graph::file::{GraphEdge, GraphNode, NodeCoordinates};
use std::collections::BTreeMap;

const CURE: &str = "give a file as GT-ITM's sgb2alt writes it";

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    let mut lines = draft.lines();
    let head = lines.next().unwrap_or_default();
    if !head.starts_with("GRAPH") {
        return Err(draft.error(head, "the first line does not begin with `GRAPH`", CURE));
    }
    let counts = lines.next().ok_or_else(|| draft.cut_off("the numbers of nodes and edges"))?;
    let mut stated = counts.split_whitespace();
    let (Some(nodes), Some(edges)) = (stated.next(), stated.next()) else {
        return Err(draft.error(counts, "the numbers of nodes and edges are missing", CURE));
    };
    // Domains of both kinds by their names, numbered from 1 as they are met.
    let mut domains: BTreeMap<&str, u32> = BTreeMap::new();
    let mut section = "";
    for line in lines {
        if line.starts_with("VERTICES") || line.starts_with("EDGES") {
            section = &line[..1];
        } else if section == "V" {
            node(draft, line, &mut domains)?;
        } else if section == "E" {
            edge(draft, line)?;
        }
    }
    draft.stated(nodes, "nodes", draft.count())?;
    let both: u64 = draft.number(edges, "number of edges")?;
    if both == draft.edges() as u64 {
        Ok(())
    } else {
        draft.stated(edges, "directed edges", 2 * draft.edges())
    }
}

fn node<'a>(
    draft: &mut Draft<'a>,
    line: &'a str,
    domains: &mut BTreeMap<&'a str, u32>,
) -> Result<(), UnderlayError> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let &[index, name, x, y, ..] = fields.as_slice() else {
        return Err(draft.error(line, "a vertex is not `index name x y`", CURE));
    };
    let point = Point {
        x: draft.finite(x, "coordinate")?,
        y: draft.finite(y, "coordinate")?,
        meaning: NodeCoordinates::Plane,
        offset: draft.offset(x),
    };
    let kind = match name.get(..2) {
        Some("T:") => Some(RouterKind::Transit),
        Some("S:") => Some(RouterKind::Stub),
        _ => None,
    };
    let next = domains.len() as u32 + 1;
    let of = |name: &'a str| name.rfind('.').map(|end| &name[..end]);
    let domain = kind.and_then(|_| of(name)).map(|domain| *domains.entry(domain).or_insert(next));
    draft.node(index, GraphNode { kind, domain, ..GraphNode::new(name) }, Some(point))?;
    Ok(())
}

fn edge<'a>(draft: &mut Draft<'a>, line: &'a str) -> Result<(), UnderlayError> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let &[from, to, length, ..] = fields.as_slice() else {
        return Err(draft.error(line, "an edge is not `from to length`", CURE));
    };
    let (source, target) = (draft.declared(from)?, draft.declared(to)?);
    let (latency, length) = draft.latency_or_length(length)?;
    draft.edge(GraphEdge { latency, length, ..GraphEdge::new(source, target) })
}
