//! Scenarios that are right: defaults, printing, options, sweeps, and the parameters of algorithms.

use overlab_schema::scenario::{
    Access, AccessLatency, Action, ChurnSource, Overlay, Share, Start, Underlay, Wire, Workload,
};
use overlab_schema::{Document, Path, Scenario};
use overlab_time::Span;
use serde::Deserialize;
use serde_json::json;

const EXAMPLE: &str = include_str!("fixtures/quickstart.json");
const MINIMAL: &str = r#"{
  "version": 1, "name": "minimal", "time": { "measure": "10min" }, "underlay": { "constant": {} },
  "peers": { "count": 1 }, "overlays": [{ "algorithm": { "chord": {} } }], "workload": { "key_routing": {} }
}"#;

fn document(text: &str, options: &[&str]) -> Document {
    let mut document = Document::parse("s.json", text).unwrap();
    for (index, option) in options.iter().enumerate() {
        document.set(index + 1, option).unwrap();
    }
    document
}

fn scenario(text: &str, options: &[&str]) -> Scenario {
    document(text, options).points().unwrap()[0].scenario().unwrap()
}

#[test]
fn the_example_of_the_design_is_understood() {
    let scenario = scenario(EXAMPLE, &[]);
    assert_eq!(scenario.name, "dht-under-churn");
    assert_eq!(scenario.time.warmup, Some(overlab_schema::scenario::Warmup::Fixed(Span::from_hours(2))));
    assert_eq!(scenario.time.sample(), Span::from_minutes(1));
    let Underlay::TransitStub(underlay) = &scenario.underlay else { panic!() };
    assert_eq!(underlay.expected_routers(), 5050.0);
    assert_eq!(scenario.overlays[0].label(), "chord");
    assert_eq!(scenario.overlays[0].algorithm.parameters["successors"], json!(8));
    assert_eq!(scenario.overlays[1].label(), "Kademlia k=20");
    let churn = scenario.churn.as_ref().unwrap();
    // Sessions of 15 minutes, the first value of the sweep, against downtimes of 30.
    assert_eq!(churn.availability(), Some(15.0 / 45.0));
    assert!(matches!(churn.source(), Some(ChurnSource::Laws { .. })));
    assert_eq!(scenario.timeline[0].action(), Some(Action::Crash(Share::Fraction(0.3))));
    assert_eq!(scenario.timeline[0].name(), "crash 30 %");
}

#[test]
fn defaults_are_those_of_the_design() {
    let scenario = scenario(MINIMAL, &[]);
    assert_eq!((scenario.seed, scenario.replications.at_most()), (1, 10));
    assert_eq!(scenario.time.epoch, Span::from_secs(10));
    assert_eq!(scenario.peers.start, Start::Converged);
    assert_eq!(scenario.peers.identities_per_host, 1);
    assert_eq!(scenario.overlays[0].rpc.timeout, Span::from_millis(500));
    assert_eq!(scenario.overlays[0].rpc.retries, 0);
    let Workload::KeyRouting(workload) = &scenario.workload else { panic!("{:?}", scenario.workload) };
    assert_eq!(workload.deadline, Span::from_secs(4));
    assert_eq!((scenario.wire.header(), scenario.wire.contact()), (28, 26));
    assert_eq!((Wire::P2psim.header(), Wire::P2psim.contact()), (20, 4));
    let none = Access::uniform(AccessLatency::Constant(Span::ZERO));
    assert_eq!(scenario.access, Some(none));
}

#[test]
fn classes_of_access_links_are_filled_in_by_name() {
    let classes =
        r#"access={"classes":[{"name":"dsl","share":3},{"name":"mine","latency":{"constant":"7ms"}}]}"#;
    let scenario = scenario(MINIMAL, &[classes]);
    let [dsl, mine] = &scenario.access.unwrap().classes[..] else { panic!() };
    let [from, to] = [8, 20].map(Span::from_millis);
    assert_eq!((dsl.share, dsl.latency), (3.0, Some(AccessLatency::Uniform { from, to })));
    assert_eq!((mine.share, mine.latency), (1.0, Some(AccessLatency::Constant(Span::from_millis(7)))));
}

#[test]
fn router_graphs_have_access_links_and_their_whole_structure_by_default() {
    let scenario = scenario(MINIMAL, &["underlay={\"transit_stub\":{}}"]);
    assert_eq!(scenario.access.unwrap().latency.unwrap(), AccessLatency::Constant(Span::from_millis(1)));
    let Underlay::TransitStub(underlay) = scenario.underlay else { panic!() };
    assert_eq!(underlay.transit_domains, Some(10));
    assert_eq!(underlay.routers_per_stub_domain, Some(10.0));
    assert_eq!(underlay.expected_routers(), 5050.0);
}

#[test]
fn overlays_without_labels_get_different_ones() {
    let overlays = r#"overlays=[{"algorithm":{"chord":{}}},{"algorithm":{"chord":{}}},{"label":"chord 2","algorithm":{"x":{}}}]"#;
    let scenario = scenario(MINIMAL, &[overlays]);
    let labels: Vec<_> = scenario.overlays.iter().map(Overlay::label).collect();
    assert_eq!(labels, ["chord", "chord 3", "chord 2"]);
}

#[test]
fn what_is_shown_is_the_same_scenario_when_read_again() {
    for text in [EXAMPLE, MINIMAL] {
        let shown = document(text, &["impairments.loss=0.1"]).scenario().unwrap();
        let again = document(&shown.to_json(), &[]);
        assert_eq!(again.scenario().unwrap(), shown);
        assert_eq!(again.scenario().unwrap().to_json(), shown.to_json());
        let points = |document: &Document| -> Vec<Scenario> {
            document.points().unwrap().iter().map(|point| point.scenario().unwrap()).collect()
        };
        assert_eq!(points(&again), points(&document(text, &["impairments.loss=0.1"])));
    }
}

#[test]
fn a_default_that_another_point_of_the_sweep_has_otherwise_is_not_written_down() {
    let options = [
        "sweep[\"time.measure\"]=[\"10min\",\"20min\"]",
        "sweep.underlay=[{\"constant\":{}},{\"transit_stub\":{}}]",
    ];
    let document = document(MINIMAL, &options);
    let shown = document.scenario().unwrap();
    assert_eq!((shown.time.sample, &shown.access), (None, &None));
    let samples: Vec<_> = document
        .points()
        .unwrap()
        .iter()
        .map(|point| point.scenario().unwrap().time.sample.unwrap())
        .collect();
    assert_eq!(samples, [10, 10, 20, 20].map(Span::from_secs));
}

#[test]
fn numbers_are_printed_exactly_as_they_were_read() {
    for loss in ["0.1", "0.30000000000000004", "1e-300", "0.007297352569"] {
        let shown = scenario(MINIMAL, &[&format!("impairments.loss={loss}")]);
        assert_eq!(shown.impairments.loss, loss.parse::<f64>().unwrap());
        assert_eq!(scenario(&shown.to_json(), &[]).impairments.loss, shown.impairments.loss);
    }
}

#[test]
fn options_take_json_or_bare_text_and_make_what_is_missing() {
    let options = [
        "name=other",
        "description=a b {c",
        "access.latency.constant=5ms",
        "overlays.0.lookup={\"mode\":\"recursive\"}",
        "seed=7",
    ];
    let scenario = scenario(MINIMAL, &options);
    assert_eq!(
        (scenario.name.as_str(), scenario.description.as_str(), scenario.seed),
        ("other", "a b {c", 7)
    );
    assert_eq!(scenario.access.unwrap().latency.unwrap(), AccessLatency::Constant(Span::from_millis(5)));
    assert!(scenario.overlays[0].lookup.mode.is_some());
}

#[test]
fn sweeps_are_crossed_with_the_first_path_slowest() {
    let document = document(MINIMAL, &["sweep={\"seed\":[1,2],\"peers.count\":[10,20,30]}"]);
    let points = document.points().unwrap();
    let seen: Vec<_> = points
        .iter()
        .map(|point| {
            let scenario = point.scenario().unwrap();
            (scenario.seed, scenario.peers.count.unwrap())
        })
        .collect();
    assert_eq!(seen, [(1, 10), (1, 20), (1, 30), (2, 10), (2, 20), (2, 30)]);
    assert_eq!(
        points[4].parameters(),
        [("seed".to_owned(), json!(2)), ("peers.count".to_owned(), json!(20))]
    );
    assert_eq!(points[4].index(), 4);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Parameters {
    successors: u32,
    stabilize_interval: Span,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { successors: 8, stabilize_interval: Span::from_secs(20) }
    }
}

#[test]
fn parameters_of_algorithms_are_located_like_everything_else() {
    let told = |text: &str, options: &[&str], index: usize| {
        let point = &document(text, options).points().unwrap()[index];
        let scenario = point.scenario().unwrap();
        let path: Path = "overlays[0].algorithm.chord".parse().unwrap();
        let raw = serde_json::Value::Object(scenario.overlays[0].algorithm.parameters.clone());
        match point.fit::<Parameters>(&path, &raw) {
            Ok(parameters) if parameters.successors == 0 => {
                point.locate(&path.key("successors"), "must be at least 1").to_string()
            }
            Ok(parameters) => format!("{parameters:?}"),
            Err(error) => error.to_string(),
        }
    };
    let slip = EXAMPLE.replace("\"successors\"", "\"sucessors\"");
    assert_eq!(
        told(&slip, &[], 0),
        "s.json:11:33: overlays[0].algorithm.chord.sucessors: unknown key \"sucessors\"; did you mean \"successors\"? (keys here: \
         successors, stabilize_interval)"
    );
    assert_eq!(
        told(EXAMPLE, &["overlays.0.algorithm.chord.sucessors=3"], 0),
        "--set 1 (overlays.0.algorithm.chord.sucessors=3): overlays[0].algorithm.chord.sucessors: unknown key \"sucessors\"; did \
         you mean \"successors\"? (keys here: successors, stabilize_interval)"
    );
    let swept = EXAMPLE
        .replace("\"sweep\": {", "\"sweep\": { \"overlays[0].algorithm.chord.successors\": [4, 0, \"x\"],");
    assert_eq!(
        told(&swept, &[], 3),
        "s.json:18:60: sweep overlays[0].algorithm.chord.successors = 0: overlays[0].algorithm.chord.successors: must be at least 1"
    );
    assert_eq!(
        told(&swept, &[], 6),
        "s.json:18:63: sweep overlays[0].algorithm.chord.successors = \"x\": overlays[0].algorithm.chord.successors: is the text \
         \"x\", but should be a whole number from 0 to 4294967295"
    );
    assert!(told(EXAMPLE, &[], 0).contains("successors: 8"));
}

#[test]
fn files_given_by_options_are_known_to_be() {
    let matrix = "underlay={\"matrix\":{\"file\":\"a\",\"kind\":\"rtt\"}}";
    let file: Path = "underlay.matrix.file".parse().unwrap();
    let text = scenario(MINIMAL, &[matrix]).to_json();
    assert!(!document(&text, &[]).points().unwrap()[0].origin(&file).is_option());
    assert!(document(&text, &["underlay.matrix.file=b"]).points().unwrap()[0].origin(&file).is_option());
    let swept = document(&text, &["sweep[\"underlay.matrix.file\"]=[\"a\",\"b\"]"]);
    assert!(swept.points().unwrap()[1].origin(&file).is_option());
}

#[test]
fn what_should_be_looked_at_is_told_as_a_warning() {
    let text = EXAMPLE.replace(
        "\"weibull\": { \"shape\": 0.6, \"mean\": \"1h\" }",
        "\"pareto\": { \"alpha\": 2, \"mean\": \"1h\" }",
    );
    let text = text.replace("churn.session.weibull.mean", "churn.session.pareto.mean");
    let point = &document(&text, &["replications=1"]).points().unwrap()[0];
    let warnings: Vec<_> =
        point.warnings(&point.scenario().unwrap()).iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "s.json:15:37: churn.session.pareto: has an infinite variance: means converge slowly, so look at medians or choose \
             another alpha",
            "--set 1 (replications=1): replications: is 1: there will be no confidence intervals"
        ]
    );
    let point = &document(EXAMPLE, &[]).points().unwrap()[0];
    assert!(point.warnings(&point.scenario().unwrap()).is_empty());
}
