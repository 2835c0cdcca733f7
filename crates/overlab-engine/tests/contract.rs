//! What the engine promises and refuses, one promise a test.

use overlab_engine::{
    ActorId, Event, Executor, Handled, Happening, HostId, Lookahead, Model, Outbox, Reference, Setup,
    SetupError, Windows, even_ranges,
};
use overlab_time::{Span, Time};
use std::panic::{AssertUnwindSafe, catch_unwind};

const LOOKAHEAD: Span = Span(1_000);

/// Hosts that do what a message tells them, and note everything they see.
#[derive(Default)]
struct Obedient {
    /// When, and what is then sent.
    changes: Vec<(Time, Vec<Sending>)>,
    lookahead: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    Note(u32),
    /// Send a note to a host after a span.
    Send(u32, u64),
    /// Wake the other actors of this host now, in the order 3, 1, 2.
    WakeAllNow,
    Panic,
}

/// An order to (host, time).
type Sending = (u32, u64, Order);

/// A shard notes (time, host, actor, what).
type Notes = Vec<(u64, u32, u32, Order)>;

impl Model for Obedient {
    type Message = Order;
    type Timer = u32;
    type Shard = Notes;

    fn handle(&self, shard: &mut Notes, event: Event<Self>, out: &mut Outbox<Self>) -> Handled {
        let order = match event.happening {
            Happening::Message(order) => order,
            Happening::Timer(number) => Order::Note(number),
        };
        shard.push((event.time.0, event.host.0, event.actor.0, order));
        match order {
            Order::Note(_) => {}
            Order::Send(host, after) => {
                out.send(event.actor, HostId(host), ActorId(0), event.time + Span(after), Order::Note(0));
            }
            Order::WakeAllNow => {
                for actor in [3, 1, 2] {
                    out.wake(ActorId(actor), event.time, actor);
                }
            }
            Order::Panic => panic!("as ordered"),
        }
        Handled::Delivered
    }

    fn next_change(&self) -> Option<Time> {
        self.changes.first().map(|change| change.0)
    }

    fn change(&mut self, now: Time, shards: &mut [Notes], out: &mut Outbox<Self>) -> Lookahead {
        let (at, orders) = self.changes.remove(0);
        assert_eq!(at, now);
        for shard in shards {
            shard.push((now.0, u32::MAX, 0, Order::Note(u32::MAX)));
        }
        for (host, at, order) in orders {
            out.send(ActorId(9), HostId(host), ActorId(0), Time(at), order);
        }
        self.lookahead.unwrap_or(out.lookahead())
    }
}

fn setup(shards: usize, threads: usize) -> Setup<Obedient> {
    let shards = even_ranges(4, shards).into_iter().map(|range| (range, Vec::new())).collect();
    Setup { threads, parallel_threshold: 0, ..Setup::new(4, shards, LOOKAHEAD) }
}

fn executors(model: impl Fn() -> Obedient) -> Vec<Box<dyn Executor<Obedient>>> {
    vec![
        Box::new(Reference::new(model(), setup(1, 1)).unwrap()),
        Box::new(Windows::new(model(), setup(1, 1)).unwrap()),
        Box::new(Windows::new(model(), setup(4, 2)).unwrap()),
    ]
}

fn order(executor: &mut dyn Executor<Obedient>, host: u32, at: u64, order: Order) {
    executor.inject(&mut |_, out| {
        out.send(ActorId(9), HostId(host), ActorId(0), Time(at), order);
    });
}

fn notes(executor: &dyn Executor<Obedient>) -> Notes {
    executor.shards().concat()
}

/// What the panic of an order says, on every executor.
fn panics(host: u32, what: Order) -> Vec<String> {
    executors(Obedient::default)
        .into_iter()
        .map(|mut executor| {
            order(executor.as_mut(), host, 500, what);
            // Another busy shard, so that the parallel executor really is.
            order(executor.as_mut(), 3, 501, Order::Note(1));
            let result = catch_unwind(AssertUnwindSafe(|| executor.run_until(Time(10_000), &mut ())));
            let payload = result.expect_err("it must panic");
            let again = catch_unwind(AssertUnwindSafe(|| executor.run_until(Time(20_000), &mut ())));
            assert!(again.is_err(), "a broken executor must not go on");
            match payload.downcast::<String>() {
                Ok(text) => *text,
                Err(payload) => (*payload.downcast::<&str>().expect("a panic has a text")).to_owned(),
            }
        })
        .collect()
}

#[test]
fn a_send_below_the_lookahead_is_stopped() {
    for text in panics(0, Order::Send(1, 999)) {
        assert!(text.contains("below the lookahead") && text.contains("at 1us499ns"), "{text}");
        assert!(text.contains("now 500ns") && text.contains("lookahead 1us"), "{text}");
    }
}

#[test]
#[should_panic(expected = "below the lookahead")]
fn the_lookahead_holds_within_a_shard_too() {
    let mut windows = Windows::new(Obedient::default(), setup(1, 1)).unwrap();
    order(&mut windows, 0, 500, Order::Send(1, 999));
    let _ = windows.run_until(Time(10_000), &mut ());
}

#[test]
fn a_send_to_no_host_is_stopped() {
    for text in panics(0, Order::Send(4, 5_000)) {
        assert!(text.contains("only 4 hosts"), "{text}");
    }
}

#[test]
fn a_panic_of_the_model_comes_out() {
    assert_eq!(panics(0, Order::Panic), ["as ordered"; 3]);
}

#[test]
fn exactly_the_lookahead_and_the_own_host_at_once_are_allowed() {
    for mut executor in executors(Obedient::default) {
        order(executor.as_mut(), 0, 500, Order::Send(1, 1_000));
        order(executor.as_mut(), 0, 500, Order::Send(0, 0));
        executor.run_until(Time(10_000), &mut ()).unwrap();
        let expected = [
            (500, 0, 0, Order::Send(1, 1_000)),
            (500, 0, 0, Order::Send(0, 0)),
            (500, 0, 0, Order::Note(0)),
            (1_500, 1, 0, Order::Note(0)),
        ];
        assert_eq!(notes(executor.as_ref()), expected);
    }
}

#[test]
fn events_at_one_instant_run_by_actor() {
    for mut executor in executors(Obedient::default) {
        order(executor.as_mut(), 2, 500, Order::WakeAllNow);
        executor.run_until(Time(501), &mut ()).unwrap();
        let actors: Vec<_> = notes(executor.as_ref()).iter().map(|note| note.2).collect();
        assert_eq!(actors, [0, 1, 2, 3]);
    }
}

#[test]
fn events_at_a_change_run_after_it_and_the_end_is_exclusive() {
    let changing = || Obedient {
        changes: vec![(Time(700), vec![(1, 700, Order::Note(3))]), (Time(2_000), vec![])],
        lookahead: None,
    };
    for mut executor in executors(changing) {
        for (at, number) in [(699, 1), (700, 2), (701, 4)] {
            order(executor.as_mut(), 1, at, Order::Note(number));
        }
        executor.run_until(Time(700), &mut ()).unwrap();
        assert_eq!(
            (executor.now(), executor.counts().changes, executor.counts().delivered),
            (Time(700), 0, 1)
        );
        executor.run_until(Time(2_000), &mut ()).unwrap();
        assert_eq!((executor.now(), executor.counts().changes), (Time(2_000), 1));
        let numbers: Vec<_> =
            notes(executor.as_ref()).iter().filter(|note| note.1 == 1).map(|note| (note.0, note.3)).collect();
        // The note the change sends has the later sequence number.
        let expected = [(699, 1), (700, 2), (700, 3), (701, 4)].map(|(at, number)| (at, Order::Note(number)));
        assert_eq!(numbers, expected);
        executor.run_until(Time(2_001), &mut ()).unwrap();
        assert_eq!(executor.counts().changes, 2);
    }
}

#[test]
fn a_lookahead_that_falls_binds_at_once_and_one_that_rises_too() {
    for (lookahead, after, allowed) in
        [(10, 10, true), (10, 9, false), (5_000, 4_999, false), (5_000, 5_000, true)]
    {
        let changing = || Obedient { changes: vec![(Time(333), vec![])], lookahead: Some(Span(lookahead)) };
        for mut executor in executors(changing) {
            order(executor.as_mut(), 0, 333, Order::Send(1, after));
            let result = catch_unwind(AssertUnwindSafe(|| executor.run_until(Time(20_000), &mut ())));
            assert_eq!(result.is_ok(), allowed, "{lookahead} {after}");
        }
    }
}

#[test]
fn a_control_interrupts_between_windows() {
    for mut executor in executors(Obedient::default) {
        for i in 0..5_000 {
            order(executor.as_mut(), 0, i * 3_000, Order::Note(i as u32));
        }
        let mut asked = 0;
        let interrupted = executor.run_until(Time(100_000_000), &mut |_: Time, events: u64| {
            asked += 1;
            events < 2_000
        });
        let interrupted = interrupted.unwrap_err();
        assert!((2_000..3_100).contains(&interrupted.events), "{interrupted}");
        assert_eq!((interrupted.now, asked), (executor.now(), 2));
        assert_eq!(executor.counts().pending, 5_000 - interrupted.events);
        executor.run_until(Time(100_000_000), &mut ()).unwrap();
        let counts = executor.counts();
        assert_eq!((counts.events(), counts.pending), (5_000, 0));
    }
}

#[test]
fn windows_that_hold_nothing_cost_nothing() {
    let mut windows = Windows::new(Obedient::default(), setup(2, 1)).unwrap();
    // A year apart: 3 * 10^13 windows of a microsecond.
    let year = Span::from_hours(24 * 365).0;
    for i in 0..3 {
        order(&mut windows, i, u64::from(i) * year, Order::Note(i));
    }
    windows.run_until(Time(3 * year), &mut ()).unwrap();
    assert_eq!((windows.counts().windows, windows.counts().delivered), (3, 3));
}

#[test]
fn a_pending_timer_is_small_whatever_messages_are() {
    let mut windows = Windows::new(Big, Setup::new(1, vec![(0..1, ())], LOOKAHEAD)).unwrap();
    windows.inject(&mut |_, out| {
        for i in 0..100_000 {
            out.wake_at(HostId(0), ActorId(i), Time(u64::from(i) * 1_000_000), 0);
        }
    });
    let counts = windows.counts();
    assert_eq!(counts.pending, 100_000);
    // A key is 24 bytes and a timer 8; vectors that double hold twice that at worst, and rings are small beside it.
    let each = counts.pending_bytes as f64 / 1e5;
    assert!((32.0..=66.0).contains(&each), "{each} bytes");
}

/// Its messages are large.
struct Big;

impl Model for Big {
    type Message = [u64; 25];
    type Timer = u64;
    type Shard = ();

    fn handle(&self, (): &mut (), _: Event<Self>, _: &mut Outbox<Self>) -> Handled {
        Handled::Fired
    }
}

#[test]
fn a_setup_that_makes_no_sense_is_refused() {
    let with = |hosts, ranges: &[(u32, u32)], lookahead, threads| {
        let shards = ranges.iter().map(|&(start, end)| (start..end, Vec::new())).collect();
        Windows::new(Obedient::default(), Setup { threads, ..Setup::new(hosts, shards, lookahead) }).err()
    };
    assert!(with(4, &[(0, 2), (2, 4)], LOOKAHEAD, 1).is_none());
    assert!(matches!(with(4, &[(0, 4), (4, 4)], LOOKAHEAD, 1), Some(SetupError::Partition { shard: 1, .. })));
    assert!(matches!(
        with(4, &[(0, 2), (3, 4)], LOOKAHEAD, 1),
        Some(SetupError::Partition { expected: 2, .. })
    ));
    assert!(matches!(with(4, &[(0, 3)], LOOKAHEAD, 1), Some(SetupError::Hosts { covered: 3, .. })));
    assert!(matches!(with(4, &[(0, 4)], Span::ZERO, 1), Some(SetupError::Lookahead)));
    assert!(matches!(with(4, &[(0, 4)], LOOKAHEAD, 0), Some(SetupError::Zero)));
}
