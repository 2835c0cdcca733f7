//! How many replications a point needs: so many, or the fewest at which what is asked for is precise.
//!
//! The number is a function of the outcomes in the order of their replications: the least from `at_least` on at which all
//! named metrics of all overlays at the point have intervals that are narrow enough, at most `at_most`. How many run side by
//! side and what was run too much cannot show. Whoever stops as soon as an interval is narrow stops a little too early
//! now and then, so that 95 % intervals cover some tenths of a point less than they say; `at_least` keeps that small
//! (A. M. Law, "Simulation Modeling and Analysis", section 9.4.1).

use crate::aggregate::{Outcomes, combine};
use crate::experiment::{Experiment, ExperimentPoint};
use crate::metric::{METRICS, metric};
use crate::outcome::RunOutcome;
use crate::sample::Sample;
use crate::store::RunPlace;
use overlab_schema::scenario::{Precision, Replications};
use overlab_schema::{Metric, PrecisionReached, Stopped, Summary, nearest};

/// A metric, or one of its percentiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Target<'a> {
    metric: &'a str,
    /// The place of the percentile among p50, p90, p95, p99.
    percentile: Option<usize>,
}

const PERCENTILES: [&str; 4] = [".p50", ".p90", ".p95", ".p99"];

impl<'a> Target<'a> {
    /// What a scenario calls so; nothing where no metric is.
    fn named(name: &'a str) -> Option<Self> {
        let exact = |name: &str| METRICS.iter().any(|entry| entry.name == name);
        let percentile = (0..PERCENTILES.len())
            .find_map(|at| Some((name.strip_suffix(PERCENTILES[at])?, at)))
            .filter(|(base, _)| !exact(name) && metric(base).is_some() && !base.ends_with('.'));
        match percentile {
            Some((metric, at)) => Some(Self { metric, percentile: Some(at) }),
            None if name.ends_with('.') => None,
            None => metric(name).map(|_| Self { metric: name, percentile: None }),
        }
    }

    /// The width of the interval over these runs relative to what it is the interval of; nothing without an interval, or
    /// around nothing.
    fn relative_width(self, runs: &[&RunOutcome]) -> Option<f64> {
        let samples: Vec<Sample> =
            runs.iter().filter_map(|run| run.metrics.get(self.metric)).copied().collect();
        let found: Metric = combine(self.metric, &samples);
        let (value, interval) = match self.percentile {
            None => (found.mean, found.ci95),
            Some(at) => (
                [found.p50, found.p90, found.p95, found.p99][at],
                [found.p50_ci95, found.p90_ci95, found.p95_ci95, found.p99_ci95][at],
            ),
        };
        let (value, [low, high]) = (value?, interval?);
        let relative = (high - low) / value.abs();
        // Nothing but zeros in single values is as precise as can be.
        if high == low { Some(0.0) } else { Some(relative).filter(|width| width.is_finite()) }
    }

    /// Whether any of these runs has it.
    fn is_in(self, runs: &[&RunOutcome]) -> bool {
        runs.iter().any(|run| run.metrics.contains_key(self.metric))
    }
}

/// What is wrong with the names of metrics that are to be precise, each with its place in the list.
pub(crate) fn unknown_metrics(replications: &Replications) -> Vec<(String, String)> {
    let names = replications.until().map_or(&[][..], |precise| &precise.until.metrics);
    let known: Vec<&str> =
        METRICS.iter().map(|entry| entry.name).filter(|name| !name.ends_with('.')).collect();
    let wrong = names.iter().enumerate().filter(|(_, name)| Target::named(name).is_none());
    wrong
        .map(|(at, name)| {
            let meant = nearest(name, known.iter().copied());
            let meant = meant.map_or_else(String::new, |meant| format!("; did you mean {meant:?}?"));
            let message = format!("no metric is called {name:?}{meant} (`overlab list metrics` names them)");
            (format!("replications.until.metrics[{at}]"), message)
        })
        .collect()
}

/// How precise `runs` of one overlay make what is asked for.
fn reached(precision: &Precision, runs: &[&RunOutcome]) -> Vec<(String, Option<f64>)> {
    let targets = precision.metrics.iter().filter_map(|name| Some((name, Target::named(name)?)));
    targets
        .filter(|(_, target)| target.is_in(runs))
        .map(|(name, target)| (name.clone(), target.relative_width(runs)))
        .collect()
}

/// Whether all that is asked for is precise in these runs, a list an overlay. What an overlay does not measure at all, it
/// cannot be waited for.
fn is_precise(precision: &Precision, overlays: &[Vec<&RunOutcome>]) -> bool {
    let narrow = |width: Option<f64>| width.is_some_and(|width| width <= precision.relative_width);
    overlays.iter().all(|runs| reached(precision, runs).into_iter().all(|(_, width)| narrow(width)))
}

/// What the summary says of one overlay at a point with these runs; nothing where the scenario gives a number.
pub(crate) fn report(
    point: &ExperimentPoint,
    runs: &[&RunOutcome],
    overlays: &[Vec<&RunOutcome>],
) -> Option<PrecisionReached> {
    let asked = point.scenario.replications.until()?;
    let least = overlays.iter().map(Vec::len).min().unwrap_or(0) as u32;
    let even = overlays.iter().all(|runs| runs.len() as u32 == least);
    let stopped = if even && least >= asked.at_least && is_precise(&asked.until, overlays) {
        Stopped::Precise
    } else if even && least >= asked.at_most {
        Stopped::Ceiling
    } else {
        Stopped::Unfinished
    };
    Some(PrecisionReached { stopped, relative_width: reached(&asked.until, runs).into_iter().collect() })
}

/// The replications of every point: how many are wanted by now, and where that is decided.
#[derive(Debug)]
pub(crate) struct Agenda {
    points: Vec<Item>,
    /// Runs that can go on side by side.
    threads: usize,
}

#[derive(Clone, Copy, Debug)]
struct Item {
    wanted: u32,
    /// So many were found not to be enough.
    refuted: u32,
    decided: bool,
}

impl Agenda {
    pub(crate) fn new(experiment: &Experiment, threads: usize) -> Self {
        let item = |point: &ExperimentPoint| {
            let replications = &point.scenario.replications;
            let decided = replications.until().is_none();
            Item { wanted: replications.at_least(), refuted: 0, decided }
        };
        Self { points: experiment.points.iter().map(item).collect(), threads }
    }

    /// Replications that `point` is to have, as far as is known by now.
    pub(crate) fn wanted(&self, point: usize) -> u32 {
        self.points[point].wanted
    }

    /// Runs that the experiment is to have, as far as is known by now.
    pub(crate) fn runs(&self, experiment: &Experiment) -> u64 {
        let of_point = |(point, item): (&ExperimentPoint, &Item)| {
            point.scenario.overlays.len() as u64 * u64::from(item.wanted)
        };
        experiment.points.iter().zip(&self.points).map(of_point).sum()
    }

    /// Decides what `outcomes` allow to decide, and wants more of the points that need more. Returns whether it does.
    pub(crate) fn decide(&mut self, experiment: &Experiment, outcomes: &Outcomes) -> bool {
        for (at, (point, item)) in experiment.points.iter().zip(&mut self.points).enumerate() {
            item.look(point, at, outcomes);
        }
        let open = |item: &&Item| !item.decided && item.refuted >= item.wanted;
        let overlays = |at: usize| experiment.points[at].scenario.overlays.len();
        let pending: usize =
            self.points.iter().enumerate().filter(|(_, item)| open(item)).map(|(at, _)| overlays(at)).sum();
        // A quarter more each time, and enough for all threads: what turns out to be too much is not counted.
        let least = self.threads.div_ceil(pending.max(1)).max(1) as u32;
        let mut any = false;
        for (point, item) in experiment.points.iter().zip(&mut self.points) {
            if !item.decided && item.refuted >= item.wanted {
                let step = item.wanted.div_ceil(4).max(least);
                item.wanted = item.wanted.saturating_add(step).min(point.scenario.replications.at_most());
                any = true;
            }
        }
        any
    }
}

impl Item {
    /// Looks at the replications that are there without a gap, fewest first.
    fn look(&mut self, point: &ExperimentPoint, at: usize, outcomes: &Outcomes) {
        let Some(asked) = point.scenario.replications.until().filter(|_| !self.decided) else { return };
        let of_overlay = |overlay: usize| -> Vec<&RunOutcome> {
            (0..self.wanted)
                .map_while(|replication| outcomes.get(&RunPlace { point: at, overlay, replication }))
                .collect()
        };
        let all: Vec<Vec<&RunOutcome>> = (0..point.scenario.overlays.len()).map(of_overlay).collect();
        let there = all.iter().map(Vec::len).min().unwrap_or(0) as u32;
        for n in asked.at_least.max(self.refuted + 1)..=there {
            let first: Vec<Vec<&RunOutcome>> = all.iter().map(|runs| runs[..n as usize].to_vec()).collect();
            if n == asked.at_most || is_precise(&asked.until, &first) {
                (self.wanted, self.decided) = (n, true);
                return;
            }
            self.refuted = n;
        }
    }
}

impl Experiment {
    /// Whether `summary` is of all runs that this experiment has.
    pub fn is_complete(&self, summary: &Summary) -> bool {
        let mut points = summary.points.iter();
        let whole = self.points.iter().all(|point| {
            let overlays = points.by_ref().take(point.scenario.overlays.len());
            let done = overlays.filter(|overlay| match (&point.scenario.replications, &overlay.precision) {
                (Replications::Count(count), _) => overlay.replications == *count,
                (Replications::Until(_), reached) => {
                    reached.as_ref().is_some_and(|reached| reached.stopped != Stopped::Unfinished)
                }
            });
            done.count() == point.scenario.overlays.len()
        });
        whole && points.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_metric_or_a_percentile_of_one() {
        let of = |name| Target::named(name).map(|target| (target.metric, target.percentile));
        assert_eq!(of("lookup.latency_ms"), Some(("lookup.latency_ms", None)));
        assert_eq!(of("lookup.latency_ms.p99"), Some(("lookup.latency_ms", Some(3))));
        // A metric of that name is meant, not a percentile of another.
        assert_eq!(of("load.p99"), Some(("load.p99", None)));
        assert_eq!(of("lookup.failures.timeout"), Some(("lookup.failures.timeout", None)));
        assert_eq!(of("faults.recovery_s.core.p90"), Some(("faults.recovery_s.core", Some(1))));
        for name in ["", "latency", "lookup.latency", "lookup.failures.", "p99", ".p99"] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    fn a_width_is_that_of_the_whole_interval() {
        let run = |value: f64| RunOutcome {
            metrics: [("lookup.hops".to_owned(), Sample::value(value))].into(),
            ..RunOutcome::default()
        };
        let width = |values: &[f64]| {
            let runs: Vec<RunOutcome> = values.iter().copied().map(run).collect();
            Target::named("lookup.hops").unwrap().relative_width(&runs.iter().collect::<Vec<_>>())
        };
        // t(4, 0.975) = 2.7764 and s = 1.5811: 3 +- 1.9632.
        assert!((width(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap() - 2.0 * 1.9632 / 3.0).abs() < 1e-3);
        assert_eq!((width(&[3.0]), width(&[0.0, 0.0]), width(&[2.0, 2.0])), (None, Some(0.0), Some(0.0)));
        assert_eq!(width(&[-1.0, 1.0]), None, "a width around nothing");
    }
}
