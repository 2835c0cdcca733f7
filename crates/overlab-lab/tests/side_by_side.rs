//! Overlays that run side by side on one ground, whose network each of them may be the first to need after a fault.

use overlab_lab::{Execution, Experiment, Progress, Registry, Store, execute};
use overlab_schema::Document;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;
use std::time::Duration;

/// Long enough for the slowest machine; the runs take seconds.
const PATIENCE: Duration = Duration::from_secs(300);

/// Nothing but faults, ten a second, on a network with many trees to repair.
fn nothing_but_faults(overlays: usize) -> Document {
    let text = r#"{
      "version": 1,
      "name": "side-by-side",
      "time": { "warmup": "1s", "measure": "20s", "sample": "10s" },
      "underlay": { "transit_stub": { "routers": 600 } },
      "peers": { "count": 200 },
      "overlays": [{ "algorithm": { "chord": {} } }],
      "workload": { "key_routing": { "rate_per_peer": "1/min" } },
      "faults": {
        "detection": { "intradomain": { "constant": { "mean": "1s" } }, "interdomain": { "constant": { "mean": "1s" } } },
        "reconvergence": { "intradomain": { "constant": { "mean": "1s" } }, "interdomain": { "constant": { "mean": "1s" } } },
        "random": {
          "interval": { "exponential": { "mean": "100ms" } }, "duration": { "exponential": { "mean": "5s" } }, "warmup": true
        }
      },
      "replications": 2
    }"#;
    let mut document = Document::parse("the test's scenario", text).unwrap();
    let overlay = |number: usize| json!({ "label": number.to_string(), "algorithm": { "chord": {} } });
    let overlays: Vec<Value> = (0..overlays).map(overlay).collect();
    document.set_value("the test", &"overlays".parse().unwrap(), Value::Array(overlays)).unwrap();
    document
}

/// A thread that waits for the parts of a repair must not begin another run, which might need the same repair.
#[test]
fn nobody_waits_for_a_network_that_the_same_thread_is_making() {
    let (done, finished) = mpsc::channel();
    std::thread::spawn(move || {
        let document = nothing_but_faults(8);
        let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
        let plans = experiment.plans(std::path::Path::new("."), None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let scenario = experiment.scenario.to_json();
        let store = Store::open(&folder.path().join("results"), &scenario, "test", None, false).unwrap();
        let (stop, progress) = (AtomicBool::new(false), Progress::default());
        let execution = Execution {
            threads: 4,
            width_divisor: 1,
            ranks: None,
            stop: &stop,
            progress: &progress,
            command: Vec::new(),
            version: "test".to_owned(),
            revision: None,
        };
        let executed = execute(&experiment, &plans, store, &execution).unwrap();
        done.send((executed.finished, executed.failures)).unwrap();
    });
    let (finished, failures) = finished.recv_timeout(PATIENCE).expect("the runs wait for each other");
    assert_eq!((finished, failures), ((16, 16), Vec::new()));
}
