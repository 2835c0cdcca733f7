//! From the outcomes of runs to the files of results.

use crate::experiment::Experiment;
use crate::metric::{METRICS, metric};
use crate::outcome::{EventEffect, RunOutcome};
use crate::sample::Sample;
use crate::statistics::{CONFIDENCE, Estimate, quantile, quantile_interval, share_interval, skewed_interval};
use crate::store::RunPlace;
use overlab_schema::scenario::Scenario;
use overlab_schema::{
    Distributions, DistributionsPoint, Effect, EventEffects, EventMark, HopShare, ManifestRun, Metric, Phase,
    QuantileBand, ReplicationRow, ReplicationTable, SeriesRow, Stopped, Summary, SummaryPoint, TimeSeries,
};
use overlab_time::Span;
use serde_json::Value;
use std::collections::BTreeMap;

/// The outcomes of all finished runs.
pub(crate) type Outcomes = BTreeMap<RunPlace, RunOutcome>;

/// The confidence at which the halves of the measured period must agree: with half a dozen headline metrics, 95 %
/// would cry wolf in every fourth stationary scenario.
const STATIONARY_CONFIDENCE: f64 = 0.99;

/// The finished replications of one overlay at one point.
fn replications(outcomes: &Outcomes, point: usize, overlay: usize) -> Vec<(u32, &RunOutcome)> {
    let first = RunPlace { point, overlay, replication: 0 };
    let last = RunPlace { point, overlay, replication: u32::MAX };
    outcomes.range(first..=last).map(|(place, outcome)| (place.replication, outcome)).collect()
}

/// Every overlay at every point, overlays innermost.
pub(crate) fn places(experiment: &Experiment) -> impl Iterator<Item = (usize, usize)> + '_ {
    experiment
        .points
        .iter()
        .enumerate()
        .flat_map(|(point, at)| (0..at.scenario.overlays.len()).map(move |overlay| (point, overlay)))
}

pub(crate) fn parameters(experiment: &Experiment, point: usize) -> BTreeMap<String, Value> {
    experiment.points[point].parameters.iter().cloned().collect()
}

/// `summary.json`.
pub(crate) fn summary(experiment: &Experiment, outcomes: &Outcomes) -> Summary {
    let scenario = &experiment.scenario;
    let mut warnings = experiment.findings.clone();
    let mut points: Vec<SummaryPoint> = Vec::new();
    for (point, overlay) in places(experiment) {
        let found = summary_point(experiment, outcomes, point, overlay);
        if found.replications > 0 {
            warnings.extend(ceiling(&experiment.points[point].scenario, &found));
            points.push(found);
        }
    }
    for (place, outcome) in outcomes {
        let overlay = experiment.points[place.point].scenario.overlays[place.overlay].label();
        for warning in &outcome.warnings {
            warnings.push(format!("{overlay}, replication {}: {warning}", place.replication));
        }
    }
    let digest = digest(points.iter().map(|point| point.digest.as_str()));
    Summary {
        scenario: scenario.name.clone(),
        seed: scenario.seed,
        digest,
        measure_s: scenario.time.measure.as_seconds(),
        events: scenario
            .moments()
            .into_iter()
            .map(|(name, at)| EventMark { name, at_s: at.as_seconds() })
            .collect(),
        warnings,
        points,
    }
}

/// Where replications ended before everything was as precise as it was to be.
fn ceiling(scenario: &Scenario, point: &SummaryPoint) -> Option<String> {
    let reached = point.precision.as_ref().filter(|reached| reached.stopped == Stopped::Ceiling)?;
    let wanted = scenario.replications.until()?.until.relative_width;
    let wide = reached.relative_width.iter().filter(|(_, width)| width.is_none_or(|width| width > wanted));
    let wide: Vec<String> = wide
        .map(|(metric, width)| match width {
            Some(width) => format!("{metric} has a relative width of {width:.3}"),
            None => format!("{metric} has no width"),
        })
        .collect();
    let at: Vec<String> = point
        .parameters
        .iter()
        .map(|(path, value)| format!(", {path} = {}", TimeSeries::sweep_text(value)))
        .collect();
    (!wide.is_empty()).then(|| {
        format!(
            "{}{}: not as precise as asked for after {} replications: {}, not {wanted}; raise replications.at_most",
            point.overlay,
            at.concat(),
            point.replications,
            wide.join(", ")
        )
    })
}

fn summary_point(experiment: &Experiment, outcomes: &Outcomes, point: usize, overlay: usize) -> SummaryPoint {
    let runs: Vec<&RunOutcome> =
        replications(outcomes, point, overlay).into_iter().map(|run| run.1).collect();
    let scenario = &experiment.points[point].scenario;
    let overlays = 0..scenario.overlays.len();
    let all: Vec<Vec<&RunOutcome>> = overlays
        .map(|overlay| replications(outcomes, point, overlay).into_iter().map(|run| run.1).collect())
        .collect();
    let precision = crate::precision::report(&experiment.points[point], &runs, &all);
    let mut metrics = aggregate(runs.iter().map(|run| &run.metrics));
    for (name, value) in &mut metrics {
        value.stationary = stationary(&runs, name);
    }
    let calendar = crate::ground::calendar(scenario);
    let second = |time: overlab_time::Time| time.since(calendar.from).as_seconds();
    let phases = calendar.phases.iter().enumerate().map(|(at, phase)| Phase {
        name: phase.name.clone(),
        from_s: second(phase.from),
        to_s: second(phase.to),
        metrics: aggregate(runs.iter().filter_map(|run| run.phases.get(at))),
    });
    let events = calendar.phases.iter().skip(1).enumerate();
    let event_effects = events.map(|(at, phase)| EventEffects {
        event: phase.name.strip_prefix("after ").unwrap_or(&phase.name).to_owned(),
        effects: effects(&runs, at),
    });
    SummaryPoint {
        overlay: scenario.overlays[overlay].label().to_owned(),
        algorithm: scenario.overlays[overlay].algorithm.name.clone(),
        parameters: parameters(experiment, point),
        replications: runs.len() as u32,
        warmup_s: scenario.time.warmup().map(Span::as_seconds),
        detected: experiment.points[point].starts.clone(),
        precision,
        digest: digest(runs.iter().map(|run| run.digest.as_str())),
        metrics,
        phases: phases.collect(),
        event_effects: event_effects.collect(),
    }
}

/// One digest over several, in their order.
pub(crate) fn digest<'a>(digests: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for digest in digests {
        hasher.update(digest.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

fn aggregate<'a>(runs: impl Iterator<Item = &'a BTreeMap<String, Sample>>) -> BTreeMap<String, Metric> {
    let runs: Vec<_> = runs.collect();
    let mut names: Vec<&String> = runs.iter().flat_map(|run| run.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            let samples: Vec<Sample> = runs.iter().filter_map(|run| run.get(name)).copied().collect();
            (name.clone(), combine(name, &samples))
        })
        .collect()
}

/// One metric over replications. Percentiles of a distribution are the mean over replications of each replication's
/// own; the percentiles of a single value are those over the replications.
pub(crate) fn combine(name: &str, samples: &[Sample]) -> Metric {
    let unit = metric(name).map_or("1", |entry| entry.unit);
    let means: Vec<f64> = samples.iter().map(|sample| sample.mean).collect();
    let mut combined = of_values(unit, &means);
    if let Some(interval) = of_shares(samples) {
        combined.ci95 = interval;
    }
    let spreads: Vec<[f64; 6]> = samples.iter().filter_map(|sample| sample.spread).collect();
    if !spreads.is_empty() {
        let mean =
            |at: usize| Some(spreads.iter().map(|spread| spread[at]).sum::<f64>() / spreads.len() as f64);
        combined.min = spreads.iter().map(|spread| spread[0]).reduce(f64::min);
        combined.p50 = mean(1);
        combined.p90 = mean(2);
        combined.p95 = mean(3);
        combined.p99 = mean(4);
        combined.max = spreads.iter().map(|spread| spread[5]).reduce(f64::max);
        let interval = |at: usize| {
            let values: Vec<f64> = spreads.iter().map(|spread| spread[at]).collect();
            skewed_interval(&values, CONFIDENCE)
        };
        [combined.p50_ci95, combined.p90_ci95, combined.p95_ci95, combined.p99_ci95] =
            [1, 2, 3, 4].map(interval);
    }
    combined
}

/// The interval of what is a share of counted things in every replication; nothing where it is none.
pub(crate) fn of_shares(samples: &[Sample]) -> Option<Option<[f64; 2]>> {
    let shares: Option<Vec<(f64, u64)>> =
        samples.iter().map(|sample| Some((sample.mean, sample.whole?))).collect();
    shares.map(|shares| share_interval(&shares, CONFIDENCE))
}

pub(crate) fn of_values(unit: &str, values: &[f64]) -> Metric {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let estimate = Estimate::of(values);
    Metric {
        unit: unit.to_owned(),
        n: values.len() as u32,
        mean: estimate.map(|estimate| estimate.mean),
        ci95: estimate.and_then(|estimate| estimate.interval()),
        min: sorted.first().copied(),
        p50: quantile(&sorted, 0.5),
        p90: quantile(&sorted, 0.9),
        p95: quantile(&sorted, 0.95),
        p99: quantile(&sorted, 0.99),
        max: sorted.last().copied(),
        p50_ci95: quantile_interval(&sorted, 0.5, CONFIDENCE),
        p90_ci95: quantile_interval(&sorted, 0.9, CONFIDENCE),
        p95_ci95: quantile_interval(&sorted, 0.95, CONFIDENCE),
        p99_ci95: quantile_interval(&sorted, 0.99, CONFIDENCE),
        stationary: None,
    }
}

/// Whether the two halves of the measured period agree: the interval of their paired difference holds zero.
pub(crate) fn stationary(runs: &[&RunOutcome], name: &str) -> Option<bool> {
    let differences: Vec<f64> =
        runs.iter().filter_map(|run| run.halves.get(name)).map(|[first, second]| second - first).collect();
    let half = Estimate::with_confidence(&differences, STATIONARY_CONFIDENCE)?;
    // Halves that differ by nothing at all have an interval of no width.
    half.half_width.map(|width| half.mean.abs() <= width)
}

fn effects(runs: &[&RunOutcome], event: usize) -> BTreeMap<String, Effect> {
    let mut by_metric: BTreeMap<&String, Vec<EventEffect>> = BTreeMap::new();
    for effects in runs.iter().filter_map(|run| run.effects.get(event)) {
        for (name, effect) in effects {
            by_metric.entry(name).or_default().push(*effect);
        }
    }
    by_metric
        .into_iter()
        .map(|(name, effects)| {
            let unit = metric(name).map_or("1", |entry| entry.unit);
            let values =
                |of: fn(&EventEffect) -> Option<f64>| effects.iter().filter_map(of).collect::<Vec<f64>>();
            let lost = if unit == "1" { "s".to_owned() } else { format!("{unit} s") };
            let effect = Effect {
                depth: of_values(unit, &values(|effect| Some(effect.depth))),
                recovery_s: of_values("s", &values(|effect| effect.recovery_s)),
                lost: of_values(&lost, &values(|effect| Some(effect.lost))),
            };
            (name.clone(), effect)
        })
        .collect()
}

/// `distributions.json`.
pub(crate) fn distributions(experiment: &Experiment, outcomes: &Outcomes) -> Distributions {
    let points = places(experiment).filter_map(|(point, overlay)| {
        let runs: Vec<&RunOutcome> =
            replications(outcomes, point, overlay).into_iter().map(|run| run.1).collect();
        (!runs.is_empty()).then(|| DistributionsPoint {
            overlay: experiment.points[point].scenario.overlays[overlay].label().to_owned(),
            parameters: parameters(experiment, point),
            latency_ms: latency(&runs),
            hops: hops(&runs),
        })
    });
    Distributions { points: points.collect() }
}

fn latency(runs: &[&RunOutcome]) -> Vec<QuantileBand> {
    let runs: Vec<&Vec<f64>> =
        runs.iter().map(|run| &run.latency_quantiles).filter(|quantiles| !quantiles.is_empty()).collect();
    let steps = runs.first().map_or(0, |run| run.len());
    (0..steps)
        .filter_map(|at| {
            let values: Vec<f64> = runs.iter().map(|run| run[at]).collect();
            let estimate = Estimate::of(&values)?;
            let [lo, hi] = estimate.interval().map_or([None, None], |[lo, hi]| [Some(lo), Some(hi)]);
            Some(QuantileBand { quantile: at as f64 / (steps - 1) as f64, value: estimate.mean, lo, hi })
        })
        .collect()
}

fn hops(runs: &[&RunOutcome]) -> Vec<HopShare> {
    let longest = runs.iter().filter_map(|run| run.hops.keys().next_back()).max();
    let shares = |hops: u32| {
        let share = |run: &&RunOutcome| {
            let total: u64 = run.hops.values().sum();
            Sample::ratio(*run.hops.get(&hops).unwrap_or(&0), total)
        };
        runs.iter().filter_map(share).collect::<Vec<Sample>>()
    };
    longest.map_or_else(Vec::new, |longest| {
        (0..=*longest)
            .filter_map(|hops| {
                let shares = shares(hops);
                let values: Vec<f64> = shares.iter().map(|share| share.mean).collect();
                let share = Estimate::of(&values)?.mean;
                let [lo, hi] = of_shares(&shares).flatten().map_or([None, None], |ends| ends.map(Some));
                Some(HopShare { hops, share, lo, hi })
            })
            .collect()
    })
}

/// `replications.csv`: what every mean and interval of the summary is made of.
pub(crate) fn replication_table(experiment: &Experiment, outcomes: &Outcomes) -> ReplicationTable {
    let sweep: Vec<String> = experiment.scenario.sweep.axes.iter().map(|axis| axis.path.clone()).collect();
    let mut rows = Vec::new();
    for (place, outcome) in outcomes {
        let point = &experiment.points[place.point];
        let values: Vec<String> =
            point.parameters.iter().map(|(_, value)| TimeSeries::sweep_text(value)).collect();
        let phases = crate::ground::calendar(&point.scenario).phases;
        // The only phase is the whole.
        let cut = outcome.phases.iter().zip(&phases).filter(|_| phases.len() > 1);
        let cut = cut.map(|(metrics, phase)| (phase.name.as_str(), metrics));
        for (phase, metrics) in std::iter::once(("", &outcome.metrics)).chain(cut) {
            rows.extend(catalogued(metrics).map(|(name, sample)| ReplicationRow {
                overlay: point.scenario.overlays[place.overlay].label().to_owned(),
                sweep: values.clone(),
                replication: place.replication,
                phase: phase.to_owned(),
                metric: name.clone(),
                unit: metric(name).map_or("1", |entry| entry.unit).to_owned(),
                value: sample.mean,
                spread: sample.spread,
            }));
        }
    }
    ReplicationTable { sweep, rows }
}

/// What belongs to metrics in the order of their catalogue, families by name.
fn catalogued<V>(by_name: &BTreeMap<String, V>) -> impl Iterator<Item = (&String, &V)> {
    METRICS.iter().flat_map(move |entry| {
        let family = entry.name.ends_with('.');
        by_name.iter().filter(
            move |(name, _)| {
                if family { name.starts_with(entry.name) } else { *name == entry.name }
            },
        )
    })
}

/// `timeseries.csv`.
pub(crate) fn time_series(experiment: &Experiment, outcomes: &Outcomes) -> TimeSeries {
    let sweep: Vec<String> = experiment.scenario.sweep.axes.iter().map(|axis| axis.path.clone()).collect();
    let mut rows = Vec::new();
    for (place, outcome) in outcomes {
        let point = &experiment.points[place.point];
        let values: Vec<String> =
            point.parameters.iter().map(|(_, value)| TimeSeries::sweep_text(value)).collect();
        for (metric, bins) in catalogued(&outcome.series) {
            for (time_s, value) in bins {
                rows.push(SeriesRow {
                    time_s: *time_s,
                    overlay: point.scenario.overlays[place.overlay].label().to_owned(),
                    sweep: values.clone(),
                    replication: place.replication,
                    metric: metric.clone(),
                    value: *value,
                });
            }
        }
    }
    TimeSeries { sweep, rows }
}

/// `lookups.csv`, where any run kept its lookups.
pub(crate) fn lookups(experiment: &Experiment, outcomes: &Outcomes) -> Option<String> {
    let mut text = String::new();
    let axes = experiment.scenario.sweep.axes.iter().map(|axis| axis.path.as_str());
    let head = ["overlay"].into_iter().chain(axes).chain(["replication"]);
    let head = head.chain(crate::key_routing::COLUMNS).chain(["lookup"]);
    overlab_schema::write_csv_record(&mut text, head);
    let mut any = false;
    for (place, outcome) in outcomes {
        let Some(rows) = &outcome.lookups else { continue };
        any = true;
        let point = &experiment.points[place.point];
        let values: Vec<String> =
            point.parameters.iter().map(|(_, value)| TimeSeries::sweep_text(value)).collect();
        let replication = place.replication.to_string();
        let mut start = String::new();
        let label = [point.scenario.overlays[place.overlay].label()];
        let fields = label.into_iter().chain(values.iter().map(String::as_str)).chain([replication.as_str()]);
        overlab_schema::write_csv_record(&mut start, fields);
        for row in rows.lines() {
            text.push_str(start.trim_end());
            text.push(',');
            text.push_str(row);
            // What `explain` calls it; every row begins with the peer and the number.
            let mut fields = row.split(',');
            let operation = [fields.next(), fields.next()].map(Option::unwrap_or_default).join("-");
            text.push_str(&format!(",{}-{}-{replication}-{operation}\n", place.point, place.overlay));
        }
    }
    any.then_some(text)
}

/// The cost of every overlay at every point, for the manifest.
pub(crate) fn costs(experiment: &Experiment, outcomes: &Outcomes) -> Vec<ManifestRun> {
    let runs = places(experiment).filter_map(|(point, overlay)| {
        let runs = replications(outcomes, point, overlay);
        let digests = runs.iter().map(|(replication, run)| (*replication, run.digest.clone())).collect();
        let runs: Vec<&RunOutcome> = runs.into_iter().map(|run| run.1).collect();
        let wall_s: f64 = runs.iter().map(|run| run.cost.wall_s).sum();
        let events: u64 = runs.iter().map(|run| run.cost.events).sum();
        let messages: u64 = runs.iter().map(|run| run.cost.messages).sum();
        (!runs.is_empty()).then(|| ManifestRun {
            overlay: experiment.points[point].scenario.overlays[overlay].label().to_owned(),
            parameters: parameters(experiment, point),
            replications: runs.len() as u32,
            digests,
            wall_s,
            events,
            events_per_s: events as f64 / wall_s.max(1e-9),
            messages,
            messages_per_s: messages as f64 / wall_s.max(1e-9),
            peak_rss_bytes: runs.iter().filter_map(|run| run.cost.peak_rss_bytes).max(),
            bytes_per_peer: runs.iter().map(|run| run.cost.bytes_per_peer).reduce(f64::max),
        })
    });
    runs.collect()
}
