//! Static analysis: paths through converged tables of which some peers are gone, without a single message.
//!
//! Every peer's table is built once from all peers ([`overlab_peer::Converged`], or a [`overlab_peer::Geometry`]), some peers
//! are removed, and paths are walked from table to table: the studies of Gummadi et al. (SIGCOMM 2003) and of Chord's
//! failures (Stoica et al. 2003, Table II). Who is gone and which pairs are asked comes from streams of the world, so all
//! overlays of a scenario meet the same. Walks are counted by whole numbers in the order of the pairs: threads cannot show.

mod holdings;
mod nodes;
mod peers;
mod reach;
mod survivors;
mod tables;
mod tally;

use crate::clock::{Effort, Stopwatch};
use crate::metric::Metrics;
use crate::outcome::{Cost, LATENCY_QUANTILES, RunOutcome};
use crate::registry::{RunContext, settled};
use crate::run::RunError;
use nodes::NodeTables;
use overlab_engine::Interrupted;
use overlab_engine::SetupError;
use overlab_peer::{Converged, Geometry};
use overlab_schema::Scenario;
use overlab_schema::scenario::{Pairs, StaticKeyRouting, Target, Workload};
use overlab_time::{Purpose, Time};
use overlab_underlay::HostId;
use peers::PeerTables;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use survivors::Survivors;
use tables::{Goal, Scratch, Tables};
use tally::Tally;

/// Pairs that are walked between two looks at the clock's and the user's wishes; it shows in no result.
const BATCH: u64 = 512;

/// The name of the service in registries.
pub(crate) const NAME: &str = "static_key_routing";

/// What a scenario asks, where it asks for a static analysis.
pub(crate) fn asked(context: &RunContext<'_>) -> Option<StaticKeyRouting> {
    match context.plan.scenario.workload {
        Workload::StaticKeyRouting(asked) => Some(asked),
        Workload::KeyRouting(_) => None,
    }
}

/// Analyses the converged tables of an algorithm.
pub(crate) fn run_algorithm<A: Converged>(
    parameters: &Value,
    asked: &StaticKeyRouting,
    context: &RunContext<'_>,
) -> Result<RunOutcome, RunError> {
    analyse(context, asked, |survivors| PeerTables::<A>::build(parameters, asked, context, survivors))
}

/// Analyses a geometry.
pub(crate) fn run_geometry<G: Geometry>(
    parameters: &Value,
    context: &RunContext<'_>,
) -> Result<RunOutcome, RunError> {
    let asked = asked(context).expect("a geometry in another workload was refused with its scenario");
    analyse(context, &asked, |_| NodeTables::<G>::build(parameters, &asked, context))
}

/// Whether a geometry can serve a scenario; where not, the path that is to blame, or the geometry's own, and why.
pub(crate) fn suits<G: Geometry>(
    scenario: &Scenario,
    parameters: &Value,
) -> Result<(), (Option<&'static str>, String)> {
    let name = G::ABOUT.name;
    let Workload::StaticKeyRouting(asked) = &scenario.workload else {
        let message =
            format!("{name} is a geometry without a protocol: it serves \"static_key_routing\" alone");
        return Err((None, message));
    };
    let peers = match (scenario.peers.count, scenario.peers.pool) {
        (Some(count), _) => ("peers.count", count),
        (None, pool) => ("peers.pool", pool.unwrap_or_default()),
    };
    let nodes =
        u32::try_from(peers.1).map_err(|_| (Some(peers.0), "is too many for a geometry".to_owned()))?;
    if let Err(must) = G::new(&settled(parameters), nodes) {
        return Err((Some(peers.0), format!("is {nodes}, but must be {must} for the geometry {name}")));
    }
    let keyless = |key| (Some(key), format!("is of keys, which nodes of the geometry {name} do not own"));
    if asked.to == Target::Keys {
        return Err(keyless("workload.static_key_routing.to"));
    }
    if asked.keys > 0 {
        return Err(keyless("workload.static_key_routing.keys"));
    }
    Ok(())
}

/// Builds the tables and walks, on the threads of the run.
fn analyse<T: Tables>(
    context: &RunContext<'_>,
    asked: &StaticKeyRouting,
    build: impl FnOnce(&Survivors) -> T + Send,
) -> Result<RunOutcome, RunError> {
    let clocks = (Stopwatch::start(), Effort::start());
    let survivors = Survivors::draw(context.plan.pool, asked.removed, context.ground);
    let work = || walk_all(context, asked, &survivors, &build(&survivors), clocks);
    if context.running.threads <= 1 {
        return work();
    }
    let pool = ThreadPoolBuilder::new().num_threads(context.running.threads).build();
    pool.map_err(SetupError::Threads)?.install(work)
}

fn walk_all<T: Tables>(
    context: &RunContext<'_>,
    asked: &StaticKeyRouting,
    survivors: &Survivors,
    tables: &T,
    (started, effort): (Stopwatch, Effort),
) -> Result<RunOutcome, RunError> {
    let setup_s = effort.seconds();
    let pairs = match asked.pairs {
        Pairs::All => survivors.pairs(),
        // Two survivors at least make a pair.
        Pairs::Sampled(pairs) if survivors.pairs() > 0 => pairs,
        Pairs::Sampled(_) => 0,
    };
    let walked = AtomicU64::new(0);
    let batch = |batch: u64| {
        let mut tally = Tally::default();
        let mut scratch = Scratch::default();
        for pair in batch * BATCH..pairs.min((batch + 1) * BATCH) {
            let (from, goal) = chosen(context, asked, survivors, pair, tables);
            let walk = tables.walk(from, goal, survivors, &mut scratch);
            tally.add(&walk, &scratch.path, &|from, to| latency(context, from, to));
        }
        let done = walked.fetch_add(BATCH.min(pairs), Ordering::Relaxed) + BATCH;
        let share = done as f64 / pairs.max(1) as f64;
        (context.running.go_on)(share.min(1.0), done.min(pairs)).then_some(tally)
    };
    let batches = pairs.div_ceil(BATCH);
    let tallies: Option<Vec<Tally>> = if context.running.threads <= 1 {
        (0..batches).map(batch).collect()
    } else {
        (0..batches).into_par_iter().map(batch).collect()
    };
    let stopped = || Interrupted { now: Time::ZERO, events: walked.load(Ordering::Relaxed) };
    let mut tally = Tally::default();
    tallies.ok_or_else(stopped)?.into_iter().for_each(|mut part| tally.gather(&mut part));

    let mut metrics = Metrics::default();
    tally.metrics(&mut metrics);
    if let Some(expected) = tables.failed_ratio(asked.removed) {
        metrics.value("static.failed_ratio_expected", expected);
    }
    reach::metrics(tables, survivors, context.running.threads > 1, &mut metrics);
    if asked.keys > 0 {
        holdings::metrics(tables, survivors, context, asked, &mut metrics);
    }
    metrics.value("peers.live", survivors.count() as f64);
    let state_bytes = tables.bytes();
    let shares: Vec<f64> = (0..=LATENCY_QUANTILES).map(|n| n as f64 / LATENCY_QUANTILES as f64).collect();
    Ok(RunOutcome {
        digest: tally.digest(),
        // Without time there is one phase, and it is the whole.
        phases: vec![metrics.samples.clone()],
        latency_quantiles: tally.latency.quantiles(&shares).into_iter().map(|ns| ns as f64 / 1e6).collect(),
        hops: tally.hops.counts(),
        metrics: metrics.samples,
        cost: Cost {
            wall_s: started.seconds(),
            computed_s: effort.seconds(),
            events: tally.steps,
            messages: 0,
            peak_rss_bytes: crate::clock::peak_memory(),
            bytes_per_peer: state_bytes as f64 / f64::from(context.plan.pool),
            setup_s,
            state_bytes,
            pending_bytes: 0,
        },
        ..RunOutcome::default()
    })
}

/// The ends of one pair; the same for every overlay of the replication.
fn chosen<T: Tables>(
    context: &RunContext<'_>,
    asked: &StaticKeyRouting,
    survivors: &Survivors,
    pair: u64,
    tables: &T,
) -> (u32, Goal) {
    let others = survivors.count() as u64 - 1;
    let (from, mut to) = match asked.pairs {
        Pairs::All => (pair / others, pair % others),
        Pairs::Sampled(_) => {
            let mut stream = context.ground.workload_seeds.stream(Purpose::Workload, pair, 0);
            let from = stream.below(others + 1);
            if asked.to == Target::Keys {
                let key = overlab_peer::Key(stream.bits());
                return (survivors.at(from as usize), tables.goal_of_key(key, survivors));
            }
            (from, stream.below(others))
        }
    };
    to += u64::from(to >= from);
    let target = survivors.at(to as usize);
    (survivors.at(from as usize), tables.goal_of_peer(target))
}

/// One-way time between the hosts of two peers in nanoseconds; nothing where the network has no way.
fn latency(context: &RunContext<'_>, from: u32, to: u32) -> Option<u64> {
    let share = context.plan.scenario.peers.identities_per_host.max(1);
    let span = context.ground.underlay.latency(HostId(from / share), HostId(to / share));
    (span != overlab_underlay::Underlay::UNREACHABLE).then_some(span.0)
}
