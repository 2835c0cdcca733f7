//! The results folder: continued, refused, replaced, mended; nothing that is not ours is touched.

use overlab_lab::{RunIdentity, RunOutcome, Store, StoreError};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SCENARIO: &str = "{ \"name\": \"this\" }\n";
const OTHER: &str = "{ \"name\": \"other\" }\n";
const VERSION: &str = "1.2.3";

fn first() -> RunIdentity {
    RunIdentity::of(&json!({ "overlay": "chord", "replication": 0 }))
}

fn second() -> RunIdentity {
    RunIdentity::of(&json!({ "overlay": "chord", "replication": 1 }))
}

/// The file of a run in a folder that holds no other.
fn only_run(folder: &Path) -> PathBuf {
    let runs = tree(&folder.join("runs")).into_keys();
    let mut runs: Vec<PathBuf> =
        runs.filter(|path| !path.ends_with("lock") && !path.ends_with("maker.json")).collect();
    assert_eq!(runs.len(), 1, "{runs:?}");
    runs.remove(0)
}

fn open(folder: &Path, scenario: &str, force: bool) -> Result<Store, StoreError> {
    Store::open(folder, scenario, VERSION, Some("abc"), force)
}

fn outcome(word: &str) -> RunOutcome {
    RunOutcome { digest: word.to_owned(), hops: BTreeMap::from([(3, 4)]), ..RunOutcome::default() }
}

/// A complete folder of `scenario` whose first run is called `word`.
fn complete(folder: &Path, scenario: &str, word: &str) {
    let store = open(folder, scenario, false).unwrap();
    store.keep(&first(), &outcome(word)).unwrap();
    store.write("summary.json", word.as_bytes()).unwrap();
    store.finish().unwrap();
}

/// All files below a folder with their content, and folders with nothing.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(tree(&path));
            all.insert(path, None);
        } else {
            let content = fs::read(&path).unwrap();
            all.insert(path, Some(content));
        }
    }
    all
}

fn word_of(store: &Store, run: &RunIdentity) -> Option<String> {
    store.load(run).unwrap().map(|outcome| outcome.digest)
}

fn refused(result: Result<Store, StoreError>, what: &str) {
    match result {
        Err(StoreError::Foreign { folder, found }) => {
            assert!(!folder.is_empty() && found.contains(what), "{found}, not {what}");
        }
        other => panic!("{other:?}, not refused for {what}"),
    }
}

/// A place for folders, and one of them.
fn place() -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("results").join("this");
    (root, folder)
}

#[test]
fn a_new_folder_is_made_and_filled() {
    for force in [false, true] {
        let (root, folder) = place();
        let store = open(&folder, SCENARIO, force).unwrap();
        assert_eq!(store.staging(), folder);
        assert_eq!(word_of(&store, &first()), None);
        store.keep(&first(), &outcome("one")).unwrap();
        store.keep(&second(), &outcome("two")).unwrap();
        assert_eq!(store.load(&first()).unwrap(), Some(outcome("one")));
        store.write("summary.json", b"all").unwrap();
        assert_eq!(store.finish().unwrap(), folder);
        let files: Vec<String> = tree(&folder)
            .into_iter()
            .filter(|(_, content)| content.is_some())
            .map(|(path, _)| path.strip_prefix(&folder).unwrap().display().to_string())
            .collect();
        let (runs, rest): (Vec<String>, Vec<String>) =
            files.into_iter().partition(|name| name.len() == "runs/.json".len() + 32);
        assert!(runs.len() == 2 && runs.iter().all(|name| name.starts_with("runs/")), "{runs:?}");
        assert_eq!(rest, ["runs/lock", "runs/maker.json", "scenario.json", "summary.json"]);
        assert_eq!(fs::read_to_string(folder.join("scenario.json")).unwrap(), SCENARIO);
        assert_eq!(fs::read_dir(root.path().join("results")).unwrap().count(), 1);
    }
}

#[test]
fn the_same_is_continued() {
    let (_root, folder) = place();
    open(&folder, SCENARIO, false).unwrap().keep(&first(), &outcome("one")).unwrap();
    for force in [false, true] {
        let store = open(&folder, SCENARIO, force).unwrap();
        assert_eq!(store.staging(), folder);
        assert_eq!((word_of(&store, &first()).as_deref(), word_of(&store, &second())), (Some("one"), None));
    }
    complete(&folder, SCENARIO, "again");
    let before = tree(&folder);
    drop(open(&folder, SCENARIO, false).unwrap());
    assert_eq!(tree(&folder), before);
}

#[test]
fn anything_else_is_refused_and_left_alone() {
    let (root, folder) = place();
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    let before = tree(root.path());
    refused(open(&folder, SCENARIO, false), "something else");
    // Not even a scenario of the same text makes it ours.
    fs::write(folder.join("scenario.json"), SCENARIO).unwrap();
    refused(open(&folder, SCENARIO, false), "something else");
    fs::remove_file(folder.join("scenario.json")).unwrap();
    assert_eq!(tree(root.path()), before);
}

#[test]
fn another_scenario_version_or_revision_is_refused() {
    let (root, folder) = place();
    complete(&folder, SCENARIO, "one");
    let before = tree(root.path());
    refused(open(&folder, OTHER, false), "another scenario");
    refused(Store::open(&folder, SCENARIO, "1.2.4", Some("abc"), false), "another version");
    refused(Store::open(&folder, SCENARIO, VERSION, Some("abd"), false), "another version");
    refused(Store::open(&folder, SCENARIO, VERSION, None, false), "another version");
    fs::write(folder.join("runs/maker.json"), "{ \"format\": \"overlab.runs/0\" }").unwrap();
    refused(open(&folder, SCENARIO, false), "another version");
    fs::remove_file(folder.join("runs/maker.json")).unwrap();
    refused(open(&folder, SCENARIO, false), "something else");
    let kept = before.keys().filter(|path| !path.ends_with("maker.json")).cloned().collect::<Vec<_>>();
    assert_eq!(tree(root.path()).into_keys().collect::<Vec<_>>(), kept);
}

#[test]
fn force_replaces_when_the_new_results_are_complete() {
    let (root, folder) = place();
    complete(&folder, SCENARIO, "old");
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    let old = tree(&folder);
    let store = open(&folder, OTHER, true).unwrap();
    assert_eq!(store.staging(), folder.with_file_name("this.overlab-partial"));
    assert_eq!(word_of(&store, &first()), None);
    store.keep(&first(), &outcome("new")).unwrap();
    store.write("summary.json", b"new").unwrap();
    assert_eq!(tree(&folder), old);
    assert_eq!(store.finish().unwrap(), folder);
    assert_eq!(fs::read_to_string(folder.join("scenario.json")).unwrap(), OTHER);
    assert_eq!(fs::read_to_string(folder.join("summary.json")).unwrap(), "new");
    assert!(!folder.join("notes.txt").exists());
    // Nothing is left beside it, and it is a folder like any other now.
    assert_eq!(fs::read_dir(root.path().join("results")).unwrap().count(), 1);
    assert_eq!(word_of(&open(&folder, OTHER, false).unwrap(), &first()).as_deref(), Some("new"));
}

#[test]
fn an_interrupted_replacement_keeps_the_old_and_goes_on() {
    let (_root, folder) = place();
    complete(&folder, SCENARIO, "old");
    let old = tree(&folder);
    open(&folder, OTHER, true).unwrap().keep(&first(), &outcome("new")).unwrap();
    assert_eq!(tree(&folder), old);
    // Without force it still is another scenario's; the old one's own goes on in its place.
    refused(open(&folder, OTHER, false), "another scenario");
    assert_eq!(word_of(&open(&folder, SCENARIO, false).unwrap(), &first()).as_deref(), Some("old"));
    // With force what was finished counts.
    let store = open(&folder, OTHER, true).unwrap();
    assert_eq!((word_of(&store, &first()).as_deref(), word_of(&store, &second())), (Some("new"), None));
    drop(store);
    // A third scenario has no use for it.
    let third = open(&folder, "{}", true).unwrap();
    assert_eq!(word_of(&third, &first()), None);
    third.keep(&first(), &outcome("third")).unwrap();
    third.finish().unwrap();
    assert_eq!(word_of(&open(&folder, "{}", false).unwrap(), &first()).as_deref(), Some("third"));
}

#[test]
fn killed_between_the_renamings() {
    let (root, folder) = place();
    let beside = |ending: &str| folder.with_file_name(format!("this.{ending}"));
    // After the first: the old results stand beside their place, the new ones wait.
    let stop = || {
        complete(&folder, SCENARIO, "old");
        let store = open(&folder, OTHER, true).unwrap();
        store.keep(&first(), &outcome("new")).unwrap();
        fs::rename(&folder, beside("overlab-replaced")).unwrap();
    };
    stop();
    assert_eq!(word_of(&open(&folder, SCENARIO, false).unwrap(), &first()).as_deref(), Some("old"));
    assert!(!beside("overlab-replaced").exists());
    fs::remove_dir_all(root.path().join("results")).unwrap();
    stop();
    let store = open(&folder, OTHER, true).unwrap();
    assert_eq!(word_of(&store, &first()).as_deref(), Some("new"));
    assert_eq!(store.finish().unwrap(), folder);
    assert_eq!(word_of(&open(&folder, OTHER, false).unwrap(), &first()).as_deref(), Some("new"));
    assert_eq!(fs::read_dir(root.path().join("results")).unwrap().count(), 1);
    // After the second: both are there, and the old ones were to be deleted.
    complete(&beside("overlab-replaced"), SCENARIO, "old");
    assert_eq!(word_of(&open(&folder, OTHER, false).unwrap(), &first()).as_deref(), Some("new"));
    assert_eq!(fs::read_dir(root.path().join("results")).unwrap().count(), 1);
}

/// A folder of somebody else beside the results, with this ending, is not ours to delete or to move.
fn left_alone(ending: &str) {
    // Beside nothing, beside results, and beside something else.
    for there in [None, Some(true), Some(false)] {
        let (root, folder) = place();
        let mine = folder.with_file_name(format!("this.{ending}"));
        match there {
            Some(true) => complete(&folder, SCENARIO, "old"),
            Some(false) => {
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join("notes.txt"), "mine too").unwrap();
            }
            None => {}
        }
        fs::create_dir_all(&mine).unwrap();
        fs::write(mine.join("notes.txt"), "mine").unwrap();
        let before = tree(root.path());
        for (scenario, force) in [(SCENARIO, false), (OTHER, false), (OTHER, true)] {
            // Whether it is refused or goes on elsewhere, what is not ours stays.
            drop(open(&folder, scenario, force));
            for (path, content) in before.iter().filter(|(path, _)| path.ends_with("notes.txt")) {
                assert_eq!(&fs::read(path).ok(), content, "{}: {force}, {there:?}", path.display());
            }
        }
    }
}

#[test]
fn a_folder_that_somebody_has_replaced_is_left_alone() {
    left_alone("replaced");
}

#[test]
fn a_folder_that_somebody_calls_partial_is_left_alone() {
    left_alone("partial");
}

#[test]
fn what_a_first_breath_left_counts_as_nothing() {
    for (scenario, runs) in [(false, false), (true, false), (false, true), (true, true)] {
        let (_root, folder) = place();
        fs::create_dir_all(&folder).unwrap();
        if scenario {
            fs::write(folder.join("scenario.json"), SCENARIO).unwrap();
        }
        if runs {
            fs::create_dir(folder.join("runs")).unwrap();
        }
        if scenario {
            // It is nothing to its own scenario only: another may have been put there by hand.
            refused(open(&folder, OTHER, false), "something else");
        }
        let store = open(&folder, SCENARIO, false).unwrap();
        store.keep(&first(), &outcome("one")).unwrap();
        store.finish().unwrap();
        assert_eq!(word_of(&open(&folder, SCENARIO, false).unwrap(), &first()).as_deref(), Some("one"));
    }
}

#[test]
fn the_working_folder_is_not_replaced() {
    // Tests run in the folder of their crate.
    let before = fs::read_dir(".").unwrap().count();
    let beside = fs::read_dir("..").unwrap().count();
    for place in [".", "./", "..", "/"] {
        let error = open(Path::new(place), SCENARIO, true).unwrap_err();
        assert!(matches!(&error, StoreError::NotWritable { folder, .. } if folder == place), "{error}");
        assert!(error.to_string().contains("working folder"), "{error}");
    }
    refused(open(Path::new("."), SCENARIO, false), "something else");
    assert_eq!((fs::read_dir(".").unwrap().count(), fs::read_dir("..").unwrap().count()), (before, beside));
}

#[test]
fn a_file_in_its_place_is_refused() {
    let (root, folder) = place();
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    fs::write(&folder, "mine").unwrap();
    let before = tree(root.path());
    for force in [false, true] {
        refused(open(&folder, SCENARIO, force), "a file");
        // Nor can a folder be made below it.
        let error = open(&folder.join("below"), SCENARIO, force).unwrap_err();
        assert!(matches!(error, StoreError::NotWritable { .. }), "{error}");
    }
    assert_eq!(tree(root.path()), before);
}

#[test]
fn a_damaged_run_is_named() {
    let (_root, folder) = place();
    let store = open(&folder, SCENARIO, false).unwrap();
    store.keep(&second(), &outcome("two")).unwrap();
    let file = only_run(&folder);
    let whole = fs::read(&file).unwrap();
    let other = String::from_utf8(whole.clone()).unwrap().replace("chord", "choir");
    for content in
        [&whole[..whole.len() / 2], &whole[..whole.len() - 1], b"", b"[1, 2]", b"\xff\xfe", other.as_bytes()]
    {
        fs::write(&file, content).unwrap();
        match store.load(&second()) {
            Err(StoreError::Damaged { file: named, problem }) => {
                assert_eq!(named, file.display().to_string());
                assert!(!problem.is_empty());
            }
            other => panic!("{other:?}"),
        }
    }
    // Deleting it is the cure that the message names; so is making the run again.
    assert!(store.load(&second()).unwrap_err().to_string().contains("delete it"));
    fs::remove_file(&file).unwrap();
    assert_eq!(word_of(&store, &second()), None);
    store.keep(&second(), &outcome("again")).unwrap();
    assert_eq!(word_of(&store, &second()).as_deref(), Some("again"));
}

#[test]
fn what_cannot_be_written_is_named() {
    let (_root, folder) = place();
    let store = open(&folder, SCENARIO, false).unwrap();
    fs::remove_dir_all(folder.join("runs")).unwrap();
    let error = store.keep(&first(), &outcome("one")).unwrap_err();
    assert!(
        matches!(&error, StoreError::Write { file, .. } if file.contains("runs/") && file.ends_with(".json")),
        "{error}"
    );
    fs::create_dir(folder.join("summary.json")).unwrap();
    let error = store.write("summary.json", b"all").unwrap_err();
    assert!(matches!(&error, StoreError::Write { file, .. } if file.ends_with("summary.json")), "{error}");
}

#[cfg(unix)]
mod read_only {
    #![allow(clippy::print_stderr)]

    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn allow(folder: &Path, mode: u32) {
        fs::set_permissions(folder.join("runs"), fs::Permissions::from_mode(mode)).unwrap();
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_complete_folder_can_be_opened() {
        let (_root, folder) = place();
        complete(&folder, SCENARIO, "one");
        allow(&folder, 0o555);
        if fs::write(folder.join("probe"), "").is_ok() {
            eprintln!("skipped: this user ignores permissions");
        } else {
            let store = open(&folder, SCENARIO, false).unwrap();
            assert_eq!(word_of(&store, &first()).as_deref(), Some("one"));
            // There is nothing to replace, so this is its end.
            assert_eq!(store.finish().unwrap(), folder);
            // A new folder below it cannot be, and nothing is left behind.
            let error = open(&folder.join("below"), SCENARIO, false).unwrap_err();
            assert!(matches!(error, StoreError::NotWritable { .. }), "{error}");
        }
        allow(&folder, 0o755);
    }
}

#[test]
fn two_runs_do_not_write_to_one_folder() {
    let (_root, folder) = place();
    let store = open(&folder, SCENARIO, false).unwrap();
    let in_use = |force: bool, scenario: &str| {
        let error = open(&folder, scenario, force).unwrap_err();
        assert!(matches!(&error, StoreError::InUse { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("another run") && text.contains("--out"), "{text}");
    };
    // Neither to go on with it nor to replace it.
    in_use(false, SCENARIO);
    in_use(true, OTHER);
    store.keep(&first(), &outcome("one")).unwrap();
    // Whoever held it is gone, finished or not: what it left is gone on with.
    drop(store);
    let store = open(&folder, SCENARIO, false).unwrap();
    assert_eq!(word_of(&store, &first()), Some("one".to_owned()));
    store.finish().unwrap();

    // While a folder is being replaced, nobody else replaces it or goes on with the old one.
    let store = open(&folder, OTHER, true).unwrap();
    in_use(true, OTHER);
    in_use(false, SCENARIO);
    store.finish().unwrap();
    drop(open(&folder, OTHER, false).unwrap());
}
