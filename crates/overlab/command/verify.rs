//! `overlab verify`: a results folder's scenario, run again and compared bit by bit.

mod difference;

use super::failure::Failure;
use super::made::described;
use super::source::{Changes, Source};
use super::{Done, REVISION, VERSION, interrupt, output, panics, progress};
use clap::{Args, value_parser};
use overlab_lab::{Execution, Progress, Registry, Store, cores, execute};
use overlab_schema::{
    CostStudy, Distributions, Manifest, Replay, ReplicationTable, Reproduction, ResultFile, Summary,
    TimeSeries, UnderlayPicture,
};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  overlab verify results/quickstart
  overlab verify results/planetlab --data ~/data --threads 1

Runs the scenario in the folder again, elsewhere, and compares all figures, the digest of every event among them, byte \
by byte. Data files are looked for \
in the folder and then under --data; they must be the very files that the results were made with. Exit \
codes: 0 identical; 1 different, or the run failed; 2 the folder or a data file is missing, incomplete or \
changed; 130 interrupted.";

/// What is compared, in the order in which a difference is told.
const FILES: [&str; 9] = [
    Summary::FILE,
    ReplicationTable::FILE,
    TimeSeries::FILE,
    Distributions::FILE,
    Reproduction::FILE,
    CostStudy::FILE,
    UnderlayPicture::FILE,
    Replay::FILE,
    "lookups.csv",
];

/// Runs the scenario of a results folder again and compares bit by bit.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Verify {
    /// A results folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// A folder with data files that are not in the results folder.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Threads in all; by default as many as the machine has processors.
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=4096))]
    threads: Option<u32>,
    /// Shows no progress.
    #[arg(long)]
    quiet: bool,
}

impl Verify {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let folder = self.folder.display();
        let file = self.folder.join("scenario.json");
        if !file.is_file() {
            return Err(Failure::input(format!(
                "{folder}: holds no scenario.json: name a folder that `overlab run` wrote"
            )));
        }
        let mut source = Source::read(&file, &Changes::default(), registry)?;
        let plans = source.plans(self.data.as_deref())?;
        let summary = self.read::<Summary>()?;
        let runs = replications(&summary);
        if !source.experiment.is_complete(&summary) || !self.folder.join(Manifest::FILE).is_file() {
            let (fewest, most) = (source.experiment.runs(), source.experiment.most_runs());
            let all = if fewest == most { most.to_string() } else { format!("{fewest} to {most}") };
            return Err(Failure::input(format!(
                "{folder}: holds {runs} of {all} runs: complete it with `overlab run` first"
            )));
        }
        if let Ok(manifest) = self.read::<Manifest>()
            && (manifest.version != VERSION || manifest.revision.as_deref() != REVISION)
        {
            let made = described(&manifest.version, manifest.revision.as_deref());
            let this = described(VERSION, REVISION);
            output::warn(&format!("{folder} was made by version {made}; this is {this}"));
        }
        let scratch =
            tempfile::tempdir().map_err(|error| Failure::run(format!("no temporary folder: {error}")))?;
        let again = scratch.path().join("again");
        let scenario = source.experiment.scenario.to_json();
        let store = Store::open(&again, &scenario, VERSION, REVISION, false)?;
        let (stop, progress) = (interrupt::watch(), Progress::default());
        let execution = Execution {
            threads: self.threads.map_or_else(cores, |threads| threads as usize),
            width_divisor: 1,
            ranks: None,
            stop,
            progress: &progress,
            command: Vec::new(),
            version: VERSION.to_owned(),
            revision: None,
        };
        let work = || execute(&source.experiment, &plans, store, &execution);
        let (executed, _) = panics::quietly(|| progress::shown(source.name(), &progress, self.quiet, work));
        let executed = executed?;
        if !executed.failures.is_empty() {
            return Err(Failure::Run(executed.failures));
        }
        if executed.finished.0 != executed.finished.1 {
            return Err(Failure::Interrupted);
        }
        match difference::first(&self.folder, &again, &FILES)? {
            Some(difference) => {
                output::print(&format!("different: {folder}: {difference}\n"))?;
                Err(Failure::run(format!("{folder} is not what its scenario gives")))
            }
            None => output::print(&format!("identical: {folder}: {runs} runs, digest {}\n", summary.digest)),
        }
    }

    fn read<F: ResultFile>(&self) -> Result<F, Failure> {
        let path = self.folder.join(F::FILE);
        let text = fs_err::read_to_string(&path).map_err(|error| {
            Failure::input(format!("{error}: complete the folder with `overlab run` first"))
        })?;
        Ok(F::from_json(&path.display().to_string(), &text)?)
    }
}

fn replications(summary: &Summary) -> u64 {
    summary.points.iter().map(|point| u64::from(point.replications)).sum()
}

/// Reads a file of results as text, or nothing where there is none.
fn text(folder: &Path, name: &str) -> Result<Option<String>, Failure> {
    match fs_err::read(folder.join(name)) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::input(error)),
    }
}
