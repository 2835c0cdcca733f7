//! The page and the files that are written into a results folder.

#[path = "made/results.rs"]
mod made;

use made::{Wish, results};
use overlab_report::{ReportError, Results, draw, html, page};
use overlab_schema::ResultFile;
use serde_json::{Value, json};
use std::path::Path;

fn write(folder: &Path, results: &Results) {
    let files = [
        ("summary.json", results.summary.to_json()),
        ("distributions.json", results.distributions.to_json()),
        ("timeseries.csv", results.series.to_csv()),
        ("underlay.json", results.underlay.to_json()),
        ("manifest.json", results.manifest.to_json()),
        ("replay.json", results.replay.to_json()),
        ("methods.json", results.methods.to_json()),
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
    // Folders of earlier versions have neither a recording nor a text on methods.
    std::fs::remove_file(folder.path().join("replay.json")).unwrap();
    std::fs::remove_file(folder.path().join("methods.json")).unwrap();
    assert!(page(folder.path()).is_ok());
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
        "Chord is made up",
        "% of lookups were answered by the owner",
        "Nobody was harmed",
        "@article{stoica2003chord,",
        "Seeds and digests",
        "data-value=\"418.5\"",
    ];
    for wanted in wanted {
        assert!(html.contains(wanted), "the page does not say {wanted:?}");
    }
    assert_eq!(html.matches("<svg ").count(), 6);
    assert_eq!(html.matches("data-chart=").count(), 5);
    assert_eq!(html.matches("<section ").count(), html.matches("</section>").count());
    assert_eq!(html.matches("<table>").count(), html.matches("</table>").count());
}

/// What would run if it ever became markup, in every way out of text, attributes, scripts and styles.
const HOSTILE: &str = "</script></style></title>--><script>alert(1)</script><img src=x onerror=alert(2)>\"'` onload=alert(3) {{7*7}} \u{2028}";

/// Puts hostile text in the place of every text of a tree, keys of objects aside.
fn poison(value: &mut Value, keys: bool) {
    match value {
        Value::String(text) => *text = format!("{text}{HOSTILE}"),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, keys)),
        Value::Object(entries) => {
            entries.iter_mut().for_each(|(_, value)| poison(value, keys));
            if keys {
                *entries = std::mem::take(entries)
                    .into_iter()
                    .map(|(key, value)| (format!("{key}{HOSTILE}"), value))
                    .collect();
            }
        }
        _ => {}
    }
}

/// The same file with every text in it poisoned but the words of its format's own vocabulary.
fn poisoned<F: ResultFile>(file: &F) -> F {
    let mut value: Value = serde_json::from_str(&file.to_json()).unwrap();
    let format = value["format"].take();
    poison(&mut value, false);
    value["format"] = format;
    // Names of metrics and swept paths are keys of maps.
    for point in value.get_mut("points").and_then(Value::as_array_mut).into_iter().flatten() {
        for map in ["metrics", "parameters"] {
            if let Some(map) = point.get_mut(map).and_then(Value::as_object_mut) {
                let hostile = map.iter().map(|(key, value)| (format!("{key}{HOSTILE}"), value.clone()));
                let hostile: Vec<_> = hostile.collect();
                map.extend(hostile);
            }
        }
    }
    // The kinds of nodes are a closed set.
    for node in value.get_mut("nodes").and_then(Value::as_array_mut).into_iter().flatten() {
        node["kind"] = "router".into();
    }
    F::from_json("poisoned", &value.to_string()).unwrap()
}

#[test]
fn no_text_of_a_folder_becomes_markup_or_script() {
    let mut wish = Wish::plain(&["Chord", "Kademlia"]);
    wish.sweep = vec![json!("15min"), json!("1h")];
    let mut made = results(&wish);
    let parameters = made.summary.points[0].parameters.clone();
    made.replay.points = vec![made::replay("Chord", &mut made::Noise(5), false)];
    made.replay.points[0].parameters = parameters;
    let mut scenario: Value = serde_json::from_str(&made.scenario).unwrap();
    poison(&mut scenario, true);
    scenario["description"] = HOSTILE.into();
    let mut series = made.series.clone();
    series.sweep.iter_mut().for_each(|path| path.push_str(HOSTILE));
    for row in &mut series.rows {
        row.overlay.push_str(HOSTILE);
        row.sweep.iter_mut().for_each(|value| value.push_str(HOSTILE));
    }
    let hostile = Results {
        reproduction: None,
        summary: poisoned(&made.summary),
        distributions: poisoned(&made.distributions),
        series,
        underlay: poisoned(&made.underlay),
        manifest: poisoned(&made.manifest),
        replay: poisoned(&made.replay),
        methods: poisoned(&made.methods),
        cost: poisoned(&made.cost),
        scenario: scenario.to_string(),
    };
    let (tame, wild) = (html(&made), html(&hostile));
    let count = |page: &str, what: &str| page.to_lowercase().matches(what).count();
    // The page's own script, and what it carries for it.
    assert_eq!(count(&wild, "<script"), 3);
    for same in ["</script", "<style", "</style", "</title>", "<meta", "<h1"] {
        assert_eq!(count(&wild, same), count(&tame, same), "{same}");
    }
    for forbidden in
        ["<img", "<iframe", "<link", "<base", "<object", "<embed", "<form", "@import", "url(", "javascript:"]
    {
        assert_eq!(count(&wild, forbidden), 0, "{forbidden}");
    }
    // In the end no element has an attribute that runs: what looks like one stands in escaped text.
    for tag in wild.split('<').skip(1).filter_map(|rest| rest.split_once('>')) {
        if !tag.0.contains("script") {
            assert!(
                !tag.0.contains(" onload=") && !tag.0.contains(" onerror=") || tag.0.contains("&quot;"),
                "{}",
                tag.0
            );
        }
    }
    assert!(wild.contains("&lt;img src=x onerror=alert(2)&gt;"));
}

#[test]
fn the_page_may_load_nothing_and_run_nothing_but_its_own() {
    let page = html(&results(&Wish::plain(&["Chord"])));
    let policy = page.find("http-equiv=\"Content-Security-Policy\"").unwrap();
    assert!(policy < page.find("<style").unwrap() && policy < page.find("<script").unwrap());
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe-inline"));
    assert!(!page.contains(" style=") && !page.contains(" onclick="));
    // The only addresses are names of XML, never loaded; the last is in the script.
    let lower = page.to_lowercase();
    let names = lower.matches("http://www.w3.org/2000/svg").count();
    assert_eq!(lower.matches("http").count(), names + "http-equiv".matches("http").count());
}

#[test]
fn a_folder_without_any_result_still_makes_a_page() {
    let empty = Results { scenario: "{}".into(), ..Results::default() };
    let html = html(&empty);
    assert!(html.contains("no data") && html.ends_with("</html>\n"));
}
