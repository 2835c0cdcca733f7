//! What was published, held against what was found.
//!
//! A claim names what is read off the results: a metric at a point, a ratio, a slope along a sweep, a distribution of hops.
//! What it comes to is computed from all replications; its interval is the jackknife's (Quenouille 1956, Tukey 1958: n values
//! n f - (n - 1) f without the i-th, and Student's t over them), which for a mean is the usual one.

mod reading;

use crate::aggregate::Outcomes;
use crate::experiment::Experiment;
use crate::metric::metric;
use crate::statistics::Estimate;
use overlab_schema::scenario::{Claim, Overlay, Published};
use overlab_schema::{ClaimVerdict, Problem, Reproduction, ScenarioError, Verdict, unknown_name};
use reading::{Found, Needs, needs};

/// Checks what claims read: that metrics and overlays exist. Returns claims whose points are not among those of the
/// experiment, as warnings.
///
/// # Errors
/// The first claim that nothing could be read for, located.
pub(crate) fn check(experiment: &Experiment) -> Result<Vec<Problem>, ScenarioError> {
    let Some(published) = &experiment.scenario.published else { return Ok(Vec::new()) };
    let point = &experiment.points[0];
    let labels: Vec<&str> = point.scenario.overlays.iter().map(Overlay::label).collect();
    let mut missing = Vec::new();
    for (index, claim) in published.claims.iter().enumerate() {
        let place = format!("published.claims[{index}].measure");
        let wrong = |message: String| ScenarioError::Content(vec![point.locate(&place, &message)]);
        let Needs { metrics, overlays, points } = needs(&claim.measure);
        if let Some(name) = metrics.iter().find(|name| metric(name).is_none()) {
            let known: Vec<&str> = crate::metric::METRICS.iter().map(|entry| entry.name).collect();
            return Err(wrong(unknown_name("metric", name, &known)));
        }
        for overlay in overlays {
            match overlay {
                Some(label) if !labels.contains(&label.as_str()) => {
                    return Err(wrong(unknown_name("overlay", label, &labels)));
                }
                None if labels.len() > 1 => {
                    return Err(wrong(format!(
                        "names no overlay, but there are several: {}",
                        labels.join(", ")
                    )));
                }
                _ => {}
            }
        }
        if points.iter().any(|at| reading::point(experiment, at).is_none()) {
            missing
                .push(point.locate(&place, "names no single point of this sweep: it will have no verdict"));
        }
    }
    Ok(missing)
}

/// The verdicts, where anything was published.
pub(crate) fn reproduction(
    experiment: &Experiment,
    outcomes: &Outcomes,
    digest: &str,
) -> Option<Reproduction> {
    let Published { source, claims, .. } = experiment.scenario.published.as_ref()?;
    let claims = claims.iter().map(|claim| verdict(experiment, outcomes, claim)).collect();
    Some(Reproduction {
        scenario: experiment.scenario.name.clone(),
        digest: digest.to_owned(),
        source: source.clone(),
        claims,
    })
}

fn verdict(experiment: &Experiment, outcomes: &Outcomes, claim: &Claim) -> ClaimVerdict {
    let accepted = claim.range();
    let mut verdict = ClaimVerdict {
        claim: claim.claim.clone(),
        source: claim.source.clone(),
        measure: reading::words(&claim.measure),
        expected: claim.expected,
        accepted,
        ..ClaimVerdict::default()
    };
    let Some(found) = Found::gather(experiment, outcomes, &claim.measure) else { return verdict };
    verdict.n = found.replications() as u32;
    verdict.found = found.value(None);
    verdict.ci95 = verdict.found.and_then(|value| interval(&found, value));
    verdict.verdict = judged(accepted, verdict.found, verdict.ci95);
    verdict
}

fn judged([low, high]: [Option<f64>; 2], found: Option<f64>, interval: Option<[f64; 2]>) -> Verdict {
    let Some(found) = found else { return Verdict::NotReproduced };
    let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
    if (low..=high).contains(&found) {
        Verdict::Reproduced
    } else if interval.is_some_and(|[from, to]| from <= high && to >= low) {
        Verdict::Underpowered
    } else {
        Verdict::NotReproduced
    }
}

/// The jackknife's 95 % interval around what was found.
fn interval(found: &Found<'_>, value: f64) -> Option<[f64; 2]> {
    let n = found.replications();
    if n < 2 {
        return None;
    }
    let pseudo: Option<Vec<f64>> = (0..n)
        .map(|left_out| Some(n as f64 * value - (n - 1) as f64 * found.value(Some(left_out))?))
        .collect();
    let half = Estimate::of(&pseudo?)?.half_width?;
    Some([value - half, value + half])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_outside_is_underpowered_only_where_its_interval_reaches_in() {
        let range = [Some(1.0), Some(2.0)];
        assert_eq!(judged(range, Some(2.0), Some([0.0, 9.0])), Verdict::Reproduced);
        assert_eq!(judged(range, Some(2.1), Some([1.9, 2.3])), Verdict::Underpowered);
        assert_eq!(judged(range, Some(2.1), Some([2.05, 2.15])), Verdict::NotReproduced);
        assert_eq!(judged(range, Some(2.1), None), Verdict::NotReproduced);
        assert_eq!(judged([None, Some(2.0)], Some(-5.0), None), Verdict::Reproduced);
        assert_eq!(judged([None, None], None, None), Verdict::NotReproduced);
    }
}
