//! Small runs that tell what large ones will cost.

use super::ForecastError;
use crate::ground::Plan;
use crate::outcome::RunOutcome;
use crate::registry::{Entry, RunContext, Settled};
use crate::run::Running;
use overlab_schema::Scenario;
use overlab_time::Span;
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};

/// Peers of the smaller pilot, at most.
const FEWEST: u32 = 512;
/// Peers of the larger pilot, at most.
const MOST: u32 = 1 << 14;
/// Events of the larger pilots, all together: some seconds.
const EVENTS: f64 = 4e6;
/// Events of the larger pilot of one overlay, at most and at least.
const EVENTS_OF_ONE: [f64; 2] = [1e5, 1.5e6];
/// Until a pilot is measured, so that what is on its way at any moment is.
const WARMUP: Span = Span::from_secs(2);
/// How long a pilot is measured at least: an ordinary epoch, for which the log is kept.
const SHORTEST: Span = Span::from_secs(10);

/// What a pilot found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pilot {
    pub(super) peers: f64,
    /// Messages sent a second for each of the pool, up or down.
    pub(super) messages_per_peer_s: f64,
    pub(super) events_per_message: f64,
    /// Requests a second for each of the pool.
    pub(super) requests_per_peer_s: f64,
    /// Seconds that an event takes one thread.
    pub(super) event_s: f64,
    pub(super) setup_s: f64,
    pub(super) state_bytes: f64,
    pub(super) pending_bytes: f64,
    /// Held by the underlay for routers and rows.
    pub(super) table_bytes: f64,
    /// By how much peers' state grows under churn, as far as a pilot lives to see it.
    pub(super) growth: f64,
}

/// An overlay of a scenario at a point.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    point: usize,
    pub(super) plan: &'a Plan,
    overlay: usize,
    entry: &'a Entry,
    parameters: &'a Value,
    /// The scenario as every pilot of these overlays has it, peers and periods aside.
    alike: Scenario,
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        point: usize,
        plan: &'a Plan,
        overlay: usize,
        (entry, settled): &'a (Entry, Settled),
    ) -> Self {
        let alike = plan.reduced(1, WARMUP, SHORTEST).scenario;
        Self { point, plan, overlay, entry, parameters: &settled.parameters, alike }
    }

    /// Whether pilots of the one are pilots of the other.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.overlay, self.parameters) == (other.overlay, other.parameters) && self.alike == other.alike
    }

    /// A small pilot and a larger one, as one of `count` subjects.
    pub(super) fn pilots(&self, count: usize, stop: &AtomicBool) -> Result<[Pilot; 2], ForecastError> {
        let pool = self.plan.pool;
        let full = Span(self.plan.calendar.to.0);
        let time = self.plan.scenario.time.epoch.max(SHORTEST).min(full.max(SHORTEST));
        let small = self.run(FEWEST.min(pool), time, stop)?;
        let budget = (EVENTS / count as f64).clamp(EVENTS_OF_ONE[0], EVENTS_OF_ONE[1]);
        let events_per_peer = small.messages_per_peer_s * small.events_per_message * time.as_seconds();
        let most = (budget / events_per_peer.max(1e-3)).min(f64::from(MOST)) as u32;
        let mut large = self.run(most.clamp(2 * FEWEST, MOST).min(pool), time, stop)?;
        if self.plan.scenario.churn.is_some() {
            // Few peers for as long as the budget lasts: what they hold after all the coming and going.
            let longer = budget / (events_per_peer * small.peers).max(1.0);
            let long = Span((time.0 as f64 * longer) as u64).min(full).max(time);
            let aged = self.run(FEWEST.min(pool), long, stop)?;
            large.growth = (aged.state_bytes / small.state_bytes).max(1.0);
        }
        Ok([small, large])
    }

    fn run(&self, peers: u32, time: Span, stop: &AtomicBool) -> Result<Pilot, ForecastError> {
        let plan = self.plan.reduced(peers, WARMUP, time);
        let ground = plan.ground(0).map_err(|error| ForecastError::Ground { point: self.point, error })?;
        let go_on = |_: f64, _: u64| !stop.load(Ordering::Relaxed);
        let context = RunContext {
            plan: &plan,
            overlay: self.overlay,
            ground: &ground,
            running: Running { threads: 1, width_divisor: 1, link: None, go_on: &go_on },
        };
        let outcome = self.entry.run(self.parameters, &context)?;
        let metric = |name: &str| outcome.metrics.get(name).map_or(0.0, |sample| sample.mean);
        let RunOutcome { cost, .. } = &outcome;
        let peers = f64::from(peers);
        Ok(Pilot {
            peers,
            messages_per_peer_s: metric("traffic.messages_per_peer_per_s") * metric("peers.live") / peers,
            requests_per_peer_s: metric("lookup.issued") / peers / time.as_seconds(),
            events_per_message: cost.events as f64 / cost.messages.max(1) as f64,
            event_s: (cost.computed_s - cost.setup_s) / cost.events.max(1) as f64,
            setup_s: cost.setup_s,
            state_bytes: cost.state_bytes as f64,
            pending_bytes: cost.pending_bytes as f64,
            table_bytes: ground.underlay.table_bytes() as f64,
            growth: 1.0,
        })
    }
}
