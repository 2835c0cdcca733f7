//! The results folder: opened, continued, replaced; every file written whole or not at all.
//!
//! What a session has finished is kept in `runs/`, a file a run, called by a hash over all that the run depends on. Whatever
//! else the folder holds is made from these, and `manifest.json` is written last of it: a folder without one is not
//! complete.

mod found;
mod lock;
mod runs;

pub(crate) use runs::Runs;

use crate::identity::RunIdentity;
use crate::outcome::RunOutcome;
use atomic_write_file::AtomicWriteFile;
use found::{Found, beside, found, mend, tidy};
use fs_err as fs;
use lock::{Company, Lock};
use overlab_schema::{CostStudy, Manifest, ResultFile as _};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

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
        found: String,
    },
    /// It is to be read, and holds something else.
    #[error("{folder}: holds {found}: name folders that this program wrote")]
    NotOurs {
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

impl Maker {
    fn new(version: &str, revision: Option<&str>) -> Self {
        Self {
            format: "overlab.runs/2".to_owned(),
            version: version.to_owned(),
            revision: revision.map(str::to_owned),
        }
    }
}

/// How often a folder is looked at that another shard may just be making, and how long to wait in between: what is new on
/// a network is seen within seconds.
const LOOKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

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
    /// The finished runs in there.
    runs: Runs,
    /// The scenario's text, until it is in its place.
    scenario: String,
    /// Whether the folder holds results of the same scenario with other runs.
    kindred: bool,
    /// While they are held, nobody else writes to either; the system gives them back when this process ends, however it
    /// ends.
    _locks: Vec<Lock>,
}

const RUNS: &str = "runs";
const SCENARIO: &str = "scenario.json";
/// What is drawn last.
const REPORT: &str = "report.html";
const PLOTS: &str = "plots";
/// One row a lookup, where asked for.
pub(crate) const LOOKUPS: &str = "lookups.csv";
const MAKER: &str = "runs/maker.json";
/// What is added to the name of a folder for results that will replace it.
const PARTIAL: &str = ".overlab-partial";
/// What is added to the name of a folder whose results are being replaced: nobody else would call a folder that.
const REPLACED: &str = ".overlab-replaced";

impl Store {
    /// Opens `folder` for the results of `scenario` (its complete text).
    ///
    /// A folder with results of the same scenario and program version is continued, also where the scenario has another
    /// sweep, another number of replications or more overlays by now. Anything else in it is refused, or with `force`
    /// replaced, but only once the new results are complete.
    ///
    /// # Errors
    /// Where the folder holds something else, is in use or cannot be written to; nothing was written then.
    pub fn open(
        folder: &Path,
        scenario: &str,
        version: &str,
        revision: Option<&str>,
        force: bool,
    ) -> Result<Self, StoreError> {
        Self::open_in(Company::Alone, folder, scenario, &Maker::new(version, revision), force)
    }

    /// The same for one of several processes, on whatever machines, that only add runs: they may share the folder.
    ///
    /// # Errors
    /// As [`Store::open`] without `force`.
    pub fn open_shared(
        folder: &Path,
        scenario: &str,
        version: &str,
        revision: Option<&str>,
    ) -> Result<Self, StoreError> {
        let open = || Self::open_in(Company::Shards, folder, scenario, &Maker::new(version, revision), false);
        for _ in 1..LOOKS {
            match open() {
                // Another shard may have made the folder and not yet what marks it.
                Err(StoreError::Foreign { .. }) if !folder.join("scenario.json").exists() => {
                    std::thread::sleep(PAUSE);
                }
                opened => return opened,
            }
        }
        open()
    }

    fn open_in(
        company: Company,
        folder: &Path,
        scenario: &str,
        maker: &Maker,
        force: bool,
    ) -> Result<Self, StoreError> {
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
            let found = "a file, not a folder, in its place".to_owned();
            return Err(StoreError::Foreign { folder: name.clone(), found });
        }
        let partial = beside(folder, PARTIAL);
        // A run that is to replace the folder writes beside it.
        let mut locks = Vec::new();
        for place in [folder, &partial] {
            locks.extend(Lock::of(place, company, false, &name)?);
        }
        mend(folder, company == Company::Alone).map_err(not_writable)?;
        let (staging, kindred) = match found(folder, scenario, maker) {
            Found::Nothing | Found::Same => (folder.to_owned(), false),
            Found::Kindred => (folder.to_owned(), true),
            Found::Else(found) if !force => return Err(StoreError::Foreign { folder: name.clone(), found }),
            Found::Else(_) => {
                let kindred = match self::found::found(&partial, scenario, maker) {
                    Found::Nothing | Found::Same => false,
                    Found::Kindred => true,
                    Found::Else(_) => {
                        fs::remove_dir_all(&partial).map_err(not_writable)?;
                        false
                    }
                };
                (partial, kindred)
            }
        };
        let existed = staging.exists();
        let created = fs::create_dir_all(staging.join(RUNS));
        if created.is_ok() && !locks.iter().any(|lock| lock.is_of(&staging)) {
            locks.extend(Lock::of(&staging, company, true, &name)?);
        }
        let alone = company == Company::Alone && locks.iter().any(|lock| lock.is_of(&staging));
        let scenario = scenario.to_owned();
        let runs = Runs::new(&staging, maker.clone());
        let store = Self { folder: folder.to_owned(), staging, runs, scenario, kindred, _locks: locks };
        let prepared = created.and_then(|()| {
            if alone {
                tidy(&store.staging)?;
            }
            let maker = serde_json::to_string(&maker).expect("plain data");
            if !kindred {
                write_where_new(&store.staging.join(SCENARIO), store.scenario.as_bytes())?;
            }
            write_where_new(&store.staging.join(MAKER), maker.as_bytes())
        });
        match prepared {
            Ok(()) => Ok(store),
            Err(error) => {
                if !existed && company == Company::Alone {
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

    /// Whether the folder holds results of the same scenario with another sweep, another number of replications or fewer
    /// overlays: they stay what they are until [`Store::renew`].
    pub fn is_kindred(&self) -> bool {
        self.kindred
    }

    /// The runs that are finished.
    pub(crate) fn runs(&self) -> &Runs {
        &self.runs
    }

    /// The runs that this version and revision of the program has finished in a folder that nothing is written to.
    ///
    /// # Errors
    /// Where the folder is no such folder.
    pub(crate) fn runs_of(folder: &Path, version: &str, revision: Option<&str>) -> Result<Runs, StoreError> {
        let maker = Maker::new(version, revision);
        let made = fs::read_to_string(folder.join(MAKER)).ok();
        let found = match made.map(|made| serde_json::from_str::<Maker>(&made)) {
            Some(Ok(found)) if found == maker => return Ok(Runs::new(folder, maker)),
            Some(_) => "results of another version of this program",
            None => "something else than results of this program",
        };
        Err(StoreError::NotOurs { folder: folder.display().to_string(), found })
    }

    /// The outcome of a run that was finished before.
    ///
    /// # Errors
    /// Where its file is there but cannot be read, or holds another run.
    pub fn load(&self, run: &RunIdentity) -> Result<Option<RunOutcome>, StoreError> {
        self.runs.load(run)
    }

    /// Keeps the outcome of a run.
    ///
    /// # Errors
    /// Where it cannot be written, for instance because the disk is full.
    pub fn keep(&self, run: &RunIdentity, outcome: &RunOutcome) -> Result<(), StoreError> {
        self.runs.keep(run, outcome)
    }

    /// Begins to write results: from now on, until there is a manifest again, the folder is that of this scenario and
    /// not complete, and nothing that was drawn before stays.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    pub fn renew(&self) -> Result<(), StoreError> {
        // What not every scenario has must not outlive one that has it.
        let named = [Manifest::FILE, REPORT, CostStudy::FILE, LOOKUPS].map(|name| self.staging.join(name));
        let drawn = fs::read_dir(self.staging.join(PLOTS)).into_iter().flatten().flatten();
        let drawn = drawn.map(|entry| entry.path()).filter(|path| {
            path.extension().is_some_and(|kind| ["svg", "png", "partial"].iter().any(|ours| kind == *ours))
        });
        for path in named.into_iter().chain(drawn) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::Write { file: path.display().to_string(), error });
                }
                _ => {}
            }
        }
        let path = self.staging.join(SCENARIO);
        write_where_new(&path, self.scenario.as_bytes())
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

/// Writes a file unless it is there already with this content: a complete folder may be read-only.
fn write_where_new(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if fs::read(path).is_ok_and(|there| there == content) { Ok(()) } else { write_whole(path, content) }
}

/// Whether `folder` is `here` or holds it, whatever names and links lead there.
fn is_above(folder: &Path, here: &Path) -> bool {
    fs::canonicalize(folder)
        .is_ok_and(|folder| fs::canonicalize(here).is_ok_and(|here| here.starts_with(folder)))
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
