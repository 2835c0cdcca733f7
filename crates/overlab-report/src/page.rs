//! `report.html`: everything that a results folder says on one page that opens from disk. Its scripts are its own; without
//! them, and on paper, everything is there as tables and pictures.

mod cost;
mod course;
mod failures;
mod findings;
mod machine;
mod markup;
mod methods;
mod metrics;
mod policy;
mod replay;
mod verdict;

use crate::figure::{Figure, figures};
use crate::number::{duration, fixed};
use crate::results::Results;
use crate::svg::escape;
use markup::{facts, section};
use serde_json::Value;

/// The whole page of a results folder; all text in it is escaped, it loads nothing, and nothing runs but its own scripts.
pub fn html(results: &Results) -> String {
    let summary = &results.summary;
    let scenario: Value = serde_json::from_str(&results.scenario).unwrap_or_default();
    let description = scenario.get("description").and_then(Value::as_str).unwrap_or_default();
    let figures = figures(results);
    let of = |wanted: fn(&str) -> bool| figures.iter().filter(move |figure| wanted(figure.name()));
    let underlay: Vec<&Figure> = of(|name| name.starts_with("underlay")).collect();
    let still: Vec<&Figure> = of(|name| name == "replay").collect();
    let plots: Vec<&Figure> = of(|name| name != "replay" && !name.starts_with("underlay")).collect();
    let numbered = plots.len() + 1;
    let (replayed, record) = replay::section(results, &shown(&still, numbered));

    let sections = [
        section("verdict", "Summary", &verdict::section(results)),
        section("warnings", "Warnings", &warnings(&summary.warnings)),
        section("plots", "Plots", &shown(&plots, 1)),
        section("metrics", "Metrics", &metrics::section(results)),
        section("cost", "Cost against performance", &cost::section(results)),
        section("failures", "Failures", &failures::section(results)),
        section("course", "Phases and events", &course::section(results)),
        section("replay", "Replay", &replayed),
        section("underlay", "Underlay", &self::underlay(results, &underlay, numbered + still.len())),
        section("methods", "Methods", &methods::section(results)),
        section("run", "Run", &machine::section(results)),
        section("scenario", "Scenario", &parameters(&results.scenario, &scenario)),
    ];
    let title = escape(&summary.scenario);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{}\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} – Overlab report</title>\n<style>{}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n",
        policy::element(),
        policy::STYLE
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
        "</main>\n<footer><p>Written by Overlab {} from the files beside this page.</p></footer>\n",
        escape(&results.manifest.version)
    ));
    let charts =
        figures.iter().filter_map(|figure| Some((figure.name().to_owned(), figure.chart()?.value().clone())));
    out.push_str(&policy::carried("charts", &Value::Object(charts.collect())));
    if let Some(record) = record {
        out.push_str(&policy::carried("record", &record));
    }
    out.push_str(&format!("<script>{}</script>\n</body>\n</html>\n", policy::SCRIPT));
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

/// The same with a capital at its start.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Figures with their number and the names of their files.
fn shown(figures: &[&Figure], first: usize) -> String {
    let figure = |(index, figure): (usize, &&Figure)| {
        let name = escape(figure.name());
        let chart = if figure.chart().is_some() {
            format!(" data-chart=\"{name}\" data-title=\"{}\"", escape(figure.heading()))
        } else {
            String::new()
        };
        format!(
            "<figure id=\"figure-{name}\"{chart}>\n{svg}<figcaption><b>Figure {number}.</b> {heading}. {caption}. \
             <span class=\"files\">plots/{name}.svg, plots/{name}.png</span></figcaption>\n</figure>\n",
            svg = figure.svg(),
            number = first + index,
            heading = escape(figure.heading()),
            caption = escape(&sentence(figure.caption())),
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

fn parameters(text: &str, scenario: &Value) -> String {
    let mut table =
        markup::Table::new("Every parameter, defaults included", &markup::texts(["Parameter", "Value"]));
    let mut leaves = Vec::new();
    collect("", scenario, &mut leaves);
    for (path, value) in leaves {
        table.row(&[markup::Cell::Head(path), markup::Cell::Long(value)]);
    }
    markup::details("All parameters as a table", &table.finish(), false)
        + &format!(
            "<p>The scenario with every default filled in: running it gives the same bits.</p>\n\
             <details>\n<summary>All parameters (scenario.json)</summary>\n<pre><code>{}</code></pre>\n</details>\n",
            escape(text)
        )
}

/// The single values of a scenario with their paths, in its order.
fn collect(path: &str, value: &Value, leaves: &mut Vec<(String, String)>) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect(&path, value, leaves);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{path}[{index}]"), item, leaves);
            }
        }
        Value::String(text) => leaves.push((path.to_owned(), text.clone())),
        other => leaves.push((path.to_owned(), other.to_string())),
    }
}
