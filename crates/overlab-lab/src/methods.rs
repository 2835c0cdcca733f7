//! How an experiment came about, in the words of a paper's section on methods, and what to cite for it.

use crate::compare::{Question, compare};
use crate::experiment::Experiment;
use crate::ground::Plan;
use overlab_schema::scenario::{
    Churn, ChurnSource, Pairs, Scenario, SpanLaw, Start, StaticKeyRouting, Target, Underlay, Workload,
};
use overlab_schema::{Citation, ComparisonRow, Methods, Stopped, Summary, TimeSeries};
use std::path::Path;

/// At most so many findings: of more, the rest is for `overlab compare`.
const FINDINGS: usize = 12;
/// With more overlays than this, all are compared with the first instead of each other.
const EACH_OTHER: usize = 3;

/// What a comparison of the overlays in a folder says of the headline metrics; nothing where there is a single overlay, a
/// sweep, or not two replications.
pub(crate) fn findings(experiment: &Experiment, folder: &Path) -> Vec<String> {
    let [point] = experiment.points.as_slice() else { return Vec::new() };
    let overlays = &point.scenario.overlays;
    if overlays.len() < 2 {
        return Vec::new();
    }
    let baseline = (overlays.len() > EACH_OTHER).then(|| overlays[0].label().to_owned());
    let question = Question { baseline, ..Question::default() };
    let Ok(comparison) = compare(&[folder.to_owned()], &question) else { return Vec::new() };
    comparison.rows.iter().take(FINDINGS).map(finding).collect()
}

fn finding(row: &ComparisonRow) -> String {
    let ComparisonRow { metric, subject, reference, verdict, n, p_holm, .. } = row;
    if !row.outcome.shown() {
        return format!("{metric}: {} against {}: {verdict}.", subject.overlay, reference.overlay);
    }
    let p = if *p_holm < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p_holm:.3}") };
    let paired = if row.paired { "paired, " } else { "" };
    format!("{metric}: {verdict} ({paired}n = {n}, {p}).")
}

/// `methods.json`, as far as it follows from the scenario; `findings` are sentences on the results.
pub(crate) fn methods(
    experiment: &Experiment,
    plans: &[Plan],
    (summary, findings): (&Summary, Vec<String>),
    version: &str,
) -> Methods {
    let scenario = experiment.points.first().map_or(&experiment.scenario, |point| &point.scenario);
    let setup =
        [network(scenario), population(scenario, plans.first()), overlays(experiment), workload(scenario)];
    let paragraphs = vec![
        format!("Simulated with Overlab {version}. {}", setup.concat()),
        measurement(experiment, scenario, summary),
        statistics(summary),
    ];
    Methods { findings, paragraphs, citations: citations(experiment, scenario) }
}

fn network(scenario: &Scenario) -> String {
    let model = scenario.underlay.name().replace('_', " ");
    let routing = scenario
        .routing
        .map_or_else(String::new, |routing| format!(", routed by {}", format!("{routing:?}").to_lowercase()));
    let congestion =
        if scenario.congestion.is_some() { " Links between routers have capacities and queues." } else { "" };
    format!("The underlay is of the model \"{model}\"{routing}.{congestion} ")
}

fn population(scenario: &Scenario, plan: Option<&Plan>) -> String {
    let peers = &scenario.peers;
    let pool = plan.map_or(0, |plan| plan.pool);
    let live = peers.count.map_or_else(
        || format!("A pool of {pool} peers"),
        |count| format!("{count} peers are up on average, of a pool of {pool}"),
    );
    let start = match peers.start {
        Start::Converged => "their tables start converged",
        Start::Joins { .. } => "they join one after another by the protocol",
    };
    format!("{live}; {start}. {} ", scenario.churn.as_ref().map_or_else(|| "None leaves.".to_owned(), churn))
}

fn churn(churn: &Churn) -> String {
    match churn.source() {
        Some(ChurnSource::Laws { session, downtime }) => {
            let graceful = churn.graceful * 100.0;
            let goodbye = if graceful > 0.0 {
                format!("{graceful} % of those who leave say goodbye")
            } else {
                "peers leave without a word".to_owned()
            };
            format!("Sessions are {}, downtimes {}; {goodbye}.", law(session), law(downtime))
        }
        Some(ChurnSource::Trace(trace)) => format!("Sessions are those of the trace {}.", trace.file),
        None => String::new(),
    }
}

/// A law in words: "Weibull (shape 0.6) with mean 1h".
fn law(law: &SpanLaw) -> String {
    let mean = law.mean();
    match law {
        SpanLaw::Exponential { .. } => format!("exponential with mean {mean}"),
        SpanLaw::Weibull { shape, .. } => format!("Weibull (shape {shape}) with mean {mean}"),
        SpanLaw::Pareto { alpha, .. } => format!("shifted Pareto (exponent {alpha}) with mean {mean}"),
        SpanLaw::Lognormal { sigma, .. } => format!("lognormal (sigma {sigma}) with mean {mean}"),
        SpanLaw::Constant { .. } => format!("constant, {mean}"),
    }
}

fn overlays(experiment: &Experiment) -> String {
    let Some(point) = experiment.points.first() else { return String::new() };
    let overlays = point.scenario.overlays.iter().zip(&point.algorithms);
    let names = overlays.map(|(overlay, (entry, _))| {
        let (label, title) = (overlay.label(), entry.about.title);
        if label == title || label == entry.about.name {
            title.to_owned()
        } else {
            format!("{label} ({title})")
        }
    });
    let names: Vec<String> = names.collect();
    let together = if names.len() > 1 {
        " All meet the same underlay, sessions, keys, faults and requests (common random numbers), so their differences are paired."
    } else {
        ""
    };
    format!("On it run {}.{together} ", listed(&names))
}

fn workload(scenario: &Scenario) -> String {
    let lookups = match &scenario.workload {
        Workload::KeyRouting(lookups) => lookups,
        Workload::StaticKeyRouting(asked) => return analysis(asked),
    };
    format!(
        "Each live peer issues lookups at a rate of {}; one without an answer after {} has failed. An answer is correct if its peer \
         owned the key at some instant between issue and answer.",
        lookups.rate_per_peer, lookups.deadline
    )
}

fn analysis(asked: &StaticKeyRouting) -> String {
    let removed = asked.removed * 100.0;
    let pairs = match asked.pairs {
        Pairs::Sampled(pairs) => format!("{pairs} pairs drawn at random"),
        Pairs::All => "all pairs".to_owned(),
    };
    let ends = match asked.to {
        Target::Peers => "from survivors to survivors",
        Target::Keys => "from survivors to the surviving owners of random keys",
    };
    let neighbours = if asked.sequential_neighbours { "" } else { " Sequential neighbours are not used." };
    format!(
        "No message is sent: each peer is removed with probability {removed} % after the tables are built, nothing is \
         repaired, and paths are walked {ends}, {pairs} in each replication; each hop takes the best live entry that \
         brings the path on, and nobody goes back.{neighbours} "
    )
}

fn measurement(experiment: &Experiment, scenario: &Scenario, summary: &Summary) -> String {
    let found =
        || summary.points.iter().filter(|point| !point.detected.is_empty()).map(|point| point.warmup_s);
    let detected = match (found().flatten().reduce(f64::min), found().flatten().reduce(f64::max)) {
        (Some(least), Some(most)) => {
            let range = if least < most { format!("{least} to {most}") } else { most.to_string() };
            Some(format!("After a warm-up of {range} s, detected by MSER-5 (White, 1997) on pilots, "))
        }
        _ => None,
    };
    let fixed = || scenario.time.warmup().map(|warmup| format!("After a warm-up of {warmup}, "));
    let warmup = detected.or_else(fixed).unwrap_or_default();
    let mut text = format!("{warmup}{} of simulated time are measured.", scenario.time.measure);
    if warmup.is_empty() {
        text = format!("From the start, {text}");
    }
    if scenario.is_static() {
        text.clear();
    }
    for axis in &experiment.scenario.sweep.axes {
        let mut values: Vec<String> = Vec::new();
        for point in &experiment.points {
            let here = point.parameters.iter().filter(|(path, _)| *path == axis.path);
            for text in here.map(|(_, value)| TimeSeries::sweep_text(value)) {
                if !values.contains(&text) {
                    values.push(text);
                }
            }
        }
        text.push_str(&format!(" Varied is {}: {}.", axis.path, listed(&values)));
    }
    if !summary.events.is_empty() {
        let events: Vec<String> =
            summary.events.iter().map(|event| format!("{} at {} s", event.name, event.at_s)).collect();
        text.push_str(&format!(" In the measured period: {}.", listed(&events)));
    }
    text
}

fn statistics(summary: &Summary) -> String {
    let counts = || summary.points.iter().map(|point| point.replications);
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let n = if least == most { most.to_string() } else { format!("{least} to {most}") };
    let reached: Vec<_> = summary.points.iter().filter_map(|point| point.precision.as_ref()).collect();
    let ceiling = reached.iter().filter(|reached| reached.stopped == Stopped::Ceiling).count();
    let until = match reached.first() {
        None => String::new(),
        Some(first) => {
            let metrics: Vec<String> = first.relative_width.keys().cloned().collect();
            let all = if ceiling == 0 { "all" } else { "not all" };
            format!(
                " Replications were added until the intervals of {} were narrow enough, which {all} became.",
                listed(&metrics)
            )
        }
    };
    format!(
        "Each figure is the mean over n = {n} independent replications (seed {}), never over pooled operations.{until} Intervals \
         are 95 % confidence intervals over replications: by Student's t, and of shares of counted things by the method of Korn \
         and Graubard (1998). The digest over all events is {}.",
        summary.seed, summary.digest
    )
}

/// "a, b and c".
fn listed(items: &[String]) -> String {
    match items {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// What to cite for the algorithms and the underlay, each source once.
fn citations(experiment: &Experiment, scenario: &Scenario) -> Vec<Citation> {
    let mut citations: Vec<Citation> = Vec::new();
    let algorithms = experiment.points.iter().flat_map(|point| &point.algorithms);
    let algorithms = algorithms.map(|(entry, _)| Citation {
        of: entry.about.title.to_owned(),
        reference: entry.about.reference.to_owned(),
        bibtex: entry.about.bibtex.to_owned(),
    });
    for citation in algorithms.chain(underlay(&scenario.underlay)) {
        if !citations.contains(&citation) {
            citations.push(citation);
        }
    }
    citations
}

/// The source of a generator of underlays, where it has one.
fn underlay(underlay: &Underlay) -> Option<Citation> {
    let (of, reference, bibtex) = match underlay {
        Underlay::TransitStub(_) => (
            "transit-stub graphs",
            "Zegura, Calvert and Bhattacharjee, IEEE INFOCOM 1996",
            r"@inproceedings{zegura1996internetwork,
  author    = {Zegura, Ellen W. and Calvert, Kenneth L. and Bhattacharjee, Samrat},
  title     = {How to Model an Internetwork},
  booktitle = {Proceedings of IEEE INFOCOM '96},
  pages     = {594--602},
  year      = {1996},
  doi       = {10.1109/INFCOM.1996.493353}
}",
        ),
        Underlay::Waxman(_) => (
            "Waxman's random graphs",
            "Waxman, IEEE Journal on Selected Areas in Communications 6(9), 1988",
            r"@article{waxman1988routing,
  author  = {Waxman, Bernard M.},
  title   = {Routing of Multipoint Connections},
  journal = {IEEE Journal on Selected Areas in Communications},
  volume  = {6},
  number  = {9},
  pages   = {1617--1622},
  year    = {1988},
  doi     = {10.1109/49.12889}
}",
        ),
        Underlay::BarabasiAlbert(_) => (
            "preferential attachment",
            "Barabási and Albert, Science 286, 1999",
            r#"@article{barabasi1999emergence,
  author  = {Barab{\'a}si, Albert-L{\'a}szl{\'o} and Albert, R{\'e}ka},
  title   = {Emergence of Scaling in Random Networks},
  journal = {Science},
  volume  = {286},
  number  = {5439},
  pages   = {509--512},
  year    = {1999},
  doi     = {10.1126/science.286.5439.509}
}"#,
        ),
        Underlay::WattsStrogatz(_) => (
            "small-world graphs",
            "Watts and Strogatz, Nature 393, 1998",
            r"@article{watts1998collective,
  author  = {Watts, Duncan J. and Strogatz, Steven H.},
  title   = {Collective Dynamics of `Small-World' Networks},
  journal = {Nature},
  volume  = {393},
  pages   = {440--442},
  year    = {1998},
  doi     = {10.1038/30918}
}",
        ),
        _ => return None,
    };
    Some(Citation { of: of.to_owned(), reference: reference.to_owned(), bibtex: bibtex.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;
    use overlab_schema::{ComparisonOutcome, ComparisonSide, Document};

    const SCENARIO: &str = r#"{
        "version": 1, "name": "t", "time": { "measure": "10min" },
        "underlay": { "transit_stub": { "routers": 600 } }, "peers": { "count": 100 },
        "overlays": [ { "algorithm": { "chord": {} } }, { "label": "wide", "algorithm": { "kademlia": {} } } ],
        "workload": { "key_routing": {} },
        "churn": { "session": { "weibull": { "shape": 0.6, "mean": "1h" } }, "downtime": { "exponential": { "mean": "1h" } } },
        "sweep": { "overlays[0].algorithm.chord.successors": [4, 8] }
    }"#;

    #[test]
    fn the_methods_say_what_a_reader_needs_to_do_it_again() {
        let document = Document::parse("t.json", SCENARIO).unwrap();
        let experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
        let summary = Summary { seed: 7, digest: "d1".into(), ..Summary::default() };
        let methods = methods(&experiment, &[], (&summary, vec!["A finding.".into()]), "9.9");
        let text = methods.paragraphs.join(" ");
        for wanted in [
            "Overlab 9.9",
            "transit stub",
            "100 peers are up on average",
            "Weibull (shape 0.6) with mean 1h",
            "peers leave without a word",
            "Chord and wide (Kademlia)",
            "common random numbers",
            "1/min",
            "4s",
            "10min of simulated time",
            "overlays[0].algorithm.chord.successors: 4 and 8",
            "seed 7",
            "digest over all events is d1",
        ] {
            assert!(text.contains(wanted), "{wanted:?} is not in {text:?}");
        }
        let of: Vec<&str> = methods.citations.iter().map(|citation| citation.of.as_str()).collect();
        assert_eq!(of, ["Chord", "Kademlia", "transit-stub graphs"]);
        assert_eq!(methods.findings, ["A finding."]);
    }

    #[test]
    fn findings_name_what_was_compared_and_how_sure_that_is() {
        let side = |overlay: &str| ComparisonSide { overlay: overlay.into(), ..ComparisonSide::default() };
        let mut row = ComparisonRow {
            metric: "lookup.hops".into(),
            subject: side("A"),
            reference: side("B"),
            verdict: "A is 3 % lower than B, which is better".into(),
            n: 7,
            p_holm: 0.0123,
            paired: true,
            outcome: ComparisonOutcome::Better,
            ..ComparisonRow::default()
        };
        let shown = "lookup.hops: A is 3 % lower than B, which is better (paired, n = 7, p = 0.012).";
        assert_eq!(finding(&row), shown);
        row.outcome = ComparisonOutcome::NotShown;
        row.verdict = "no difference shown at n = 7".into();
        assert_eq!(finding(&row), "lookup.hops: A against B: no difference shown at n = 7.");
    }

    #[test]
    fn what_is_built_in_can_be_cited() {
        for entry in Registry::built_in().entries() {
            let bibtex = entry.about.bibtex;
            let name = entry.about.name;
            assert!(bibtex.starts_with('@') && bibtex.ends_with('}'), "{name}: {bibtex}");
            for key in ["author", "title", "year"] {
                assert!(bibtex.contains(&format!("\n  {key}")), "{name} has no {key}: {bibtex}");
            }
            let (open, close) = (bibtex.matches('{').count(), bibtex.matches('}').count());
            assert_eq!(open, close, "{name}: {bibtex}");
        }
    }
}
