//! `overlab describe`: one name of a scenario or of its results, in full.

use super::failure::Failure;
use super::list::{Kind, family};
use super::table::wrapped;
use super::vocabulary::{Choice, Field, Vocabulary};
use super::{Done, output};
use clap::{Args, ValueEnum};
use overlab_lab::{Better, Entry, MetricEntry, Registry, metric};
use overlab_schema::nearest;
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  overlab describe kademlia
  overlab describe transit_stub
  overlab describe lookup.stretch

`overlab list` lists all names.";

/// The widest that lines should be.
const WIDTH: usize = 100;

/// Describes a name: what it is, its parameters with their defaults, where it comes from.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Describe {
    /// An algorithm, underlay, workload, law of churn, metric, or key of a scenario such as access.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Describe {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let vocabulary = Vocabulary::of_scenarios();
        let named = |choices: Vec<Choice>| choices.into_iter().find(|choice| choice.name == self.name);
        let mut parts = Vec::new();
        if let Some(entry) = registry.find(&self.name) {
            parts.push(algorithm(entry));
        }
        if let Some(found) = named(vocabulary.underlays()) {
            let example = json!({ "underlay": vocabulary.example(&found) });
            parts.push(choice("underlay", &found, &vocabulary, &example));
        }
        if let Some(found) = named(vocabulary.workloads()) {
            let example = json!({ "workload": vocabulary.example(&found) });
            parts.push(choice("workload", &found, &vocabulary, &example));
        }
        if let Some(found) = named(vocabulary.churn()) {
            let example = vocabulary.example(&found);
            let example = if found.name == "trace" {
                json!({ "churn": example })
            } else {
                json!({ "churn": { "session": example, "downtime": { "exponential": { "mean": "10min" } } } })
            };
            parts.push(choice("churn", &found, &vocabulary, &example));
        }
        if let Some(found) = named(vocabulary.keys()) {
            parts.push(choice("key of a scenario", &found, &vocabulary, &vocabulary.example(&found)));
        }
        let plain = self.name.strip_suffix('*').unwrap_or(&self.name);
        if let Some(entry) = metric(plain) {
            parts.push(measured(entry));
        }
        if parts.is_empty() {
            return Err(Failure::input(self.unknown(registry, &vocabulary)));
        }
        output::print(&parts.join("\n"))
    }

    fn unknown(&self, registry: &Registry, vocabulary: &Vocabulary) -> String {
        let all: Vec<String> = Kind::value_variants()
            .iter()
            .flat_map(|kind| kind.names(registry, vocabulary))
            .map(|(name, _)| name)
            .chain(vocabulary.keys().into_iter().map(|key| key.name))
            .collect();
        let meant = nearest(&self.name, all.iter().map(String::as_str));
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean {meant:?}?"));
        format!("unknown name {:?}{meant} (`overlab list` lists all names)", self.name)
    }
}

fn algorithm(entry: &Entry) -> String {
    let defaults = entry.default_parameters();
    let mut fields = Vocabulary::of(entry.parameter_schema()).root_fields();
    for field in &mut fields {
        field.default = defaults.get(&field.name).cloned();
    }
    let overlay =
        json!({ "overlays": [{ "label": entry.about.title, "algorithm": { entry.about.name: defaults } }] });
    format!(
        "{}: {} (algorithm, {})\n{}{}{}{}",
        entry.about.name,
        entry.about.title,
        entry.service.replace('_', " "),
        wrapped(entry.about.summary, "  ", WIDTH),
        wrapped(&format!("Source: {}", entry.about.reference), "  ", WIDTH),
        parameters(&fields),
        example(&overlay),
    )
}

fn choice(kind: &str, choice: &Choice, vocabulary: &Vocabulary, shown: &Value) -> String {
    format!(
        "{} ({kind})\n{}{}{}",
        choice.name,
        wrapped(&choice.description, "  ", WIDTH),
        parameters(&vocabulary.fields(choice)),
        example(shown),
    )
}

fn measured(entry: &MetricEntry) -> String {
    let unit = if entry.unit == "1" { "none: a ratio or a count" } else { entry.unit };
    let mut text =
        format!("{} (metric)\n{}  Unit: {unit}\n", family(entry.name), wrapped(entry.meaning, "  ", WIDTH));
    if entry.headline {
        text.push_str(
            "  A headline: it stands first in tables, and every run judges whether it is stationary.\n",
        );
    }
    match entry.better {
        Some(Better::Lower) => text.push_str("  Lower is better.\n"),
        Some(Better::Higher) => text.push_str("  Higher is better.\n"),
        None => {}
    }
    text.push_str(&wrapped(estimate(entry), "  ", WIDTH));
    text
}

/// What stands in a summary for a metric, and by what method.
fn estimate(entry: &MetricEntry) -> &'static str {
    if entry.is_share() {
        "In summaries: the mean over replications of each one's share, so that every replication counts the same however \
         many things it counted; its 95 % interval is that of Korn and Graubard (1998), which is Clopper and Pearson's of \
         the effective number of independent things and has a width near 0 and 1 too."
    } else {
        "In summaries: the mean over replications, so that every replication counts the same; its 95 % interval is Student's t. \
         Percentiles of operations are means over replications of each one's own, with the hull of Student's t and Hall's \
         (1992) interval for skewed numbers; percentiles of single values have intervals of order statistics."
    }
}

fn parameters(fields: &[Field]) -> String {
    if fields.is_empty() {
        return "\nParameters: none\n".to_owned();
    }
    let mut text = "\nParameters:\n".to_owned();
    for field in fields {
        let default = match (&field.default, field.required) {
            (Some(default), _) => format!(", default {default}"),
            (None, true) => ", must be given".to_owned(),
            (None, false) => String::new(),
        };
        text.push_str(&format!("  {}: {}{default}\n", field.name, field.kind));
        text.push_str(&wrapped(&field.description, "      ", WIDTH));
    }
    text
}

/// An excerpt of a scenario.
fn example(excerpt: &Value) -> String {
    let text = format!("{excerpt:#}");
    // The outermost braces belong to the scenario.
    let inner: String =
        text.lines().filter(|line| line.starts_with(' ')).map(|line| format!("{line}\n")).collect();
    format!("\nIn a scenario:\n{inner}")
}
