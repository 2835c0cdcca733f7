//! One run again, with somebody who hears everything.
//!
//! An outcome is a function of scenario, overlay and replication, so any run of a results folder can be had again. Here it
//! goes through the engine's reference executor, which tells a listener of every event and costs ordinary runs nothing;
//! the digest is the same, and says that this is the very run.

mod ear;
mod life;
mod occurrence;

pub use life::Life;
pub use occurrence::{
    Arrival, Detail, Hearing, Issue, Legs, Occurrence, Passing, Report, Sending, Turn, Way, What,
};

use crate::experiment::Experiment;
use crate::ground::{Ground, GroundError, Plan};
use crate::outcome::RunOutcome;
use crate::registry::{Entry, RunContext, Settled};
use crate::run::{RunError, Running, Watched, world};
use crate::service::Service;
use crate::store::RunPlace;
use ear::Ear;
use overlab_engine::{Control, Executor as _, Interrupted, Reference, Setup};
use overlab_schema::Problem;
use overlab_time::{Span, Time};
use serde_json::Value;
use std::fmt;

/// A stretch of simulated time: what happens at its end is outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first instant.
    pub from: Time,
    /// The instant after its last.
    pub to: Time,
}

impl Period {
    /// All of a run.
    pub const ALL: Self = Self { from: Time::ZERO, to: Time::NEVER };

    /// Whether an instant belongs to it.
    pub fn contains(&self, time: Time) -> bool {
        self.from <= time && time < self.to
    }
}

/// What somebody wants to hear of a run, and who gets it.
pub struct Wish<'a> {
    /// Which occurrences.
    pub hearing: &'a Hearing,
    /// Of which time; messages sent in it are followed to their arrival, up to a minute later.
    pub period: Period,
    /// How much is told of each.
    pub detail: Detail,
    /// Gets the occurrences, in the order of (time, host).
    pub sink: &'a mut dyn FnMut(Occurrence),
}

impl fmt::Debug for Wish<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wish")
            .field("hearing", &self.hearing)
            .field("period", &self.period)
            .finish_non_exhaustive()
    }
}

/// What a run that was heard leaves behind.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The digest of the trace, where the run was heard to its end.
    pub digest: Option<String>,
    /// Who was up when, until the run was left.
    pub lives: Life,
}

/// How long messages are followed that were sent at the end of a period.
const FOLLOWED: Span = Span::from_secs(60);

/// Runs an algorithm of the service `S` and tells of it.
pub(crate) fn hear<S: Service>(
    parameters: &Value,
    context: &RunContext<'_>,
    wish: Wish<'_>,
) -> Result<Heard, RunError> {
    let Wish { hearing, period, detail, sink } = wish;
    let (running, end) = (&context.running, Time(context.plan.calendar.end.0 + 1));
    let mut world = world::<S>(parameters, context);
    let (hosts, lookahead) = (world.hosts(), world.lookahead());
    let mut shards = vec![world.shard(&(0..hosts))];
    shards[0].listen();
    let mut dawn = world.dawn(&mut shards);
    let empty = vec![(0..hosts, world.shard(&(0..0)))];
    let mut executor: Reference<Watched<S>> = Reference::new(world, Setup::new(hosts, empty, lookahead))?;
    let mut more = true;
    while more {
        executor.inject(&mut |world, out| more = dawn.rise(world, &mut shards, out));
    }
    for (place, shard) in executor.shards_mut().iter_mut().zip(shards) {
        *place = shard;
    }
    let mut ear = Ear::new(hearing, period, detail, sink);
    ear.begin(&mut executor.shards_mut()[0]);
    let until = period.to.min(end);
    let mut control = Asked { end, running };
    executor.listen_until(until, &mut control, &mut ear)?;
    // What was sent last is followed to where it comes to.
    let last = until.min(Time(u64::MAX - FOLLOWED.0)) + FOLLOWED;
    while ear.waits() && executor.now() < end.min(last) {
        let next = (executor.now() + Span::from_millis(100)).min(end);
        executor.listen_until(next, &mut control, &mut ear)?;
    }
    let digest = (executor.now() >= end).then(|| executor.digest().to_string());
    Ok(Heard { digest, lives: ear.lives })
}

struct Asked<'a> {
    end: Time,
    running: &'a Running<'a>,
}

impl Control for Asked<'_> {
    fn progress(&mut self, now: Time, events: u64) -> bool {
        let share = now.0 as f64 / (self.end.0 as f64).max(1.0);
        (self.running.go_on)(share.min(1.0), events)
    }
}

/// Why a run cannot be had again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AgainError {
    /// What its overlays share cannot be made.
    #[error("{0}")]
    Ground(Box<Problem>),
    /// Somebody asked it to stop, or it could not be set up.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Nothing happens in it.
    #[error("a static analysis sends no messages, so there are no events to look at")]
    Static,
}

impl AgainError {
    /// Whether somebody asked it to stop.
    pub fn is_interruption(&self) -> bool {
        matches!(self, Self::Run(RunError::Interrupted(Interrupted { .. })))
    }
}

/// One run of an experiment, to be had again as often as somebody wants to.
pub struct Again<'a> {
    /// Which run.
    pub place: RunPlace,
    /// The label of its overlay.
    pub label: &'a str,
    /// The scenario at its point, and what replications share.
    pub plan: &'a Plan,
    algorithm: &'a (Entry, Settled),
    ground: Ground,
    threads: usize,
    go_on: &'a (dyn Fn(f64, u64) -> bool + Sync),
}

impl fmt::Debug for Again<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Again").field("place", &self.place).finish_non_exhaustive()
    }
}

impl<'a> Again<'a> {
    /// The run at `place`, on so many threads; `go_on` is asked now and then, as [`Running::go_on`] is.
    ///
    /// # Errors
    /// Where the underlay or anything else that its overlays share cannot be made.
    ///
    /// # Panics
    /// If the experiment has no such point or overlay.
    pub fn new(
        experiment: &'a Experiment,
        plans: &'a [Plan],
        place: RunPlace,
        threads: usize,
        go_on: &'a (dyn Fn(f64, u64) -> bool + Sync),
    ) -> Result<Self, AgainError> {
        let (point, plan) = (&experiment.points[place.point], &plans[place.point]);
        let located =
            |GroundError { path, message }| AgainError::Ground(Box::new(point.locate(&path, &message)));
        Ok(Self {
            place,
            label: point.scenario.overlays[place.overlay].label(),
            plan,
            algorithm: &point.algorithms[place.overlay],
            ground: plan.ground(place.replication).map_err(located)?,
            threads,
            go_on,
        })
    }

    fn context(&self) -> (&Entry, &Value, RunContext<'_>) {
        let running = Running { threads: self.threads, width_divisor: 1, link: None, go_on: self.go_on };
        let context =
            RunContext { plan: self.plan, overlay: self.place.overlay, ground: &self.ground, running };
        (&self.algorithm.0, &self.algorithm.1.parameters, context)
    }

    /// Runs it as it was run, with a row for every lookup where its plan says so.
    ///
    /// # Errors
    /// Where it is interrupted or cannot be set up.
    pub fn run(&self) -> Result<RunOutcome, AgainError> {
        let (entry, parameters, context) = self.context();
        Ok(entry.run(parameters, &context)?)
    }

    /// Runs it and tells of it: on one thread, and only as long as there is anything to tell.
    ///
    /// # Errors
    /// Where it is interrupted or cannot be set up.
    pub fn hear(&self, wish: Wish<'_>) -> Result<Heard, AgainError> {
        if self.plan.scenario.is_static() {
            return Err(AgainError::Static);
        }
        let (entry, parameters, context) = self.context();
        Ok(entry.hear(parameters, &context, wish)?)
    }
}
