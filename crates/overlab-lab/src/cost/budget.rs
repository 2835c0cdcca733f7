//! What is best for so many bytes: the winner among all combinations that cost no more, and whether the others differ.

use super::{COST, Trial, settings, trials};
use crate::compare::difference::{Difference, Samples, holm, mean_with_interval};
use crate::compare::folder::Folder;
use crate::compare::values::{Values, paired, percentile};
use crate::compare::verdict::{self, Words};
use crate::compare::{CompareError, Question, better_text, metrics, phases};
use crate::metric::Better;
use overlab_schema::{BudgetAnswer, BudgetStudy, Candidate, ComparisonOutcome, Rival, TimeSeries};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Without a metric, latency is asked for; a failed lookup counts as its deadline.
const DEFAULT: &str = "lookup.latency_penalised_ms";

/// Answers what is best in a results folder at no more than `budget` bytes sent per live peer-second, by each metric
/// of `question`.
///
/// # Errors
/// Where the folder cannot be read, a name is unknown, or nobody can say which values of a metric are better.
pub fn budget(folder: &Path, budget: f64, question: &Question) -> Result<BudgetStudy, CompareError> {
    let folder = Folder::read(folder)?;
    let values = Values::new(&folder.summary, &folder.table);
    let unknown = |place: &str, problem: String| CompareError::Unknown { place: place.to_owned(), problem };
    if question.baseline.is_some() {
        let problem = "has no meaning with a budget: everything is compared with the winner".to_owned();
        return Err(unknown("--baseline", problem));
    }
    if !values.metrics().contains(&COST) {
        let problem = format!("has no {COST}, so nothing has a cost");
        return Err(CompareError::Nothing(format!("{}: {problem}", folder.name)));
    }
    let asked = match question.metrics.as_slice() {
        [] => vec![DEFAULT.to_owned()],
        asked => asked.to_vec(),
    };
    let folders = std::slice::from_ref(&folder);
    let metrics = metrics(folders, std::slice::from_ref(&values), &asked)?;
    let phase = match phases(folders, std::slice::from_ref(&values), &question.phases)?.as_slice() {
        [phase] => phase.clone(),
        _ => return Err(unknown("--phase", "name one phase for a budget".to_owned())),
    };
    let mut answers = Vec::new();
    for metric in &metrics {
        let better = verdict::better(metric).ok_or_else(|| {
            unknown(
                "--metric",
                format!("of {metric} nobody can say which values are better: name another metric"),
            )
        })?;
        let unit = values.unit(metric);
        for setting in settings(&values) {
            let mut found = budget_of(&values, &setting, (metric, &phase, better), budget);
            found.unit.clone_from(&unit);
            answers.push(found);
        }
    }
    let mut notes = NOTES.map(str::to_owned).to_vec();
    if !phase.is_empty() {
        notes.push(format!("phase: {phase}"));
    }
    Ok(BudgetStudy {
        folder: folder.name.clone(),
        scenario: folder.summary.scenario.clone(),
        cost: COST.to_owned(),
        cost_unit: values.unit(COST),
        budget,
        notes,
        answers,
    })
}

const NOTES: [&str; 2] = [
    "the winner is the best mean among all combinations whose mean cost is within the budget; being picked, it may look a little better than it is",
    "differences from the winner are paired; p-values are corrected for all affordable combinations (Holm)",
];

/// The answer in one world by one metric (its unit is left to the caller).
pub(crate) fn budget_of(
    values: &Values<'_>,
    setting: &BTreeMap<String, Value>,
    (metric, phase, better): (&str, &str, Better),
    budget: f64,
) -> BudgetAnswer {
    let trials = trials(values, setting, (metric, phase, false));
    let all: Vec<(&str, &Trial)> =
        trials.iter().flat_map(|of| of.trials.iter().map(|trial| (of.overlay.as_str(), trial))).collect();
    let mut affordable: Vec<(&str, &Trial)> =
        all.iter().filter(|(_, trial)| trial.spot().cost <= budget).copied().collect();
    affordable.sort_by(|left, right| {
        let (left, right) = (left.1.spot(), right.1.spot());
        let value = match better {
            Better::Lower => left.value.total_cmp(&right.value),
            Better::Higher => right.value.total_cmp(&left.value),
        };
        value.then(left.cost.total_cmp(&right.cost))
    });
    let mut answer = BudgetAnswer {
        parameters: setting.clone(),
        metric: metric.to_owned(),
        better: better_text(better).to_owned(),
        candidates: all.len() as u32,
        affordable: affordable.len() as u32,
        ..BudgetAnswer::default()
    };
    let Some((winner, others)) = affordable.split_first() else {
        let cheapest = all.iter().min_by(|left, right| left.1.spot().cost.total_cmp(&right.1.spot().cost));
        answer.cheapest = cheapest.map(|(overlay, trial)| candidate(overlay, trial));
        answer.verdict = answer.cheapest.as_ref().map_or_else(
            || "nothing was measured".to_owned(),
            |cheapest| {
                format!(
                    "nothing costs so little: the cheapest is {} at {:.1} B/s",
                    named(cheapest),
                    cheapest.cost
                )
            },
        );
        return answer;
    };
    answer.rivals = rivals(*winner, others, (metric, better));
    let winner = candidate(winner.0, winner.1);
    let crosses = winner.cost_ci95.is_some_and(|[_, high]| high > budget);
    let risk = if crosses { " (the interval of its cost crosses the budget)" } else { "" };
    answer.verdict = match answer.rivals.first() {
        Some(second) => format!("{} is best{risk}; {}", named(&winner), second.verdict),
        None => format!("{} is best{risk}: nothing else costs so little", named(&winner)),
    };
    answer.winner = Some(winner);
    answer
}

/// The second best and the best of every other overlay, each against the winner.
fn rivals(winner: (&str, &Trial), others: &[(&str, &Trial)], (metric, better): (&str, Better)) -> Vec<Rival> {
    let of = |trial: &Trial| trial.runs.iter().map(|run| (run.0, run.1[1])).collect::<Vec<_>>();
    type Tested = (Vec<f64>, Vec<f64>, Difference);
    let tested: Vec<Option<Tested>> = others
        .iter()
        .map(|(_, trial)| {
            let (subject, reference) = paired(&of(trial), &of(winner.1));
            let samples = Samples { subject: &subject, reference: &reference, paired: true };
            let difference = (subject.len() >= 2).then(|| samples.difference())?;
            Some((subject, reference, difference))
        })
        .collect();
    let p: Vec<f64> = tested.iter().map(|test| test.as_ref().map_or(1.0, |test| test.2.p)).collect();
    let corrected = holm(&p);
    let mut seen = vec![winner.0];
    let mut rivals = Vec::new();
    for (at, (overlay, trial)) in others.iter().enumerate() {
        let first_of_its_overlay = !seen.contains(overlay);
        seen.push(overlay);
        if at > 0 && !first_of_its_overlay {
            continue;
        }
        let candidate = candidate(overlay, trial);
        let name = named(&candidate);
        let rank = if at == 0 { "the runner-up" } else { "the best of another overlay" };
        let Some((subject, reference, difference)) = &tested[at] else {
            let verdict = format!("{rank}, {name}, cannot be told apart without two replications in common");
            rivals.push(Rival { candidate, verdict, ..Rival::default() });
            continue;
        };
        let outcome = verdict::outcome(difference, corrected[at], Some(better));
        let words = Words {
            subject: &name,
            reference: "the winner",
            metric,
            unit: crate::metric::metric(percentile(metric).map_or(metric, |(name, _)| name))
                .map_or("1", |entry| entry.unit),
            better: Some(better),
            n: subject.len(),
        };
        let samples = Samples { subject, reference, paired: true };
        let verdict = match outcome {
            ComparisonOutcome::Same => format!("{rank}, {name}, is the same in every replication"),
            ComparisonOutcome::NotShown => {
                format!("{rank}, {name}, does not differ significantly (n = {})", subject.len())
            }
            _ => {
                let ratio = samples.ratio();
                let told = verdict::verdict(&words, outcome, (difference, ratio.as_ref()), (0.0, 0.0));
                format!("{rank} differs significantly: {told}")
            }
        };
        rivals.push(Rival {
            candidate,
            pairs: subject.len() as u32,
            difference: Some(difference.mean),
            difference_ci95: Some(difference.interval),
            p: Some(difference.p),
            p_holm: Some(corrected[at]),
            verdict,
        });
    }
    rivals
}

fn candidate(overlay: &str, trial: &Trial) -> Candidate {
    let part = |at: usize| trial.runs.iter().map(|run| run.1[at]).collect::<Vec<f64>>();
    let (cost, value) = (mean_with_interval(&part(0)), mean_with_interval(&part(1)));
    Candidate {
        overlay: overlay.to_owned(),
        parameters: trial.parameters.clone(),
        n: trial.runs.len() as u32,
        mean: value.0,
        ci95: value.1,
        cost: cost.0,
        cost_ci95: cost.1,
    }
}

/// A candidate as a person would name it: `Chord (successors = 8, stabilize_interval = 20s)`.
fn named(candidate: &Candidate) -> String {
    let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_owned();
    let values = candidate.parameters.iter();
    let values: Vec<String> =
        values.map(|(path, value)| format!("{} = {}", last(path), TimeSeries::sweep_text(value))).collect();
    if values.is_empty() {
        candidate.overlay.clone()
    } else {
        format!("{} ({})", candidate.overlay, values.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_schema::{ReplicationRow, ReplicationTable, Summary, SummaryPoint};
    use serde_json::json;

    const PATHS: [&str; 2] = ["overlays[0].algorithm.chord.x", "overlays[1].algorithm.kademlia.y"];

    /// Chord swept over x, Kademlia over y: cost and latency by overlay and value, with a world of its own in each of
    /// five replications.
    fn results() -> (Summary, ReplicationTable) {
        let worlds = [-30.0, 40.0, 0.0, 10.0, -20.0];
        let scatter = [1.0, -1.0, 0.5, -0.5, 0.0];
        let chord = [(10.0, 300.0), (19.0, 200.0), (30.0, 150.0)];
        let kademlia = [(18.0, 201.0), (19.5, 260.0), (60.0, 90.0)];
        let (mut summary, mut rows) = (Summary::default(), Vec::new());
        for x in 0..3 {
            for y in 0..3 {
                let parameters: BTreeMap<String, Value> =
                    [(PATHS[0].to_owned(), json!(x)), (PATHS[1].to_owned(), json!(y))].into();
                for (index, (overlay, (cost, latency))) in
                    [("Chord", chord[x]), ("Kademlia", kademlia[y])].into_iter().enumerate()
                {
                    summary.points.push(SummaryPoint {
                        overlay: overlay.into(),
                        parameters: parameters.clone(),
                        replications: 5,
                        ..SummaryPoint::default()
                    });
                    for replication in 0..5 {
                        let of = replication as usize;
                        let own = scatter[(of + index * 2 + x + y) % 5];
                        for (metric, value) in [(COST, cost), (DEFAULT, latency + worlds[of] + own)] {
                            rows.push(ReplicationRow {
                                overlay: overlay.into(),
                                sweep: vec![x.to_string(), y.to_string()],
                                replication,
                                metric: metric.into(),
                                unit: "B/s".into(),
                                value,
                                ..ReplicationRow::default()
                            });
                        }
                    }
                }
            }
        }
        (summary, ReplicationTable { sweep: PATHS.map(str::to_owned).to_vec(), rows })
    }

    fn best(budget: f64) -> BudgetAnswer {
        let (summary, table) = results();
        let values = Values::new(&summary, &table);
        budget_of(&values, &BTreeMap::new(), (DEFAULT, "", Better::Lower), budget)
    }

    #[test]
    fn the_best_within_the_budget_wins_and_others_are_held_against_it() {
        let answer = best(20.0);
        // Nine points of the sweep are three combinations of each overlay.
        assert_eq!((answer.candidates, answer.affordable), (6, 4));
        let winner = answer.winner.as_ref().unwrap();
        assert_eq!((winner.overlay.as_str(), winner.parameters[PATHS[0]].clone()), ("Chord", json!(1)));
        let [second] = answer.rivals.as_slice() else { panic!("{answer:?}") };
        assert_eq!(second.candidate.parameters[PATHS[1]], json!(0));
        // A difference of 1 with a standard error of about half of it.
        assert!(second.p_holm.unwrap() > 0.05 && answer.verdict.contains("does not differ significantly"));
        assert!(answer.verdict.starts_with("Chord (x = 1) is best; "), "{}", answer.verdict);
    }

    #[test]
    fn where_the_second_is_far_behind_it_says_so() {
        let answer = best(30.0);
        let told = &answer.rivals[0].verdict;
        assert!(told.starts_with("the runner-up differs significantly: Chord (x = 1) is "), "{told}");
        assert!(told.ends_with("% slower than the winner"), "{told}");
        assert_eq!(answer.rivals[1].candidate.overlay, "Kademlia");
    }

    #[test]
    fn where_nothing_is_cheap_enough_the_cheapest_is_named() {
        let answer = best(5.0);
        assert_eq!((answer.winner, answer.affordable), (None, 0));
        assert_eq!(answer.verdict, "nothing costs so little: the cheapest is Chord (x = 0) at 10.0 B/s");
    }

    #[test]
    fn the_study_has_one_point_a_combination() {
        let (summary, table) = results();
        let study = super::super::study(&summary, &table).unwrap();
        let curves = &study.settings[0].measures[0].curves;
        let corners = |at: usize| curves[at].points.iter().filter(|point| point.hull).count();
        assert_eq!((curves[0].points.len(), corners(0), curves[1].points.len(), corners(1)), (3, 3, 3, 2));
        assert_eq!(curves[0].sensitivity[0].path, PATHS[0]);
    }
}
