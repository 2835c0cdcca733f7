//! A graph file as it stands: nodes and edges with their attributes, before anything is derived from them.

use crate::error::UnderlayError;
use crate::graph::formats::{GraphFormat, detect::detect};
use crate::graph::{Country, LinkClass, Relation, RouterKind};
use crate::input;
use crate::matrix::LatencyUnit;
use overlab_time::{Bandwidth, Span};
use std::path::Path;

/// The content of a graph file; only [`Reading::parse`] makes one, so that it is never without nodes.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct GraphFile {
    /// The file's name, for messages.
    pub name: String,
    /// In the file's order.
    pub nodes: Vec<GraphNode>,
    /// In the file's order; parallel edges and loops are still there.
    pub edges: Vec<GraphEdge>,
    /// In the file's order, where the format has demands (SNDlib).
    pub demands: Vec<Demand>,
}

/// A node of a graph file.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphNode {
    /// The label, else the id.
    pub label: String,
    /// Latitude and longitude in degrees, where both are given.
    pub coordinates: Option<[f64; 2]>,
    /// A point on a plane, where the file gives one that is no latitude and longitude.
    pub plane: Option<[f64; 2]>,
    /// The number of its autonomous system, where one is given.
    pub domain: Option<u32>,
    /// Its country, where one is given.
    pub country: Option<Country>,
    /// What it is for, where the file tells.
    pub kind: Option<RouterKind>,
    /// How many people its place serves; 0 where the file does not tell.
    pub population: f64,
}

impl GraphNode {
    /// A node of which nothing but the name is known.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            coordinates: None,
            plane: None,
            domain: None,
            country: None,
            kind: None,
            population: 0.0,
        }
    }
}

/// An edge of a graph file; directions are ignored, but for relations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GraphEdge {
    /// Index of one end in [`GraphFile::nodes`].
    pub source: u32,
    /// Index of the other.
    pub target: u32,
    /// One-way latency, where the file states one.
    pub latency: Option<Span>,
    /// Its length in units of the plane, where the file states one.
    pub length: Option<f64>,
    /// What the link carries each way, where the file states it.
    pub capacity: Option<Bandwidth>,
    /// What the source is to the target, where the file states it.
    pub relation: Option<Relation>,
    /// What it joins, where the file tells; else the kinds of its ends do.
    pub class: Option<LinkClass>,
}

impl GraphEdge {
    /// An edge of which nothing but the ends is known.
    pub fn new(source: u32, target: u32) -> Self {
        Self { source, target, latency: None, length: None, capacity: None, relation: None, class: None }
    }
}

/// Traffic that a network is meant to carry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Index of where it starts in [`GraphFile::nodes`].
    pub source: u32,
    /// Index of where it ends.
    pub target: u32,
    /// How much, in the unit of the file's capacities.
    pub value: f64,
    /// The same, where that unit is known.
    pub bandwidth: Option<Bandwidth>,
}

/// How a file is to be read, where its format leaves that open.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Its format; nothing where it is to be told by the content, which is refused where that is not certain.
    pub format: Option<GraphFormat>,
    /// The unit of latencies without one of their own. Where nothing is said it is a millisecond in GraphML, GML, BRITE,
    /// ModelNet and Rocketfuel's latencies; the numbers of Rocketfuel's weights, Inet, GT-ITM and edge lists are then no
    /// times.
    pub latency_unit: Option<LatencyUnit>,
    /// Whether latencies are round-trip times, of which each direction takes half (false: one way).
    pub round_trips: bool,
    /// What coordinates are; nothing for what the format says.
    pub coordinates: Option<NodeCoordinates>,
    /// The bandwidth in one unit of a capacity without a unit of its own (that of the file, else capacities are unknown).
    pub capacity_unit: Option<Bandwidth>,
}

/// What the coordinates of nodes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeCoordinates {
    /// Longitude and latitude in degrees.
    Degrees,
    /// Points on a plane, the second coordinate upwards.
    Plane,
    /// Points on a plane, the second coordinate downwards.
    Pixels,
    /// Nothing that counts.
    Ignored,
}

impl Reading {
    /// Reads and parses `file`, unpacking it where it is gzipped.
    ///
    /// # Errors
    /// Where the file cannot be read, its format is not certain, or it breaks the rules of its format.
    pub fn read(&self, file: &Path) -> Result<GraphFile, UnderlayError> {
        self.parse(&file.display().to_string(), &input::read(file)?)
    }

    /// Parses the content of a file.
    ///
    /// # Errors
    /// Where the content breaks the rules of its format, or the format is not certain; `name` is used in the message.
    pub fn parse(&self, name: &str, bytes: &[u8]) -> Result<GraphFile, UnderlayError> {
        let unpacked = input::unpack(name, bytes)?;
        let text = input::decode(unpacked.as_deref().unwrap_or(bytes));
        if text.trim().is_empty() {
            return Err(UnderlayError::Empty { file: name.to_owned(), what: "text" });
        }
        let format = self.format.map_or_else(|| detect(name, &text), Ok)?;
        let file = format.parse(name, &text, self)?;
        if file.nodes.is_empty() {
            return Err(UnderlayError::Empty { file: name.to_owned(), what: "node" });
        }
        Ok(file)
    }
}

impl GraphFile {
    /// Reads and parses `file` as its content tells: [`Reading::read`] with nothing said.
    ///
    /// # Errors
    /// As there.
    pub fn read(file: &Path) -> Result<Self, UnderlayError> {
        Reading::default().read(file)
    }

    /// Parses the content of a file as it tells itself: [`Reading::parse`] with nothing said.
    ///
    /// # Errors
    /// As there.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, UnderlayError> {
        Reading::default().parse(name, bytes)
    }
}

/// Where in a file something stands; line and column are counted only for an error.
#[derive(Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    /// In bytes from the start of the text.
    pub(crate) offset: usize,
}

impl Spot<'_> {
    pub(crate) fn error(self, problem: impl Into<String>, cure: &'static str) -> UnderlayError {
        let (line, column) = input::position(self.text, self.offset);
        UnderlayError::Syntax { file: self.file.to_owned(), line, column, problem: problem.into(), cure }
    }
}

/// The longest latency a link may have.
pub(crate) const LONGEST_LINK: Span = Span::from_secs(100);

/// A stated latency: a number in `unit`, or text with a unit of its own.
pub(crate) fn latency(text: &str, unit: LatencyUnit, spot: Spot) -> Result<Span, UnderlayError> {
    const CURE: &str = "write a number (in the unit that latency_unit or the attribute's name says, else in milliseconds) or a \
         duration such as \"5ms\", at most 100s";
    let wrong = || spot.error(format!("{text:?} is no latency"), CURE);
    let seconds = match unit {
        LatencyUnit::Seconds => 1.0,
        LatencyUnit::Milliseconds => 1e3,
        LatencyUnit::Microseconds => 1e6,
    };
    let span = match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Span::from_seconds_f64(number / seconds),
        Ok(_) => return Err(wrong()),
        Err(_) => text.parse::<Span>().map_err(|_| wrong())?,
    };
    if span <= LONGEST_LINK { Ok(span) } else { Err(wrong()) }
}
