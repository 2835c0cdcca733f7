//! What is counted for every service: who is up, who joins, what is sent, who bears the load.

use crate::calendar::Calendar;
use crate::load::{PAIRS, by_link};
use crate::metric::Metrics;
use crate::sample::{Many, Sample};
use crate::statistics::{gini, quantile};
use crate::watch::Turn;
use overlab_peer::{PeerId, Program, Traffic};
use overlab_time::Time;
use overlab_underlay::{CoreQueues, Ledger, Loss};
use overlab_world::{Logged, Meter, Record, Roster, View, Waits};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// The counters at one instant.
#[derive(Clone, Copy, Debug)]
struct Reading {
    time: Time,
    meter: Meter,
    /// Peers that are up, and the integral of that over time in peer-nanoseconds.
    up: u64,
    up_time: u128,
    joined: u64,
    joined_time: u128,
    /// The links between routers, and what a long transfer gets of them, in megabits per second.
    core: Option<Core>,
}

/// What is read off the queues between routers.
#[derive(Clone, Copy, Debug)]
struct Core {
    ledger: Ledger,
    throughput: Option<f64>,
}

/// Joins that began in some period.
#[derive(Clone, Debug, Default)]
struct Joins {
    begun: u64,
    completed: u64,
    latency: Many,
}

/// Bytes in a segment of a long transfer: what Ethernet leaves of 1,500 for TCP over IPv4.
pub(crate) const SEGMENT: u32 = 1460;
/// Watches the world as a whole.
#[derive(Debug)]
pub(crate) struct Census {
    calendar: Calendar,
    started: bool,
    up: u64,
    joined: u64,
    up_time: u128,
    joined_time: u128,
    last: Time,
    readings: Vec<Reading>,
    /// Since when each peer has been joining, and the phase in which it began.
    joining: BTreeMap<PeerId, (Time, Option<usize>)>,
    joins: Vec<Joins>,
    /// When the measured period began: messages received at every address, and the incarnation that was up.
    received_before: Vec<(u32, Option<NonZeroU32>)>,
    /// Messages received by the peers that were up throughout, ascending.
    loads: Vec<u32>,
    state_bytes: u64,
    /// By direction of a link between routers, the sum of what was used of it when the measured period began, and the epochs until
    /// then; the mean of the period at its end.
    uses_before: (u64, Vec<u64>),
    link_load: Vec<(u32, f64)>,
}

impl Census {
    pub(crate) fn new(calendar: Calendar) -> Self {
        let joins = vec![Joins::default(); calendar.phases.len()];
        Self {
            calendar,
            started: false,
            up: 0,
            joined: 0,
            up_time: 0,
            joined_time: 0,
            last: Time::ZERO,
            readings: Vec::new(),
            joining: BTreeMap::new(),
            joins,
            received_before: Vec::new(),
            loads: Vec::new(),
            state_bytes: 0,
            uses_before: (0, Vec::new()),
            link_load: Vec::new(),
        }
    }

    /// The next instant at which it must look.
    pub(crate) fn next_edge(&self) -> Option<Time> {
        self.calendar.next_edge(self.readings.last().map(|reading| reading.time))
    }

    /// Bytes held for peers at the largest: their state, their hosts, the roster, the log; pending events aside.
    pub(crate) fn state_bytes(&self) -> u64 {
        self.state_bytes
    }

    fn advance(&mut self, now: Time) {
        let span = u128::from(now.since(self.last).0);
        self.up_time += u128::from(self.up) * span;
        self.joined_time += u128::from(self.joined) * span;
        self.last = now;
    }

    /// Begins with the peers that were up and joined before the first record.
    pub(crate) fn begin<P: Program>(&mut self, turns: &[Turn<'_, P>], roster: &Roster, view: &View<'_, P>) {
        if !self.started {
            self.started = true;
            let risen = turns.iter().filter(|turn| matches!(turn.1.record, Record::Up)).count() as u64;
            self.up = view.up() - risen;
            self.joined = roster.len() as u64;
        }
    }

    pub(crate) fn note<P: Program>(&mut self, logged: &Logged<P>) {
        let peer = logged.contact.peer;
        match logged.record {
            Record::Up => {
                self.advance(logged.time);
                self.up += 1;
                let phase = self.calendar.phase(logged.time);
                self.joining.insert(peer, (logged.time, phase));
                if let Some(phase) = phase {
                    self.joins[phase].begun += 1;
                }
            }
            Record::Joined => {
                self.advance(logged.time);
                self.joined += 1;
                if let Some((began, Some(phase))) = self.joining.remove(&peer) {
                    self.joins[phase].completed += 1;
                    self.joins[phase].latency.add(logged.time.since(began).0);
                }
            }
            Record::Down { joined } => {
                self.advance(logged.time);
                self.up -= 1;
                if joined {
                    self.joined -= 1;
                } else if let Some((_, Some(phase))) = self.joining.remove(&peer) {
                    // A join that was cut short by its peer's leaving is nobody's failure.
                    self.joins[phase].begun -= 1;
                }
            }
            Record::Issued { .. } | Record::Reported(_) | Record::Trouble { .. } => {}
        }
    }

    /// Reads the counters, at an edge of the calendar; `beside` are the bytes that are held for peers, their state aside.
    pub(crate) fn read<P: Program>(&mut self, now: Time, view: &View<'_, P>, beside: u64) {
        self.advance(now);
        let measured = now >= self.calendar.from && now <= self.calendar.to;
        self.readings.push(Reading {
            time: now,
            meter: view.meter(),
            up: self.up,
            up_time: self.up_time,
            joined: self.joined,
            joined_time: self.joined_time,
            core: view.core.map(|core| Core {
                ledger: core.ledger(),
                throughput: core.median_throughput(view.underlay, SEGMENT, PAIRS).map(|bits| bits / 1e6),
            }),
        });
        if now == self.calendar.from {
            self.received_before = view.received().collect();
        }
        if now == self.calendar.to {
            let received = view.received().zip(&self.received_before);
            self.loads = received
                .filter(|((_, now), (_, then))| now.is_some() && now == then)
                .map(|((received, _), (before, _))| received - before)
                .collect();
            self.loads.sort_unstable();
            self.received_before = Vec::new();
        }
        if let Some(core) = view.core {
            if now == self.calendar.from {
                self.uses_before = (core.ledger().epochs, core.uses().to_vec());
            }
            if now == self.calendar.to {
                self.link_load = self.load(core);
            }
        }
        if measured {
            let own = self.received_before.capacity() * size_of::<(u32, Option<NonZeroU32>)>()
                + self.loads.capacity() * size_of::<u32>();
            let all = view.state_bytes() + view.underlay.host_bytes() + beside + own as u64;
            self.state_bytes = self.state_bytes.max(all);
        }
    }

    /// The mean load of links since the measured period began.
    fn load(&mut self, core: &CoreQueues) -> Vec<(u32, f64)> {
        let (epochs, before) = std::mem::take(&mut self.uses_before);
        let epochs = core.ledger().epochs - epochs;
        if epochs == 0 {
            return Vec::new();
        }
        let mean = |now: u64, then: u64| (now - then) as f64 / 1e6 / epochs as f64;
        let used = core.uses().iter().zip(before).zip(core.links().limited());
        by_link(used.map(|((now, then), limited)| limited.then(|| mean(*now, then))))
    }

    /// By link between routers with a capacity, the mean share of it that was used in the measured period, of its fuller direction.
    pub(crate) fn link_load(&self) -> &[(u32, f64)] {
        &self.link_load
    }

    fn reading(&self, time: Time) -> Option<&Reading> {
        self.readings.iter().find(|reading| reading.time == time)
    }

    /// All figures of the period between two edges, the joins of `phases` among them.
    pub(crate) fn metrics(&self, from: Time, to: Time, phases: std::ops::Range<usize>, out: &mut Metrics) {
        let (Some(first), Some(last)) = (self.reading(from), self.reading(to)) else { return };
        let peer_seconds = (last.up_time - first.up_time) as f64 / 1e9;
        let seconds = to.since(from).as_seconds();
        if seconds > 0.0 {
            out.value("peers.live", peer_seconds / seconds);
            out.value("peers.joined", (last.joined_time - first.joined_time) as f64 / 1e9 / seconds);
        }
        traffic(&first.meter, &last.meter, peer_seconds, out);
        queueing(first, last, out);
        let mut joins = Joins::default();
        for phase in &self.joins[phases] {
            joins.begun += phase.begun;
            joins.completed += phase.completed;
            joins.latency.merge(&phase.latency);
        }
        out.put("join.latency_ms", joins.latency.sample(1e-6));
        out.put("join.success_ratio", Sample::ratio(joins.completed, joins.begun));
    }

    /// The figures of load, which exist for the whole measured period only.
    pub(crate) fn loads(&self, out: &mut Metrics) {
        if let Some(gini) = gini(&self.loads) {
            out.value("load.gini", gini);
        }
        let seconds = self.calendar.to.since(self.calendar.from).as_seconds();
        if let (Some(high), Some(most)) = (quantile(&self.loads, 0.99), self.loads.last()) {
            out.value("load.p99", f64::from(high) / seconds);
            out.value("load.max", f64::from(*most) / seconds);
        }
    }

    /// The figures of one bin for the time series.
    pub(crate) fn bin(&self, bin: usize, out: &mut Metrics) {
        let (from, to) = (self.calendar.bins[bin], self.calendar.bins[bin + 1]);
        let (Some(first), Some(last)) = (self.reading(from), self.reading(to)) else { return };
        let peer_seconds = (last.up_time - first.up_time) as f64 / 1e9;
        out.value("peers.live", last.up as f64);
        out.value("peers.joined", last.joined as f64);
        traffic(&first.meter, &last.meter, peer_seconds, out);
        queueing(first, last, out);
    }

    /// Messages sent in the whole run, and those among them whose latency was raised to the lookahead.
    pub(crate) fn sent_and_raised(&self) -> (u64, u64) {
        self.readings.last().map_or((0, 0), |last| (last.meter.total_sent().messages, last.meter.raised))
    }
}

/// What messages waited for, and how full links were.
fn queueing(first: &Reading, last: &Reading, out: &mut Metrics) {
    let waits = |of: fn(&Meter) -> Waits| of(&last.meter).since(of(&first.meter));
    for (name, waits) in [
        ("access.queueing_ms", waits(|meter| meter.access_waits)),
        ("underlay.queueing_ms", waits(|meter| meter.path_waits)),
    ] {
        if waits.messages > 0 {
            out.value(name, waits.nanoseconds as f64 / 1e6 / waits.messages as f64);
        }
    }
    let (Some(before), Some(core)) = (first.core, last.core) else { return };
    let period = core.ledger.since(before.ledger);
    if let Some([mean, busiest]) = period.utilisation() {
        out.value("underlay.link_utilisation.mean", mean);
        out.value("underlay.link_utilisation.busiest", busiest);
    }
    if let Some([delivery, latency]) = period.lag() {
        out.value("underlay.lag.delivery", delivery);
        out.value("underlay.lag.latency", latency);
    }
    if let Some(throughput) = core.throughput {
        out.value("underlay.throughput_mbps", throughput);
    }
}

fn traffic(first: &Meter, last: &Meter, peer_seconds: f64, out: &mut Metrics) {
    if peer_seconds <= 0.0 {
        return;
    }
    let (mut bytes, mut messages, mut received_bytes, mut received_messages) = (0, 0, 0, 0);
    for class in Traffic::ALL {
        let flow = last.sent[class as usize].since(first.sent[class as usize]);
        out.value(
            &format!("traffic.bytes_per_peer_per_s.{}", class.name()),
            flow.bytes as f64 / peer_seconds,
        );
        out.value(
            &format!("traffic.messages_per_peer_per_s.{}", class.name()),
            flow.messages as f64 / peer_seconds,
        );
        bytes += flow.bytes;
        messages += flow.messages;
        let flow = last.received[class as usize].since(first.received[class as usize]);
        received_bytes += flow.bytes;
        received_messages += flow.messages;
    }
    out.value("traffic.bytes_per_peer_per_s", bytes as f64 / peer_seconds);
    out.value("traffic.messages_per_peer_per_s", messages as f64 / peer_seconds);
    out.value("traffic.received_bytes_per_peer_per_s", received_bytes as f64 / peer_seconds);
    out.value("traffic.received_messages_per_peer_per_s", received_messages as f64 / peer_seconds);
    out.put("network.lost_ratio", Sample::ratio(last.total_lost() - first.total_lost(), messages));
    for loss in Loss::ALL {
        let (before, after) = (first.lost[loss as usize], last.lost[loss as usize]);
        // What cannot befall a scenario's messages has no row of zeros.
        if last.lost[loss as usize] > 0 {
            let name = format!("network.lost_ratio.{}", loss.name());
            out.put(&name, Sample::ratio(after - before, messages));
        }
    }
    out.put("network.dead_ratio", Sample::ratio(last.dead - first.dead, messages));
    out.put("network.raised_ratio", Sample::ratio(last.raised - first.raised, messages));
}
