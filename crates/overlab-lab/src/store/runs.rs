//! The finished runs in a results folder: a file each, called by a hash over all that the run depends on.

use super::{Maker, RUNS, StoreError, write_whole};
use crate::identity::RunIdentity;
use crate::outcome::RunOutcome;
use fs_err as fs;
use std::path::{Path, PathBuf};

/// The format of the file of a run.
const FORMAT: &str = "overlab.run/1";

/// The runs that one version of the program has finished in a folder.
#[derive(Clone, Debug)]
pub(crate) struct Runs {
    folder: PathBuf,
    maker: Maker,
}

impl Runs {
    pub(super) fn new(folder: &Path, maker: Maker) -> Self {
        Self { folder: folder.join(RUNS), maker }
    }

    /// What the file of a run begins with, and where it is.
    fn file(&self, run: &RunIdentity) -> (String, PathBuf) {
        let program = serde_json::to_string(&self.maker).expect("plain data");
        let head =
            format!("{{\"format\":\"{FORMAT}\",\"program\":{program},\"run\":{},\"outcome\":", run.text());
        let hash = &blake3::hash(head.as_bytes()).to_hex()[..32];
        let path = self.folder.join(format!("{hash}.json"));
        (head, path)
    }

    /// Where the file of a run is.
    pub(crate) fn path(&self, run: &RunIdentity) -> PathBuf {
        self.file(run).1
    }

    /// The outcome of a run that was finished before.
    ///
    /// # Errors
    /// Where its file is there but cannot be read, or holds another run.
    pub(crate) fn load(&self, run: &RunIdentity) -> Result<Option<RunOutcome>, StoreError> {
        let (head, path) = self.file(run);
        let damaged = |problem: String| StoreError::Damaged { file: path.display().to_string(), problem };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(damaged(error.to_string())),
        };
        let outcome = text
            .strip_prefix(&head)
            .and_then(|rest| rest.strip_suffix("}\n"))
            .ok_or_else(|| damaged("it is cut off, or not the run that its name says".to_owned()))?;
        serde_json::from_str(outcome).map(Some).map_err(|error| damaged(error.to_string()))
    }

    /// Keeps the outcome of a run.
    ///
    /// # Errors
    /// Where it cannot be written, for instance because the disk is full.
    pub(crate) fn keep(&self, run: &RunIdentity, outcome: &RunOutcome) -> Result<(), StoreError> {
        let (mut text, path) = self.file(run);
        text.push_str(&serde_json::to_string(outcome).expect("outcomes are plain data"));
        text.push_str("}\n");
        write(&path, text.as_bytes())
    }

    /// Takes the file of a run over as it is, unless it is here already.
    ///
    /// # Errors
    /// Where it cannot be read or written.
    pub(crate) fn adopt(&self, run: &RunIdentity, from: &Self) -> Result<(), StoreError> {
        let (theirs, ours) = (from.path(run), self.path(run));
        if ours.exists() {
            return Ok(());
        }
        let damaged = |error: std::io::Error| StoreError::Damaged {
            file: theirs.display().to_string(),
            problem: error.to_string(),
        };
        write(&ours, &fs::read(&theirs).map_err(damaged)?)
    }
}

fn write(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    write_whole(path, content).map_err(|error| StoreError::Write { file: path.display().to_string(), error })
}
