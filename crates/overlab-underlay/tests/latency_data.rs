//! Measured latencies, where a folder of them is at hand (`OVERLAB_DATA`, else `shared/data` beside the checkout): what the
//! importers read has the statistics that the folder's index lists, which were computed by another program.

#[path = "measured/folder.rs"]
mod folder;

use folder::data;
use overlab_time::{Bandwidth, Purpose, Seeds, Span};
use overlab_underlay::{
    Attachment, CoordinateFormat, Coordinates, Delays, HostId, LatencyUnit, Matrix, MatrixFormat, MatrixKind,
    MissingRegions, Model, Places, RegionFormat, RegionTable, Regions, Sphere,
};

/// Round-trip time in ms of a one-way span.
fn rtt(span: Span) -> f64 {
    2.0 * span.as_millis_f64()
}

#[track_caller]
fn near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found} is not {expected} within {tolerance}");
}

/// A row of the index's table "Latency matrices side by side".
struct Row {
    places: usize,
    /// Percent, printed to a tenth.
    missing: f64,
    /// min, median, mean, p95, max in ms, each with half of its last printed digit.
    latencies: [(f64, f64); 5],
    /// Percent of pairs whose directions differ by more than a tenth.
    asymmetric: Option<f64>,
    /// Percent of triples.
    violations: f64,
    /// Relay beats direct, median saving in ms and in percent of those; saves a tenth, a quarter, half in percent of all.
    relays: [f64; 6],
}

/// A quantile as the index has it, between the two values that stand next to it; percentiles here are one of them.
fn quantile(delays: &Delays, share: f64) -> f64 {
    let places = 0..delays.places();
    let pairs = places.clone().flat_map(|from| places.clone().map(move |to| (from, to)));
    let mut all: Vec<Span> = pairs.filter_map(|(from, to)| delays.get(from, to)).collect();
    all.sort_unstable();
    let place = share * (all.len() - 1) as f64;
    let (below, above) = (rtt(all[place.floor() as usize]), rtt(all[place.ceil() as usize]));
    below + (above - below) * place.fract()
}

/// Holds data to their row: one percentage point for shares, the rounding of the table for latencies.
fn compare(name: &str, delays: &Delays, row: &Row) {
    let percent = |share: f64| 100.0 * share;
    assert_eq!(delays.places(), row.places, "{name}");
    near(percent(delays.missing()), row.missing, 0.051, &format!("{name}, missing"));
    let all = delays.latencies().unwrap();
    let mut found = [all.min, all.p50, all.mean, all.p95, all.max].map(rtt);
    (found[1], found[3]) = (quantile(delays, 0.5), quantile(delays, 0.95));
    for ((found, (expected, tolerance)), what) in
        found.into_iter().zip(row.latencies).zip(["min", "median", "mean", "p95", "max"])
    {
        near(found, expected, tolerance, &format!("{name}, {what}"));
    }
    if let Some(expected) = row.asymmetric {
        near(percent(delays.asymmetric(0.1)), expected, 1.0, &format!("{name}, asymmetric"));
    }
    let mut stream = Seeds::new(1, 0).stream(Purpose::Underlay, 2, 0);
    let (violated, triples) = delays.triangle_violations(2_000_000, &mut stream);
    near(percent(violated as f64 / triples as f64), row.violations, 1.0, &format!("{name}, violations"));
    let relays = delays.symmetrised().relays().unwrap();
    let found = [
        percent(relays.beaten),
        rtt(relays.saving),
        percent(relays.relative_saving),
        percent(relays.saves_tenth),
        percent(relays.saves_quarter),
        percent(relays.halves),
    ];
    let whats = ["beaten", "saving", "relative saving", "saves a tenth", "saves a quarter", "halves"];
    for ((found, expected), what) in found.into_iter().zip(row.relays).zip(whats) {
        // The saving is in milliseconds, printed to one or none decimals.
        near(found, expected, 1.0, &format!("{name}, {what}"));
    }
}

fn delays(matrix: &Matrix) -> Delays {
    matrix.delays(&fs_err::read(&matrix.file).unwrap()).unwrap()
}

#[test]
fn planetlab_side_by_side() {
    let Some(file) = data("latency-planetlab-490/PlanetLabData_1.gz") else { return };
    let delays = delays(&Matrix::new(file, MatrixKind::Rtt));
    compare(
        "PlanetLab",
        &delays,
        &Row {
            places: 490,
            missing: 0.0,
            latencies: [(0.09, 0.006), (135.0, 0.051), (146.8, 0.051), (324.9, 0.051), (2984.0, 0.51)],
            asymmetric: Some(0.0),
            violations: 17.6,
            relays: [79.4, 12.8, 10.1, 40.1, 9.4, 1.6],
        },
    );
    // The section "Cross-check values for the simulator".
    let relays = delays.relays().unwrap();
    let expected = [
        (1, 5.7, 0.994),
        (2, 10.3, 0.990),
        (4, 16.8, 0.984),
        (8, 26.0, 0.975),
        (16, 36.3, 0.964),
        (32, 46.9, 0.950),
        (64, 57.3, 0.936),
    ];
    assert_eq!(relays.random.len(), expected.len());
    for (found, (drawn, beaten, ratio)) in relays.random.iter().zip(expected) {
        assert_eq!(found.relays, drawn);
        near(100.0 * found.beaten, beaten, 1.0, &format!("best of {drawn} random relays"));
        near(found.delay_ratio, ratio, 0.0025, &format!("delay by the best of {drawn} random relays"));
    }
    let detours = delays.detours().unwrap();
    near(100.0 * detours.improved, 83.4, 0.051, "pairs improved");
    near(rtt(detours.direct_mean), 146.8, 0.051, "direct mean");
    near(rtt(detours.optimal_mean), 123.8, 0.051, "optimal mean");
    near(rtt(detours.direct_median), 135.0, 0.051, "direct median");
    near(rtt(detours.optimal_median), 116.1, 0.051, "optimal median");
    near(100.0 * detours.gains_tenth, 50.7, 0.051, "gains a tenth");
    near(100.0 * detours.gains_quarter, 12.4, 0.051, "gains a quarter");
}

#[test]
fn seattle_side_by_side() {
    let Some(file) = data("latency-seattle-99/SeattleData_1.gz") else { return };
    let matrix =
        Matrix { unit: LatencyUnit::Seconds, zero_is_missing: true, ..Matrix::new(file, MatrixKind::Rtt) };
    let row = Row {
        places: 99,
        missing: 0.7,
        latencies: [(10.0, 0.1), (210.0, 0.1), (283.0, 0.51), (680.0, 0.1), (9160.0, 0.1)],
        asymmetric: Some(67.6),
        violations: 47.5,
        relays: [74.3, 155.0, 51.9, 68.8, 60.7, 40.0],
    };
    compare("Seattle", &delays(&matrix), &row);
}

#[test]
fn model_net_side_by_side() {
    let Some(file) = data("latency-modelnet-planetlab-64/planetlab.xml") else { return };
    let matrix = Matrix { format: MatrixFormat::ModelNet, ..Matrix::new(file, MatrixKind::Rtt) };
    let row = Row {
        places: 64,
        missing: 6.5,
        latencies: [(0.38, 0.006), (247.5, 0.051), (412.2, 0.051), (910.5, 0.051), (19083.0, 0.51)],
        asymmetric: Some(92.0),
        violations: 41.8,
        relays: [75.0, 141.0, 47.7, 69.5, 60.2, 34.2],
    };
    compare("ModelNet", &delays(&matrix), &row);
}

#[test]
fn countries_side_by_side() {
    let Some(file) = data("latency-ripe-atlas-country/country_rtt_stat.csv.gz") else { return };
    let bytes = fs_err::read(&file).unwrap();
    let regions = Regions { format: RegionFormat::ripe_atlas(), ..Regions::new(&file, MatrixKind::Rtt) };
    let row = Row {
        places: 173,
        missing: 54.9,
        latencies: [(0.26, 0.006), (178.7, 0.051), (181.9, 0.051), (348.4, 0.051), (1531.0, 0.51)],
        asymmetric: None,
        violations: 10.1,
        relays: [61.2, 34.0, 18.2, 41.3, 24.2, 10.2],
    };
    compare("RIPE Atlas", &regions.delays(&bytes).unwrap(), &row);
    // The trap: smallest round trips are polluted by wrong places, and six triples in ten violate the inequality.
    let RegionFormat::Pairs { from, to, .. } = RegionFormat::ripe_atlas() else { unreachable!() };
    let smallest = Regions {
        format: RegionFormat::Pairs { from, to, latency: "rtt_min".to_owned() },
        ..regions.clone()
    };
    let mut stream = Seeds::new(1, 0).stream(Purpose::Underlay, 2, 0);
    let (violated, triples) = smallest.delays(&bytes).unwrap().triangle_violations(2_000_000, &mut stream);
    near(100.0 * violated as f64 / triples as f64, 60.0, 1.0, "violations of rtt_min");
    // A pair is missing, and then a country's own latency.
    let problem = regions.parse(&bytes, None).unwrap_err().to_string();
    assert!(
        problem.contains("there is no latency from AD to") && problem.contains("drop_regions"),
        "{problem}"
    );
    let dropped = Regions { missing: MissingRegions::DropRegions, ..regions };
    let own = dropped.parse(&bytes, None).unwrap();
    let given = Regions { same_region: Some(Span::from_millis(3)), ..dropped };
    let given = given.parse(&bytes, None).unwrap();
    // Full meshes of a few dozen countries stay, more of them where a country's own latency need not be in the file.
    assert!((20..115).contains(&own.regions().len()), "{}", own.regions().len());
    assert!(given.regions().len() >= own.regions().len());
}

#[test]
fn cloud_regions_side_by_side() {
    let (Some(file), Some(about)) =
        (data("latency-aws-cloudping/p50.json"), data("latency-aws-cloudping/regions.csv"))
    else {
        return;
    };
    let matrix = Matrix { format: MatrixFormat::Json, ..Matrix::new(&file, MatrixKind::Rtt) };
    let row = Row {
        places: 33,
        missing: 0.0,
        latencies: [(7.6, 0.051), (156.0, 0.051), (157.1, 0.051), (290.2, 0.051), (421.0, 0.51)],
        asymmetric: Some(2.5),
        violations: 7.0,
        relays: [26.5, 7.5, 4.3, 5.7, 0.0, 0.0],
    };
    compare("AWS", &delays(&matrix), &row);
    let bytes = fs_err::read(&file).unwrap();
    let read = matrix.parse(&bytes).unwrap();
    let names = read.names().unwrap();
    assert_eq!((names.len(), names[0].as_str(), names[32].as_str()), (33, "af-south-1", "us-west-2"));
    let regions = Regions {
        format: RegionFormat::Json,
        about: Some(RegionTable::new(&about)),
        ..Regions::new(&file, MatrixKind::Rtt)
    };
    let map = regions.parse(&bytes, Some(&fs_err::read(about).unwrap())).unwrap();
    assert_eq!(map.regions()[0].name, "af-south-1");
    assert_eq!(map.regions()[0].position, Some((-33.92, 18.42)));
    // The README: the diagonal has a median of 3.3 ms, and no pair is below light in fibre (the least ratio is 1.12).
    let mut own: Vec<f64> = (0..33).map(|region| rtt(map.latency(region, region))).collect();
    own.sort_by(f64::total_cmp);
    near(own[16], 3.3, 0.051, "median within a region");
}

#[test]
fn blockchain_regions_have_shares_and_bandwidths() {
    let folder = "latency-bitcoin-regions";
    let files = ["region-latency-2019.csv", "region-latency-2015.csv", "region-bandwidth-and-share.csv"];
    let files = files.map(|file| data(&format!("{folder}/{file}")));
    let [Some(new), Some(old), Some(about)] = files else { return };
    let regions = Regions {
        about: Some(RegionTable {
            weight: Some("share_bitcoin_2019".to_owned()),
            up: Some("upload_bps_2019".to_owned()),
            down: Some("download_bps_2019".to_owned()),
            ..RegionTable::new(about)
        }),
        ..Regions::new(new, MatrixKind::OneWay)
    };
    let topology = Model::Regions(Box::new(regions.clone())).build(Seeds::new(1, 0)).unwrap();
    let all = topology.regions().unwrap();
    assert_eq!(
        all.iter().map(|region| region.name.as_str()).collect::<Vec<_>>()[..2],
        ["NORTH_AMERICA", "EUROPE"]
    );
    near(all.iter().map(|region| region.weight).sum(), 1.0, 1e-9, "shares");
    assert_eq!(all[4].up.map(Bandwidth::bits_per_second), Some(10_200_000));
    assert_eq!(all[4].down.map(Bandwidth::bits_per_second), Some(22_800_000));
    let hosts = 20_000;
    let underlay = topology.attach(hosts, &Attachment::default(), Seeds::new(1, 0)).unwrap();
    let in_europe = (0..hosts).filter(|&host| underlay.region(HostId(host)) == Some(1)).count();
    // A binomial with p = 0.4998: a standard deviation of 0.35 points.
    near(100.0 * in_europe as f64 / f64::from(hosts), 49.98, 1.5, "share of Europe");
    // Both ends in Europe: 11 ms; the least of the table, as lookahead.
    assert_eq!(underlay.minimum(), Span::from_millis(11));
    let japan = (0..hosts).map(HostId).find(|&host| underlay.place_name(host) == Some("JAPAN")).unwrap();
    let south =
        (0..hosts).map(HostId).find(|&host| underlay.place_name(host) == Some("SOUTH_AMERICA")).unwrap();
    assert_eq!(underlay.latency(japan, south), Span::from_millis(301));
    let before = Regions { file: old, ..regions };
    let before = Model::Regions(Box::new(before)).build(Seeds::new(1, 0)).unwrap();
    assert_eq!(
        before.attach(hosts, &Attachment::default(), Seeds::new(1, 0)).unwrap().minimum(),
        Span::from_millis(9)
    );
}

/// Min, median, mean, p95 and max of all pairs of a set of coordinates, in ms of what the file holds.
fn spread(set: &overlab_underlay::CoordinateSet) -> [f64; 5] {
    let rows = set.rows() as usize;
    let all = Delays::new(rows, |from, to| Some(set.latency(from as u32, to as u32))).latencies().unwrap();
    [all.min, all.p50, all.mean, all.p95, all.max].map(Span::as_millis_f64)
}

#[test]
fn vivaldi_sets_predict_what_their_readme_says() {
    // Rows; min, median, mean, p95, max in ms with half of the last digit printed.
    type Published = (&'static str, u32, [(f64, f64); 5]);
    let published: [Published; 3] = [
        ("p2psim", 1740, [(0.46, 0.006), (80.6, 0.051), (91.9, 0.051), (203.0, 0.51), (666.0, 0.51)]),
        ("meridian", 2500, [(0.9, 0.051), (58.7, 0.051), (78.6, 0.051), (223.0, 0.51), (1289.0, 0.51)]),
        ("harvard", 226, [(1.3, 0.051), (121.0, 0.51), (155.0, 0.51), (375.0, 0.51), (672.0, 0.51)]),
    ];
    for (name, rows, expected) in published {
        let Some(file) = data(&format!("latency-vivaldi-coords/median_{name}.syscoord")) else { return };
        let coordinates = Coordinates::new(&file, CoordinateFormat::Vivaldi, MatrixKind::OneWay);
        let set = coordinates.parse(&fs_err::read(&file).unwrap()).unwrap();
        assert_eq!((set.rows(), set.dimensions()), (rows, 2), "{name}");
        for (found, (expected, tolerance)) in spread(&set).into_iter().zip(expected) {
            near(found, expected, tolerance, name);
        }
        // Hosts on all rows: the least latency is known exactly.
        let topology = Model::Coordinates(coordinates).build(Seeds::new(1, 0)).unwrap();
        let underlay = topology.attach(rows, &Attachment::default(), Seeds::new(1, 0)).unwrap();
        let pairs = (0..rows).flat_map(|a| (0..a).map(move |b| (HostId(a), HostId(b))));
        assert_eq!(underlay.minimum(), pairs.map(|(a, b)| underlay.latency(a, b)).min().unwrap(), "{name}");
    }
}

#[test]
fn oversim_nodes_are_as_far_apart_as_their_readme_says() {
    let Some(file) = data("latency-oversim-skitter-coords/nodes_2d_15000.xml.gz") else { return };
    let coordinates = Coordinates::new(&file, CoordinateFormat::Oversim, MatrixKind::OneWay);
    let set = coordinates.parse(&fs_err::read(&file).unwrap()).unwrap();
    assert_eq!((set.rows(), set.dimensions()), (15_000, 2));
    // As there, over 400,000 random pairs: standard errors of about 0.1 for the median and the mean, 0.3 for p95.
    let mut stream = Seeds::new(1, 0).stream(Purpose::Underlay, 1, 0);
    let mut spans: Vec<f64> = (0..400_000)
        .map(|_| (stream.below(15_000) as u32, stream.below(15_000) as u32))
        .filter(|(from, to)| from != to)
        .map(|(from, to)| set.latency(from, to).as_millis_f64())
        .collect();
    spans.sort_by(f64::total_cmp);
    near(spans[spans.len() / 2], 69.8, 0.5, "median");
    near(spans.iter().sum::<f64>() / spans.len() as f64, 78.7, 0.5, "mean");
    near(spans[spans.len() * 95 / 100], 179.6, 1.2, "p95");
}

#[test]
fn cities_make_a_sphere() {
    let Some(file) = data("geo-cities-geonames/cities15000.csv.gz") else { return };
    let places = Places { weight: Some("population".to_owned()), ..Places::new(&file) };
    let list = places.parse(&fs_err::read(&file).unwrap()).unwrap();
    assert_eq!(list.len(), 34_006);
    let model = Model::Sphere(Sphere { places: Some(places), ..Sphere::default() });
    let underlay =
        model.build(Seeds::new(1, 0)).unwrap().attach(2_000, &Attachment::default(), Seeds::new(1, 0));
    let picture = underlay.unwrap().picture().unwrap();
    assert!(picture.geographic);
    // Nine people in ten live north of the equator; of 2,000 draws a standard deviation of 0.7 points.
    let north = picture.nodes.iter().filter(|node| node.y > 0.0).count();
    assert!((1_680..1_920).contains(&north), "{north}");
}
