//! `overlab underlay --export`: the network as files for other programs.

use super::super::failure::Failure;
use super::super::{Done, output};
use clap::ValueEnum;
use overlab_lab::Export;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What to write a network as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// One file for networkx, Gephi, yEd, and for "underlay": {"graph": ...} of a scenario.
    Graphml,
    /// Two files, NAME.nodes.csv and NAME.links.csv.
    Csv,
    /// One file in node-link form, for node_link_graph(data, edges="edges") of networkx.
    Json,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Self::Graphml => "graphml",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// The files to write, for a name with this format's extension or none at all.
    ///
    /// # Errors
    /// Where the name ends in something else.
    pub(super) fn files(self, out: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
        let extension = self.extension();
        let stem = match out {
            None => PathBuf::from("underlay"),
            Some(name) if name.extension().is_some_and(|end| end == extension) => name.with_extension(""),
            Some(name) => {
                let name = name.display();
                return Err(Failure::input(format!("--out {name}: end the name in .{extension}")));
            }
        };
        let file = |end: &str| PathBuf::from(format!("{}.{end}", stem.display()));
        Ok(match self {
            Self::Csv => vec![file("nodes.csv"), file("links.csv")],
            Self::Graphml | Self::Json => vec![file(extension)],
        })
    }

    fn texts(self, export: &Export) -> Vec<String> {
        match self {
            Self::Graphml => vec![export.graphml()],
            Self::Csv => export.csv().into(),
            Self::Json => vec![export.json()],
        }
    }
}

/// Refuses files that exist already, unless they may be replaced.
pub(super) fn check(files: &[PathBuf], force: bool) -> Done {
    match files.iter().find(|file| !force && file.exists()) {
        Some(file) => {
            let file = file.display();
            Err(Failure::input(format!(
                "{file}: exists already: name another file with --out, or add --force"
            )))
        }
        None => Ok(()),
    }
}

/// Writes all files beside their places first: each appears whole, and none before all of them can.
pub(super) fn write(format: Format, export: &Export, files: &[PathBuf], force: bool) -> Done {
    let failed = |file: &Path, error: &dyn std::fmt::Display| {
        let file = file.display();
        Failure::run(format!("{file}: cannot be written: {error}: name another file with --out"))
    };
    let mut made = Vec::new();
    for (file, text) in files.iter().zip(format.texts(export)) {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let temporary = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
        let mut temporary = temporary.map_err(|error| failed(file, &error))?;
        temporary.write_all(text.as_bytes()).map_err(|error| failed(file, &error))?;
        readable(&temporary).map_err(|error| failed(file, &error))?;
        made.push((temporary, file));
    }
    for (temporary, file) in made {
        let kept = if force { temporary.persist(file) } else { temporary.persist_noclobber(file) };
        kept.map_err(|error| failed(file, &error.error))?;
        output::tell(&format!("wrote {}", file.display()));
    }
    Ok(())
}

/// Temporary files are for their owner alone; these are for everyone.
#[cfg(unix)]
fn readable(file: &NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &NamedTempFile) -> std::io::Result<()> {
    Ok(())
}
