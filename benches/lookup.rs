//! What a lookup costs from the question to the answer, with driver, network and engine around the algorithm: 500 peers
//! with converged tables ask twice a second each, nobody comes or goes. The run's set-up and the maintenance of five
//! simulated seconds are in the figure.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

#[allow(dead_code, reason = "every program uses its own part")]
#[path = "../tests/theory/trial.rs"]
mod trial;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use overlab_lab::Registry;
use std::time::Duration;
use trial::Trial;

const SCENARIO: &str = r#"{
  "version": 1, "name": "lookup", "time": { "warmup": "0s", "measure": "5s" },
  "underlay": { "constant": { "latency": "20ms" } }, "peers": { "count": 500 },
  "overlays": [],
  "workload": { "key_routing": { "rate_per_peer": "2/s" } },
  "replications": 1
}"#;

fn walk(criterion: &mut Criterion) {
    let registry = Registry::built_in();
    let mut group = criterion.benchmark_group("lookup::walk");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for entry in registry.protocols() {
        let name = entry.about.name;
        for mode in ["iterative", "recursive", "semi_recursive"] {
            let overlay =
                format!(r#"overlays=[{{"algorithm":{{"{name}":{{}}}},"lookup":{{"mode":"{mode}"}}}}]"#);
            let trial = Trial::written(SCENARIO, &[&overlay], &registry, None);
            let run = || trial.run_on((0, 0, 0), 1, 1);
            group.throughput(Throughput::Elements(run().metrics["lookup.issued"].mean as u64));
            let id = BenchmarkId::from_parameter(format!("algorithm={name}/mode={mode}"));
            group.bench_function(id, |bencher| bencher.iter(run));
        }
    }
    group.finish();
}

criterion_group!(benches, walk);
criterion_main!(benches);
