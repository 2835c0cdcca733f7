//! Shares of an experiment that were run apart, joined in one folder.

use crate::experiment::Experiment;
use crate::outcome::RunOutcome;
use crate::store::{RunPlace, Runs, Store, StoreError};
use std::path::{Path, PathBuf};

/// Why shares cannot be joined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Two folders disagree about a run, which one version of the program cannot do.
    #[error(
        "{} and {} disagree about {run}: they were not made by the same program on the same files; delete the one that you do not trust",
        .first.display(), .second.display()
    )]
    Conflict {
        /// The run.
        run: String,
        /// Its file in one folder.
        first: PathBuf,
        /// Its file in another.
        second: PathBuf,
    },
    /// A folder cannot be read or written to.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What several folders hold of an experiment's runs: nothing was written yet.
#[derive(Debug)]
pub struct Merger<'a> {
    experiment: &'a Experiment,
    /// The folder that has each run.
    found: Vec<(RunPlace, usize)>,
    folders: Vec<Runs>,
}

impl<'a> Merger<'a> {
    /// Looks for every run of `experiment` in `folders`, which were made by this version and revision of the program.
    ///
    /// # Errors
    /// Where a folder is no such folder, a run's file is damaged, or two folders disagree about a run.
    pub fn new(
        experiment: &'a Experiment,
        folders: &[PathBuf],
        version: &str,
        revision: Option<&str>,
    ) -> Result<Self, MergeError> {
        let folders = folders
            .iter()
            .map(|folder| Store::runs_of(folder, version, revision))
            .collect::<Result<Vec<_>, _>>()?;
        let mut merger = Self { experiment, found: Vec::new(), folders };
        for (point, at) in experiment.points.iter().enumerate() {
            for overlay in 0..at.scenario.overlays.len() {
                for replication in 0..at.scenario.replications.at_most() {
                    let place = RunPlace { point, overlay, replication };
                    if let Some(folder) = merger.find(place)? {
                        merger.found.push((place, folder));
                    }
                }
            }
        }
        Ok(merger)
    }

    /// The first folder that has a run; all that have it must agree.
    fn find(&self, place: RunPlace) -> Result<Option<usize>, MergeError> {
        let run = self.experiment.run_identity(place);
        let mut first: Option<(usize, RunOutcome)> = None;
        for (folder, runs) in self.folders.iter().enumerate() {
            let Some(outcome) = runs.load(&run)? else { continue };
            match &first {
                Some((there, known)) if !known.is_the_same_as(&outcome) => {
                    return Err(MergeError::Conflict {
                        run: self.experiment.name_of(place),
                        first: self.folders[*there].path(&run),
                        second: runs.path(&run),
                    });
                }
                Some(_) => {}
                None => first = Some((folder, outcome)),
            }
        }
        Ok(first.map(|(folder, _)| folder))
    }

    /// Puts what was found into `store`.
    ///
    /// # Errors
    /// Where a file cannot be read or written.
    pub fn fill(&self, store: &Store) -> Result<(), StoreError> {
        for (place, folder) in &self.found {
            store.runs().adopt(&self.experiment.run_identity(*place), &self.folders[*folder])?;
        }
        Ok(())
    }
}

/// The scenario's text in a folder that is to be joined with others.
///
/// # Errors
/// Where there is none.
pub fn scenario_of(folder: &Path) -> std::io::Result<String> {
    fs_err::read_to_string(folder.join("scenario.json"))
}
