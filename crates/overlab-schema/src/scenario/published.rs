//! Published figures that the results of a scenario are held to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Published or derived figures that a run's results are held to; the verdicts are in `reproduction.json`. They change nothing of what is run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Where the figures come from.
    pub source: String,
    /// What `overlab reproduce --quick` changes for a first look: values by path, such as "replications": 3. Claims on points that are then left out have no verdict.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub quick: BTreeMap<String, Value>,
    /// The figures one by one.
    pub claims: Vec<Claim>,
}

/// One figure and how near to it a reproduction must come: either `expected` with at least one tolerance, or bounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// What is claimed, in a few words.
    pub claim: String,
    /// Where it comes from, if not from where the others do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What is read off the results.
    pub measure: Measure,
    /// The published value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    /// The tolerance as a share of the expected value; with an absolute one, the larger of the two holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative: Option<f64>,
    /// The tolerance in the unit of what is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absolute: Option<f64>,
    /// The smallest value that is in accord with the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The largest value that is in accord with the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

impl Claim {
    /// The smallest and the largest value that is in accord with the claim.
    pub fn range(&self) -> [Option<f64>; 2] {
        let Some(expected) = self.expected else { return [self.at_least, self.at_most] };
        let relative = self.relative.unwrap_or_default() * expected.abs();
        let tolerance = relative.max(self.absolute.unwrap_or_default());
        [Some(expected - tolerance), Some(expected + tolerance)]
    }
}

/// What is read off the results for a claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// One metric of one overlay at one point.
    Metric(Reading),
    /// One reading over another.
    Ratio(Pair),
    /// One reading less another.
    Difference(Pair),
    /// The slope of the line that fits a metric best along a sweep.
    Slope(Fit),
    /// The share of a metric's variance along a sweep that the line explains (R squared).
    Explained(Fit),
    /// The largest distance between the distribution of hops and a published one (Kolmogorov and Smirnov).
    HopsDistance(HopsDistance),
}

/// One metric of one overlay at one point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The metric's name.
    pub metric: String,
    /// Which figure of it, in each replication; their mean counts.
    #[serde(default, skip_serializing_if = "Statistic::is_mean")]
    pub of: Statistic,
    /// The overlay's label; may be left out where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlay: Option<String>,
    /// The values of the swept paths at the point, as they stand in the sweep.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub at: BTreeMap<String, Value>,
}

/// Which figure of a metric in one replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// The value, or the mean of a distribution.
    #[default]
    Mean,
    /// The smallest.
    Min,
    /// The median.
    P50,
    /// The 90th percentile.
    P90,
    /// The 95th percentile.
    P95,
    /// The 99th percentile.
    P99,
    /// The largest.
    Max,
}

impl Statistic {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
    fn is_mean(&self) -> bool {
        *self == Self::Mean
    }

    /// Its name in a scenario.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Min => "min",
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::Max => "max",
        }
    }
}

/// Two readings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The first.
    pub of: Reading,
    /// What it is divided by, or what is taken from it.
    pub to: Reading,
}

/// A straight line through a metric along a sweep, by least squares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fit {
    /// The metric's name; its mean is meant.
    pub metric: String,
    /// The overlay's label; may be left out where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlay: Option<String>,
    /// The swept path.
    pub along: String,
    /// Values of it as they stand in the sweep, each with its place on the horizontal axis, such as ["1024", 10].
    pub places: Vec<(Value, f64)>,
    /// The values of the other swept paths.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub at: BTreeMap<String, Value>,
    /// Whether the natural logarithm of the metric is fitted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub logarithm: bool,
    /// Whether the line goes through the origin.
    #[serde(default, skip_serializing_if = "is_false")]
    pub through_origin: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_false(value: &bool) -> bool {
    !value
}

/// The distribution of hops of one overlay at one point, beside a published one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HopsDistance {
    /// The overlay's label; may be left out where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlay: Option<String>,
    /// The values of the swept paths at the point.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub at: BTreeMap<String, Value>,
    /// The published shares of 0, 1, 2, ... hops.
    pub shares: Vec<f64>,
}
