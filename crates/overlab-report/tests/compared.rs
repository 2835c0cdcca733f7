//! Charts of comparisons and of performance against cost: every value has its interval, and n is said.

use overlab_report::{Figure, comparison_figure, cost_figures};
use overlab_schema::{
    ComparedFolder, Comparison, ComparisonOutcome, ComparisonRow, ComparisonSide, CostCurve, CostMeasure,
    CostPoint, CostSetting, CostStudy,
};
use roxmltree::Document;
use serde_json::json;

fn texts(figure: &Figure) -> Vec<String> {
    let svg = figure.svg();
    let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{}: {error}", figure.name()));
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

#[track_caller]
fn says(figure: &Figure, wanted: &[&str]) {
    let texts = texts(figure);
    for wanted in wanted {
        assert!(texts.iter().any(|text| text.contains(wanted)), "no {wanted:?} in {texts:?}");
    }
}

fn row(metric: &str, outcome: ComparisonOutcome, ratio: [f64; 3], p_holm: f64) -> ComparisonRow {
    let side = |overlay: &str, mean: f64| ComparisonSide {
        overlay: overlay.into(),
        folder: 0,
        n: 10,
        mean,
        ci95: [mean * 0.9, mean * 1.1],
    };
    let [low, at, high] = ratio;
    ComparisonRow {
        metric: metric.into(),
        unit: "ms".into(),
        better: Some("lower".into()),
        subject: side("Kademlia <k=20>", 100.0 * at),
        reference: side("Chord", 100.0),
        paired: true,
        n: 10,
        difference: 100.0 * (at - 1.0),
        difference_ci95: [100.0 * (low - 1.0), 100.0 * (high - 1.0)],
        ratio: Some(at),
        ratio_ci95: Some([low, high]),
        p_holm,
        outcome,
        ..ComparisonRow::default()
    }
}

fn comparison(rows: Vec<ComparisonRow>) -> Comparison {
    let folder =
        ComparedFolder { folder: "results/x".into(), scenario: "dht".into(), ..ComparedFolder::default() };
    Comparison { folders: vec![folder], confidence: 0.95, family: rows.len() as u32, notes: vec![], rows }
}

/// Whiskers: lines with a bar at both ends.
fn whiskers(figure: &Figure, colour: &str, width: &str) -> usize {
    figure.svg().matches(&format!("stroke=\"{colour}\" stroke-width=\"{width}\"")).count()
}

#[test]
fn a_comparison_shows_every_interval_n_and_p() {
    use ComparisonOutcome::{Better, NotShown, Worse};
    let figure = comparison_figure(&comparison(vec![
        row("lookup.latency_penalised_ms", Better, [0.82, 0.85, 0.88], 0.0004),
        row("lookup.latency_penalised_ms", NotShown, [0.98, 1.0, 1.02], 0.7),
        row("lookup.success_ratio", Worse, [0.9, 0.95, 0.99], 0.012),
    ]));
    says(
        &figure,
        &[
            "dht",
            "lookup.latency_penalised_ms, lower is better",
            "Kademlia <k=20> against Chord",
            "p < 0.001",
            "p = 0.70",
            "p = 0.012",
            "n = 10 paired replications",
            "whiskers: 95 % confidence",
            "all 3 comparisons (Holm)",
            "difference (% of the mean compared with)",
            "difference (points of a hundred)",
        ],
    );
    for colour in ["#0072b2", "#d55e00", "#979797"] {
        assert_eq!(whiskers(&figure, colour, "2"), 1, "{colour}: {}", figure.svg());
    }
}

#[test]
fn what_is_left_out_of_a_large_comparison_is_said() {
    let rows = vec![row("lookup.hops", ComparisonOutcome::NotShown, [0.9, 1.0, 1.1], 1.0); 75];
    says(&comparison_figure(&comparison(rows)), &["; 15 more", "comparisons are in comparison.json"]);
    says(&comparison_figure(&comparison(vec![])), &["no data"]);
}

fn study(n: u32, setting: serde_json::Value) -> CostStudy {
    let point = |cost: f64, value: f64, hull: bool| {
        let interval = |mean: f64| (n > 1).then_some([mean * 0.97, mean * 1.03]);
        CostPoint {
            n,
            cost,
            cost_ci95: interval(cost),
            value,
            value_ci95: interval(value),
            pareto: hull,
            hull,
            ..CostPoint::default()
        }
    };
    let curve = |overlay: &str, factor: f64| CostCurve {
        overlay: overlay.into(),
        points: [(10.0, 400.0, true), (14.0, 390.0, false), (20.0, 250.0, true), (40.0, 200.0, true)]
            .map(|(cost, value, hull)| point(cost * factor, value / factor, hull))
            .to_vec(),
        sensitivity: vec![],
    };
    let curves = vec![curve("Chord", 1.0), curve("Kademlia", 1.5)];
    CostStudy {
        scenario: "dht".into(),
        cost: "traffic.bytes_per_peer_per_s".into(),
        cost_unit: "B/s".into(),
        notes: vec![],
        settings: vec![CostSetting {
            parameters: serde_json::from_value(setting).unwrap(),
            measures: vec![CostMeasure {
                metric: "lookup.latency_penalised_ms".into(),
                unit: "ms".into(),
                complement: false,
                curves,
            }],
        }],
    }
}

#[test]
fn a_chart_of_costs_has_a_hull_an_overlay_and_an_interval_both_ways_at_every_point() {
    let figures = cost_figures(&study(5, json!({ "peers.count": 100 })), Some(22.0));
    let [figure] = figures.as_slice() else { panic!("{figures:?}") };
    assert_eq!(figure.name(), "cost-performance");
    says(
        figure,
        &[
            "Chord",
            "Kademlia",
            "at peers.count = 100",
            "traffic.bytes_per_peer_per_s (B/s)",
            "lookup.latency_penalised_ms (ms)",
            "budget",
            "n = 5",
            "lower left convex hull",
        ],
    );
    // Three corners and one point off the hull, in each colour, with two whiskers each.
    assert_eq!(whiskers(figure, "#0072b2", "1.32"), 6, "{}", figure.svg());
    assert_eq!(whiskers(figure, "#c25200", "1.32"), 6);
    assert_eq!(figure.svg().matches("stroke-width=\"2.2\"").count(), 4, "a hull and its key, twice");
    let alone = &cost_figures(&study(1, json!({})), None)[0];
    assert_eq!(whiskers(alone, "#0072b2", "1.32"), 0);
    says(alone, &["one replication (n = 1): no whiskers"]);
    assert!(cost_figures(&CostStudy::default(), None).is_empty());
}
