//! Hop counts of converged tables against theory, by walking the tables without messages.

use overlab_algorithms::key_routing::chord::{Chord, ChordParameters};
use overlab_algorithms::key_routing::kademlia::{Kademlia, KademliaParameters};
use overlab_peer::{
    Candidates, Contact, Context, Converged, Directory, Entry, Key, KeyTable, LiveKeys, Lookout, Pool,
    Responsibility, Space,
};
use overlab_time::{Purpose, Seeds, Stream, Time};

/// Peers with converged tables and nothing between them.
struct Tables<A: Converged> {
    keys: KeyTable,
    entries: Vec<Entry>,
    parameters: A::Parameters,
    peers: Vec<A>,
    list: Vec<Contact>,
}

impl<A: Converged> Tables<A> {
    fn new(count: u32, seed: u64, parameters: A::Parameters) -> Self {
        let seeds = Seeds::new(seed, 0);
        let keys = KeyTable::random(seeds);
        let mut entries: Vec<Entry> =
            (0..count).map(Contact::first).map(|contact| (keys.key(contact), contact)).collect();
        entries.sort_unstable();
        let (mut pool, mut effects) = (Pool::default(), Vec::new());
        let peers = (0..count)
            .map(|peer| {
                let mut stream = seeds.stream(Purpose::Converged, peer.into(), 0);
                let me = Contact::first(peer);
                let mut context =
                    Context::new(Time::ZERO, me, &keys, &parameters, &mut stream, &mut pool, &mut effects);
                let mut algorithm = A::new(&mut context);
                algorithm.converge(&LiveKeys::new(&entries), &mut context);
                algorithm
            })
            .collect();
        Self { keys, entries, parameters, peers, list: Vec::new() }
    }

    fn random(&self, stream: &mut Stream) -> (Contact, Key) {
        (Contact::first(stream.index(self.peers.len()) as u32), Key(stream.bits()))
    }

    fn best(&mut self, at: Contact, key: Key, route: &mut A::Route) -> Option<Contact> {
        let context = lookout(&self.keys, &self.parameters, at);
        let mut out = Candidates::new(&mut self.list, &[], 1);
        self.peers[at.peer.index()].closest(key, route, &context, &mut out);
        self.list.first().copied()
    }

    fn responsible(&self, at: Contact, key: Key, route: &A::Route) -> bool {
        let context = lookout(&self.keys, &self.parameters, at);
        self.peers[at.peer.index()].responsible(key, route, &context) == Responsibility::Yes
    }

    /// Bytes a peer in the mean.
    fn bytes(&self) -> f64 {
        let heap: usize = self.peers.iter().map(A::heap_bytes).sum();
        heap as f64 / self.peers.len() as f64 + size_of::<A>() as f64
    }
}

/// Hops to the owner of a Chord lookup from a random peer for a random key.
fn chord_hops(tables: &mut Tables<Chord>, stream: &mut Stream) -> usize {
    let (mut at, key) = tables.random(stream);
    let owner = LiveKeys::new(&tables.entries).successor(key).map(|entry| entry.1);
    let mut hops = 0;
    while !tables.responsible(at, key, &()) {
        at = tables.best(at, key, &mut ()).expect("converged tables lead on");
        hops += 1;
        assert!(hops < 100, "a loop");
    }
    assert_eq!(Some(at), owner);
    hops
}

/// Hops of a greedy walk through Kademlia's buckets until nobody closer is known.
fn kademlia_hops(tables: &mut Tables<Kademlia>, stream: &mut Stream) -> usize {
    let (mut at, key) = tables.random(stream);
    let owner = <Kademlia as overlab_peer::KeyRouting>::Space::owner(&LiveKeys::new(&tables.entries), key);
    let mut hops = 0;
    while !tables.responsible(at, key, &()) {
        at = tables.best(at, key, &mut ()).expect("somebody closer is known");
        hops += 1;
    }
    assert_eq!(Some(at), owner.map(|entry| entry.1));
    hops
}

fn mean(values: impl Iterator<Item = usize>) -> f64 {
    let (sum, count) = values.fold((0, 0), |(sum, count), value| (sum + value, count + 1));
    sum as f64 / f64::from(count)
}

/// Least-squares slope of `y` over x = 0, 1, 2, ...
fn slope(y: &[f64]) -> f64 {
    let n = y.len() as f64;
    let (x_mean, y_mean) = ((n - 1.0) / 2.0, y.iter().sum::<f64>() / n);
    let (mut above, mut below) = (0.0, 0.0);
    for (i, y) in y.iter().enumerate() {
        above += (i as f64 - x_mean) * (y - y_mean);
        below += (i as f64 - x_mean).powi(2);
    }
    above / below
}

/// Validation V1, convention hops to the owner, successors not used for routing.
fn without_successors() -> ChordParameters {
    ChordParameters { route_through_successors: false, ..ChordParameters::default() }
}

#[test]
fn chord_takes_half_of_log2_n_hops_to_the_predecessor() {
    let mut means = Vec::new();
    for bits in 8..=13 {
        let mean = mean((0..5).flat_map(|seed| {
            let mut tables = Tables::<Chord>::new(1 << bits, seed, without_successors());
            let mut stream = Seeds::new(seed, 1).stream(Purpose::Example, bits, 0);
            (0..5_000).map(move |_| chord_hops(&mut tables, &mut stream)).collect::<Vec<_>>()
        }));
        let excess = mean - 1.0 - bits as f64 / 2.0;
        assert!((-0.25..=0.05).contains(&excess), "2^{bits} peers: {mean}");
        means.push(mean);
    }
    assert!((0.49..=0.52).contains(&slope(&means)), "{means:?}");
}

#[test]
fn chord_hops_at_4096_peers_are_distributed_as_published() {
    // Over 0, 1, 2, ... hops to the owner, 200,000 lookups on random keys without successor lists.
    const PUBLISHED: [f64; 13] =
        [0.0, 0.0, 0.0031, 0.0174, 0.0571, 0.1301, 0.2058, 0.2339, 0.1919, 0.1091, 0.0408, 0.0093, 0.0010];
    let mut counts = [0u32; 40];
    for seed in 0..5 {
        let mut tables = Tables::<Chord>::new(4096, seed, without_successors());
        let mut stream = Seeds::new(seed, 2).stream(Purpose::Example, 0, 0);
        for _ in 0..10_000 {
            counts[chord_hops(&mut tables, &mut stream)] += 1;
        }
    }
    let (mut ours, mut theirs, mut distance) = (0.0, 0.0, 0.0f64);
    for (hops, count) in counts.iter().enumerate() {
        ours += f64::from(*count) / 50_000.0;
        theirs += PUBLISHED.get(hops).unwrap_or(&0.0);
        distance = distance.max((ours - theirs).abs());
    }
    assert!(distance <= 0.03, "Kolmogorov-Smirnov distance {distance}");
}

#[test]
fn successors_shorten_chords_way_by_half_the_logarithm_of_their_number() {
    // Validation V3 at p = 0: 3.83 hops to the owner for 1000 peers with 20 successors, some of the jumps to the owner
    // being shorter than through the predecessor; to the predecessor and on it is 3.76 + 1.
    let parameters = ChordParameters { successors: 20, ..ChordParameters::default() };
    let mean = mean((0..5).flat_map(|seed| {
        let mut tables = Tables::<Chord>::new(1000, seed, parameters.clone());
        let mut stream = Seeds::new(seed, 3).stream(Purpose::Example, 0, 0);
        (0..10_000).map(move |_| chord_hops(&mut tables, &mut stream)).collect::<Vec<_>>()
    }));
    assert!((mean - 4.76).abs() <= 0.05 * 3.76, "{mean}");
}

#[test]
fn kademlia_resolves_one_bit_and_what_its_buckets_add() {
    // Validation V10: mean hops at 2^10, 2^12 and 2^14 peers, and bits resolved a hop, 1 + E(k).
    for (k, published, bits) in
        [(1, [4.83, 5.85, 6.85], 2.0), (8, [2.38, 2.83, 3.28], 4.421), (20, [1.94, 2.29, 2.65], 5.690)]
    {
        let parameters = KademliaParameters { k, ..KademliaParameters::default() };
        let means: Vec<f64> = [10u32, 12, 14]
            .iter()
            .map(|exponent| {
                mean((0..2).flat_map(|seed| {
                    let mut tables = Tables::<Kademlia>::new(1 << exponent, seed, parameters.clone());
                    let mut stream = Seeds::new(seed, 4).stream(Purpose::Example, k as u64, 0);
                    (0..5_000).map(move |_| kademlia_hops(&mut tables, &mut stream)).collect::<Vec<_>>()
                }))
            })
            .collect();
        for (mean, published) in means.iter().zip(published) {
            assert!((mean / published - 1.0).abs() <= 0.04, "k = {k}: {means:?}");
        }
        let slope = slope(&means) / 2.0;
        assert!((slope * bits - 1.0).abs() <= 0.05, "k = {k}: {means:?}");
    }
}

#[test]
fn tables_are_as_small_as_promised() {
    // Per doubling of the network Chord gains one finger and Kademlia one bucket of k: from 2^14 to a million peers
    // that is six of each.
    let chord = Tables::<Chord>::new(1 << 14, 1, ChordParameters::default()).bytes() + 6.0 * 8.0;
    assert!(chord <= 400.0, "{chord} bytes");
    let kademlia =
        Tables::<Kademlia>::new(1 << 14, 1, KademliaParameters::default()).bytes() + 6.0 * (8.0 + 20.0 * 8.0);
    assert!(kademlia <= 3072.0, "{kademlia} bytes");
}

/// What the peer `at` sees.
fn lookout<'a, A: Converged>(
    keys: &'a KeyTable,
    parameters: &'a A::Parameters,
    at: Contact,
) -> Lookout<'a, A> {
    Lookout { now: Time::ZERO, me: at, key: keys.key(at), keys, parameters }
}
