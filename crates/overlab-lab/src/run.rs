//! One run: one overlay at one point in one replication.

use crate::calendar::Calendar;
use crate::clock::{Effort, Stopwatch};
use crate::faults::Outages;
use crate::metric::{METRICS, Metrics};
use crate::outcome::{Cost, EventEffect, RunOutcome, effect};
use crate::registry::RunContext;
use crate::service::{Judge, Service};
use crate::watch::Watch;
use overlab_engine::{Control, Executor, Interrupted, Link, Ranks, Setup, SetupError, Windows, even_ranges};
use overlab_peer::Program;
use overlab_time::Time;
use overlab_world::{Team, World};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// How a run is executed; none of it shows in the result.
pub struct Running<'a> {
    /// Threads for this run.
    pub threads: usize,
    /// Windows are the lookahead divided by this wide.
    pub width_divisor: u32,
    /// The ranks that run it together; each has an outcome, and all the same. Threads then mean nothing.
    pub link: Option<Arc<dyn Link>>,
    /// Asked now and then whether to go on; gets the share of the run that is done and the events so far.
    pub go_on: &'a (dyn Fn(f64, u64) -> bool + Sync),
}

impl fmt::Debug for Running<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("threads", &self.threads).finish_non_exhaustive()
    }
}

/// Why a run has no outcome.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Somebody asked it to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The executor could not be set up: no threads, no memory.
    #[error("cannot set the run up: {0}")]
    Setup(#[from] SetupError),
}

struct Progress<'a> {
    end: Time,
    running: &'a Running<'a>,
}

impl Control for Progress<'_> {
    fn progress(&mut self, now: Time, events: u64) -> bool {
        let share = if self.end.0 == 0 { 1.0 } else { now.0 as f64 / self.end.0 as f64 };
        (self.running.go_on)(share.min(1.0), events)
    }
}

/// Runs an algorithm of the service `S` once.
pub(crate) fn run<S: Service>(parameters: &Value, context: &RunContext<'_>) -> Result<RunOutcome, RunError> {
    let clocks = (Stopwatch::start(), Effort::start());
    let running = &context.running;
    let team = Team::of(running.threads).map_err(SetupError::Threads)?;
    let mut world = world::<S>(parameters, context).with_team(team);
    let (hosts, lookahead) = (world.hosts(), world.lookahead());
    if let Some(link) = &running.link {
        let ranges = even_ranges(hosts, link.ranks());
        let shard = ranges.get(link.rank()).map_or_else(|| world.shard(&(0..0)), |range| world.shard(range));
        let codec = Watched::<S>::codec();
        let (world, width) = (world.among(Arc::clone(link)), (lookahead, running.width_divisor));
        let mut executor = Ranks::new(world, &ranges, shard, width, &**link, codec)?;
        // Here the peers come to life in the world's first change, since all ranks must be there.
        let mut progress = Progress { end: context.plan.calendar.end, running };
        executor.run_until(Time(1), &mut progress)?;
        return finish::<S>(Box::new(executor), context, clocks);
    }
    // A few shards more than threads even out what the threads have to do.
    let count = if running.threads > 1 { running.threads * 4 } else { 1 };
    let ranges = even_ranges(hosts, count);
    let mut shards: Vec<_> = ranges.iter().map(|range| world.shard(range)).collect();
    let mut dawn = world.dawn(&mut shards);
    // While the peers come to life their shards are here: the executor gets empty ones until then.
    let empty = ranges.into_iter().map(|range| (range, world.shard(&(0..0)))).collect();
    let mut setup = Setup::new(hosts, empty, lookahead);
    setup.threads = running.threads;
    setup.width_divisor = running.width_divisor;
    setup.dense = true;
    let mut executor = Windows::new(world, setup)?;
    let mut more = true;
    while more {
        executor.inject(&mut |world, out| more = dawn.rise(world, &mut shards, out));
        if !(running.go_on)(0.0, 0) {
            return Err(Interrupted { now: Time::ZERO, events: 0 }.into());
        }
    }
    for (place, shard) in executor.shards_mut().iter_mut().zip(shards) {
        *place = shard;
    }
    finish::<S>(Box::new(executor), context, clocks)
}

/// The world of a run before anything happens.
pub(crate) fn world<S: Service>(parameters: &Value, context: &RunContext<'_>) -> Watched<S> {
    let RunContext { plan, overlay, ground, .. } = context;
    let setup = S::setup(parameters, &plan.scenario.overlays[*overlay]);
    let watch = Watch::new(&plan.calendar, plan.pool, S::judge(plan));
    World::new(plan.population(ground), setup, S::workload(plan, ground), watch)
}

/// A world whose observer is the judge of its service.
pub(crate) type Watched<S> =
    World<<S as Service>::Program, <S as Service>::Workload, Watch<<S as Service>::Judge>>;

/// Runs to the end and reads everything off; the clocks show since when the run is under way.
fn finish<S: Service>(
    mut executor: Box<dyn Executor<Watched<S>> + '_>,
    context: &RunContext<'_>,
    (started, effort): (Stopwatch, Effort),
) -> Result<RunOutcome, RunError> {
    let setup_s = effort.seconds();
    let RunContext { plan, running, .. } = context;
    let calendar = &plan.calendar;
    let end = calendar.end;
    // A look at the very end belongs to the run.
    executor.run_until(Time(end.0 + 1), &mut Progress { end, running })?;

    let counts = executor.counts();
    let digest = executor.digest().to_string();
    let (world, _) = executor.into_parts();
    let watch = world.observer();
    let (messages, raised) = watch.census.sent_and_raised();
    let state_bytes = watch.census.state_bytes();
    let mut outcome = outcome(calendar, watch, context.ground.outages.as_deref());
    if context.ground.replication == 0 {
        outcome.link_load = watch.census.link_load().to_vec();
    }
    if raised > messages / 1000 {
        let share = raised as f64 / messages as f64 * 100.0;
        outcome.warnings.push(format!(
            "{share:.2} % of the messages had a latency below the lookahead floor of 100us and were raised to it"
        ));
    }
    outcome.warnings.extend(lag_warning(&outcome));
    outcome.digest = digest;
    if context.ground.replication == 0 {
        outcome.replay = Some(watch.recorder.finish(plan, context.ground, watch.judge.played()));
    }
    outcome.cost = Cost {
        wall_s: started.seconds(),
        computed_s: effort.seconds(),
        events: counts.events(),
        messages,
        peak_rss_bytes: crate::clock::peak_memory(),
        bytes_per_peer: (state_bytes + counts.pending_bytes) as f64 / f64::from(plan.pool),
        setup_s,
        state_bytes,
        pending_bytes: counts.pending_bytes,
    };
    Ok(outcome)
}

/// The most by which the lag of the feedback of load may bend delivery and latency before a run warns.
const LAG: f64 = 0.02;

/// Where load acted an epoch late and that shows.
fn lag_warning(outcome: &RunOutcome) -> Option<String> {
    let part = |name: &str| outcome.metrics.get(name).map_or(0.0, |sample| sample.mean);
    let (delivery, latency) = (part("underlay.lag.delivery"), part("underlay.lag.latency"));
    (delivery.abs() > LAG || latency.abs() > LAG).then(|| {
        format!(
            "load acts on links between routers one epoch late, and it shows: {:.1} % of the messages and {:.1} % of the time \
             on links are not as they would be without the lag (2 % are allowed); shorten time.epoch, and if that does not \
             help, take swings of load for an artefact",
            delivery.abs() * 100.0,
            latency.abs() * 100.0
        )
    })
}

/// Reads everything off census and judge.
fn outcome<P: Program, J: Judge<P>>(
    calendar: &Calendar,
    watch: &Watch<J>,
    outages: Option<&Outages>,
) -> RunOutcome {
    let (census, judge) = (&watch.census, &watch.judge);
    let mut outcome = RunOutcome::default();
    for (at, phase) in calendar.phases.iter().enumerate() {
        let mut metrics = Metrics::default();
        judge.phases(at..at + 1, &mut metrics);
        census.metrics(phase.from, phase.to, at..at + 1, &mut metrics);
        if let Some(outages) = outages {
            outages.metrics(phase.from, phase.to, &mut metrics);
        }
        outcome.phases.push(metrics.samples);
    }
    let mut metrics = Metrics::default();
    match &outcome.phases[..] {
        // The only phase is the whole.
        [only] => metrics.samples.clone_from(only),
        phases => {
            judge.phases(0..phases.len(), &mut metrics);
            census.metrics(calendar.from, calendar.to, 0..phases.len(), &mut metrics);
            if let Some(outages) = outages {
                outages.metrics(calendar.from, calendar.to, &mut metrics);
            }
        }
    }
    census.loads(&mut metrics);
    outcome.metrics = metrics.samples;
    for bin in 0..calendar.bin_count() {
        let mut metrics = Metrics::default();
        judge.bins(bin..bin + 1, &mut metrics);
        census.bin(bin, &mut metrics);
        if let Some(outages) = outages {
            outages.bin(calendar.bins[bin], calendar.bins[bin + 1], &mut metrics);
        }
        outcome.add_bin(calendar.bin_end(bin), metrics);
    }
    outcome.halves = halves(calendar, watch);
    outcome.effects = effects(calendar, &outcome, J::VULNERABLE);
    judge.finish(&mut outcome);
    outcome
}

/// The headline figures of the first and the second half of the measured period.
fn halves<P: Program, J: Judge<P>>(calendar: &Calendar, watch: &Watch<J>) -> BTreeMap<String, [f64; 2]> {
    let middle = calendar.bin_count() / 2;
    let half = |bins: Range<usize>| {
        let mut metrics = Metrics::default();
        if !bins.is_empty() {
            watch.judge.bins(bins.clone(), &mut metrics);
            watch.census.metrics(calendar.bins[bins.start], calendar.bins[bins.end], 0..0, &mut metrics);
        }
        metrics
    };
    let (first, second) = (half(0..middle), half(middle..calendar.bin_count()));
    METRICS
        .iter()
        .filter(|entry| entry.headline)
        .filter_map(|entry| {
            let (a, b) = (first.samples.get(entry.name)?, second.samples.get(entry.name)?);
            Some((entry.name.to_owned(), [a.mean, b.mean]))
        })
        .collect()
}

/// What each event did to the metrics that an event can hurt.
fn effects(
    calendar: &Calendar,
    outcome: &RunOutcome,
    vulnerable: &[(&str, bool)],
) -> Vec<BTreeMap<String, EventEffect>> {
    let second = |time: Time| time.since(calendar.from).as_seconds();
    let phases = &calendar.phases;
    (1..phases.len())
        .map(|at| {
            let (from, event, to) =
                (second(phases[at - 1].from), second(phases[at].from), second(phases[at].to));
            vulnerable
                .iter()
                .filter_map(|(name, up_is_good)| {
                    let series = outcome.series.get(*name)?;
                    Some(((*name).to_owned(), effect(series, from, event, to, *up_is_good)?))
                })
                .collect()
        })
        .collect()
}
