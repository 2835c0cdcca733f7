//! A graph file in the making: what all parsers need to name nodes, read numbers and point at what is wrong.

use crate::error::UnderlayError;
use crate::graph::file::{Demand, GraphEdge, GraphFile, GraphNode, NodeCoordinates, Reading, Spot, latency};
use crate::matrix::LatencyUnit;
use overlab_time::{Bandwidth, Span};
use std::collections::BTreeMap;
use std::str::FromStr;

/// More nodes than any network that this program could route on.
const MOST_NODES: usize = 4_000_000;
/// More links than that, too.
const MOST_EDGES: usize = 40_000_000;

/// Coordinates of a node as they stand in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    /// To the right, or the longitude.
    pub(crate) x: f64,
    /// Upwards (downwards in pixels), or the latitude.
    pub(crate) y: f64,
    /// What the format says they are.
    pub(crate) meaning: NodeCoordinates,
    /// Where it stands, in bytes from the start.
    pub(crate) offset: usize,
}

pub(crate) struct Draft<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    pub(crate) reading: &'a Reading,
    nodes: Vec<GraphNode>,
    points: Vec<Option<Point>>,
    edges: Vec<GraphEdge>,
    demands: Vec<Demand>,
    ids: BTreeMap<String, u32>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(name: &'a str, text: &'a str, reading: &'a Reading) -> Self {
        Self {
            name,
            text,
            reading,
            nodes: Vec::new(),
            points: Vec::new(),
            edges: Vec::new(),
            demands: Vec::new(),
            ids: BTreeMap::new(),
        }
    }

    pub(crate) fn spot(&self, offset: usize) -> Spot<'a> {
        Spot { file: self.name, text: self.text, offset }
    }

    /// Where a part of the text stands in it.
    pub(crate) fn offset(&self, part: &str) -> usize {
        debug_assert!(self.text.as_bytes().as_ptr_range().contains(&part.as_ptr()) || part.is_empty());
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len())
    }

    /// An error at a part of the text.
    pub(crate) fn error(&self, part: &str, problem: impl Into<String>, cure: &'static str) -> UnderlayError {
        self.spot(self.offset(part)).error(problem, cure)
    }

    /// An error where the text ends.
    pub(crate) fn cut_off(&self, missing: &str) -> UnderlayError {
        let problem = format!("the file ends before {missing}");
        self.spot(self.text.len()).error(problem, "give the whole file: perhaps it is cut off")
    }

    /// The lines with something on them, without blanks around it; `\r\n` ends a line as well as `\n`.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text.lines().map(str::trim).filter(|line| !line.is_empty())
    }

    /// The lines that are no comments.
    pub(crate) fn data_lines(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.lines().filter(|line| !line.starts_with(['#', '%']))
    }

    /// A field as a number of some kind.
    pub(crate) fn number<T: FromStr>(&self, field: &str, what: &str) -> Result<T, UnderlayError> {
        const CURE: &str = "check that the file is of this format and whole, or say its format";
        field.parse().map_err(|_| self.error(field, format!("{field:?} is no {what}"), CURE))
    }

    /// A field as a finite number.
    pub(crate) fn finite(&self, field: &str, what: &str) -> Result<f64, UnderlayError> {
        const CURE: &str = "write a finite number";
        let number: f64 = self.number(field, what)?;
        if number.is_finite() {
            Ok(number)
        } else {
            Err(self.error(field, format!("{field:?} is no {what}"), CURE))
        }
    }

    /// A field, a part of the text, as a latency in the reading's unit, else in `unit`.
    pub(crate) fn latency(&self, field: &str, unit: LatencyUnit) -> Result<Span, UnderlayError> {
        self.latency_at(self.offset(field), field, unit)
    }

    /// The same for a field at `offset`.
    pub(crate) fn latency_at(
        &self,
        offset: usize,
        field: &str,
        unit: LatencyUnit,
    ) -> Result<Span, UnderlayError> {
        latency(field, self.reading.latency_unit.unwrap_or(unit), self.spot(offset))
    }

    /// A field whose meaning is up to the reading: a latency where a unit of latencies is said, else a length.
    pub(crate) fn latency_or_length(
        &self,
        field: &str,
    ) -> Result<(Option<Span>, Option<f64>), UnderlayError> {
        match self.reading.latency_unit {
            Some(unit) => Ok((Some(self.latency(field, unit)?), None)),
            None => {
                let length = self.finite(field, "length")?;
                if length < 0.0 {
                    return Err(self.error(
                        field,
                        format!("{field:?} is no length"),
                        "write a number of at least 0",
                    ));
                }
                Ok((None, Some(length)))
            }
        }
    }

    /// A capacity in the reading's unit, else in `unit`; nothing where neither is known, or the number is not positive.
    pub(crate) fn capacity(&self, number: f64, unit: Option<Bandwidth>) -> Option<Bandwidth> {
        let unit = self.reading.capacity_unit.or(unit)?;
        bandwidth(number * unit.bits_per_second() as f64)
    }

    /// How many nodes there are so far.
    pub(crate) fn count(&self) -> usize {
        self.nodes.len()
    }

    /// Adds a node under an id of its own, which is a part of the text.
    pub(crate) fn node(
        &mut self,
        id: &str,
        node: GraphNode,
        point: Option<Point>,
    ) -> Result<u32, UnderlayError> {
        self.node_at(self.offset(id), id, node, point)
    }

    /// Adds a node under an id of its own; `offset` is where it stands.
    pub(crate) fn node_at(
        &mut self,
        offset: usize,
        id: &str,
        node: GraphNode,
        point: Option<Point>,
    ) -> Result<u32, UnderlayError> {
        let number = self.nodes.len() as u32;
        if self.ids.insert(id.to_owned(), number).is_some() {
            let problem = format!("two nodes have the id {id:?}");
            return Err(self.spot(offset).error(problem, "give every node its own id"));
        }
        if self.nodes.len() == MOST_NODES {
            let problem = format!("there are more than {MOST_NODES} nodes");
            return Err(self.spot(offset).error(problem, "give a smaller graph"));
        }
        self.nodes.push(node);
        self.points.push(point);
        Ok(number)
    }

    /// The node of an id, a part of the text, which is added where it is new: its id is its label.
    pub(crate) fn named(&mut self, id: &str) -> Result<u32, UnderlayError> {
        match self.ids.get(id) {
            Some(&number) => Ok(number),
            None => self.node(id, GraphNode::new(id), None),
        }
    }

    /// The node of an id, a part of the text, which must have been declared.
    pub(crate) fn declared(&self, id: &str) -> Result<u32, UnderlayError> {
        self.declared_at(self.offset(id), id)
    }

    /// The node of an id, which must have been declared; `offset` is where it is named.
    pub(crate) fn declared_at(&self, offset: usize, id: &str) -> Result<u32, UnderlayError> {
        self.known(id).ok_or_else(|| {
            let problem = format!("no node has the id {id:?}");
            self.spot(offset).error(problem, "declare the node, or remove the edge")
        })
    }

    /// The node of an id, if there is one.
    pub(crate) fn known(&self, id: &str) -> Option<u32> {
        self.ids.get(id).copied()
    }

    pub(crate) fn edge(&mut self, edge: GraphEdge) -> Result<(), UnderlayError> {
        if self.edges.len() == MOST_EDGES {
            return Err(self
                .spot(0)
                .error(format!("there are more than {MOST_EDGES} links"), "give a smaller graph"));
        }
        self.edges.push(edge);
        Ok(())
    }

    pub(crate) fn edges(&self) -> usize {
        self.edges.len()
    }

    pub(crate) fn demand(&mut self, demand: Demand) {
        self.demands.push(demand);
    }

    /// Holds a count that the file states to what was found.
    pub(crate) fn stated(&self, field: &str, what: &str, found: usize) -> Result<(), UnderlayError> {
        let stated: u64 = self.number(field, &format!("number of {what}"))?;
        if stated == found as u64 {
            return Ok(());
        }
        let problem = format!("the file states {stated} {what} and has {found}");
        Err(self.error(field, problem, "give the whole file: perhaps it is cut off"))
    }

    /// Gives coordinates their meaning and latencies their direction.
    pub(crate) fn finish(mut self) -> Result<GraphFile, UnderlayError> {
        for (node, point) in self.nodes.iter_mut().zip(&self.points) {
            let Some(point) = point else { continue };
            match self.reading.coordinates.unwrap_or(point.meaning) {
                NodeCoordinates::Degrees => {
                    let spot = Spot { file: self.name, text: self.text, offset: point.offset };
                    node.coordinates = Some([degrees(point.y, 90.0, spot)?, degrees(point.x, 180.0, spot)?]);
                }
                NodeCoordinates::Plane if finite(point) => node.plane = Some([point.x, point.y]),
                NodeCoordinates::Pixels if finite(point) => node.plane = Some([point.x, -point.y]),
                NodeCoordinates::Plane | NodeCoordinates::Pixels => {
                    let spot = Spot { file: self.name, text: self.text, offset: point.offset };
                    return Err(spot.error("coordinates must be finite", "write numbers up to 1e100"));
                }
                NodeCoordinates::Ignored => {}
            }
        }
        if self.reading.round_trips {
            for edge in &mut self.edges {
                edge.latency = edge.latency.map(|latency| Span(latency.0 / 2));
            }
        }
        let (name, nodes, edges, demands) = (self.name.to_owned(), self.nodes, self.edges, self.demands);
        Ok(GraphFile { name, nodes, edges, demands })
    }
}

fn finite(point: &Point) -> bool {
    point.x.abs() <= 1e100 && point.y.abs() <= 1e100
}

/// A coordinate in degrees, at most `limit` each way.
pub(crate) fn degrees(number: f64, limit: f64, spot: Spot) -> Result<f64, UnderlayError> {
    const CURE: &str = "write latitudes from -90 to 90 and longitudes from -180 to 180 in degrees, or say \
         coordinates: \"plane\", \"pixels\" or \"ignored\"";
    if number.abs() <= limit {
        return Ok(number);
    }
    Err(spot.error(format!("\"{number}\" is no coordinate"), CURE))
}

/// Bits a second as a bandwidth, where they make one.
pub(crate) fn bandwidth(bits: f64) -> Option<Bandwidth> {
    // A cast saturates and takes what is no number for 0, and neither is a bandwidth.
    Bandwidth::new(libm::rint(bits) as u64).ok()
}
