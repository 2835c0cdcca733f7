//! `overlab run`: scenarios in, folders of results out.

mod plan;

use super::failure::Failure;
use super::ranks::Company;
use super::source::{Changes, Source};
use super::{Done, REVISION, VERSION, interrupt, output, panics, progress, tables};
use clap::Args;
use clap::value_parser;
use overlab_lab::{
    Execute, ExecuteShard, Execution, Experiment, Forecast, ForecastError, PEERS_WORTH_A_PILOT, Plan,
    Progress, Ranks, Registry, RunError, Shard, Store, assist, cores, execute, execute_shard, forecast,
};
use overlab_schema::{
    Distributions, Manifest, Methods, Replay, ReplicationTable, ResultFile, Summary, TimeSeries,
    UnderlayPicture,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

const EXAMPLES: &str = "\
Examples:
  overlab run scenarios/quickstart.json
  overlab run my.json --set peers.count=5000 --set overlays[0].algorithm.chord.successors=16
  overlab run my.json --seed 7 --out results/seed-7
  overlab run large.json --plan                Says what it will cost, and runs nothing
  overlab run sweep.json --shard 3/8 --out DIR   The third of eight shares of the runs; see `overlab merge --help`
  overlab run first.json second.json --out results/today      One folder each under results/today

A folder that holds results of the same scenario, made by the same version of this program, is continued: only \
what is missing is run, and where nothing is, its table is printed. That holds too where the scenario has another \
sweep, another number of replications or more overlays by now. The results do not depend on --threads.

Exit codes: 0 done; 1 the run failed, and what was finished is kept; 2 the input or the usage was wrong, and \
nothing was written; 130 interrupted (Ctrl-C), and what was finished is kept.";

/// What a revision ends in where the source has been changed since.
const CHANGED: &str = "-changed";

/// Runs scenarios and writes their results, plots and reports.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Run {
    /// Scenario files.
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// Threads in all; by default as many as the machine has processors.
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=4096))]
    threads: Option<u32>,
    /// The results folder; by default results/NAME. With several scenarios, the folder that theirs are made in.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A folder with data files that are not beside the scenario.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Does a share of the runs, the I-th of N, and writes no results but these runs: `overlab merge` joins the shares. They may
    /// write to one folder at the same time.
    #[arg(long, value_name = "I/N", conflicts_with_all = ["force", "plan"])]
    shard: Option<Shard>,
    /// Replaces whatever else the results folder holds, once the new results are complete.
    #[arg(long)]
    force: bool,
    /// Says what memory, events, messages and time it will take, read off small pilots, and runs and writes nothing.
    #[arg(long)]
    plan: bool,
    /// Runs even what is estimated to need more memory than there is.
    #[arg(long)]
    overcommit: bool,
    /// Shows no progress.
    #[arg(long)]
    quiet: bool,
    /// How the processes of an MPI job share the work: `inside`, all work on one run; `outside`, each has runs of its own. By
    /// default inside where a run has 50,000 peers or more, else outside.
    #[cfg(feature = "mpi")]
    #[arg(long, value_name = "HOW")]
    ranks: Option<super::ranks::How>,
    /// Divides the width of the engine's windows; no result depends on it.
    #[arg(long, hide = true, value_name = "N", default_value_t = 1, value_parser = value_parser!(u32).range(1..=1000))]
    window_divisor: u32,
}

/// A scenario that is ready to run.
struct Job {
    file: PathBuf,
    source: Source,
    plans: Vec<Plan>,
    folder: PathBuf,
}

impl Run {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let company = self.company()?;
        let jobs = company.agree(self.prepare(registry))?;
        if !company.leads() {
            company.agree(Ok(()))?;
            return if self.plan { Ok(()) } else { self.assist(&jobs, &company) };
        }
        let stop = if company.is_alone() { interrupt::watch() } else { interrupt::watch_in_company() };
        if self.plan {
            return company.agree(self.tell_plans(&jobs, stop));
        }
        let weighed = jobs.iter().try_for_each(|job| self.weigh(job, stop));
        let stores = company.agree(weighed.and_then(|()| self.open(&jobs, registry)))?;
        let mut failures = Vec::new();
        for (job, store) in jobs.iter().zip(stores) {
            match self.job(job, store, stop, &company) {
                Ok(()) => {}
                Err(Failure::Interrupted) => return Err(Failure::Interrupted),
                Err(failure) => failures.push(failure),
            }
        }
        // What is wrong with several is told together; the run failed if any of them did.
        match failures.len() {
            0 => Ok(()),
            1 => Err(failures.remove(0)),
            _ => Err(Failure::Run(failures.iter().flat_map(Failure::lines).cloned().collect())),
        }
    }

    #[cfg(feature = "mpi")]
    fn company(&self) -> Result<Company, Failure> {
        Company::of_job(self.ranks)
    }

    #[cfg(not(feature = "mpi"))]
    fn company(&self) -> Result<Company, Failure> {
        Company::alone()
    }

    /// Works with the rank that leads.
    fn assist(&self, jobs: &[Job], company: &Company) -> Done {
        let (stop, progress) = (interrupt::watch_silently(), Progress::default());
        for job in jobs.iter().filter(|_| company.hear()) {
            let execution = self.execution(stop, &progress, company.ranks(&job.plans));
            let work = || assist(&job.source.experiment, &job.plans, &execution);
            // What went wrong, rank 0 tells.
            panics::quietly(work);
        }
        Ok(())
    }

    fn execution<'a>(
        &self,
        stop: &'a AtomicBool,
        progress: &'a Progress,
        ranks: Option<Ranks>,
    ) -> Execution<'a> {
        Execution {
            // Ranks are as many as there are processors, or they would not be so many.
            threads: if ranks.is_some() && self.threads.is_none() { 1 } else { self.threads() },
            width_divisor: self.window_divisor,
            ranks,
            stop,
            progress,
            command: command(),
            version: VERSION.to_owned(),
            revision: REVISION.map(str::to_owned),
        }
    }

    /// Reads and checks all scenarios, before anything is written.
    fn prepare(&self, registry: &Registry) -> Result<Vec<Job>, Failure> {
        let (mut jobs, mut problems) = (Vec::new(), Vec::new());
        for file in &self.scenarios {
            let prepared = Source::read(file, &self.changes, registry).and_then(|mut source| {
                let data = self.data.as_deref();
                let plans = if self.plan { source.drafts(data) } else { source.plans(data) }?;
                Ok((source, plans))
            });
            match prepared {
                Ok((source, _))
                    if self.shard.is_some() && source.experiment.runs() != source.experiment.most_runs() =>
                {
                    problems.push(format!(
                        "{}: replications: a share sees too little to tell when all is precise: with --shard, give a number of \
                         replications",
                        file.display()
                    ));
                }
                Ok((source, plans)) => {
                    let folder = self.folder(source.name());
                    jobs.push(Job { file: file.clone(), source, plans, folder });
                }
                Err(failure) => problems.extend_from_slice(failure.lines()),
            }
        }
        let mut files = BTreeMap::new();
        for job in &jobs {
            if let Some(other) = files.insert(&job.folder, &job.file) {
                problems.push(format!(
                    "{}: is called {:?} as {} is, and both would write to {}: run them one by one with --out",
                    job.file.display(),
                    job.source.name(),
                    other.display(),
                    job.folder.display()
                ));
            }
        }
        if problems.is_empty() { Ok(jobs) } else { Err(Failure::Input(problems)) }
    }

    fn threads(&self) -> usize {
        self.threads.map_or_else(cores, |threads| threads as usize)
    }

    fn tell_plans(&self, jobs: &[Job], stop: &AtomicBool) -> Done {
        for job in jobs {
            let forecast = self.forecast(job, stop)?;
            output::print(&plan::text(&job.source.experiment, &forecast))?;
        }
        Ok(())
    }

    fn forecast(&self, job: &Job, stop: &AtomicBool) -> Result<Forecast, Failure> {
        forecast(&job.source.experiment, &job.plans, self.threads(), stop).map_err(|error| match error {
            ForecastError::Run(RunError::Interrupted(_)) => Failure::Interrupted,
            error => Failure::input(format!("{}: a pilot failed: {error}", job.file.display())),
        })
    }

    /// Refuses a large run that would not fit into memory, before anything is written.
    fn weigh(&self, job: &Job, stop: &AtomicBool) -> Done {
        let large = job.plans.iter().any(|plan| plan.pool >= PEERS_WORTH_A_PILOT);
        // What `--force` replaces may be of another size.
        let done = !self.force && complete(&job.folder, &job.source.experiment).is_some();
        if !large || done {
            return Ok(());
        }
        let forecast = self.forecast(job, stop)?;
        if !self.quiet {
            output::tell(&plan::line(job.source.name(), &forecast));
        }
        match forecast.fits() {
            Err(_) if self.overcommit => Ok(()),
            fits => fits.map_err(|error| Failure::input(format!("{}: {error}", job.file.display()))),
        }
    }

    fn folder(&self, name: &str) -> PathBuf {
        match (&self.out, self.scenarios.len()) {
            (Some(out), 1) => out.clone(),
            (Some(out), _) => out.join(name),
            (None, _) => Path::new("results").join(name),
        }
    }

    /// Opens all results folders.
    fn open(&self, jobs: &[Job], registry: &Registry) -> Result<Vec<Store>, Failure> {
        let scenario = |job: &Job| job.source.experiment.scenario.to_json();
        let jobs = jobs.iter().map(|job| (job.folder.as_path(), scenario(job)));
        let revision = revision(registry);
        if self.shard.is_some() {
            // Others may be at work in the same folders: nothing is unmade where one of them cannot be used.
            let open = |(folder, scenario): (&Path, String)| {
                Store::open_shared(folder, &scenario, VERSION, revision.as_deref())
            };
            return Ok(jobs.map(open).collect::<Result<_, _>>()?);
        }
        open_all(jobs, revision.as_deref(), self.force)
    }

    fn job(&self, job: &Job, store: Store, stop: &AtomicBool, company: &Company) -> Done {
        let experiment = &job.source.experiment;
        job.source.tell_warnings();
        if let Some(shard) = self.shard {
            return self.share(job, store, shard, stop, company);
        }
        if named(store.staging(), &job.folder) == job.folder
            && let Some(summary) = complete(&job.folder, experiment)
        {
            company.tell(false);
            if !job.folder.join("report.html").exists() {
                draw(&job.folder)?;
            }
            return conclude(&summary, &job.folder);
        }
        if store.is_kindred() {
            output::tell(&format!(
                "{}: continued; its runs that belong to the changed scenario too are not run again",
                named(store.staging(), &job.folder).display()
            ));
        }
        let progress = Progress::default();
        let execution = self.execution(stop, &progress, company.ranks(&job.plans));
        company.tell(true);
        let work =
            || execute(experiment, &job.plans, store, &execution).map_err(|error| company.give_up(error));
        let (executed, places) =
            panics::quietly(|| progress::shown(job.source.name(), &progress, self.quiet, work));
        let Execute { summary, folder, finished: (finished, runs), interrupted: _, failures, .. } = executed?;
        // Those of the scenario were told before the run, with their places.
        let told =
            |warning: &&String| experiment.warnings.iter().any(|told| told.ends_with(warning.as_str()));
        for warning in summary.warnings.iter().filter(|warning| !told(warning)) {
            output::warn(warning);
        }
        let folder = named(&folder, &job.folder);
        let drawn = if finished > 0 { draw(&folder) } else { Ok(()) };
        if finished == runs && failures.is_empty() {
            drawn?;
            return conclude(&summary, &folder);
        }
        let kept = format!("{finished} of {runs} runs are finished and kept in {}", folder.display());
        if failures.is_empty() && stop.load(Ordering::Relaxed) {
            output::tell(&format!("interrupted: {kept}; the same command continues"));
            return Err(Failure::Interrupted);
        }
        let lines = failures
            .into_iter()
            .chain(panicked(&places))
            .chain([format!("{kept}; the same command continues from there")]);
        Err(Failure::Run(lines.collect()))
    }
}

impl Run {
    /// Does a share of a job's runs.
    fn share(&self, job: &Job, store: Store, shard: Shard, stop: &AtomicBool, company: &Company) -> Done {
        let (experiment, name) = (&job.source.experiment, job.source.name());
        let progress = Progress::default();
        let execution = self.execution(stop, &progress, company.ranks(&job.plans));
        company.tell(true);
        let work = || {
            execute_shard(experiment, &job.plans, store, &execution, shard)
                .map_err(|error| company.give_up(error))
        };
        let (done, places) = panics::quietly(|| progress::shown(name, &progress, self.quiet, work));
        let ExecuteShard { finished: (finished, runs), failures } = done?;
        let folder = job.folder.display();
        if finished == runs && failures.is_empty() {
            return output::print(&format!(
                "share {shard} of {name}: {runs} runs are finished in {folder}; join all shares with: overlab merge {folder} ... \
                 --out RESULTS\n"
            ));
        }
        let kept = format!("{finished} of {runs} runs of share {shard} are finished and kept in {folder}");
        if failures.is_empty() {
            output::tell(&format!("interrupted: {kept}; the same command continues"));
            return Err(Failure::Interrupted);
        }
        let places = panicked(&places);
        Err(Failure::Run(failures.into_iter().chain(places).chain([kept]).collect()))
    }
}

/// Plots and page.
pub(super) fn draw(folder: &Path) -> Done {
    // The folder is ours, so whatever is wrong with it is no fault of the input.
    let failed = |error: overlab_report::ReportError| {
        Failure::run(format!("the results are complete, but could not be drawn: {error}"))
    };
    overlab_report::draw(folder).map_err(failed)?;
    overlab_report::page(folder).map_err(failed)?;
    Ok(())
}

/// Where the simulation panicked.
fn panicked(places: &[String]) -> impl Iterator<Item = String> + '_ {
    places.iter().map(|place| format!("it panicked at {place} (RUST_BACKTRACE=1 tells how it got there)"))
}

/// Prints tables and places of the results.
pub(super) fn conclude(summary: &Summary, folder: &Path) -> Done {
    let report = folder.join("report.html");
    output::print(&format!(
        "{}results: {}\nreport: {}\n",
        tables::tables(summary),
        folder.display(),
        report.display()
    ))
}

/// A results folder, or the one beside it, by the name that the user gave.
pub(super) fn named(folder: &Path, given: &Path) -> PathBuf {
    match folder.file_name() {
        Some(name) if std::path::absolute(given).is_ok_and(|given| given != folder) => {
            given.with_file_name(name)
        }
        _ => given.to_owned(),
    }
}

/// The summary of a folder of `experiment` in which nothing is missing.
pub(super) fn complete(folder: &Path, experiment: &Experiment) -> Option<Summary> {
    let results = [Summary::FILE, Distributions::FILE, ReplicationTable::FILE, TimeSeries::FILE];
    let mut files =
        results.into_iter().chain([UnderlayPicture::FILE, Replay::FILE, Methods::FILE, Manifest::FILE]);
    if !files.all(|file| folder.join(file).is_file()) {
        return None;
    }
    // Results of the same scenario with another sweep may be as many.
    let scenario = fs_err::read_to_string(folder.join("scenario.json")).ok()?;
    if scenario != experiment.scenario.to_json() {
        return None;
    }
    let text = fs_err::read_to_string(folder.join(Summary::FILE)).ok()?;
    let summary = Summary::from_json(Summary::FILE, &text).ok()?;
    experiment.is_complete(&summary).then_some(summary)
}

/// The topmost folder on the way to `folder` that is not there yet.
fn first_missing(folder: &Path) -> Option<PathBuf> {
    let named = |folder: &&Path| !folder.as_os_str().is_empty();
    folder.ancestors().take_while(named).take_while(|folder| !folder.exists()).last().map(Path::to_owned)
}

/// Opens the results folders of scenarios; where one cannot be, none is left behind.
pub(super) fn open_all<'a>(
    scenarios: impl Iterator<Item = (&'a Path, String)>,
    revision: Option<&str>,
    force: bool,
) -> Result<Vec<Store>, Failure> {
    let (mut stores, mut made) = (Vec::new(), Made::default());
    for (folder, scenario) in scenarios {
        let missing = made.about_to_open(folder);
        match Store::open(folder, &scenario, VERSION, revision, force) {
            Ok(store) => {
                made.opened(missing);
                stores.push(store);
            }
            Err(error) => {
                made.undo();
                return Err(error.into());
            }
        }
    }
    Ok(stores)
}

/// Folders that a command has made and will unmake where it cannot begin.
#[derive(Debug, Default)]
struct Made {
    /// Those that are locked by this process, so that nobody else has begun in them.
    own: Vec<PathBuf>,
    /// Those on the way there, the deepest last: another process may use them by now.
    parents: Vec<PathBuf>,
}

impl Made {
    /// Notes which folders on the way to `folder` are missing; returns `folder` itself if it is.
    fn about_to_open(&mut self, folder: &Path) -> Option<PathBuf> {
        let first = first_missing(folder)?;
        let mut parents: Vec<PathBuf> = folder
            .ancestors()
            .skip(1)
            .take_while(|parent| parent.starts_with(&first))
            .map(Path::to_owned)
            .collect();
        parents.reverse();
        self.parents.extend(parents);
        Some(folder.to_owned())
    }

    /// Notes that a folder that was missing is this process's now.
    fn opened(&mut self, missing: Option<PathBuf>) {
        self.own.extend(missing);
    }

    /// Removes what was made: that this may fail too changes nothing about the error that is told.
    fn undo(self) {
        for folder in &self.own {
            let _ = fs_err::remove_dir_all(folder);
        }
        for parent in self.parents.iter().rev() {
            // Only if it is empty.
            let _ = fs_err::remove_dir(parent);
        }
    }
}

/// The command line; the program by its name alone, since its folder is this machine's affair.
pub(super) fn command() -> Vec<String> {
    let mut words: Vec<String> =
        std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(program) = words.first_mut() {
        *program = Path::new(&program)
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    }
    words
}

/// What distinguishes the program that results are made with, beside its version: for the command itself the revision
/// of its source. Where that says too little, because the source has been changed since or because a plug-in's is
/// elsewhere, the program itself is hashed: the results of code that is being worked on must not be mixed with those of
/// the code before.
pub(super) fn revision(registry: &Registry) -> Option<String> {
    let plug_in = registry.entries().len() > Registry::built_in().entries().len();
    match REVISION {
        Some(revision) if !plug_in && !revision.ends_with(CHANGED) => Some(revision.to_owned()),
        _ => {
            let program = fs_err::read(std::env::current_exe().ok()?).ok()?;
            Some(format!("program {}", &blake3::hash(&program).to_hex()[..16]))
        }
    }
}
