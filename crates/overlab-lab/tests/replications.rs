//! `replications.csv` holds what the means of `summary.json` are made of.

use overlab_lab::{Execution, Experiment, Progress, Registry, Store, execute};
use overlab_schema::{Document, Metric, ReplicationRow, ReplicationTable};
use std::path::Path;
use std::sync::atomic::AtomicBool;

const SCENARIO: &str = r#"{
  "version": 1, "name": "replicated", "time": { "warmup": "30s", "measure": "60s" },
  "underlay": { "transit_stub": { "routers": 60 } }, "peers": { "count": 20 },
  "overlays": [{ "algorithm": { "chord": {} } }, { "algorithm": { "kademlia": {} } }],
  "workload": { "key_routing": { "rate_per_peer": "6/min" } },
  "timeline": [{ "at": "20s", "crash": { "fraction": 0.2 } }],
  "sweep": { "peers.count": [20, 30] }, "replications": 3
}"#;

#[test]
fn means_are_made_of_the_table_s_rows() {
    let document = Document::parse("replicated", SCENARIO).unwrap();
    let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
    let plans = experiment.plans(Path::new("."), None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &experiment.scenario.to_json(), "test", None, false).unwrap();
    let (stop, progress) = (AtomicBool::new(false), Progress::default());
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
    let done = execute(&experiment, &plans, store, &execution).unwrap();
    let text = std::fs::read_to_string(folder.path().join(ReplicationTable::FILE)).unwrap();
    let table = ReplicationTable::from_csv("replications.csv", &text).unwrap();
    assert_eq!(table.sweep, ["peers.count"]);

    let mut used = 0;
    for point in &done.summary.points {
        let swept = point.parameters["peers.count"].to_string();
        let mut agrees = |phase: &str, name: &str, metric: &Metric| {
            let of_it = |row: &&ReplicationRow| {
                (&*row.overlay, &*row.sweep[0], &*row.phase, &*row.metric)
                    == (&*point.overlay, &*swept, phase, name)
            };
            let rows: Vec<_> = table.rows.iter().filter(of_it).collect();
            used += rows.len();
            let all = format!("{phase} {name}: {rows:?}");
            assert_eq!(rows.len(), metric.n as usize, "{all}");
            assert!(rows.iter().all(|row| row.unit == metric.unit), "{all}");
            let mean = rows.iter().map(|row| row.value).sum::<f64>() / rows.len() as f64;
            assert_eq!(Some(mean), metric.mean, "{all}");
            let spreads: Vec<_> = rows.iter().filter_map(|row| row.spread).collect();
            if !spreads.is_empty() {
                assert_eq!(spreads.iter().map(|spread| spread[5]).reduce(f64::max), metric.max, "{all}");
                let median = spreads.iter().map(|spread| spread[1]).sum::<f64>() / spreads.len() as f64;
                assert_eq!(Some(median), metric.p50, "{all}");
            }
        };
        for (name, metric) in &point.metrics {
            agrees("", name, metric);
        }
        assert_eq!(point.phases.len(), 2);
        for phase in &point.phases {
            for (name, metric) in &phase.metrics {
                agrees(&phase.name, name, metric);
            }
        }
    }
    assert_eq!(used, table.rows.len(), "rows that belong to nothing");
}
