//! Links between routers that have a capacity, and who else uses them.

use super::{Bytes, SpanLaw};
use overlab_time::{Bandwidth, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Capacities of the links between routers, the traffic of others on them, and their queues. What the overlay itself sends over
/// a link in one epoch (`time.epoch`) adds to the link's load in the next; a run warns where that lag shows in its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Congestion {
    /// What links of each class carry each way, where the graph does not say it.
    #[serde(default)]
    pub capacity: LinkCapacities,
    /// What others send over every link with a capacity.
    #[serde(default)]
    pub background: Background,
    /// How long messages wait at a load, and how many are lost.
    #[serde(default)]
    pub queue: QueueLaw,
    /// The mean size of packets, those of others included; 700 B is near the mean of the Internet (Sinha, Papadopoulos, Heidemann, ISI-TR-2007-643).
    #[serde(default = "packet")]
    pub packet: Bytes,
    /// How long a full buffer takes to be sent: 250 ms is the round trip that routers are classically built for (Villamizar, Song, ACM CCR 24(5), 1994).
    #[serde(default = "buffer")]
    pub buffer: Span,
    /// Links that differ from the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<CongestedLink>,
}

fn packet() -> Bytes {
    Bytes(700)
}

fn buffer() -> Span {
    Span::from_millis(250)
}

/// What links of each class carry each way; a class that is left out has no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LinkCapacities {
    /// Between two transit domains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inter_transit: Option<Bandwidth>,
    /// Between routers of one transit domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intra_transit: Option<Bandwidth>,
    /// Between a transit router and a stub domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_stub: Option<Bandwidth>,
    /// Between routers of one stub domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intra_stub: Option<Bandwidth>,
    /// Between two stub domains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inter_stub: Option<Bandwidth>,
    /// In graphs that tell no classes apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain: Option<Bandwidth>,
}

/// What others send over a link, in shares of its capacity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Background {
    /// The mean over a day, bursts aside; above 1 on a link that is always overloaded.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub share: f64,
    /// Which part of it yields until everything else fits, as transfers do that slow down at loss.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub elastic: f64,
    /// How it varies over the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diurnal: Option<Diurnal>,
    /// What comes on top now and then, on each direction of each link by itself; it does not yield.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bursts: Option<Bursts>,
}

/// A sinusoid over the day, by the local time of the router that sends where routers are on the globe (Lakhina and others, SIGMETRICS 2004: it is the strongest component of backbone traffic).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Diurnal {
    /// By which part of the mean the peak lies above it and the trough below: 0.4 makes the peak 2.3 times the trough.
    #[serde(default = "two_fifths")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub amplitude: f64,
    /// The local time of the peak, since midnight.
    #[serde(default = "evening")]
    pub peak: Span,
    /// The time at Greenwich when the run begins, since midnight.
    #[serde(default = "noon")]
    pub start: Span,
}

fn two_fifths() -> f64 {
    0.4
}

fn evening() -> Span {
    Span::from_hours(21)
}

fn noon() -> Span {
    Span::from_hours(12)
}

/// An on/off process; heavy-tailed periods make the sum of many self-similar (Willinger and others, IEEE/ACM ToN 5(1), 1997).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bursts {
    /// What a burst adds.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub share: f64,
    /// How long bursts last.
    pub on: SpanLaw,
    /// How long the pauses between them last.
    pub off: SpanLaw,
}

/// A queue under Poisson arrivals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum QueueLaw {
    /// M/D/1: packets of one size wait up to a full buffer; what exceeds the capacity is lost.
    #[default]
    #[serde(rename = "md1")]
    Md1,
    /// M/M/1/K: packets of exponential sizes, as many as the buffer holds; some are lost below capacity too.
    #[serde(rename = "mm1k")]
    Mm1k,
}

/// A link that differs from the others, both ways.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CongestedLink {
    /// The numbers of the two routers that it joins: as the file lists them, from 0, or as they are generated.
    pub routers: [u32; 2],
    /// What it carries each way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Bandwidth>,
    /// What others send over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
}
