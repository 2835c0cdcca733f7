//! From a results folder to the files that are drawn into it, each whole or not there.

use crate::figure::{Figure, figures};
use crate::{ReportError, Results, html};
use std::path::{Path, PathBuf};

/// Draws all figures of a results folder into its `plots/`, as SVG and PNG, and returns what was written.
///
/// # Errors
/// Where files of the folder are missing, unreadable or not what they should be, or a plot cannot be written.
pub fn draw(folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    plot(folder, &figures(&Results::read(folder)?))
}

/// Writes figures into the `plots/` of a folder, as SVG and PNG, and returns what was written.
///
/// # Errors
/// Where the folder cannot be made or a plot cannot be written.
pub fn plot(folder: &Path, figures: &[Figure]) -> Result<Vec<PathBuf>, ReportError> {
    let plots = folder.join("plots");
    fs_err::create_dir_all(&plots)?;
    let mut written = Vec::new();
    for figure in figures {
        let (svg, png) = (figure.svg().into_bytes(), figure.png());
        for (extension, content) in [("svg", svg), ("png", png)] {
            let path = plots.join(format!("{}.{extension}", figure.name()));
            write(&path, &content)?;
            written.push(path);
        }
    }
    Ok(written)
}

/// Writes `report.html` into a results folder: one page with everything in it, plots included.
///
/// # Errors
/// Where files of the folder are missing, unreadable or not what they should be, or the page cannot be written.
pub fn page(folder: &Path) -> Result<PathBuf, ReportError> {
    let results = Results::read(folder)?;
    let path = folder.join("report.html");
    write(&path, html(&results).as_bytes())?;
    Ok(path)
}

/// Writes under another name and renames, so that no half file ever has the name of a whole one.
fn write(path: &Path, content: &[u8]) -> Result<(), ReportError> {
    let mut name = path.file_name().expect("we name every file we write").to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    fs_err::write(&partial, content)?;
    fs_err::rename(&partial, path)?;
    Ok(())
}
