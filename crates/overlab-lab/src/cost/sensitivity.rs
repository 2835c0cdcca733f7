//! Which parameter of an overlay matters how much: what the hull loses without it, and the variance it explains.

use super::Trial;
use super::hull::{Hull, Spot};
use crate::compare::difference::{CONFIDENCE, mean, quantile};
use overlab_schema::Sensitivity;
use serde_json::Value;
use std::collections::BTreeSet;

/// The swept parameters of an overlay, the one whose fixing costs most of the hull first.
pub(crate) fn ranking(trials: &[Trial]) -> Vec<Sensitivity> {
    let paths: BTreeSet<&String> = trials.iter().flat_map(|trial| trial.parameters.keys()).collect();
    let mut ranking: Vec<Sensitivity> =
        paths.into_iter().filter_map(|path| sensitivity(trials, path)).collect();
    let explained = |parameter: &Sensitivity| parameter.variance_share.unwrap_or(0.0);
    ranking.sort_by(|left, right| {
        let loss = right.hull_loss.total_cmp(&left.hull_loss);
        loss.then(explained(right).total_cmp(&explained(left))).then(left.path.cmp(&right.path))
    });
    ranking
}

/// What one parameter does; nothing where it has one value only.
fn sensitivity(trials: &[Trial], path: &str) -> Option<Sensitivity> {
    let mut levels: Vec<Value> = Vec::new();
    let level: Vec<usize> = trials
        .iter()
        .map(|trial| {
            let value = trial.parameters.get(path).cloned().unwrap_or(Value::Null);
            levels.iter().position(|known| *known == value).unwrap_or_else(|| {
                levels.push(value);
                levels.len() - 1
            })
        })
        .collect();
    if levels.len() < 2 {
        return None;
    }
    let spots: Vec<Spot> = trials.iter().map(Trial::spot).collect();
    let (best, loss, whole) = loss(&spots, &level, levels.len());
    let values: Vec<f64> = spots.iter().map(|spot| spot.value).collect();
    let costs: Vec<f64> = spots.iter().map(|spot| spot.cost).collect();
    Some(Sensitivity {
        path: path.to_owned(),
        levels: levels.len() as u32,
        best: levels[best].clone(),
        hull_loss: loss,
        hull_loss_ci95: jackknife(trials, &level, levels.len(), loss),
        hull_loss_share: (whole > 0.0).then(|| loss / whole),
        variance_share: explained(&values, &level, levels.len()),
        cost_variance_share: explained(&costs, &level, levels.len()),
    })
}

/// The level that loses least of the hull, how much it loses on average over the range of costs, and the mean of the
/// whole hull.
fn loss(spots: &[Spot], level: &[usize], levels: usize) -> (usize, f64, f64) {
    let costs = spots.iter().map(|spot| spot.cost);
    let (low, high) = (costs.clone().fold(f64::INFINITY, f64::min), costs.fold(f64::NEG_INFINITY, f64::max));
    let worst = spots.iter().map(|spot| spot.value).fold(f64::NEG_INFINITY, f64::max);
    let whole = Hull::new(spots, worst).mean(low, high);
    let fixed = (0..levels).map(|wanted| {
        let kept: Vec<Spot> =
            spots.iter().zip(level).filter(|(_, level)| **level == wanted).map(|(spot, _)| *spot).collect();
        Hull::new(&kept, worst).mean(low, high) - whole
    });
    let (best, loss) = fixed
        .enumerate()
        .min_by(|left, right| left.1.total_cmp(&right.1))
        .expect("a parameter has at least two levels");
    (best, loss.max(0.0), whole)
}

/// The interval of the hull loss by leaving out one replication at a time (Tukey's jackknife); replications that not
/// all points have are left aside.
fn jackknife(trials: &[Trial], level: &[usize], levels: usize, loss_of_all: f64) -> Option<[f64; 2]> {
    let runs = |trial: &Trial| trial.runs.iter().map(|run| run.0).collect::<BTreeSet<u32>>();
    let common = trials.iter().map(runs).reduce(|left, right| &left & &right)?;
    let n = common.len();
    if n < 3 {
        return None;
    }
    let without = |left_out: &u32| {
        let spot = |trial: &Trial| {
            let kept = |run: &&(u32, [f64; 2])| common.contains(&run.0) && run.0 != *left_out;
            let of =
                |at: usize| mean(&trial.runs.iter().filter(kept).map(|run| run.1[at]).collect::<Vec<f64>>());
            Spot { cost: of(0), value: of(1) }
        };
        loss(&trials.iter().map(spot).collect::<Vec<Spot>>(), level, levels).1
    };
    let losses: Vec<f64> = common.iter().map(without).collect();
    let centre = mean(&losses);
    let squares: f64 = losses.iter().map(|loss| (loss - centre) * (loss - centre)).sum();
    let freedom = (n - 1) as f64;
    let half = quantile(freedom, 0.5 + CONFIDENCE / 2.0) * libm::sqrt(squares * freedom / n as f64);
    Some([(loss_of_all - half).max(0.0), loss_of_all + half])
}

/// The share of the variance between points that the means of the levels have (eta squared of the main effect);
/// nothing where there is no variance.
fn explained(values: &[f64], level: &[usize], levels: usize) -> Option<f64> {
    let grand = mean(values);
    let total: f64 = values.iter().map(|value| (value - grand) * (value - grand)).sum();
    let between: f64 = (0..levels)
        .map(|wanted| {
            let of: Vec<f64> =
                values.iter().zip(level).filter(|(_, level)| **level == wanted).map(|pair| *pair.0).collect();
            let apart = mean(&of) - grand;
            of.len() as f64 * apart * apart
        })
        .sum();
    (total > 0.0).then(|| (between / total).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Two parameters: `a` trades cost for value, `b` = 1 is worse by two in value without saving anything.
    fn trials() -> Vec<Trial> {
        let combination = |a: u32, b: u32| {
            let (cost, value) = (f64::from(10 * a), 20.0 / f64::from(a) + f64::from(2 * b));
            let parameters =
                [("a".to_owned(), json!(a)), ("b".to_owned(), json!(b)), ("c".to_owned(), json!("same"))];
            let run = |replication: u32| {
                // Replications scatter by the same for all points.
                let shift = [-0.5, 0.5, 0.0, 0.0][replication as usize];
                (replication, [cost, value + shift])
            };
            Trial { parameters: parameters.into(), runs: (0..4).map(run).collect() }
        };
        [(1, 0), (1, 1), (2, 0), (2, 1), (4, 0), (4, 1)].map(|(a, b)| combination(a, b)).to_vec()
    }

    #[test]
    fn a_parameter_that_moves_along_the_hull_is_worth_more_than_one_with_a_best_value() {
        let ranking = ranking(&trials());
        let [first, second] = ranking.as_slice() else { panic!("{ranking:?}") };
        assert_eq!((first.path.as_str(), second.path.as_str()), ("a", "b"));
        // The best value of b loses nothing of the hull (10, 20) (20, 10) (40, 5), whose mean is
        // (10 * 15 + 20 * 7.5) / 30 = 10.
        assert_eq!((second.best.clone(), second.hull_loss), (json!(0), 0.0));
        assert_eq!(second.hull_loss_share, Some(0.0));
        // Fixed at a = 1, 20 all along: 10 more. At 2: the worst, 22, to 20, then 10: 22/3 + 20/3 = 14. At 4: 22.
        assert_eq!(first.best, json!(2));
        assert!((first.hull_loss - 4.0).abs() < 1e-9, "{first:?}");
        assert!((first.hull_loss_share.unwrap() - 0.4).abs() < 1e-9);
        // What all points have in common moves no hull against another.
        let [low, high] = first.hull_loss_ci95.unwrap();
        assert!((low - 4.0).abs() < 1e-9 && (high - 4.0).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn without_interaction_the_shares_of_variance_add_up_to_one() {
        let ranking = ranking(&trials());
        let shares: f64 = ranking.iter().map(|parameter| parameter.variance_share.unwrap()).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{ranking:?}");
        // b: 6 points one away from their mean; a: 2 * (8.333² + 1.667² + 6.667²) = 233.33.
        assert!((ranking[1].variance_share.unwrap() - 6.0 / (6.0 + 700.0 / 3.0)).abs() < 1e-9);
        assert_eq!(ranking[1].cost_variance_share, Some(0.0));
        assert_eq!(ranking[0].cost_variance_share, Some(1.0));
    }
}
