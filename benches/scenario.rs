//! A whole small scenario for every algorithm, from its ground to its figures: 500 peers, churn, lookups, five minutes.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

#[allow(dead_code, reason = "every program uses its own part")]
#[path = "../tests/theory/trial.rs"]
mod trial;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use overlab_lab::Registry;
use std::time::Duration;
use trial::Trial;

const SCENARIO: &str = r#"{
  "version": 1, "name": "bench", "time": { "warmup": "1min", "measure": "4min" },
  "underlay": { "transit_stub": { "routers": 300 } }, "peers": { "count": 500 },
  "overlays": [],
  "workload": { "key_routing": { "rate_per_peer": "2/min" } },
  "churn": {
    "session": { "weibull": { "shape": 0.6, "mean": "30min" } },
    "downtime": { "exponential": { "mean": "15min" } }
  },
  "replications": 1
}"#;

fn scenario(criterion: &mut Criterion) {
    let registry = Registry::built_in();
    let mut group = criterion.benchmark_group("scenario::run");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    for entry in registry.protocols() {
        let name = entry.about.name;
        let overlay = format!(r#"overlays=[{{"algorithm":{{"{name}":{{}}}}}}]"#);
        let trial = Trial::written(SCENARIO, &[&overlay], &registry, None);
        let run = || trial.run_on((0, 0, 0), 1, 1);
        group.throughput(Throughput::Elements(run().cost.events));
        let id = BenchmarkId::from_parameter(format!("algorithm={name}/peers=500"));
        group.bench_function(id, |bencher| bencher.iter(run));
    }
    group.finish();
}

criterion_group!(benches, scenario);
criterion_main!(benches);
