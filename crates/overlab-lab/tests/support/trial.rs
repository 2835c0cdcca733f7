//! Runs scenarios of tests, without a results folder.

use overlab_lab::{Entry, Experiment, Registry, RunContext, RunOutcome, Running, Settled};
use overlab_schema::Document;

/// Runs every overlay of the scenario `text` once, with these settings.
pub(crate) fn runs(text: &str, settings: &[&str]) -> Vec<RunOutcome> {
    let mut document = Document::parse("trial", text).unwrap();
    for (number, set) in (1..).zip(settings) {
        document.set(number, set).unwrap();
    }
    let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
    let plan = experiment.plans(std::path::Path::new("."), None).unwrap().remove(0);
    let ground = plan.ground(0).unwrap();
    let run = |(overlay, (entry, settled)): (usize, &(Entry, Settled))| {
        let running = Running { threads: 1, width_divisor: 1, link: None, go_on: &|_, _| true };
        let context = RunContext { plan: &plan, overlay, ground: &ground, running };
        entry.run(&settled.parameters, &context).unwrap()
    };
    experiment.points[0].algorithms.iter().enumerate().map(run).collect()
}
