//! What a run is: the same in every experiment that it belongs to, and another where anything differs that it depends on.

use overlab_lab::{Experiment, Registry};
use overlab_schema::Document;
use std::path::Path;

const SCENARIO: &str = r#"{ "version": 1, "name": "one", "time": { "warmup": "1min", "measure": "2min" },
    "underlay": { "plane": {} }, "peers": { "count": 20 },
    "overlays": [ { "algorithm": { "chord": {} } }, { "label": "b", "algorithm": { "kademlia": { "k": 8 } } } ],
    "workload": { "key_routing": {} }, "replications": 2 }"#;

fn experiment(sets: &[&str]) -> Experiment {
    let mut document = Document::parse("one.json", SCENARIO).unwrap();
    for (number, set) in (1..).zip(sets) {
        document.set(number, set).unwrap();
    }
    let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
    experiment.plans(Path::new(""), None).unwrap();
    experiment
}

fn identity(sets: &[&str], point: usize, overlay: usize) -> String {
    experiment(sets).identity(point, overlay).replication(1).text().to_owned()
}

#[test]
fn what_no_run_depends_on_is_not_in_it() {
    let [chord, kademlia] = [0, 1].map(|overlay| identity(&[], 0, overlay));
    assert_ne!(chord, kademlia);
    for sets in [
        &["name=two", "description=words", "replications=7"][..],
        &["overlays[0].label=another name"],
        // Said or not, a default is the same.
        &["overlays[0].algorithm.chord.successors=16", "peers.introductions=3", "time.measure=120s"],
        &["overlays=[{\"algorithm\":{\"chord\":{}}}]"],
        &[
            "overlays=[{\"algorithm\":{\"chord\":{}}},{\"label\":\"c\",\"algorithm\":{\"kademlia\":{\"k\":9}}}]",
        ],
        &["sweep={\"peers.count\":[20,40]}"],
    ] {
        assert_eq!(identity(sets, 0, 0), chord, "{sets:?}");
    }
    // In another place of the list and of the sweep it is the same run.
    let turned = [
        "overlays=[{\"algorithm\":{\"kademlia\":{\"k\":8}}},{\"algorithm\":{\"chord\":{}}}]",
        "sweep={\"peers.count\":[40,20]}",
    ];
    assert_eq!((identity(&turned, 1, 1), identity(&turned, 1, 0)), (chord, kademlia));
}

#[test]
fn whatever_a_run_depends_on_is_in_it() {
    let mut all = vec![identity(&[], 0, 0), identity(&[], 0, 1)];
    for set in [
        "seed=2",
        "peers.count=21",
        "time.measure=3min",
        "time.warmup=2min",
        "time.sample=30s",
        "overlays[0].algorithm.chord.successors=17",
        "overlays[0].rpc.retries=1",
        // The patience of another overlay: all wait for it.
        "overlays[1].rpc.timeout=2s",
        "overlays[0].lookup.acknowledge=false",
        "workload.key_routing.rate_per_peer=3/min",
        "underlay={\"plane\":{\"width\":\"20ms\"}}",
        "impairments.loss=0.01",
        "fixed=[\"underlay\"]",
        "output.lookups=true",
        "timeline=[{\"at\":\"1min\",\"crash\":{\"fraction\":0.1}}]",
        "peers.start={\"joins\":{\"over\":\"10s\"}}",
    ] {
        all.push(identity(&[set], 0, 0));
    }
    all.push(experiment(&[]).identity(0, 0).replication(0).text().to_owned());
    for (at, one) in all.iter().enumerate() {
        assert!(serde_json::from_str::<serde_json::Value>(one).is_ok(), "{one}");
        assert!(!all[..at].contains(one), "{at}: {one}");
    }
}

#[test]
fn a_file_counts_by_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pairs.txt");
    let set = format!(
        "underlay={{\"matrix\":{{\"file\":{:?},\"format\":\"square\",\"unit\":\"ms\",\"kind\":\"rtt\"}}}}",
        path.display().to_string()
    );
    let matrix = |away: u32| {
        let row = |row: u32| {
            (0..30)
                .map(|column| if row == column { "0".into() } else { away.to_string() })
                .collect::<Vec<_>>()
                .join(" ")
        };
        (0..30).map(row).collect::<Vec<_>>().join("\n")
    };
    std::fs::write(&path, matrix(10)).unwrap();
    let ten = identity(&[&set], 0, 0);
    assert_eq!(identity(&[&set], 0, 0), ten);
    std::fs::write(&path, matrix(11)).unwrap();
    assert_ne!(identity(&[&set], 0, 0), ten);
    // Its folder is this machine's affair.
    assert!(!ten.contains(&*folder.path().to_string_lossy()), "{ten}");
}
