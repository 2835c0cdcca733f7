//! A scenario, changed as `--set` would change it and run without a results folder.

use overlab_lab::{Experiment, Plan, Registry, RunContext, RunOutcome, Running};
use overlab_schema::Document;
use std::path::{Path, PathBuf};

/// A scenario that is ready to run.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) experiment: Experiment,
    pub(crate) plans: Vec<Plan>,
}

/// The folder of the scenarios that come with the project.
pub(crate) fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

impl Trial {
    /// The scenario of a file in the folder of scenarios.
    pub(crate) fn of(file: &str, sets: &[&str]) -> Self {
        Self::with(file, sets, &Registry::built_in(), None)
    }

    /// The same with other algorithms, and with a folder of data.
    pub(crate) fn with(file: &str, sets: &[&str], registry: &Registry, data: Option<&Path>) -> Self {
        let text = fs_err::read_to_string(scenarios().join(file)).unwrap();
        Self::written(&text, sets, registry, data)
    }

    /// The scenario of a text.
    pub(crate) fn written(text: &str, sets: &[&str], registry: &Registry, data: Option<&Path>) -> Self {
        let mut document = Document::parse("the test's scenario", text).unwrap();
        for (number, set) in sets.iter().enumerate() {
            document.set(number + 1, set).unwrap();
        }
        Self::from_document(&document, registry, data)
    }

    /// The scenario of a document.
    pub(crate) fn from_document(document: &Document, registry: &Registry, data: Option<&Path>) -> Self {
        let mut experiment =
            Experiment::resolve(document, registry).unwrap_or_else(|error| panic!("{error}"));
        let plans = experiment.plans(&scenarios(), data).unwrap_or_else(|error| panic!("{error}"));
        Self { experiment, plans }
    }

    /// One run on `threads` threads with windows `divisor` times narrower than they could be.
    pub(crate) fn run_on(
        &self,
        (point, overlay, replication): (usize, usize, u32),
        threads: usize,
        divisor: u32,
    ) -> RunOutcome {
        let plan = &self.plans[point];
        let ground = plan.ground(replication).unwrap();
        let (entry, settled) = &self.experiment.points[point].algorithms[overlay];
        let running = Running { threads, width_divisor: divisor, link: None, go_on: &|_, _| true };
        entry.run(&settled.parameters, &RunContext { plan, overlay, ground: &ground, running }).unwrap()
    }

    /// All replications of an overlay at a point.
    pub(crate) fn runs(&self, point: usize, overlay: usize) -> Vec<RunOutcome> {
        let replications = self.experiment.points[point].scenario.replications.at_most();
        (0..replications).map(|replication| self.run_on((point, overlay, replication), 1, 1)).collect()
    }
}
