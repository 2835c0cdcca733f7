//! A small world in memory for tests of algorithms: no engine, no underlay.
//!
//! Peers stand equally far from one another; what is under way is a plain list of events in the order of time and then
//! of sending, so a run is a function of the seed alone.
//!
//! Writers of algorithms test with it: set an overlay up, converged or by joins, look keys up, kill peers.
//!
//! ```
//! use overlab_peer::Converged;
//! use overlab_time::Span;
//! use overlab_toolkit::harness::Harness;
//! use overlab_toolkit::key_routing::KeyRoutingSetup;
//!
//! fn every_lookup_finds_the_owner<A: Converged>() {
//!     let setup = KeyRoutingSetup::new::<A>(A::Parameters::default());
//!     let mut harness = Harness::<A>::new(setup, 100, 1);
//!     harness.converge();
//!     for origin in 0..100 {
//!         let key = harness.random_key();
//!         harness.lookup(origin, key);
//!     }
//!     harness.run_for(Span::from_secs(5));
//!     for finished in harness.take_finished() {
//!         assert_eq!(finished.owner(), harness.owner(finished.key));
//!     }
//! }
//! ```

use crate::key_routing::{Envelope, KeyRoutingNode, KeyRoutingSetup, Scratch, Timer};
use overlab_peer::{
    Action, Adversary, Audit, Cause, Contact, Converged, Entry, Host, Key, KeyTable, LiveKeys, Lookout,
    LookupOutcome, LookupReport, LookupRequest, Operation, Packet, PeerId, Pool, Program, Reachability,
    Responsibility, Space, Traffic, WireSizes,
};
use overlab_time::{Purpose, Seeds, Span, Stream, Time};
use std::collections::BTreeMap;
use std::fmt;

/// A lookup that its origin reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The peer that asked.
    pub origin: Contact,
    /// What it asked for.
    pub key: Key,
    /// When it asked.
    pub asked: Time,
    /// When it reported.
    pub reported: Time,
    /// What it reported.
    pub report: LookupReport,
}

impl Finished {
    /// The owner that the lookup found.
    pub fn owner(&self) -> Option<Contact> {
        match self.report.outcome {
            LookupOutcome::Answered { owner, .. } => Some(owner),
            LookupOutcome::Exhausted => None,
        }
    }

    /// Edges on the way to the owner, where one was found.
    pub fn hops(&self) -> Option<u32> {
        match self.report.outcome {
            LookupOutcome::Answered { hops, .. } => Some(hops),
            LookupOutcome::Exhausted => None,
        }
    }

    /// Edges on the way to the key's predecessor, where the way led there.
    pub fn hops_to_predecessor(&self) -> Option<u32> {
        match self.report.outcome {
            LookupOutcome::Answered { hops_to_predecessor, .. } => hops_to_predecessor,
            LookupOutcome::Exhausted => None,
        }
    }

    /// The time from asking until the owner's reply was there.
    pub fn latency(&self) -> Option<Span> {
        match self.report.outcome {
            LookupOutcome::Answered { answered, .. } => Some(answered.since(self.asked)),
            LookupOutcome::Exhausted => None,
        }
    }
}

/// Messages that were sent, and what they were for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// How many of each class, in the order of [`Traffic::ALL`].
    pub messages: [u64; 4],
    /// Their bytes, with [`WireSizes::DEFAULT`].
    pub bytes: [u64; 4],
}

impl Sent {
    /// Messages of one class.
    pub fn of(&self, traffic: Traffic) -> u64 {
        self.messages[traffic as usize]
    }
}

struct Peer<A: Converged> {
    node: Option<KeyRoutingNode<A>>,
    contact: Contact,
    /// Grows with every start: timers of earlier ones are void.
    incarnation: u32,
    stream: Stream,
    calls: u32,
    requests: u32,
    adversary: Option<Adversary>,
}

enum Event<A: Converged> {
    Message { to: PeerId, from: Contact, message: <KeyRoutingNode<A> as Program>::Message },
    Wake { peer: PeerId, incarnation: u32, timer: Timer<A::Timer> },
}

/// A world of peers that all run the same algorithm.
pub struct Harness<A: Converged> {
    setup: KeyRoutingSetup<A::Parameters>,
    keys: KeyTable,
    seeds: Seeds,
    stream: Stream,
    latency: Span,
    now: Time,
    sequence: u64,
    events: BTreeMap<(Time, u64), Event<A>>,
    peers: Vec<Peer<A>>,
    pool: Pool,
    scratch: Scratch<A>,
    actions: Vec<Action<KeyRoutingNode<A>>>,
    asked: BTreeMap<Operation, (Key, Time)>,
    finished: Vec<Finished>,
    troubles: Vec<(Operation, Cause)>,
    sent: Sent,
    wakes: u64,
    call_wakes: u64,
}

impl<A: Converged> fmt::Debug for Harness<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Harness")
            .field("peers", &self.peers.len())
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl<A: Converged> Harness<A> {
    /// `count` peers with random keys, all down, 50 ms apart.
    pub fn new(setup: KeyRoutingSetup<A::Parameters>, count: usize, seed: u64) -> Self {
        let seeds = Seeds::new(seed, 0);
        Self::build(setup, KeyTable::random(seeds), count, seeds)
    }

    /// A peer for every key, all down, 50 ms apart.
    pub fn with_keys(setup: KeyRoutingSetup<A::Parameters>, keys: &[Key], seed: u64) -> Self {
        Self::build(setup, KeyTable::listed(keys.to_vec()), keys.len(), Seeds::new(seed, 0))
    }

    fn build(setup: KeyRoutingSetup<A::Parameters>, keys: KeyTable, count: usize, seeds: Seeds) -> Self {
        let peer = |index| Peer {
            node: None,
            contact: Contact::first(index),
            incarnation: 0,
            stream: seeds.stream(Purpose::Algorithm, u64::from(index), 0),
            calls: 0,
            requests: 0,
            adversary: None,
        };
        let count = u32::try_from(count).expect("peers are counted in 32 bits");
        Self {
            setup,
            keys,
            seeds,
            stream: seeds.stream(Purpose::Example, 0, 0),
            latency: Span::from_millis(50),
            now: Time::ZERO,
            sequence: 0,
            events: BTreeMap::new(),
            peers: (0..count).map(peer).collect(),
            pool: Pool::default(),
            scratch: Scratch::default(),
            actions: Vec::new(),
            asked: BTreeMap::new(),
            finished: Vec::new(),
            troubles: Vec::new(),
            sent: Sent::default(),
            wakes: 0,
            call_wakes: 0,
        }
    }

    /// Lets every message from now on take this long.
    pub fn set_latency(&mut self, latency: Span) {
        self.latency = latency;
    }

    /// Makes a peer hostile, or honest again.
    pub fn set_adversary(&mut self, peer: usize, adversary: Option<Adversary>) {
        self.peers[peer].adversary = adversary;
    }

    /// The simulated time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// How many peers there are, up or down.
    pub fn len(&self) -> usize {
        self.peers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.peers.is_empty()
    }

    /// The contact of a peer.
    pub fn contact(&self, peer: usize) -> Contact {
        self.peers[peer].contact
    }

    /// The key of a peer.
    pub fn key(&self, peer: usize) -> Key {
        self.keys.key(self.peers[peer].contact)
    }

    /// The driver of a peer that is up.
    pub fn node(&self, peer: usize) -> Option<&KeyRoutingNode<A>> {
        self.peers[peer].node.as_ref()
    }

    /// The algorithm of a peer that is up.
    pub fn algorithm(&self, peer: usize) -> Option<&A> {
        self.node(peer).map(KeyRoutingNode::algorithm)
    }

    /// The algorithm of a peer that is up, to set its tables by hand.
    pub fn algorithm_mut(&mut self, peer: usize) -> Option<&mut A> {
        self.peers[peer].node.as_mut().map(KeyRoutingNode::algorithm_mut)
    }

    /// Whether a peer is up and a member.
    pub fn is_member(&self, peer: usize) -> bool {
        self.node(peer).is_some_and(KeyRoutingNode::is_joined)
    }

    /// A key that the seed determines.
    pub fn random_key(&mut self) -> Key {
        Key(self.stream.bits())
    }

    /// The random stream of the test itself.
    pub fn random(&mut self) -> &mut Stream {
        &mut self.stream
    }

    /// The members, by ascending key.
    pub fn members(&self) -> Vec<Entry> {
        let member = |peer: &&Peer<A>| peer.node.as_ref().is_some_and(KeyRoutingNode::is_joined);
        let mut entries: Vec<Entry> = self
            .peers
            .iter()
            .filter(member)
            .map(|peer| (self.keys.key(peer.contact), peer.contact))
            .collect();
        entries.sort_unstable();
        entries
    }

    /// The member that owns `key` by the algorithm's [`Space`]; nobody where ownership is self-declared.
    pub fn owner(&self, key: Key) -> Option<Contact> {
        Self::owner_among(&self.members(), key)
    }

    /// Whether a peer that is up takes itself for the owner of `key`.
    pub fn responsible(&self, peer: usize, key: Key) -> Option<Responsibility> {
        let me = self.contact(peer);
        let here = self.keys.key(me);
        let lookout =
            Lookout { now: self.now, me, key: here, keys: &self.keys, parameters: &self.setup.parameters };
        self.algorithm(peer).map(|algorithm| algorithm.responsible(key, &A::Route::default(), &lookout))
    }

    /// The owner of `key` among `members`, which must be sorted: for many keys at once.
    pub fn owner_among(members: &[Entry], key: Key) -> Option<Contact> {
        A::Space::owner(&LiveKeys::new(members) as &LiveKeys<'_>, key).map(|entry: Entry| entry.1)
    }

    /// Starts all peers as members whose tables are right.
    pub fn converge(&mut self) {
        let mut entries: Vec<Entry> =
            self.peers.iter().map(|peer| (self.keys.key(peer.contact), peer.contact)).collect();
        entries.sort_unstable();
        for peer in 0..self.len() {
            self.create(peer);
            self.act(peer, |node, setup, host| node.converge(setup, &LiveKeys::new(&entries), host));
        }
    }

    /// Starts a peer with empty tables, to join through `bootstrap`; nobody for the first peer.
    pub fn start(&mut self, peer: usize, bootstrap: &[usize]) {
        self.create(peer);
        self.start_again(peer, bootstrap);
    }

    /// Lets a peer that is up but no member try to join once more.
    pub fn start_again(&mut self, peer: usize, bootstrap: &[usize]) {
        let contacts: Vec<Contact> = bootstrap.iter().map(|other| self.contact(*other)).collect();
        self.act(peer, |node, setup, host| node.start(setup, &contacts, host));
    }

    /// Starts all peers by joins, one after another, each through a random member and `gap` after the one before.
    pub fn join_all(&mut self, gap: Span) {
        self.start(0, &[]);
        for peer in 1..self.len() {
            self.run_for(gap);
            let members = self.members();
            let bootstrap: Vec<usize> = if members.is_empty() {
                vec![0]
            } else {
                vec![members[self.stream.index(members.len())].1.peer.index()]
            };
            self.start(peer, &bootstrap);
        }
        self.run_for(gap);
    }

    /// Takes a peer down without a word. Its state is lost.
    pub fn kill(&mut self, peer: usize) {
        self.peers[peer].node = None;
        self.peers[peer].incarnation += 1;
    }

    /// Lets a peer say goodbye and go.
    pub fn leave(&mut self, peer: usize) {
        self.act(peer, KeyRoutingNode::leave);
        self.kill(peer);
    }

    /// Takes a peer down and up again at once with the state it had, to join through `bootstrap`.
    pub fn restart(&mut self, peer: usize, bootstrap: &[usize]) {
        self.peers[peer].incarnation += 1;
        self.act(peer, KeyRoutingNode::resume);
        self.start_again(peer, bootstrap);
    }

    /// Puts a new identity, with a new key, at the address of a peer, to join through `bootstrap`.
    pub fn replace(&mut self, peer: usize, bootstrap: &[usize]) {
        self.peers[peer].contact.identity += 1;
        self.start(peer, bootstrap);
    }

    /// Lets a peer look `key` up within 4 s; returns the request's number there.
    pub fn lookup(&mut self, origin: usize, key: Key) -> u32 {
        self.lookup_within(origin, key, Span::from_secs(4))
    }

    /// Lets a peer look `key` up within `time`; returns the request's number there.
    pub fn lookup_within(&mut self, origin: usize, key: Key, time: Span) -> u32 {
        let number = self.peers[origin].requests;
        self.peers[origin].requests += 1;
        self.asked.insert(Operation { origin: PeerId(origin as u32), number }, (key, self.now));
        let request = LookupRequest { key, deadline: self.now + time };
        self.act(origin, |node, setup, host| node.request(setup, number, request, host));
        number
    }

    /// Wakes a peer at an instant that is not in the past, as if it had asked for it.
    ///
    /// # Panics
    /// If the instant is in the past.
    pub fn wake(&mut self, peer: usize, at: Time, timer: Timer<A::Timer>) {
        assert!(at >= self.now, "a timer in the past");
        let incarnation = self.peers[peer].incarnation;
        let event = Event::Wake { peer: PeerId(peer as u32), incarnation, timer };
        self.events.insert((at, self.sequence), event);
        self.sequence += 1;
    }

    /// Runs for a span.
    pub fn run_for(&mut self, span: Span) {
        self.run_until(self.now + span);
    }

    /// Runs until an instant, all of its events included.
    pub fn run_until(&mut self, end: Time) {
        while let Some(entry) = self.events.first_entry() {
            if entry.key().0 > end {
                break;
            }
            let ((at, _), event) = entry.remove_entry();
            self.now = at;
            self.handle(event);
        }
        self.now = end;
    }

    /// The lookups that were reported since the last call, in the order of their reports.
    pub fn take_finished(&mut self) -> Vec<Finished> {
        std::mem::take(&mut self.finished)
    }

    /// What peers noted of requests that met trouble, since the last call.
    pub fn take_troubles(&mut self) -> Vec<(Operation, Cause)> {
        std::mem::take(&mut self.troubles)
    }

    /// Messages sent so far.
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// Timers that fired at live peers so far: all, and of those the ones that looked after calls.
    pub fn wakes(&self) -> (u64, u64) {
        (self.wakes, self.call_wakes)
    }

    /// The tables of all members against the live set.
    pub fn audit(&self) -> Audit {
        let members = self.members();
        let mut audit = Audit::default();
        let is_up = |contact: Contact| {
            let peer = &self.peers[contact.peer.index()];
            peer.node.is_some() && peer.contact == contact
        };
        for peer in &self.peers {
            if let Some(node) = peer.node.as_ref().filter(|node| node.is_joined()) {
                node.audit(
                    &self.setup,
                    peer.contact,
                    &self.keys,
                    &LiveKeys::new(&members),
                    &is_up,
                    &mut audit,
                );
            }
        }
        audit
    }

    /// Bytes of state of all peers that are up, on the heap and off it.
    pub fn state_bytes(&self) -> usize {
        let nodes = self.peers.iter().filter_map(|peer| peer.node.as_ref());
        nodes.map(|node| size_of_val(node) + node.heap_bytes()).sum()
    }

    fn create(&mut self, peer: usize) {
        self.kill(peer);
        let Self { peers, seeds, setup, keys, pool, scratch, actions, now, .. } = self;
        let state = &mut peers[peer];
        state.stream = seeds.stream(Purpose::Algorithm, peer as u64, u64::from(state.incarnation));
        let mut host = Host {
            now: *now,
            me: state.contact,
            key: keys.key(state.contact),
            keys,
            stream: &mut state.stream,
            calls: &mut state.calls,
            pool,
            scratch,
            adversary: state.adversary,
            reachability: Reachability::Public,
            actions,
        };
        state.node = Some(KeyRoutingNode::new(setup, &mut host));
        self.carry_out(peer);
    }

    /// Lets a peer do something, if it is up, and does what it wants done.
    fn act(
        &mut self,
        peer: usize,
        what: impl FnOnce(
            &mut KeyRoutingNode<A>,
            &KeyRoutingSetup<A::Parameters>,
            &mut Host<'_, KeyRoutingNode<A>>,
        ),
    ) {
        self.run(peer, what);
        self.carry_out(peer);
    }

    /// The same; what it wants done is still to be done.
    fn run<T>(
        &mut self,
        peer: usize,
        what: impl FnOnce(
            &mut KeyRoutingNode<A>,
            &KeyRoutingSetup<A::Parameters>,
            &mut Host<'_, KeyRoutingNode<A>>,
        ) -> T,
    ) -> Option<T> {
        let Self { peers, setup, keys, pool, scratch, actions, now, .. } = self;
        let state = &mut peers[peer];
        let node = state.node.as_mut()?;
        let mut host = Host {
            now: *now,
            me: state.contact,
            key: keys.key(state.contact),
            keys,
            stream: &mut state.stream,
            calls: &mut state.calls,
            pool,
            scratch,
            adversary: state.adversary,
            reachability: Reachability::Public,
            actions,
        };
        Some(what(node, setup, &mut host))
    }

    /// Sends a message off.
    fn send(&mut self, from: Contact, to: Contact, message: Envelope<A>) {
        let class = message.traffic() as usize;
        self.sent.messages[class] += 1;
        self.sent.bytes[class] += u64::from(message.bytes(&WireSizes::DEFAULT));
        let event = Event::Message { to: to.peer, from, message };
        self.events.insert((self.now + self.latency, self.sequence), event);
        self.sequence += 1;
    }

    fn carry_out(&mut self, peer: usize) {
        let (from, incarnation) = (self.peers[peer].contact, self.peers[peer].incarnation);
        let mut actions = std::mem::take(&mut self.actions);
        for action in actions.drain(..) {
            let (at, event) = match action {
                Action::Send { to, message } => {
                    self.send(from, to, message);
                    continue;
                }
                Action::Wake { at, timer } => {
                    assert!(at >= self.now, "a timer in the past");
                    (at, Event::Wake { peer: from.peer, incarnation, timer })
                }
                Action::Report(report) => {
                    let operation = Operation { origin: from.peer, number: report.number };
                    let (key, asked) = self.asked.remove(&operation).expect("a lookup is reported once");
                    self.finished.push(Finished { origin: from, key, asked, reported: self.now, report });
                    continue;
                }
                Action::Trouble { operation, cause } => {
                    self.troubles.push((operation, cause));
                    continue;
                }
                Action::Joined => continue,
            };
            self.events.insert((at, self.sequence), event);
            self.sequence += 1;
        }
        self.actions = actions;
    }

    fn handle(&mut self, event: Event<A>) {
        match event {
            Event::Message { to, from, mut message } => {
                let next =
                    self.run(to.index(), |node, setup, host| node.receive(setup, from, &mut message, host));
                if let Some(next) = next.flatten() {
                    self.send(self.peers[to.index()].contact, next, message);
                }
                self.carry_out(to.index());
            }
            Event::Wake { peer, incarnation, timer } => {
                if self.peers[peer.index()].incarnation == incarnation {
                    self.wakes += 1;
                    self.call_wakes += u64::from(matches!(timer, Timer::Calls));
                    self.act(peer.index(), |node, setup, host| node.wake(setup, timer, host));
                }
            }
        }
    }
}
