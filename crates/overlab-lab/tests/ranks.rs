//! One run over several ranks gives what one process gives: everything but its cost.

use overlab_engine::{Link, ThreadLink};
use overlab_lab::{Cost, Experiment, Registry, RunContext, RunOutcome, Running};
use overlab_schema::Document;
use std::path::Path;
use std::sync::Arc;

const EVERYTHING: &str = include_str!("everything.json");

/// The outcomes of all overlays, once alone and once in each of these numbers of ranks, and of every rank among them.
fn compare(settings: &[&str], counts: &[usize]) {
    let mut document = Document::parse("ranks", EVERYTHING).unwrap();
    for (number, set) in (1..).zip(settings) {
        document.set(number, set).unwrap();
    }
    let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
    let plan = experiment.plans(Path::new("."), None).unwrap().remove(0);
    let ground = plan.ground(0).unwrap();
    for (overlay, (entry, settled)) in experiment.points[0].algorithms.iter().enumerate() {
        let run = |link: Option<Arc<dyn Link>>| -> RunOutcome {
            let running = Running { threads: 1, width_divisor: 1, link, go_on: &|_, _| true };
            let context = RunContext { plan: &plan, overlay, ground: &ground, running };
            let outcome = entry.run(&settled.parameters, &context).unwrap();
            // What it cost is no result, but for what was executed and sent.
            let Cost { events, messages, .. } = outcome.cost;
            RunOutcome { cost: Cost { events, messages, ..Cost::default() }, ..outcome }
        };
        let alone = run(None);
        assert!(alone.cost.events > 1_000 && alone.metrics["lookup.issued"].mean > 100.0);
        assert!(alone.metrics["table.stale_ratio"].mean > 0.0, "nothing is stale: no rank asks another");
        for &count in counts {
            let run = &run;
            std::thread::scope(|scope| {
                for link in ThreadLink::team(count) {
                    let alone = &alone;
                    scope.spawn(move || {
                        let rank = link.rank();
                        let outcome = run(Some(Arc::new(link)));
                        assert_eq!(outcome.digest, alone.digest, "rank {rank} of {count}, overlay {overlay}");
                        assert!(outcome == *alone, "rank {rank} of {count}, overlay {overlay}: {outcome:?} {alone:?}");
                    });
                }
            });
        }
    }
}

#[test]
fn a_world_of_joins_crashes_and_adversaries_is_the_same_over_ranks() {
    compare(&["output.lookups=true"], &[1, 2, 3, 8]);
}

#[test]
fn a_world_from_converged_tables_is_the_same_over_ranks() {
    compare(&["peers.start=converged", "churn.identity=kept", "churn.state=kept"], &[2, 5]);
}
