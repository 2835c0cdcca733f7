//! What is best for a budget, as tables.

use super::super::table::{Table, wrapped};
use super::super::tables::{WIDTH, figure};
use super::spread;
use overlab_schema::{BudgetAnswer, BudgetStudy, Candidate, Rival, TimeSeries};

/// All answers, for people.
pub(super) fn text(study: &BudgetStudy) -> String {
    let mut text = format!(
        "{}: {}, at most {} {} sent per live peer\n",
        study.folder,
        study.scenario,
        figure(study.budget),
        study.cost_unit
    );
    for found in &study.answers {
        text.push('\n');
        text.push_str(&answer(found));
    }
    text.push('\n');
    for note in &study.notes {
        let lines = wrapped(note, "  ", WIDTH);
        text.push_str(&format!("- {}", &lines[2..]));
    }
    text
}

fn answer(answer: &BudgetAnswer) -> String {
    let unit = if answer.unit == "1" { String::new() } else { format!(" ({})", answer.unit) };
    let place: Vec<String> = answer
        .parameters
        .iter()
        .map(|(path, value)| format!("{path} = {}", TimeSeries::sweep_text(value)))
        .collect();
    let place = if place.is_empty() { String::new() } else { format!(", at {}", place.join(", ")) };
    let mut text = format!(
        "{}{unit}, {} is better{place}: {} of {} combinations are within the budget\n",
        answer.metric, answer.better, answer.affordable, answer.candidates
    );
    let mut table = Table::new("llrrrrr");
    table.row(["", "overlay", "mean", "cost (B/s)", "difference", "p (Holm)", "n"]);
    let mut parameters = String::new();
    let mut row = |role: &str, candidate: &Candidate, rival: Option<&Rival>| {
        let difference = rival.and_then(|rival| Some(spread(rival.difference?, rival.difference_ci95)));
        let p = rival.and_then(|rival| rival.p_holm);
        table.row([
            format!("  {role}"),
            candidate.overlay.clone(),
            spread(candidate.mean, candidate.ci95),
            spread(candidate.cost, candidate.cost_ci95),
            difference.unwrap_or_default(),
            p.map_or_else(
                String::new,
                |p| if p < 0.0001 { "< 0.0001".to_owned() } else { format!("{p:.4}") },
            ),
            candidate.n.to_string(),
        ]);
        for (path, value) in &candidate.parameters {
            parameters.push_str(&format!("    {role}: {path} = {}\n", TimeSeries::sweep_text(value)));
        }
    };
    if let Some(winner) = &answer.winner {
        row("best", winner, None);
    }
    for (at, rival) in answer.rivals.iter().enumerate() {
        let role = if at == 0 { "runner-up" } else { "also" };
        row(role, &rival.candidate, Some(rival));
    }
    if let Some(cheapest) = &answer.cheapest {
        row("cheapest", cheapest, None);
    }
    text.push_str(&table.text());
    text.push_str(&parameters);
    text.push_str(&wrapped(&answer.verdict, "  ", WIDTH));
    text
}
