//! `overlab validate`: everything that a run checks, without running.

use super::failure::Failure;
use super::source::{Changes, Source};
use super::{Done, output};
use clap::Args;
use overlab_lab::Registry;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  overlab validate scenarios/*.json
  overlab validate my.json --set peers.count=100000

Nothing is written. Exit codes: 0 the scenarios can be run (but for data files that are not there, which are \
warned about); 2 something is wrong.";

/// Checks scenarios as a run would, without running them.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Validate {
    /// Scenario files.
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// A folder with data files that are not beside the scenario.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Validate {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let mut problems = Vec::new();
        for file in &self.scenarios {
            match self.check(file, registry) {
                Ok(line) => output::print(&line)?,
                Err(failure) => problems.extend_from_slice(failure.lines()),
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Failure::Input(problems)) }
    }

    fn check(&self, file: &std::path::Path, registry: &Registry) -> Result<String, Failure> {
        let mut source = Source::read(file, &self.changes, registry)?;
        source.tell_warnings();
        let missing = source.missing_data(self.data.as_deref())?;
        if missing.is_empty() {
            source.drafts(self.data.as_deref())?;
        }
        for problem in missing {
            output::warn(&problem);
        }
        let (experiment, scenario) = (&source.experiment, &source.experiment.scenario);
        let (fewest, most) = (experiment.runs(), experiment.most_runs());
        let runs = if fewest == most {
            counted(most, "run")
        } else {
            format!("{fewest} to {}", counted(most, "run"))
        };
        let replications = match scenario.replications.until() {
            None => counted(u64::from(scenario.replications.at_most()), "replication"),
            Some(_) => format!("{} replications", scenario.replications),
        };
        Ok(format!(
            "ok: {}: {} x {} x {replications} = {runs}\n",
            source.name(),
            counted(experiment.points.len() as u64, "point"),
            counted(scenario.overlays.len() as u64, "overlay"),
        ))
    }
}

/// A number and what is counted.
pub(super) fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
