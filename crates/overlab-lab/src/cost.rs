//! Performance against cost over the points of a sweep (Li, Stribling, Morris, Kaashoek, Gil: "A performance vs. cost
//! framework for evaluating DHT design tradeoffs under churn", INFOCOM 2005).
//!
//! The cost is the bytes that a live peer sends per second. Performance is the latency in which a failed lookup counts
//! as its deadline, and the share of lookups that fail or are wrong. Every combination of an overlay's own swept
//! values is a point; combinations that differ only in the values of other overlays are the same. Swept values that
//! are no overlay's own make worlds, and each world has hulls of its own.

mod budget;
mod hull;
mod sensitivity;

pub use budget::budget;

use crate::compare::difference::{mean, mean_with_interval};
use crate::compare::values::Values;
use hull::Spot;
use overlab_schema::{CostCurve, CostMeasure, CostPoint, CostSetting, CostStudy, ReplicationTable, Summary};
use serde_json::Value;
use std::collections::BTreeMap;

/// The metric that is the cost.
pub(crate) const COST: &str = "traffic.bytes_per_peer_per_s";

/// Metrics of performance, and whether 1 minus the metric is drawn: hulls are of what should be small.
const MEASURES: [(&str, bool); 3] =
    [("lookup.latency_penalised_ms", false), ("lookup.success_ratio", true), ("lookup.correct_ratio", true)];

/// A combination of an overlay's own swept values.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    /// The values by path.
    pub(crate) parameters: BTreeMap<String, Value>,
    /// Cost and measure of each replication that has both.
    pub(crate) runs: Vec<(u32, [f64; 2])>,
}

/// What one overlay did in one world.
#[derive(Clone, Debug)]
pub(crate) struct Trials {
    /// The overlay's label.
    pub(crate) overlay: String,
    /// One entry a combination.
    pub(crate) trials: Vec<Trial>,
}

impl Trial {
    /// Where it lies among the points, on average over replications.
    pub(crate) fn spot(&self) -> Spot {
        let of = |at: usize| mean(&self.runs.iter().map(|run| run.1[at]).collect::<Vec<f64>>());
        Spot { cost: of(0), value: of(1) }
    }
}

/// Whether a swept path is one of the overlay at `index`, or of all overlays.
fn is_own(path: &str, index: usize) -> bool {
    path == "overlays"
        || path
            .strip_prefix("overlays[")
            .is_some_and(|rest| rest.split_once(']').is_some_and(|(number, _)| number.parse() == Ok(index)))
}

/// Whether a swept path is an overlay's, so that it changes no world.
fn is_overlay(path: &str) -> bool {
    path == "overlays" || path.starts_with("overlays[")
}

/// The worlds of a sweep: combinations of those values that are no overlay's own.
pub(crate) fn settings(values: &Values<'_>) -> Vec<BTreeMap<String, Value>> {
    let mut settings: Vec<BTreeMap<String, Value>> = Vec::new();
    for point in values.points() {
        let setting = world(point);
        if !settings.contains(&setting) {
            settings.push(setting);
        }
    }
    settings
}

fn world(parameters: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let outside = parameters.iter().filter(|(path, _)| !is_overlay(path));
    outside.map(|(path, value)| (path.clone(), value.clone())).collect()
}

/// All combinations of all overlays in one world, with the cost and `metric` of each replication.
pub(crate) fn trials(
    values: &Values<'_>,
    setting: &BTreeMap<String, Value>,
    (metric, phase, complement): (&str, &str, bool),
) -> Vec<Trials> {
    let mut all: Vec<Trials> = Vec::new();
    for place in values.places.iter().filter(|place| world(&place.parameters) == *setting) {
        let own = place.parameters.iter().filter(|(path, _)| is_own(path, place.index));
        let own: BTreeMap<String, Value> = own.map(|(path, value)| (path.clone(), value.clone())).collect();
        let of = match all.iter().position(|trials| trials.overlay == place.overlay) {
            Some(at) => at,
            None => {
                all.push(Trials { overlay: place.overlay.clone(), trials: Vec::new() });
                all.len() - 1
            }
        };
        // The same overlay beside other values of another one: the same runs.
        if all[of].trials.iter().any(|trial| trial.parameters == own) {
            continue;
        }
        let cost: BTreeMap<u32, f64> = values.of(place, phase, COST).into_iter().collect();
        let runs: Vec<(u32, [f64; 2])> = values
            .of(place, phase, metric)
            .into_iter()
            .filter_map(|(run, value)| {
                Some((run, [*cost.get(&run)?, if complement { 1.0 - value } else { value }]))
            })
            .collect();
        if !runs.is_empty() {
            all[of].trials.push(Trial { parameters: own, runs });
        }
    }
    all.retain(|trials| !trials.trials.is_empty());
    all
}

/// The study of a sweep; nothing where it has one point, or nothing that costs.
pub(crate) fn study(summary: &Summary, table: &ReplicationTable) -> Option<CostStudy> {
    let values = Values::new(summary, table);
    if values.points().len() < 2 {
        return None;
    }
    let settings: Vec<CostSetting> = settings(&values)
        .into_iter()
        .map(|parameters| {
            let measures = MEASURES.iter().filter_map(|(metric, complement)| {
                let curves: Vec<CostCurve> =
                    trials(&values, &parameters, (metric, "", *complement)).iter().map(curve).collect();
                (!curves.is_empty()).then(|| CostMeasure {
                    metric: (*metric).to_owned(),
                    unit: values.unit(metric),
                    complement: *complement,
                    curves,
                })
            });
            CostSetting { measures: measures.collect(), parameters }
        })
        .filter(|setting| !setting.measures.is_empty())
        .collect();
    (!settings.is_empty()).then(|| CostStudy {
        scenario: summary.scenario.clone(),
        cost: COST.to_owned(),
        cost_unit: values.unit(COST),
        notes: NOTES.iter().map(|note| (*note).to_owned()).collect(),
        settings,
    })
}

/// How the figures of a study are made.
const NOTES: [&str; 3] = [
    "hull: the lower left convex hull of the points of an overlay (Li et al. 2005); intervals are 95 % (Student t over replications), and corners were picked by their means",
    "hull loss: how much worse the hull is on average over the range of costs when a parameter is fixed at its best single value; below the cost of the cheapest point that is left, the worst point counts; interval by the jackknife over replications",
    "variance share: the share of the variance between points that a parameter explains by itself (main effect); shares of parameters that were swept together cannot be told apart",
];

fn curve(trials: &Trials) -> CostCurve {
    let spots: Vec<Spot> = trials.trials.iter().map(Trial::spot).collect();
    let (pareto, corners) = (hull::pareto(&spots), hull::corners(&spots));
    let point = |(at, trial): (usize, &Trial)| {
        let part = |at: usize| trial.runs.iter().map(|run| run.1[at]).collect::<Vec<f64>>();
        let (cost, value) = (mean_with_interval(&part(0)), mean_with_interval(&part(1)));
        CostPoint {
            parameters: trial.parameters.clone(),
            n: trial.runs.len() as u32,
            cost: cost.0,
            cost_ci95: cost.1,
            value: value.0,
            value_ci95: value.1,
            pareto: pareto.contains(&at),
            hull: corners.contains(&at),
        }
    };
    let mut points: Vec<CostPoint> = trials.trials.iter().enumerate().map(point).collect();
    points.sort_by(|left, right| left.cost.total_cmp(&right.cost));
    CostCurve { overlay: trials.overlay.clone(), points, sensitivity: sensitivity::ranking(&trials.trials) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_overlays_are_told_from_those_of_worlds() {
        assert!(is_own("overlays[1].algorithm.chord.successors", 1));
        assert!(!is_own("overlays[1].algorithm.chord.successors", 0));
        assert!(!is_own("overlays[11].label", 1) && is_own("overlays", 3));
        assert!(is_overlay("overlays[0]") && !is_overlay("peers.count"));
    }
}
