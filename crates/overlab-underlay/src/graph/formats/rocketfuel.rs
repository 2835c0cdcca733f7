//! Rocketfuel's `latencies.intra` and `weights.intra`: two nodes a line and a number, each link from both ends.
//!
//! Nodes are named by city, country or state, and a number: `London,+UnitedKingdom209`. Latencies are whole milliseconds.
//! Weights are what the provider's routing minimises: no times, so that they are used only where a unit of latencies is
//! said.

use super::countries;
use super::draft::Draft;
use crate::error::UnderlayError;
use crate::graph::Country;
use crate::graph::file::{GraphEdge, GraphNode};
use crate::matrix::LatencyUnit;

pub(crate) fn parse(draft: &mut Draft, latencies: bool) -> Result<(), UnderlayError> {
    const CURE: &str = "write two nodes and a number a line";
    for line in draft.data_lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[from, to, number] = fields.as_slice() else {
            return Err(draft.error(line, format!("{line:?} is not of the form `node node number`"), CURE));
        };
        let weight = draft.finite(number, if latencies { "latency" } else { "weight" })?;
        if weight < 0.0 {
            return Err(draft.error(
                number,
                format!("{number:?} is negative"),
                "write a number of at least 0",
            ));
        }
        let timed = latencies || draft.reading.latency_unit.is_some();
        let latency = if timed { Some(draft.latency(number, LatencyUnit::Milliseconds)?) } else { None };
        let (source, target) = (city(draft, from)?, city(draft, to)?);
        draft.edge(GraphEdge { latency, ..GraphEdge::new(source, target) })?;
    }
    Ok(())
}

/// The node of a city, which is added where it is new.
fn city(draft: &mut Draft, id: &str) -> Result<u32, UnderlayError> {
    match draft.known(id) {
        Some(node) => Ok(node),
        None => draft.node(id, GraphNode { country: country(id), ..GraphNode::new(id) }, None),
    }
}

/// The country of a place named `City,+Country`, with or without a number after it. Codes of two letters are states of the
/// United States in most maps and countries in others, so that they say nothing.
pub(crate) fn country(place: &str) -> Option<Country> {
    countries::named(place.rsplit_once(",+")?.1)
}
