//! SNDlib's XML format: the network's structure and its demands.
//!
//! Coordinates are `geographical`, longitude first, or `pixel`, as the file says. A link's capacity is the pre-installed
//! one, else that of its smallest module; the unit is the one of the `meta` section, else unknown.

use super::draft::{Draft, Point};
use super::xml::{child, document, elements, required};
use crate::error::UnderlayError;
use crate::graph::file::{Demand, GraphEdge, GraphNode, NodeCoordinates};
use overlab_time::Bandwidth;
use roxmltree::Node;

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    let document = document(
        draft,
        "network",
        "give a GraphML, SNDlib or ModelNet file, whose root is <graphml>, <network> or <topology>",
    )?;
    let root = document.root_element();
    let unit = elements(root, "meta").next().and_then(|meta| child(meta, "unit")).and_then(unit);
    for nodes in elements(root, "nodes") {
        let meaning = match nodes.attribute("coordinatesType") {
            Some("pixel") => NodeCoordinates::Pixels,
            _ => NodeCoordinates::Degrees,
        };
        for node in elements(nodes, "node") {
            let (id, offset) = (required(draft, node, "id")?, node.range().start);
            let coordinates = elements(node, "coordinates").next();
            let stated = coordinates.and_then(|place| child(place, "x").zip(child(place, "y")));
            let point = match stated {
                None => None,
                Some((x, y)) => {
                    Some(Point { x: number(draft, node, x)?, y: number(draft, node, y)?, meaning, offset })
                }
            };
            draft.node_at(offset, id, GraphNode::new(id), point)?;
        }
    }
    for link in elements(root, "link") {
        let (source, target) = ends(draft, link)?;
        let of = |name| elements(link, name).find_map(|module| child(module, "capacity"));
        let module = |name| of(name).map_or(Ok(0.0), |text| number(draft, link, text));
        let (installed, smallest) = (module("preInstalledModule")?, module("addModule")?);
        let capacity = draft.capacity(if installed > 0.0 { installed } else { smallest }, unit);
        draft.edge(GraphEdge { capacity, ..GraphEdge::new(source, target) })?;
    }
    for demand in elements(root, "demand") {
        let (source, target) = ends(draft, demand)?;
        let stated = |name| child(demand, name).map_or(Ok(1.0), |text| number(draft, demand, text));
        let value = stated("demandValue")? * stated("routingUnit")?;
        draft.demand(Demand { source, target, value, bandwidth: draft.capacity(value, unit) });
    }
    Ok(())
}

fn ends(draft: &Draft, element: Node) -> Result<(u32, u32), UnderlayError> {
    let end = |name| {
        let offset = element.range().start;
        let id = child(element, name).ok_or_else(|| {
            let problem = format!("<{}> has no <{name}>", element.tag_name().name());
            draft.spot(offset).error(problem, "add the element")
        })?;
        draft.declared_at(offset, id)
    };
    Ok((end("source")?, end("target")?))
}

fn number(draft: &Draft, element: Node, text: &str) -> Result<f64, UnderlayError> {
    text.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(|| {
        draft.spot(element.range().start).error(format!("{text:?} is no number"), "write a finite number")
    })
}

/// The unit of capacities that a `unit` of the meta section names.
pub(crate) fn unit(name: &str) -> Option<Bandwidth> {
    let bits = match name.trim().to_ascii_uppercase().as_str() {
        "BITPERSEC" => 1,
        "KBITPERSEC" => 1_000,
        "MBITPERSEC" => 1_000_000,
        "GBITPERSEC" => 1_000_000_000,
        "TBITPERSEC" => 1_000_000_000_000,
        _ => return None,
    };
    Bandwidth::new(bits).ok()
}
