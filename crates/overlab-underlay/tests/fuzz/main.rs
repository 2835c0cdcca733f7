//! No file makes an importer panic, hang or swallow memory: the corpus and random changes to it.
//!
//! `corpus/FORMAT/` holds small files written by hand, and every input that once broke something: all of them are
//! tried in each ordinary test run, with some thousand changed copies. `.ci/fuzz MINUTES [FORMAT]` runs the same for
//! minutes or hours; an input that breaks an importer is written into the corpus, where it stays once mended.

mod formats;
mod mutation;

use formats::{FORMATS, Format};
use mutation::mutant;
use overlab_time::{Purpose, Seeds};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Longer than this no importer may think about an input of a few kilobytes.
const PATIENCE: Duration = Duration::from_secs(20);

fn folder(format: &Format) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(format.name)
}

/// The files of a format by name, in order.
fn corpus(format: &Format) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<PathBuf> = fs_err::read_dir(folder(format))
        .unwrap_or_else(|error| panic!("{}: every format has a corpus: {error}", format.name))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), fs_err::read(path).unwrap())).collect()
}

/// Runs the importer; an input that makes it panic joins the corpus.
fn attempt(format: &Format, input: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| (format.import)(input))).is_err() {
        let kept = keep(format, input);
        panic!("{}: the importer panicked; the input is kept as {kept}", format.name);
    }
}

/// Writes an input into the corpus under a name that follows from its content.
fn keep(format: &Format, input: &[u8]) -> String {
    // FNV-1a: enough to tell inputs apart.
    let hash = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let file = folder(format).join(format!("found-{hash:016x}"));
    fs_err::write(&file, input).unwrap();
    file.display().to_string()
}

/// Tries the corpus of a format and then changed copies of it, as long as `goes_on` says so with the number tried.
fn fuzz(format: &Format, seed: u64, before: impl Fn(&[u8]), goes_on: impl Fn(u64) -> bool) -> u64 {
    let corpus = corpus(format);
    for (_, input) in &corpus {
        attempt(format, input);
    }
    let inputs: Vec<&[u8]> = corpus.iter().map(|(_, input)| input.as_slice()).collect();
    let seeds = Seeds::new(seed, 0);
    let mut tried = 0;
    while goes_on(tried) {
        let input = mutant(&inputs, &mut seeds.stream(Purpose::Underlay, tried, 0));
        before(&input);
        attempt(format, &input);
        tried += 1;
    }
    tried
}

#[test]
fn the_good_files_of_the_corpus_are_read() {
    for format in FORMATS {
        for (name, input) in corpus(format) {
            // What was found by accident, and what is wrong on purpose, need only not to break anything.
            let wrong = name.starts_with("found-") || name.starts_with("wrong-");
            let read = (format.import)(&input);
            assert!(read != wrong || name.starts_with("found-"), "{}/{name}: read: {read}", format.name);
        }
    }
}

#[test]
fn changed_files_are_read_or_refused() {
    for format in FORMATS {
        fuzz(format, 1, |_| {}, |tried| tried < 2_000);
    }
}

/// For `OVERLAB_FUZZ_MINUTES` minutes each format, or the one that `OVERLAB_FUZZ_FORMAT` names; `OVERLAB_FUZZ_SEED`
/// says where to begin.
#[test]
#[ignore = "runs as long as it is told to: see .ci/fuzz"]
#[expect(clippy::disallowed_types, clippy::print_stderr, reason = "its time is measured, its work shown")]
fn for_minutes() {
    let variable = |name: &str| std::env::var(name).ok();
    let number = |name: &str, default: f64| variable(name).map_or(default, |text| text.parse().unwrap());
    let period = Duration::from_secs_f64(60.0 * number("OVERLAB_FUZZ_MINUTES", 1.0));
    let seed = number("OVERLAB_FUZZ_SEED", 1.0) as u64;
    let only = variable("OVERLAB_FUZZ_FORMAT").filter(|name| !name.is_empty());
    let known = |name: &String| FORMATS.iter().any(|format| format.name == name);
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    assert!(only.as_ref().is_none_or(known), "{only:?} is none of {names:?}");
    for format in FORMATS.iter().filter(|format| only.as_ref().is_none_or(|only| only == format.name)) {
        let started = std::time::Instant::now();
        let (current, done, ended) = (Mutex::new(Vec::new()), AtomicU64::new(0), AtomicBool::new(false));
        let tried = std::thread::scope(|scope| {
            // Who hangs cannot be stopped: the input is kept, and the whole run ends.
            scope.spawn(|| {
                let mut seen = (u64::MAX, std::time::Instant::now());
                while !ended.load(Ordering::Acquire) {
                    std::thread::sleep(Duration::from_millis(100));
                    let now = done.load(Ordering::Acquire);
                    if now != seen.0 {
                        seen = (now, std::time::Instant::now());
                    } else if seen.1.elapsed() > PATIENCE {
                        let kept = keep(format, &current.lock().unwrap());
                        eprintln!("{}: an input takes more than {PATIENCE:?}; kept as {kept}", format.name);
                        std::process::abort();
                    }
                }
            });
            let begin = |input: &[u8]| {
                let mut current = current.lock().unwrap();
                current.clear();
                current.extend_from_slice(input);
                done.fetch_add(1, Ordering::AcqRel);
            };
            let run =
                catch_unwind(AssertUnwindSafe(|| fuzz(format, seed, begin, |_| started.elapsed() < period)));
            ended.store(true, Ordering::Release);
            run.unwrap_or_else(|failure| std::panic::resume_unwind(failure))
        });
        eprintln!("{}: {tried} inputs in {:.0?}", format.name, started.elapsed());
    }
}
