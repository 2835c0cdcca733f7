//! What an experiment will cost, read off small pilots: memory, events, messages, time.
//!
//! A pilot runs an overlay of the scenario with few peers for little simulated time, at two sizes. What it held and did is
//! carried over to the full size and time: bytes and messages of a peer grow with the logarithm of the number of peers, as
//! tables and paths do, and so does the time of an event, because a large world fits into no cache.
//!
//! A static analysis has no time; a pilot of it walks few pairs (`forecast/analysis.rs`).
//!
//! Left out: what joins, events of the timeline and crashed tables cost; what grows more slowly than a pilot can see.

mod analysis;
mod pilot;

use crate::clock;
use crate::execute::PEERS_WORTH_THREADS;
use crate::experiment::Experiment;
use crate::ground::{GroundError, Plan};
use crate::run::RunError;
use overlab_time::Time;
use pilot::{Pilot, Subject};
use std::sync::atomic::AtomicBool;

/// From so many peers on a run is worth a pilot before it is begun.
pub const PEERS_WORTH_A_PILOT: u32 = 200_000;

/// Bytes that the program needs whatever it runs.
const PROGRAM_BYTES: f64 = 16e6;
/// Of so many requests some figures are kept one by one (`sample/many.rs`), of all phases and of the whole.
const KEPT_REQUESTS: f64 = (1 << 20) as f64;
/// Bytes kept of such a request: four figures, once for its phase and once for the whole.
const KEPT_BYTES: f64 = 64.0;
/// What the allocator and the engine's books add to the bytes that peers ask for.
const ALLOCATOR: f64 = 1.12;

/// What one overlay at one point will cost, each of its replications.
#[derive(Clone, Debug, PartialEq)]
pub struct RunForecast {
    /// The point of the sweep, from 0.
    pub point: usize,
    /// The overlay, from 0.
    pub overlay: usize,
    /// The pool of peers.
    pub peers: u32,
    /// How often it will be run; at most, where that hangs on precision.
    pub replications: u32,
    /// How often it will be run at least.
    pub at_least: u32,
    /// The most memory that it holds, in bytes; what the program needs for itself comes on top once.
    pub bytes: f64,
    /// Messages delivered to live peers and live timers fired.
    pub events: f64,
    /// Messages sent.
    pub messages: f64,
    /// Seconds of wall time on one thread.
    pub wall_s: f64,
}

/// What an experiment will cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Every overlay at every point.
    pub runs: Vec<RunForecast>,
    /// The largest resident memory of the program, in bytes: as many runs side by side as there will be.
    pub bytes: f64,
    /// Memory that is to be had, in bytes, where the system tells.
    pub available: Option<u64>,
    /// Seconds of wall time in all, where runs go side by side; upper bound where threads share a run.
    pub wall_s: f64,
}

/// Why there is no forecast.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForecastError {
    /// Not even a pilot has its underlay.
    #[error("point {point}: {error}")]
    Ground {
        /// The point of the sweep, from 0.
        point: usize,
        /// What is wrong.
        error: GroundError,
    },
    /// A pilot did not end.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// An experiment that needs more memory than there is.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "needs about {:.1} GB of memory, of which {:.1} GB are to be had: ask for fewer peers, fewer threads where runs go \
     side by side, or try it all the same with --overcommit",
    needed / 1e9,
    *available as f64 / 1e9
)]
pub struct TooLarge {
    /// What it needs, in bytes.
    pub needed: f64,
    /// What is to be had, in bytes.
    pub available: u64,
}

impl Forecast {
    /// Messages delivered to live peers and live timers fired, in all runs.
    pub fn events(&self) -> f64 {
        self.runs.iter().map(|run| run.events * f64::from(run.replications)).sum()
    }

    /// Messages sent, in all runs.
    pub fn messages(&self) -> f64 {
        self.runs.iter().map(|run| run.messages * f64::from(run.replications)).sum()
    }

    /// Whether there is memory enough.
    ///
    /// # Errors
    /// The figures, where there is not.
    pub fn fits(&self) -> Result<(), TooLarge> {
        match self.available {
            Some(available) if self.bytes > available as f64 => {
                Err(TooLarge { needed: self.bytes, available })
            }
            _ => Ok(()),
        }
    }
}

/// Runs pilots of every overlay at every point of `experiment`, some seconds in all, and says what all of it will cost
/// on so many `threads`. Nothing is written.
///
/// # Errors
/// Where a pilot cannot be set up, or was asked to `stop`.
pub fn forecast(
    experiment: &Experiment,
    plans: &[Plan],
    threads: usize,
    stop: &AtomicBool,
) -> Result<Forecast, ForecastError> {
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    // Points that differ in nothing but the number of peers share their pilots, which are those of the largest.
    let mut of_run: Vec<(usize, usize, usize)> = Vec::new();
    let mut analysed: Vec<RunForecast> = Vec::new();
    for (point, (at, plan)) in experiment.points.iter().zip(plans).enumerate() {
        for (overlay, algorithm) in at.algorithms.iter().enumerate() {
            if let Some(forecast) = analysis::forecast((point, overlay), plan, algorithm, stop)? {
                analysed.push(forecast);
                continue;
            }
            let subject = Subject::new(point, plan, overlay, algorithm);
            let same = subjects.iter().position(|other| other.is_like(&subject));
            let place = same.unwrap_or(subjects.len());
            match same {
                None => subjects.push(subject),
                Some(same) if plan.pool > subjects[same].plan.pool => subjects[same] = subject,
                Some(_) => {}
            }
            of_run.push((point, overlay, place));
        }
    }
    let count = subjects.len();
    let pilots: Vec<[Pilot; 2]> =
        subjects.iter().map(|subject| subject.pilots(count, stop)).collect::<Result<_, _>>()?;
    let simulated = of_run
        .iter()
        .map(|(point, overlay, place)| run_forecast(*point, *overlay, &plans[*point], &pilots[*place]));
    let runs: Vec<RunForecast> = analysed.into_iter().chain(simulated).collect();

    let together = plans.iter().any(|plan| plan.pool >= PEERS_WORTH_THREADS);
    let at_once = if together { 1 } else { threads };
    let mut largest: Vec<f64> =
        runs.iter().flat_map(|run| std::iter::repeat_n(run.bytes, run.replications as usize)).collect();
    largest.sort_by(|a, b| b.total_cmp(a));
    let wall: f64 = runs.iter().map(|run| run.wall_s * f64::from(run.replications)).sum();
    let longest = runs.iter().map(|run| run.wall_s).fold(0.0, f64::max);
    let side_by_side = at_once.min(clock::cores()) as f64;
    Ok(Forecast {
        bytes: PROGRAM_BYTES + largest.iter().take(at_once).sum::<f64>(),
        available: clock::available_memory(),
        wall_s: (wall / side_by_side).max(longest),
        runs,
    })
}

fn run_forecast(point: usize, overlay: usize, plan: &Plan, pilots: &[Pilot; 2]) -> RunForecast {
    let peers = f64::from(plan.pool);
    let at = |of: fn(&Pilot) -> f64| grown(pilots, peers, of);
    let large = &pilots[1];
    let pending = at(|pilot| pilot.pending_bytes / pilot.peers);
    let peer_seconds = peers * plan.calendar.to.since(Time::ZERO).as_seconds();
    let messages = at(|pilot| pilot.messages_per_peer_s) * peer_seconds;
    let requests = large.requests_per_peer_s * peer_seconds;
    let events = messages * large.events_per_message;
    let bytes = large.table_bytes
        + ALLOCATOR * peers * (at(|pilot| pilot.state_bytes / pilot.peers) * large.growth + pending)
        + KEPT_BYTES * requests.min(KEPT_REQUESTS);
    RunForecast {
        point,
        overlay,
        peers: plan.pool,
        replications: plan.scenario.replications.at_most(),
        at_least: plan.scenario.replications.at_least(),
        bytes,
        events,
        messages,
        wall_s: at(|pilot| pilot.setup_s / pilot.peers) * peers + events * at(|pilot| pilot.event_s),
    }
}

/// What grows with the logarithm of the number of peers from one pilot to the other, at `peers`; it never shrinks.
fn grown([small, large]: &[Pilot; 2], peers: f64, of: impl Fn(&Pilot) -> f64) -> f64 {
    let doublings = (large.peers / small.peers).log2();
    let slope = if doublings > 0.0 { ((of(large) - of(small)) / doublings).max(0.0) } else { 0.0 };
    // A line that is carried on downwards must end somewhere.
    (of(large) + slope * (peers / large.peers).log2()).max(of(small).min(of(large)))
}
