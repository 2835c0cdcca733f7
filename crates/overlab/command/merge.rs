//! `overlab merge`: shares of one scenario that were run apart, joined in one results folder.

use super::failure::Failure;
use super::run::{command, conclude, draw, named, open_all, revision};
use super::source::{Changes, Source};
use super::{Done, REVISION, VERSION};
use clap::Args;
use overlab_lab::{Execution, MergeError, Merger, Progress, Registry, RunPlace, cores, execute};
use overlab_schema::Scenario;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

const EXAMPLES: &str = "\
Examples:
  overlab run sweep.json --shard 1/2 --out one      On one machine
  overlab run sweep.json --shard 2/2 --out two      On another
  overlab merge one two --out results/sweep
  overlab merge shared --out results/sweep          The shares wrote to one folder

The folders hold runs of the same scenario, made by this version of this program; the results have the bits of one \
run of it all. Runs that no folder has are named, and what is there is joined: the same command joins the rest later, \
and `overlab run` with the same --out runs it. Data files are looked for in the first folder and then under --data.

Exit codes: 0 done; 1 runs are missing, and what is there is joined; 2 folders hold something else or disagree, and \
nothing was written.";

/// Names of missing runs that are told; of more, only the number.
const MOST: usize = 10;

/// Joins the shares of a scenario (see `overlab run --shard`) in one results folder.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Merge {
    /// The folders that the shares were run in.
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// The results folder.
    #[arg(long, required = true, value_name = "DIR")]
    out: PathBuf,
    /// A folder with data files that are not in the first folder.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Replaces whatever else the results folder holds, once nothing is missing.
    #[arg(long)]
    force: bool,
}

impl Merge {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        self.agree()?;
        let mut source = Source::read(&self.folders[0].join("scenario.json"), &Changes::default(), registry)?;
        let plans = source.plans(self.data.as_deref())?;
        let experiment = &source.experiment;
        let revision = revision(registry);
        let merger = Merger::new(experiment, &self.folders, VERSION, revision.as_deref())?;
        let scenario = experiment.scenario.to_json();
        let one = [(self.out.as_path(), scenario)].into_iter();
        let mut stores = open_all(one, revision.as_deref(), self.force)?;
        let store = stores.remove(0);
        merger.fill(&store)?;
        // Stopped before it begins, it runs nothing and writes the results of what is there.
        let (stop, progress) = (AtomicBool::new(true), Progress::default());
        let execution = Execution {
            threads: cores(),
            width_divisor: 1,
            ranks: None,
            stop: &stop,
            progress: &progress,
            command: command(),
            version: VERSION.to_owned(),
            revision: REVISION.map(str::to_owned),
        };
        let done = execute(experiment, &plans, store, &execution)?;
        if !done.failures.is_empty() {
            return Err(Failure::Run(done.failures));
        }
        let (finished, runs) = done.finished;
        if finished == runs {
            draw(&self.out)?;
            return conclude(&done.summary, &self.out);
        }
        if finished > 0 {
            draw(&done.folder)?;
        }
        let name = |place: &RunPlace| format!("missing: {}", experiment.name_of(*place));
        let told = done.missing.iter().take(MOST).map(name);
        let more = done.missing.len().saturating_sub(MOST);
        let more = (more > 0).then(|| format!("missing: and {more} more"));
        let kept = format!(
            "{finished} of {runs} runs are joined in {}; the same command with the folders of the others goes on, and so does \
             `overlab run` with --out {}",
            named(&done.folder, &self.out).display(),
            self.out.display()
        );
        Err(Failure::Run(told.chain(more).chain([kept]).collect()))
    }

    /// Whether all folders are of the same scenario.
    fn agree(&self) -> Done {
        let read = |folder: &Path| {
            overlab_lab::scenario_of(folder).map_err(|_| {
                Failure::input(format!(
                    "{}: holds no scenario.json: name a folder that `overlab run` wrote",
                    folder.display()
                ))
            })
        };
        let first = read(&self.folders[0])?;
        for folder in &self.folders[1..] {
            let other = read(folder)?;
            if other != first {
                let parsed = |text: &str| serde_json::from_str::<Scenario>(text).ok();
                let difference = parsed(&first).zip(parsed(&other)).and_then(|(a, b)| b.differs_from(&a));
                let what = difference.map_or_else(
                    || "has other runs: another sweep, other replications or overlays".to_owned(),
                    |path| format!("has another value of {path}"),
                );
                return Err(Failure::input(format!(
                    "{}: its scenario is not that of {}: it {what}; shares of one scenario can be joined",
                    folder.display(),
                    self.folders[0].display()
                )));
            }
        }
        Ok(())
    }
}

impl From<MergeError> for Failure {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::Store(error) => error.into(),
            error => Self::input(error),
        }
    }
}
