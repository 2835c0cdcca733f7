#![allow(missing_docs, clippy::print_stdout)]
#[path = "../tests/made/results.rs"]
mod made;
use made::{Noise, Wish, results};
use overlab_schema::*;
use serde_json::json;
fn write(name: &str, results: &overlab_report::Results) {
    let folder = std::path::Path::new("/tmp/look").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("summary.json"), results.summary.to_json()).unwrap();
    std::fs::write(folder.join("distributions.json"), results.distributions.to_json()).unwrap();
    std::fs::write(folder.join("underlay.json"), results.underlay.to_json()).unwrap();
    std::fs::write(folder.join("manifest.json"), results.manifest.to_json()).unwrap();
    std::fs::write(folder.join("timeseries.csv"), results.series.to_csv()).unwrap();
    std::fs::write(folder.join("scenario.json"), &results.scenario).unwrap();
    overlab_report::draw(&folder).unwrap();
    overlab_report::page(&folder).unwrap();
}
fn main() {
    write("two", &results(&Wish::plain(&["Chord", "Kademlia k=20"])));
    let mut five = Wish::plain(&[
        "Chord, successors 8, stabilize every 20 s, fix fingers every 30 s",
        "Kademlia k=20 alpha=3",
        "Kademlia k=8 alpha=1 with a replacement cache",
        "Koorde degree 8",
        "one-hop",
    ]);
    five.events = vec![
        ("crash 30 %".into(), 900.0),
        ("link cut Atlantic".into(), 1000.0),
        ("partition of Europe heals".into(), 1100.0),
        ("rejoin".into(), 3590.0),
    ];
    five.factor = 0.1;
    let mut f = results(&five);
    f.series.rows.retain(|row| {
        !(row.overlay.starts_with("Koorde")
            && row.metric.starts_with("lookup")
            && row.time_s > 1900.0
            && row.time_s < 2500.0)
    });
    let mut noise = Noise(3);
    let mut geo = UnderlayPicture { model: "graph".into(), geographic: true, ..Default::default() };
    for i in 0..60u32 {
        geo.nodes.push(PictureNode {
            x: -120.0 + 270.0 * noise.next(),
            y: -35.0 + 95.0 * noise.next(),
            kind: NodeKind::Router,
        });
        if i > 0 {
            geo.edges.push((i - 1, i));
            geo.edges.push((i / 2, i));
        }
    }
    f.underlay = geo;
    write("five", &f);
    let mut one = Wish::plain(&["Chord"]);
    one.replications = 1;
    one.perfect = true;
    one.factor = 1e4;
    one.name = "perfect <script>alert(1)</script> & a scenario name that is far too long to stand on one line of a figure".into();
    one.events = (0..30).map(|i| (format!("crash number {i}"), 100.0 * i as f64 + 50.0)).collect();
    write("one", &results(&one));
    let mut sweep = Wish::plain(&["Chord", "Kademlia k=20"]);
    sweep.sweep = vec![json!("15min"), json!("1h"), json!("4h")];
    write("sweep", &results(&sweep));
    let mut flat = Wish::plain(&["Chord", "Kademlia"]);
    flat.perfect = true;
    flat.factor = 1e-6;
    flat.events.clear();
    write("flat", &results(&flat));
    write("empty", &overlab_report::Results { scenario: "{}".into(), ..Default::default() });
}
