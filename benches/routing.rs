//! What an algorithm itself costs, without driver, network and engine: naming the next hops, answering for a key, and
//! keeping tables, for every algorithm of the catalogue from the converged tables of 10,000 peers.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use overlab_algorithms::each_key_routing;
use overlab_peer::{
    Candidates, Contact, Context, Converged, Effect, Entry, Key, KeyTable, LiveKeys, Lookout, Pool, Protocol,
};
use overlab_time::{Purpose, Seeds, Span, Stream, Time};
use std::hint::black_box;
use std::time::Duration;

const PEERS: u32 = 10_000;

/// Contacts that are learnt or forgotten in one iteration, where tables hold so many: too few to leave them empty.
const CONTACTS: usize = 8;

/// All that the handlers of peers with converged tables need.
struct Overlay<A: Converged> {
    keys: KeyTable,
    parameters: A::Parameters,
    entries: Vec<Entry>,
    stream: Stream,
    pool: Pool,
    effects: Vec<Effect<A>>,
}

/// A peer, and contacts to do something with.
struct Peer<A> {
    me: Contact,
    algorithm: A,
    contacts: Vec<Contact>,
}

impl<A: Converged> Overlay<A> {
    fn new() -> Self {
        let seeds = Seeds::new(1, 0);
        let keys = KeyTable::random(seeds);
        let mut entries: Vec<Entry> =
            (0..PEERS).map(Contact::first).map(|contact| (keys.key(contact), contact)).collect();
        entries.sort_unstable();
        Self {
            keys,
            parameters: A::Parameters::default(),
            entries,
            stream: seeds.stream(Purpose::Example, 0, 0),
            pool: Pool::default(),
            effects: Vec::new(),
        }
    }

    /// Lets a handler of the peer `me` run; what it asks for is not done.
    fn handle<R>(&mut self, me: Contact, handler: impl FnOnce(&[Entry], &mut Context<'_, A>) -> R) -> R {
        self.effects.clear();
        let Self { keys, parameters, entries, stream, pool, effects } = self;
        handler(entries, &mut Context::new(Time::ZERO, me, keys, parameters, stream, pool, effects))
    }

    fn converged(&mut self, me: Contact) -> A {
        self.handle(me, |entries, context| {
            let mut algorithm = A::new(context);
            algorithm.converge(&LiveKeys::new(entries), context);
            algorithm
        })
    }

    fn anyone(&mut self) -> Contact {
        Contact::first(self.stream.below(u64::from(PEERS)) as u32)
    }

    /// A peer that nobody has touched, and some of those in its tables.
    fn with_known(&mut self) -> Peer<A> {
        let me = self.anyone();
        let algorithm = self.converged(me);
        let mut contacts = Vec::new();
        algorithm.contacts(&mut contacts);
        self.stream.shuffle(&mut contacts);
        contacts.truncate(CONTACTS);
        Peer { me, algorithm, contacts }
    }

    /// The same after it has forgotten them.
    fn with_forgotten(&mut self) -> Peer<A> {
        let mut peer = self.with_known();
        self.forget(&mut peer);
        peer
    }

    /// A peer that nobody has touched, and some whom it does not know.
    fn with_strangers(&mut self) -> Peer<A> {
        let mut peer = self.with_known();
        let mut known = Vec::new();
        peer.algorithm.contacts(&mut known);
        known.sort_unstable();
        let first = self.anyone().peer.0;
        let all = (0..PEERS).map(|step| Contact::first((first + step) % PEERS));
        let strangers = all.filter(|other| *other != peer.me && known.binary_search(other).is_err());
        peer.contacts = strangers.take(CONTACTS).collect();
        peer
    }

    fn learn(&mut self, peer: &mut Peer<A>) {
        for contact in &peer.contacts {
            self.handle(peer.me, |_, context| {
                peer.algorithm.observed(*contact, Some(Span::from_millis(100)), context);
            });
        }
    }

    fn forget(&mut self, peer: &mut Peer<A>) {
        for contact in &peer.contacts {
            self.handle(peer.me, |_, context| peer.algorithm.unreachable(*contact, context));
        }
    }
}

/// Naming one next hop, as a lookup by claims asks for, and twenty, as one that converges does; and answering whether a
/// key is one's own.
fn questions<A: Converged>(criterion: &mut Criterion) {
    let name = <A as Protocol>::ABOUT.name;
    let mut overlay = Overlay::<A>::new();
    let peers: Vec<A> = (0..PEERS).map(|peer| overlay.converged(Contact::first(peer))).collect();
    let Overlay { keys, parameters, .. } = &overlay;
    let mut stream = Seeds::new(2, 0).stream(Purpose::Example, 0, 0);
    let mut question = || {
        let me = Contact::first(stream.below(u64::from(PEERS)) as u32);
        (
            me.peer.index(),
            Key(stream.bits()),
            Lookout::<A> { now: Time::ZERO, me, key: keys.key(me), keys, parameters },
        )
    };
    let mut group = criterion.benchmark_group("routing::closest");
    quickly(&mut group);
    for contacts in [1, 20] {
        let parameter = format!("algorithm={name}/peers={PEERS}/contacts={contacts}");
        group.bench_function(BenchmarkId::from_parameter(parameter), |bencher| {
            let mut list = Vec::new();
            bencher.iter(|| {
                let (peer, key, context) = question();
                let mut out = Candidates::new(&mut list, &[], contacts);
                peers[peer].closest(key, &mut A::Route::default(), &context, &mut out);
                black_box(list.len())
            });
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("routing::responsible");
    quickly(&mut group);
    group.bench_function(id::<A>(), |bencher| {
        bencher.iter(|| {
            let (peer, key, context) = question();
            black_box(peers[peer].responsible(key, &A::Route::default(), &context))
        });
    });
    group.finish();
}

/// Building converged tables, and learning and forgetting contacts in them. Algorithms that leave their tables to messages
/// of their own do nothing where they could learn.
fn tables<A: Converged>(criterion: &mut Criterion) {
    let mut overlay = Overlay::<A>::new();
    let mut group = criterion.benchmark_group("routing::converge");
    quickly(&mut group);
    group.bench_function(id::<A>(), |bencher| {
        bencher.iter(|| {
            let me = overlay.anyone();
            black_box(overlay.converged(me))
        });
    });
    group.finish();
    type Make<A> = fn(&mut Overlay<A>) -> Peer<A>;
    type Act<A> = fn(&mut Overlay<A>, &mut Peer<A>);
    let operations: [(&str, Make<A>, Act<A>); 4] = [
        ("learn_known", Overlay::with_known, Overlay::learn),
        ("learn_stranger", Overlay::with_strangers, Overlay::learn),
        ("learn_forgotten", Overlay::with_forgotten, Overlay::learn),
        ("forget", Overlay::with_known, Overlay::forget),
    ];
    for (operation, make, act) in operations {
        let contacts = make(&mut overlay).contacts.len();
        if contacts == 0 {
            // Whoever knows everybody has no strangers.
            continue;
        }
        let mut group = criterion.benchmark_group(format!("routing::{operation}"));
        // Every iteration needs tables that nobody has touched, which take far longer to build than to change.
        group.warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(100));
        group.sample_size(20).throughput(Throughput::Elements(contacts as u64));
        group.bench_function(id::<A>(), |bencher| {
            // Two closures need it, one after the other.
            let overlay = std::cell::RefCell::new(Overlay::<A>::new());
            bencher.iter_batched_ref(
                || make(&mut overlay.borrow_mut()),
                |peer| act(&mut overlay.borrow_mut(), peer),
                BatchSize::SmallInput,
            );
        });
        group.finish();
    }
}

fn id<A: Converged>() -> BenchmarkId {
    BenchmarkId::from_parameter(format!("algorithm={}/peers={PEERS}", <A as Protocol>::ABOUT.name))
}

fn quickly(group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>) {
    group.sample_size(30).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
}

macro_rules! for_each {
    ($($algorithm:ty),+) => {
        fn algorithms(criterion: &mut Criterion) {
            $(
                questions::<$algorithm>(criterion);
                tables::<$algorithm>(criterion);
            )+
        }
    };
}

each_key_routing!(for_each);

criterion_group!(benches, algorithms);
criterion_main!(benches);
