//! Sweeps: lists and ranges, crossed or together, less what conditions leave out.

use overlab_schema::{Document, Point};
use serde_json::{Value, json};

const SCENARIO: &str = r#"{ "version": 1, "name": "s", "time": { "warmup": "1min", "measure": "2min" },
  "underlay": { "constant": {} }, "peers": { "count": 20 },
  "overlays": [ { "algorithm": { "chord": { "successors": 4 } } } ],
  "workload": { "key_routing": { "rate_per_peer": "1/min" } },
  "sweep": SWEEP }"#;

fn document(sweep: &str) -> Document {
    Document::parse("s.json", &SCENARIO.replace("SWEEP", sweep)).unwrap()
}

/// The values of every point, in the order of the axes.
fn points(sweep: &str) -> Value {
    let of = |point: &Point| point.parameters().into_iter().map(|(_, value)| value).collect::<Vec<_>>();
    json!(document(sweep).points().unwrap().iter().map(of).collect::<Vec<_>>())
}

fn error(sweep: &str) -> String {
    document(sweep).points().and_then(|points| points[0].scenario().map(|_| ())).unwrap_err().to_string()
}

#[test]
fn a_range_is_a_list() {
    let sweep = r#"{ "peers.count": { "from": 10, "to": 40, "steps": 3, "scale": "log" }, "time.measure": ["1min", "2min"] }"#;
    let expected =
        json!([[10, "1min"], [10, "2min"], [20, "1min"], [20, "2min"], [40, "1min"], [40, "2min"]]);
    assert_eq!(points(sweep), expected);
    let points = document(sweep).points().unwrap();
    assert_eq!(points[3].scenario().unwrap().peers.count, Some(20));
}

#[test]
fn what_is_zipped_goes_together_at_the_place_of_its_first() {
    let sweep = r#"{ "seed": [1, 2], "peers.count": [10, 20, 30],
        "time.measure": { "from": "1min", "to": "3min", "steps": 3 }, "$zip": [["time.measure", "peers.count"]] }"#;
    let all = json!([
        [1, 10, "1min"],
        [1, 20, "2min"],
        [1, 30, "3min"],
        [2, 10, "1min"],
        [2, 20, "2min"],
        [2, 30, "3min"]
    ]);
    assert_eq!(points(sweep), all);
    let first = r#"{ "$zip": [["seed", "peers.count"]], "seed": [1, 2], "time.measure": ["1min", "3min"], "peers.count": [10, 20] }"#;
    let all = json!([[1, "1min", 10], [1, "3min", 10], [2, "1min", 20], [2, "3min", 20]]);
    assert_eq!(points(first), all);
}

#[test]
fn conditions_are_on_swept_values_and_on_those_of_the_scenario() {
    let axes = r#""peers.count": [10, 20, 40], "overlays[0].algorithm.chord.successors": [2, 4, 8]"#;
    let with = |conditions: &str| points(&format!("{{ {axes}, \"$where\": {conditions} }}"));
    assert_eq!(
        with(r#"["overlays[0].algorithm.chord.successors <= log2(peers.count) + 1"]"#),
        json!([[10, 2], [10, 4], [20, 2], [20, 4], [40, 2], [40, 4]])
    );
    // The rate is the scenario's own, and all conditions must hold: 40 peers ask 40 times a minute.
    assert_eq!(
        with(r#"["peers.count * workload.key_routing.rate_per_peer <= '20/min'", "peers.count > 10"]"#),
        json!([[20, 2], [20, 4], [20, 8]])
    );
    // A value in a swept value.
    let inside = points(
        r#"{ "overlays[0].algorithm": [{ "chord": { "successors": 2 } }, { "chord": { "successors": 9 } }],
            "$where": ["overlays[0].algorithm.chord.successors > 2"] }"#,
    );
    assert_eq!(inside, json!([[{ "chord": { "successors": 9 } }]]));
}

#[test]
fn a_complete_scenario_has_the_same_points() {
    let sweep = r#"{ "seed": [1, 2, 3], "peers.count": { "from": 10, "to": 40, "steps": 3, "scale": "log" },
        "time.measure": ["1min", "2min", "3min"], "$zip": [["peers.count", "time.measure"]],
        "$where": ["seed < 3 or peers.count == 20"] }"#;
    let scenario = document(sweep).scenario().unwrap();
    let again = Document::parse("again.json", &scenario.to_json()).unwrap();
    assert_eq!(again.scenario().unwrap().to_json(), scenario.to_json());
    let all = |document: &Document| -> Vec<_> {
        document.points().unwrap().iter().map(Point::parameters).collect()
    };
    assert_eq!(all(&again), all(&document(sweep)));
    assert_eq!(all(&again).len(), 7);
}

#[test]
fn what_is_wrong_is_located() {
    for (sweep, expected) in [
        (
            r#"{ "peers.count": 7 }"#,
            "s.json:5:28: sweep[\"peers.count\"]: is the number 7, but should be a list of at least one value, or a range",
        ),
        (
            r#"{ "peers.count": { "from": 1, "to": 4, "steps": 9 } }"#,
            "s.json:5:59: sweep[\"peers.count\"].steps: is 9, but values 1 and 2 would then both be 1",
        ),
        (
            r#"{ "peers.count": { "from": 1, "to": "4s", "steps": 2 } }"#,
            "s.json:5:47: sweep[\"peers.count\"].to: is the text \"4s\", but the range begins with a number",
        ),
        (
            r#"{ "peers.count": { "from": 1, "until": 4, "steps": 2 } }"#,
            "s.json:5:41: sweep[\"peers.count\"].until: unknown key \"until\"",
        ),
        (
            r#"{ "peers.count": { "from": 1, "to": 4 } }"#,
            "s.json:5:28: sweep[\"peers.count\"]: the key \"steps\" is missing here",
        ),
        (
            r#"{ "peers.count": { "from": 1, "to": 4, "steps": 2, "scale": "cubic" } }"#,
            "sweep[\"peers.count\"].scale: unknown choice \"cubic\"",
        ),
        // What a range gives is checked as what a list has is.
        (
            r#"{ "peers.count": { "from": 0.5, "to": 4, "steps": 2 } }"#,
            "s.json:5:28: sweep peers.count = 0.5: peers.count: is the number 0.5, but should be a whole number",
        ),
        (
            r#"{ "seed": [1], "$zap": [] }"#,
            "s.json:5:26: sweep.$zap: unknown key \"$zap\"; did you mean \"$zip\"?",
        ),
        (
            r#"{ "seed": [1, 2], "$zip": ["seed"] }"#,
            "s.json:5:38: sweep.$zip[0]: is the text \"seed\", but should be a list",
        ),
        (
            r#"{ "seed": [1, 2], "$zip": [["seed"]] }"#,
            "s.json:5:38: sweep.$zip[0]: names fewer than two paths",
        ),
        (
            r#"{ "seed": [1, 2], "$zip": [["seed", "peers.cuont"]] }"#,
            "s.json:5:47: sweep.$zip[0][1]: unknown swept path \"peers.cuont\"",
        ),
        (
            r#"{ "seed": [1, 2], "$zip": [["seed", "seed"]] }"#,
            "s.json:5:47: sweep.$zip[0][1]: seed goes together with others already",
        ),
        (
            r#"{ "seed": [1, 2], "peers.count": [9], "$zip": [["seed", "peers.count"]] }"#,
            "s.json:5:67: sweep.$zip[0][1]: peers.count has 1 values, but seed has 2",
        ),
        (
            r#"{ "seed": [1, 2], "$where": ["seed <"] }"#,
            "s.json:5:40: sweep.$where[0]: column 7 of the condition: there should be a value here",
        ),
        (
            r#"{ "seed": [1, 2], "$where": ["seed < 3", "seeds < 3"] }"#,
            "s.json:5:52: sweep.$where[1]: column 1 of the condition: the scenario says nothing of seeds: write down what a condition is on; did you mean \"seed\"?",
        ),
        (
            r#"{ "seed": [1, 2], "$where": ["time.measure < 3"] }"#,
            "s.json:5:40: sweep.$where[0]: compares a duration with a number: 120s, 3",
        ),
        (
            r#"{ "seed": [1, 2], "$where": ["underlay == 3"] }"#,
            "s.json:5:40: sweep.$where[0]: column 1 of the condition: underlay is an object",
        ),
        (
            r#"{ "seed": [1, 2], "$where": ["seed > 2"] }"#,
            "s.json:5:39: sweep.$where: leaves none of 2 points",
        ),
        (
            r#"{ "seed": [1, 2], "$where": "seed > 1" }"#,
            "s.json:5:39: sweep.$where: is the text \"seed > 1\", but should be a list",
        ),
    ] {
        let error = error(sweep);
        assert!(
            error.starts_with(expected) || error.contains(&format!(": {expected}")),
            "{sweep}:\n{error}\n{expected}"
        );
    }
}

#[test]
fn conditions_are_asked_of_more_points_than_are_run() {
    let range = |steps: u32| format!("{{ \"from\": 1, \"to\": {steps}, \"steps\": {steps} }}");
    let sweep = |steps: u32| {
        format!(
            "{{ \"seed\": {0}, \"peers.count\": {0}, \"$where\": [\"seed == peers.count\"] }}",
            range(steps)
        )
    };
    let document = document(&sweep(1000));
    assert_eq!(document.points().unwrap().len(), 1000);
    assert!(
        error(&sweep(1001))
            .contains("has 1002001 points, but at most 1000000 are looked through: sweep fewer values")
    );
    let all = sweep(1000).replace("==", "!=");
    assert!(error(&all).contains("has 999000 points, but at most 100000 are run: sweep fewer values"));
}
