//! Runs and experiments over several ranks give what one process gives: everything but its cost.

use overlab_engine::{Link, ThreadLink};
use overlab_lab::{
    Cost, Execute, Execution, Experiment, Plan, Progress, Ranks, Registry, RunContext, RunOutcome, Running,
    Sharing, Store, assist, execute,
};
use overlab_schema::{Distributions, Document, ReplicationTable, ResultFile, Summary, TimeSeries};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

const EVERYTHING: &str = include_str!("everything.json");

/// The scenario with everything in it, with these settings.
fn experiment(settings: &[&str]) -> (Experiment, Vec<Plan>) {
    let mut document = Document::parse("ranks", EVERYTHING).unwrap();
    for (number, set) in (1..).zip(settings) {
        document.set(number, set).unwrap();
    }
    let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
    let plans = experiment.plans(Path::new("."), None).unwrap();
    (experiment, plans)
}

/// The outcomes of all overlays, once alone and once in each of these numbers of ranks, and of every rank among them.
fn compare(settings: &[&str], counts: &[usize]) {
    let (experiment, plans) = experiment(settings);
    let plan = &plans[0];
    let ground = plan.ground(0).unwrap();
    for (overlay, (entry, settled)) in experiment.points[0].algorithms.iter().enumerate() {
        let run = |link: Option<Arc<dyn Link>>| -> RunOutcome {
            let running = Running { threads: 1, width_divisor: 1, link, go_on: &|_, _| true };
            let context = RunContext { plan, overlay, ground: &ground, running };
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
                        assert!(
                            outcome == *alone,
                            "rank {rank} of {count}, overlay {overlay}: {outcome:?} {alone:?}"
                        );
                    });
                }
            });
        }
    }
}

const SHORT: [&str; 3] = ["time.warmup=1min", "time.measure=90s", "timeline[1].at=70s"];

#[test]
fn a_world_of_joins_crashes_and_adversaries_is_the_same_over_ranks() {
    compare(&[&SHORT[..], &["output.lookups=true"]].concat(), &[1, 3]);
}

#[test]
fn a_world_from_converged_tables_is_the_same_over_ranks() {
    compare(
        &[&SHORT[..], &["peers.start=converged", "churn.identity=kept", "churn.state=kept"]].concat(),
        &[2],
    );
}

/// A run over more ranks than any machine here has processors, and one where most have a single host.
#[test]
fn many_ranks_give_the_same() {
    compare(&[&SHORT[..], &["peers.count=20"]].concat(), &[8]);
}

/// What an experiment leaves behind where `count` ranks share it so; alone where nothing is said.
fn results(
    (experiment, plans): (&Experiment, &[Plan]),
    together: Option<(usize, Sharing)>,
    stop: bool,
) -> (Vec<Vec<u8>>, u64) {
    let folder = tempfile::tempdir().unwrap();
    let (stop, folder) = (&AtomicBool::new(stop), folder.path());
    let lead = |ranks: Option<Ranks>| {
        let scenario = experiment.scenario.to_json();
        let store = Store::open(&folder.join("results"), &scenario, "test", None, false).unwrap();
        let progress = Progress::default();
        let done = execute(experiment, plans, store, &execution(ranks, stop, &progress)).unwrap();
        let Execute { folder, finished, failures, .. } = done;
        assert_eq!(failures, Vec::<String>::new());
        let read = |file| std::fs::read(folder.join(file)).unwrap();
        (
            [Summary::FILE, ReplicationTable::FILE, TimeSeries::FILE, Distributions::FILE].map(read).to_vec(),
            finished.0,
        )
    };
    let Some((count, sharing)) = together else { return lead(None) };
    std::thread::scope(|scope| {
        let ranks = |link| Ranks { link, sharing, abandon: |_, problem| panic!("{problem}") };
        let mut all = ThreadLink::team(count).into_iter().map(|link| ranks(Arc::new(link)));
        let first = all.next();
        for other in all {
            scope.spawn(move || {
                let progress = Progress::default();
                let failures = assist(experiment, plans, &execution(Some(other), stop, &progress));
                assert_eq!(failures, Vec::<String>::new());
            });
        }
        lead(first)
    })
}

fn execution<'a>(ranks: Option<Ranks>, stop: &'a AtomicBool, progress: &'a Progress) -> Execution<'a> {
    let (command, version) = (Vec::new(), "test".to_owned());
    Execution { threads: 1, width_divisor: 1, ranks, stop, progress, command, version, revision: None }
}

#[test]
fn an_experiment_is_the_same_however_ranks_share_it() {
    let settings = [
        "time.warmup=30s",
        "time.measure=40s",
        "timeline=[]",
        "replications=3",
        "sweep={\"peers.count\":[20,30]}",
    ];
    let (experiment, plans) = experiment(&settings);
    let all = (&experiment, &plans[..]);
    let (alone, runs) = results(all, None, false);
    assert_eq!(runs, 2 * 3 * 5);
    for together in
        [(1, Sharing::Outside), (2, Sharing::Outside), (3, Sharing::Outside), (2, Sharing::Inside)]
    {
        assert!(results(all, Some(together), false) == (alone.clone(), runs), "{together:?}");
        // Whoever is stopped before it begins runs nothing, and keeps nobody waiting.
        assert_eq!(results(all, Some(together), true).1, 0, "{together:?}");
    }
}
