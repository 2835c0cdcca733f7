//! Runs all that is missing of an experiment, and keeps what is finished whatever happens.

use crate::aggregate::{self, Outcomes};
use crate::clock;
#[cfg(feature = "parquet")]
use crate::columns;
use crate::experiment::Experiment;
use crate::ground::{Ground, GroundError, Plan};
use crate::outcome::RunOutcome;
use crate::precision::Agenda;
use crate::ranks::{self, Ranks};
use crate::registry::RunContext;
use crate::run::{RunError, Running};
use crate::shard::Shard;
use crate::store::{self, RunPlace, Store, StoreError};
use overlab_schema::{InputFile, Manifest, ResultFile, Summary};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// From so many peers on, the threads work on one run together; below, each has runs of its own.
pub(crate) const PEERS_WORTH_THREADS: u32 = 50_000;

/// How an experiment is executed; none of it shows in the results.
#[derive(Debug)]
pub struct Execution<'a> {
    /// Threads in all.
    pub threads: usize,
    /// Windows are the lookahead divided by this wide.
    pub width_divisor: u32,
    /// The ranks that do it together, this one among them.
    pub ranks: Option<Ranks>,
    /// Set by whoever wants it to stop: what is finished is kept.
    pub stop: &'a AtomicBool,
    /// What it does as it goes, for a progress bar.
    pub progress: &'a Progress,
    /// The command line, for the manifest.
    pub command: Vec<String>,
    /// The version of the program.
    pub version: String,
    /// The revision of its source, if known.
    pub revision: Option<String>,
}

/// How far an experiment is; read by another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Runs in all.
    pub runs: AtomicU64,
    /// Runs that were there already.
    pub found: AtomicU64,
    /// Runs finished, found ones included.
    pub finished: AtomicU64,
    /// Millionths of runs that are done in runs under way.
    pub under_way: AtomicU64,
    /// Events of all runs so far.
    pub events: AtomicU64,
}

/// How an experiment ended.
#[derive(Debug)]
pub struct Execute {
    /// The summary of all finished runs.
    pub summary: Summary,
    /// The results folder.
    pub folder: PathBuf,
    /// Runs finished, and runs in all.
    pub finished: (u64, u64),
    /// The runs that are not finished.
    pub missing: Vec<RunPlace>,
    /// Whether somebody asked it to stop.
    pub interrupted: bool,
    /// What went wrong.
    pub failures: Vec<String>,
}

/// Why no results could be written at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecuteError {
    /// The results folder failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The threads could not be started.
    #[error("cannot start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Runs what `store` lacks of `experiment` and writes its results.
///
/// # Errors
/// Where results cannot be written. A run that fails is no error: what is finished is kept, and the outcome says so.
pub fn execute(
    experiment: &Experiment,
    plans: &[Plan],
    store: Store,
    execution: &Execution<'_>,
) -> Result<Execute, ExecuteError> {
    let (started, watch) = (clock::now_rfc3339(), clock::Stopwatch::start());
    let mut session = Session { started, wall_s: 0.0, events: 0, messages: 0 };
    let mut agenda = Agenda::new(experiment, execution.threads);
    let Filled { mut outcomes, mut failures, .. } =
        fill(experiment, plans, &store, execution, (&mut agenda, None), &mut session)?;
    session.wall_s = watch.seconds();
    // Whoever was stopped between two looks at the precision has not looked at the last runs.
    agenda.decide(experiment, &outcomes);
    let total = agenda.runs(experiment);
    // What ran beyond the least number that is precise stays in the folder, but does not count.
    outcomes.retain(|place, _| place.replication < agenda.wanted(place.point));
    let finished = outcomes.len() as u64;

    let mut summary = aggregate::summary(experiment, &outcomes);
    if finished < total {
        summary.warnings.push(format!(
            "incomplete: {finished} of {total} runs are finished; run the scenario again to go on"
        ));
    }
    let written = write(experiment, plans, &store, &outcomes, &summary, (execution, &session));
    // Results that replace others take their place only when they are complete.
    let folder = match (finished == total, &written) {
        (true, Ok(())) => store.finish()?,
        _ => store.staging().to_owned(),
    };
    if let Err(error) = written {
        // What made the runs fail, such as a full disk, most likely is why this failed too: tell it all.
        failures.push(error.to_string());
    }
    let interrupted = execution.stop.load(Ordering::Relaxed);
    let missing = unfinished(experiment, &agenda, &outcomes);
    Ok(Execute { summary, folder, finished: (finished, total), missing, interrupted, failures })
}

/// How a share of an experiment ended.
#[derive(Debug)]
pub struct ExecuteShard {
    /// Runs of this share that are finished, and all of them.
    pub finished: (u64, u64),
    /// What went wrong.
    pub failures: Vec<String>,
}

/// Runs what `store` lacks of one share of `experiment`, and writes nothing but these runs: others may be at work in the same
/// folder, and results of a part would be taken for those of the whole.
///
/// # Errors
/// Where results cannot be read. A run that fails is no error: what is finished is kept, and the outcome says so.
pub fn execute_shard(
    experiment: &Experiment,
    plans: &[Plan],
    store: Store,
    execution: &Execution<'_>,
    shard: Shard,
) -> Result<ExecuteShard, ExecuteError> {
    // How often each point is run is known beforehand: a share sees too little to judge how precise the whole is.
    let mut agenda = Agenda::new(experiment, execution.threads);
    let mut session = Session { started: String::new(), wall_s: 0.0, events: 0, messages: 0 };
    let asked = (&mut agenda, Some(shard));
    let Filled { outcomes, total, failures } =
        fill(experiment, plans, &store, execution, asked, &mut session)?;
    drop(store);
    Ok(ExecuteShard { finished: (outcomes.len() as u64, total), failures })
}

/// What is there of an experiment or of a share of it.
struct Filled {
    /// All that is finished.
    outcomes: Outcomes,
    /// How many runs there should be, as far as that was known at the start.
    total: u64,
    failures: Vec<String>,
}

/// Runs what `store` lacks.
fn fill(
    experiment: &Experiment,
    plans: &[Plan],
    store: &Store,
    execution: &Execution<'_>,
    (agenda, shard): (&mut Agenda, Option<Shard>),
    session: &mut Session,
) -> Result<Filled, ExecuteError> {
    let mut outcomes = Outcomes::new();
    let first = needed(experiment, store, (agenda, shard), &mut outcomes, execution.progress)?;
    let total = outcomes.len() as u64 + count(&first);
    let keep = |place: RunPlace, outcome: &RunOutcome| {
        store.keep(&experiment.run_identity(place), outcome).map_err(|error| error.to_string())
    };
    let together = worth_all(plans);
    let side_by_side = !together && execution.threads > 1 && execution.ranks.is_none();
    let team = Team::new(experiment, plans, execution, &keep, side_by_side);
    // What is to be run after these outcomes came in: nothing where that is all.
    let mut next = |fresh: Vec<(RunPlace, RunOutcome)>| {
        session.note(&fresh);
        outcomes.extend(fresh);
        if team.stopped() {
            return Vec::new();
        }
        let more = needed(experiment, store, (agenda, shard), &mut outcomes, execution.progress);
        more.unwrap_or_else(|error| {
            team.fail(error.to_string());
            Vec::new()
        })
    };
    if let Some(ranks) = &execution.ranks {
        ranks.lead(&team, first, &mut next);
    } else {
        let pool = ThreadPoolBuilder::new().num_threads(execution.threads);
        let pool = side_by_side.then(|| pool.build()).transpose()?;
        let mut groups = first;
        while !groups.is_empty() {
            let one = |group: &Group| team.group(group, if side_by_side { 1 } else { execution.threads });
            groups = next(match &pool {
                Some(pool) => pool.install(|| groups.par_iter().with_max_len(1).flat_map(one).collect()),
                None => groups.iter().flat_map(one).collect(),
            });
        }
    }
    let failures = team.failures.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(Filled { outcomes, total, failures })
}

/// Whether some run is so large that all that can work should work on it together.
pub(crate) fn worth_all(plans: &[Plan]) -> bool {
    plans.iter().any(|plan| plan.pool >= PEERS_WORTH_THREADS)
}

/// The runs of one replication at one point: they share their ground.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    point: usize,
    replication: u32,
    overlays: Vec<usize>,
}

/// How many runs these are.
fn count(groups: &[Group]) -> u64 {
    groups.iter().map(|group| group.overlays.len() as u64).sum()
}

/// What is to be run next, of all runs or of a share of them: nothing once every point has what it needs.
fn needed(
    experiment: &Experiment,
    store: &Store,
    (agenda, shard): (&mut Agenda, Option<Shard>),
    outcomes: &mut Outcomes,
    progress: &Progress,
) -> Result<Vec<Group>, StoreError> {
    loop {
        let before = outcomes.len();
        let groups = missing(experiment, store, (agenda, shard), outcomes)?;
        let (there, found) = (outcomes.len() as u64, (outcomes.len() - before) as u64);
        let all = if shard.is_some() { there + count(&groups) } else { agenda.runs(experiment) };
        progress.runs.store(all, Ordering::Relaxed);
        progress.found.fetch_add(found, Ordering::Relaxed);
        progress.finished.fetch_add(found, Ordering::Relaxed);
        if !groups.is_empty() || shard.is_some() || !agenda.decide(experiment, outcomes) {
            return Ok(groups);
        }
    }
}

/// Adds what is there already to `outcomes`, and returns what is not.
fn missing(
    experiment: &Experiment,
    store: &Store,
    (agenda, shard): (&Agenda, Option<Shard>),
    outcomes: &mut Outcomes,
) -> Result<Vec<Group>, StoreError> {
    // Runs are numbered whether they are of this share or not.
    let mut numbers = 0..;
    let mut groups = Vec::new();
    for (point, at) in experiment.points.iter().enumerate() {
        let identities: Vec<_> =
            (0..at.scenario.overlays.len()).map(|overlay| experiment.identity(point, overlay)).collect();
        for replication in 0..agenda.wanted(point) {
            let mut overlays = Vec::new();
            for (overlay, identity) in identities.iter().enumerate() {
                let place = RunPlace { point, overlay, replication };
                let number = numbers.next().expect("there are fewer runs than numbers");
                let mine = shard.is_none_or(|shard| shard.has(number, identities.len()));
                if !mine || outcomes.contains_key(&place) {
                    continue;
                }
                match store.load(&identity.replication(replication))? {
                    Some(outcome) => {
                        outcomes.insert(place, outcome);
                    }
                    None => overlays.push(overlay),
                }
            }
            if !overlays.is_empty() {
                groups.push(Group { point, replication, overlays });
            }
        }
    }
    Ok(groups)
}

/// The places of runs that have no outcome.
fn unfinished(experiment: &Experiment, agenda: &Agenda, outcomes: &Outcomes) -> Vec<RunPlace> {
    let mut all = Vec::new();
    for (point, at) in experiment.points.iter().enumerate() {
        for replication in 0..agenda.wanted(point) {
            let overlays = 0..at.scenario.overlays.len();
            all.extend(overlays.map(|overlay| RunPlace { point, overlay, replication }));
        }
    }
    all.retain(|place| !outcomes.contains_key(place));
    all
}

/// Keeps what a run left behind, or says why it cannot.
pub(crate) type Keep<'a> = dyn Fn(RunPlace, &RunOutcome) -> Result<(), String> + Sync + 'a;

pub(crate) struct Team<'a> {
    experiment: &'a Experiment,
    plans: &'a [Plan],
    pub(crate) keep: &'a Keep<'a>,
    pub(crate) execution: &'a Execution<'a>,
    /// Whether runs go side by side, in a pool of threads that this one belongs to.
    side_by_side: bool,
    /// Something failed: no new run is begun.
    failed: AtomicBool,
    pub(crate) failures: Mutex<Vec<String>>,
}

impl<'a> Team<'a> {
    pub(crate) fn new(
        experiment: &'a Experiment,
        plans: &'a [Plan],
        execution: &'a Execution<'a>,
        keep: &'a Keep<'a>,
        side_by_side: bool,
    ) -> Self {
        let (failed, failures) = (AtomicBool::new(false), Mutex::default());
        Self { experiment, plans, keep, execution, side_by_side, failed, failures }
    }

    /// Whether no new run is begun.
    pub(crate) fn stopped(&self) -> bool {
        self.execution.stop.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed)
    }

    /// Whether no rank that works on the same run begins a new one; where several do, all must ask.
    fn all_stopped(&self) -> bool {
        match self.execution.ranks.as_ref().and_then(Ranks::inside) {
            Some(link) => ranks::any(&**link, self.stopped()),
            None => self.stopped(),
        }
    }

    /// Begins no new run and ends those under way.
    pub(crate) fn halt(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn fail(&self, message: String) {
        self.halt();
        self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(message);
    }

    /// Runs the overlays of one replication, one after another on this thread or side by side where threads are idle.
    pub(crate) fn group(&self, group: &Group, threads: usize) -> Vec<(RunPlace, RunOutcome)> {
        self.attended(group, threads, &|| {})
    }

    /// The same; `attend` is called now and then meanwhile, where the runs go one after another.
    pub(crate) fn attended(
        &self,
        group: &Group,
        threads: usize,
        attend: &(dyn Fn() + Sync),
    ) -> Vec<(RunPlace, RunOutcome)> {
        if self.all_stopped() {
            return Vec::new();
        }
        let ground = match self.plans[group.point].ground(group.replication) {
            Ok(ground) => Some(ground),
            Err(GroundError { path, message }) => {
                let problem = self.experiment.points[group.point].locate(&path, &message);
                self.fail(format!("replication {}: {problem}", group.replication));
                None
            }
        };
        // Where ranks work together and one has no ground, no other must wait for it: its failure stops all.
        if self.all_stopped() {
            return Vec::new();
        }
        let Some(ground) = ground else { return Vec::new() };
        let run = |overlay: &usize| self.run(group, *overlay, &ground, (threads, attend));
        if self.side_by_side {
            group.overlays.par_iter().with_max_len(1).filter_map(run).collect()
        } else {
            group.overlays.iter().filter_map(run).collect()
        }
    }

    fn run(
        &self,
        group: &Group,
        overlay: usize,
        ground: &Ground,
        (threads, attend): (usize, &(dyn Fn() + Sync)),
    ) -> Option<(RunPlace, RunOutcome)> {
        if self.all_stopped() {
            return None;
        }
        let place = RunPlace { point: group.point, overlay, replication: group.replication };
        let point = &self.experiment.points[group.point];
        let (entry, settled) = &point.algorithms[overlay];
        let (share_before, events_before) = (AtomicU64::new(0), AtomicU64::new(0));
        let progress = self.execution.progress;
        let advance = |share: f64, events: u64| {
            let share = (share * 1e6) as u64;
            progress
                .under_way
                .fetch_add(share - share_before.swap(share, Ordering::Relaxed), Ordering::Relaxed);
            progress
                .events
                .fetch_add(events - events_before.swap(events, Ordering::Relaxed), Ordering::Relaxed);
        };
        let go_on = |share: f64, events: u64| {
            advance(share, events);
            attend();
            !self.stopped()
        };
        let link = self.execution.ranks.as_ref().and_then(Ranks::inside).cloned();
        let context = RunContext {
            plan: &self.plans[group.point],
            overlay,
            ground,
            running: Running { threads, width_divisor: self.execution.width_divisor, link, go_on: &go_on },
        };
        if !self.side_by_side {
            // What earlier runs needed is not this one's.
            clock::forget_peak_memory();
        }
        let name = self.experiment.name_of(place);
        let result = catch_unwind(AssertUnwindSafe(|| entry.run(&settled.parameters, &context)));
        // The share of this run moves from "under way" to "finished".
        progress.under_way.fetch_sub(share_before.load(Ordering::Relaxed), Ordering::Relaxed);
        match result {
            Ok(Ok(outcome)) => {
                if let Err(error) = (self.keep)(place, &outcome) {
                    self.fail(format!("{name}: {error}"));
                    return None;
                }
                progress.finished.fetch_add(1, Ordering::Relaxed);
                Some((place, outcome))
            }
            Ok(Err(RunError::Interrupted(_))) => None,
            Ok(Err(error)) => {
                self.fail(format!("{name}: {error}"));
                None
            }
            Err(panic) => {
                let problem = format!("{name}: the simulation panicked: {}", message(panic.as_ref()));
                if let Some(ranks) = self.execution.ranks.as_ref().filter(|ranks| ranks.inside().is_some()) {
                    // The others wait for this rank's part of the run, which will never come.
                    (ranks.abandon)(&*ranks.link, &problem);
                }
                self.fail(problem);
                None
            }
        }
    }
}

/// What a panic said.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "without a message".to_owned())
}

/// Writes all files of results.
fn write(
    experiment: &Experiment,
    plans: &[Plan],
    store: &Store,
    outcomes: &Outcomes,
    summary: &Summary,
    (execution, session): (&Execution<'_>, &Session),
) -> Result<(), StoreError> {
    store.renew()?;
    store.write(Summary::FILE, summary.to_json().as_bytes())?;
    let distributions = aggregate::distributions(experiment, outcomes);
    store.write(overlab_schema::Distributions::FILE, distributions.to_json().as_bytes())?;
    let replications = aggregate::replication_table(experiment, outcomes);
    write_table(experiment, store, overlab_schema::ReplicationTable::FILE, &replications.to_csv())?;
    if let Some(study) = crate::cost::study(summary, &replications) {
        store.write(overlab_schema::CostStudy::FILE, study.to_json().as_bytes())?;
    }
    let series = aggregate::time_series(experiment, outcomes);
    write_table(experiment, store, overlab_schema::TimeSeries::FILE, &series.to_csv())?;
    if let Some(verdicts) = crate::published::reproduction(experiment, outcomes, &summary.digest) {
        store.write(overlab_schema::Reproduction::FILE, verdicts.to_json().as_bytes())?;
    }
    if let Some(lookups) = aggregate::lookups(experiment, outcomes) {
        write_table(experiment, store, store::LOOKUPS, &lookups)?;
    }
    let replay = crate::replay::replay(experiment, outcomes);
    store.write(overlab_schema::Replay::FILE, replay.to_json().as_bytes())?;
    let findings = crate::methods::findings(experiment, store.staging());
    let methods = crate::methods::methods(experiment, plans, (summary, findings), &execution.version);
    store.write(overlab_schema::Methods::FILE, methods.to_json().as_bytes())?;
    // No result hangs on a picture: an underlay that cannot be made has failed its runs already.
    if let Some(plan) = plans.first()
        && let Ok(ground) = plan.ground(0)
    {
        let mut picture = crate::picture::picture(plan, &ground);
        crate::picture::show_load(&mut picture, experiment, outcomes);
        store.write(overlab_schema::UnderlayPicture::FILE, picture.to_json().as_bytes())?;
    }
    // The last of all: without it the folder is not complete.
    let manifest = manifest(experiment, outcomes, execution, session);
    store.write(Manifest::FILE, manifest.to_json().as_bytes())
}

/// Writes a table as CSV and, where the program was built with it, as Parquet.
fn write_table(experiment: &Experiment, store: &Store, name: &str, csv: &str) -> Result<(), StoreError> {
    store.write(name, csv.as_bytes())?;
    write_columns(experiment, store, name, csv)
}

#[cfg(feature = "parquet")]
fn write_columns(experiment: &Experiment, store: &Store, name: &str, csv: &str) -> Result<(), StoreError> {
    store.write(&columns::file(name), &columns::of_csv(experiment, csv))
}

#[cfg(not(feature = "parquet"))]
fn write_columns(_: &Experiment, _: &Store, _: &str, _: &str) -> Result<(), StoreError> {
    Ok(())
}

/// What was done since the program was started: the results of earlier sessions cost it nothing.
struct Session {
    started: String,
    wall_s: f64,
    events: u64,
    messages: u64,
}

impl Session {
    fn note(&mut self, fresh: &[(RunPlace, RunOutcome)]) {
        self.events += fresh.iter().map(|run| run.1.cost.events).sum::<u64>();
        self.messages += fresh.iter().map(|run| run.1.cost.messages).sum::<u64>();
    }
}

fn manifest(
    experiment: &Experiment,
    outcomes: &Outcomes,
    execution: &Execution<'_>,
    session: &Session,
) -> Manifest {
    let runs = aggregate::costs(experiment, outcomes);
    let &Session { ref started, wall_s, events, messages } = session;
    Manifest {
        version: execution.version.clone(),
        revision: execution.revision.clone(),
        command: execution.command.clone(),
        machine: clock::machine(),
        threads: execution.threads as u32,
        started: started.clone(),
        wall_s,
        events,
        events_per_s: events as f64 / wall_s.max(1e-9),
        messages,
        messages_per_s: messages as f64 / wall_s.max(1e-9),
        peak_rss_bytes: runs.iter().filter_map(|run| run.peak_rss_bytes).max(),
        bytes_per_peer: runs.iter().filter_map(|run| run.bytes_per_peer).reduce(f64::max),
        inputs: experiment
            .scenario
            .inputs
            .iter()
            .map(|(name, input)| InputFile {
                name: name.clone(),
                bytes: input.bytes,
                blake3: input.blake3.clone(),
            })
            .collect(),
        runs,
    }
}
