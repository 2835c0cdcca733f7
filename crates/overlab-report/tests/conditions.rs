//! Maps of what befalls an underlay: the load of its links, and what fails.

use overlab_report::{Figure, underlay_faults, underlay_load};
use overlab_schema::{NodeKind, PictureDisc, PictureFault, PictureLoad, PictureNode, UnderlayPicture};

/// The texts of a figure, as a reader meets them.
fn texts(figure: &Figure) -> String {
    let svg = figure.svg();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let text = document.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text());
    // Captions are broken into lines there.
    text.chain([figure.caption()]).collect::<Vec<_>>().join("|")
}

fn node(x: f64, y: f64) -> PictureNode {
    PictureNode { x, y, kind: NodeKind::Router }
}

/// Four routers in a row and five links, of which the last goes nowhere.
fn row(geographic: bool) -> UnderlayPicture {
    UnderlayPicture {
        model: "graph".into(),
        geographic,
        nodes: vec![node(0.0, 10.0), node(10.0, 20.0), node(20.0, 10.0), node(30.0, 20.0)],
        edges: vec![(0, 1), (1, 2), (2, 3), (0, 3), (1, 99)],
        ..UnderlayPicture::default()
    }
}

#[test]
fn every_overlay_has_a_map_of_its_load_with_a_scale() {
    assert!(underlay_load(&row(true)).is_empty());
    for geographic in [true, false] {
        let load = |overlay: &str, links: &[(u32, f64)]| PictureLoad {
            overlay: overlay.into(),
            links: links.to_vec(),
        };
        let picture = UnderlayPicture {
            load: vec![
                load("Chord", &[(0, 0.1), (1, 0.6), (2, 0.95), (77, 0.5)]),
                load("", &[(0, 0.2), (1, 0.2), (2, 0.3), (3, 0.4), (4, 0.4)]),
            ],
            ..row(geographic)
        };
        let figures = underlay_load(&picture);
        assert_eq!(
            figures.iter().map(Figure::name).collect::<Vec<_>>(),
            ["underlay-load", "underlay-load-2"]
        );
        let (first, second) = (texts(&figures[0]), texts(&figures[1]));
        for wanted in [
            "Chord and the background",
            "below 25 %: 1",
            "25 to 50 %: 0",
            "50 to 75 %: 1",
            "90 % and more: 1",
            "no capacity",
            "3 links with a capacity, 55.0 % used on average, the fullest 95.0 %",
            "n = 1",
        ] {
            assert!(first.contains(wanted), "{wanted}: {first}");
        }
        assert!(second.contains("the background alone") && !second.contains("no capacity"), "{second}");
        // The fullest link has the last colour.
        let drawn = |figure: &Figure| figure.svg().matches("#960a28").count();
        assert!(drawn(&figures[0]) > 1 && drawn(&figures[1]) == 1, "beside the legend");
        assert!(figures[0].png().starts_with(b"\x89PNG"));
    }
}

#[test]
fn what_fails_is_drawn_by_name_and_time() {
    assert!(underlay_faults(&row(true)).is_none());
    let fault =
        |name: &str, from_s: f64| PictureFault { name: name.into(), from_s, ..PictureFault::default() };
    let down = vec![
        PictureFault { links: vec![0, 3, 77], to_s: Some(900.0), ..fault("cable cut", 300.0) },
        PictureFault {
            routers: vec![2, 99],
            disc: Some(PictureDisc { longitude: 20.0, latitude: 10.0, radius_km: 400.0 }),
            ..fault("earthquake", 60.0)
        },
        PictureFault {
            parts: vec![vec![0, 1], vec![2, 3]],
            to_s: Some(10_800.0),
            ..fault("partition", 7_200.0)
        },
        PictureFault { parts: vec![vec![1]], cut_off: vec![3], ..fault("border", 0.0) },
    ];
    for geographic in [true, false] {
        let figure = underlay_faults(&UnderlayPicture { down: down.clone(), ..row(geographic) }).unwrap();
        let said = texts(&figure);
        for wanted in [
            "cable cut (5 min to 15 min)",
            "earthquake (from 60 s)",
            "partition (2.0 h to 3.0 h), part 1",
            "part 2",
            "border (from 0 s)",
            "not concerned",
            "3 dead links, 2 dead routers (crosses), 1 place with hosts cut off (ring)",
        ] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
        // The edge of the disc is dashed; on a plane there is none.
        assert_eq!(figure.svg().contains("stroke-dasharray"), geographic);
    }
    let many =
        (0..20).map(|number| PictureFault { links: vec![1], ..fault(&format!("f{number}"), 1.0) }).collect();
    let said = texts(&underlay_faults(&UnderlayPicture { down: many, ..row(true) }).unwrap());
    assert!(said.contains("f5 (from 1 s)") && said.contains("14 more") && !said.contains("f6 "), "{said}");
}
