//! Why a folder could not be drawn or reported.

use overlab_schema::ResultsError;
use std::path::PathBuf;

/// Why figures or the page could not be made of a results folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The folder lacks files that every results folder has.
    #[error(
        "{folder}: no {missing}: name a folder that `overlab run` wrote, or run the scenario again to complete it"
    )]
    Missing {
        /// The folder as it was named by the caller.
        folder: PathBuf,
        /// The names of the files, separated by commas.
        missing: String,
    },
    /// A file is there but is not what it should be.
    #[error(transparent)]
    Content(#[from] ResultsError),
    /// The scenario in the folder is not JSON.
    #[error("{file}:{line}:{column}: not JSON; the file is damaged or not ours: run the scenario again")]
    Scenario {
        /// The file as it was named by the caller.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A file could not be read or written; the message names it.
    #[error("{0}: check that the folder may be read and written and that the disk has room")]
    File(#[from] std::io::Error),
}
