//! One run: one overlay at one point in one replication.

use crate::calendar::Calendar;
use crate::ground::end_of;
use crate::key_routing::{Arrivals, KeyRoutingObserver, Keys, LookupRow, LookupWorkload};
use crate::metric::{METRICS, Metrics};
use crate::outcome::{Cost, LATENCY_QUANTILES, RunOutcome, effect};
use crate::registry::{RunContext, settled};
use crate::statistics::quantile;
use overlab_engine::{Control, Executor, Interrupted, Setup, SetupError, Windows, even_ranges};
use overlab_peer::{CallPolicy, Converged, KeyRouting, LookupMode, LookupStyle};
use overlab_schema::scenario::{self, Overlay, Workload};
use overlab_time::Time;
use overlab_toolkit::key_routing::{KeyRoutingNode, KeyRoutingSetup};
use overlab_world::World;
use serde_json::Value;
use std::fmt;

/// How a run is executed; none of it shows in the result.
pub struct Running<'a> {
    /// Threads for this run.
    pub threads: usize,
    /// Windows are the lookahead divided by this wide.
    pub width_divisor: u32,
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

/// Runs a key-routing algorithm once.
pub(crate) fn run_key_routing<A: Converged>(
    parameters: &Value,
    context: &RunContext<'_>,
) -> Result<RunOutcome, RunError> {
    let started = crate::clock::Stopwatch::start();
    let RunContext { plan, overlay, ground, running } = context;
    let Workload::KeyRouting(lookups) = &plan.scenario.workload;
    let parameters: A::Parameters = settled(parameters);
    let overlay = &plan.scenario.overlays[*overlay];
    let setup = KeyRoutingSetup {
        style: style(A::style(&parameters), overlay),
        calls: CallPolicy { timeout: overlay.rpc.timeout, retries: overlay.rpc.retries },
        parameters,
    };
    let calendar = &plan.calendar;
    let observer = KeyRoutingObserver::<<A as KeyRouting>::Space>::new(
        calendar,
        crate::ground::grace(&plan.scenario),
        plan.scenario.output.lookups,
    );
    let workload = LookupWorkload {
        seeds: ground.workload_seeds,
        gap: lookups.rate_per_peer.mean_gap(),
        arrivals: match lookups.arrivals {
            scenario::Arrivals::Poisson => Arrivals::Poisson,
            scenario::Arrivals::Periodic => Arrivals::Periodic,
        },
        keys: match lookups.keys {
            scenario::Keys::Uniform => Keys::Uniform,
            scenario::Keys::Zipf { exponent, catalogue } => {
                Keys::zipf(exponent, u32::try_from(catalogue).unwrap_or(u32::MAX))
            }
        },
        deadline: lookups.deadline,
        until: calendar.to,
    };
    let world: World<KeyRoutingNode<A>, _, _> =
        World::new(plan.population(ground), setup, workload, observer);
    let (hosts, lookahead) = (world.hosts(), world.lookahead());
    // A few shards more than threads even out what the threads have to do.
    let count = if running.threads > 1 { running.threads * 4 } else { 1 };
    let shards =
        even_ranges(hosts, count).into_iter().map(|range| (range.clone(), world.shard(&range))).collect();
    let mut setup = Setup::new(hosts, shards, lookahead);
    setup.threads = running.threads;
    setup.width_divisor = running.width_divisor;
    let mut executor = Windows::new(world, setup)?;
    let end = end_of(plan);
    // A look at the very end belongs to the run.
    executor.run_until(Time(end.0 + 1), &mut Progress { end, running })?;

    let counts = executor.counts();
    let digest = executor.digest().to_string();
    let (world, _) = executor.into_parts();
    let observer = world.observer();
    let (messages, raised) = observer.census.sent_and_raised();
    let state = observer.census.state_bytes() + counts.pending_bytes;
    let mut outcome = outcome(calendar, observer);
    if raised > messages / 1000 {
        let share = raised as f64 / messages as f64 * 100.0;
        outcome.warnings.push(format!(
            "{share:.2} % of the messages had a latency below the lookahead floor of 100us and were raised to it"
        ));
    }
    outcome.digest = digest;
    outcome.cost = Cost {
        wall_s: started.seconds(),
        events: counts.events(),
        messages,
        peak_rss_bytes: crate::clock::peak_memory(),
        bytes_per_peer: state as f64 / f64::from(plan.pool),
    };
    Ok(outcome)
}

/// The algorithm's own way of looking up, as far as the scenario does not say otherwise.
fn style(own: LookupStyle, overlay: &Overlay) -> LookupStyle {
    let lookup = &overlay.lookup;
    LookupStyle {
        mode: lookup.mode.map_or(own.mode, |mode| match mode {
            scenario::LookupMode::Iterative => LookupMode::Iterative,
            scenario::LookupMode::Recursive => LookupMode::Recursive,
            scenario::LookupMode::SemiRecursive => LookupMode::SemiRecursive,
        }),
        parallelism: lookup.parallelism.map_or(own.parallelism, |n| n as usize),
        redundancy: lookup.redundancy.map_or(own.redundancy, |n| n as usize),
        termination: own.termination,
        acknowledge: lookup.acknowledge,
    }
}

/// Reads everything off the observer.
fn outcome<S: overlab_peer::Space>(calendar: &Calendar, observer: &KeyRoutingObserver<S>) -> RunOutcome {
    let (census, judge) = (&observer.census, &observer.judge);
    let mut outcome = RunOutcome::default();
    let mut all = crate::key_routing::Tally::default();
    for (at, (phase, tally)) in calendar.phases.iter().zip(&judge.phases).enumerate() {
        let mut metrics = Metrics::default();
        tally.metrics(&mut metrics);
        census.metrics(phase.from, phase.to, at..at + 1, &mut metrics);
        outcome.phases.push(metrics.samples);
        all.merge(tally);
    }
    let mut metrics = Metrics::default();
    all.metrics(&mut metrics);
    census.metrics(calendar.from, calendar.to, 0..calendar.phases.len(), &mut metrics);
    census.loads(&mut metrics);
    outcome.metrics = metrics.samples;
    outcome.hops.clone_from(all.hops.counts());
    let sorted = all.latency.sorted();
    if !sorted.is_empty() {
        let at = |n: usize| quantile(&sorted, n as f64 / LATENCY_QUANTILES as f64);
        outcome.latency_quantiles =
            (0..=LATENCY_QUANTILES).filter_map(at).map(|nanoseconds| nanoseconds as f64 / 1e6).collect();
    }
    for (bin, tally) in judge.bins.iter().enumerate() {
        let mut metrics = Metrics::default();
        tally.metrics(&mut metrics);
        census.bin(bin, &mut metrics);
        outcome.add_bin(calendar.bin_end(bin), metrics);
    }
    outcome.halves = halves(calendar, observer);
    outcome.effects = effects(calendar, &outcome);
    outcome.lookups = judge.rows.as_ref().map(|rows| lookups_csv(rows, calendar));
    outcome
}

/// The headline figures of the first and the second half of the measured period.
fn halves<S: overlab_peer::Space>(
    calendar: &Calendar,
    observer: &KeyRoutingObserver<S>,
) -> std::collections::BTreeMap<String, [f64; 2]> {
    let middle = calendar.bin_count() / 2;
    let half = |bins: std::ops::Range<usize>| {
        let mut tally = crate::key_routing::BinTally::default();
        for bin in &observer.judge.bins[bins.clone()] {
            tally.merge(bin);
        }
        let mut metrics = Metrics::default();
        if bins.is_empty() {
            return metrics;
        }
        tally.metrics(&mut metrics);
        observer.census.metrics(calendar.bins[bins.start], calendar.bins[bins.end], 0..0, &mut metrics);
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
) -> Vec<std::collections::BTreeMap<String, crate::outcome::EventEffect>> {
    let second = |time: Time| time.since(calendar.from).as_seconds();
    let phases = &calendar.phases;
    (1..phases.len())
        .map(|at| {
            let (from, event, to) =
                (second(phases[at - 1].from), second(phases[at].from), second(phases[at].to));
            [("lookup.success_ratio", true), ("lookup.correct_ratio", true), ("lookup.latency_ms", false)]
                .into_iter()
                .filter_map(|(name, up_is_good)| {
                    let series = outcome.series.get(name)?;
                    Some((name.to_owned(), effect(series, from, event, to, up_is_good)?))
                })
                .collect()
        })
        .collect()
}

/// The rows of `lookups.csv`, by issue.
fn lookups_csv(rows: &[LookupRow], calendar: &Calendar) -> String {
    use std::fmt::Write as _;
    let mut rows: Vec<&LookupRow> = rows.iter().collect();
    rows.sort_by_key(|row| (row.issued, row.origin, row.number));
    let mut text = String::new();
    for row in rows {
        let (answer, latency, correct) = match row.answer {
            Some((owner, latency, correct)) => {
                (owner.peer.0.to_string(), latency.as_millis_f64().to_string(), correct.to_string())
            }
            None => (String::new(), String::new(), "false".to_owned()),
        };
        let hops = row.hops.map_or_else(String::new, |hops| hops.to_string());
        let cause = row.cause.map_or("", overlab_peer::Cause::name);
        writeln!(
            text,
            "{},{},{},{},{},{},{},{answer},{latency},{hops},{correct},{cause}",
            row.origin.peer.0,
            row.number,
            row.key,
            row.issued.since(calendar.from).as_seconds(),
            row.joined,
            row.timeouts,
            row.messages,
        )
        .expect("writing to a string cannot fail");
    }
    text
}
