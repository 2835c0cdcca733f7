//! Replications until what is measured is precise: how many there are is a function of the outcomes in their order.

use overlab_engine::{Link, ThreadLink};
use overlab_lab::{
    Execute, Execution, Experiment, Plan, Progress, Ranks, Registry, Sharing, Store, assist, execute,
};
use overlab_schema::{Document, ReplicationTable, ResultFile, Stopped, Summary};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

const SCENARIO: &str = r#"{
  "version": 1, "name": "precise", "time": { "warmup": "10s", "measure": "60s" },
  "underlay": { "transit_stub": { "routers": 60 } }, "peers": { "count": 30 },
  "overlays": [
    { "algorithm": { "chord": {} } },
    { "algorithm": { "kademlia": {} } }
  ],
  "workload": { "key_routing": { "rate_per_peer": "6/min" } },
  "sweep": { "peers.count": [20, 60] },
  "replications": { "until": { "relative_width": 0.1, "metrics": ["lookup.latency_ms", "lookup.hops.p90"] },
                    "at_least": 3, "at_most": 40 }
}"#;

fn experiment(settings: &[&str]) -> (Experiment, Vec<Plan>) {
    let mut document = Document::parse("precise", SCENARIO).unwrap();
    for (number, set) in (1..).zip(settings) {
        document.set(number, set).unwrap();
    }
    let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
    let plans = experiment.plans(Path::new("."), None).unwrap();
    (experiment, plans)
}

/// Executes on so many threads, or ranks that deal runs out.
fn executed(
    folder: &Path,
    (experiment, plans): &(Experiment, Vec<Plan>),
    threads: usize,
    ranks: usize,
) -> Execute {
    let (stop, progress) = (AtomicBool::new(false), Progress::default());
    let execution = |ranks: Option<Ranks>| Execution {
        threads,
        width_divisor: 1,
        ranks,
        stop: &stop,
        progress: &progress,
        command: Vec::new(),
        version: "test".to_owned(),
        revision: None,
    };
    let lead = |ranks: Option<Ranks>| {
        let store = Store::open(folder, &experiment.scenario.to_json(), "test", None, false).unwrap();
        execute(experiment, plans, store, &execution(ranks)).unwrap()
    };
    if ranks == 0 {
        return lead(None);
    }
    std::thread::scope(|scope| {
        let of_link = |link: ThreadLink| Ranks {
            link: Arc::new(link) as Arc<dyn Link>,
            sharing: Sharing::Outside,
            abandon: |_, problem| panic!("{problem}"),
        };
        let mut all = ThreadLink::team(ranks).into_iter().map(of_link);
        let first = all.next();
        for other in all {
            let execution = &execution;
            scope.spawn(move || assert_eq!(assist(experiment, plans, &execution(Some(other))), [""; 0]));
        }
        lead(first)
    })
}

fn width(metric: &overlab_schema::Metric, percentile: bool) -> f64 {
    let (value, interval) =
        if percentile { (metric.p90, metric.p90_ci95) } else { (metric.mean, metric.ci95) };
    let [low, high] = interval.unwrap();
    (high - low) / value.unwrap()
}

fn is_precise(summary: &Summary, point: usize) -> bool {
    summary.points[2 * point..2 * point + 2].iter().all(|overlay| {
        let metrics = &overlay.metrics;
        width(&metrics["lookup.latency_ms"], false) <= 0.1 && width(&metrics["lookup.hops"], true) <= 0.1
    })
}

#[test]
fn it_ends_at_the_least_number_that_is_precise_however_it_is_run() {
    let all = experiment(&[]);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let done = executed(&at("one"), &all, 1, 0);
    assert_eq!(done.failures, [""; 0]);
    let counts: Vec<u32> = done.summary.points.iter().map(|point| point.replications).collect();
    assert_eq!((counts[0], counts[2]), (counts[1], counts[3]), "overlays of a point are compared in pairs");
    assert!(counts.iter().all(|n| (4..40).contains(n)), "{counts:?}: the scenario shows nothing");
    assert!(all.0.is_complete(&done.summary) && done.finished.0 == done.finished.1);
    assert_eq!(done.finished.0, counts.iter().map(|n| u64::from(*n)).sum::<u64>());
    for (at, point) in done.summary.points.iter().enumerate() {
        let reached = point.precision.as_ref().unwrap();
        assert_eq!(reached.stopped, Stopped::Precise);
        let widths =
            [("lookup.hops.p90", "lookup.hops", true), ("lookup.latency_ms", "lookup.latency_ms", false)];
        for (name, metric, percentile) in widths {
            assert_eq!(reached.relative_width[name], Some(width(&point.metrics[metric], percentile)), "{at}");
        }
    }
    assert!(is_precise(&done.summary, 0) && is_precise(&done.summary, 1));
    // One replication less is not enough at either point, nor is any smaller number.
    for point in 0..2 {
        for n in 3..counts[2 * point] {
            let fewer = experiment(&[&format!("replications={n}")]);
            let done = executed(&at(&format!("{point} {n}")), &fewer, 1, 0);
            assert!(!is_precise(&done.summary, point), "point {point}: {n} are enough");
        }
    }
    // Threads, ranks and what else the folder holds do not show.
    let file = |name: &str, file: &str| std::fs::read(at(name).join(file)).unwrap();
    for (name, threads, ranks) in [("three", 3, 0), ("eight", 8, 0), ("dealt", 1, 3), ("alone", 1, 1)] {
        executed(&at(name), &all, threads, ranks);
        for result in [Summary::FILE, ReplicationTable::FILE] {
            assert!(file(name, result) == file("one", result), "{name}: {result}");
        }
    }
}

#[test]
fn the_ceiling_ends_it_with_a_warning() {
    let all = experiment(&["replications.at_most=4", "replications.until.relative_width=0.0001"]);
    let folder = tempfile::tempdir().unwrap();
    let done = executed(folder.path(), &all, 2, 0);
    assert!(done.summary.points.iter().all(|point| point.replications == 4));
    assert!(
        done.summary.points.iter().all(|point| point.precision.as_ref().unwrap().stopped == Stopped::Ceiling)
    );
    assert!(all.0.is_complete(&done.summary));
    let about: Vec<&String> =
        done.summary.warnings.iter().filter(|warning| warning.contains("not as precise")).collect();
    assert_eq!(about.len(), 4, "{about:?}");
    assert!(
        about[0].starts_with(
            "chord, peers.count = 20: not as precise as asked for after 4 replications: lookup.hops.p90"
        ),
        "{about:?}"
    );
}

/// Whatever a folder was left with when it was interrupted, it ends with the same.
#[test]
fn an_interrupted_one_goes_on() {
    let all = experiment(&[]);
    let folder = tempfile::tempdir().unwrap();
    let (whole, part) = (folder.path().join("whole"), folder.path().join("part"));
    executed(&whole, &all, 1, 0);
    std::fs::create_dir_all(&part).unwrap();
    // Some runs of each point are there, with gaps.
    let store = Store::open(&part, &all.0.scenario.to_json(), "test", None, false).unwrap();
    drop(store);
    for (number, entry) in std::fs::read_dir(whole.join("runs")).unwrap().enumerate() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if number % 3 == 0 && !name.starts_with("maker") && name != "lock" {
            std::fs::copy(&path, part.join("runs").join(name)).unwrap();
        }
    }
    let stop = AtomicBool::new(true);
    let progress = Progress::default();
    let execution = Execution {
        threads: 1,
        width_divisor: 1,
        ranks: None,
        stop: &stop,
        progress: &progress,
        command: Vec::new(),
        version: "test".to_owned(),
        revision: None,
    };
    let store = Store::open(&part, &all.0.scenario.to_json(), "test", None, false).unwrap();
    let stopped = execute(&all.0, &all.1, store, &execution).unwrap();
    assert!(stopped.finished.0 < stopped.finished.1 && !all.0.is_complete(&stopped.summary));
    let unfinished = |point: &overlab_schema::SummaryPoint| {
        point.precision.as_ref().is_some_and(|reached| reached.stopped == Stopped::Unfinished)
    };
    assert!(stopped.summary.points.iter().any(unfinished));
    executed(&part, &all, 2, 0);
    for file in [Summary::FILE, ReplicationTable::FILE] {
        assert!(
            std::fs::read(part.join(file)).unwrap() == std::fs::read(whole.join(file)).unwrap(),
            "{file}"
        );
    }
}

#[test]
fn unknown_metrics_are_refused_where_they_stand() {
    let mut document = Document::parse("precise", SCENARIO).unwrap();
    document.set(1, "replications.until.metrics=[\"lookup.hops\",\"lookup.latency\"]").unwrap();
    let error = Experiment::resolve(&document, &Registry::built_in()).unwrap_err().to_string();
    assert!(
        error.contains("replications.until.metrics[1]: no metric is called \"lookup.latency\""),
        "{error}"
    );
    assert!(error.contains("did you mean \"lookup.latency_ms\"?"), "{error}");
}
