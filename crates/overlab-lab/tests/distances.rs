//! A run on a graph too large for a table of all distances: the same bits on any number of threads.

use overlab_lab::{Experiment, Registry, RunContext, Running};
use overlab_schema::Document;
use std::path::Path;

/// Stub domains with two gateways keep most routers out of the pieces that could be cut off: they get labels.
const SCENARIO: &str = r#"{
  "version": 1,
  "name": "distances",
  "description": "12,000 peers on 12,000 routers.",
  "seed": 1,
  "time": { "warmup": "10s", "measure": "20s" },
  "underlay": { "transit_stub": { "routers": 12000, "extra_transit_stub_links": 1500 } },
  "peers": { "count": 12000 },
  "overlays": [ { "algorithm": { "chord": {} } } ],
  "workload": { "key_routing": { "rate_per_peer": "2/min" } },
  "replications": 1
}"#;

#[test]
fn a_run_on_labels_has_the_same_bits_on_any_number_of_threads() {
    let document = Document::parse("distances.json", SCENARIO).unwrap();
    let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
    let plans = experiment.plans(Path::new("."), None).unwrap();
    let ground = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| plans[0].ground(0).unwrap())
    };
    let grounds = [ground(1), ground(2)];
    let entries = grounds.each_ref().map(|ground| ground.underlay.label_entries());
    assert!(entries[0].len() > 2_000, "{} labels", entries[0].len());
    assert_eq!(entries[0], entries[1]);
    let (entry, settled) = &experiment.points[0].algorithms[0];
    let digest = |ground: usize, threads, width_divisor| {
        let running = Running { threads, width_divisor, link: None, go_on: &|_, _| true };
        let context = RunContext { plan: &plans[0], overlay: 0, ground: &grounds[ground], running };
        let outcome = entry.run(&settled.parameters, &context).unwrap();
        assert!(outcome.cost.events > 100_000, "{} events", outcome.cost.events);
        outcome.digest
    };
    let one = digest(0, 1, 1);
    assert_eq!(digest(1, 2, 1), one);
    assert_eq!(digest(0, 2, 7), one);
}
