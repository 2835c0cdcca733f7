//! A whole small scenario for every algorithm, from its ground to its figures: 500 peers, churn, lookups, five minutes.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use overlab_lab::{Experiment, Registry, RunContext, RunOutcome, Running};
use overlab_schema::Document;
use std::path::Path;

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

fn run(name: &str, registry: &Registry) -> impl Fn() -> RunOutcome {
    let mut document = Document::parse("bench", SCENARIO).expect("the scenario is right");
    let overlay = format!(r#"overlays=[{{"algorithm":{{"{name}":{{}}}}}}]"#);
    document.set(1, &overlay).expect("the overlay is right");
    let mut experiment = Experiment::resolve(&document, registry).expect("the scenario is right");
    let plan = experiment.plans(Path::new("."), None).expect("there are no files").remove(0);
    move || {
        let ground = plan.ground(0).expect("the underlay has room");
        let (entry, settled) = &experiment.points[0].algorithms[0];
        let running = Running { threads: 1, width_divisor: 1, link: None, go_on: &|_, _| true };
        let context = RunContext { plan: &plan, overlay: 0, ground: &ground, running };
        entry.run(&settled.parameters, &context).expect("nobody interrupts")
    }
}

fn scenario(criterion: &mut Criterion) {
    let registry = Registry::built_in();
    let mut group = criterion.benchmark_group("scenario::run");
    group.sample_size(10);
    for entry in registry.entries() {
        let run = run(entry.about.name, &registry);
        group.throughput(Throughput::Elements(run().cost.events));
        group.bench_function(
            BenchmarkId::from_parameter(format!("algorithm={}", entry.about.name)),
            |bencher| bencher.iter(&run),
        );
    }
    group.finish();
}

criterion_group!(benches, scenario);
criterion_main!(benches);
