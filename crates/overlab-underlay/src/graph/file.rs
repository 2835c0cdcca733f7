//! A graph file as it stands: nodes and edges with their attributes, before anything is derived from them.

use crate::error::UnderlayError;
use crate::graph::{Country, Relation, RouterKind};
use crate::graph::{gml, graphml};
use crate::input;
use overlab_time::{Bandwidth, Span};
use std::path::Path;

/// The content of a GraphML or GML file; only [`GraphFile::parse`] makes one, so that it is never without
/// nodes.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct GraphFile {
    /// The file's name, for messages.
    pub name: String,
    /// In the file's order.
    pub nodes: Vec<GraphNode>,
    /// In the file's order; parallel edges and loops are still there.
    pub edges: Vec<GraphEdge>,
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
}

impl GraphNode {
    /// A node of which nothing but the name is known.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), coordinates: None, plane: None, domain: None, country: None, kind: None }
    }
}

/// An edge of a graph file; directions are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphEdge {
    /// Index of one end in [`GraphFile::nodes`].
    pub source: u32,
    /// Index of the other.
    pub target: u32,
    /// One-way latency, where the file states one.
    pub latency: Option<Span>,
    /// What the link carries each way, where the file states it.
    pub capacity: Option<Bandwidth>,
    /// What the source is to the target, where the file states it.
    pub relation: Option<Relation>,
}

impl GraphEdge {
    /// An edge of which nothing but the ends is known.
    pub fn new(source: u32, target: u32) -> Self {
        Self { source, target, latency: None, capacity: None, relation: None }
    }
}

impl GraphFile {
    /// Reads and parses `file`, unpacking it where it is gzipped.
    ///
    /// # Errors
    /// Where the file cannot be read or breaks the rules of its format.
    pub fn read(file: &Path) -> Result<Self, UnderlayError> {
        Self::parse(&file.display().to_string(), &input::read(file)?)
    }

    /// Parses the content of a file: GraphML where the first character is `<`, else GML.
    ///
    /// # Errors
    /// Where the content breaks the rules of its format; `name` is used in the message.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, UnderlayError> {
        let unpacked = input::unpack(name, bytes)?;
        let text = input::decode(unpacked.as_deref().unwrap_or(bytes));
        let file = match text.trim_start().chars().next() {
            None => return Err(UnderlayError::Empty { file: name.to_owned(), what: "text" }),
            Some('<') => graphml::parse(name, &text)?,
            Some(_) => gml::parse(name, &text)?,
        };
        if file.nodes.is_empty() {
            return Err(UnderlayError::Empty { file: name.to_owned(), what: "node" });
        }
        Ok(file)
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

/// What an attribute means to us; names are compared without regard to case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Attribute {
    Label,
    Latitude,
    Longitude,
    /// With the nanoseconds in one unit of a bare number.
    Latency(f64),
}

impl Attribute {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "label" => Self::Label,
            "latitude" | "lat" => Self::Latitude,
            "longitude" | "lon" | "long" | "lng" => Self::Longitude,
            "latency" | "delay" | "latency_ms" | "delay_ms" => Self::Latency(1e6),
            "latency_us" | "delay_us" => Self::Latency(1e3),
            "latency_ns" | "delay_ns" => Self::Latency(1.0),
            "latency_s" | "delay_s" => Self::Latency(1e9),
            _ => return None,
        })
    }
}

/// The longest latency a link may have.
const LONGEST_LINK: Span = Span::from_secs(10);

/// A stated latency: a number in units of `unit` nanoseconds, or text with a unit of its own.
pub(crate) fn latency(text: &str, unit: f64, spot: Spot) -> Result<Span, UnderlayError> {
    const CURE: &str = "write a number (milliseconds, or the unit that the attribute's name ends in) or a duration such as \"5ms\", at most 10s";
    let wrong = || spot.error(format!("{text:?} is no latency"), CURE);
    let span = match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Span::from_seconds_f64(number * unit / 1e9),
        Ok(_) => return Err(wrong()),
        Err(_) => text.parse::<Span>().map_err(|_| wrong())?,
    };
    if span <= LONGEST_LINK { Ok(span) } else { Err(wrong()) }
}

/// A stated coordinate in degrees, at most `limit` each way.
pub(crate) fn degrees(text: &str, limit: f64, spot: Spot) -> Result<f64, UnderlayError> {
    const CURE: &str = "write latitudes from -90 to 90 and longitudes from -180 to 180 in degrees (pixels or metres are no coordinates), or remove them";
    match text.trim().parse::<f64>() {
        Ok(number) if number.abs() <= limit => Ok(number),
        _ => Err(spot.error(format!("{text:?} is no coordinate"), CURE)),
    }
}

/// Attributes of one node or edge as they are met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes {
    pub(crate) label: Option<String>,
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
    pub(crate) latency: Option<Span>,
}

impl Attributes {
    /// Takes one attribute of a node or an `edge`; what is none of its business is passed over.
    pub(crate) fn set(
        &mut self,
        edge: bool,
        attribute: Attribute,
        text: &str,
        spot: Spot,
    ) -> Result<(), UnderlayError> {
        match attribute {
            Attribute::Label => self.label = Some(text.trim().to_owned()),
            Attribute::Latitude if !edge => self.latitude = Some(degrees(text, 90.0, spot)?),
            Attribute::Longitude if !edge => self.longitude = Some(degrees(text, 180.0, spot)?),
            Attribute::Latency(unit) if edge => self.latency = Some(latency(text, unit, spot)?),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn into_node(self, id: &str) -> GraphNode {
        GraphNode {
            coordinates: self.latitude.zip(self.longitude).map(|(latitude, longitude)| [latitude, longitude]),
            ..GraphNode::new(self.label.unwrap_or_else(|| id.to_owned()))
        }
    }
}
