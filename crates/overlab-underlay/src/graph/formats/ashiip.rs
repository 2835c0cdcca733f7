//! aShiip: `node (level)  [neighbour, neighbour, ...]`, each link from both ends, under a head of parameters.

use super::draft::Draft;
use crate::error::UnderlayError;
use crate::graph::file::{GraphEdge, GraphNode};

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    const CURE: &str = "write `node (level) [neighbour, neighbour]`";
    let mut rows = Vec::new();
    let mut size = None;
    for line in draft.lines() {
        if let Some(stated) = line.strip_prefix("Size :") {
            size = Some(stated.trim());
        }
        let Some((node, neighbours)) = line.split_once('(') else { continue };
        let node = node.trim();
        // The head has parentheses of its own, but no line that starts with a number.
        if !node.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let list = neighbours.split_once('[').and_then(|(_, list)| list.strip_suffix(']'));
        let list = list.ok_or_else(|| draft.error(line, "the list of neighbours is not closed", CURE))?;
        draft.node(node, GraphNode::new(node), None)?;
        rows.push((node, list));
    }
    if let Some(size) = size {
        draft.stated(size, "nodes", rows.len())?;
    }
    for (node, list) in rows {
        let source = draft.declared(node)?;
        for neighbour in list.split(',').map(str::trim).filter(|neighbour| !neighbour.is_empty()) {
            let target = draft.declared(neighbour)?;
            draft.edge(GraphEdge::new(source, target))?;
        }
    }
    Ok(())
}
