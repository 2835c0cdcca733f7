//! The standard suite: what every algorithm is measured by, so that figures can be held beside each other.
//!
//! It is two ordinary scenarios, [`STANDARD`], whose overlays are filled in: any algorithm of a [`Registry`](crate::Registry)
//! will do, each with its defaults. [`FIGURES`] are read off their runs. None of them but the speed depends on the
//! machine, and none of an algorithm's depends on which others run beside it.

mod figure;

pub use figure::{FIGURES, Figure, FigureKind};

use crate::aggregate;
use crate::experiment::Experiment;
use crate::outcome::RunOutcome;
use crate::store::{Store, StoreError};
use overlab_schema::{Document, Metric, ScenarioError};
use serde_json::{Value, json};

/// A part of the standard suite: one scenario.
#[derive(Debug)]
pub struct StandardPart {
    /// Its name in tables and options.
    pub name: &'static str,
    /// Its setting, in a few words.
    pub setting: &'static str,
    scenario: &'static str,
    /// What a quick look changes: paths and values.
    quick: &'static [(&'static str, &'static str)],
}

/// The standard suite, in the order of tables.
pub const STANDARD: &[StandardPart] = &[
    StandardPart {
        name: "static",
        setting: "converged tables, nobody comes or goes",
        scenario: include_str!("standard/static.json"),
        quick: &[("sweep", r#"{ "peers.count": [100, 1000] }"#), ("replications", "3")],
    },
    StandardPart {
        name: "churn",
        setting: "sessions and downtimes exponential, 1 h on average each; tables lost at every crash",
        scenario: include_str!("standard/churn.json"),
        quick: &[
            ("peers.count", "200"),
            ("time.warmup", r#""1h""#),
            ("time.measure", r#""30min""#),
            ("replications", "3"),
        ],
    },
];

impl StandardPart {
    /// The scenario of this part for `algorithms`, named as in the registry; with `quick`, a small one for a first look.
    ///
    /// # Errors
    /// Never for the suite as it is: the error is that of setting values in a scenario.
    pub fn document(&self, algorithms: &[&str], quick: bool) -> Result<Document, ScenarioError> {
        let mut document = Document::parse(&format!("standard suite, {}", self.name), self.scenario)?;
        let overlays = algorithms.iter().map(|name| json!({ "algorithm": { *name: {} } })).collect();
        let mut set = |option: &str, path: &str, value| {
            document.set_value(option, &path.parse().expect("paths of the suite are well formed"), value)
        };
        set("the algorithms", "overlays", Value::Array(overlays))?;
        if quick {
            for (path, value) in self.quick {
                set("--quick", path, serde_json::from_str(value).expect("values of the suite are JSON"))?;
            }
        }
        Ok(document)
    }
}

/// What one algorithm came to at one size of one part.
#[derive(Clone, Debug)]
pub struct StandardRow {
    /// The algorithm's name in the registry.
    pub algorithm: String,
    /// Expected number of live peers.
    pub peers: u64,
    /// The digest over the traces of the runs, in hexadecimal.
    pub digest: String,
    /// The value of each of [`FIGURES`], in their order.
    pub figures: Vec<Metric>,
}

/// Reads the figures of a part off a folder with results of its scenario: by size, then by algorithm.
///
/// # Errors
/// Where a run's file cannot be read. Runs that are not finished are left out.
pub fn standard_rows(experiment: &Experiment, store: &Store) -> Result<Vec<StandardRow>, StoreError> {
    let mut rows = Vec::new();
    for (point, at) in experiment.points.iter().enumerate() {
        for (overlay, (entry, _)) in at.algorithms.iter().enumerate() {
            let mut runs: Vec<RunOutcome> = Vec::new();
            let identity = experiment.identity(point, overlay);
            for replication in 0..at.scenario.replications.at_most() {
                runs.extend(store.load(&identity.replication(replication))?);
            }
            let runs: Vec<&RunOutcome> = runs.iter().collect();
            rows.push(StandardRow {
                algorithm: entry.about.name.to_owned(),
                peers: at.scenario.peers.count.unwrap_or_default(),
                digest: aggregate::digest(runs.iter().map(|run| run.digest.as_str())),
                figures: FIGURES.iter().map(|figure| figure.of(&runs)).collect(),
            });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;

    #[test]
    fn every_part_resolves_for_all_algorithms_and_explains_itself() {
        let registry = Registry::built_in();
        let names: Vec<&str> = registry.protocols().map(|entry| entry.about.name).collect();
        for part in STANDARD {
            for quick in [false, true] {
                let document = part.document(&names, quick).unwrap();
                let experiment = Experiment::resolve(&document, &registry).unwrap();
                assert_eq!(experiment.warnings, Vec::<String>::new(), "{}", part.name);
                assert_eq!(experiment.scenario.overlays.len(), names.len());
                assert!(experiment.scenario.description.split_whitespace().count() >= 20);
                // Tables name sizes by it.
                assert!(experiment.points.iter().all(|point| point.scenario.peers.count.is_some()));
                let runs = experiment.runs() as usize;
                assert!(runs <= names.len() * 10, "{}: {runs} runs", part.name);
                assert_eq!(
                    experiment.scenario.replications.at_most() == 3,
                    quick,
                    "{}: {runs} runs",
                    part.name
                );
            }
        }
    }
}
