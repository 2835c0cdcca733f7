//! The figures of the standard suite as tables that fit a page.

use super::super::table::{Table, wrapped};
use super::super::tables::{WIDTH, interval};
use super::Measured;
use overlab_lab::{FIGURES, Figure, FigureKind};
use overlab_schema::Metric;

/// One table a kind of figures, or several where one would be too wide; then what the headings mean.
pub(super) fn text(seed: u64, parts: &[Measured]) -> String {
    let mut text =
        format!("standard suite: seed {seed}; mean ± half of the 95 % interval over n replications\n\n");
    for kind in [FigureKind::Ways, FigureKind::Answers, FigureKind::Costs] {
        let figures =
            FIGURES.iter().enumerate().filter(|(_, figure)| figure.kind == kind).collect::<Vec<_>>();
        for columns in fitting(&figures, parts) {
            text.push_str(&table(columns, parts));
            text.push('\n');
        }
    }
    for part in parts {
        text.push_str(&explained(part.part.name, part.part.setting));
    }
    for figure in FIGURES {
        let machine = if figure.of_machine { " The only figure that depends on the machine." } else { "" };
        text.push_str(&explained(figure.heading, &format!("{}{machine}", figure.meaning)));
    }
    let metrics = parts.iter().flat_map(|part| &part.rows).flat_map(|row| &row.figures);
    if metrics.clone().any(|metric| metric.stationary == Some(false)) {
        text.push_str("* not stationary: the two halves of the measured period differ\n");
    }
    text
}

/// A word and what it means, with what is more than a line below the beginning of the first.
fn explained(word: &str, meaning: &str) -> String {
    const INDENT: &str = "          ";
    let lines = wrapped(meaning, INDENT, WIDTH);
    format!("{word:<width$}{}", &lines[INDENT.len()..], width = INDENT.len())
}

type Column = (usize, &'static Figure);

/// Columns in groups, each as large as fits the width; a group has at least one.
fn fitting<'a>(columns: &'a [Column], parts: &[Measured]) -> Vec<&'a [Column]> {
    let mut groups = Vec::new();
    let mut rest = columns;
    while !rest.is_empty() {
        let fits =
            |count: &usize| table(&rest[..*count], parts).lines().all(|line| line.chars().count() <= WIDTH);
        let count = (1..=rest.len()).rev().find(fits).unwrap_or(1);
        groups.push(&rest[..count]);
        rest = &rest[count..];
    }
    groups
}

/// One row an algorithm, under the part and the size that it was measured at.
fn table(columns: &[Column], parts: &[Measured]) -> String {
    let mut table = Table::new(&format!("l{}r", "r".repeat(columns.len())));
    let heading = columns.iter().map(|(_, figure)| figure.heading);
    table.row([""].into_iter().chain(heading).chain(["n"]));
    let units: Vec<&str> =
        columns.iter().map(|(_, figure)| if figure.unit == "1" { "" } else { figure.unit }).collect();
    if units.iter().any(|unit| !unit.is_empty()) {
        table.row([""].into_iter().chain(units));
    }
    for part in parts {
        let mut size = None;
        for row in &part.rows {
            if size != Some(row.peers) {
                size = Some(row.peers);
                table.line(format!("{}, {} peers", part.part.name, row.peers));
            }
            let figures: Vec<&Metric> = columns.iter().map(|(at, _)| &row.figures[*at]).collect();
            let mut counts: Vec<String> = figures.iter().map(|metric| metric.n.to_string()).collect();
            counts.dedup();
            let cells = figures.into_iter().map(interval);
            table.row([format!("  {}", row.algorithm)].into_iter().chain(cells).chain([counts.join("/")]));
        }
    }
    table.text()
}
