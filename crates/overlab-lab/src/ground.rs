//! The common ground of all overlays in one replication: underlay, peers, churn, calendar.

mod congestion;
mod files;
mod network;
mod translators;

pub use files::{DataError, DataFiles};
pub(crate) use files::{shorten_names, shorten_parameter};

use crate::calendar::Calendar;
use crate::faults::Outages;
use crate::schedule::{Renewal, Sessions, TracePresence};
use overlab_peer::{Adversary, KeyTable, WireSizes};
use overlab_schema::scenario::{
    Action, Behaviour, Churn, ChurnSource, Faults, Identity, Overlay, Pace as Spread, Redrawn, Replications,
    Routing, Scenario, Share, Start, State, Warmup, Workload,
};
use overlab_time::{Law, Seeds, Span};
use overlab_underlay::{Congestion, CoreLinks, CoreQueues, Topology, Underlay};
use overlab_world::{AlwaysUp, Change, Course, Pace, Population, Presence, Translators};
use std::sync::Arc;

/// Something in a scenario that cannot be had, at a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct GroundError {
    /// The path in the scenario.
    pub path: String,
    /// What is wrong and what would help.
    pub message: String,
}

impl GroundError {
    pub(crate) fn new(path: &str, message: impl std::fmt::Display) -> Self {
        Self { path: path.to_owned(), message: message.to_string() }
    }
}

/// What all replications of a point share: the files it reads, parsed once.
#[derive(Debug)]
pub struct Plan {
    /// The scenario at this point.
    pub scenario: Scenario,
    /// The pool of peers.
    pub pool: u32,
    /// The instants to look at.
    pub calendar: Calendar,
    model: overlab_underlay::Model,
    congestion: Option<Congestion>,
    /// A topology that is not drawn at random.
    topology: Option<Topology>,
    placement: overlab_underlay::Placement,
    sessions: Option<Arc<Sessions>>,
}

impl Plan {
    /// Reads the files of `scenario` and checks what only they can tell.
    ///
    /// # Errors
    /// Where a file cannot be read or is wrong, or does not suffice for the scenario.
    pub fn new(scenario: &Scenario, files: &DataFiles) -> Result<Self, GroundError> {
        Self::sharing(scenario, files, None)
    }

    /// The same, taking over from the point before what was read from the same files.
    pub(crate) fn sharing(
        scenario: &Scenario,
        files: &DataFiles,
        before: Option<&Self>,
    ) -> Result<Self, GroundError> {
        let calendar = calendar(scenario);
        let model = network::model(&scenario.underlay, files)?;
        let congestion = scenario.congestion.as_ref().map(congestion::congestion).transpose()?;
        let topology = if let Some(same) = before.filter(|before| before.model == model) {
            same.topology.clone()
        } else if model.is_random() {
            None
        } else {
            let seeds = Seeds::new(scenario.seed, 0);
            Some(
                model
                    .build(seeds)
                    .map_err(|error| GroundError::new(network::path(&scenario.underlay), error))?,
            )
        };
        if let (Some(Routing::Policy), Some(graph)) =
            (scenario.routing, topology.as_ref().and_then(Topology::graph))
        {
            graph.check_relations().map_err(|error| GroundError::new("routing", error))?;
        }
        let sessions = match scenario.churn.as_ref().and_then(Churn::source) {
            Some(ChurnSource::Trace(trace)) => {
                let same = |before: &&Self| before.scenario.churn == scenario.churn;
                if let Some(before) = before.filter(same) {
                    before.sessions.clone()
                } else {
                    let path = "churn.trace.file";
                    let text =
                        files.text(path, &trace.file).map_err(|error| GroundError::new(path, error))?;
                    let sessions = Sessions::parse(&text, trace.unit.span(), trace.merge_gaps)
                        .map_err(|error| GroundError::new(path, format!("{}: {error}", trace.file)))?;
                    Some(Arc::new(sessions))
                }
            }
            _ => None,
        };
        let placement = match before.filter(|before| before.scenario.placement == scenario.placement) {
            Some(same) => same.placement.clone(),
            None => network::placement(scenario.placement.as_ref(), files)?,
        };
        let pool = pool(scenario, sessions.as_deref())?;
        fits(scenario, pool, crate::clock::memory())?;
        if let Some(sessions) = &sessions {
            let run = Span(calendar.end.0);
            sessions
                .check(u64::from(pool), run)
                .map_err(|error| GroundError::new("churn.trace.file", error))?;
        }
        let plan = Self {
            scenario: scenario.clone(),
            pool,
            calendar,
            model,
            congestion,
            topology,
            placement,
            sessions,
        };
        let same = |before: &Self| {
            let [a, b] = [&before.scenario, scenario];
            let networks = (&a.underlay, a.routing) == (&b.underlay, b.routing)
                && a.placement == b.placement
                && a.congestion == b.congestion;
            networks && (&a.timeline, &a.faults, before.pool) == (&b.timeline, &b.faults, pool)
        };
        let delicate = crate::faults::any(scenario) || plan.congestion.is_some();
        if delicate && !before.is_some_and(same) {
            // Whether what is to fail or to be full exists is seen on the network alone: better now than when results are there.
            plan.ground(0)?;
        }
        Ok(plan)
    }

    /// The underlay and everything else that the overlays of one replication share.
    ///
    /// # Errors
    /// Where the underlay cannot hold the peers.
    pub fn ground(&self, replication: u32) -> Result<Ground, GroundError> {
        let scenario = &self.scenario;
        let seeds = |purpose: Option<Redrawn>| {
            let fixed = purpose.is_some_and(|purpose| scenario.fixed.contains(&purpose));
            Seeds::new(scenario.seed, if fixed { 0 } else { u64::from(replication) })
        };
        let wrong = |error: overlab_underlay::UnderlayError| {
            GroundError::new(network::blamed(&scenario.underlay, &error), error)
        };
        let topology = match &self.topology {
            Some(topology) => topology.clone(),
            None => self.model.build(seeds(Some(Redrawn::Underlay))).map_err(wrong)?,
        };
        let hosts = self.pool.div_ceil(scenario.peers.identities_per_host.max(1));
        let placement = self.placement.clone();
        let attachment = overlab_underlay::Attachment { placement, ..network::attachment(scenario) };
        let underlay = topology.attach(hosts, &attachment, seeds(Some(Redrawn::Placement))).map_err(wrong)?;
        let links = |congestion| CoreLinks::new(congestion, &underlay).map(Arc::new);
        let core = self.congestion.as_ref().map(links).transpose();
        let underlay = Arc::new(underlay);
        let translators = scenario.reachability.as_ref();
        let translators = translators
            .map(|shares| translators::translators(shares, &underlay, seeds(Some(Redrawn::Placement))));
        Ok(Ground {
            translators: translators.map(Arc::new),
            core: core.map_err(|error| GroundError::new("congestion", error))?,
            outages: Outages::plan(scenario, &self.calendar, &underlay, seeds(None))?,
            underlay,
            presence: self.presence(seeds(Some(Redrawn::Churn)))?,
            keys: KeyTable::random(seeds(Some(Redrawn::Keys))),
            replication,
            seeds: seeds(None),
            workload_seeds: seeds(Some(Redrawn::Workload)),
        })
    }

    fn presence(&self, seeds: Seeds) -> Result<Arc<dyn Presence>, GroundError> {
        let Some(churn) = &self.scenario.churn else { return Ok(Arc::new(AlwaysUp)) };
        if let Some(sessions) = &self.sessions {
            return Ok(Arc::new(TracePresence::new(Arc::clone(sessions), self.pool, churn.graceful, seeds)));
        }
        let (session, downtime) = laws(churn)?;
        Ok(Arc::new(Renewal { session, downtime, graceful: churn.graceful, seeds }))
    }

    /// The world's population over `ground`.
    pub(crate) fn population(&self, ground: &Ground) -> Population {
        let scenario = &self.scenario;
        let churn = scenario.churn.as_ref();
        let timeline = scenario.timeline.iter().zip(0u64..).filter_map(|(event, number)| {
            let (share, graceful) = match event.action()? {
                Action::Crash(share) => (share, false),
                Action::Leave(share) => (share, true),
                _ => return None,
            };
            let share = match share {
                Share::Fraction(fraction) => overlab_world::Share::Fraction(fraction),
                Share::Count(count) => overlab_world::Share::Count(count),
            };
            Some((self.calendar.from + event.at, Change::Down { share, graceful, event: number }))
        });
        Population {
            peers: self.pool,
            identities_per_host: scenario.peers.identities_per_host,
            underlay: Arc::clone(&ground.underlay),
            keys: ground.keys.clone(),
            seeds: ground.seeds,
            presence: Arc::clone(&ground.presence),
            joins_over: match scenario.peers.start {
                Start::Converged => None,
                Start::Joins { over, .. } => Some(over),
            },
            pace: match scenario.peers.start {
                Start::Joins { pace: Spread::Doubling, .. } => Pace::Doubling,
                Start::Joins { .. } | Start::Converged => Pace::Uniform,
            },
            fresh_identity: churn.is_some_and(|churn| churn.identity == Identity::Fresh),
            keep_state: churn.is_some_and(|churn| churn.state == State::Kept),
            introductions: scenario.peers.introductions as usize,
            join_retry: scenario.peers.join_retry,
            epoch: scenario.time.epoch,
            wire: wire(scenario),
            adversary: scenario.adversary.as_ref().map(|adversary| {
                let behaviour = match adversary.behaviour {
                    Behaviour::Drop => Adversary::Drop,
                    Behaviour::Misroute => Adversary::Misroute,
                };
                (adversary.fraction, behaviour)
            }),
            // What fails at an instant fails before anybody says goodbye at it.
            timeline: ground.outages.iter().flat_map(|outages| outages.changes()).chain(timeline).collect(),
            translators: ground.translators.clone(),
            course: ground.outages.clone().map(|outages| outages as Arc<dyn Course>),
            core: ground
                .core
                .as_ref()
                .map(|links| CoreQueues::new(Arc::clone(links), ground.seeds, scenario.time.epoch)),
        }
    }

    /// The plan of a scenario that differs in nothing of what was read from files, with a pool of `peers`.
    fn of(&self, scenario: Scenario, peers: u32) -> Self {
        Self {
            pool: peers,
            calendar: calendar(&scenario),
            model: self.model.clone(),
            congestion: self.congestion.clone(),
            topology: self.topology.clone(),
            placement: self.placement.clone(),
            sessions: self.sessions.clone(),
            scenario,
        }
    }

    /// The same with `peers` identities and nothing else changed.
    pub(crate) fn of_peers(&self, peers: u32) -> Self {
        let mut scenario = self.scenario.clone();
        scenario.peers.count = None;
        scenario.peers.pool = Some(u64::from(peers));
        scenario.replications = Replications::Count(1);
        self.of(scenario, peers)
    }

    /// The same with `peers` identities, from converged tables, without events, for `warmup` and `measure` alone: what
    /// a pilot runs.
    pub(crate) fn reduced(&self, peers: u32, warmup: Span, measure: Span) -> Self {
        let mut scenario = self.scenario.clone();
        scenario.peers.count = None;
        scenario.peers.pool = Some(u64::from(peers));
        scenario.peers.start = Start::Converged;
        scenario.timeline.clear();
        scenario.faults = None;
        scenario.time.warmup = Some(Warmup::Fixed(warmup));
        scenario.time.measure = measure;
        scenario.time.sample = Some(measure);
        scenario.output.lookups = false;
        scenario.replications = Replications::Count(1);
        self.of(scenario, peers)
    }

    /// The same measured from the first instant on for `within`, in intervals of `sample`, without events: what a warm-up is
    /// detected in. Random faults happen in it if they happen in a warm-up.
    pub(crate) fn pilot(&self, within: Span, sample: Span) -> Result<Self, GroundError> {
        let mut scenario = self.scenario.clone();
        scenario.timeline.clear();
        let random = |faults: &mut Faults| faults.random.as_ref().is_some_and(|random| random.warmup);
        scenario.faults = scenario.faults.take_if(random);
        scenario.time.warmup = Some(Warmup::Fixed(Span::ZERO));
        scenario.time.measure = within;
        scenario.time.sample = Some(sample);
        scenario.output.lookups = false;
        scenario.replications = Replications::Count(1);
        self.with_times_of(scenario)
    }

    /// The same after a warm-up of so long.
    ///
    /// # Errors
    /// Where a trace of sessions is too short for it, or what is to fail then does not exist.
    pub(crate) fn after(&self, warmup: Span) -> Result<Self, GroundError> {
        let mut scenario = self.scenario.clone();
        scenario.time.warmup = Some(Warmup::Fixed(warmup));
        let plan = self.with_times_of(scenario)?;
        if crate::faults::any(&plan.scenario) {
            plan.ground(0)?;
        }
        Ok(plan)
    }

    /// The same for a scenario that differs in its times and events alone.
    fn with_times_of(&self, scenario: Scenario) -> Result<Self, GroundError> {
        let calendar = calendar(&scenario);
        if let Some(sessions) = &self.sessions {
            sessions
                .check(u64::from(self.pool), Span(calendar.end.0))
                .map_err(|error| GroundError::new("churn.trace.file", error))?;
        }
        Ok(Self {
            pool: self.pool,
            calendar,
            model: self.model.clone(),
            congestion: self.congestion.clone(),
            topology: self.topology.clone(),
            placement: self.placement.clone(),
            sessions: self.sessions.clone(),
            scenario,
        })
    }

    /// The underlay's model as built from the scenario.
    pub fn model(&self) -> &overlab_underlay::Model {
        &self.model
    }
}

/// What the overlays of one replication share.
#[derive(Clone)]
pub struct Ground {
    /// The network underneath.
    pub underlay: Arc<Underlay>,
    /// The links between routers with their capacities, where the scenario says of congestion.
    pub core: Option<Arc<CoreLinks>>,
    /// What fails, and what becomes of the network then; nothing where nothing does.
    pub(crate) outages: Option<Arc<Outages>>,
    /// Which hosts are behind address translators.
    pub(crate) translators: Option<Arc<Translators>>,
    pub(crate) presence: Arc<dyn Presence>,
    pub(crate) keys: KeyTable,
    /// Which replication it belongs to, from 0.
    pub(crate) replication: u32,
    pub(crate) seeds: Seeds,
    pub(crate) workload_seeds: Seeds,
}

impl Ground {
    /// The root of the replication's random streams.
    pub fn seeds(&self) -> Seeds {
        self.seeds
    }
}

impl std::fmt::Debug for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground").field("underlay", &self.underlay).finish_non_exhaustive()
    }
}

/// The instants to look at in a run of a scenario.
pub(crate) fn calendar(scenario: &Scenario) -> Calendar {
    let events = scenario.moments();
    let lookups = match &scenario.workload {
        Workload::KeyRouting(lookups) => lookups,
        // Everything happens at once.
        Workload::StaticKeyRouting(_) => {
            return Calendar::new(Span::ZERO, Span::ZERO, Span::ZERO, Span(1), &[]);
        }
    };
    let warmup = scenario.time.warmup().unwrap_or(Span::ZERO);
    // The last lookups have their time, and their origins the time to say so.
    let drain = lookups.deadline + grace(scenario);
    Calendar::new(warmup, scenario.time.measure, drain, scenario.time.sample(), &events)
}

/// How long after a lookup's deadline its origin may still report an answer that came before: until the last of its
/// requests is answered or given up, for then it wakes.
pub(crate) fn grace(scenario: &Scenario) -> Span {
    let patience = |overlay: &Overlay| overlay.rpc.timeout * (u64::from(overlay.rpc.retries) + 1);
    scenario.overlays.iter().map(patience).max().unwrap_or(Span::ZERO)
}

fn laws(churn: &Churn) -> Result<(Law, Law), GroundError> {
    let Some(ChurnSource::Laws { session, downtime }) = churn.source() else {
        return Err(GroundError::new("churn", "give either session and downtime, or trace"));
    };
    let session = session.law().map_err(|error| GroundError::new("churn.session", error))?;
    let downtime = downtime.law().map_err(|error| GroundError::new("churn.downtime", error))?;
    Ok((session, downtime))
}

/// A peer's slot and the smallest program need so much at least; most need a few times more.
const LEAST_BYTES_PER_PEER: u64 = 200;

/// Refuses a pool that cannot fit into the machine's `memory`, before anything of it is made.
fn fits(scenario: &Scenario, pool: u32, memory: Option<u64>) -> Result<(), GroundError> {
    let least = u64::from(pool) * LEAST_BYTES_PER_PEER;
    let Some(memory) = memory.filter(|memory| *memory < least) else { return Ok(()) };
    let path = if scenario.peers.pool.is_some() { "peers.pool" } else { "peers.count" };
    let gigabytes = |bytes: u64| bytes as f64 / 1e9;
    let message = format!(
        "needs a pool of {pool} peers, at least {:.0} GB of memory, but this machine has {:.0} GB: ask for fewer",
        gigabytes(least),
        gigabytes(memory)
    );
    Err(GroundError::new(path, message))
}

/// The pool of identities: what the scenario says, or as many as keep `count` of them up on average.
fn pool(scenario: &Scenario, sessions: Option<&Sessions>) -> Result<u32, GroundError> {
    let (path, pool) = match (scenario.peers.count, scenario.peers.pool) {
        (_, Some(pool)) => ("peers.pool", pool as f64),
        (Some(count), None) => {
            let availability = match (&scenario.churn, sessions) {
                (_, Some(sessions)) => sessions.availability(),
                (Some(churn), None) => churn.availability().unwrap_or(1.0),
                (None, None) => 1.0,
            };
            ("peers.count", libm::rint(count as f64 / availability))
        }
        (None, None) => return Err(GroundError::new("peers", "give count or pool")),
    };
    if pool >= f64::from(u32::MAX) {
        let message =
            format!("needs a pool of {pool:.0} identities, but there can be at most {}", u32::MAX - 1);
        return Err(GroundError::new(path, message));
    }
    Ok((pool as u32).max(1))
}

fn wire(scenario: &Scenario) -> WireSizes {
    let narrow = |size: u64| u32::try_from(size).unwrap_or(u32::MAX);
    let (header, contact) = (narrow(scenario.wire.header()), narrow(scenario.wire.contact()));
    // A contact is a key and an address of 6 bytes; where contacts are smaller, keys count as part of the header.
    WireSizes { header, contact, key: contact.saturating_sub(6) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_schema::Document;

    #[test]
    fn what_cannot_fit_is_refused_with_the_figures() {
        let text = r#"{ "version": 1, "name": "large", "time": { "measure": "1min" }, "underlay": { "constant": {} },
            "peers": { "count": 400000000 }, "overlays": [{ "algorithm": { "chord": {} } }],
            "workload": { "key_routing": {} } }"#;
        let scenario = Document::parse("large.json", text).unwrap().points().unwrap()[0].scenario().unwrap();
        let error = fits(&scenario, 400_000_000, Some(24_000_000_000)).unwrap_err();
        assert_eq!(error.path, "peers.count");
        assert!(error.message.contains("at least 80 GB") && error.message.contains("has 24 GB"), "{error}");
        assert!(fits(&scenario, 400_000_000, Some(100_000_000_000)).is_ok());
        assert!(fits(&scenario, 400_000_000, None).is_ok());
    }
}
