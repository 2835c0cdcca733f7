//! Small files of latencies, regions and coordinates in place of measured ones that are not part of the project.

use overlab_schema::scenario::{CoordinateFormat, MatrixFormat, RegionFormat, Scenario, Underlay};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

const PLACES: u64 = 60;

/// A round trip in ms between two places, longer one way than the other.
fn latency(from: u64, to: u64) -> f64 {
    10.5 + ((from.min(to) * 7919 + from.max(to) * 104_729) % 190) as f64 + f64::from(u8::from(from > to))
}

fn pairs() -> impl Iterator<Item = (u64, u64)> {
    (0..PLACES).flat_map(|from| (0..PLACES).map(move |to| (from, to)))
}

/// The files that `scenario` needs, written into `folder`, by the paths that name them.
pub(crate) fn stand_ins(scenario: &Scenario, folder: &Path) -> Vec<(&'static str, Value)> {
    let put = |path, name: &str, text: String| {
        let file = folder.join(name);
        fs_err::write(&file, text).unwrap();
        (path, json!(file))
    };
    match &scenario.underlay {
        Underlay::Matrix(matrix) => {
            vec![put("underlay.matrix.file", &format!("{:?}", matrix.format), matrix_text(matrix.format))]
        }
        Underlay::Coordinates(coordinates) => {
            let text = coordinates_text(coordinates.format, coordinates.dimensions.unwrap_or(2));
            vec![put("underlay.coordinates.file", &format!("{:?}", coordinates.format), text)]
        }
        Underlay::Regions(regions) => {
            let text = match regions.format {
                RegionFormat::Named => matrix_text(MatrixFormat::Named),
                RegionFormat::Json => matrix_text(MatrixFormat::Json),
                RegionFormat::Pairs(_) => {
                    let upper = pairs().filter(|(from, to)| from <= to);
                    upper.fold("cty1,cty2,rtt_avg\n".to_owned(), |text, (from, to)| {
                        text + &format!("r{from},r{to},{}\n", latency(from, to))
                    })
                }
            };
            let mut all = vec![put("underlay.regions.file", "regions", text)];
            if regions.about.is_some() {
                let header =
                    "region,latitude,longitude,share_bitcoin_2019,upload_bps_2019,download_bps_2019\n";
                let text = (0..PLACES).fold(header.to_owned(), |text, region| {
                    text + &format!("r{region},{region},{region},{},1000000,5000000\n", region % 7)
                });
                all.push(put("underlay.regions.about.file", "about", text));
            }
            all
        }
        Underlay::Sphere(sphere) if sphere.places.is_some() => {
            let places = (0..PLACES).map(|place| (place % 50, place * place % 170, place * 1000));
            let text = places
                .fold("latitude,longitude,population\n".to_owned(), |text, (north, east, people)| {
                    text + &format!("{north},{east},{people}\n")
                });
            vec![put("underlay.sphere.places.file", "places.csv", text)]
        }
        _ => Vec::new(),
    }
}

fn matrix_text(format: MatrixFormat) -> String {
    let mut text = String::new();
    let upper = || pairs().filter(|(from, to)| from < to);
    match format {
        MatrixFormat::Square => {
            for (from, to) in pairs() {
                let end = if to + 1 == PLACES { "\n" } else { " " };
                write!(text, "{}{end}", if from == to { 0.0 } else { latency(from, to) }).unwrap();
            }
        }
        MatrixFormat::Named => {
            text.push_str("region");
            (0..PLACES).for_each(|to| write!(text, ",r{to}").unwrap());
            for (from, to) in pairs() {
                if to == 0 {
                    write!(text, "\nr{from}").unwrap();
                }
                write!(text, ",{}", latency(from, to)).unwrap();
            }
        }
        MatrixFormat::Json => {
            let mut rows = serde_json::Map::new();
            for (from, to) in pairs() {
                let row = rows.entry(format!("r{from}")).or_insert_with(|| json!({}));
                row[format!("r{to}")] = json!(latency(from, to));
            }
            text = json!({ "data": rows }).to_string();
        }
        MatrixFormat::ModelNet => {
            text.push_str("<topology><edges>\n");
            for (from, to) in pairs() {
                let delay = latency(from, to);
                writeln!(text, "<edge int_src=\"{from}\" int_dst=\"{to}\" int_delayms=\"{delay}\"/>")
                    .unwrap();
            }
            text.push_str("</edges></topology>\n");
        }
        MatrixFormat::Triples => {
            upper().for_each(|(from, to)| writeln!(text, "{from} {to} {}", 1e3 * latency(from, to)).unwrap());
        }
        MatrixFormat::E2eGraph => {
            writeln!(text, "topology E2EGraph {PLACES}").unwrap();
            (1..=PLACES).for_each(|node| writeln!(text, "node {node}").unwrap());
            for (from, to) in upper() {
                writeln!(text, "{},{} {}", from + 1, to + 1, 500.0 * latency(from, to)).unwrap();
            }
        }
        MatrixFormat::KingMeasurements => {
            for (from, to) in pairs().filter(|(from, to)| from != to) {
                writeln!(text, "h{from} --> h{to} 1 {} 20000", 20_000.0 + 1e3 * latency(from, to)).unwrap();
            }
        }
    }
    text
}

fn coordinates_text(format: CoordinateFormat, dimensions: u32) -> String {
    let mut text = String::new();
    let coordinate = |place: u64, axis: u32| (place * 37 + u64::from(axis) * 11 + place * place % 53) % 97;
    for place in 0..PLACES {
        let all: Vec<String> = (0..dimensions).map(|axis| coordinate(place, axis).to_string()).collect();
        match format {
            CoordinateFormat::Vivaldi => writeln!(text, "{place} {} h {}.5", all.join(" "), place % 5),
            CoordinateFormat::Oversim => {
                writeln!(text, "<node><coord>{}</coord></node>", all.join("</coord><coord>"))
            }
            CoordinateFormat::Csv => writeln!(text, "{},{}.5", all.join(","), place % 5),
        }
        .unwrap();
    }
    match format {
        CoordinateFormat::Oversim => format!("<nodelist dimensions=\"{dimensions}\">\n{text}</nodelist>\n"),
        CoordinateFormat::Vivaldi | CoordinateFormat::Csv => text,
    }
}
