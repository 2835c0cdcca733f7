//! The listener of a run: turns the events of a world into occurrences.

use super::occurrence::{
    Arrival, Detail, Hearing, Issue, Legs, Occurrence, Passing, Report, Sending, Turn, Way, What,
};
use super::{Life, Period};
use overlab_engine::{Handled, Happening, Listener, Sent, Stamp};
use overlab_peer::{Contact, Glance, LookupReport, LookupRequest, Operation, Packet, PeerId, Program};
use overlab_time::{Span, Time};
use overlab_underlay::{Loss, Passage};
use overlab_world::{LostMessage, Note, Observer, Parcel, Record, Shard, Workload, World, WorldTimer};
use serde::Deserialize as _;
use std::collections::BTreeMap;

/// A message on its way as the engine names it: when it is due and where, and its number at its source.
type Name = (Time, u32, u32, u32);

fn name(stamp: &Stamp) -> Name {
    (stamp.time, stamp.actor.0, stamp.source.0, stamp.sequence)
}

/// Hears a run and hands out what is wanted.
pub(super) struct Ear<'a> {
    hearing: &'a Hearing,
    period: Period,
    detail: Detail,
    sink: &'a mut dyn FnMut(Occurrence),
    /// Numbers of wanted messages on their way.
    on_the_way: BTreeMap<Name, u64>,
    occurrences: u64,
    messages: u64,
    /// The event that is being handled, and how long the log of its shard was before.
    coming: Option<What>,
    before: [usize; 2],
    /// Who came up and went down, when.
    pub(super) lives: Life,
}

impl<'a> Ear<'a> {
    pub(super) fn new(
        hearing: &'a Hearing,
        period: Period,
        detail: Detail,
        sink: &'a mut dyn FnMut(Occurrence),
    ) -> Self {
        Self {
            hearing,
            period,
            detail,
            sink,
            on_the_way: BTreeMap::new(),
            occurrences: 0,
            messages: 0,
            coming: None,
            before: [0; 2],
            lives: Life::default(),
        }
    }

    /// Whether messages that were heard are still to arrive.
    pub(super) fn waits(&self) -> bool {
        !self.on_the_way.is_empty()
    }

    /// Takes note of what happened before the first event.
    pub(super) fn begin<P: Program>(&mut self, shard: &mut Shard<P>) {
        self.notes(shard, Time::ZERO);
    }

    fn is_wanted(&self, operation: Option<Operation>, peers: [PeerId; 2], now: Time) -> bool {
        self.period.contains(now)
            && match self.hearing {
                Hearing::Requests(all) => operation.is_some_and(|one| all.binary_search(&one).is_ok()),
                Hearing::Peer(peer) => peers.contains(peer),
                Hearing::Everything => true,
            }
    }

    /// Takes out the shard's notes: the turns of its peers, and how each message that was sent went.
    fn notes<P: Program>(&mut self, shard: &mut Shard<P>, now: Time) -> Heard {
        let mut heard = Heard::default();
        let (mut up, mut between) = (Passing::default(), Span::ZERO);
        for note in shard.notes() {
            match note {
                Note::Up(passage) => up = passing(passage),
                Note::Between(wait) => between = wait,
                Note::Sent { to } => {
                    let legs = (std::mem::take(&mut up), std::mem::take(&mut between));
                    heard.gone.push((to, legs.0, legs.1));
                }
                Note::Lost(message) => {
                    (up, between) = Default::default();
                    heard.lost.push(*message);
                }
                Note::Down(passage) => heard.held = Some(passing(passage)),
                Note::TurnedAway(loss) => heard.refused = Some(loss),
                Note::Rose(contact) => heard.turns.push((contact, Turn::Up)),
                Note::Joined(contact) => heard.turns.push((contact, Turn::Joined)),
                Note::Fell(contact) => heard.turns.push((contact, Turn::Down)),
            }
        }
        for (contact, turn) in &heard.turns {
            self.lives.note(now, *contact, *turn);
        }
        heard
    }

    /// What was sent: each message with what is told of it, each timer.
    fn departures<P: Program, W: Workload<P>, O: Observer<P>>(
        &mut self,
        world: &World<P, W, O>,
        shard: &Shard<P>,
        now: Time,
        heard: &mut Heard,
        sent: &mut dyn Iterator<Item = Sent<'_, World<P, W, O>>>,
    ) -> (Vec<Sending>, Vec<(Time, String)>) {
        let (mut sendings, mut wakes) = (Vec::new(), Vec::new());
        let mut gone = std::mem::take(&mut heard.gone).into_iter();
        for Sent { stamp, happening } in sent {
            match happening {
                Happening::Timer(timer) => {
                    if self.period.contains(now) {
                        wakes.push((stamp.time, self.timer(timer, now)));
                    }
                }
                Happening::Message(parcel) if parcel.is_queued() => {}
                Happening::Message(parcel) => {
                    let (to, up, between) = gone.next().expect("every message sent was noted");
                    let message = parcel.message();
                    let (from, operation) = (parcel.sender(), message.operation());
                    if !self.is_wanted(operation, [from.peer, to.peer], now) {
                        continue;
                    }
                    let rest = stamp.time.since(now).saturating_sub(up.total()).saturating_sub(between);
                    let legs = Legs { up, propagation: rest, between };
                    let way = Way::Comes { at: stamp.time, legs };
                    let glance = message.glance();
                    let number = self.number(&stamp);
                    let entries = self.entries(world, shard, (from, to), &glance);
                    sendings.push(Sending {
                        number,
                        from,
                        to,
                        bytes: parcel.bytes(),
                        operation,
                        glance,
                        entry: entries.0,
                        named: entries.1,
                        way,
                    });
                }
            }
        }
        (sendings, wakes)
    }

    /// Which entry of the sender's tables the receiver is, and which those are whom the message names.
    fn entries<P: Program, W: Workload<P>, O: Observer<P>>(
        &self,
        world: &World<P, W, O>,
        shard: &Shard<P>,
        (from, to): (Contact, Contact),
        glance: &Glance,
    ) -> (Option<String>, Vec<Option<String>>) {
        if self.detail == Detail::Outline {
            return (None, Vec::new());
        }
        let program = shard.program(from.peer);
        let entry = |contact: Contact| {
            program.and_then(|program| program.entry(world.setup(), from, world.keys(), contact))
        };
        (entry(to), glance.names.iter().map(|named| entry(*named)).collect())
    }

    /// Whether timers are told by name.
    fn names_timers(&self, now: Time) -> bool {
        self.detail == Detail::Everything && self.period.contains(now)
    }

    fn timer<T: std::fmt::Debug>(&self, timer: &WorldTimer<T>, now: Time) -> String {
        if self.names_timers(now) { timer_name(timer) } else { String::new() }
    }

    /// Whether an occurrence is handed out.
    fn tells(&self, occurrence: &Occurrence) -> bool {
        let heard = |arrival: &Arrival| {
            let peers = [arrival.from.peer, occurrence.peer.peer];
            arrival.message.is_some() || self.is_wanted(arrival.operation, peers, occurrence.time)
        };
        if !occurrence.sent.is_empty() || matches!(&occurrence.what, What::Message(arrival) if heard(arrival))
        {
            return true;
        }
        if let Hearing::Requests(all) = self.hearing {
            let operations = occurrence
                .issued
                .iter()
                .map(|issue| &issue.operation)
                .chain(occurrence.reports.iter().map(|r| &r.operation));
            let mut operations = operations.chain(occurrence.troubles.iter().map(|trouble| &trouble.0));
            return operations.any(|operation| all.binary_search(operation).is_ok());
        }
        !matches!(occurrence.what, What::Other)
            && self.is_wanted(None, [occurrence.peer.peer; 2], occurrence.time)
    }

    fn number(&mut self, stamp: &Stamp) -> u64 {
        self.messages += 1;
        self.on_the_way.insert(name(stamp), self.messages);
        self.messages
    }

    /// Messages that were lost on their way.
    fn losses<P: Program, W: Workload<P>, O: Observer<P>>(
        &mut self,
        world: &World<P, W, O>,
        shard: &Shard<P>,
        (now, from): (Time, Contact),
        lost: Vec<LostMessage>,
    ) -> Vec<Sending> {
        let mut all = Vec::new();
        for LostMessage { to, bytes, loss, operation, glance } in lost {
            if !self.is_wanted(operation, [from.peer, to.peer], now) {
                continue;
            }
            self.messages += 1;
            let entries = self.entries(world, shard, (from, to), &glance);
            all.push(Sending {
                number: self.messages,
                from,
                to,
                bytes,
                operation,
                glance,
                entry: entries.0,
                named: entries.1,
                way: Way::Lost(loss),
            });
        }
        all
    }
}

/// What the notes of an event say.
#[derive(Default)]
struct Heard {
    gone: Vec<(Contact, Passing, Span)>,
    lost: Vec<LostMessage>,
    held: Option<Passing>,
    refused: Option<Loss>,
    turns: Vec<(Contact, Turn)>,
}

fn passing(passage: Passage) -> Passing {
    Passing { queued: passage.wait, transmission: passage.transmission }
}

fn timer_name<T: std::fmt::Debug>(timer: &WorldTimer<T>) -> String {
    match timer {
        WorldTimer::Program { timer, .. } => format!("{timer:?}"),
        WorldTimer::Presence { .. } => "Presence".to_owned(),
        WorldTimer::FirstJoin => "FirstJoin".to_owned(),
        WorldTimer::JoinAgain { .. } => "JoinAgain".to_owned(),
        WorldTimer::Request => "Request".to_owned(),
    }
}

/// Adds what the log has got of requests since it was so long.
fn requests<P: Program>(
    shard: &Shard<P>,
    [requests, turns]: [usize; 2],
    origin: PeerId,
    occurrence: &mut Occurrence,
    wanted: impl Fn(Operation) -> bool,
) {
    let log = shard.log();
    for logged in &log.requests[requests..] {
        match &logged.record {
            Record::Issued { number, request, .. } => {
                let operation = Operation { origin, number: *number };
                let content = || serde_json::to_value(request).unwrap_or_default();
                let lookup = wanted(operation).then(|| LookupRequest::deserialize(content()).ok()).flatten();
                occurrence.issued.push(Issue { operation, lookup });
            }
            Record::Reported(report) => {
                let content = serde_json::to_value(report).unwrap_or_default();
                let lookup = LookupReport::deserialize(&content).ok();
                let number = lookup.map_or(0, |report| report.number);
                occurrence.reports.push(Report { operation: Operation { origin, number }, lookup, content });
            }
            _ => {}
        }
    }
    for (_, logged) in &log.turns[turns..] {
        if let Record::Trouble { operation, cause } = logged.record {
            occurrence.troubles.push((operation, cause));
        }
    }
}

/// A message that comes, as far as it is known before it is handled.
fn arrival<M: Packet>(ear: &mut Ear<'_>, stamp: &Stamp, parcel: &Parcel<M>) -> Option<Arrival> {
    let message = ear.on_the_way.remove(&name(stamp));
    let (from, operation) = (parcel.sender(), parcel.message().operation());
    let peers = [from.peer, PeerId(stamp.actor.0)];
    if message.is_none() && !ear.is_wanted(operation, peers, stamp.time) {
        return None;
    }
    let content = (ear.detail == Detail::Everything)
        .then(|| serde_json::to_value(parcel.message()).unwrap_or_default());
    Some(Arrival {
        message,
        from,
        bytes: parcel.bytes(),
        operation,
        glance: parcel.message().glance(),
        content,
        held: None,
        refused: None,
    })
}

impl<P: Program, W: Workload<P>, O: Observer<P>> Listener<World<P, W, O>> for Ear<'_> {
    fn before(
        &mut self,
        _world: &World<P, W, O>,
        shard: &mut Shard<P>,
        stamp: Stamp,
        happening: &Happening<World<P, W, O>>,
    ) {
        self.occurrences += 1;
        self.before = [shard.log().requests.len(), shard.log().turns.len()];
        self.coming = match happening {
            Happening::Message(parcel) => arrival(self, &stamp, parcel).map(What::Message),
            Happening::Timer(timer) => Some(What::Timer(self.timer(timer, stamp.time))),
        };
    }

    fn after(
        &mut self,
        world: &World<P, W, O>,
        shard: &mut Shard<P>,
        stamp: Stamp,
        handled: Handled,
        sent: &mut dyn Iterator<Item = Sent<'_, World<P, W, O>>>,
    ) {
        let (now, here) = (stamp.time, PeerId(stamp.actor.0));
        let mut heard = self.notes(shard, now);
        let mut coming = self.coming.take();
        let me = shard.identity(here);
        if let (Some(What::Message(arrival)), Handled::Internal) = (&mut coming, handled) {
            // It waits at the link, and comes again when it has passed: under the number that it has.
            arrival.held = heard.held;
            if let (Some(again), Some(number)) = (sent.next(), arrival.message) {
                self.on_the_way.insert(name(&again.stamp), number);
            }
        }
        let (mut sendings, wakes) = self.departures(world, shard, now, &mut heard, sent);
        sendings.extend(self.losses(world, shard, (now, me), std::mem::take(&mut heard.lost)));
        let mut what = coming.unwrap_or(What::Other);
        if let What::Message(arrival) = &mut what {
            arrival.refused = heard.refused;
        }
        let mut occurrence = Occurrence {
            number: self.occurrences,
            time: now,
            peer: me,
            what,
            handled,
            sent: sendings,
            wakes,
            turns: heard.turns.iter().map(|turn| turn.1).collect(),
            issued: Vec::new(),
            reports: Vec::new(),
            troubles: Vec::new(),
        };
        let wanted = |operation| self.is_wanted(Some(operation), [here; 2], now);
        requests(shard, self.before, here, &mut occurrence, wanted);
        if self.tells(&occurrence) {
            (self.sink)(occurrence);
        }
    }

    fn changed(
        &mut self,
        world: &World<P, W, O>,
        shards: &mut [Shard<P>],
        now: Time,
        sent: &mut dyn Iterator<Item = Sent<'_, World<P, W, O>>>,
    ) {
        self.occurrences += 1;
        let number = self.occurrences;
        // What a change sends is told of peer by peer.
        let sent: Vec<Sent<'_, World<P, W, O>>> = sent.collect();
        let mut sent = sent.into_iter();
        if let [shard] = shards {
            let mut heard = self.notes(shard, now);
            let (sendings, _) = self.departures(world, shard, now, &mut heard, &mut sent);
            let mut all: BTreeMap<Contact, (Vec<Sending>, Vec<Turn>)> = BTreeMap::new();
            for (contact, turn) in heard.turns {
                all.entry(contact).or_default().1.push(turn);
            }
            for sending in sendings {
                all.entry(sending.from).or_default().0.push(sending);
            }
            for (peer, (sent, turns)) in all {
                let occurrence = Occurrence {
                    number,
                    time: now,
                    peer,
                    what: What::Change,
                    handled: Handled::Internal,
                    sent,
                    turns,
                    wakes: Vec::new(),
                    issued: Vec::new(),
                    reports: Vec::new(),
                    troubles: Vec::new(),
                };
                if self.tells(&occurrence) {
                    (self.sink)(occurrence);
                }
            }
        }
    }
}
