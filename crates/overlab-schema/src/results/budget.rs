//! The answer to "what is best for so much?": printed by `overlab compare --budget`, and `budget.json`.

use super::ResultFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is best within a budget, by world and measure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BudgetStudy {
    /// The folder as it was named.
    pub folder: String,
    /// The scenario's name.
    pub scenario: String,
    /// The metric that is the cost.
    pub cost: String,
    /// Its unit.
    pub cost_unit: String,
    /// The budget, in that unit.
    pub budget: f64,
    /// How the figures were made.
    pub notes: Vec<String>,
    /// One entry a world and measure.
    pub answers: Vec<BudgetAnswer>,
}

impl ResultFile for BudgetStudy {
    const FORMAT: &'static str = "overlab.budget/1";
    const FILE: &'static str = "budget.json";
}

/// What is best within the budget, in one world by one measure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BudgetAnswer {
    /// The swept values that are no overlay's own, by path.
    pub parameters: BTreeMap<String, Value>,
    /// The measure.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// Which values are better: "lower" or "higher".
    pub better: String,
    /// How many combinations of overlay and parameters there are.
    pub candidates: u32,
    /// How many of them cost no more than the budget on average.
    pub affordable: u32,
    /// The best of those; nothing where there is none.
    pub winner: Option<Candidate>,
    /// The second best, and the best of every other overlay, best first, each against the winner.
    pub rivals: Vec<Rival>,
    /// The cheapest of all, where nothing is cheap enough.
    pub cheapest: Option<Candidate>,
    /// The answer in words.
    pub verdict: String,
}

/// A combination of overlay and parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The overlay's label.
    pub overlay: String,
    /// Its own swept values by path.
    pub parameters: BTreeMap<String, Value>,
    /// Replications.
    pub n: u32,
    /// The mean of the measure.
    pub mean: f64,
    /// Its 95 % interval; absent below two replications.
    pub ci95: Option<[f64; 2]>,
    /// The mean cost.
    pub cost: f64,
    /// Its 95 % interval; absent below two replications.
    pub cost_ci95: Option<[f64; 2]>,
}

/// A candidate that did not win.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rival {
    /// The candidate.
    pub candidate: Candidate,
    /// Pairs of replications behind the difference.
    pub pairs: u32,
    /// Rival minus winner, in the measure's unit; absent below two pairs.
    pub difference: Option<f64>,
    /// Its 95 % interval.
    pub difference_ci95: Option<[f64; 2]>,
    /// The p-value of "no difference", by itself.
    pub p: Option<f64>,
    /// The same, corrected for all affordable rivals of the winner (Holm).
    pub p_holm: Option<f64>,
    /// Whether it differs in words.
    pub verdict: String,
}
