//! Queues: of access links, worked out by hand, and of links between routers.

use crate::echo::{Ask, Letter};
use crate::script::{ALWAYS, Script, at};
use overlab_peer::{Contact, WireSizes};
use overlab_time::{Bandwidth, Span};
use overlab_underlay::{Access, AccessClass, Background, Congestion, HostId, LinkClass, Loss};
use std::collections::BTreeMap;

/// What a letter has on the wire: at 320 kbps, one a millisecond.
const BYTES: u32 = WireSizes::DEFAULT.header + Letter::BODY;

fn kbps(kilobits: u64) -> Option<Bandwidth> {
    Some(Bandwidth::new(kilobits * 1_000).unwrap())
}

fn class(up: Option<Bandwidth>, down: Option<Bandwidth>, buffer: Option<u64>) -> Vec<AccessClass> {
    vec![AccessClass { name: "link".to_owned(), share: 1.0, latency: Access::None, up, down, buffer }]
}

fn text(milliseconds: u64, from: u32, to: u32, copies: u32) -> (u64, u32, Ask) {
    (milliseconds, from, Ask::Text { to: Contact::first(to), word: from, copies })
}

#[test]
fn a_letter_of_the_tests_has_forty_bytes() {
    assert_eq!(BYTES, 40);
}

#[test]
fn letters_leave_one_after_another() {
    let script = Script {
        access: class(kbps(320), None, None),
        asks: vec![text(1_000, 0, 1, 3), text(1_001, 0, 2, 1), text(1_010, 0, 2, 1)],
        end: 2_000,
        ..Script::of(&[ALWAYS; 3])
    };
    let ending = script.run();
    // 1 ms each, and 50 ms of way; the fourth waits for two, the fifth for none.
    assert_eq!(
        ending.notes.with(&["text"]),
        [
            "1s51ms 1.0 text 0 from 0.0",
            "1s52ms 1.0 text 0 from 0.0",
            "1s53ms 1.0 text 0 from 0.0",
            "1s54ms 2.0 text 0 from 0.0",
            "1s61ms 2.0 text 0 from 0.0",
        ]
    );
    let waits = ending.notes.meter.access_waits;
    assert_eq!((waits.messages, waits.nanoseconds), (5, 5_000_000));
}

#[test]
fn letters_come_in_one_after_another() {
    let script = Script {
        access: class(None, kbps(160), None),
        // Four peers write to the last at one instant; 2 ms each, in the order of their addresses.
        asks: (0..4).map(|peer| text(1_000, peer, 4, 1)).chain([text(1_003, 3, 4, 1)]).collect(),
        end: 2_000,
        ..Script::of(&[ALWAYS; 5])
    };
    let ending = script.run();
    assert_eq!(
        ending.notes.with(&["text"]),
        [
            "1s52ms 4.0 text 0 from 0.0",
            "1s54ms 4.0 text 1 from 1.0",
            "1s56ms 4.0 text 2 from 2.0",
            "1s58ms 4.0 text 3 from 3.0",
            "1s60ms 4.0 text 3 from 3.0",
        ]
    );
    // 0 + 2 + 4 + 6 and, coming at 1,053 ms, 5.
    assert_eq!(ending.notes.meter.access_waits.nanoseconds, 17_000_000);
}

#[test]
fn what_finds_no_room_is_lost_for_overload() {
    for (up, down) in [(kbps(320), None), (None, kbps(320))] {
        let script = Script {
            // Two wait behind the one on the link: the unsent part of that counts.
            access: class(up, down, Some(u64::from(3 * BYTES))),
            asks: vec![text(1_000, 0, 1, 5)],
            end: 2_000,
            ..Script::of(&[ALWAYS; 2])
        };
        let ending = script.run();
        let meter = ending.notes.meter;
        assert_eq!(ending.notes.with(&["text"]).len(), 3);
        assert_eq!((meter.lost[Loss::Overflow as usize], meter.total_lost()), (2, 2));
        assert_eq!(meter.lost_bytes, u64::from(2 * BYTES));
        let trouble = if up.is_some() {
            ["1s 0.0 trouble of 0/0: overload"; 2]
        } else {
            ["1s50ms 1.0 trouble of 0/0: overload"; 2]
        };
        assert_eq!(ending.notes.with(&["trouble"]), trouble);
    }
}

#[test]
fn identities_share_the_link_of_their_host_but_not_among_themselves() {
    let script = Script {
        identities_per_host: 2,
        access: class(kbps(320), kbps(320), None),
        // 0 and 1 share a host, 2 and 3 another.
        asks: vec![text(1_000, 0, 2, 1), text(1_000, 1, 3, 1), text(1_000, 0, 1, 1)],
        end: 2_000,
        ..Script::of(&[ALWAYS; 4])
    };
    let ending = script.run();
    assert_eq!(
        ending.notes.with(&["text"]),
        ["1s10us 1.0 text 0 from 0.0", "1s52ms 2.0 text 0 from 0.0", "1s53ms 3.0 text 1 from 1.0",]
    );
}

/// Sent = delivered + dead + lost + under way, in messages and in bytes, with all queues and all losses.
#[test]
fn messages_and_bytes_are_conserved() {
    const PEERS: u32 = 20;
    let asks = |end: u64| {
        (0..end / 40).flat_map(|step| {
            (0..PEERS).map(move |peer| {
                let to = (peer * 7 + step as u32 * 3 + 1) % PEERS;
                text(step * 40 + u64::from(peer), peer, to, 1 + (step as u32 + peer) % 4)
            })
        })
    };
    let congestion = Congestion {
        capacities: BTreeMap::from([(LinkClass::Plain, kbps(400).unwrap())]),
        background: Background { share: 1.1, ..Background::default() },
        ..Congestion::default()
    };
    let script = |end: u64| Script {
        loss: 0.02,
        access: class(kbps(24), kbps(32), Some(200)),
        routers: Some((3, congestion.clone())),
        asks: asks(4_000).collect(),
        end,
        ..Script::of(&[ALWAYS; PEERS as usize])
    };
    let ended = script(6_000).run();
    let meter = ended.notes.meter;
    let received = meter.received.iter().map(|flow| flow.messages).sum::<u64>();
    assert_eq!(meter.total_sent().messages, received + meter.total_lost() + meter.dead);
    let received = meter.received.iter().map(|flow| flow.bytes).sum::<u64>();
    assert_eq!(meter.total_sent().bytes, received + meter.lost_bytes);
    for loss in [Loss::Random, Loss::Overflow, Loss::Congestion] {
        assert!(meter.lost[loss as usize] > 50, "{loss:?}: {:?}", meter.lost);
    }
    // In the middle some are under way, and no more than were sent in the two seconds before (queues hold one at most).
    let middle = script(3_000).run().notes.meter;
    let received = middle.received.iter().map(|flow| flow.messages).sum::<u64>();
    let under_way = middle.total_sent().messages - received - middle.total_lost();
    let recent = asks(3_000).filter(|ask| ask.0 >= 1_000);
    let recent: u32 =
        recent.map(|(_, _, ask)| if let Ask::Text { copies, .. } = ask { copies } else { 0 }).sum();
    assert!(under_way > 0 && under_way < u64::from(recent), "{under_way} of {recent}");
}

#[test]
fn messages_wait_for_the_traffic_of_others_on_their_path() {
    let congestion = Congestion {
        capacities: BTreeMap::from([(LinkClass::Plain, kbps(560).unwrap())]),
        background: Background { share: 0.8, ..Background::default() },
        ..Congestion::default()
    };
    let script = Script {
        routers: Some((2, congestion)),
        asks: (1..8).map(|to| text(1_000, 0, to, 1)).collect(),
        end: 2_000,
        ..Script::of(&[ALWAYS; 8])
    };
    let ending = script.run();
    // Packets of 700 B take 10 ms; M/D/1 at 0.8: 0.8 / 0.4 of that. Access links of 1 ms at either end.
    let underlay = script.underlay();
    let expected: Vec<Span> = (1..8)
        .map(|to| {
            let apart = underlay.router(HostId(0)) != underlay.router(HostId(to));
            Span::from_millis(if apart { 50 + 2 + 20 } else { 2 })
        })
        .collect();
    assert!(expected.iter().any(|way| *way > expected[0]) || expected.iter().any(|way| *way < expected[0]));
    let mut found: Vec<_> = ending
        .notes
        .reports
        .iter()
        .filter_map(|(time, contact, report)| {
            matches!(report, crate::echo::Report::Heard { .. }).then_some((contact.peer.0, *time))
        })
        .collect();
    found.sort_unstable();
    let expected: Vec<_> = (1..).zip(expected).map(|(peer, way)| (peer, at(1_000) + way)).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_overlay_meets_its_own_load_an_epoch_later() {
    let congestion = Congestion {
        capacities: BTreeMap::from([(LinkClass::Plain, kbps(16).unwrap())]),
        packet: 40,
        buffer: Span::from_millis(500),
        ..Congestion::default()
    };
    let plain = Script { routers: Some((2, congestion)), end: 40_000, ..Script::of(&[ALWAYS; 12]) };
    let underlay = plain.underlay();
    let far = (1..12).find(|peer| underlay.router(HostId(*peer)) != underlay.router(HostId(0))).unwrap();
    // 1,000 letters of 320 bits in the second epoch, on a link that carries 160,000 bits in one: twice what it can.
    let script = Script {
        asks: vec![
            text(5_000, 0, far, 1),
            text(15_000, 0, far, 1_000),
            text(25_000, 0, far, 1_000),
            text(35_000, 0, far, 1),
        ],
        ..plain
    };
    let ending = script.run();
    let meter = ending.notes.meter;
    // Nothing happens to the first 1,000; of the second, half are lost (a binomial: 16 is one standard deviation), and the
    // rest wait for a full buffer. The last meets what they have left: about 500 came, but 1,000 were offered.
    let lost = meter.lost[Loss::Congestion as usize];
    assert!(lost.abs_diff(500) < 64, "{lost}");
    let texts = ending.notes.with(&["text"]);
    let came = |at: &str| texts.iter().filter(|line| line.starts_with(at)).count() as u64;
    // The one letter of the first epoch is a load of 1/500, and makes others wait for 20 us.
    let (first, second, third) = (came("5s52ms "), came("15s52ms20"), came("25s552ms"));
    assert_eq!((first, second), (1, 1_000));
    // The last may be among the lost.
    assert!(third == 1_000 - lost || third == 1_001 - lost, "{third} of 1,000, {lost} lost");
    let ledger = ending.notes.ledger.unwrap();
    assert_eq!(ledger.sent, u64::from(BYTES) * 2_002);
    assert_eq!(ledger.epochs, 4);
    // The busiest direction of four epochs: 1 letter, 1,000, 1,000, and the last.
    let [_, busiest] = ledger.utilisation().unwrap();
    assert!((busiest - (0.002 + 1.0 + 1.0 + 0.002) / 4.0).abs() < 0.002, "{busiest}");
}
