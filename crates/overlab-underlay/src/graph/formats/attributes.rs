//! Named attributes of nodes and edges, as GraphML and GML have them; names are compared without regard to case.

use super::countries::country;
use super::draft::{Draft, Point, bandwidth, degrees};
use crate::error::UnderlayError;
use crate::graph::file::{GraphEdge, GraphNode, NodeCoordinates};
use crate::graph::{Country, LinkClass, Relation, RouterKind};
use crate::matrix::LatencyUnit;
use overlab_time::{Bandwidth, Span};

/// What an attribute means to us.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Attribute {
    Label,
    Latitude,
    Longitude,
    X,
    Y,
    Domain,
    Country,
    Kind,
    /// With the unit that its name says.
    Latency(Option<LatencyUnit>),
    /// In nanoseconds, for which there is no unit of files.
    LatencyNanoseconds,
    /// With a unit of its own, or in the reading's.
    Capacity,
    /// In bits a second.
    CapacityBits,
    Relation,
    Population,
    Class,
}

impl Attribute {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "label" => Self::Label,
            "latitude" | "lat" => Self::Latitude,
            "longitude" | "lon" | "long" | "lng" => Self::Longitude,
            "x" => Self::X,
            "y" => Self::Y,
            "asn" | "as" | "domain" => Self::Domain,
            "country" => Self::Country,
            "kind" => Self::Kind,
            "latency" | "delay" => Self::Latency(None),
            "latency_s" | "delay_s" => Self::Latency(Some(LatencyUnit::Seconds)),
            "latency_ms" | "delay_ms" => Self::Latency(Some(LatencyUnit::Milliseconds)),
            "latency_us" | "delay_us" => Self::Latency(Some(LatencyUnit::Microseconds)),
            "latency_ns" | "delay_ns" => Self::LatencyNanoseconds,
            "capacity" | "bandwidth" => Self::Capacity,
            // The Topology Zoo's, and our own.
            "linkspeedraw" | "capacity_bps" => Self::CapacityBits,
            "relation" => Self::Relation,
            "population" => Self::Population,
            "class" => Self::Class,
            _ => return None,
        })
    }
}

/// Attributes of one node or edge as they are met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes {
    pub(crate) label: Option<String>,
    degrees: [Option<(f64, usize)>; 2],
    plane: [Option<(f64, usize)>; 2],
    domain: Option<u32>,
    country: Option<Country>,
    kind: Option<RouterKind>,
    population: f64,
    latency: Option<Span>,
    capacity: Option<Bandwidth>,
    relation: Option<Relation>,
    class: Option<LinkClass>,
}

impl Attributes {
    /// Takes one attribute of a node or an `edge`, which stands at `offset`; what is none of its business is passed over.
    pub(crate) fn set(
        &mut self,
        draft: &Draft,
        edge: bool,
        attribute: Attribute,
        text: &str,
        offset: usize,
    ) -> Result<(), UnderlayError> {
        let spot = draft.spot(offset);
        match attribute {
            Attribute::Label => self.label = Some(text.trim().to_owned()),
            Attribute::Latitude if !edge => {
                self.degrees[1] = Some((coordinate(draft, text, 90.0, offset)?, offset));
            }
            Attribute::Longitude if !edge => {
                self.degrees[0] = Some((coordinate(draft, text, 180.0, offset)?, offset));
            }
            // Other programs' drawings: what is no number is no place.
            Attribute::X if !edge => self.plane[0] = text.trim().parse().ok().map(|x| (x, offset)),
            Attribute::Y if !edge => self.plane[1] = text.trim().parse().ok().map(|y| (y, offset)),
            Attribute::Domain if !edge => {
                let digits = text.trim().trim_start_matches("AS");
                self.domain = digits.parse().ok();
            }
            Attribute::Country if !edge => self.country = country(text),
            Attribute::Kind if !edge => {
                self.kind = match text.trim() {
                    "transit" => Some(RouterKind::Transit),
                    "stub" => Some(RouterKind::Stub),
                    _ => None,
                };
            }
            Attribute::Population if !edge => {
                let population = text.trim().parse().ok();
                self.population = population.filter(|number| (0.0..1e12).contains(number)).unwrap_or(0.0);
            }
            Attribute::Latency(unit) if edge => {
                let unit = unit.or(draft.reading.latency_unit).unwrap_or(LatencyUnit::Milliseconds);
                self.latency = Some(crate::graph::file::latency(text, unit, spot)?);
            }
            Attribute::LatencyNanoseconds if edge => {
                let thousandth = text.trim().parse::<f64>().map(|number| (number / 1e3).to_string());
                let text = thousandth.as_deref().unwrap_or(text);
                self.latency = Some(crate::graph::file::latency(text, LatencyUnit::Microseconds, spot)?);
            }
            Attribute::Capacity if edge => {
                let number = text.trim().parse().ok();
                let stated = number.and_then(|number| draft.capacity(number, None));
                self.capacity = stated.or_else(|| text.parse().ok());
            }
            Attribute::CapacityBits if edge => self.capacity = text.trim().parse().ok().and_then(bandwidth),
            Attribute::Class if edge => self.class = crate::export::class_named(text.trim()),
            Attribute::Relation if edge => {
                self.relation = match text.trim() {
                    "customer" => Some(Relation::Customer),
                    "provider" => Some(Relation::Provider),
                    "peer" => Some(Relation::Peer),
                    "sibling" => Some(Relation::Sibling),
                    _ => None,
                };
            }
            _ => {}
        }
        Ok(())
    }

    /// The place, where both coordinates are given; degrees go before a drawing.
    pub(crate) fn point(&self) -> Option<Point> {
        let of = |[x, y]: [Option<(f64, usize)>; 2], meaning| {
            let ((x, _), (y, offset)) = (x?, y?);
            Some(Point { x, y, meaning, offset })
        };
        of(self.degrees, NodeCoordinates::Degrees).or_else(|| of(self.plane, NodeCoordinates::Plane))
    }

    pub(crate) fn into_node(self, id: &str) -> GraphNode {
        GraphNode {
            domain: self.domain,
            country: self.country,
            kind: self.kind,
            population: self.population,
            ..GraphNode::new(self.label.unwrap_or_else(|| id.to_owned()))
        }
    }

    pub(crate) fn into_edge(self, source: u32, target: u32) -> GraphEdge {
        GraphEdge {
            latency: self.latency,
            capacity: self.capacity,
            relation: self.relation,
            class: self.class,
            ..GraphEdge::new(source, target)
        }
    }
}

/// A number, at most `limit` each way where it is to be one in degrees.
fn coordinate(draft: &Draft, text: &str, limit: f64, offset: usize) -> Result<f64, UnderlayError> {
    let number = text.trim().parse().map_err(|_| {
        draft.spot(offset).error(format!("{text:?} is no coordinate"), "write a number, or remove it")
    })?;
    match draft.reading.coordinates {
        None | Some(NodeCoordinates::Degrees) => degrees(number, limit, draft.spot(offset)),
        Some(_) => Ok(number),
    }
}
