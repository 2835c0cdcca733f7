//! Messages: their latency, their loss, and who counts them.

use crate::echo::{Ask, Letter};
use crate::script::{ALWAYS, Script};
use overlab_peer::{Contact, Traffic, WireSizes};
use overlab_time::Span;
use overlab_underlay::Loss;
use overlab_world::LOOPBACK;

fn text(milliseconds: u64, from: u32, to: u32, copies: u32) -> (u64, u32, Ask) {
    (milliseconds, from, Ask::Text { to: Contact::first(to), word: from, copies })
}

fn aside(milliseconds: u64, from: u32, to: u32) -> (u64, u32, Ask) {
    (milliseconds, from, Ask::Aside { to: Contact::first(to), word: from })
}

#[test]
fn a_letter_to_an_empty_address_is_a_stale_entry() {
    let script = Script {
        // Another's request and nobody's.
        asks: vec![text(3_000, 0, 1, 2), aside(3_500, 0, 1), text(1_950, 2, 1, 1)],
        end: 5_000,
        ..Script::of(&[ALWAYS, &[(0, 2_000)], ALWAYS])
    };
    let ending = script.run();
    // Noted at the address, under the identity that was there last, at the instant of arrival. What arrives at the very
    // instant at which the session ends is late: at one instant peer 1's timer comes before what peer 2 sent.
    assert_eq!(
        ending.notes.with(&["trouble", "text"]),
        [
            "2s 1.0 trouble of 2/0: stale_entry",
            "3s50ms 1.0 trouble of 0/0: stale_entry",
            "3s50ms 1.0 trouble of 0/0: stale_entry",
        ]
    );
    let meter = ending.notes.meter;
    assert_eq!((meter.dead, meter.total_lost(), meter.raised), (4, 0, 0));
    assert_eq!(ending.counts.dropped, 4);
    assert_eq!(meter.sent[Traffic::Lookup as usize].messages, 4);
    assert_eq!(meter.received[Traffic::Lookup as usize].messages, 0);
}

#[test]
fn a_lost_letter_is_a_timeout_where_it_was_sent() {
    let script = Script {
        loss: 1.0,
        asks: vec![text(1_000, 0, 1, 3), aside(1_500, 0, 1), text(2_000, 1, 0, 1)],
        end: 5_000,
        ..Script::of(&[ALWAYS; 2])
    };
    let ending = script.run();
    assert_eq!(
        ending.notes.with(&["trouble", "text"]),
        [
            "1s 0.0 trouble of 0/0: timeout",
            "1s 0.0 trouble of 0/0: timeout",
            "1s 0.0 trouble of 0/0: timeout",
            "2s 1.0 trouble of 1/0: timeout",
        ]
    );
    let (meter, sent) = (ending.notes.meter, ending.notes.meter.total_sent());
    assert_eq!((meter.lost[Loss::Random as usize], meter.dead, ending.counts.delivered), (5, 0, 0));
    // Sent they were, and that costs.
    let bytes = u64::from(WireSizes::DEFAULT.header + Letter::BODY);
    assert_eq!((sent.messages, sent.bytes), (5, 5 * bytes));
}

#[test]
fn letters_are_lost_independently_of_one_another() {
    const COPIES: u32 = 1_000;
    for seed in 0..4 {
        let script = Script {
            seed,
            loss: 0.5,
            // All from one handler: nothing else happens in between.
            asks: vec![text(1_000, 0, 1, COPIES)],
            end: 5_000,
            ..Script::of(&[ALWAYS; 2])
        };
        let ending = script.run();
        let lost = ending.notes.meter.total_lost();
        assert_eq!(ending.counts.delivered, u64::from(COPIES) - lost);
        assert_eq!(ending.notes.with(&["timeout"]).len() as u64, lost);
        // A binomial: its standard deviation is 15.8, and 100 are more than six of them.
        assert!(lost.abs_diff(500) < 100, "{lost} of {COPIES} lost at a probability of 1/2");
    }
}

#[test]
fn neighbours_on_one_host_are_a_loopback_apart() {
    let script = Script {
        identities_per_host: 2,
        loss: 1.0,
        // Peers 0 and 1 share a host, 2 and 3 another; only what leaves the host can be lost.
        asks: vec![aside(1_000, 0, 1), aside(2_000, 3, 2), aside(3_000, 1, 2)],
        end: 5_000,
        ..Script::of(&[ALWAYS; 5])
    };
    assert_eq!(LOOPBACK, Span::from_micros(10));
    let ending = script.run();
    assert_eq!(ending.notes.with(&["text"]), ["1s10us 1.0 text 0 from 0.0", "2s10us 2.0 text 3 from 3.0"]);
    assert_eq!((ending.notes.meter.total_lost(), ending.notes.meter.raised), (1, 0));
    let apart = Script { loss: 0.0, ..script }.run();
    assert_eq!(apart.notes.with(&["text 1"]), ["3s50ms 2.0 text 1 from 1.0"]);
}

#[test]
fn latencies_below_the_floor_are_raised_and_counted() {
    for (micros, arrives, raised) in
        [(20, "1s100us", 2), (99, "1s100us", 2), (100, "1s100us", 0), (150, "1s150us", 0)]
    {
        let script = Script {
            identities_per_host: 2,
            latency: Span::from_micros(micros),
            // The third goes to a neighbour: the floor is for what windows cut.
            asks: vec![aside(1_000, 0, 2), aside(1_000, 3, 1), aside(1_000, 4, 5)],
            end: 2_000,
            ..Script::of(&[ALWAYS; 6])
        };
        let ending = script.run();
        assert_eq!(
            ending.notes.with(&["text"]),
            [
                "1s10us 5.0 text 4 from 4.0".to_owned(),
                format!("{arrives} 1.0 text 3 from 3.0"),
                format!("{arrives} 2.0 text 0 from 0.0"),
            ]
        );
        assert_eq!(ending.notes.meter.raised, raised, "{micros} us");
    }
}
