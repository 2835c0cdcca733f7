//! Warm-up that is detected: pilots run from the first instant, and MSER-5 says where their start ends.
//!
//! A pilot is a run of the scenario without its timeline, measured from the beginning, in a replication of its own that is
//! never part of the results. So the warm-up is a function of scenario and seed; it is the longest that any overlay's series
//! needs, and all overlays and replications of the point have it.

use crate::experiment::ExperimentPoint;
use crate::ground::{GroundError, Plan};
use crate::metric::metric;
use crate::outcome::RunOutcome;
use crate::registry::RunContext;
use crate::run::Running;
use crate::statistics::{SHORTEST_SERIES, Transient, mser_5};
use overlab_schema::DetectedStart;
use overlab_schema::scenario::{Detected, Scenario};
use overlab_time::Span;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Intervals of a pilot's series: sixty batches of five.
const INTERVALS: u64 = 300;
/// The replication of the first pilot; the others come before it. No experiment has so many.
const PILOT: u32 = u32::MAX;
const PATH: &str = "time.warmup";

/// What is wrong with the names of metrics to look at, each with its path.
pub(crate) fn unknown_metrics(scenario: &Scenario) -> Vec<(String, String)> {
    let detected = scenario.time.warmup.as_ref().and_then(|warmup| warmup.detected());
    let names = detected.map_or(&[][..], |detected| &detected.metrics);
    let unknown = names.iter().enumerate().filter(|(_, name)| metric(name).is_none());
    unknown
        .map(|(at, name)| {
            let message = format!("no metric is called {name:?} (`overlab list metrics` names them)");
            (format!("time.warmup.detected.metrics[{at}]"), message)
        })
        .collect()
}

/// Runs the pilots of a point and finds the warm-up in whole intervals of theirs, and what it is made of.
pub(crate) fn detect(
    point: &ExperimentPoint,
    plan: &Plan,
    detected: &Detected,
) -> Result<(Span, Vec<DetectedStart>), GroundError> {
    let within = detected.within.unwrap_or(Span::ZERO);
    let sample = Span(within.0.div_ceil(INTERVALS).max(1));
    let pilot = plan.pilot(within, sample)?;
    let runs: Vec<(usize, u32)> = (0..point.algorithms.len())
        .flat_map(|overlay| (0..detected.pilots).map(move |number| (overlay, number)))
        .collect();
    let outcomes: Vec<RunOutcome> = runs
        .par_iter()
        .with_max_len(1)
        .map(|(overlay, number)| run(point, &pilot, *overlay, PILOT - number))
        .collect::<Result<_, _>>()?;
    let mut starts = Vec::new();
    for (outcomes, overlay) in outcomes.chunks(detected.pilots as usize).zip(&point.scenario.overlays) {
        for name in &detected.metrics {
            if let Some(ends_s) = start(name, outcomes, overlay.label(), within)? {
                starts.push(DetectedStart {
                    overlay: overlay.label().to_owned(),
                    metric: name.clone(),
                    ends_s,
                });
            }
        }
    }
    let longest = starts.iter().map(|start| start.ends_s).reduce(f64::max).ok_or_else(|| {
        let message = format!(
            "cannot be detected: none of {} has a value in nearly every 300th of a pilot of {within}; name others, or raise \
             time.warmup.detected.within",
            detected.metrics.join(", ")
        );
        GroundError::new(PATH, message)
    })?;
    Ok((Span(libm::rint(longest * 1e9) as u64), starts))
}

fn run(
    point: &ExperimentPoint,
    pilot: &Plan,
    overlay: usize,
    replication: u32,
) -> Result<RunOutcome, GroundError> {
    let ground = pilot.ground(replication)?;
    let running = Running { threads: 1, width_divisor: 1, link: None, go_on: &|_, _| true };
    let context = RunContext { plan: pilot, overlay, ground: &ground, running };
    let (entry, settled) = &point.algorithms[overlay];
    entry
        .run(&settled.parameters, &context)
        .map_err(|error| GroundError::new(PATH, format!("a pilot failed: {error}")))
}

/// The instant in seconds at which the start of a metric's series ends; nothing where there are too few values.
fn start(
    name: &str,
    outcomes: &[RunOutcome],
    overlay: &str,
    within: Span,
) -> Result<Option<f64>, GroundError> {
    // By the end of the interval in whole nanoseconds, since times are no keys.
    let mut sums: BTreeMap<u64, (f64, u32)> = BTreeMap::new();
    for (time_s, value) in outcomes.iter().filter_map(|outcome| outcome.series.get(name)).flatten() {
        let sum = sums.entry(libm::rint(time_s * 1e9) as u64).or_default();
        *sum = (sum.0 + value, sum.1 + 1);
    }
    let times: Vec<u64> = sums.keys().copied().collect();
    let series: Vec<f64> = sums.values().map(|(sum, count)| sum / f64::from(*count)).collect();
    // Gaps would pull the series together.
    if series.len() < SHORTEST_SERIES.max(INTERVALS as usize * 9 / 10) {
        return Ok(None);
    }
    match mser_5(&series) {
        None => Ok(None),
        Some(Transient::Ends(0)) => Ok(Some(0.0)),
        Some(Transient::Ends(cut)) => Ok(Some(times[cut - 1] as f64 / 1e9)),
        Some(Transient::GoesOn) => {
            let message = format!(
                "cannot be detected: {name} of {overlay} has not come to rest in the first half of a pilot of {within}; raise \
                 time.warmup.detected.within, or give a fixed warm-up"
            );
            Err(GroundError::new(PATH, message))
        }
    }
}
