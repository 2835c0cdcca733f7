//! What a static analysis will cost: read off one of few pairs and at most some ten thousand peers.

use super::{ForecastError, RunForecast};
use crate::ground::Plan;
use crate::registry::{Entry, RunContext, Settled};
use crate::run::Running;
use overlab_schema::scenario::{Pairs, Workload};
use std::sync::atomic::{AtomicBool, Ordering};

/// Peers of a pilot at most; geometries that cannot have so many have one of the other numbers.
const SIZES: [u32; 3] = [1 << 16, 49_152, 1 << 11];
/// Paths of a pilot at most.
const PAIRS: u64 = 2_000;

/// The cost of one overlay at one point, or nothing where it is simulated.
pub(super) fn forecast(
    (point, overlay): (usize, usize),
    plan: &Plan,
    (entry, settled): &(Entry, Settled),
    stop: &AtomicBool,
) -> Result<Option<RunForecast>, ForecastError> {
    let Workload::StaticKeyRouting(asked) = plan.scenario.workload else { return Ok(None) };
    let sizes = [plan.pool].into_iter().chain(SIZES).filter(|size| *size <= plan.pool.min(SIZES[0]));
    let small = |size: u32| {
        let mut small = plan.of_peers(size);
        if let Workload::StaticKeyRouting(asked) = &mut small.scenario.workload {
            asked.pairs = Pairs::Sampled(PAIRS);
            asked.keys = 0;
        }
        small
    };
    let fitting = sizes.map(small).find(|small| entry.suits(&small.scenario, &settled.parameters).is_ok());
    let pilot = fitting.unwrap_or_else(|| small(plan.pool));
    let ground = pilot.ground(0).map_err(|error| ForecastError::Ground { point, error })?;
    let go_on = |_: f64, _: u64| !stop.load(Ordering::Relaxed);
    let running = Running { threads: 1, width_divisor: 1, link: None, go_on: &go_on };
    let context = RunContext { plan: &pilot, overlay, ground: &ground, running };
    let cost = entry.run(&settled.parameters, &context)?.cost;
    // Tables grow with the logarithm of the number of peers, and so do paths.
    let peers = f64::from(plan.pool) / f64::from(pilot.pool);
    let logarithm = f64::from(plan.pool.max(2)).log2() / f64::from(pilot.pool.max(2)).log2();
    let left = f64::from(plan.pool) * (1.0 - asked.removed);
    let pairs = match asked.pairs {
        Pairs::Sampled(pairs) => pairs as f64,
        Pairs::All => left * (left - 1.0).max(0.0),
    };
    let walks = pairs / PAIRS as f64 * logarithm;
    Ok(Some(RunForecast {
        point,
        overlay,
        peers: plan.pool,
        replications: plan.scenario.replications.at_most(),
        at_least: plan.scenario.replications.at_least(),
        bytes: cost.state_bytes as f64 * peers * logarithm,
        events: cost.events as f64 * walks,
        messages: 0.0,
        wall_s: cost.setup_s * peers * logarithm + (cost.wall_s - cost.setup_s).max(0.0) * walks,
    }))
}
