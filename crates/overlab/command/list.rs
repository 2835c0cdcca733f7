//! `overlab list`: what a scenario can be made of, and what is measured.

use super::table::wrapped;
use super::vocabulary::{Choice, Vocabulary};
use super::{Done, output};
use clap::{Args, ValueEnum};
use overlab_lab::{METRICS, Registry};

const EXAMPLES: &str = "\
Examples:
  overlab list
  overlab list metrics

`overlab describe NAME` tells more of each name.";

/// Lists algorithms, underlays, workloads, churn and metrics.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct List {
    /// What to list; everything where nothing is named.
    #[arg(value_name = "KIND")]
    kind: Option<Kind>,
}

/// What a name can be the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Overlay algorithms, for `overlays[].algorithm`.
    Algorithms,
    /// Models of the network underneath, for `underlay`.
    Underlays,
    /// What is asked of the overlays, for `workload`.
    Workloads,
    /// How peers come and go: laws for `churn.session` and `churn.downtime`, and traces.
    Churn,
    /// What is measured: the names in tables and in summary.json.
    Metrics,
}

impl List {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let vocabulary = Vocabulary::of_scenarios();
        let mut text = String::new();
        for kind in Kind::value_variants().iter().filter(|kind| self.kind.is_none_or(|only| only == **kind)) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&format!("{}\n", kind.heading()));
            let names = kind.names(registry, &vocabulary);
            let widest = names.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
            for (name, summary) in names {
                let indent = " ".repeat(widest + 4);
                let lines = wrapped(&summary, &indent, 100);
                text.push_str(&format!("  {name:widest$}  {}\n", lines.trim()));
            }
        }
        output::print(&text)
    }
}

impl Kind {
    fn heading(self) -> String {
        let help = self.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string));
        let name = format!("{self:?}").to_lowercase();
        help.map_or_else(|| name.clone(), |help| format!("{name}: {help}"))
    }

    /// All names of this kind, each with one sentence.
    pub(super) fn names(self, registry: &Registry, vocabulary: &Vocabulary) -> Vec<(String, String)> {
        let choices =
            |all: Vec<Choice>| all.into_iter().map(|choice| (choice.name, choice.description)).collect();
        match self {
            Self::Algorithms => registry
                .entries()
                .iter()
                .map(|entry| (entry.about.name.to_owned(), entry.about.summary.to_owned()))
                .collect(),
            Self::Underlays => choices(vocabulary.underlays()),
            Self::Workloads => choices(vocabulary.workloads()),
            Self::Churn => choices(vocabulary.churn()),
            Self::Metrics => {
                METRICS.iter().map(|metric| (family(metric.name), metric.meaning.to_owned())).collect()
            }
        }
    }
}

/// A metric's name; of a family, with what stands for the rest.
pub(super) fn family(name: &str) -> String {
    if name.ends_with('.') { format!("{name}*") } else { name.to_owned() }
}
