//! An underlay as tables of nodes and links, for other programs: GraphML, CSV and JSON.
//!
//! Router graphs give their routers and links, end-to-end models the places of their hosts; matrices and regions add the
//! latencies between those places, one directed link each way. What [`Export::graphml`] writes of a router graph
//! [`crate::Import`] reads back: the same routers in the same order, the same links with the same latencies to the nanosecond,
//! capacities and relations (links then stand in the order of their ends, and a plane's larger side goes from 0 to 1). Access links, impairments and routes are not
//! part of it.

mod csv;
mod graphml;
mod json;
mod rows;

use crate::error::UnderlayError;
use crate::graph::{LinkClass, Relation, RouterKind};
use crate::latency::{Latency, Table, UNIT, UNREACHABLE};
use crate::topology::Kind;
use crate::underlay::Underlay;
use overlab_time::Span;

/// More occupied rows or regions than this have more pairs than a graph file should carry.
const MOST_PLACES: usize = 1_000;

/// Tables of nodes and links, made by [`Underlay::export`].
#[derive(Clone, Debug)]
pub struct Export<'a> {
    name: String,
    directed: bool,
    nodes: Sheet<'a>,
    links: Sheet<'a>,
}

/// Columns and rows; the first column of nodes is their id, the first two of links the ids of their ends.
#[derive(Clone, Debug)]
struct Sheet<'a> {
    columns: &'static [(&'static str, Content)],
    rows: Vec<Vec<Cell<'a>>>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Text,
    Whole,
    Number,
}

/// One value of a table.
#[derive(Clone, Debug, PartialEq)]
enum Cell<'a> {
    Absent,
    Text(&'a str),
    Short(String),
    Whole(u64),
    /// Decimal digits.
    Number(String),
}

impl Cell<'_> {
    /// A finite number; others are absent.
    fn number(number: f64) -> Self {
        if number.is_finite() { Self::Number(number.to_string()) } else { Self::Absent }
    }

    /// Milliseconds with all digits down to the nanosecond: what reads it as a double gets the same span back.
    fn milliseconds(span: Span) -> Self {
        let (whole, rest) = (span.0 / 1_000_000, span.0 % 1_000_000);
        let digits = format!("{whole}.{rest:06}");
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        Self::Number(digits.to_owned())
    }
}

impl Underlay {
    /// The underlay as tables of nodes and links; `name` stands in the files.
    ///
    /// # Errors
    /// Where a matrix or region table has more than 1,000 rows or regions with hosts: their pairs are too many.
    pub fn export(&self, name: &str) -> Result<Export<'_>, UnderlayError> {
        let (directed, nodes, links) = match (&self.latency, &self.topology.kind) {
            (_, Kind::Routers(graph)) => {
                let hosts = self.counts(graph.graph.node_count(), |site| self.sites[site as usize] as usize);
                (false, rows::routers(graph, &hosts), rows::links(graph))
            }
            (Latency::Regions(table) | Latency::Table { table, .. }, _) => {
                if self.sites.len() > MOST_PLACES {
                    let expected = "of at most 1,000 rows or regions with hosts (take fewer peers)";
                    return Err(UnderlayError::parameter("an export", expected, self.sites.len()));
                }
                (true, rows::places(self), pairs(table, self.sites.len() as u32))
            }
            (Latency::Coordinates(space), _) => {
                (false, rows::points(self, space), Sheet { columns: rows::LINKS, rows: Vec::new() })
            }
            _ => (false, rows::hosts(self), Sheet { columns: rows::LINKS, rows: Vec::new() }),
        };
        Ok(Export { name: name.to_owned(), directed, nodes, links })
    }
}

/// Latencies between all different places that reach each other.
fn pairs(table: &Table, places: u32) -> Sheet<'static> {
    let all =
        (0..places).flat_map(|from| (0..places).filter(move |&to| to != from).map(move |to| (from, to)));
    let rows = all.filter(|&(from, to)| table.get(from, to) != UNREACHABLE).map(|(from, to)| {
        let latency = Span(u64::from(table.get(from, to)) * UNIT);
        let ends = [from, to].map(|end| Cell::Whole(u64::from(end)));
        ends.into_iter().chain([Cell::milliseconds(latency)]).collect()
    });
    Sheet { columns: &rows::LINKS[..3], rows: rows.collect() }
}

fn kind(kind: RouterKind) -> &'static str {
    match kind {
        RouterKind::Transit => "transit",
        RouterKind::Stub => "stub",
        RouterKind::Plain => "router",
    }
}

fn class(class: LinkClass) -> &'static str {
    match class {
        LinkClass::InterTransit => "inter_transit",
        LinkClass::IntraTransit => "intra_transit",
        LinkClass::TransitStub => "transit_stub",
        LinkClass::IntraStub => "intra_stub",
        LinkClass::InterStub => "inter_stub",
        LinkClass::Plain => "link",
    }
}

/// The class of a name that [`class`] gives.
pub(crate) fn class_named(name: &str) -> Option<LinkClass> {
    use LinkClass::{InterStub, InterTransit, IntraStub, IntraTransit, Plain, TransitStub};
    let all = [InterTransit, IntraTransit, TransitStub, IntraStub, InterStub, Plain];
    all.into_iter().find(|&one| class(one) == name)
}

fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Customer => "customer",
        Relation::Provider => "provider",
        Relation::Peer => "peer",
        Relation::Sibling => "sibling",
    }
}
