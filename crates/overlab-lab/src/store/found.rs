//! What is in a results folder before a run, and what a process that was killed left of its own.

use super::lock::LOCK;
use super::{MAKER, Maker, REPLACED, RUNS, SCENARIO};
use fs_err as fs;
use overlab_schema::Scenario;
use std::path::{Path, PathBuf};

/// What a folder holds, as seen by a run that would write to it.
pub(super) enum Found {
    /// Nothing of anybody's.
    Nothing,
    /// Results of the same scenario and program.
    Same,
    /// The same but for what decides which runs there are: a sweep, the number of replications, overlays that came in addition.
    Kindred,
    /// Anything else, and what.
    Else(String),
}

/// What `folder` holds for a run of `scenario` by `maker`.
pub(super) fn found(folder: &Path, scenario: &str, maker: &Maker) -> Found {
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    // In the order in which they are not written: another process may be at it.
    let (made, theirs) = (read(MAKER), read(SCENARIO));
    let difference = theirs.as_deref().map(|theirs| difference(theirs, scenario));
    let kindred = !matches!(difference, Some(Some(_)));
    if !folder.exists() || (made.is_none() && kindred && holds_nothing(folder)) {
        return Found::Nothing;
    }
    let (Some(made), Some(difference)) = (made, difference) else {
        return Found::Else("something else than results of this program".to_owned());
    };
    if let Some(difference) = difference {
        return Found::Else(format!("the results of another scenario, or of this one with {difference}"));
    }
    match serde_json::from_str::<Maker>(&made) {
        Ok(found) if found == *maker && theirs.as_deref() == Some(scenario) => Found::Same,
        Ok(found) if found == *maker => Found::Kindred,
        _ => Found::Else("results of another version of this program".to_owned()),
    }
}

/// What is different in two scenarios that makes them two; nothing where they only differ in which runs they have.
fn difference(theirs: &str, ours: &str) -> Option<String> {
    if theirs == ours {
        return None;
    }
    let read = |text: &str| serde_json::from_str::<Scenario>(text).ok();
    match (read(theirs), read(ours)) {
        (Some(theirs), Some(ours)) => {
            ours.differs_from(&theirs).map(|path| format!("another value of {path}"))
        }
        _ => Some("other values".to_owned()),
    }
}

/// Whether a folder is empty, or holds no more than a process that was killed at its first breath left there.
fn holds_nothing(folder: &Path) -> bool {
    let names = |folder: &Path| -> Option<Vec<String>> {
        let entries = fs::read_dir(folder).ok()?;
        entries.map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
    };
    let Some(inside) = names(folder) else { return false };
    inside.iter().all(|name| match name.as_str() {
        RUNS => names(&folder.join(RUNS))
            .is_some_and(|runs| runs.iter().all(|name| name == file(LOCK) || is_leftover(name))),
        name => name == SCENARIO || is_leftover(name),
    })
}

/// The name of a file without its folder.
fn file(path: &'static str) -> &'static str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Whether a file of a results folder was being written when a process was killed: a dot, the name of one of our files, a
/// dot and six letters or digits.
fn is_leftover(name: &str) -> bool {
    let ours = |name: &str| [".json", ".csv", ".parquet"].iter().any(|ending| name.ends_with(ending));
    name.strip_prefix('.').and_then(|rest| rest.rsplit_once('.')).is_some_and(|(name, random)| {
        ours(name) && random.len() == 6 && random.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// Deletes what processes that were killed have left half written. Nobody else may be at it.
pub(super) fn tidy(folder: &Path) -> std::io::Result<()> {
    for place in [folder.to_owned(), folder.join(RUNS)] {
        for entry in fs::read_dir(&place).into_iter().flatten() {
            let path = entry?.path();
            if path.file_name().and_then(|name| name.to_str()).is_some_and(is_leftover) {
                fs::remove_file(path)?;
            }
        }
    }
    Ok(())
}

/// Makes good what a process that was killed between two renamings left: the old results stand beside their place, or
/// wait to be deleted, which is for whoever is `alone`.
pub(super) fn mend(folder: &Path, alone: bool) -> std::io::Result<()> {
    let replaced = beside(folder, REPLACED);
    match (folder.exists(), replaced.exists()) {
        (false, true) => match fs::rename(&replaced, folder) {
            // Another shard was faster.
            Err(_) if !alone && folder.exists() => Ok(()),
            renamed => renamed,
        },
        (true, true) if alone => fs::remove_dir_all(&replaced),
        _ => Ok(()),
    }
}

/// A folder's path with `ending` added to its name.
pub(super) fn beside(folder: &Path, ending: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    folder.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::is_leftover;

    #[test]
    fn only_what_was_being_written_is_left_over() {
        for name in [
            ".maker.json.aB3xYz",
            ".scenario.json.000000",
            ".timeseries.csv.qwerty",
            ".timeseries.parquet.Qwert1",
            ".0f3a.json.aaaaaa",
        ] {
            assert!(is_leftover(name), "{name}");
        }
        for name in [
            "maker.json",
            ".maker.json",
            ".notes.txt.aaaaaa",
            ".maker.json.toolong7",
            ".maker.json.a-b-c-",
            "x.json.aaaaaa",
        ] {
            assert!(!is_leftover(name), "{name}");
        }
    }
}
