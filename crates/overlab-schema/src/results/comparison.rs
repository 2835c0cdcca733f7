//! `comparison.json`: how far overlays lie from each other, metric by metric, with intervals and verdicts.

use super::ResultFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What `overlab compare` found: a function of the folders that it read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The folders in the order in which they were named.
    pub folders: Vec<ComparedFolder>,
    /// The confidence of every interval, each by itself.
    pub confidence: f64,
    /// The number of tests that Holm's correction is over: all rows of this comparison.
    pub family: u32,
    /// What to know before the figures are read: how they were made, and what could not be done.
    pub notes: Vec<String>,
    /// The comparisons, by metric, phase, point of the sweep and pair.
    pub rows: Vec<ComparisonRow>,
}

impl ResultFile for Comparison {
    const FORMAT: &'static str = "overlab.comparison/1";
    const FILE: &'static str = "comparison.json";
}

impl Comparison {
    /// Whether a metric is a share, whose differences are told in points of a hundred instead of percentages.
    pub fn is_share(metric: &str) -> bool {
        metric.contains("_ratio") || metric.starts_with("lookup.failures.")
    }
}

/// A results folder that was compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ComparedFolder {
    /// The folder as it was named.
    pub folder: String,
    /// The scenario's name.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// The digest over the traces of all runs.
    pub digest: String,
}

/// One metric of two overlays, or of one overlay in two folders.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ComparisonRow {
    /// The metric's name; with a percentile behind it where that was asked for.
    pub metric: String,
    /// The metric's unit; "1" for ratios and counts.
    pub unit: String,
    /// Which values are better: "lower" or "higher".
    pub better: Option<String>,
    /// The phase between two events of the timeline; nothing for the whole measured period.
    pub phase: Option<String>,
    /// The sweep's values at this point by path.
    pub parameters: BTreeMap<String, Value>,
    /// What is compared.
    pub subject: ComparisonSide,
    /// What it is compared with.
    pub reference: ComparisonSide,
    /// Whether both met the same worlds, so that the differences of replications count; else both are independent
    /// samples (Welch).
    pub paired: bool,
    /// Pairs of replications, or the smaller number of replications where they are independent.
    pub n: u32,
    /// The mean of subject minus reference, in the metric's unit.
    pub difference: f64,
    /// Its interval.
    pub difference_ci95: [f64; 2],
    /// The mean of the subject over that of the reference.
    pub ratio: Option<f64>,
    /// Its interval (Fieller); absent where the reference cannot be told from zero.
    pub ratio_ci95: Option<[f64; 2]>,
    /// The correlation between both over replications, where they are paired: what common worlds gained.
    pub correlation: Option<f64>,
    /// The p-value of "no difference", by itself (two-sided).
    pub p: f64,
    /// The same, corrected for all rows of this comparison (Holm).
    pub p_holm: f64,
    /// The difference, in the metric's unit, that would have been shown with a probability of 80 %; absent where one was
    /// shown.
    pub detectable: Option<f64>,
    /// What came out.
    pub outcome: ComparisonOutcome,
    /// The same in words.
    pub verdict: String,
}

/// One side of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ComparisonSide {
    /// The overlay's label.
    pub overlay: String,
    /// Its folder's place among [`Comparison::folders`], from 0.
    pub folder: u32,
    /// Its replications.
    pub n: u32,
    /// Its mean over them.
    pub mean: f64,
    /// The interval of its mean.
    pub ci95: [f64; 2],
}

/// What came out of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparisonOutcome {
    /// The subject is better.
    Better,
    /// The subject is worse.
    Worse,
    /// The subject is higher, of which nobody can say whether it is better.
    Higher,
    /// The subject is lower, of which nobody can say whether it is better.
    Lower,
    /// No difference was shown with so many replications.
    #[default]
    NotShown,
    /// Both are the same in every replication.
    Same,
}

impl ComparisonOutcome {
    /// Whether a difference was shown.
    pub fn shown(self) -> bool {
        !matches!(self, Self::NotShown | Self::Same)
    }
}
