//! `summary.json`: every metric of every overlay at every sweep point, with its interval.

use super::ResultFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The content of `summary.json`: a function of scenario, seed and version alone, never of machine,
/// threads or clock.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The scenario's name.
    pub scenario: String,
    /// The seed that everything random was derived from.
    pub seed: u64,
    /// The digest over the traces of all runs, in hexadecimal.
    pub digest: String,
    /// The measured period in simulated seconds.
    pub measure_s: f64,
    /// What happened on the timeline, by time.
    pub events: Vec<EventMark>,
    /// What to look at before trusting the figures; empty where there is nothing.
    pub warnings: Vec<String>,
    /// One entry an overlay and sweep point, overlays innermost, in the order of the scenario.
    pub points: Vec<SummaryPoint>,
}

impl ResultFile for Summary {
    const FORMAT: &'static str = "overlab.summary/1";
    const FILE: &'static str = "summary.json";
}

/// A moment of the timeline, for marking in pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventMark {
    /// Its name, such as "crash 30 %".
    pub name: String,
    /// Seconds since the start of the measured period.
    pub at_s: f64,
}

/// One overlay at one sweep point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SummaryPoint {
    /// The overlay's label, unique in a scenario.
    pub overlay: String,
    /// The algorithm's name in the registry.
    pub algorithm: String,
    /// The sweep's values at this point by path; empty without a sweep.
    pub parameters: BTreeMap<String, Value>,
    /// The number of replications that are in the figures.
    pub replications: u32,
    /// The period before measuring in simulated seconds, the same for all overlays and replications of a point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warmup_s: Option<f64>,
    /// What it was made of where it was detected: where the start of each series of each overlay ends. The longest counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detected: Vec<DetectedStart>,
    /// How precise they made it, where the scenario asks for a precision instead of a number of replications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<PrecisionReached>,
    /// The digest over the traces of this point's runs, in hexadecimal.
    pub digest: String,
    /// The figures over the whole measured period, by name.
    pub metrics: BTreeMap<String, Metric>,
    /// The same figures between the events of the timeline; one phase where there are none.
    pub phases: Vec<Phase>,
    /// What each event of the timeline did to the headline metrics.
    pub event_effects: Vec<EventEffects>,
}

/// Where the start of a series ends by MSER-5.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetectedStart {
    /// The overlay's label.
    pub overlay: String,
    /// The metric.
    pub metric: String,
    /// Simulated seconds from the start of the pilot.
    pub ends_s: f64,
}

/// How precise the replications of a point made what the scenario asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrecisionReached {
    /// Why there are no more of them.
    pub stopped: Stopped,
    /// By metric, the width of its 95 % interval for this overlay over what it is the interval of. It is `null` where
    /// there is no interval, or a width around nothing, and has no entry where this overlay does not have the metric.
    pub relative_width: BTreeMap<String, Option<f64>>,
}

/// Why the replications of a point ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// All that was asked for is precise, for every overlay.
    Precise,
    /// There were as many as are allowed.
    Ceiling,
    /// They have not ended: the results are incomplete.
    Unfinished,
}

/// One metric: its interval over replications and the percentiles of what was pooled.
///
/// A figure that does not exist (no lookups, an infinite value) is absent and prints as `null`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// The unit in symbols, such as "ms" or "B/s"; "1" for ratios and counts.
    pub unit: String,
    /// The number of replications behind mean and interval, never of pooled operations.
    pub n: u32,
    /// The mean over replications.
    pub mean: Option<f64>,
    /// The 95 % confidence interval of the mean over replications, absent below two: Student's t, and of shares of counted
    /// things that of Korn and Graubard, which stays within 0 to 1.
    pub ci95: Option<[f64; 2]>,
    /// The smallest observation.
    pub min: Option<f64>,
    /// The median.
    pub p50: Option<f64>,
    /// The 90th percentile.
    pub p90: Option<f64>,
    /// The 95th percentile.
    pub p95: Option<f64>,
    /// The 99th percentile.
    pub p99: Option<f64>,
    /// The largest observation.
    pub max: Option<f64>,
    /// The 95 % interval of the median; where the metric is a single value by order statistics, so that each percentile
    /// needs a least number of replications (6, and 36, 72, 368 for the others) and is absent below it; of percentiles
    /// within replications Student's t over these, corrected for skewness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50_ci95: Option<[f64; 2]>,
    /// The same for the 90th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p90_ci95: Option<[f64; 2]>,
    /// The same for the 95th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p95_ci95: Option<[f64; 2]>,
    /// The same for the 99th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p99_ci95: Option<[f64; 2]>,
    /// Whether the two halves of the measured period agree; absent where that was not judged.
    pub stationary: Option<bool>,
}

/// The measured period between two events of the timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// Its name: "start", then "after" and the name of the event that opens it.
    pub name: String,
    /// Its start in seconds since the start of the measured period.
    pub from_s: f64,
    /// Its end in seconds since the start of the measured period.
    pub to_s: f64,
    /// The figures of this phase, by name.
    pub metrics: BTreeMap<String, Metric>,
}

/// What one event of the timeline did to the headline metrics.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventEffects {
    /// The event's name.
    pub event: String,
    /// By the name of the metric.
    pub effects: BTreeMap<String, Effect>,
}

/// What one event did to one metric.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The largest distance from the mean before the event, in the metric's unit.
    pub depth: Metric,
    /// Seconds until the metric is back within its interval before the event.
    pub recovery_s: Metric,
    /// The integral of what was lost, in the metric's unit times seconds.
    pub lost: Metric,
}
