//! GraphML (graphml.graphdrawing.org), as the Internet Topology Zoo, networkx and yEd write it.
//!
//! Read are nodes, edges and the data keys that [`Attribute`] knows, with their defaults; nodes of nested
//! graphs count like others. Keys may be declared (`attr.name`) or used by name. Hyperedges are refused.

use super::file::{Attribute, Attributes, GraphEdge, GraphFile, Spot};
use crate::error::UnderlayError;
use crate::input;
use roxmltree::{Document, Node};
use std::collections::BTreeMap;

/// What a data key stands for.
#[derive(Clone, Copy)]
enum Meaning {
    Attribute(Attribute),
    /// yEd keeps a node's label within its drawing.
    Drawing,
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    keys: BTreeMap<&'a str, Meaning>,
    /// (is it for edges, meaning, text) of keys that have a default.
    defaults: Vec<(bool, Attribute, &'a str, usize)>,
}

pub(crate) fn parse(file: &str, text: &str) -> Result<GraphFile, UnderlayError> {
    const WELL_FORMED: &str = "the file must be well-formed XML: perhaps it is cut off";
    let document = Document::parse(text).map_err(|error| {
        let (line, column) = match error {
            // A file that is cut off is wrong at its end, not at its start.
            roxmltree::Error::UnclosedRootNode | roxmltree::Error::UnexpectedEndOfStream => {
                input::position(text, text.len())
            }
            _ => (error.pos().row, error.pos().col),
        };
        let problem = error.to_string();
        UnderlayError::Syntax { file: file.to_owned(), line, column, problem, cure: WELL_FORMED }
    })?;
    let mut reader = Reader { file, text, keys: BTreeMap::new(), defaults: Vec::new() };
    let root = document.root_element();
    if root.tag_name().name() != "graphml" {
        let problem = format!("the root element is <{}>", root.tag_name().name());
        return Err(reader.spot(root).error(problem, "give a GraphML file, whose root is <graphml>"));
    }
    reader.read(root)
}

impl<'a> Reader<'a> {
    fn spot(&self, node: Node) -> Spot<'a> {
        Spot { file: self.file, text: self.text, offset: node.range().start }
    }

    fn read<'input: 'a>(&mut self, root: Node<'a, 'input>) -> Result<GraphFile, UnderlayError> {
        let mut graph = GraphFile { name: self.file.to_owned(), ..GraphFile::default() };
        for key in elements(root, "key") {
            self.declare(key)?;
        }
        let mut ids = BTreeMap::new();
        for node in elements(root, "node") {
            let id = self.required(node, "id")?;
            if ids.insert(id, graph.nodes.len() as u32).is_some() {
                return Err(self
                    .spot(node)
                    .error(format!("two nodes have the id {id:?}"), "give every node its own id"));
            }
            graph.nodes.push(self.attributes(node, false)?.into_node(id));
        }
        if let Some(edge) = elements(root, "hyperedge").next() {
            return Err(self
                .spot(edge)
                .error("hyperedges have no latency", "write a hyperedge as a node with edges"));
        }
        for edge in elements(root, "edge") {
            let end = |name| {
                let id = self.required(edge, name)?;
                ids.get(id).copied().ok_or_else(|| {
                    self.spot(edge)
                        .error(format!("no node has the id {id:?}"), "declare the node, or remove the edge")
                })
            };
            let (source, target) = (end("source")?, end("target")?);
            let latency = self.attributes(edge, true)?.latency;
            graph.edges.push(GraphEdge { latency, ..GraphEdge::new(source, target) });
        }
        Ok(graph)
    }

    fn declare<'input: 'a>(&mut self, key: Node<'a, 'input>) -> Result<(), UnderlayError> {
        let id = self.required(key, "id")?;
        let target = key.attribute("for").unwrap_or("all");
        let attribute = Attribute::named(key.attribute("attr.name").unwrap_or(id));
        if key.attribute("yfiles.type") == Some("nodegraphics") {
            self.keys.insert(id, Meaning::Drawing);
        } else if let Some(attribute) = attribute.filter(|_| matches!(target, "node" | "edge" | "all")) {
            self.keys.insert(id, Meaning::Attribute(attribute));
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

    fn attributes<'input: 'a>(
        &self,
        element: Node<'a, 'input>,
        edge: bool,
    ) -> Result<Attributes, UnderlayError> {
        let mut attributes = Attributes::default();
        for &(for_edges, attribute, text, offset) in &self.defaults {
            if for_edges == edge {
                attributes.set(edge, attribute, text, Spot { file: self.file, text: self.text, offset })?;
            }
        }
        for data in element.children().filter(|child| child.tag_name().name() == "data") {
            let key = self.required(data, "key")?;
            let declared = self.keys.get(key).copied();
            match declared.or_else(|| Attribute::named(key).map(Meaning::Attribute)) {
                Some(Meaning::Attribute(attribute)) => {
                    attributes.set(edge, attribute, data.text().unwrap_or_default(), self.spot(data))?;
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

    fn required<'input: 'a>(&self, element: Node<'a, 'input>, name: &str) -> Result<&'a str, UnderlayError> {
        element.attribute(name).ok_or_else(|| {
            let problem = format!("<{}> has no {name}", element.tag_name().name());
            self.spot(element).error(problem, "add the attribute")
        })
    }
}

/// All elements named `name` below `node`, in the order of the document.
fn elements<'a, 'input>(
    node: Node<'a, 'input>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.descendants().filter(move |node| node.is_element() && node.tag_name().name() == name)
}
