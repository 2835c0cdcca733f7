//! `report.html`: everything that a results folder says on one page that opens from disk, without scripts.

mod course;
mod failures;
mod machine;
mod markup;
mod metrics;
mod verdict;

use crate::figure::{Figure, figures};
use crate::number::{duration, fixed};
use crate::results::Results;
use crate::svg::escape;
use markup::{facts, section};
use serde_json::Value;

const STYLE: &str = include_str!("page/page.css");

/// The whole page of a results folder; all text in it is escaped, and it loads nothing.
pub fn html(results: &Results) -> String {
    let summary = &results.summary;
    let scenario: Value = serde_json::from_str(&results.scenario).unwrap_or_default();
    let description = scenario.get("description").and_then(Value::as_str).unwrap_or_default();
    let figures = figures(results);
    let (underlay, plots): (Vec<_>, Vec<_>) = figures.iter().partition(|figure| figure.name() == "underlay");

    let sections = [
        section("verdict", "Summary", &verdict::section(results)),
        section("warnings", "Warnings", &warnings(&summary.warnings)),
        section("plots", "Plots", &shown(&plots, 1)),
        section("metrics", "Metrics", &metrics::section(results)),
        section("failures", "Failures", &failures::section(results)),
        section("course", "Phases and events", &course::section(results)),
        section("underlay", "Underlay", &self::underlay(results, &underlay, plots.len() + 1)),
        section("run", "Run", &machine::section(&results.manifest)),
        section("scenario", "Scenario", &parameters(&results.scenario)),
    ];
    let title = escape(&summary.scenario);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} – Overlab report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n"
    );
    for paragraph in description.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        out.push_str(&format!("<p class=\"lead\">{}</p>\n", escape(paragraph)));
    }
    out.push_str(&identity(results));
    out.push_str("<nav aria-label=\"Sections\"><ul>\n");
    for (id, name, _) in sections.iter().filter(|section| !section.2.is_empty()) {
        out.push_str(&format!("<li><a href=\"#{id}\">{name}</a></li>\n"));
    }
    out.push_str("</ul></nav>\n</header>\n<main>\n");
    for (_, _, content) in &sections {
        out.push_str(content);
    }
    out.push_str(&format!(
        "</main>\n<footer><p>Written by Overlab {} from the files beside this page.</p></footer>\n</body>\n</html>\n",
        escape(&results.manifest.version)
    ));
    out
}

/// What tells this run from any other.
fn identity(results: &Results) -> String {
    let summary = &results.summary;
    let replications = results.points().iter().map(|point| results.replications(point)).max().unwrap_or(0);
    let points = results.points().len();
    let mut list = vec![
        ("Overlays", fixed(results.overlays().len() as f64, 0)),
        ("Replications", fixed(f64::from(replications), 0)),
        ("Measured period", duration(summary.measure_s)),
        ("Seed", summary.seed.to_string()),
        ("Digest", summary.digest.clone()),
    ];
    if points > 1 {
        list.insert(1, ("Sweep points", fixed(points as f64, 0)));
    }
    facts(&list)
}

fn warnings(warnings: &[String]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let items: String = warnings.iter().map(|warning| format!("<li>{}</li>\n", escape(warning))).collect();
    format!(
        "<div class=\"warning\" role=\"note\">\n<p>Look at these before trusting the figures:</p>\n<ul>\n{items}</ul>\n</div>\n"
    )
}

/// Figures with their number and the names of their files.
fn shown(figures: &[&Figure], first: usize) -> String {
    let figure = |(index, figure): (usize, &&Figure)| {
        format!(
            "<figure id=\"figure-{name}\">\n{svg}<figcaption><b>Figure {number}.</b> {heading} \
             <span class=\"files\">plots/{name}.svg, plots/{name}.png</span></figcaption>\n</figure>\n",
            name = escape(figure.name()),
            svg = figure.svg(),
            number = first + index,
            heading = escape(figure.heading()),
        )
    };
    figures.iter().enumerate().map(figure).collect()
}

fn underlay(results: &Results, figures: &[&Figure], first: usize) -> String {
    let mut out = shown(figures, first);
    let figures = &results.underlay.statistics;
    if !figures.is_empty() {
        out.push_str("<h3>Statistics</h3>\n");
        let list: Vec<(&str, String)> = figures
            .iter()
            .map(|(name, value)| (name.as_str(), value.map_or("–".into(), crate::number::short)))
            .collect();
        out.push_str(&facts(&list));
    }
    out
}

fn parameters(scenario: &str) -> String {
    format!(
        "<p>The scenario with every default filled in: running it gives the same bits.</p>\n\
         <details>\n<summary>All parameters (scenario.json)</summary>\n<pre><code>{}</code></pre>\n</details>\n",
        escape(scenario)
    )
}
