//! No input panics, and whatever is accepted prints to what reads as the same.

use overlab_schema::{Document, Path, Scenario};
use proptest::prelude::*;

const EXAMPLE: &str = include_str!("fixtures/quickstart.json");

/// Does with a text everything that can be done with it.
fn exercise(bytes: &[u8], option: Option<&str>) -> Option<Scenario> {
    let mut document = Document::parse_bytes("x.json", bytes).ok()?;
    if let Some(option) = option {
        let _ = document.set(1, option);
    }
    let points = document.points().ok()?;
    for point in points.iter().take(3) {
        let Ok(scenario) = point.scenario() else { continue };
        let _ = point.warnings(&scenario);
        let _ = point.origin(&Path::root().key("peers"));
    }
    let shown = document.scenario().ok()?;
    let again = Document::parse("again.json", &shown.to_json()).expect("what is printed is JSON");
    assert_eq!(again.scenario().expect("what is printed is a scenario"), shown);
    Some(shown)
}

/// Pieces that are likely to hit something.
const PIECES: [&str; 24] = [
    "0",
    "-1",
    "1e400",
    "1e18",
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "\"never\"",
    "\"4s\"",
    "\"-4s\"",
    "\"chord\"",
    ",",
    ":",
    "\\u0000",
    "{\"a\":1}",
    "[[[[",
    "}}",
    "\"constant\"",
    "\"churn.session\"",
    "é",
    "\u{feff}",
    "0.5",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        exercise(&bytes, None);
    }

    #[test]
    fn random_json_like_text_does_not_panic(text in "[\\[\\]{}\",:0-9a-z.\\\\ \n-]{0,200}") {
        exercise(text.as_bytes(), None);
    }

    #[test]
    fn spoilt_scenarios_do_not_panic(spots in prop::collection::vec((any::<prop::sample::Index>(), 0usize..20, prop::sample::select(&PIECES[..])), 1..4)) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        for (at, length, piece) in spots {
            let start = at.index(bytes.len());
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, piece.bytes());
        }
        exercise(&bytes, None);
    }

    #[test]
    fn replaced_values_do_not_panic_and_survive(
        at in any::<prop::sample::Index>(),
        piece in prop::sample::select(&PIECES[..]),
    ) {
        // Whole values instead of bytes, so that most of the texts stay JSON.
        let values: Vec<_> = EXAMPLE.match_indices(": ").collect();
        let start = values[at.index(values.len())].0 + 2;
        let end = start + EXAMPLE[start..].find([',', '}', '\n']).unwrap();
        let text = format!("{}{piece}{}", &EXAMPLE[..start], &EXAMPLE[end..]);
        exercise(text.as_bytes(), None);
    }

    #[test]
    fn options_do_not_panic(
        path in prop::collection::vec(prop::sample::select(&["peers", "count", "churn", "session", "weibull", "overlays", "0", "[1]", "sweep", "x", "time"][..]), 1..5),
        piece in prop::sample::select(&PIECES[..]),
    ) {
        exercise(EXAMPLE.as_bytes(), Some(&format!("{}={piece}", path.join("."))));
    }

    #[test]
    fn any_numbers_survive_printing(seed: u64, loss in 0.0f64..=1.0, count in 1u64..1_000_000, measure in 3_600_000_000_000u64..=86_400_000_000_000) {
        let options = [
            format!("seed={seed}"),
            format!("impairments.loss={loss:?}"),
            format!("peers.count={count}"),
            format!("time.measure={measure}ns"),
        ];
        let mut document = Document::parse("x.json", EXAMPLE).unwrap();
        for (index, option) in options.iter().enumerate() {
            document.set(index + 1, option).unwrap();
        }
        let shown = document.scenario().unwrap();
        prop_assert_eq!(shown.seed, seed);
        prop_assert_eq!(shown.impairments.loss, loss);
        let again = Document::parse("again.json", &shown.to_json()).unwrap().scenario().unwrap();
        prop_assert_eq!(again, shown);
    }
}
