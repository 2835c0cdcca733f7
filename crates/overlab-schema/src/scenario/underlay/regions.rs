//! Regions and the latencies between them.

use super::{MatrixKind, TimeUnit};
use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Regions with a latency between any two and within each, from a file, plain or gzipped. A host draws its region by
/// weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// The file of latencies; relative to the scenario's folder.
    pub file: String,
    /// How the file is written.
    #[serde(default)]
    pub format: RegionFormat,
    /// What was measured: round trips are halved for each direction.
    pub kind: MatrixKind,
    /// The unit of its numbers.
    #[serde(default)]
    pub unit: TimeUnit,
    /// The one-way latency between hosts of a region, where the file gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_region: Option<Span>,
    /// What to do about pairs of regions without a latency.
    #[serde(default)]
    pub missing: MissingRegions,
    /// A number or word that stands for no latency, such as "-1"; an empty field and "nan" always do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_marker: Option<String>,
    /// Whether a zero means that there is no latency.
    #[serde(default)]
    pub zero_is_missing: bool,
    /// Weights of regions by name, those not named having none; without it all weigh the same, or what `about` says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub weights: BTreeMap<String, f64>,
    /// A table with the weights, places and bandwidths of the regions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<RegionTable>,
}

/// How a file of latencies between regions is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegionFormat {
    /// A table with names in its header and its first column: SimBlock.
    #[default]
    Named,
    /// An object of objects of numbers, perhaps within one called "data": cloudping.co.
    Json,
    /// A table of pairs under a header, one direction serving for both where the other is absent: RIPE Atlas statistics of
    /// countries.
    Pairs(PairColumns),
}

/// The columns of a table of pairs of regions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairColumns {
    /// The column of one region.
    #[serde(default = "cty1")]
    pub from: String,
    /// The column of the other.
    #[serde(default = "cty2")]
    pub to: String,
    /// The column of the latency. Beware of the smallest latencies: one place that is not where it is taken to be spoils
    /// them.
    #[serde(default = "rtt_avg")]
    pub latency: String,
}

fn cty1() -> String {
    "cty1".to_owned()
}

fn cty2() -> String {
    "cty2".to_owned()
}

fn rtt_avg() -> String {
    "rtt_avg".to_owned()
}

/// What to do about pairs of regions without a latency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingRegions {
    /// Refuse the file.
    #[default]
    Error,
    /// Leave out regions until no pair is without one.
    DropRegions,
}

/// What else is known of regions: a table with a header, plain or gzipped. Regions that only it has are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegionTable {
    /// The file; relative to the scenario's folder.
    pub file: String,
    /// The column of the region's name.
    #[serde(default = "region")]
    pub name: String,
    /// The column of the weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// The column of the bandwidth of sending, in bits a second: the access links of a region's hosts have it, with queues that nothing
    /// bounds. Not beside `access.classes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<String>,
    /// The column of the bandwidth of receiving, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<String>,
    /// The column of the latitude, degrees north; without it "latitude", where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<String>,
    /// The column of the longitude, degrees east; without it "longitude", where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<String>,
}

fn region() -> String {
    "region".to_owned()
}
