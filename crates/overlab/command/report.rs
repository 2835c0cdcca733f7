//! `overlab report`: the plots and the page of a results folder, made again.

use super::{Done, output};
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Example:
  overlab report results/quickstart

Draws the plots again and writes report.html, one page with everything in it that opens from disk. Nothing is \
run. Exit codes: 0 done; 1 a file could not be written; 2 the folder holds no results.";

/// Draws the plots and writes the page of a results folder again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Report {
    /// A results folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Report {
    pub(super) fn perform(&self) -> Done {
        overlab_report::draw(&self.folder)?;
        let page = overlab_report::page(&self.folder)?;
        output::print(&format!("report: {}\n", page.display()))
    }
}
