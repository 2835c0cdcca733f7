//! `distributions.json`: what the pictures of distributions are drawn from, so that a folder can be redrawn.

use super::ResultFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The content of `distributions.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Distributions {
    /// One entry an overlay and sweep point, in the order of `summary.json`.
    pub points: Vec<DistributionsPoint>,
}

impl ResultFile for Distributions {
    const FORMAT: &'static str = "overlab.distributions/1";
    const FILE: &'static str = "distributions.json";
}

/// The distributions of one overlay at one sweep point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DistributionsPoint {
    /// The overlay's label.
    pub overlay: String,
    /// The sweep's values at this point by path.
    pub parameters: BTreeMap<String, Value>,
    /// The distribution of lookup latency in milliseconds, by ascending quantile.
    pub latency_ms: Vec<QuantileBand>,
    /// The share of lookups by hop count, ascending.
    pub hops: Vec<HopShare>,
}

/// A point of an inverse distribution function with its band over replications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QuantileBand {
    /// Between 0 and 1.
    pub quantile: f64,
    /// The mean over replications of the value at that quantile.
    pub value: f64,
    /// The lower end of its 95 % interval; absent below two replications.
    pub lo: Option<f64>,
    /// The upper end of its 95 % interval; absent below two replications.
    pub hi: Option<f64>,
}

/// The share of one hop count with its band over replications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HopShare {
    /// The hop count.
    pub hops: u32,
    /// The mean over replications of its share, between 0 and 1.
    pub share: f64,
    /// The lower end of its 95 % interval; absent below two replications.
    pub lo: Option<f64>,
    /// The upper end of its 95 % interval; absent below two replications.
    pub hi: Option<f64>,
}
