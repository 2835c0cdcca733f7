//! Rocketfuel's router-level maps:
//! `uid @location [+] [bb] (neighbours) [&external] -> <uid> ... {-external uid} ... =name[!] rN`.
//!
//! Read are the provider's own routers and the links between them. External addresses (`-uid =address rN`) and the links to
//! them are left out, and so are links to routers that the file does not list, as in maps cut down to some radius.

use super::draft::Draft;
use super::rocketfuel;
use crate::error::UnderlayError;
use crate::graph::file::{GraphEdge, GraphNode};

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    const CURE: &str = "give a .cch file as Rocketfuel publishes it";
    let mut rows = Vec::new();
    for line in draft.data_lines() {
        let mut fields = line.split_whitespace();
        let id = fields.next().unwrap_or_default();
        let number: i64 = draft.number(id, "identifier of a router")?;
        if number < 0 {
            continue;
        }
        let Some(location) = fields.next().and_then(|field| field.strip_prefix('@')) else {
            return Err(draft.error(line, "a router has no @location", CURE));
        };
        let Some((_, neighbours)) = line.split_once("->") else {
            return Err(draft.error(line, "a router has no `->`", CURE));
        };
        // Its name is the last field that begins with `=`; a `!` marks one that did not answer to alias resolution.
        let name = neighbours.split_whitespace().rev().find_map(|field| field.strip_prefix('='));
        let name = name.map(|name| name.trim_end_matches('!')).filter(|name| !name.is_empty());
        let label = match name {
            Some(name) => format!("{name} @{location}"),
            None => format!("{id} @{location}"),
        };
        let country = rocketfuel::country(location);
        draft.node(id, GraphNode { country, ..GraphNode::new(label) }, None)?;
        rows.push((id, neighbours));
    }
    for (id, neighbours) in rows {
        let source = draft.declared(id)?;
        let listed = neighbours.split_whitespace().take_while(|field| !field.starts_with('='));
        for field in listed.filter(|field| field.starts_with('<')) {
            let Some(neighbour) = field.strip_prefix('<').and_then(|field| field.strip_suffix('>')) else {
                return Err(draft.error(field, format!("{field:?} is no neighbour"), CURE));
            };
            if let Some(target) = draft.known(neighbour) {
                draft.edge(GraphEdge::new(source, target))?;
            }
        }
    }
    Ok(())
}
