//! Random models: the window executor gives what the reference gives, however it is cut and threaded.

use overlab_engine::{
    ActorId, Codec, Counts, Digest, Event, Executor, Handled, Happening, HostId, Link, Lookahead, Model,
    Outbox, Ranks, Reference, Setup, ThreadLink, Windows, even_ranges,
};
use overlab_time::{Purpose, Seeds, Span, Stream, Time, mix64};
use proptest::prelude::*;
use std::ops::Range;

/// A world that does everything the engine allows, at random.
#[derive(Clone, Debug)]
struct Chaos {
    hosts: u32,
    actors_per_host: u32,
    seed: u64,
    /// Generations of descendants that an event can have.
    generations: u8,
    /// What is still to change: when, and the lookahead from then on.
    changes: Vec<(Time, Span)>,
}

/// A payload of a kind that owns memory.
#[derive(Debug)]
struct Letter {
    generation: u8,
    text: Vec<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Actor {
    stream: Stream,
    last: Time,
    seen: u64,
    events: u32,
    sent_in_changes: u32,
}

#[derive(Debug)]
struct Part {
    first: u32,
    actors: Vec<Actor>,
}

impl Chaos {
    fn host(&self, actor: u32) -> HostId {
        HostId(actor / self.actors_per_host)
    }

    fn part(&self, hosts: Range<u32>) -> Part {
        let first = hosts.start * self.actors_per_host;
        let actor = |id| Actor {
            stream: Seeds::new(self.seed, 0).stream(Purpose::Example, u64::from(id), 0),
            last: Time::ZERO,
            seen: 0,
            events: 0,
            sent_in_changes: 0,
        };
        Part { first, actors: (first..hosts.end * self.actors_per_host).map(actor).collect() }
    }

    /// Sends one descendant: near, far, below a window, exactly a lookahead away, or at once.
    fn act(&self, event: &Event<Self>, generation: u8, stream: &mut Stream, out: &mut Outbox<Self>) {
        let (now, lookahead) = (event.time, out.lookahead());
        let me = event.actor;
        let any = ActorId(stream.below(u64::from(self.hosts * self.actors_per_host)) as u32);
        let neighbour = ActorId(
            event.host.0 * self.actors_per_host + stream.below(u64::from(self.actors_per_host)) as u32,
        );
        let letter = |text: &[u64]| Letter { generation, text: text.to_vec() };
        let sequence = out.next_sequence();
        let sent = match stream.below(12) {
            0 | 1 => out.send(me, self.host(any.0), any, now + lookahead, letter(&[1])),
            2 | 3 => {
                let jitter = lookahead.scale(stream.exponential() * 4.0);
                out.send(me, self.host(any.0), any, now + lookahead + jitter, letter(&[2, 3]))
            }
            4 => {
                // Far into the wheel, and beyond it.
                let far = Span::from_seconds_f64(stream.exponential() * 1000.0);
                out.send(me, self.host(any.0), any, now + lookahead + far, letter(&[]))
            }
            5 => out.send(me, event.host, neighbour, now, letter(&[4; 3])),
            6 => out.send(me, event.host, neighbour, now + lookahead.scale(stream.unit()), letter(&[5])),
            // Passed on under the name of who sent it: two counters meet under one source.
            7 => out.send(event.source, event.host, neighbour, now + lookahead, letter(&[6])),
            8 => out.wake(me, now, generation),
            9 => out.wake(me, now + lookahead.scale(stream.unit()), generation),
            10 => out.wake(neighbour, now + Span(stream.below(3)), generation),
            _ => out.wake(me, now + Span::from_seconds_f64(stream.exponential() * 100.0), generation),
        };
        assert_eq!(sent, sequence);
    }
}

impl Model for Chaos {
    type Message = Letter;
    type Timer = u8;
    type Shard = Part;

    fn handle(&self, shard: &mut Part, event: Event<Self>, out: &mut Outbox<Self>) -> Handled {
        let actor = &mut shard.actors[(event.actor.0 - shard.first) as usize];
        assert!(event.time >= actor.last, "time runs backwards at {}", event.actor.0);
        assert_eq!(event.host, self.host(event.actor.0));
        assert_eq!(event.time, out.now());
        actor.last = event.time;
        actor.events += 1;
        let (generation, words) = match &event.happening {
            Happening::Message(letter) => (letter.generation, letter.text.iter().sum()),
            Happening::Timer(generation) => (*generation, 99),
        };
        let word = event.time.0 ^ u64::from(event.source.0) << 40 ^ u64::from(event.sequence) << 20 ^ words;
        actor.seen = mix64(actor.seen.rotate_left(7) ^ word);
        if generation < self.generations {
            // Slightly more than one descendant on average.
            for _ in 0..actor.stream.below(4) {
                self.act(&event, generation + 1, &mut actor.stream, out);
            }
        }
        let draw = actor.stream.bits();
        out.fold(draw);
        match (draw % 5, event.happening) {
            (0, _) => Handled::Internal,
            (1, Happening::Message(_)) => Handled::Dropped,
            (1, Happening::Timer(_)) => Handled::Stale,
            (_, Happening::Message(_)) => Handled::Delivered,
            (_, Happening::Timer(_)) => Handled::Fired,
        }
    }

    fn next_change(&self) -> Option<Time> {
        self.changes.first().map(|&(at, _)| at)
    }

    fn change(&mut self, now: Time, shards: &mut [Part], out: &mut Outbox<Self>) -> Lookahead {
        let (at, lookahead) = self.changes.remove(0);
        assert_eq!((at, now), (now, out.now()));
        let seeds = Seeds::new(self.seed, 1);
        for part in shards {
            for (id, actor) in (part.first..).zip(&mut part.actors) {
                assert!(actor.last < now || now == Time::ZERO, "an event at a change came before it");
                actor.seen = mix64(actor.seen ^ now.0);
                // All that it draws and how it numbers is the actor's own, so that any part can be changed by itself.
                let mut stream = seeds.stream(Purpose::Example, u64::from(id), now.0);
                if stream.chance(0.3) {
                    let (me, delay) = (ActorId(id), Span(stream.below(3) * stream.below(100_000)));
                    let any = ActorId(stream.below(u64::from(self.hosts * self.actors_per_host)) as u32);
                    let before = out.renumber(actor.sent_in_changes);
                    out.wake_at(self.host(id), me, now + delay, 0);
                    let letter = Letter { generation: 1, text: vec![7] };
                    out.send(me, self.host(any.0), any, now + delay, letter);
                    actor.sent_in_changes = out.renumber(before);
                }
            }
        }
        out.fold(seeds.stream(Purpose::Example, u64::MAX, now.0).bits());
        lookahead
    }
}

/// How one run is cut.
#[derive(Clone, Copy, Debug)]
struct Cut {
    divisor: u32,
    shards: usize,
    threads: usize,
    threshold: usize,
}

type Outcome = (Digest, Vec<Actor>, Counts);

fn setup(model: &Chaos, lookahead: Span, cut: Cut) -> Setup<Chaos> {
    let ranges = overlab_engine::even_ranges(model.hosts, cut.shards);
    let shards = ranges.into_iter().map(|range| (range.clone(), model.part(range))).collect();
    Setup {
        threads: cut.threads,
        width_divisor: cut.divisor,
        parallel_threshold: cut.threshold,
        ..Setup::new(model.hosts, shards, lookahead)
    }
}

/// Runs to each of `ends`, asking `stop` whether to interrupt, and going on after it.
fn outcome(mut executor: impl Executor<Chaos>, ends: &[Time], stops: bool) -> Outcome {
    executor.inject(&mut |model, out| {
        for actor in 0..model.hosts * model.actors_per_host {
            out.wake_at(model.host(actor), ActorId(actor), Time(u64::from(actor % 3) * 1_000), 0);
        }
    });
    for &end in ends {
        while executor.run_until(end, &mut |_: Time, _: u64| !stops).is_err() {}
        assert_eq!(executor.now(), end);
    }
    let counts = Counts { windows: 0, parallel_windows: 0, pending_bytes: 0, ..executor.counts() };
    let digest = executor.digest();
    let (_, parts) = Box::new(executor).into_parts();
    (digest, parts.into_iter().flat_map(|part| part.actors).collect(), counts)
}

/// A letter is its generation, its length and its words.
const LETTERS: Codec<Letter> = Codec {
    write: |letter, to| {
        to.extend([letter.generation, letter.text.len() as u8]);
        letter.text.iter().for_each(|word| to.extend(word.to_le_bytes()));
    },
    read: |from| {
        let (&[generation, length], rest) = from.split_first_chunk()?;
        let (words, rest) = rest.split_at_checked(8 * usize::from(length))?;
        *from = rest;
        let word = |word: &[u8]| u64::from_le_bytes(word.try_into().expect("it has 8 bytes"));
        Some(Letter { generation, text: words.chunks(8).map(word).collect() })
    },
};

/// The outcome in `ranks` threads that share nothing; rank 0 alone asks to stop, where anybody shall.
fn ranked(
    model: &Chaos,
    (lookahead, divisor): (Span, u32),
    ranks: usize,
    ends: &[Time],
    stops: bool,
) -> Outcome {
    let ranges = even_ranges(model.hosts, ranks);
    let links = ThreadLink::team(ranges.len());
    let ranges = &ranges;
    let run = |link: ThreadLink| {
        let part = model.part(ranges[link.rank()].clone());
        let ranks = Ranks::new(model.clone(), ranges, part, (lookahead, divisor), &link, LETTERS).unwrap();
        outcome(ranks, ends, stops && link.rank() == 0)
    };
    let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let threads: Vec<_> = links.into_iter().map(|link| scope.spawn(move || run(link))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (digest, _, counts) = outcomes[0].clone();
    assert!(outcomes.iter().all(|outcome| (outcome.0, outcome.2) == (digest, counts)));
    (digest, outcomes.into_iter().flat_map(|outcome| outcome.1).collect(), counts)
}

fn cuts() -> Vec<Cut> {
    let mut cuts = Vec::new();
    for divisor in [1, 2, 7] {
        for (shards, threads, threshold) in
            [(1, 1, 0), (2, 1, 0), (2, 2, 0), (3, 3, 0), (8, 2, 0), (8, 3, usize::MAX), (8, 2, 20), (8, 3, 3)]
        {
            cuts.push(Cut { divisor, shards, threads, threshold });
        }
    }
    cuts
}

fn model() -> impl Strategy<Value = (Chaos, Span)> {
    // From a nanosecond to beyond the widest window, most often ordinary.
    let lookahead = || {
        prop_oneof![
            6 => 100_000u64..100_000_000,
            1 => 1u64..10,
            1 => 3_000_000_000u64..20_000_000_000,
        ]
    };
    let change = (0u64..5_000_000_000, lookahead());
    let changes = prop::collection::vec(change, 0..6);
    (1u32..20, 1u32..4, any::<u64>(), 4u8..14, changes, lookahead()).prop_map(
        |(hosts, actors_per_host, seed, generations, changes, lookahead)| {
            let mut changes: Vec<_> = changes.into_iter().map(|(at, next)| (Time(at), Span(next))).collect();
            changes.sort_unstable();
            changes.dedup_by_key(|&mut (at, _)| at);
            (Chaos { hosts, actors_per_host, seed, generations, changes }, Span(lookahead))
        },
    )
}

const END: Time = Time(40_000_000_000_000);

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_do_what_the_reference_does((model, lookahead) in model()) {
        let one = Cut { divisor: 1, shards: 1, threads: 1, threshold: 0 };
        let reference = Reference::new(model.clone(), setup(&model, lookahead, one)).unwrap();
        let expected = outcome(reference, &[END], false);
        prop_assert!(expected.2.executed() > 0);
        for cut in cuts() {
            let windows = Windows::new(model.clone(), setup(&model, lookahead, cut)).unwrap();
            let found = outcome(windows, &[END], false);
            prop_assert!(found == expected, "{cut:?}: {found:?} instead of {expected:?}");
        }
    }

    #[test]
    fn ranks_do_what_the_reference_does((model, lookahead) in model(), pause in 0u64..6_000_000_000) {
        let one = Cut { divisor: 1, shards: 1, threads: 1, threshold: 0 };
        let reference = Reference::new(model.clone(), setup(&model, lookahead, one)).unwrap();
        let expected = outcome(reference, &[END], false);
        for (ranks, divisor) in [(1, 1), (2, 1), (3, 7), (8, 1)] {
            let found = ranked(&model, (lookahead, divisor), ranks, &[END], false);
            prop_assert!(found == expected, "{ranks} ranks: {found:?} instead of {expected:?}");
        }
        let found = ranked(&model, (lookahead, 1), 2, &[Time(pause), END], true);
        prop_assert!(found == expected, "interrupted: {found:?} instead of {expected:?}");
    }

    #[test]
    fn pauses_and_interruptions_leave_no_trace(
        (model, lookahead) in model(),
        mut pauses in prop::collection::vec(0u64..6_000_000_000, 1..6),
    ) {
        pauses.sort_unstable();
        pauses.push(END.0);
        let pauses: Vec<_> = pauses.into_iter().map(Time).collect();
        let cut = Cut { divisor: 1, shards: 2, threads: 1, threshold: 0 };
        let make = |model: &Chaos| Windows::new(model.clone(), setup(model, lookahead, cut)).unwrap();
        let expected = outcome(make(&model), &[END], false);
        prop_assert!(outcome(make(&model), &pauses, true) == expected);
        let reference = Reference::new(model.clone(), setup(&model, lookahead, cut)).unwrap();
        prop_assert!(outcome(reference, &pauses, true) == expected);
    }
}

/// The random models reach what they are meant to reach: an equivalence of nothing would prove nothing.
#[test]
fn the_random_models_are_rich() {
    let changes = vec![(Time(7), Span(1_000_000)), (Time(2_000_000_001), Span(30_000_000))];
    let model = Chaos { hosts: 12, actors_per_host: 2, seed: 5, generations: 14, changes };
    let cut = Cut { divisor: 1, shards: 3, threads: 2, threshold: 0 };
    let mut windows = Windows::new(model.clone(), setup(&model, Span::from_millis(10), cut)).unwrap();
    windows.inject(&mut |model, out| {
        for actor in 0..24 {
            out.wake_at(model.host(actor), ActorId(actor), Time::ZERO, 0);
        }
    });
    assert_eq!(windows.width(), 10_000_000);
    windows.run_until(Time(1_000_000_000), &mut ()).unwrap();
    assert_eq!(windows.width(), 1_000_000);
    windows.run_until(END, &mut ()).unwrap();
    assert_eq!(windows.width(), 30_000_000);
    let counts = windows.counts();
    assert_eq!((counts.changes, counts.pending), (2, 0));
    assert!(counts.executed() > 1_000 && counts.parallel_windows > 100, "{counts:?}");
    for class in [counts.delivered, counts.fired, counts.dropped, counts.stale, counts.internal] {
        assert!(class > 20, "{counts:?}");
    }
}
