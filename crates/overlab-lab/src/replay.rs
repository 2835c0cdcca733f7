//! A sample of a run that can be played back: when an even sample of peers was up, and some of their lookups.
//!
//! Which peers and lookups are in it follows from their numbers and the scenario alone, so it is the same on any number of
//! threads, shards and ranks. What is recorded never reaches a peer.

use crate::aggregate::{Outcomes, parameters, places};
use crate::calendar::Calendar;
use crate::experiment::Experiment;
use crate::ground::{Ground, Plan};
use crate::store::RunPlace;
use overlab_peer::{Contact, Key, PeerId, Program};
use overlab_schema::{Replay, ReplayAnswer, ReplayLookup, ReplayPeer, ReplayPoint, ReplayRun, ReplaySession};
use overlab_time::{Span, Time};
use overlab_underlay::HostId;
use overlab_world::{Logged, Record, Roster};
use std::collections::BTreeMap;

/// At most so many peers are in a sample.
const PEERS: u32 = 160;
/// At most so many sessions: where peers come and go often, there are fewer peers in the sample.
const SESSIONS: usize = 1_200;
/// About so many lookups are recorded; of more, evenly chosen ones are kept.
const LOOKUPS: u64 = 300;

/// Which lookups are recorded: one in `every` of those of one peer in `stride`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sampling {
    stride: u32,
    every: u32,
}

impl Sampling {
    /// For a pool of so many peers that each ask so often in the measured period.
    pub(crate) fn new(pool: u32, lookups_per_peer: f64) -> Self {
        let stride = pool.div_ceil(PEERS).max(1);
        let expected = f64::from(pool.div_ceil(stride)) * lookups_per_peer;
        // Twice as many as are wanted, since peers are not always up.
        let every = (expected / (2 * LOOKUPS) as f64).clamp(1.0, f64::from(u32::MAX)) as u32;
        Self { stride, every }
    }

    /// Whether a peer's request of this number is recorded.
    pub(crate) fn takes(self, origin: PeerId, number: u32) -> bool {
        origin.0.is_multiple_of(self.stride)
            && number.wrapping_add(origin.0 / self.stride).is_multiple_of(self.every)
    }
}

/// How a recorded lookup ended.
#[derive(Clone, Debug)]
pub(crate) struct Played {
    pub(crate) origin: Contact,
    pub(crate) number: u32,
    pub(crate) key: Key,
    pub(crate) issued: Time,
    /// The answer and when it was there, counted from the issue.
    pub(crate) answer: Option<(Contact, Span)>,
    pub(crate) hops: Option<u32>,
    pub(crate) timeouts: u32,
    /// "correct", or the cause of the failure.
    pub(crate) outcome: &'static str,
}

/// One stay of a peer.
#[derive(Clone, Copy, Debug)]
struct Session {
    contact: Contact,
    up: Time,
    joined: Option<Time>,
    down: Option<Time>,
}

/// Notes when sampled peers come and go.
#[derive(Debug)]
pub(crate) struct Recorder {
    stride: u32,
    from: Time,
    to: Time,
    started: bool,
    sessions: BTreeMap<PeerId, Vec<Session>>,
    count: usize,
}

impl Recorder {
    pub(crate) fn new(pool: u32, calendar: &Calendar) -> Self {
        let stride = pool.div_ceil(PEERS).max(1);
        Self {
            stride,
            from: calendar.from,
            to: calendar.to,
            started: false,
            sessions: BTreeMap::new(),
            count: 0,
        }
    }

    /// Begins with the peers that were up and joined before the first record.
    pub(crate) fn begin(&mut self, roster: &Roster) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        for &contact in roster.members().iter().filter(|member| member.peer.0.is_multiple_of(self.stride)) {
            let session = Session { contact, up: Time::ZERO, joined: Some(Time::ZERO), down: None };
            self.sessions.insert(contact.peer, vec![session]);
            self.count += 1;
        }
    }

    /// Takes note of a record of the log; they come in the log's order.
    pub(crate) fn note<P: Program>(&mut self, logged: &Logged<P>) {
        let peer = logged.contact.peer;
        if logged.time >= self.to || !peer.0.is_multiple_of(self.stride) {
            return;
        }
        let mine = self.sessions.entry(peer).or_default();
        match logged.record {
            Record::Up => {
                // What ended before the measured period is of no interest.
                if mine.pop_if(|last| last.down.is_some_and(|down| down <= self.from)).is_none() {
                    self.count += 1;
                }
                let contact = logged.contact;
                mine.push(Session { contact, up: logged.time, joined: None, down: None });
            }
            Record::Joined => {
                if let Some(last) = mine.last_mut() {
                    last.joined = Some(logged.time);
                }
            }
            Record::Down { .. } => {
                if let Some(last) = mine.last_mut() {
                    last.down = Some(logged.time);
                }
            }
            _ => {}
        }
        while self.count > SESSIONS && self.sessions.len() > 1 {
            self.halve();
        }
    }

    /// Forgets every second peer.
    fn halve(&mut self) {
        self.stride = self.stride.saturating_mul(2);
        let stride = self.stride;
        self.sessions.retain(|peer, _| peer.0.is_multiple_of(stride));
        self.count = self.sessions.values().map(Vec::len).sum();
    }

    /// The recording, with those of the `lookups` that sampled peers issued.
    pub(crate) fn finish(&self, plan: &Plan, ground: &Ground, lookups: Vec<Played>) -> ReplayRun {
        let places = Places::new(plan, ground);
        let share = |key: Key| rounded(key.0 as f64 / 2f64.powi(64), 1e5);
        let second = |time: Time| {
            let nanoseconds = i128::from(time.0) - i128::from(self.from.0);
            rounded(nanoseconds as f64 / 1e9, 1e3)
        };
        let session = |session: &Session| ReplaySession {
            up_s: second(session.up),
            joined_s: session.joined.map(second),
            down_s: session.down.map(second),
            key: share(ground.keys.key(session.contact)),
        };
        let touches = |session: &&Session| session.down.is_none_or(|down| down > self.from);
        let addresses = (0..plan.pool).step_by(self.stride as usize).map(PeerId);
        let peers = addresses.map(|peer| {
            let sessions = self.sessions.get(&peer).map_or(&[][..], Vec::as_slice);
            let sessions = sessions.iter().filter(touches).map(session).collect();
            ReplayPeer { peer: peer.0, place: places.of(peer), sessions }
        });
        let mut kept: Vec<Played> = lookups;
        kept.retain(|lookup| lookup.origin.peer.0.is_multiple_of(self.stride));
        kept.sort_by_key(|lookup| (lookup.issued, lookup.origin.peer, lookup.number));
        let drawn = kept.len().min(LOOKUPS as usize);
        let lookups =
            (0..drawn).map(|index| &kept[index * kept.len() / drawn.max(1)]).map(|lookup| ReplayLookup {
                origin: lookup.origin.peer.0,
                number: lookup.number,
                key: share(lookup.key),
                issued_s: second(lookup.issued),
                latency_ms: lookup.answer.map(|(_, latency)| rounded(latency.as_millis_f64(), 1e3)),
                hops: lookup.hops,
                timeouts: lookup.timeouts,
                answer: lookup.answer.map(|(owner, _)| ReplayAnswer {
                    peer: owner.peer.0,
                    key: share(ground.keys.key(owner)),
                    place: places.of(owner.peer),
                }),
                outcome: lookup.outcome.to_owned(),
            });
        ReplayRun {
            pool: plan.pool,
            geographic: places.geographic,
            peers: peers.collect(),
            lookups: lookups.collect(),
        }
    }
}

/// The most bytes of `replay.json`: a page that holds it must stay small.
const REPLAY_BYTES: usize = 1_500_000;

/// `replay.json`: the first replication of every overlay and point, until there is no more room.
pub(crate) fn replay(experiment: &Experiment, outcomes: &Outcomes) -> Replay {
    let mut replay = Replay::default();
    let mut bytes = 0;
    for (point, overlay) in places(experiment) {
        let first = RunPlace { point, overlay, replication: 0 };
        let Some(run) = outcomes.get(&first).and_then(|outcome| outcome.replay.as_ref()) else { continue };
        let entry = ReplayPoint {
            overlay: experiment.points[point].scenario.overlays[overlay].label().to_owned(),
            parameters: parameters(experiment, point),
            run: run.clone(),
        };
        bytes += serde_json::to_string(&entry).expect("plain data").len();
        if bytes > REPLAY_BYTES || replay.left_out > 0 {
            replay.left_out += 1;
        } else {
            replay.points.push(entry);
        }
    }
    replay
}

/// To so many parts of one: more digits would only make the file larger.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

/// Where peers are, in the units of the underlay's picture.
#[derive(Debug)]
struct Places<'a> {
    ground: &'a Ground,
    identities_per_host: u32,
    geographic: bool,
    /// What is taken from both coordinates of a plane, and the length that becomes 1; nothing where there is no picture.
    frame: Option<([f64; 2], f64)>,
}

impl<'a> Places<'a> {
    fn new(plan: &Plan, ground: &'a Ground) -> Self {
        let identities_per_host = plan.scenario.peers.identities_per_host.max(1);
        let none = Self { ground, identities_per_host, geographic: false, frame: None };
        if ground.underlay.hosts() == 0 || ground.underlay.place(HostId(0)).is_none() {
            return none;
        }
        let Some(picture) = ground.underlay.picture() else { return none };
        if picture.geographic {
            return Self { geographic: true, frame: Some(([0.0; 2], 1.0)), ..none };
        }
        let frame = crate::picture::frame(picture.nodes.iter().map(|node| [node.x, node.y]));
        let latencies = matches!(plan.scenario.underlay, overlab_schema::scenario::Underlay::Plane(_));
        // Places on a plane of latencies are in nanoseconds, its picture is in milliseconds.
        let unit = if latencies { 1e6 } else { 1.0 };
        Self { frame: frame.map(|(low, side)| (low.map(|low| low * unit), side * unit)), ..none }
    }

    fn of(&self, peer: PeerId) -> Option<(f64, f64)> {
        let ([left, bottom], side) = self.frame?;
        let (_, [x, y]) = self.ground.underlay.place(HostId(peer.0 / self.identities_per_host))?;
        Some((rounded((x - left) / side, 1e3), rounded((y - bottom) / side, 1e3)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_as_many_lookups_are_taken_as_are_wanted() {
        for (pool, each) in [(100, 60.0), (2_000, 60.0), (100_000, 600.0), (3, 0.5)] {
            let sampling = Sampling::new(pool, each);
            let numbers = || 0..(each as u32).max(1);
            let taken = (0..pool)
                .flat_map(|peer| numbers().map(move |number| (PeerId(peer), number)))
                .filter(|(peer, number)| sampling.takes(*peer, *number))
                .count();
            let issued = u64::from(pool) * u64::from((each as u32).max(1));
            assert!(taken as u64 >= LOOKUPS.min(issued), "{pool} {each}: {taken}");
            assert!(taken as u64 <= 4 * LOOKUPS, "{pool} {each}: {taken}");
        }
    }
}
