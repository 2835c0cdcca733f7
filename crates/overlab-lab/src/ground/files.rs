//! The files that a scenario reads: found, checked, and never named by a machine's folders.

use flate2::read::MultiGzDecoder;
use overlab_schema::scenario::{Input, Scenario};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where measured data come from, for whoever lacks them.
const SOURCES: &str = "measured data are not part of this project: latency matrices come with the papers that measured them \
     (such as NetLatency-Data of Zhu et al. 2017), network maps from the Internet Topology Zoo (Knight et al. 2011), \
     session traces from the Failure Trace Archive; put the file beside the scenario, name its folder with --data DIR, \
     or give its path with --set";

/// Why a file of data cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// It is nowhere.
    #[error("no file {name:?} (looked in {}); {SOURCES}", .looked.join(", "))]
    Missing {
        /// Its name in the scenario.
        name: String,
        /// The folders that were looked in.
        looked: Vec<String>,
    },
    /// It cannot be read.
    #[error("cannot read {name:?}: {error}")]
    Unreadable {
        /// Its name in the scenario.
        name: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// Two files of a sweep could not be told apart in the results.
    #[error(
        "two different files are called {name:?}: results name files without their folders, so give one of them another name"
    )]
    SameName {
        /// The name.
        name: String,
    },
    /// It is not the file that the results were made with.
    #[error(
        "{name:?} is not the file that the results were made with: its BLAKE3 hash is {found}, not {expected}; put that file in its place"
    )]
    Changed {
        /// Its name in the scenario.
        name: String,
        /// The hash it has.
        found: String,
        /// The hash it should have.
        expected: String,
    },
}

/// A file that was found.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    pub(crate) path: PathBuf,
    pub(crate) input: Input,
}

/// Finds the files of a scenario.
#[derive(Clone, Debug, Default)]
pub struct DataFiles {
    found: BTreeMap<String, Located>,
}

impl DataFiles {
    /// Finds and hashes all files that `scenario` names, the one at `path` first in the folders that `base(path)` gives (beside
    /// the scenario, or the working folder for what an option named), then in `data`.
    ///
    /// # Errors
    /// The path of the value and what is wrong with its file.
    pub fn find(
        scenario: &Scenario,
        base: &dyn Fn(&str) -> PathBuf,
        data: Option<&Path>,
    ) -> Result<Self, (String, DataError)> {
        let mut found = BTreeMap::new();
        for (path, name) in Self::named(scenario) {
            let located = locate(&name, &base(path), data).map_err(|error| (path.to_owned(), error))?;
            // Results name a file without its folders, and hold it to the hash they were made with.
            let short = short_name(&name);
            if let Some(expected) = scenario.inputs.get(&short)
                && expected.blake3 != located.input.blake3
            {
                let error = DataError::Changed {
                    name: short,
                    found: located.input.blake3,
                    expected: expected.blake3.clone(),
                };
                return Err((path.to_owned(), error));
            }
            found.insert(path.to_owned(), located);
        }
        Ok(Self { found })
    }

    /// The paths of a scenario's values that name files, with these names.
    pub fn named(scenario: &Scenario) -> Vec<(&'static str, String)> {
        scenario.files()
    }

    /// The file that the value at `path` names.
    pub(crate) fn located(&self, path: &str) -> Option<&Located> {
        self.found.get(path)
    }

    /// The content of a text file, plain or gzipped.
    pub(crate) fn text(&self, path: &str, name: &str) -> Result<String, DataError> {
        let unreadable = |error| DataError::Unreadable { name: name.to_owned(), error };
        let located =
            self.located(path).ok_or_else(|| DataError::Missing { name: name.to_owned(), looked: vec![] })?;
        let bytes = fs_err::read(&located.path).map_err(unreadable)?;
        let mut text = String::new();
        if bytes.starts_with(&[0x1f, 0x8b]) {
            MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text).map_err(unreadable)?;
        } else {
            text = String::from_utf8(bytes)
                .map_err(|error| unreadable(std::io::Error::new(std::io::ErrorKind::InvalidData, error)))?;
        }
        Ok(text)
    }

    /// All files by short name, for the record.
    pub fn inputs(&self) -> BTreeMap<String, Input> {
        self.found
            .values()
            .map(|located| (short_name(&located.path.to_string_lossy()), located.input.clone()))
            .collect()
    }
}

/// Leaves of every file's name in a scenario only what holds on another machine: the name without its folders.
pub(crate) fn shorten_names(scenario: &mut Scenario) {
    for (_, file) in scenario.files_mut() {
        *file = short_name(file);
    }
    for axis in
        scenario.sweep.axes.iter_mut().filter(|axis| Scenario::FILE_PATHS.contains(&axis.path.as_str()))
    {
        for value in &mut axis.values {
            shorten_value(value);
        }
    }
}

/// The same for the value of a swept path.
pub(crate) fn shorten_parameter(path: &str, value: &mut Value) {
    if Scenario::FILE_PATHS.contains(&path) {
        shorten_value(value);
    }
}

fn shorten_value(value: &mut Value) {
    if let Value::String(name) = value {
        *name = short_name(name);
    }
}

/// A file's name without its folders.
pub(crate) fn short_name(name: &str) -> String {
    Path::new(name).file_name().map_or_else(|| name.to_owned(), |last| last.to_string_lossy().into_owned())
}

fn locate(name: &str, base: &Path, data: Option<&Path>) -> Result<Located, DataError> {
    let mut candidates = vec![base.join(name)];
    if let Some(data) = data {
        candidates.push(data.join(name));
        candidates.push(data.join(short_name(name)));
    }
    let Some(path) = candidates.iter().find(|path| path.is_file()) else {
        let folder = |path: &PathBuf| {
            path.parent().map_or_else(String::new, |folder| match folder.as_os_str() {
                empty if empty.is_empty() => ".".to_owned(),
                _ => folder.display().to_string(),
            })
        };
        let mut looked: Vec<String> = candidates.iter().map(folder).collect();
        looked.dedup();
        return Err(DataError::Missing { name: name.to_owned(), looked });
    };
    let bytes = fs_err::read(path).map_err(|error| DataError::Unreadable { name: name.to_owned(), error })?;
    let input = Input { bytes: bytes.len() as u64, blake3: blake3::hash(&bytes).to_hex().to_string() };
    Ok(Located { path: path.clone(), input })
}
