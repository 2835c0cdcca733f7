//! The results folder: opened, continued, replaced; every file written whole or not at all.

use crate::outcome::RunOutcome;
use atomic_write_file::AtomicWriteFile;
use fs_err as fs;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Why a results folder cannot be used. The folder is named by the message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// It holds something else.
    #[error("{folder}: holds {found}: name another folder with --out, or replace it with --force")]
    Foreign {
        /// The folder.
        folder: String,
        /// What is in it.
        found: &'static str,
    },
    /// Another run is writing to it.
    #[error(
        "{folder}: another run is writing its results there: wait for its end, or name another folder with --out"
    )]
    InUse {
        /// The folder.
        folder: String,
    },
    /// It cannot be written to at the start.
    #[error("{folder}: cannot be written to ({error}): name another folder with --out")]
    NotWritable {
        /// The folder.
        folder: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file could not be written on the way.
    #[error("cannot write {file}: {error}; what was finished before is kept")]
    Write {
        /// The file.
        file: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file of the folder could not be read back.
    #[error("cannot read {file}: {problem}; delete it to have that run made again")]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
    },
}

/// What the runs of a folder were made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Maker {
    format: String,
    version: String,
    revision: Option<String>,
}

/// The place of a run among all runs of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunPlace {
    /// The point of the sweep.
    pub point: usize,
    /// The overlay.
    pub overlay: usize,
    /// The replication.
    pub replication: u32,
}

/// An open results folder.
#[derive(Debug)]
pub struct Store {
    /// Where the results are in the end.
    folder: PathBuf,
    /// Where they are written: beside it while they are to replace something.
    staging: PathBuf,
    /// While they are held, nobody else writes to either; the system gives them back when this process ends, however it
    /// ends.
    _locks: Vec<Lock>,
}

const RUNS: &str = "runs";
/// Held by whoever writes to the folder.
const LOCK: &str = "runs/lock";
const MAKER: &str = "runs/maker.json";
/// What is added to the name of a folder for results that will replace it.
const PARTIAL: &str = ".overlab-partial";
/// What is added to the name of a folder whose results are being replaced: nobody else would call a folder that.
const REPLACED: &str = ".overlab-replaced";

impl Store {
    /// Opens `folder` for the results of `scenario` (its complete text).
    ///
    /// A folder with results of the same scenario and program version is continued. Anything else in it is refused,
    /// or with `force` replaced, but only once the new results are complete.
    ///
    /// # Errors
    /// Where the folder holds something else or cannot be written to; nothing was written then.
    pub fn open(
        folder: &Path,
        scenario: &str,
        version: &str,
        revision: Option<&str>,
        force: bool,
    ) -> Result<Self, StoreError> {
        let maker = Maker {
            format: "overlab.runs/1".to_owned(),
            version: version.to_owned(),
            revision: revision.map(str::to_owned),
        };
        let name = folder.display().to_string();
        let not_writable = |error| StoreError::NotWritable { folder: name.clone(), error };
        // A name of its own: "." or ".." could not be replaced.
        let folder = &std::path::absolute(folder).map_err(not_writable)?;
        let here = std::env::current_dir().map_err(not_writable)?;
        if folder.file_name().is_none() || (force && is_above(folder, &here)) {
            let problem = "it is the working folder or holds it, and cannot be replaced";
            return Err(not_writable(std::io::Error::new(std::io::ErrorKind::InvalidInput, problem)));
        }
        if folder.exists() && !folder.is_dir() {
            return Err(StoreError::Foreign {
                folder: name.clone(),
                found: "a file, not a folder, in its place",
            });
        }
        let partial = beside(folder, PARTIAL);
        // A run that is to replace the folder writes beside it.
        let mut locks = Vec::new();
        for place in [folder, &partial] {
            locks.extend(Lock::of(place, false, &name)?);
        }
        mend(folder).map_err(not_writable)?;
        let staging = match found(folder, scenario, &maker) {
            Found::Nothing | Found::Same => folder.to_owned(),
            Found::Else(found) if !force => return Err(StoreError::Foreign { folder: name.clone(), found }),
            Found::Else(_) => {
                let staging = partial;
                if !matches!(self::found(&staging, scenario, &maker), Found::Nothing | Found::Same) {
                    fs::remove_dir_all(&staging).map_err(not_writable)?;
                }
                staging
            }
        };
        let existed = staging.exists();
        let created = fs::create_dir_all(staging.join(RUNS));
        if created.is_ok() && !locks.iter().any(|lock| lock.is_of(&staging)) {
            locks.extend(Lock::of(&staging, true, &name)?);
        }
        let store = Self { folder: folder.to_owned(), staging, _locks: locks };
        let prepared = created.and_then(|()| {
            let maker = serde_json::to_string(&maker).expect("plain data");
            write_where_new(&store.staging.join("scenario.json"), scenario.as_bytes())?;
            write_where_new(&store.staging.join(MAKER), maker.as_bytes())
        });
        match prepared {
            Ok(()) => Ok(store),
            Err(error) => {
                if !existed {
                    // Nothing is to be left behind; that this may fail too changes nothing about the error.
                    let _ = fs::remove_dir_all(&store.staging);
                }
                Err(StoreError::NotWritable { folder: name.clone(), error })
            }
        }
    }

    /// The folder that files are written to at present.
    pub fn staging(&self) -> &Path {
        &self.staging
    }

    fn run_file(&self, place: RunPlace) -> PathBuf {
        let RunPlace { point, overlay, replication } = place;
        self.staging
            .join(RUNS)
            .join(format!("point-{point:05}-overlay-{overlay:02}-replication-{replication:04}.json"))
    }

    /// The outcome of a run that was finished before.
    ///
    /// # Errors
    /// Where its file is there but cannot be read.
    pub fn load(&self, place: RunPlace) -> Result<Option<RunOutcome>, StoreError> {
        let path = self.run_file(place);
        let damaged = |problem: String| StoreError::Damaged { file: path.display().to_string(), problem };
        match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| damaged(error.to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(damaged(error.to_string())),
        }
    }

    /// Keeps the outcome of a run.
    ///
    /// # Errors
    /// Where it cannot be written, for instance because the disk is full.
    pub fn keep(&self, place: RunPlace, outcome: &RunOutcome) -> Result<(), StoreError> {
        let text = serde_json::to_string(outcome).expect("outcomes are plain data");
        let path = self.run_file(place);
        write_whole(&path, text.as_bytes())
            .map_err(|error| StoreError::Write { file: path.display().to_string(), error })
    }

    /// Writes a file of the folder.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        let path = self.staging.join(name);
        write_whole(&path, content)
            .map_err(|error| StoreError::Write { file: path.display().to_string(), error })
    }

    /// Puts complete results in their place, where they replace others.
    ///
    /// # Errors
    /// Where folders cannot be renamed.
    pub fn finish(self) -> Result<PathBuf, StoreError> {
        if self.staging != self.folder {
            let old = beside(&self.folder, REPLACED);
            let moved = fs::rename(&self.folder, &old)
                .and_then(|()| fs::rename(&self.staging, &self.folder))
                .and_then(|()| fs::remove_dir_all(&old));
            moved.map_err(|error| StoreError::Write { file: self.folder.display().to_string(), error })?;
        }
        Ok(self.folder)
    }
}

/// The right to write to a folder, held by one process at a time.
#[derive(Debug)]
struct Lock {
    path: PathBuf,
    _file: std::fs::File,
}

impl Lock {
    /// Locks `folder`, where it has a file for that or is to `make` one. A folder that cannot be written to needs none, and
    /// nobody has one where the system knows no locks.
    fn of(folder: &Path, make: bool, name: &str) -> Result<Option<Self>, StoreError> {
        let path = folder.join(LOCK);
        // The file stays when it was used: were it deleted, a second one could be locked beside it.
        let opened = std::fs::OpenOptions::new().write(true).create(make).truncate(false).open(&path);
        let Ok(file) = opened else { return Ok(None) };
        match file.try_lock() {
            Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse { folder: name.to_owned() }),
            Err(std::fs::TryLockError::Error(_)) => Ok(None),
            Ok(()) => Ok(Some(Self { path, _file: file })),
        }
    }

    fn is_of(&self, folder: &Path) -> bool {
        self.path == folder.join(LOCK) && self.path.exists()
    }
}

/// Makes good what a process that was killed between two renamings left: the old results stand beside their place, or
/// wait to be deleted.
fn mend(folder: &Path) -> std::io::Result<()> {
    let replaced = beside(folder, REPLACED);
    match (folder.exists(), replaced.exists()) {
        (false, true) => fs::rename(&replaced, folder),
        (true, true) => fs::remove_dir_all(&replaced),
        (_, false) => Ok(()),
    }
}

/// Writes a file unless it is there already with this content: a complete folder may be read-only.
fn write_where_new(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if fs::read(path).is_ok_and(|there| there == content) { Ok(()) } else { write_whole(path, content) }
}

enum Found {
    Nothing,
    Same,
    Else(&'static str),
}

fn found(folder: &Path, scenario: &str, maker: &Maker) -> Found {
    if !folder.exists() || holds_nothing(folder, scenario) {
        return Found::Nothing;
    }
    let (Ok(theirs), Ok(made)) =
        (fs::read_to_string(folder.join("scenario.json")), fs::read_to_string(folder.join(MAKER)))
    else {
        return Found::Else("something else than results of this program");
    };
    if theirs != scenario {
        return Found::Else("the results of another scenario, or of this one with other values");
    }
    match serde_json::from_str::<Maker>(&made) {
        Ok(found) if found == *maker => Found::Same,
        _ => Found::Else("results of another version of this program"),
    }
}

/// Whether `folder` is `here` or holds it, whatever names and links lead there.
fn is_above(folder: &Path, here: &Path) -> bool {
    fs::canonicalize(folder)
        .is_ok_and(|folder| fs::canonicalize(here).is_ok_and(|here| here.starts_with(folder)))
}

/// Whether a folder is empty, or holds no more than a process that was killed at its first breath left there.
fn holds_nothing(folder: &Path, scenario: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().all(|entry| match entry.file_name().to_str() {
        Some("scenario.json") => fs::read_to_string(entry.path()).is_ok_and(|text| text == scenario),
        // A file that was being written.
        Some(name) if name.starts_with(".scenario.json.") => true,
        Some(RUNS) => {
            let lock = Path::new(LOCK).file_name();
            let is_lock =
                |run: std::io::Result<fs::DirEntry>| run.is_ok_and(|run| Some(&*run.file_name()) == lock);
            fs::read_dir(entry.path()).is_ok_and(|mut runs| runs.all(is_lock))
        }
        _ => false,
    })
}

/// A folder's path with `ending` added to its name.
fn beside(folder: &Path, ending: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    folder.with_file_name(name)
}

/// Writes a file so that it is there whole or not at all, whatever happens meanwhile.
///
/// # Errors
/// What the system says.
pub fn write_whole(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut file = AtomicWriteFile::open(path)?;
    file.write_all(content)?;
    file.commit()
}
