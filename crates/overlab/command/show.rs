//! `overlab show`: the scenario with every default filled in.

use super::source::{Changes, Source};
use super::{Done, output};
use clap::Args;
use overlab_lab::Registry;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  overlab show scenarios/quickstart.json
  overlab show my.json --set peers.count=5000 > larger.json

What is printed is itself a scenario: running it gives the same results. Data files that it names need not be \
there. Exit codes: 0 done; 2 the scenario is wrong.";

/// Prints a scenario with every default filled in.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Show {
    /// A scenario file.
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    #[command(flatten)]
    changes: Changes,
}

impl Show {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let source = Source::read(&self.scenario, &self.changes, registry)?;
        source.tell_warnings();
        output::print(&source.experiment.scenario.to_json())
    }
}
