//! The files of a results folder survive printing and reading, and foreign ones are refused by name.

use overlab_schema::{
    Distributions, DistributionsPoint, EventMark, HopShare, Manifest, Metric, NodeKind, Phase, PictureDisc,
    PictureFault, PictureLoad, PictureNode, QuantileBand, ReplicationRow, ReplicationTable, ResultFile,
    SeriesRow, Summary, SummaryPoint, TimeSeries, UnderlayPicture,
};
use serde_json::json;

fn summary() -> Summary {
    let metric = Metric {
        unit: "ms".into(),
        n: 10,
        mean: Some(0.1 + 0.2),
        ci95: Some([0.25, 0.35]),
        ..Metric::default()
    };
    Summary {
        scenario: "quick".into(),
        seed: u64::MAX,
        digest: "00ff".into(),
        measure_s: 600.0,
        events: vec![EventMark { name: "crash 30 %".into(), at_s: 300.0 }],
        warnings: vec![],
        points: vec![SummaryPoint {
            overlay: "Chord, \"8\"".into(),
            algorithm: "chord".into(),
            parameters: [("churn.session.weibull.mean".to_owned(), json!("15min"))].into(),
            replications: 10,
            metrics: [("lookup.latency_ms".to_owned(), metric.clone())].into(),
            phases: vec![Phase {
                name: "start".into(),
                from_s: 0.0,
                to_s: 300.0,
                metrics: [("m".into(), metric)].into(),
            }],
            ..SummaryPoint::default()
        }],
    }
}

#[test]
fn a_summary_survives_and_names_its_format_first() {
    let text = summary().to_json();
    assert!(text.starts_with("{\n  \"format\": \"overlab.summary/1\",\n  \"scenario\": \"quick\""), "{text}");
    assert!(text.ends_with("}\n"));
    assert!(text.contains("\"min\": null"));
    let back = Summary::from_json("summary.json", &text).unwrap();
    assert_eq!(back, summary());
    assert_eq!(back.to_json(), text);
}

#[test]
fn what_is_not_finite_prints_as_null() {
    let mut odd = summary();
    odd.points[0].metrics.get_mut("lookup.latency_ms").unwrap().max = Some(f64::INFINITY);
    let back = Summary::from_json("s", &odd.to_json()).unwrap();
    assert_eq!(back.points[0].metrics["lookup.latency_ms"].max, None);
}

#[test]
fn the_other_files_survive() {
    let manifest =
        Manifest { events: 7, events_per_s: 3.5, runs: vec![Default::default()], ..Manifest::default() };
    assert_eq!(Manifest::from_json("m", &manifest.to_json()).unwrap(), manifest);
    let point = DistributionsPoint {
        latency_ms: vec![QuantileBand { quantile: 0.5, value: 80.25, lo: Some(79.0), hi: None }],
        hops: vec![HopShare { hops: 3, share: 0.25, lo: None, hi: None }],
        ..DistributionsPoint::default()
    };
    let distributions = Distributions { points: vec![point] };
    assert_eq!(Distributions::from_json("d", &distributions.to_json()).unwrap(), distributions);
    let picture = UnderlayPicture {
        model: "graph".into(),
        geographic: true,
        nodes: vec![PictureNode { x: -0.5, y: 51.5, kind: NodeKind::Router }; 2],
        edges: vec![(0, 1)],
        statistics: [("latency_ms.p50".to_owned(), Some(12.5)), ("none".to_owned(), None)].into(),
        load: vec![PictureLoad { overlay: "Chord".into(), links: vec![(0, 0.5)] }],
        down: vec![PictureFault {
            name: "quake".into(),
            from_s: 60.0,
            parts: vec![vec![0], vec![1]],
            disc: Some(PictureDisc { longitude: -0.5, latitude: 51.5, radius_km: 300.0 }),
            ..PictureFault::default()
        }],
        ..UnderlayPicture::default()
    };
    assert_eq!(UnderlayPicture::from_json("u", &picture.to_json()).unwrap(), picture);
}

#[test]
fn foreign_old_new_and_damaged_files_are_refused_by_name() {
    let error = |text: &str| Summary::from_json("results/x/summary.json", text).unwrap_err().to_string();
    assert_eq!(
        error(r#"{"format":"overlab.manifest/1"}"#),
        "results/x/summary.json: is of format \"overlab.manifest/1\", not \"overlab.summary/1\": name a folder that this program wrote"
    );
    assert!(
        error(r#"{"format":"overlab.summary/0"}"#)
            .ends_with("an older version of this program wrote it: run the scenario again")
    );
    assert!(error(r#"{"format":"overlab.summary/2"}"#).contains("a newer version of this program wrote it"));
    assert!(error("[]").contains("is of format \"none\""));
    assert_eq!(
        error("{\"format\":"),
        "results/x/summary.json:1:10: not JSON: EOF while parsing a value; the file is damaged or not ours: run the scenario again"
    );
    let text = summary().to_json().replace("\"n\": 10", "\"n\": \"ten\"");
    assert_eq!(
        error(&text),
        "results/x/summary.json: points[0].metrics.lookup.latency_ms.n: invalid type: string \"ten\", expected u32 (format \"overlab.summary/1\")"
    );
}

#[test]
fn time_series_survive_and_a_bad_row_is_named() {
    let row = |sweep: &str, value| SeriesRow {
        time_s: 10.0,
        overlay: "Chord, 8".into(),
        sweep: vec![sweep.into()],
        replication: 3,
        metric: "lookup.success_ratio".into(),
        value,
    };
    let series =
        TimeSeries { sweep: vec!["peers.count".into()], rows: vec![row("15min", 0.1 + 0.2), row("1h", 1.0)] };
    let text = series.to_csv();
    assert_eq!(text.lines().next(), Some("time_s,overlay,peers.count,replication,metric,value"));
    assert_eq!(text.lines().nth(2), Some("10,\"Chord, 8\",1h,3,lookup.success_ratio,1"));
    assert_eq!(TimeSeries::from_csv("t", &text).unwrap(), series);
    let error = |text: &str| TimeSeries::from_csv("t.csv", text).unwrap_err().to_string();
    assert_eq!(
        error(&format!("{text}1,a,b,0,m,NaN\n")),
        "t.csv: line 4: value \"NaN\" is not a finite number (format \"overlab.timeseries/1\")"
    );
    assert!(error(&format!("{text}1,a\n")).contains("line 4: 2 fields instead of 6"));
    assert!(error("a,b\n1,2\n").contains("is of format \"a,b\""));
    assert!(error("").contains("is of format \"none\""));
}

#[test]
fn a_table_of_replications_survives_and_a_bad_row_is_named() {
    let row = |phase: &str, spread| ReplicationRow {
        overlay: "Chord, 8".into(),
        sweep: vec!["1h".into()],
        replication: 3,
        phase: phase.into(),
        metric: "lookup.latency_ms".into(),
        unit: "ms".into(),
        value: 0.1 + 0.2,
        spread,
    };
    let spread = [0.0, 1.5, 2.0, 3.0, 1e21, f64::MAX];
    let table = ReplicationTable {
        sweep: vec!["churn.session.weibull.mean".into()],
        rows: vec![row("", Some(spread)), row("after \"crash, 30 %\"", None)],
    };
    let text = table.to_csv();
    assert_eq!(
        text.lines().next(),
        Some(
            "overlay,churn.session.weibull.mean,replication,phase,metric,unit,value,min,p50,p90,p95,p99,max"
        )
    );
    assert!(text.ends_with("\"after \"\"crash, 30 %\"\"\",lookup.latency_ms,ms,0.30000000000000004,,,,,,\n"));
    assert_eq!(ReplicationTable::from_csv("r", &text).unwrap(), table);
    let error = |text: &str| ReplicationTable::from_csv("r.csv", text).unwrap_err().to_string();
    assert_eq!(
        error(&format!("{text}a,1h,0,,m,1,2,1,,,,,3\n")),
        "r.csv: line 4: p50 \"\" is not a finite number (format \"overlab.replications/1\")"
    );
    assert!(
        error(&format!("{text}a,1h,-1,,m,1,2,,,,,,\n")).contains("replication \"-1\" is not a whole number")
    );
    assert!(error(&format!("{text}a,1h,1\n")).contains("line 4: 3 fields instead of 13"));
    assert!(error("overlay,value\n").contains("is of format \"overlay,value\""));
}
