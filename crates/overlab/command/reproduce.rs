//! `overlab reproduce`: published results, run again and judged.

mod table;

use super::failure::Failure;
use super::run::{command, complete, draw, open_all, revision};
use super::{Done, REVISION, VERSION, interrupt, output, panics, progress};
use clap::{Args, builder::PossibleValuesParser, value_parser};
use overlab_lab::{Execution, Experiment, Plan, Progress, Registry, SUITE, Store, SuitePart, cores, execute};
use overlab_schema::{Reproduction, ResultFile};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

const EXAMPLES: &str = "\
Examples:
  overlab reproduce                              The whole suite
  overlab reproduce --quick                      A first look at all of it
  overlab reproduce static-resilience chord-hops
  overlab reproduce --list

Each scenario of the suite says what was published, where, and how near a reproduction must come; the verdicts are \
\"reproduced\", \"not reproduced\", \"underpowered\" (the interval is too wide to tell) and \"not run\" (points that \
--quick leaves out). DIR gets a table of all of them (reproduction.md, reproduction.json) and a results folder a scenario, with its plots \
and report.

Exit codes: 0 everything that was run is reproduced; 1 something is not, or a run failed; 2 the usage was wrong, and \
nothing was written; 130 interrupted, and what was finished is kept.";

/// Runs the suite of published results and says which of them this simulator reproduces.
#[derive(Debug, Args)]
#[command(name = "reproduce", after_help = EXAMPLES)]
pub(super) struct Reproduce {
    /// Scenarios of the suite; all of them where none is named.
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(SUITE.iter().map(|part| part.name)), hide_possible_values = true)]
    names: Vec<String>,
    /// Fewer points and replications, as each scenario says: a first look.
    #[arg(long)]
    quick: bool,
    /// The folder that the table and a results folder a scenario are written to; by default results/reproduce, with --quick results/reproduce-quick.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replaces whatever else the results folders hold, once the new results are complete.
    #[arg(long)]
    force: bool,
    /// Lists the scenarios of the suite with what they claim, and runs nothing.
    #[arg(long, conflicts_with_all = ["out", "force", "threads", "quiet"])]
    list: bool,
    /// Threads in all; by default as many as the machine has processors.
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=4096))]
    threads: Option<u32>,
    /// Shows no progress.
    #[arg(long)]
    quiet: bool,
}

/// A scenario of the suite that is ready to run.
struct Job {
    experiment: Experiment,
    plans: Vec<Plan>,
    folder: PathBuf,
}

impl Reproduce {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let named =
            |part: &&SuitePart| self.names.is_empty() || self.names.iter().any(|name| name == part.name);
        let parts: Vec<&SuitePart> = SUITE.iter().filter(named).collect();
        if self.list {
            return self.tell(&parts, registry);
        }
        let base = self.folder();
        let jobs =
            parts.iter().map(|part| self.job(part, registry, &base)).collect::<Result<Vec<Job>, _>>()?;
        let revision = revision(registry);
        let scenarios = jobs.iter().map(|job| (job.folder.as_path(), job.experiment.scenario.to_json()));
        let stores = open_all(scenarios, revision.as_deref(), self.force)?;
        let stop = interrupt::watch();
        let mut results = Vec::new();
        for (job, store) in jobs.iter().zip(stores) {
            results.push(self.reproduction(job, store, stop)?);
        }
        // Results of earlier calls under the same folder stay in the table.
        let all: Vec<Reproduction> =
            SUITE.iter().filter_map(|part| known(&results, part.name, &base)).collect();
        let told = table::markdown(&all, revision.as_deref());
        write(&base.join("reproduction.md"), &told)?;
        write(&base.join("reproduction.json"), &table::json(&all))?;
        output::print(&table::text(&results))?;
        output::print(&format!("table: {}\n", base.join("reproduction.md").display()))?;
        let failing: Vec<&str> =
            results.iter().filter(|result| result.fails()).map(|result| result.scenario.as_str()).collect();
        if failing.is_empty() {
            return Ok(());
        }
        Err(Failure::run(format!("not everything was reproduced: see {}", failing.join(", "))))
    }

    fn folder(&self) -> PathBuf {
        let standard = if self.quick { "results/reproduce-quick" } else { "results/reproduce" };
        self.out.clone().unwrap_or_else(|| PathBuf::from(standard))
    }

    fn experiment(&self, part: &SuitePart, registry: &Registry) -> Result<Experiment, Failure> {
        Ok(Experiment::resolve(&part.document(self.quick)?, registry)?)
    }

    fn tell(&self, parts: &[&SuitePart], registry: &Registry) -> Done {
        for part in parts {
            let experiment = self.experiment(part, registry)?;
            let scenario = &experiment.scenario;
            let claims = scenario.published.as_ref().map_or(0, |published| published.claims.len());
            let source = scenario.published.as_ref().map_or("", |published| published.source.as_str());
            let runs = experiment.runs();
            output::print(&format!("{:24}{claims:3} claims, {runs:4} runs  {source}\n", part.name))?;
        }
        Ok(())
    }

    fn job(&self, part: &SuitePart, registry: &Registry, base: &Path) -> Result<Job, Failure> {
        let mut experiment = self.experiment(part, registry)?;
        let plans = experiment.plans(Path::new(""), None)?;
        let folder = base.join(part.name);
        Ok(Job { experiment, plans, folder })
    }

    /// Runs what is missing of a scenario, and reads its verdicts.
    fn reproduction(&self, job: &Job, store: Store, stop: &AtomicBool) -> Result<Reproduction, Failure> {
        let in_place = std::path::absolute(&job.folder).is_ok_and(|folder| folder == store.staging());
        if !in_place || complete(&job.folder, &job.experiment).is_none() || read(&job.folder).is_none() {
            self.execute(job, store, stop)?;
        }
        read(&job.folder).ok_or_else(|| {
            Failure::run(format!("{}: holds no verdicts: run it again with --force", job.folder.display()))
        })
    }

    fn execute(&self, job: &Job, store: Store, stop: &AtomicBool) -> Done {
        let progress = Progress::default();
        let execution = Execution {
            threads: self.threads.map_or_else(cores, |threads| threads as usize),
            width_divisor: 1,
            ranks: None,
            stop,
            progress: &progress,
            command: command(),
            version: VERSION.to_owned(),
            revision: REVISION.map(str::to_owned),
        };
        let work = || execute(&job.experiment, &job.plans, store, &execution);
        let name = &job.experiment.scenario.name;
        let (executed, places) = panics::quietly(|| progress::shown(name, &progress, self.quiet, work));
        let executed = executed?;
        let (finished, runs) = executed.finished;
        if finished == runs && executed.failures.is_empty() {
            return draw(&job.folder);
        }
        let kept =
            format!("{finished} of {runs} runs of {name} are finished and kept; the same command continues");
        if executed.failures.is_empty() {
            output::tell(&format!("interrupted: {kept}"));
            return Err(Failure::Interrupted);
        }
        let places = places
            .iter()
            .map(|place| format!("it panicked at {place} (RUST_BACKTRACE=1 tells how it got there)"));
        Err(Failure::Run(executed.failures.into_iter().chain(places).chain([kept]).collect()))
    }
}

/// The verdicts that a results folder holds.
fn read(folder: &Path) -> Option<Reproduction> {
    let text = fs_err::read_to_string(folder.join(Reproduction::FILE)).ok()?;
    Reproduction::from_json(Reproduction::FILE, &text).ok()
}

/// The verdicts on a scenario: those of now, or those that lie in its folder.
fn known(results: &[Reproduction], name: &str, base: &Path) -> Option<Reproduction> {
    let now = results.iter().find(|result| result.scenario == name).cloned();
    now.or_else(|| read(&base.join(name)))
}

/// Writes under another name and renames, so that no half file ever has the name of a whole one.
fn write(path: &Path, content: &str) -> Done {
    let failed = |error: std::io::Error| Failure::run(error.to_string());
    let partial = path.with_extension("partial");
    fs_err::write(&partial, content).map_err(failed)?;
    fs_err::rename(&partial, path).map_err(failed)
}
