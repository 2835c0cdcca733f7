//! The converged tables of an algorithm.

use super::survivors::Survivors;
use super::tables::{Goal, LONGEST, Scratch, Tables, Walk};
use crate::registry::{RunContext, settled};
use overlab_peer::{
    Candidates, Contact, Context, Converged, Entry, Key, KeyTable, LiveKeys, Lookout, Pool, Responsibility,
    SortedKeys, Space, Termination,
};
use overlab_schema::scenario::StaticKeyRouting;
use overlab_time::{Purpose, Time};
use rayon::prelude::*;
use serde_json::Value;

/// The peers of an algorithm with their tables, and nothing between them.
pub(super) struct PeerTables<A: Converged> {
    keys: KeyTable,
    parameters: A::Parameters,
    peers: Vec<A>,
    /// All peers by key.
    all: SortedKeys,
    /// Those who are left.
    left: SortedKeys,
    sequential: bool,
    /// Whether a lookup must come closer with every hop, since the algorithm's procedure ends with the closest.
    converging: bool,
}

impl<A: Converged> PeerTables<A> {
    /// Builds the tables from all peers, on the threads of the run.
    pub(super) fn build(
        parameters: &Value,
        asked: &StaticKeyRouting,
        context: &RunContext<'_>,
        survivors: &Survivors,
    ) -> Self {
        let parameters: A::Parameters = settled(parameters);
        let keys = context.ground.keys.clone();
        let sorted = |peers: &mut dyn Iterator<Item = u32>| {
            let mut entries: Vec<Entry> =
                peers.map(Contact::first).map(|contact| (keys.key(contact), contact)).collect();
            entries.sort_unstable();
            SortedKeys::new(entries)
        };
        let all = sorted(&mut (0..context.plan.pool));
        let left = sorted(&mut survivors.numbers().iter().copied());
        let live = LiveKeys::indexed(&all);
        let peer = |(pool, effects): &mut (Pool, Vec<_>), peer: u32| {
            let mut stream = context.ground.seeds().stream(Purpose::Converged, peer.into(), 0);
            let me = Contact::first(peer);
            let mut context = Context::new(Time::ZERO, me, &keys, &parameters, &mut stream, pool, effects);
            let mut algorithm = A::new(&mut context);
            algorithm.converge(&live, &mut context);
            // Timers and messages lead nowhere without time.
            effects.clear();
            algorithm
        };
        let peers = if context.running.threads <= 1 {
            let mut buffers = (Pool::default(), Vec::new());
            (0..context.plan.pool).map(|number| peer(&mut buffers, number)).collect()
        } else {
            let buffers = || (Pool::default(), Vec::new());
            (0..context.plan.pool).into_par_iter().map_init(buffers, peer).collect()
        };
        let converging = matches!(A::style(&parameters).termination, Termination::Convergence { .. });
        let sequential = asked.sequential_neighbours;
        Self { peers, keys, parameters, all, left, sequential, converging }
    }

    fn lookout(&self, peer: u32) -> Lookout<'_, A> {
        let me = Contact::first(peer);
        Lookout {
            now: Time::ZERO,
            me,
            key: self.keys.key(me),
            keys: &self.keys,
            parameters: &self.parameters,
        }
    }

    fn arrived(&self, at: u32, goal: Goal, route: &A::Route) -> bool {
        match goal.owner {
            Some(owner) => at == owner,
            None => {
                let responsible = self.peers[at as usize].responsible(goal.key, route, &self.lookout(at));
                responsible == Responsibility::Yes
            }
        }
    }

    /// Whether an edge is one that a lookup would take: any that the algorithm names, closer ones alone where its procedure
    /// converges on the closest.
    fn brings_on(&self, from: Key, key: Key, to: Key) -> bool {
        !self.converging || A::Space::rank(to, key, false) < A::Space::rank(from, key, false)
    }

    /// How many live contacts of `at` would bring a lookup on.
    fn next_hops(&self, at: u32, goal: Goal, survivors: &Survivors, scratch: &mut Scratch) -> u32 {
        let lookout = self.lookout(at);
        let Scratch { named, excluded, contacts, .. } = scratch;
        self.peers[at as usize].contacts(contacts);
        let mut route = A::Route::default();
        let mut out = Candidates::new(named, excluded, contacts.len());
        self.peers[at as usize].closest(goal.key, &mut route, &lookout, &mut out);
        let counts = |contact: &&Contact| {
            survivors.has(contact.peer.0) && self.brings_on(lookout.key, goal.key, self.keys.key(**contact))
        };
        named.iter().filter(counts).count() as u32
    }

    /// Puts the neighbours that may not be used after the contacts found dead.
    fn bar(&self, at: u32, dead: usize, scratch: &mut Scratch) {
        scratch.excluded.truncate(dead);
        if !self.sequential {
            self.peers[at as usize].sequential(&mut scratch.contacts);
            scratch.excluded.extend_from_slice(&scratch.contacts);
        }
    }
}

impl<A: Converged> Tables for PeerTables<A> {
    fn goal_of_peer(&self, peer: u32) -> Goal {
        let owner = (!A::Space::SELF_DECLARED).then_some(peer);
        Goal { key: self.keys.key(Contact::first(peer)), owner }
    }

    fn goal_of_key(&self, key: Key, _survivors: &Survivors) -> Goal {
        let owner = A::Space::owner(&LiveKeys::indexed(&self.left), key);
        Goal { key, owner: owner.map(|entry| entry.1.peer.0) }
    }

    /// As the driver would: one contact after another is tried, each dead one once, until somebody answers.
    fn walk(&self, from: u32, goal: Goal, survivors: &Survivors, scratch: &mut Scratch) -> Walk {
        let (mut at, mut route, mut named_owner) = (from, A::Route::default(), false);
        let mut walk = Walk::default();
        scratch.path.clear();
        scratch.path.push(from);
        scratch.excluded.clear();
        self.bar(at, 0, scratch);
        walk.next_hops = self.next_hops(at, goal, survivors, scratch);
        loop {
            if self.arrived(at, goal, &route) {
                walk.arrived = true;
                walk.hops_to_predecessor =
                    A::Space::HAS_PREDECESSOR.then(|| walk.hops - u32::from(named_owner));
                return walk;
            }
            let lookout = self.lookout(at);
            let mut onward = route;
            let Scratch { named, excluded, .. } = &mut *scratch;
            let mut out = Candidates::new(named, excluded, 1).with_named_owner(named_owner);
            self.peers[at as usize].closest(goal.key, &mut onward, &lookout, &mut out);
            let Some(next) = scratch.named.first().copied() else { return walk };
            let next_key = self.keys.key(next);
            if !self.brings_on(lookout.key, goal.key, next_key) {
                return walk;
            }
            let last = A::Space::is_last_edge(lookout.key, goal.key, next_key);
            if !survivors.has(next.peer.0) {
                walk.dead += 1;
                walk.dead_to_predecessor += u32::from(!last);
                scratch.excluded.truncate(walk.dead as usize - 1);
                scratch.excluded.push(next);
                self.bar(at, walk.dead as usize, scratch);
                continue;
            }
            (at, route, named_owner) = (next.peer.0, onward, last);
            scratch.path.push(at);
            walk.hops += 1;
            if walk.hops > LONGEST {
                return walk;
            }
            self.bar(at, walk.dead as usize, scratch);
        }
    }

    fn entries(&self, peer: u32, scratch: &mut Scratch) {
        self.contacts(peer, scratch);
        if !self.sequential {
            self.peers[peer as usize].sequential(&mut scratch.contacts);
            let Scratch { nodes, contacts, .. } = scratch;
            nodes.retain(|node| !contacts.iter().any(|contact| contact.peer.0 == *node));
        }
    }

    fn contacts(&self, peer: u32, scratch: &mut Scratch) {
        self.peers[peer as usize].contacts(&mut scratch.contacts);
        scratch.nodes.clear();
        scratch.nodes.extend(scratch.contacts.iter().map(|contact| contact.peer.0));
    }

    fn owners(&self, key: Key) -> [Option<u32>; 2] {
        [&self.all, &self.left]
            .map(|peers| A::Space::owner(&LiveKeys::indexed(peers), key).map(|entry| entry.1.peer.0))
    }

    fn failed_ratio(&self, _removed: f64) -> Option<f64> {
        None
    }

    fn bytes(&self) -> u64 {
        let heap: usize = self.peers.iter().map(A::heap_bytes).sum();
        (heap + self.peers.len() * size_of::<A>() + self.all.bytes() + self.left.bytes()) as u64
    }
}
