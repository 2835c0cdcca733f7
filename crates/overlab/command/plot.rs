//! `overlab plot`: the plots of a results folder, drawn again.

use super::{Done, output};
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Example:
  overlab plot results/quickstart

Draws plots/*.svg and plots/*.png again from the figures in the folder; nothing is run. Exit codes: 0 done; 1 a \
file could not be written; 2 the folder holds no results.";

/// Draws the plots of a results folder again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Plot {
    /// A results folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Plot {
    pub(super) fn perform(&self) -> Done {
        let lines: String =
            overlab_report::draw(&self.folder)?.iter().map(|file| format!("{}\n", file.display())).collect();
        output::print(&lines)
    }
}
