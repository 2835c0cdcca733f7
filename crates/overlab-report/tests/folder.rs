//! The page and the files that are written into a results folder.

#[path = "made/results.rs"]
mod made;

use made::{Wish, results};
use overlab_report::{ReportError, Results, draw, html, page};
use overlab_schema::ResultFile;
use std::path::Path;

fn write(folder: &Path, results: &Results) {
    let files = [
        ("summary.json", results.summary.to_json()),
        ("distributions.json", results.distributions.to_json()),
        ("timeseries.csv", results.series.to_csv()),
        ("underlay.json", results.underlay.to_json()),
        ("manifest.json", results.manifest.to_json()),
        ("scenario.json", results.scenario.clone()),
    ];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn a_folder_gets_its_plots_and_its_page() {
    let folder = tempfile::tempdir().unwrap();
    let made = results(&Wish::plain(&["Chord", "Kademlia"]));
    write(folder.path(), &made);
    let written = draw(folder.path()).unwrap();
    assert_eq!(written.len(), 12);
    for path in &written {
        let bytes = std::fs::read(path).unwrap();
        let png = path.extension().is_some_and(|extension| extension == "png");
        assert!(bytes.starts_with(if png { b"\x89PNG" } else { b"<svg" }), "{}", path.display());
    }
    let report = page(folder.path()).unwrap();
    assert_eq!(std::fs::read_to_string(&report).unwrap(), html(&made));
    let names = std::fs::read_dir(folder.path().join("plots"))
        .unwrap()
        .chain(std::fs::read_dir(folder.path()).unwrap());
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!names.iter().any(|name| name.contains("partial")), "{names:?}");
    // Drawing again replaces what is there.
    assert_eq!(draw(folder.path()).unwrap(), written);
}

#[test]
fn missing_and_damaged_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &results(&Wish::plain(&["Chord"])));
    std::fs::remove_file(folder.path().join("underlay.json")).unwrap();
    std::fs::remove_file(folder.path().join("manifest.json")).unwrap();
    let error = draw(folder.path()).unwrap_err().to_string();
    assert!(error.contains("no underlay.json, manifest.json: name a folder that"), "{error}");

    write(folder.path(), &results(&Wish::plain(&["Chord"])));
    std::fs::write(folder.path().join("scenario.json"), "{\n  \"version\":").unwrap();
    let error = page(folder.path()).unwrap_err();
    assert!(matches!(error, ReportError::Scenario { line: 2, .. }), "{error}");
    std::fs::write(folder.path().join("summary.json"), "{}").unwrap();
    std::fs::write(folder.path().join("scenario.json"), "{}").unwrap();
    let error = page(folder.path()).unwrap_err().to_string();
    assert!(error.contains("summary.json") && error.contains("overlab.summary/1"), "{error}");
    assert!(!folder.path().join("report.html").exists());
}

#[test]
fn the_page_has_everything_that_the_folder_says() {
    let html = html(&results(&Wish::plain(&["Chord", "Kademlia"])));
    let wanted = [
        "<h1>dht-under-churn</h1>",
        "Chord against Kademlia while sessions get shorter",
        // Success, correct, latency with its mark, hops and traffic.
        "0.9600 ± 0.0040",
        "418.5 ± 8.3<sup class=\"mark\">†</sup>",
        "not stationary",
        "5.200 ± 0.040",
        "24.0 ± 1.2",
        "0.3 % of messages were faster than the lookahead",
        "stale entry",
        "crash 30 %",
        "after crash 30 %",
        "140 ± 22 s",
        "state.contacts_per_peer",
        "6f0c4f0e9a7be2d35f8a1d7742c0b9aa",
        "123\u{a0}456\u{a0}789",
        "230\u{a0}MiB",
        "overlab run scenarios/quickstart.json",
        "kdl.graphml",
        "triangle_violations_ratio",
        "&quot;version&quot;: 1",
    ];
    for wanted in wanted {
        assert!(html.contains(wanted), "the page does not say {wanted:?}");
    }
    assert_eq!(html.matches("<svg ").count(), 6);
    assert_eq!(html.matches("<section ").count(), html.matches("</section>").count());
    assert_eq!(html.matches("<table>").count(), html.matches("</table>").count());
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    let mut wish = Wish::plain(&["<script>alert('label')</script>", "b"]);
    wish.name = "<script>alert('name')</script>".into();
    wish.events = vec![("</style><img src=x onerror=alert(1)>".into(), 600.0)];
    let mut made = results(&wish);
    made.scenario = r#"{"description": "<script>alert('description')</script>"}"#.into();
    made.summary.warnings = vec!["<iframe src='https://example.org'>".into()];
    made.manifest.command = vec!["overlab".into(), "<script>".into()];
    let html = html(&made);
    let lower = html.to_lowercase();
    for forbidden in ["<script", "<img", "<iframe", "<link", "<base", "@import", "url(", "javascript:"] {
        assert!(!lower.contains(forbidden), "the page has {forbidden}");
    }
    assert!(html.contains("&lt;script&gt;alert(&#39;description&#39;)&lt;/script&gt;"));
    // The only addresses are names of XML, never loaded.
    assert_eq!(lower.matches("http").count(), lower.matches("http://www.w3.org/2000/svg").count() + 1);
}

#[test]
fn a_folder_without_any_result_still_makes_a_page() {
    let empty = Results { scenario: "{}".into(), ..Results::default() };
    let html = html(&empty);
    assert!(html.contains("no data") && html.ends_with("</html>\n"));
}
