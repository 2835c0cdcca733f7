//! In steady state the driver allocates nothing: buffers come back, lists travel and are used again.

use overlab_peer::space::RingSuccessor;
use overlab_peer::{
    About, Action, Audit, Candidates, Contact, Context, Converged, Host, Key, KeyRouting, KeyTable, LiveKeys,
    Lookout, LookupMode, LookupRequest, LookupStyle, Parameters, Pool, Program, Protocol, Reachability,
    Responsibility, Termination,
};
use overlab_time::{Purpose, Seeds, Span, Stream, Time};
use overlab_toolkit::key_routing::{KeyRoutingNode, KeyRoutingSetup, Scratch};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::VecDeque;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Nothing {}

impl Parameters for Nothing {}

/// Knows the peers 1, 2, 4, 8, ... places up the ring.
struct Fingers(Vec<Contact>);

impl Protocol for Fingers {
    type Parameters = Nothing;
    type Message = ();
    type Timer = ();
    const ABOUT: About = About {
        name: "fingers",
        title: "Fingers",
        summary: "Halves the way.",
        reference: "None.",
        bibtex: "",
    };

    fn new(_: &mut Context<'_, Self>) -> Self {
        Self(Vec::new())
    }
    fn join(&mut self, _: &[Contact], _: &mut Context<'_, Self>) {}
    fn receive(&mut self, _: Contact, (): (), _: &mut Context<'_, Self>) {}
    fn wake(&mut self, (): (), _: &mut Context<'_, Self>) {}
}

impl KeyRouting for Fingers {
    type Space = RingSuccessor;
    type Route = ();

    fn closest(&self, key: Key, (): &mut (), context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        for contact in self.0.iter().rev() {
            if context.key_of(*contact).in_open(context.key(), key) && !out.push(*contact) {
                return;
            }
        }
        if out.is_empty() {
            out.push(self.0[0]);
        }
    }

    fn responsible(&self, _: Key, (): &(), _: &Lookout<'_, Self>) -> Responsibility {
        Responsibility::Unknown
    }

    fn style(_: &Nothing) -> LookupStyle {
        LookupStyle {
            mode: LookupMode::Iterative,
            parallelism: 2,
            redundancy: 3,
            termination: Termination::Claim,
            acknowledge: true,
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.extend_from_slice(&self.0);
    }

    fn heap_bytes(&self) -> usize {
        0
    }
}

impl Converged for Fingers {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
        let rank = live.rank(context.key());
        let steps = (0..usize::BITS).map(|bit| 1 << bit).take_while(|steps| *steps < live.len());
        self.0.extend(steps.map(|steps| live.around(rank, steps).1));
    }
    fn audit(&self, _: &LiveKeys<'_>, _: &Lookout<'_, Self>, _: &mut Audit) {}
}

type Node = KeyRoutingNode<Fingers>;

/// As little of a world as can be: messages are delivered in the order of sending, 1 ms apart.
struct World {
    setup: KeyRoutingSetup<Nothing>,
    keys: KeyTable,
    nodes: Vec<Node>,
    streams: Vec<Stream>,
    calls: Vec<u32>,
    queue: VecDeque<(Contact, Contact, <Node as Program>::Message)>,
    wakes: Vec<(Time, usize, <Node as Program>::Timer)>,
    pool: Pool,
    scratch: Scratch<Fingers>,
    actions: Vec<Action<Node>>,
    now: Time,
    reports: u64,
}

impl World {
    fn act<T>(
        &mut self,
        peer: usize,
        what: impl FnOnce(&mut Node, &KeyRoutingSetup<Nothing>, &mut Host<'_, Node>) -> T,
    ) -> T {
        let me = Contact::first(peer as u32);
        let mut host = Host {
            now: self.now,
            me,
            key: self.keys.key(me),
            keys: &self.keys,
            stream: &mut self.streams[peer],
            calls: &mut self.calls[peer],
            pool: &mut self.pool,
            scratch: &mut self.scratch,
            adversary: None,
            reachability: Reachability::Public,
            actions: &mut self.actions,
        };
        let next = what(&mut self.nodes[peer], &self.setup, &mut host);
        for action in self.actions.drain(..) {
            match action {
                Action::Send { to, message } => self.queue.push_back((me, to, message)),
                Action::Wake { at, timer } => self.wakes.push((at, peer, timer)),
                Action::Report(_) => self.reports += 1,
                Action::Joined | Action::Trouble { .. } => {}
            }
        }
        next
    }

    fn run(&mut self, lookups: u64, draws: &mut Stream) {
        for _ in 0..lookups {
            let (origin, key) = (draws.index(self.nodes.len()), Key(draws.bits()));
            let request = LookupRequest { key, deadline: self.now + Span::from_secs(4) };
            self.act(origin, |node, setup, host| node.request(setup, 0, request, host));
            while let Some((from, to, mut message)) = self.queue.pop_front() {
                self.now += Span::from_millis(1);
                let peer = to.peer.index();
                let next = self.act(peer, |node, setup, host| node.receive(setup, from, &mut message, host));
                if let Some(next) = next {
                    self.queue.push_back((to, next, message));
                }
            }
            while let Some(due) = self.wakes.iter().position(|wake| wake.0 <= self.now) {
                let (_, peer, timer) = self.wakes.swap_remove(due);
                self.act(peer, |node, setup, host| node.wake(setup, timer, host));
            }
        }
    }
}

fn allocations_of(mode: LookupMode) -> u64 {
    const PEERS: usize = 64;
    let mut setup = KeyRoutingSetup::new::<Fingers>(Nothing {});
    setup.style.mode = mode;
    let seeds = Seeds::new(1, 0);
    let mut world = World {
        setup,
        keys: KeyTable::random(seeds),
        nodes: Vec::new(),
        streams: (0..PEERS as u64).map(|peer| seeds.stream(Purpose::Algorithm, peer, 0)).collect(),
        calls: vec![0; PEERS],
        queue: VecDeque::new(),
        wakes: Vec::new(),
        pool: Pool::default(),
        scratch: Scratch::default(),
        actions: Vec::new(),
        now: Time::ZERO,
        reports: 0,
    };
    let mut live: Vec<(Key, Contact)> =
        (0..PEERS as u32).map(Contact::first).map(|contact| (world.keys.key(contact), contact)).collect();
    live.sort_unstable();
    let live = LiveKeys::new(&live);
    for peer in 0..PEERS {
        let mut host = Host {
            now: Time::ZERO,
            me: Contact::first(peer as u32),
            key: world.keys.key(Contact::first(peer as u32)),
            keys: &world.keys,
            stream: &mut world.streams[peer],
            calls: &mut world.calls[peer],
            pool: &mut world.pool,
            scratch: &mut world.scratch,
            adversary: None,
            reachability: Reachability::Public,
            actions: &mut world.actions,
        };
        let mut node = Node::new(&world.setup, &mut host);
        node.converge(&world.setup, &live, &mut host);
        world.nodes.push(node);
    }
    let mut draws = seeds.stream(Purpose::Example, 0, 0);
    // Until every buffer has met its largest content.
    world.run(20_000, &mut draws);
    let before = ALLOCATIONS.with(Cell::get);
    world.run(5_000, &mut draws);
    let after = ALLOCATIONS.with(Cell::get);
    assert_eq!(world.reports, 25_000);
    after - before
}

#[test]
fn lookups_allocate_nothing_once_warm() {
    assert!(ALLOCATIONS.with(Cell::get) > 0, "the counter counts");
    for mode in [LookupMode::Iterative, LookupMode::Recursive, LookupMode::SemiRecursive] {
        assert_eq!(allocations_of(mode), 0, "{mode:?}");
    }
}
