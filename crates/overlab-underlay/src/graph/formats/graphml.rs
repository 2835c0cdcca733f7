//! GraphML (graphml.graphdrawing.org), as the Internet Topology Zoo, networkx and yEd write it.
//!
//! Read are nodes, edges and the data keys that [`Attribute`] knows, with their defaults; nodes of nested
//! graphs count like others. Keys may be declared (`attr.name`) or used by name. Hyperedges are refused.

use super::attributes::{Attribute, Attributes};
use super::draft::Draft;
use super::xml::{document, elements, required};
use crate::error::UnderlayError;
use roxmltree::Node;
use std::collections::BTreeMap;

/// What a data key stands for.
#[derive(Clone, Copy)]
enum Meaning {
    Attribute(Attribute),
    /// yEd keeps a node's label within its drawing.
    Drawing,
}

#[derive(Default)]
struct Keys<'d> {
    meanings: BTreeMap<&'d str, Meaning>,
    /// (is it for edges, meaning, text, place) of keys that have a default.
    defaults: Vec<(bool, Attribute, &'d str, usize)>,
}

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    const ROOTS: &str =
        "give a GraphML, SNDlib or ModelNet file, whose root is <graphml>, <network> or <topology>";
    let document = document(draft, "graphml", ROOTS)?;
    let root = document.root_element();
    let mut keys = Keys::default();
    for key in elements(root, "key") {
        keys.declare(draft, key)?;
    }
    for node in elements(root, "node") {
        let id = required(draft, node, "id")?;
        let attributes = keys.attributes(draft, node, false)?;
        let point = attributes.point();
        draft.node_at(node.range().start, id, attributes.into_node(id), point)?;
    }
    if let Some(edge) = elements(root, "hyperedge").next() {
        let spot = draft.spot(edge.range().start);
        return Err(spot.error("hyperedges have no latency", "write a hyperedge as a node with edges"));
    }
    for edge in elements(root, "edge") {
        let end = |name| draft.declared_at(edge.range().start, required(draft, edge, name)?);
        let (source, target) = (end("source")?, end("target")?);
        let attributes = keys.attributes(draft, edge, true)?;
        draft.edge(attributes.into_edge(source, target))?;
    }
    Ok(())
}

impl<'d> Keys<'d> {
    fn declare(&mut self, draft: &Draft, key: Node<'d, '_>) -> Result<(), UnderlayError> {
        let id = required(draft, key, "id")?;
        let target = key.attribute("for").unwrap_or("all");
        let attribute = Attribute::named(key.attribute("attr.name").unwrap_or(id));
        if key.attribute("yfiles.type") == Some("nodegraphics") {
            self.meanings.insert(id, Meaning::Drawing);
        } else if let Some(attribute) = attribute.filter(|_| matches!(target, "node" | "edge" | "all")) {
            self.meanings.insert(id, Meaning::Attribute(attribute));
            if let Some(default) = elements(key, "default").next() {
                let text = default.text().unwrap_or_default();
                for edges in [false, true] {
                    if target == "all" || (target == "edge") == edges {
                        self.defaults.push((edges, attribute, text, default.range().start));
                    }
                }
            }
        }
        Ok(())
    }

    fn attributes(&self, draft: &Draft, element: Node, edge: bool) -> Result<Attributes, UnderlayError> {
        let mut attributes = Attributes::default();
        for &(for_edges, attribute, text, offset) in &self.defaults {
            if for_edges == edge {
                attributes.set(draft, edge, attribute, text, offset)?;
            }
        }
        for data in element.children().filter(|child| child.tag_name().name() == "data") {
            let key = required(draft, data, "key")?;
            let declared = self.meanings.get(key).copied();
            match declared.or_else(|| Attribute::named(key).map(Meaning::Attribute)) {
                Some(Meaning::Attribute(attribute)) => {
                    let text = data.text().unwrap_or_default();
                    attributes.set(draft, edge, attribute, text, data.range().start)?;
                }
                Some(Meaning::Drawing) => {
                    let label = elements(data, "NodeLabel").next().and_then(|label| label.text());
                    attributes.label = label.map(|label| label.trim().to_owned()).or(attributes.label);
                }
                None => {}
            }
        }
        Ok(attributes)
    }
}
