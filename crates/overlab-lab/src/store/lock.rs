//! Who may write to a results folder.

use super::StoreError;
use std::path::{Path, PathBuf};

/// Held by whoever writes to the folder.
pub(super) const LOCK: &str = "runs/lock";

/// Whether others may write to a folder at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Company {
    /// Nobody else: files of results are replaced.
    Alone,
    /// Others that only add runs, as this one does. The file of a run is called by what is in it and renamed into its place,
    /// so two of them cannot harm each other, even where the folder is on a network and locks mean nothing.
    Shards,
}

/// The right to write to a folder, which the system gives back when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: std::fs::File,
}

impl Lock {
    /// Locks `folder`, where it has a file for that or is to `make` one. A folder that cannot be written to needs none, and
    /// nobody has one where the system knows no locks.
    pub(super) fn of(
        folder: &Path,
        company: Company,
        make: bool,
        name: &str,
    ) -> Result<Option<Self>, StoreError> {
        let path = folder.join(LOCK);
        // The file stays when it was used: were it deleted, a second one could be locked beside it. Network file systems lock
        // files only for those who may read and write them.
        let opened =
            std::fs::OpenOptions::new().read(true).write(true).create(make).truncate(false).open(&path);
        let Ok(file) = opened else { return Ok(None) };
        let locked = match company {
            Company::Alone => file.try_lock(),
            Company::Shards => file.try_lock_shared(),
        };
        match locked {
            Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse { folder: name.to_owned() }),
            Err(std::fs::TryLockError::Error(_)) => Ok(None),
            Ok(()) => Ok(Some(Self { path, _file: file })),
        }
    }

    /// Whether it locks `folder`, which may have been replaced meanwhile.
    pub(super) fn is_of(&self, folder: &Path) -> bool {
        self.path == folder.join(LOCK) && self.path.exists()
    }
}
