//! `cost.json`: performance against cost over the points of a sweep, one hull an overlay.
//!
//! The framework is that of Li, Stribling, Morris, Kaashoek and Gil, "A performance vs. cost framework for evaluating
//! DHT design tradeoffs under churn" (INFOCOM 2005): every combination of parameters is a point, what an overlay can
//! do is the lower left hull of its points, and what a parameter is worth is what the hull loses when it is fixed.

use super::ResultFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the points of a sweep cost, and what they get for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CostStudy {
    /// The scenario's name.
    pub scenario: String,
    /// The metric that is the cost.
    pub cost: String,
    /// Its unit.
    pub cost_unit: String,
    /// How the figures were made.
    pub notes: Vec<String>,
    /// One entry a world: a combination of those swept values that are no overlay's own.
    pub settings: Vec<CostSetting>,
}

impl ResultFile for CostStudy {
    const FORMAT: &'static str = "overlab.cost/1";
    const FILE: &'static str = "cost.json";
}

/// One world.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CostSetting {
    /// The swept values that are no overlay's own, by path.
    pub parameters: BTreeMap<String, Value>,
    /// One entry a measure of performance.
    pub measures: Vec<CostMeasure>,
}

/// One measure of performance against the cost. All are drawn so that lower is better.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CostMeasure {
    /// The metric.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// Whether values are 1 minus the metric, which is a share of success.
    pub complement: bool,
    /// One entry an overlay, in the order of the scenario.
    pub curves: Vec<CostCurve>,
}

/// The points of one overlay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CostCurve {
    /// The overlay's label.
    pub overlay: String,
    /// One entry a combination of the overlay's own swept values, by cost.
    pub points: Vec<CostPoint>,
    /// Its own swept parameters, what matters most first.
    pub sensitivity: Vec<Sensitivity>,
}

/// One combination of an overlay's own parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CostPoint {
    /// The values by path.
    pub parameters: BTreeMap<String, Value>,
    /// Replications.
    pub n: u32,
    /// The mean cost.
    pub cost: f64,
    /// Its 95 % interval; absent below two replications.
    pub cost_ci95: Option<[f64; 2]>,
    /// The mean of the measure; lower is better.
    pub value: f64,
    /// Its 95 % interval; absent below two replications.
    pub value_ci95: Option<[f64; 2]>,
    /// Whether no other point of this overlay is as good in both and better in one.
    pub pareto: bool,
    /// Whether it is a corner of the lower left convex hull.
    pub hull: bool,
}

/// What one parameter of an overlay does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// Its path.
    pub path: String,
    /// How many values it takes.
    pub levels: u32,
    /// The single value that loses least of the hull.
    pub best: Value,
    /// How much worse the hull is on average over the range of costs if the parameter is fixed at that value, in the
    /// measure's unit.
    pub hull_loss: f64,
    /// Its 95 % interval (jackknife over replications); absent below three replications.
    pub hull_loss_ci95: Option<[f64; 2]>,
    /// The same as a share of the hull's mean.
    pub hull_loss_share: Option<f64>,
    /// The share of the variance of the measure between points that the parameter explains by itself (main effect).
    pub variance_share: Option<f64>,
    /// The same for the cost.
    pub cost_variance_share: Option<f64>,
}
