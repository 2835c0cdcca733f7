//! The scenario: one file that says everything about an experiment.
//!
//! Every default stands in these types, so that a parsed scenario prints with all of them filled in and, read
//! again, is the same. Choices are externally tagged (`{ "weibull": { ... } }`). What types alone cannot say is
//! checked in `scenario/check.rs`; what an algorithm's own parameters mean is the affair of its registry entry.

mod access;
mod bytes;
mod check;
mod churn;
mod congestion;
mod derive;
mod distance;
mod fault;
mod faults;
mod files;
mod kinship;
mod law;
mod network;
mod overlay;
mod peers;
mod placement;
mod published;
mod reachability;
mod replications;
mod routing;
mod static_key_routing;
mod sweep;
mod time;
mod timeline;
mod underlay;
mod warmup;
mod workload;

pub use access::{Access, AccessClass, AccessLatency, AccessPreset};
pub use bytes::Bytes;
pub use churn::{Churn, ChurnSource, ChurnTrace, Identity, State};
pub use congestion::{Background, Bursts, CongestedLink, Congestion, Diurnal, LinkCapacities, QueueLaw};
pub use distance::Distance;
pub use fault::{Direction, Fail, RouterName, Selection, Side};
pub use faults::{Faults, Locations, RandomFaults, RoutingDelay};
pub use law::SpanLaw;
pub use network::{Impairments, Jitter, JitterLaw, Wire};
pub use overlay::{Adversary, Algorithm, Behaviour, Lookup, LookupMode, Overlay, Rpc};
pub use peers::{Pace, Peers, Start};
pub use placement::Placement;
pub use published::{Claim, Fit, HopsDistance, Measure, Pair, Published, Reading, Statistic};
pub use reachability::{ClassShares, ReachabilityShares};
pub use replications::{Precision, Replications, UntilPrecise};
pub use routing::Routing;
pub use static_key_routing::{Pairs, StaticKeyRouting, Target};
pub use sweep::{Axis, Range, Scale, Sweep};
pub use time::Times;
pub use timeline::{Action, Share, TimelineEvent};
pub use underlay::{
    BarabasiAlbert, BorderRouter, Component, Connect, ConstantLatency, CoordinateFormat, Coordinates,
    Density, ErdosRenyi, FlatGraph, Graph, GraphFormat, Grid, HostsAt, Internet, LinkLatencies, Matrix,
    MatrixFormat, MatrixKind, Missing, MissingRegions, NodeCoordinates, PairColumns, ParallelLinks, Places,
    Plane, RandomRegular, RegionFormat, RegionTable, Regions, Sphere, TimeUnit, TransitStub,
    TransitStubPreset, TwoLevel, Underlay, WattsStrogatz, Waxman, Wires,
};
pub use warmup::{Detected, Warmup};
pub use workload::{Arrivals, KeyRouting, Keys, Workload};

pub(crate) use check::Finding;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An experiment: an underlay, peers on it, one or several overlays among them, what is asked of them and what
/// happens to them meanwhile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The JSON Schema for editors, such as "schema/scenario.json"; means nothing to a run.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The version of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: u64,
    /// The experiment's name, also of its results folder: letters, digits, "-", "_" and ".".
    #[schemars(regex(pattern = r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$"))]
    pub name: String,
    /// What is asked and what the answer should look like.
    #[serde(default)]
    pub description: String,
    /// Everything random is derived from it.
    #[serde(default = "one")]
    pub seed: u64,
    /// How long to warm up and to measure; must be given, except for a static analysis.
    #[serde(default, skip_serializing_if = "Times::is_unset")]
    pub time: Times,
    /// The synthetic Internet.
    pub underlay: Underlay,
    /// Which paths messages take, where there are routers (latency).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
    /// The link between each host and the network; by default 1 ms for router graphs and none for end-to-end models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// Address translators, which keep messages from hosts; without it all hosts are public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reachability: Option<ReachabilityShares>,
    /// Loss and jitter of single messages.
    #[serde(default)]
    pub impairments: Impairments,
    /// Links between routers that have a capacity: who else uses them, and how messages wait and are lost there; without it they carry everything at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub congestion: Option<Congestion>,
    /// How hosts are spread over the routers of a router graph, uniformly by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement>,
    /// How many peers there are and how they start.
    pub peers: Peers,
    /// The overlays that are compared: all meet the same underlay, churn, faults and workload.
    pub overlays: Vec<Overlay>,
    /// What is asked of the overlays.
    pub workload: Workload,
    /// How peers come and go; without it all stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub churn: Option<Churn>,
    /// What happens at stated moments of the measured period.
    #[serde(default)]
    pub timeline: Vec<TimelineEvent>,
    /// How routing meets faults, and faults at random times; the defaults hold where something on the timeline fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faults: Option<Faults>,
    /// Peers that do not play by the rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adversary: Option<Adversary>,
    /// The sizes that messages are counted with.
    #[serde(default)]
    pub wire: Wire,
    /// Values to try, by path: all combinations are run, the first path slowest, but for those that "$zip" and "$where" leave out.
    #[serde(default)]
    pub sweep: Sweep,
    /// How often each point is run with everything redrawn.
    #[serde(default)]
    pub replications: Replications,
    /// What replications do not redraw.
    #[serde(default)]
    pub fixed: Vec<Redrawn>,
    /// What is written besides the summary.
    #[serde(default)]
    pub output: Output,
    /// Published figures that the results are held to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// The files that the scenario reads, by name; filled in by a run, and held to by the next.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, Input>,
}

fn one() -> u64 {
    1
}

/// Something that a replication redraws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Redrawn {
    /// The underlay's routers, links and places.
    Underlay,
    /// Which host stands where.
    Placement,
    /// The keys of peers.
    Keys,
    /// Sessions and downtimes.
    Churn,
    /// What is asked, by whom and when.
    Workload,
}

/// What is written besides the summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    /// Whether to write one row a lookup (`lookups.csv`): large.
    pub lookups: bool,
}

/// A file that the scenario reads, as a run has found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its size in bytes.
    pub bytes: u64,
    /// Its BLAKE3 hash in hexadecimal; another content is refused.
    pub blake3: String,
}

impl Scenario {
    /// The version of the format that this program reads and writes.
    pub const VERSION: u64 = 1;

    /// The whole text of the scenario's file, with a newline at its end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("scenarios have string keys only");
        text.push('\n');
        text
    }
}

/// The JSON Schema of scenario files, for editors, with a newline at its end.
pub fn json_schema() -> String {
    let settings = SchemaSettings::draft07().for_deserialize();
    let schema = settings.into_generator().into_root_schema_for::<Scenario>();
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}
