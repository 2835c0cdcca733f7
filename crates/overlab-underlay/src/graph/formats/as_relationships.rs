//! Relationships between autonomous systems: CAIDA's serial-1 and serial-2, and SNAP's copies.
//!
//! The sign means opposite things: CAIDA's `174|3|-1` says that 174 is the provider of 3, SNAP's `174 3 -1` that 174 is a
//! customer of 3. `0` are peers and `2` siblings in both. SNAP lists every link twice, once each way, with `1` for "is a
//! provider of"; a `1` in a CAIDA file is refused, since it betrays the other convention.

use super::draft::Draft;
use crate::error::UnderlayError;
use crate::graph::Relation;
use crate::graph::file::{GraphEdge, GraphNode};
use std::collections::BTreeMap;

/// Autonomous systems by their numbers, in the order in which they are met.
#[derive(Default)]
struct Systems {
    nodes: BTreeMap<u32, u32>,
}

impl Systems {
    fn node<'a>(&mut self, draft: &mut Draft<'a>, field: &'a str) -> Result<u32, UnderlayError> {
        let number: u32 = draft.number(field, "number of an autonomous system")?;
        if let Some(&node) = self.nodes.get(&number) {
            return Ok(node);
        }
        let system = GraphNode { domain: Some(number), ..GraphNode::new(format!("AS{number}")) };
        let node = draft.node(field, system, None)?;
        self.nodes.insert(number, node);
        Ok(node)
    }
}

pub(crate) fn caida(draft: &mut Draft, with_source: bool) -> Result<(), UnderlayError> {
    const CURE: &str = "write -1 where the first is the provider of the second, 0 for peers, 2 for siblings";
    let mut systems = Systems::default();
    for line in draft.data_lines() {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        if fields.len() != if with_source { 4 } else { 3 } {
            let expected = if with_source { "AS|AS|relationship|source" } else { "AS|AS|relationship" };
            return Err(draft.error(line, format!("{line:?} is not of the form {expected}"), CURE));
        }
        let relation = match fields[2] {
            "-1" => Relation::Provider,
            "0" => Relation::Peer,
            "2" => Relation::Sibling,
            "1" => {
                let cure = "CAIDA's files have no 1: a file of SNAP, in which -1 means customer, is of the format \
                            \"snap_as_relationships\"";
                return Err(draft.error(fields[2], "\"1\" is no relationship of CAIDA's", cure));
            }
            other => return Err(draft.error(other, format!("{other:?} is no relationship"), CURE)),
        };
        let (source, target) = (systems.node(draft, fields[0])?, systems.node(draft, fields[1])?);
        draft.edge(GraphEdge { relation: Some(relation), ..GraphEdge::new(source, target) })?;
    }
    Ok(())
}

pub(crate) fn snap(draft: &mut Draft) -> Result<(), UnderlayError> {
    const CURE: &str = "write -1 where the first is a customer of the second, 1 where it is its provider, 0 for peers, 2 for \
         siblings";
    let mut systems = Systems::default();
    for line in draft.data_lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[from, to, relationship] = fields.as_slice() else {
            return Err(draft.error(
                line,
                format!("{line:?} is not of the form `from to relationship`"),
                CURE,
            ));
        };
        let relation = match relationship {
            "-1" => Relation::Customer,
            "1" => Relation::Provider,
            "0" => Relation::Peer,
            "2" => Relation::Sibling,
            other => return Err(draft.error(other, format!("{other:?} is no relationship"), CURE)),
        };
        let (source, target) = (systems.node(draft, from)?, systems.node(draft, to)?);
        draft.edge(GraphEdge { relation: Some(relation), ..GraphEdge::new(source, target) })?;
    }
    Ok(())
}
