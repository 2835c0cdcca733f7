//! Figures say what they show, draw what is missing as missing, and are the same bytes every time.

#[path = "made/results.rs"]
mod made;

use made::{Wish, results};
use overlab_report::{Figure, Results, figures, underlay_distributions, underlay_picture};
use overlab_schema::{NodeKind, PictureNode, UnderlayCurves, UnderlayPicture};
use roxmltree::Document;
use serde_json::json;

/// All text elements of a figure, after checking that its SVG is XML.
fn texts(figure: &Figure) -> Vec<String> {
    let svg = figure.svg();
    let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{}: {error}", figure.name()));
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

fn figure<'a>(figures: &'a [Figure], name: &str) -> &'a Figure {
    figures.iter().find(|figure| figure.name() == name).unwrap_or_else(|| panic!("no figure {name}"))
}

fn says(texts: &[String], wanted: &str) -> bool {
    texts.iter().any(|text| text.contains(wanted))
}

#[test]
fn every_chart_has_title_legend_units_and_n() {
    let figures = figures(&results(&Wish::plain(&["Chord", "Kademlia k=20"])));
    let names: Vec<&str> = figures.iter().map(Figure::name).collect();
    assert_eq!(
        names,
        ["latency-cdf", "hop-histogram", "success-over-time", "latency-over-time", "traffic", "underlay"]
    );
    let axes = [
        ("latency-cdf", &["latency (ms", "share of lookups"][..]),
        ("hop-histogram", &["hops", "share of lookups"]),
        ("success-over-time", &["success ratio", "correct ratio", "live peers", "(min)", "crash 30 %"]),
        ("latency-over-time", &["mean latency (ms)", "(min)", "crash 30 %"]),
        ("traffic", &["B/s", "maintenance", "lookup", "join", "application", "24.0 ± 1.2"]),
    ];
    for (name, wanted) in axes {
        let texts = texts(figure(&figures, name));
        for wanted in
            ["dht-under-churn", "Chord", "Kademlia k=20", "n = 10", "95 % confidence"].iter().chain(wanted)
        {
            assert!(says(&texts, wanted), "{name} does not say {wanted:?}: {texts:?}");
        }
    }
}

#[test]
fn bands_are_drawn_only_where_there_are_intervals() {
    let bands = |replications| {
        let mut wish = Wish::plain(&["Chord", "Kademlia"]);
        wish.replications = replications;
        let figures = figures(&results(&wish));
        (figure(&figures, "latency-cdf").svg(), figure(&figures, "latency-over-time").svg())
    };
    let (cdf, time) = bands(10);
    // Bands over time end at the crash and begin anew behind it.
    assert_eq!((cdf.matches("fill-opacity").count(), time.matches("fill-opacity").count()), (2, 4));
    let (cdf, time) = bands(1);
    assert_eq!((cdf.matches("fill-opacity").count(), time.matches("fill-opacity").count()), (0, 0));
    assert!(cdf.contains("one replication (n = 1): no bands"), "{cdf}");
}

#[test]
fn every_bar_and_every_line_has_its_interval_and_every_figure_its_n() {
    let mut wish = Wish::plain(&["Chord", "Kademlia"]);
    wish.sweep = vec![json!("15min"), json!("1h")];
    for figure in figures(&results(&wish)) {
        let (svg, name) = (figure.svg(), figure.name());
        // Maps of a network are of one replication's, as they say; all other figures are of several.
        if !name.starts_with("underlay") {
            assert!(figure.caption().contains("n = "), "{name}: {}", figure.caption());
        }
        if name.starts_with("traffic") {
            // Five bars an overlay, each with a whisker over a white one.
            let whiskers = |width: &str| svg.matches(&format!("stroke-width=\"{width}\"")).count();
            assert_eq!((whiskers("1.5"), whiskers("3.4")), (10, 10), "{name}");
        } else if name.starts_with("hop") {
            assert!(svg.matches("stroke-width=\"1.3\"").count() >= 20, "{name}");
        } else if name.contains("cdf") || name.contains("over-time") {
            assert!(svg.matches("fill-opacity").count() >= 2, "{name}");
        } else if name == "sweep" {
            // Two overlays at two points in four panels.
            assert_eq!(svg.matches("stroke-width=\"1.32\"").count(), 16, "{name}");
        }
    }
    // Where points have different numbers of replications, a figure of several says so.
    let mut made = results(&wish);
    made.summary.points[0].replications = 5;
    assert!(figure(&figures(&made), "sweep").caption().contains("n = 5 to 10"));
}

#[test]
fn a_recorded_run_has_a_still_on_its_map() {
    let mut noise = made::Noise(3);
    let mut made = results(&Wish::plain(&["Chord"]));
    made.replay.points = vec![made::replay("Chord", &mut noise, false)];
    let still = |made: &Results| texts(figure(&figures(made), "replay"));
    let said = still(&made);
    assert!(says(&said, "120 of 4000 peers sampled: 120 up, 0 joining, 0 down"), "{said:?}");
    made.replay.points = vec![made::replay("Chord", &mut noise, true)];
    assert!(says(&still(&made), "°N"), "a map has degrees");
    for peer in &mut made.replay.points[0].run.peers {
        peer.place = None;
        peer.sessions[0].joined_s = None;
    }
    made.replay.points[0].run.lookups.clear();
    let said = still(&made);
    assert!(says(&said, "0 up, 120 joining") && !says(&said, "°N"), "{said:?}");
}

#[test]
fn intervals_without_lookups_are_gaps() {
    let mut wish = Wish::plain(&["Chord"]);
    wish.replications = 3;
    let mut made = results(&wish);
    let curve = |made: &Results| {
        let svg = figure(&figures(made), "latency-over-time").svg();
        (svg.matches("stroke-width=\"2.2\"").count(), svg.contains("gaps: sample intervals without a value"))
    };
    // The curve on both sides of the crash and its piece in the legend.
    assert_eq!(curve(&made), (3, false));
    made.series
        .rows
        .retain(|row| row.metric != "lookup.latency_ms" || row.time_s < 1200.0 || row.time_s > 1500.0);
    assert_eq!(curve(&made), (4, true));
    made.summary.events.clear();
    assert_eq!(curve(&made), (3, true));
}

#[test]
fn nothing_to_show_says_so() {
    for figure in figures(&Results::default()) {
        assert!(says(&texts(&figure), "no data"), "{}", figure.name());
    }
}

#[test]
fn a_sweep_has_a_figure_of_its_own_and_names_its_points() {
    let mut wish = Wish::plain(&["Chord", "Kademlia"]);
    wish.sweep = vec![json!("15min"), json!("1h"), json!("4h")];
    let drawn = figures(&results(&wish));
    let sweep = texts(figure(&drawn, "sweep"));
    for wanted in [
        "churn.session.weibull.mean",
        "15min",
        "1h",
        "4h",
        "success ratio",
        "mean latency (ms)",
        "mean hops",
        "traffic (B/s per peer)",
    ] {
        assert!(says(&sweep, wanted), "{wanted}: {sweep:?}");
    }
    assert!(
        figure(&drawn, "latency-cdf-mean-15min").heading().ends_with("at churn.session.weibull.mean = 15min")
    );
    assert!(figure(&drawn, "traffic-mean-4h").heading().ends_with("at churn.session.weibull.mean = 4h"));

    wish.sweep = (1..=5).map(|hours| json!(hours)).collect();
    let names: Vec<String> = figures(&results(&wish)).iter().map(|figure| figure.name().to_owned()).collect();
    assert!(
        names.contains(&"latency-cdf-mean-1".to_owned()) && !names.iter().any(|name| name.contains("mean-2")),
        "{names:?}"
    );
    // Values that are no names of files are told apart by their place.
    wish.sweep = vec![json!("../a/b"), json!({ "exponential": { "mean": "1h" } })];
    let names: Vec<String> = figures(&results(&wish)).iter().map(|figure| figure.name().to_owned()).collect();
    assert!(names.contains(&"traffic-mean-..ab-1".to_owned()), "{names:?}");
    assert!(names.contains(&"traffic-mean-exponentialmean1h-2".to_owned()), "{names:?}");
}

#[test]
fn markup_in_labels_is_text() {
    let mut wish = Wish::plain(&["<script>alert(1)</script>", "a & b"]);
    wish.name = "<b>\"bold\"</b>".into();
    wish.events = vec![("cut <&>".into(), 600.0)];
    for figure in figures(&results(&wish)) {
        let svg = figure.svg();
        assert!(!svg.contains("<script") && !svg.contains("<b>"), "{}", figure.name());
        Document::parse(&svg).unwrap();
    }
}

#[test]
fn no_text_leaves_its_figure() {
    let long = "an overlay whose label is so long that it could not stand on one line of any figure at any size, or could it";
    let mut wish = Wish::plain(&[long, "Kademlia", "Koorde", "one-hop with a long name", "CAN"]);
    wish.events =
        (0..40).map(|index| (format!("event {index} with a name"), 90.0 * f64::from(index))).collect();
    wish.factor = 12_345.0;
    for figure in figures(&results(&wish)) {
        let (width, height, pixels) = decoded(&figure);
        for (index, pixel) in pixels.chunks_exact(3).enumerate() {
            let (x, y) = (index % width, index / width);
            let edge = x.min(y).min(width - 1 - x).min(height - 1 - y);
            assert!(edge >= 8 || pixel == [255, 255, 255], "{}: ink at {x}, {y}", figure.name());
        }
    }
}

/// Width, height and the red, green and blue of each pixel of a figure's PNG.
fn decoded(figure: &Figure) -> (usize, usize, Vec<u8>) {
    let bytes = figure.png();
    let mut reader = png::Decoder::new(bytes.as_slice()).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width as usize, info.height as usize, pixels)
}

#[test]
fn the_same_results_are_the_same_bytes() {
    let wish = Wish::plain(&["Chord", "Kademlia"]);
    let (first, second) = (figures(&results(&wish)), figures(&results(&wish)));
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(first.svg(), second.svg());
        assert!(first.png() == second.png(), "{}", first.name());
    }
}

#[test]
fn a_png_has_two_pixels_a_unit_and_ink_on_it() {
    let figures = figures(&results(&Wish::plain(&["Chord"])));
    let figure = figure(&figures, "traffic");
    let (width, height, pixels) = decoded(figure);
    assert_eq!((width as f64, height as f64), (figure.width() * 2.0, figure.height() * 2.0));
    let ink = pixels.chunks_exact(3).filter(|pixel| pixel.iter().any(|part| *part < 128)).count();
    let share = ink as f64 / (pixels.len() / 3) as f64;
    assert!((0.01..0.5).contains(&share), "{share} of the picture is dark");
}

#[test]
fn an_underlay_on_the_globe_has_degrees_and_counts() {
    let node = |x, y, kind| PictureNode { x, y, kind };
    let picture = UnderlayPicture {
        model: "graph".into(),
        geographic: true,
        nodes: vec![
            node(-120.0, 35.0, NodeKind::Router),
            node(0.0, -20.0, NodeKind::Router),
            node(140.0, 50.0, NodeKind::Host),
        ],
        // The last link goes nowhere: a picture that lies must not bring the program down.
        edges: vec![(0, 1), (1, 2), (0, 2), (0, 99)],
        statistics: [("links".to_owned(), Some(12_345.0))].into(),
        ..UnderlayPicture::default()
    };
    let said = texts(&underlay_picture(&picture));
    for wanted in ["°W", "°E", "°N", "router", "host", "link", "2 routers, 12\u{a0}345 links, 1 host"] {
        assert!(says(&said, wanted), "{wanted}: {said:?}");
    }
    let plane = UnderlayPicture { geographic: false, ..picture };
    assert!(!texts(&underlay_picture(&plane)).iter().any(|text| text.contains('°')));
}

#[test]
fn a_huge_underlay_is_thinned_and_says_so() {
    let place = |index: u32| f64::from(index % 1000) / 1000.0;
    let nodes =
        (0..100_000).map(|index| PictureNode { x: place(index), y: place(index * 7), kind: NodeKind::Host });
    let picture = UnderlayPicture { nodes: nodes.collect(), ..UnderlayPicture::default() };
    let figure = underlay_picture(&picture);
    assert!(figure.caption().contains("20\u{a0}000 of 100\u{a0}000 nodes drawn"), "{}", figure.caption());
    assert!(figure.svg().len() < 1_000_000);
}

#[test]
fn distributions_are_drawn_where_there_are_some() {
    assert!(underlay_distributions(&UnderlayPicture::default()).is_empty());
    let share = |step: u32| f64::from(step) / 400.0;
    let picture = UnderlayPicture {
        model: "graph".into(),
        statistics: [
            ("triangle_violation_ratio".to_owned(), Some(0.125)),
            ("degree.exponent".to_owned(), Some(2.13)),
            ("degree.exponent_from".to_owned(), Some(3.0)),
            ("latency_pairs".to_owned(), Some(9900.0)),
        ]
        .into(),
        curves: UnderlayCurves {
            latency_ms: (0..=400).map(|step| (20.0 + f64::from(step) / 4.0, share(step))).collect(),
            triangles: (0..=400).map(|step| (0.2 + 0.9 * share(step), share(step))).collect(),
            degrees: vec![(1, 1.0), (2, 0.5), (10, 0.1), (300, 0.001)],
        },
        ..UnderlayPicture::default()
    };
    let figures = underlay_distributions(&picture);
    let names: Vec<_> = figures.iter().map(Figure::name).collect();
    assert_eq!(names, ["underlay-latency", "underlay-triangles", "underlay-degrees"]);
    let wanted = [
        ["median: 70 ms", "5 %: 25 ms", "99 %: 119 ms", "9900 ordered pairs"],
        ["12.5 % of triples violate", "right of here the detour is faster", "share of triples", "graph"],
        ["exponent 2.13 from degree 3", "links of a router", "share of routers", "100"],
    ];
    for (figure, wanted) in figures.iter().zip(wanted) {
        let said = texts(figure);
        for wanted in wanted {
            assert!(says(&said, wanted), "{wanted}: {said:?}");
        }
    }
    // Without routers there are no degrees, and the others still stand.
    let mut plane = picture;
    plane.curves.degrees.clear();
    assert_eq!(underlay_distributions(&plane).len(), 2);
}

#[test]
fn a_map_shows_its_region_and_large_ones_stay_small() {
    let node = |x, y, kind| PictureNode { x, y, kind };
    let europe = UnderlayPicture {
        model: "graph".into(),
        geographic: true,
        nodes: vec![node(2.3, 48.9, NodeKind::Router), node(13.4, 52.5, NodeKind::Router)],
        edges: vec![(0, 1)],
        ..UnderlayPicture::default()
    };
    let said = texts(&underlay_picture(&europe));
    assert!(says(&said, "50°N") && says(&said, "10°E") && !says(&said, "°W"), "{said:?}");
    // 40,000 routers in a ring around the world and far from it.
    let place =
        |index: u32| (f64::from(index * 7 % 3600) / 10.0 - 180.0, f64::from(index % 1200) / 10.0 - 50.0);
    let nodes = (0..40_000).map(|index| node(place(index).0, place(index).1, NodeKind::Stub)).collect();
    let edges = (0..40_000).map(|index| (index, (index * 31 + 17) % 40_000)).collect();
    let figure = underlay_picture(&UnderlayPicture { nodes, edges, ..europe });
    assert!(figure.caption().contains("connections between places"), "{}", figure.caption());
    assert!(figure.svg().len() < 4_000_000, "{}", figure.svg().len());
}
