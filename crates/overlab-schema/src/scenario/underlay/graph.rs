//! Router graphs from files: formats, units, and what makes latencies of lengths and places.

use super::{HostsAt, MatrixKind, TimeUnit};
use overlab_time::{Bandwidth, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A router graph from a file, plain or gzipped. The latency of a link is the one that the file states, else `link_latency`, else
/// the one of its length: on a plane with `plane_width` or `plane_unit`, on the globe along `path_factor` times the great circle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Graph {
    /// The file; relative to the scenario's folder.
    pub file: String,
    /// Its format. What is left out is told from the content where that is certain, and asked for where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<GraphFormat>,
    /// The unit of latencies that have none of their own. Left out, it is ms for GraphML, GML, BRITE, ModelNet and Rocketfuel's
    /// latencies, and the numbers of Rocketfuel's weights, Inet, GT-ITM and edge lists are no times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_unit: Option<TimeUnit>,
    /// Whether latencies are one-way or round trips, which are halved for each direction.
    #[serde(default = "one_way")]
    pub latency_kind: MatrixKind,
    /// What coordinates of nodes are. Left out, it is what the format says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<NodeCoordinates>,
    /// The bandwidth in one unit of capacities that have none of their own, such as "1Mbps". Left out, it is that of the file, and
    /// capacities are unknown where the file has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_unit: Option<Bandwidth>,
    /// Which of several links between two routers counts, such as one for each direction.
    #[serde(default)]
    pub parallel_links: ParallelLinks,
    /// How much longer a fibre is than the great circle, between 1 and 10, where the file gives a link no latency.
    #[serde(default = "one_and_a_half")]
    pub path_factor: f64,
    /// The shortest latency that is derived from a distance.
    #[serde(default = "hundred_microseconds")]
    pub floor: Span,
    /// One latency for all links that the file gives none, instead of one from the distance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_latency: Option<Span>,
    /// The one-way time across the plane of the nodes: along the larger side of the rectangle around them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plane_width: Option<Span>,
    /// The one-way time along one unit of the file's coordinates and lengths, instead of `plane_width`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plane_unit: Option<Span>,
    /// What to do about a graph in several parts.
    #[serde(default)]
    pub component: Component,
    /// Which routers have hosts.
    #[serde(default = "all_routers")]
    pub hosts_at: HostsAt,
}

/// The format of a graph file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GraphFormat {
    /// aShiip: nodes with their neighbours. It states no latencies.
    Ashiip,
    /// BRITE: delays in ms, places on a plane, autonomous systems; bandwidths where `capacity_unit` is said.
    Brite,
    /// CAIDA's AS relationships, serial-1: `provider|customer|-1`, `peer|peer|0`, `sibling|sibling|2`.
    CaidaSerial1,
    /// CAIDA's AS relationships, serial-2: serial-1 with a source.
    CaidaSerial2,
    /// Two nodes a line and perhaps a number: SNAP's networks, tables with commas.
    EdgeList,
    /// GML: the Topology Zoo, with `latency`, `capacity` and the like as attributes.
    Gml,
    /// GraphML: the Topology Zoo, networkx, yEd; attributes as in GML.
    Graphml,
    /// GT-ITM's `alt` format: transit and stub domains, lengths.
    GtItm,
    /// Inet-3.0: places on a plane and lengths.
    Inet,
    /// ModelNet's XML: delays in ms for each direction, capacities in kbit/s.
    ModelNet,
    /// Orbis: two nodes a line, as in an edge list.
    Orbis,
    /// Rocketfuel's router-level maps (`.cch`), without external addresses. They state no latencies.
    RocketfuelCch,
    /// Rocketfuel's `latencies.intra`, in ms.
    RocketfuelLatencies,
    /// Rocketfuel's `weights.intra`, which are no times.
    RocketfuelWeights,
    /// SNAP's copies of CAIDA's AS relationships, whose sign is the opposite: `customer provider -1`.
    SnapAsRelationships,
    /// SNDlib's native format: coordinates, capacities, demands.
    SndlibNative,
    /// SNDlib's XML format.
    SndlibXml,
}

/// What the coordinates of nodes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
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

/// Which of several links between two routers counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParallelLinks {
    /// The fastest.
    #[default]
    Fastest,
    /// None: the link takes the mean of their latencies.
    Mean,
    /// The slowest.
    Slowest,
}

/// What to do about a graph in several parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// Refuse it: all of it must hang together.
    #[default]
    All,
    /// Keep the largest part.
    Largest,
}

fn one_way() -> MatrixKind {
    MatrixKind::OneWay
}

fn one_and_a_half() -> f64 {
    1.5
}

fn hundred_microseconds() -> Span {
    Span::from_micros(100)
}

fn all_routers() -> HostsAt {
    HostsAt::AllRouters
}
