//! What a claim reads off the outcomes of runs.

use crate::aggregate::Outcomes;
use crate::experiment::Experiment;
use crate::outcome::RunOutcome;
use crate::store::RunPlace;
use overlab_schema::TimeSeries;
use overlab_schema::scenario::{Fit, HopsDistance, Measure, Reading, Statistic};
use serde_json::Value;
use std::collections::BTreeMap;

/// Values of swept paths.
type At = BTreeMap<String, Value>;

/// What a measure refers to.
#[derive(Debug, Default)]
pub(super) struct Needs<'a> {
    pub(super) metrics: Vec<&'a str>,
    pub(super) overlays: Vec<Option<&'a String>>,
    pub(super) points: Vec<At>,
}

/// Everything that a measure refers to.
pub(super) fn needs(measure: &Measure) -> Needs<'_> {
    match measure {
        Measure::Metric(reading) => Needs::of(&[reading]),
        Measure::Ratio(pair) | Measure::Difference(pair) => Needs::of(&[&pair.of, &pair.to]),
        Measure::Slope(fit) | Measure::Explained(fit) => Needs {
            metrics: vec![&fit.metric],
            overlays: vec![fit.overlay.as_ref()],
            points: fit.places.iter().map(|(value, _)| along(fit, value)).collect(),
        },
        Measure::HopsDistance(distance) => Needs {
            metrics: Vec::new(),
            overlays: vec![distance.overlay.as_ref()],
            points: vec![distance.at.clone()],
        },
    }
}

impl<'a> Needs<'a> {
    fn of(readings: &[&'a Reading]) -> Self {
        Self {
            metrics: readings.iter().map(|reading| reading.metric.as_str()).collect(),
            overlays: readings.iter().map(|reading| reading.overlay.as_ref()).collect(),
            points: readings.iter().map(|reading| reading.at.clone()).collect(),
        }
    }
}

fn along(fit: &Fit, value: &Value) -> At {
    let mut at = fit.at.clone();
    at.insert(fit.along.clone(), value.clone());
    at
}

/// The only point with these values of swept paths.
pub(super) fn point(experiment: &Experiment, at: &At) -> Option<usize> {
    let fits = |parameters: &[(String, Value)]| {
        at.iter().all(|(path, value)| parameters.iter().any(|(known, here)| known == path && here == value))
    };
    let mut points = experiment.points.iter().enumerate().filter(|(_, point)| fits(&point.parameters));
    match (points.next(), points.next()) {
        (Some((index, _)), None) => Some(index),
        _ => None,
    }
}

/// What a measure is, in words.
pub(super) fn words(measure: &Measure) -> String {
    match measure {
        Measure::Metric(one) => reading(one),
        Measure::Ratio(pair) => format!("{} over {}", reading(&pair.of), reading(&pair.to)),
        Measure::Difference(pair) => format!("{} less {}", reading(&pair.of), reading(&pair.to)),
        Measure::Slope(fit) => format!("slope of {}", line(fit)),
        Measure::Explained(fit) => format!("R squared of {}", line(fit)),
        Measure::HopsDistance(distance) => {
            format!("Kolmogorov-Smirnov distance of hops{}", place(distance.overlay.as_deref(), &distance.at))
        }
    }
}

fn reading(reading: &Reading) -> String {
    let of = match reading.of {
        Statistic::Mean => String::new(),
        other => format!("{} of ", other.name()),
    };
    format!("{of}{}{}", reading.metric, place(reading.overlay.as_deref(), &reading.at))
}

fn line(fit: &Fit) -> String {
    let metric = if fit.logarithm { format!("ln {}", fit.metric) } else { fit.metric.clone() };
    format!("{metric} along {}{}", fit.along, place(fit.overlay.as_deref(), &fit.at))
}

fn place(overlay: Option<&str>, at: &At) -> String {
    let overlay = overlay.map_or_else(String::new, |label| format!(", {label}"));
    let at: Vec<String> =
        at.iter().map(|(path, value)| format!("{path} = {}", TimeSeries::sweep_text(value))).collect();
    if at.is_empty() { overlay } else { format!("{overlay} at {}", at.join(", ")) }
}

/// The runs that a measure reads, point by point.
#[derive(Debug)]
pub(super) struct Found<'a> {
    measure: &'a Measure,
    /// The replications at each point that the measure needs, in the order of [`Needs`].
    runs: Vec<Vec<&'a RunOutcome>>,
}

impl<'a> Found<'a> {
    /// The runs that `measure` needs; nothing where some point has none.
    pub(super) fn gather(
        experiment: &Experiment,
        outcomes: &'a Outcomes,
        measure: &'a Measure,
    ) -> Option<Self> {
        let Needs { overlays, points, .. } = needs(measure);
        let runs = points.iter().enumerate().map(|(at, values)| {
            let point = point(experiment, values)?;
            // A fit has one overlay for all its points.
            let label = overlays.get(at).or(overlays.first()).copied().flatten();
            let all = &experiment.points[point].scenario.overlays;
            let overlay = match label {
                Some(label) => all.iter().position(|overlay| overlay.label() == label)?,
                None => 0,
            };
            let first = RunPlace { point, overlay, replication: 0 };
            let last = RunPlace { point, overlay, replication: u32::MAX };
            let runs: Vec<&RunOutcome> = outcomes.range(first..=last).map(|(_, outcome)| outcome).collect();
            (!runs.is_empty()).then_some(runs)
        });
        Some(Self { measure, runs: runs.collect::<Option<_>>()? })
    }

    /// The fewest replications at any point.
    pub(super) fn replications(&self) -> usize {
        self.runs.iter().map(Vec::len).min().unwrap_or(0)
    }

    /// What the measure comes to over all replications, or all but one.
    pub(super) fn value(&self, left_out: Option<usize>) -> Option<f64> {
        let read = |at: usize, metric: &str, of| mean(&self.runs[at], metric, of, left_out);
        match self.measure {
            Measure::Metric(reading) => read(0, &reading.metric, reading.of),
            Measure::Ratio(pair) => {
                let to = read(1, &pair.to.metric, pair.to.of).filter(|to| *to != 0.0)?;
                Some(read(0, &pair.of.metric, pair.of.of)? / to)
            }
            Measure::Difference(pair) => {
                Some(read(0, &pair.of.metric, pair.of.of)? - read(1, &pair.to.metric, pair.to.of)?)
            }
            Measure::Slope(fit) => Some(self.line(fit, &read)?.0),
            Measure::Explained(fit) => Some(self.line(fit, &read)?.1),
            Measure::HopsDistance(published) => distance(&self.runs[0], published, left_out),
        }
    }

    /// Slope and R squared of the line through the points.
    fn line(&self, fit: &Fit, read: &dyn Fn(usize, &str, Statistic) -> Option<f64>) -> Option<(f64, f64)> {
        let mut points = Vec::with_capacity(self.runs.len());
        for (at, (_, x)) in fit.places.iter().enumerate() {
            let y = read(at, &fit.metric, Statistic::Mean)?;
            points.push((*x, if fit.logarithm { libm::log(y) } else { y }));
        }
        let n = points.len() as f64;
        let centre = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
        let (x_mean, y_mean) = (centre(|point| point.0), centre(|point| point.1));
        let (x0, y0) = if fit.through_origin { (0.0, 0.0) } else { (x_mean, y_mean) };
        let above: f64 = points.iter().map(|(x, y)| (x - x0) * (y - y0)).sum();
        let below: f64 = points.iter().map(|(x, _)| (x - x0) * (x - x0)).sum();
        let slope = above / below;
        let left: f64 = points.iter().map(|(x, y)| y - y0 - slope * (x - x0)).map(|rest| rest * rest).sum();
        let whole: f64 = points.iter().map(|(_, y)| (y - y_mean) * (y - y_mean)).sum();
        let explained = if whole > 0.0 { 1.0 - left / whole } else { 1.0 };
        slope.is_finite().then_some((slope, explained))
    }
}

/// All but one.
fn others<'a>(runs: &'a [&RunOutcome], left_out: Option<usize>) -> impl Iterator<Item = &'a RunOutcome> {
    runs.iter().enumerate().filter(move |(at, _)| Some(*at) != left_out).map(|(_, run)| *run)
}

/// The mean over replications of one figure of a metric; those without it are left out.
fn mean(runs: &[&RunOutcome], metric: &str, of: Statistic, left_out: Option<usize>) -> Option<f64> {
    let values: Vec<f64> = others(runs, left_out)
        .filter_map(|run| {
            let sample = run.metrics.get(metric)?;
            let place = match of {
                Statistic::Mean => return Some(sample.mean),
                Statistic::Min => 0,
                Statistic::P50 => 1,
                Statistic::P90 => 2,
                Statistic::P95 => 3,
                Statistic::P99 => 4,
                Statistic::Max => 5,
            };
            Some(sample.spread?[place])
        })
        .collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The largest distance between two distribution functions of hops, all replications taken together.
fn distance(runs: &[&RunOutcome], published: &HopsDistance, left_out: Option<usize>) -> Option<f64> {
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for (hops, count) in others(runs, left_out).flat_map(|run| &run.hops) {
        *counts.entry(*hops).or_default() += count;
    }
    let total: u64 = counts.values().sum();
    let last = counts.keys().next_back().copied().unwrap_or(0).max(published.shares.len() as u32);
    let (mut ours, mut theirs, mut distance) = (0, 0.0, 0.0f64);
    for hops in 0..=last {
        ours += counts.get(&hops).copied().unwrap_or(0);
        theirs += published.shares.get(hops as usize).copied().unwrap_or(0.0);
        distance = distance.max((ours as f64 / total as f64 - theirs).abs());
    }
    (total > 0).then_some(distance)
}
