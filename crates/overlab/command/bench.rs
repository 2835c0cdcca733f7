//! `overlab bench`: the standard suite on any algorithm, beside the built-in ones.

mod json;
mod text;

use super::failure::Failure;
use super::run::{command, complete, draw, open_all, revision};
use super::{Done, REVISION, VERSION, interrupt, output, panics, progress};
use clap::{Args, builder::PossibleValuesParser, value_parser};
use overlab_lab::{
    Execution, Experiment, Plan, Progress, Registry, STANDARD, StandardPart, StandardRow, Store, cores,
    execute, standard_rows,
};
use overlab_schema::unknown_name;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

const EXAMPLES: &str = "\
Examples:
  overlab bench                            All algorithms that this program knows
  overlab bench chord --only               One alone
  overlab bench --quick                    A first look in seconds, at small sizes
  overlab bench --out results/standard     Keep results and reports, and continue what was interrupted
  overlab bench --show churn > churn.json  A scenario of the suite, to be changed and run

The suite has two parts. static: 1,000 and 10,000 peers with converged tables, and nobody comes or goes. churn: \
1,000 live peers with exponential sessions and downtimes of one hour on average, the setting of the p2psim studies \
(Li et al., INFOCOM 2005). Both run on a transit-stub Internet, and all algorithms with their defaults; it takes a \
minute or two. Figures are means \
over replications with half of their 95 % interval. Only the speed depends on the machine.

Exit codes: 0 done; 1 a run failed; 2 the usage was wrong, and nothing was written; 130 interrupted. With --out, what \
was finished is kept.";

/// Runs the standard suite on algorithms and prints their figures beside each other.
#[derive(Debug, Args)]
#[command(name = "bench", after_help = EXAMPLES)]
pub(super) struct Bench {
    /// Algorithms of `overlab list algorithms`. The built-in ones are measured beside them; where none is named, all are.
    #[arg(value_name = "ALGORITHM")]
    algorithms: Vec<String>,
    /// Measures the algorithms that are named and no others.
    #[arg(long, requires = "algorithms")]
    only: bool,
    /// Small sizes and 3 replications: a first look, not to be compared with figures of the whole suite.
    #[arg(long)]
    quick: bool,
    /// How often everything is run with everything redrawn; by default 5 times (static) and 10 times (churn), with --quick 3 times.
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=100_000))]
    replications: Option<u32>,
    /// The seed that everything random is derived from; 1 by default.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Threads in all; by default as many as the machine has processors.
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=4096))]
    threads: Option<u32>,
    /// The folder that the results folder of each part is made in; without it nothing is kept.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replaces whatever else the results folders hold, once the new results are complete.
    #[arg(long, requires = "out")]
    force: bool,
    /// Prints the figures as JSON.
    #[arg(long)]
    json: bool,
    /// Prints the scenario of a part, complete with all defaults, and runs nothing.
    #[arg(
        long,
        value_name = "PART",
        value_parser = PossibleValuesParser::new(STANDARD.iter().map(|part| part.name)),
        conflicts_with_all = ["threads", "out", "json", "quiet"]
    )]
    show: Option<String>,
    /// Shows no progress.
    #[arg(long)]
    quiet: bool,
}

/// A part that is ready to run.
struct Job {
    part: &'static StandardPart,
    experiment: Experiment,
    plans: Vec<Plan>,
    folder: PathBuf,
}

/// What a part came to.
struct Measured {
    part: &'static StandardPart,
    scenario: String,
    replications: u32,
    rows: Vec<StandardRow>,
}

impl Bench {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let algorithms = self.chosen(registry)?;
        if let Some(name) = &self.show {
            let part = STANDARD.iter().find(|part| part.name == name).expect("the parser knows all parts");
            return output::print(&self.experiment(part, &algorithms, registry)?.scenario.to_json());
        }
        // Dropped at the end, and all that was not to be kept with it.
        let scratch =
            tempfile::tempdir().map_err(|error| Failure::run(format!("no temporary folder: {error}")))?;
        let base = self.out.as_deref().unwrap_or(scratch.path());
        let jobs = STANDARD
            .iter()
            .map(|part| self.job(part, &algorithms, registry, base))
            .collect::<Result<Vec<Job>, Failure>>()?;
        let revision = revision(registry);
        let scenarios = jobs.iter().map(|job| (job.folder.as_path(), job.experiment.scenario.to_json()));
        let stores = open_all(scenarios, revision.as_deref(), self.force)?;
        let stop = interrupt::watch();
        let mut measured = Vec::new();
        for (job, store) in jobs.iter().zip(stores) {
            measured.push(self.measure(job, store, revision.as_deref(), stop)?);
        }
        let seed = jobs[0].experiment.scenario.seed;
        output::print(&if self.json { json::json(seed, &measured) } else { text::text(seed, &measured) })?;
        if let Some(out) = self.out.as_deref().filter(|_| !self.json) {
            output::print(&format!("\nresults and reports: in {}\n", out.display()))?;
        }
        Ok(())
    }

    /// The names of the algorithms to measure: those named first, then the built-in ones.
    fn chosen<'a>(&'a self, registry: &'a Registry) -> Result<Vec<&'a str>, Failure> {
        let all =
            |registry: &Registry| registry.protocols().map(|entry| entry.about.name).collect::<Vec<_>>();
        let known = all(registry);
        if let Some(name) = self.algorithms.iter().find(|name| !known.contains(&name.as_str())) {
            return Err(Failure::input(unknown_name("algorithm", name, &known)));
        }
        let beside = match (self.algorithms.is_empty(), self.only) {
            (true, _) => known,
            (false, false) => all(&Registry::built_in()),
            (false, true) => Vec::new(),
        };
        let mut chosen: Vec<&str> = Vec::new();
        for name in self.algorithms.iter().map(String::as_str).chain(beside) {
            if !chosen.contains(&name) {
                chosen.push(name);
            }
        }
        Ok(chosen)
    }

    fn experiment(
        &self,
        part: &StandardPart,
        algorithms: &[&str],
        registry: &Registry,
    ) -> Result<Experiment, Failure> {
        let mut document = part.document(algorithms, self.quick)?;
        let mut set = |option: &str, path: &str, value: u64| {
            let path = path.parse().expect("a key is a path");
            document.set_value(&format!("--{option} {value}"), &path, Value::from(value))
        };
        if let Some(seed) = self.seed {
            set("seed", "seed", seed)?;
        }
        if let Some(replications) = self.replications {
            set("replications", "replications", u64::from(replications))?;
        }
        Ok(Experiment::resolve(&document, registry)?)
    }

    fn job(
        &self,
        part: &'static StandardPart,
        algorithms: &[&str],
        registry: &Registry,
        base: &Path,
    ) -> Result<Job, Failure> {
        let mut experiment = self.experiment(part, algorithms, registry)?;
        let plans = experiment.plans(Path::new(""), None)?;
        let folder = base.join(&experiment.scenario.name);
        Ok(Job { part, experiment, plans, folder })
    }

    /// Runs what is missing of a part, and reads its figures.
    fn measure(
        &self,
        job: &Job,
        store: Store,
        revision: Option<&str>,
        stop: &AtomicBool,
    ) -> Result<Measured, Failure> {
        let scenario = &job.experiment.scenario;
        let in_place = std::path::absolute(&job.folder).is_ok_and(|folder| folder == store.staging());
        let store = if in_place && complete(&job.folder, &job.experiment).is_some() {
            if self.out.is_some() && !job.folder.join("report.html").exists() {
                draw(&job.folder)?;
            }
            store
        } else {
            self.execute(job, store, stop)?;
            Store::open(&job.folder, &scenario.to_json(), VERSION, revision, false)?
        };
        Ok(Measured {
            part: job.part,
            scenario: scenario.name.clone(),
            replications: scenario.replications.at_most(),
            rows: standard_rows(&job.experiment, &store)?,
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
        if finished == runs {
            for warning in &executed.summary.warnings {
                output::warn(&format!("{}: {warning}", job.part.name));
            }
        }
        if finished == runs && executed.failures.is_empty() {
            return if self.out.is_some() { draw(&job.folder) } else { Ok(()) };
        }
        let kept = match &self.out {
            Some(_) => format!("kept in {}; the same command continues", executed.folder.display()),
            None => "thrown away; with --out DIR they are kept".to_owned(),
        };
        let kept = format!("{finished} of {runs} runs of {name} are finished and {kept}");
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
