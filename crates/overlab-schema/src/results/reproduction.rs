//! `reproduction.json`: what published figures and results say to each other.

use super::ResultFile;
use serde::{Deserialize, Serialize};

/// The verdicts on the claims of a scenario's `published`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reproduction {
    /// The scenario's name.
    pub scenario: String,
    /// The digest over the traces of all runs, in hexadecimal.
    pub digest: String,
    /// Where the figures come from.
    pub source: String,
    /// One verdict a claim, in the order of the scenario.
    pub claims: Vec<ClaimVerdict>,
}

impl ResultFile for Reproduction {
    const FORMAT: &'static str = "overlab.reproduction/1";
    const FILE: &'static str = "reproduction.json";
}

impl Reproduction {
    /// Whether some claim was tried and not reproduced.
    pub fn fails(&self) -> bool {
        self.claims.iter().any(|claim| claim.verdict.fails())
    }
}

/// One claim and what was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimVerdict {
    /// What is claimed.
    pub claim: String,
    /// Where it comes from, if not from where the others do.
    pub source: Option<String>,
    /// What was read off the results, in words.
    pub measure: String,
    /// The published value.
    pub expected: Option<f64>,
    /// The smallest and the largest value in accord with the claim.
    pub accepted: [Option<f64>; 2],
    /// What was found, over all replications.
    pub found: Option<f64>,
    /// Its 95 % interval over replications (of means Student's t; of slopes, ratios and distances the jackknife's, which is the same for means).
    pub ci95: Option<[f64; 2]>,
    /// Replications behind it.
    pub n: u32,
    /// The verdict.
    pub verdict: Verdict,
}

/// What becomes of a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// What was found is in accord with it.
    Reproduced,
    /// What was found is not, and neither is anything within its interval.
    NotReproduced,
    /// What was found is not, but the interval is too wide to tell: more replications are needed.
    Underpowered,
    /// Its point was not run.
    #[default]
    NotRun,
}

impl Verdict {
    /// Whether a claim with this verdict was tried and not reproduced.
    pub fn fails(self) -> bool {
        matches!(self, Self::NotReproduced | Self::Underpowered)
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Reproduced => "reproduced",
            Self::NotReproduced => "not reproduced",
            Self::Underpowered => "underpowered",
            Self::NotRun => "not run",
        }
    }
}
