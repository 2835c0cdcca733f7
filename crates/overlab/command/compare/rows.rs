//! Comparisons as a table a metric, with the verdicts below each other.

use super::super::table::{Table, wrapped};
use super::super::tables::{WIDTH, figure};
use super::spread;
use overlab_schema::{Comparison, ComparisonRow, TimeSeries};

/// Everything that was found, for people.
pub(super) fn text(comparison: &Comparison) -> String {
    let mut text = String::new();
    for (at, folder) in comparison.folders.iter().enumerate() {
        let place = if comparison.folders.len() > 1 { format!("[{}] ", at + 1) } else { String::new() };
        let digest = &folder.digest;
        text.push_str(&format!(
            "{place}{}: {}, seed {}, digest {digest}\n",
            folder.folder, folder.scenario, folder.seed
        ));
    }
    for rows in comparison.rows.chunk_by(|left, right| left.metric == right.metric) {
        text.push('\n');
        text.push_str(&metric(comparison, rows));
    }
    text.push('\n');
    for note in &comparison.notes {
        let lines = wrapped(note, "  ", WIDTH);
        text.push_str(&format!("- {}", &lines[2..]));
    }
    text
}

/// One metric: its name, a table, a verdict a row.
fn metric(comparison: &Comparison, rows: &[ComparisonRow]) -> String {
    let first = &rows[0];
    let unit = if first.unit == "1" { String::new() } else { format!(" ({})", first.unit) };
    let better = first.better.as_ref().map_or_else(String::new, |better| format!(", {better} is better"));
    let mut table = Table::new("lrrrrrr");
    table.row(["", "mean", "compared with", "difference", "relative %", "p (Holm)", "n"]);
    let mut point = (&first.parameters, &first.phase);
    for (at, row) in rows.iter().enumerate() {
        let here = (&row.parameters, &row.phase);
        if at == 0 || here != point {
            let place = place(row);
            if !place.is_empty() {
                table.line(format!("  {place}"));
            }
            point = here;
        }
        let difference = spread(row.difference, Some(row.difference_ci95));
        let relative = match row.ratio_ci95 {
            Some([low, high]) => {
                let percent = |ratio: f64| figure(100.0 * (ratio - 1.0));
                format!("{} to {}", short(percent(low)), short(percent(high)))
            }
            None => "-".to_owned(),
        };
        table.row([
            format!("  {}", pair(comparison, row)),
            figure(row.subject.mean),
            figure(row.reference.mean),
            difference,
            relative,
            p(row.p_holm),
            if row.paired { row.n.to_string() } else { format!("{}, {}", row.subject.n, row.reference.n) },
        ]);
        table.line(format!("    {}", row.verdict));
    }
    format!("{}{unit}{better}\n{}", first.metric, table.text())
}

/// A relative difference with at most one decimal.
fn short(text: String) -> String {
    text.parse::<f64>().map_or(text, |value| {
        let decimals = if value.abs() >= 10.0 { 0 } else { 1 };
        let text = format!("{value:+.decimals$}");
        if text.trim_start_matches(['+', '-']).parse() == Ok(0.0) { "0".to_owned() } else { text }
    })
}

fn p(value: f64) -> String {
    if value < 0.0001 { "< 0.0001".to_owned() } else { format!("{value:.4}") }
}

/// What is compared with what.
fn pair(comparison: &Comparison, row: &ComparisonRow) -> String {
    let (subject, reference) = (&row.subject, &row.reference);
    if comparison.folders.len() == 1 {
        return format!("{} against {}", subject.overlay, reference.overlay);
    }
    format!(
        "{} [{}] against {} [{}]",
        subject.overlay,
        subject.folder + 1,
        reference.overlay,
        reference.folder + 1
    )
}

/// The point of the sweep and the phase.
fn place(row: &ComparisonRow) -> String {
    let values = row.parameters.iter();
    let mut parts: Vec<String> =
        values.map(|(path, value)| format!("{path} = {}", TimeSeries::sweep_text(value))).collect();
    parts.extend(row.phase.iter().map(|phase| format!("phase: {phase}")));
    parts.join(", ")
}
