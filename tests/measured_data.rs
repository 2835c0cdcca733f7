//! The simulator on measured data, where a folder of them is at hand: `OVERLAB_DATA`, else `shared/data` beside the
//! checkout.

#[allow(dead_code, reason = "every test uses its own part")]
#[path = "theory/trial.rs"]
mod trial;

use overlab_lab::{Experiment, Registry, RunOutcome};
use overlab_peer::{
    About, Audit, Candidates, Contact, Context, Converged, Key, KeyRouting, LiveKeys, Lookout, LookupMode,
    LookupStyle, ParameterError, Parameters, Protocol, Responsibility, Termination, space::RingSuccessor,
};
use overlab_schema::Document;
use overlab_time::Span;
use std::path::{Path, PathBuf};
use trial::{Trial, scenarios};

fn data(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("OVERLAB_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let found = folder.join(path);
    if !found.exists() {
        skipped();
        return None;
    }
    Some(found)
}

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn skipped() {
    eprintln!("skipped: no data folder");
}

fn value(run: &RunOutcome, metric: &str) -> f64 {
    run.metrics.get(metric).unwrap_or_else(|| panic!("the run has no {metric}")).mean
}

/// The scenario as it stands, shorter: under churn of an hour and with its default deadline of 4 s both overlays answer
/// nearly everything, at latencies of hundreds of milliseconds.
#[test]
fn chord_and_kademlia_run_on_the_planetlab_matrix() {
    let Some(folder) = data("latency-planetlab-490") else { return };
    let sets = ["time.measure=5min", "replications=1"];
    let trial = Trial::with("planetlab.json", &sets, &Registry::built_in(), Some(&folder));
    assert_eq!(trial.plans[0].pool, 490);
    for overlay in 0..trial.plans[0].scenario.overlays.len() {
        let run = trial.run_on((0, overlay, 0), 1, 1);
        let label = trial.plans[0].scenario.overlays[overlay].label();
        let (correct, latency) = (value(&run, "lookup.correct_ratio"), value(&run, "lookup.latency_ms"));
        assert!(correct > 0.95, "{label}: {correct}");
        assert!((100.0..1500.0).contains(&latency), "{label}: {latency} ms");
        // Availability is 3/4; 490 peers up or not have a standard deviation of 9.6, their mean over time a smaller one.
        assert!((value(&run, "peers.live") - 367.5).abs() < 39.0);
    }
    let names: Vec<&String> = trial.experiment.scenario.inputs.keys().collect();
    assert_eq!(names, ["PlanetLabData_1.gz"]);
}

/// Chord's fingers know nothing of latency, so every hop of an iterative lookup costs a round trip between two nodes taken at
/// random: 146.8 ms on average by the file's own statistics. Which nodes stand behind long arcs is the luck of 490 draws,
/// whose mean round trips differ by a half: a relative standard error of about 3 %; 10 % are three of it.
#[test]
fn latency_on_the_planetlab_matrix_is_hops_times_the_mean_round_trip() {
    let Some(folder) = data("latency-planetlab-490") else { return };
    let sets = [
        "time.warmup=1s",
        "time.measure=10min",
        "replications=3",
        "churn=null",
        "overlays[0].rpc.timeout=10s",
        "workload.key_routing.deadline=1min",
    ];
    let trial = Trial::with("planetlab.json", &sets, &Registry::built_in(), Some(&folder));
    let runs = trial.runs(0, 0);
    let mean = |metric| runs.iter().map(|run| value(run, metric)).sum::<f64>() / runs.len() as f64;
    assert_eq!(mean("lookup.correct_ratio"), 1.0);
    let ratio = mean("lookup.latency_ms") / mean("lookup.hops") / 146.8;
    assert!((ratio - 1.0).abs() < 0.10, "{ratio} of a mean round trip for each hop");
}

/// Networks of several sizes, located more or less; those in several parts are refused as a whole and run on their largest
/// part.
#[test]
fn networks_of_the_topology_zoo_carry_overlays() {
    let Some(folder) = data("topo-zoo/graphml") else { return };
    let mut refused = Vec::new();
    for name in ["Abilene", "Geant2012", "AttMpls", "Kdl", "Cogentco", "KentmanAug2005", "Nordu2010"] {
        let file = format!("underlay.graph.file={name}.graphml");
        let mut sets = vec![
            file.as_str(),
            "peers.count=60",
            "time.warmup=1min",
            "time.measure=2min",
            "replications=1",
            "overlays[1].algorithm.kademlia.refresh_interval=1min",
        ];
        let text = fs_err::read_to_string(scenarios().join("topology-zoo.json")).unwrap();
        let mut document = Document::parse("topology-zoo.json", &text).unwrap();
        for (number, set) in sets.iter().enumerate() {
            document.set(number + 1, set).unwrap();
        }
        let mut whole = Experiment::resolve(&document, &Registry::built_in()).unwrap();
        if let Err(error) = whole.plans(&scenarios(), Some(&folder)) {
            let error = error.to_string();
            assert!(error.contains("largest"), "{name}: the cure is not named: {error}");
            refused.push(name);
            sets.push("underlay.graph.component=largest");
        }
        let trial = Trial::with("topology-zoo.json", &sets, &Registry::built_in(), Some(&folder));
        for overlay in 0..2 {
            let run = trial.run_on((0, overlay, 0), 1, 1);
            // Nobody leaves and nothing is lost.
            assert_eq!(value(&run, "lookup.correct_ratio"), 1.0, "{name}, overlay {overlay}");
            // An iterative lookup goes to the owner and back, so at least the direct way.
            assert!(value(&run, "lookup.stretch_of_sums") >= 1.0 - 1e-9, "{name}, overlay {overlay}");
        }
    }
    assert_eq!(refused, ["KentmanAug2005", "Nordu2010"]);
}

/// Peers that are members at once and know nobody: a trace of all its hosts without an overlay.
#[derive(Debug)]
struct Hermit;

/// None.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoParameters {}

impl Parameters for NoParameters {
    fn check(&self) -> Result<(), ParameterError> {
        Ok(())
    }

    fn longest_period(&self) -> Span {
        Span::ZERO
    }
}

impl Protocol for Hermit {
    type Parameters = NoParameters;
    type Message = ();
    type Timer = ();

    const ABOUT: About = About {
        name: "hermit",
        title: "Hermit",
        summary: "Nobody talks to anybody.",
        reference: "none",
        bibtex: "",
    };

    fn new(_context: &mut Context<'_, Self>) -> Self {
        Self
    }

    fn join(&mut self, _bootstrap: &[Contact], context: &mut Context<'_, Self>) {
        context.joined();
    }

    fn receive(&mut self, _from: Contact, _message: (), _context: &mut Context<'_, Self>) {}

    fn wake(&mut self, _timer: (), _context: &mut Context<'_, Self>) {}
}

impl KeyRouting for Hermit {
    type Space = RingSuccessor;
    type Route = ();

    fn closest(&self, _key: Key, _route: &mut (), _context: &Lookout<'_, Self>, _out: &mut Candidates<'_>) {}

    fn responsible(&self, _key: Key, _route: &(), _context: &Lookout<'_, Self>) -> Responsibility {
        Responsibility::No
    }

    fn style(_parameters: &NoParameters) -> LookupStyle {
        LookupStyle {
            mode: LookupMode::Iterative,
            parallelism: 1,
            redundancy: 1,
            termination: Termination::Claim,
            acknowledge: true,
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.clear();
    }

    fn heap_bytes(&self) -> usize {
        0
    }
}

impl Converged for Hermit {
    fn converge(&mut self, _live: &LiveKeys<'_>, _context: &mut Context<'_, Self>) {}

    fn audit(&self, _live: &LiveKeys<'_>, _context: &Lookout<'_, Self>, _audit: &mut Audit) {}
}

const GNUTELLA: &str = r#"{
  "version": 1, "name": "gnutella",
  "time": { "warmup": "0s", "measure": "60h", "sample": "4h" },
  "underlay": { "constant": { "latency": "50ms" } },
  "peers": { "pool": 17125 },
  "overlays": [ { "algorithm": { "hermit": {} } } ],
  "workload": { "key_routing": { "rate_per_peer": "0/s" } },
  "churn": { "trace": { "file": "intervals_ip.gz", "unit": "s", "merge_gaps": "0s" } },
  "replications": 1
}"#;

/// All hosts of the trace (Saroiu, Gummadi, Gribble 2001) as peers: every four hours the number that its statistics give, host
/// by host, and their availability of 0.469 over the whole trace (three decimals; the run leaves out the last 40 minutes of
/// 61 hours, which can move it by 0.003 at most).
#[test]
fn the_gnutella_trace_has_its_published_population() {
    let Some(folder) = data("churn-gnutella-2001") else { return };
    const UP: [f64; 15] = [
        9126.0, 8886.0, 8170.0, 7049.0, 7038.0, 8057.0, 9021.0, 8557.0, 7878.0, 6717.0, 6625.0, 7752.0,
        8752.0, 8064.0, 7957.0,
    ];
    let registry = Registry::built_in().with(overlab_lab::entry!(Hermit));
    let run =
        |sets: &[&str]| Trial::written(GNUTELLA, sets, &registry, Some(&folder)).run_on((0, 0, 0), 1, 1);
    let plain = run(&[]);
    let up: Vec<f64> = plain.series["peers.live"].iter().map(|bin| bin.1).collect();
    assert_eq!(up, UP);
    let availability = value(&plain, "peers.live") / 17_125.0;
    assert!((availability - 0.469).abs() < 0.0035, "{availability}");
    // Gaps of one probing round closed: most of them are a little longer than 404 s, and 404.99 s are within the round. The
    // shares of time gained are the file's, computed by another program over the first 60 hours.
    for (gaps, expected) in [("404s", 1.004962), ("405s", 1.016362)] {
        let closed = run(&[&format!("churn.trace.merge_gaps={gaps}")]);
        assert!(closed.series["peers.live"].iter().zip(UP).all(|(bin, plain)| bin.1 >= plain));
        let gained = value(&closed, "peers.live") / value(&plain, "peers.live");
        assert!((gained - expected).abs() < 1e-6, "{gaps}: {gained}");
    }
}

/// Chord among a tenth of the hosts for six hours: the population is theirs, within what drawing them does. A host is up with
/// a probability of about a half, so 1,712 of 17,125 drawn without returning have a standard deviation of
/// sqrt(1712 x 0.25 x 0.9) = 20; two replications 14; four of these are 56.
#[test]
fn chord_lives_through_the_gnutella_trace() {
    let Some(folder) = data("churn-gnutella-2001") else { return };
    let sets = [
        "peers.pool=1712",
        "time.measure=5h",
        "time.sample=1h",
        r#"overlays=[{"algorithm":{"chord":{"stabilize_interval":"30s","fix_fingers_interval":"60s","check_predecessor_interval":"60s"}}}]"#,
        "workload.key_routing.rate_per_peer=6/h",
        "churn.trace.merge_gaps=404s",
        "replications=2",
    ];
    let chord = Trial::written(GNUTELLA, &sets, &Registry::built_in(), Some(&folder));
    let runs = chord.runs(0, 0);
    let at_four: f64 = runs.iter().map(|run| run.series["peers.live"][3].1).sum::<f64>() / 2.0;
    // 9,126 of all hosts, or up to two in a hundred more with short gaps closed.
    let expected = 9126.0 * 1.01 * 1712.0 / 17_125.0;
    assert!((at_four - expected).abs() <= 56.0 + 0.01 * expected, "{at_four} instead of {expected}");
    for run in &runs {
        assert!(value(run, "lookup.correct_ratio") > 0.95, "{:?}", run.metrics["lookup.correct_ratio"]);
        assert!(value(run, "lookup.issued") > 10_000.0);
    }
}
