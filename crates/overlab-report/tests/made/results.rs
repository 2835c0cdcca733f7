//! Made-up results that look like real ones: what the tests draw. Every number follows from the arguments.

use overlab_report::Results;
use overlab_schema::{
    Citation, Distributions, DistributionsPoint, Effect, EventEffects, EventMark, HopShare, InputFile,
    Machine, Manifest, ManifestRun, Methods, Metric, NodeKind, Phase, PictureNode, QuantileBand, Replay,
    ReplayAnswer, ReplayLookup, ReplayPeer, ReplayPoint, ReplayRun, ReplaySession, SeriesRow, Summary,
    SummaryPoint, TimeSeries, UnderlayPicture,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A sequence of numbers between 0 and 1 that looks random enough for pictures.
#[derive(Debug)]
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1u64 << 31) as f64
    }
}

/// What to make.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) name: String,
    pub(crate) overlays: Vec<String>,
    pub(crate) replications: u32,
    /// Values of `churn.session.weibull.mean`; one or none is no sweep.
    pub(crate) sweep: Vec<Value>,
    pub(crate) events: Vec<(String, f64)>,
    /// Success is exactly 1 throughout.
    pub(crate) perfect: bool,
    /// What latencies are multiplied with.
    pub(crate) factor: f64,
}

impl Wish {
    pub(crate) fn plain(overlays: &[&str]) -> Self {
        Self {
            name: "dht-under-churn".into(),
            overlays: overlays.iter().map(|label| (*label).to_owned()).collect(),
            replications: 10,
            sweep: vec![],
            events: vec![("crash 30 %".into(), 1800.0)],
            perfect: false,
            factor: 1.0,
        }
    }
}

const PATH: &str = "churn.session.weibull.mean";
const BIN: f64 = 60.0;
const MEASURE: f64 = 3600.0;

pub(crate) fn metric(unit: &str, mean: f64, half: f64, n: u32) -> Metric {
    Metric {
        unit: unit.into(),
        n,
        mean: Some(mean),
        ci95: (n > 1).then_some([mean - half, mean + half]),
        min: Some(mean * 0.1),
        p50: Some(mean * 0.9),
        p90: Some(mean * 1.9),
        p95: Some(mean * 2.3),
        p99: Some(mean * 3.4),
        max: Some(mean * 9.0),
        stationary: Some(true),
        ..Metric::default()
    }
}

pub(crate) fn results(wish: &Wish) -> Results {
    let mut noise = Noise(7);
    let swept = wish.sweep.len() > 1;
    let points: Vec<BTreeMap<String, Value>> = if swept {
        wish.sweep.iter().map(|value| [(PATH.to_owned(), value.clone())].into()).collect()
    } else {
        vec![BTreeMap::new()]
    };
    let mut results = Results {
        reproduction: None,
        summary: Summary {
            scenario: wish.name.clone(),
            seed: 1,
            digest: "6f0c4f0e9a7be2d35f8a1d7742c0b9aa".into(),
            measure_s: MEASURE,
            events: wish
                .events
                .iter()
                .map(|(name, at_s)| EventMark { name: name.clone(), at_s: *at_s })
                .collect(),
            warnings: vec!["Kademlia: 0.3 % of messages were faster than the lookahead".into()],
            points: vec![],
        },
        series: TimeSeries { sweep: if swept { vec![PATH.to_owned()] } else { vec![] }, rows: vec![] },
        distributions: Distributions::default(),
        underlay: underlay(&mut noise, 40, 100),
        manifest: manifest(wish),
        cost: overlab_schema::CostStudy::default(),
        replay: Replay::default(),
        methods: methods(wish),
        scenario: format!(
            "{{\n  \"version\": 1,\n  \"name\": {},\n  \"description\": \"Chord against Kademlia while sessions get shorter: who still answers, how fast, and at what price?\",\n  \"seed\": 1\n}}\n",
            json!(wish.name)
        ),
    };
    for (place, parameters) in points.iter().enumerate() {
        for (index, overlay) in wish.overlays.iter().enumerate() {
            let level = 1.0 + 0.35 * index as f64;
            let stress = 1.0 / (1.0 + place as f64);
            results.summary.points.push(point(wish, overlay, index, parameters, stress, level));
            results.distributions.points.push(distribution(wish, overlay, parameters, level));
            series(wish, overlay, parameters, (level, stress), &mut noise, &mut results.series.rows);
        }
    }
    results
}

fn methods(wish: &Wish) -> Methods {
    Methods {
        findings: vec![format!("{} is made up", wish.overlays[0])],
        paragraphs: vec!["Simulated with care. Nobody was harmed.".into()],
        citations: vec![Citation {
            of: "Chord".into(),
            reference: "Stoica et al., 2003".into(),
            bibtex: "@article{stoica2003chord,\n  title = {Chord}\n}".into(),
        }],
    }
}

/// A recorded run: every third peer comes and goes, and every peer asks once.
pub(crate) fn replay(overlay: &str, noise: &mut Noise, geographic: bool) -> ReplayPoint {
    let place = |noise: &mut Noise| {
        let (x, y) = (noise.next(), noise.next());
        Some(if geographic { (x * 340.0 - 170.0, y * 120.0 - 50.0) } else { (x, y) })
    };
    let peer = |peer: u32, noise: &mut Noise| {
        let session =
            |up_s, joined_s, down_s, key| ReplaySession { up_s, joined_s: Some(joined_s), down_s, key };
        let key = noise.next();
        let half = 3600.0 * noise.next();
        let sessions = if peer.is_multiple_of(3) {
            vec![session(-100.0, -90.0, Some(half), key), session(half + 60.0, half + 90.0, None, key)]
        } else {
            vec![session(-500.0, -480.0, None, key)]
        };
        ReplayPeer { peer, place: place(noise), sessions }
    };
    let peers: Vec<ReplayPeer> = (0..120).map(|number| peer(number, noise)).collect();
    let lookups = (0..240).map(|number| {
        let answered = number % 7 != 0;
        let key = noise.next();
        ReplayLookup {
            origin: number % 120,
            number,
            key,
            issued_s: 15.0 * f64::from(number),
            latency_ms: answered.then_some(412.5),
            hops: answered.then_some(5),
            timeouts: 0,
            answer: answered.then(|| ReplayAnswer {
                peer: 7,
                key: (key + 0.001).min(0.999),
                place: place(noise),
            }),
            outcome: if answered { "correct".into() } else { "stale_entry".into() },
        }
    });
    let lookups = lookups.collect();
    ReplayPoint {
        overlay: overlay.into(),
        parameters: BTreeMap::new(),
        run: ReplayRun { pool: 4000, geographic, peers, lookups },
    }
}

fn point(
    wish: &Wish,
    overlay: &str,
    index: usize,
    parameters: &BTreeMap<String, Value>,
    stress: f64,
    level: f64,
) -> SummaryPoint {
    let n = wish.replications;
    let success = if wish.perfect { 1.0 } else { 1.0 - 0.04 * level * stress };
    let half = if wish.perfect { 0.0 } else { 0.004 * level };
    let bytes = 12.0 * level * (1.0 + stress);
    let mut metrics: BTreeMap<String, Metric> = [
        ("lookup.success_ratio", metric("1", success, half, n)),
        ("lookup.correct_ratio", metric("1", success * if wish.perfect { 1.0 } else { 0.99 }, half * 1.2, n)),
        ("lookup.latency_ms", metric("ms", 310.0 * level * wish.factor, 8.3 * wish.factor, n)),
        ("lookup.hops", metric("1", 5.2 / level, 0.04, n)),
        ("lookup.failures.timeout", metric("1", 0.031 * stress, 0.002, n)),
        ("lookup.failures.stale_entry", metric("1", 0.0041 * stress, 0.0004, n)),
        ("traffic.bytes_per_peer_per_s", metric("B/s", bytes, bytes * 0.05, n)),
        ("traffic.bytes_per_peer_per_s.maintenance", metric("B/s", bytes * 0.6, 0.4, n)),
        ("traffic.bytes_per_peer_per_s.lookup", metric("B/s", bytes * 0.3, 0.2, n)),
        ("traffic.bytes_per_peer_per_s.join", metric("B/s", bytes * 0.08, 0.1, n)),
        ("traffic.bytes_per_peer_per_s.application", metric("B/s", bytes * 0.02, 0.1, n)),
        ("state.contacts_per_peer", metric("1", 24.0 * level, 0.2, n)),
    ]
    .map(|(name, metric)| (name.to_owned(), metric))
    .into();
    if index == 1 {
        metrics.get_mut("lookup.latency_ms").unwrap().stationary = Some(false);
    }
    let phase =
        |name: &str, from_s, to_s| Phase { name: name.into(), from_s, to_s, metrics: metrics.clone() };
    let mut phases = vec![];
    let mut opened = ("start".to_owned(), 0.0);
    for (name, at) in &wish.events {
        phases.push(phase(&opened.0, opened.1, *at));
        opened = (format!("after {name}"), *at);
    }
    phases.push(phase(&opened.0, opened.1, MEASURE));
    let effect = Effect {
        depth: metric("1", 0.31, 0.02, n),
        recovery_s: metric("s", 140.0, 22.0, n),
        lost: metric("s", 17.5, 2.1, n),
    };
    let effects = wish.events.iter().map(|(event, _)| EventEffects {
        event: event.clone(),
        effects: [("lookup.success_ratio".to_owned(), effect.clone())].into(),
    });
    SummaryPoint {
        overlay: overlay.into(),
        algorithm: if index.is_multiple_of(2) { "chord".into() } else { "kademlia".into() },
        parameters: parameters.clone(),
        replications: n,
        digest: format!("{index:016x}"),
        metrics,
        phases,
        event_effects: effects.collect(),
        ..SummaryPoint::default()
    }
}

fn distribution(
    wish: &Wish,
    overlay: &str,
    parameters: &BTreeMap<String, Value>,
    level: f64,
) -> DistributionsPoint {
    let banded = wish.replications > 1;
    let latency = (0..=200).map(|step| {
        let quantile = f64::from(step) / 200.0;
        let inner = quantile.clamp(0.002, 0.998);
        // Log-logistic: a body around the median and a heavy tail.
        let value = 240.0 * level * wish.factor * (inner / (1.0 - inner)).powf(0.38);
        let half = value * 0.05 * (1.0 + quantile * quantile * 2.0);
        QuantileBand {
            quantile,
            value,
            lo: banded.then_some(value - half),
            hi: banded.then_some(value + half),
        }
    });
    let mean = 5.2 / level;
    let mut mass = (-mean).exp();
    let hops = (0..18u32).map(|hops| {
        let share = mass;
        mass *= mean / f64::from(hops + 1);
        let half = 0.02 * share.sqrt();
        HopShare {
            hops,
            share,
            lo: banded.then_some((share - half).max(0.0)),
            hi: banded.then_some(share + half),
        }
    });
    DistributionsPoint {
        overlay: overlay.into(),
        parameters: parameters.clone(),
        latency_ms: latency.collect(),
        hops: hops.collect(),
    }
}

fn series(
    wish: &Wish,
    overlay: &str,
    parameters: &BTreeMap<String, Value>,
    (level, stress): (f64, f64),
    noise: &mut Noise,
    rows: &mut Vec<SeriesRow>,
) {
    let sweep: Vec<String> = parameters.values().map(TimeSeries::sweep_text).collect();
    for replication in 0..wish.replications {
        for bin in -5..=60 {
            let time_s = f64::from(bin) * BIN;
            let since = wish.events.iter().map(|event| time_s - event.1).filter(|since| *since > 0.0);
            let hit: f64 = since.map(|since| (-since / (240.0 * level)).exp()).fold(0.0, f64::max);
            let wiggle = noise.next() - 0.5;
            let success = if wish.perfect {
                1.0
            } else {
                (1.0 - 0.03 * level * stress - 0.3 * hit + 0.03 * wiggle).min(1.0)
            };
            let correct = if wish.perfect { 1.0 } else { success * (0.995 - 0.02 * noise.next()) };
            let latency = (310.0 * level * (1.0 + 0.8 * hit) + 60.0 * wiggle) * wish.factor;
            let live = 2000.0 - 600.0 * hit + 40.0 * (noise.next() - 0.5);
            let values = [
                ("lookup.success_ratio", success),
                ("lookup.correct_ratio", correct),
                ("lookup.latency_ms", latency),
                ("peers.live", live),
            ];
            rows.extend(values.map(|(metric, value)| SeriesRow {
                time_s,
                overlay: overlay.into(),
                sweep: sweep.clone(),
                replication,
                metric: metric.into(),
                value,
            }));
        }
    }
}

/// Domains of routers in the plane, joined in a ring.
pub(crate) fn underlay(noise: &mut Noise, domains: u32, each: u32) -> UnderlayPicture {
    let mut picture = UnderlayPicture {
        model: "transit_stub".into(),
        statistics: [
            ("hosts", 2000.0),
            ("latency_ms.p50", 83.25),
            ("links", 4120.0),
            ("routers", 4040.0),
            ("triangle_violations_ratio", 0.0),
        ]
        .map(|(name, value)| (name.to_owned(), Some(value)))
        .into(),
        ..UnderlayPicture::default()
    };
    for domain in 0..domains {
        let hub = picture.nodes.len() as u32;
        let (x, y) = (0.1 + 0.8 * noise.next(), 0.1 + 0.8 * noise.next());
        picture.nodes.push(PictureNode { x, y, kind: NodeKind::Transit });
        for stub in 0..each {
            let (dx, dy) = (noise.next() - 0.5, noise.next() - 0.5);
            picture.nodes.push(PictureNode { x: x + 0.12 * dx, y: y + 0.12 * dy, kind: NodeKind::Stub });
            let before = if stub % 10 == 0 { hub } else { hub + stub };
            picture.edges.push((before, hub + stub + 1));
        }
        if domain > 0 {
            picture.edges.push((hub - each - 1, hub));
        }
    }
    picture
}

fn manifest(wish: &Wish) -> Manifest {
    Manifest {
        version: "0.1.0".into(),
        revision: Some("4d1f0c9".into()),
        command: vec!["overlab".into(), "run".into(), "scenarios/quickstart.json".into()],
        machine: Machine {
            system: "linux".into(),
            architecture: "x86_64".into(),
            processor: Some("Example CPU @ 2.6 GHz".into()),
            cores: 2,
            memory_bytes: Some(8 << 30),
        },
        threads: 2,
        started: "2026-01-02T03:04:05Z".into(),
        wall_s: 41.3,
        events: 123_456_789,
        events_per_s: 2_989_268.5,
        messages: 98_765_432,
        messages_per_s: 2_391_414.8,
        peak_rss_bytes: Some(230 << 20),
        bytes_per_peer: Some(812.5),
        inputs: vec![InputFile { name: "kdl.graphml".into(), bytes: 1_234_567, blake3: "ab".repeat(32) }],
        runs: wish
            .overlays
            .iter()
            .map(|overlay| ManifestRun {
                digests: BTreeMap::new(),
                overlay: overlay.clone(),
                replications: wish.replications,
                wall_s: 20.6,
                events: 61_728_394,
                events_per_s: 2_989_268.5,
                ..ManifestRun::default()
            })
            .collect(),
    }
}
