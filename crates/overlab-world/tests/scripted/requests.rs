//! Requests: due at the same instants whatever runs on the peers, asked where somebody honest is up.

use crate::echo::{Ask, Manner};
use crate::script::{ALWAYS, NEVER, Script, at};
use overlab_peer::{Adversary, Contact, PeerId};
use overlab_time::{Purpose, Seeds, Span, Time};

/// A call every second or so at every peer, 60 of them.
fn busy(sessions: &[&[(u64, u64)]]) -> Script {
    let mut asks = Vec::new();
    for peer in 0..sessions.len() as u32 {
        let mut milliseconds = 0;
        for number in 0..60 {
            let mut stream = Seeds::new(1, 0).stream(Purpose::Example, u64::from(peer), number);
            milliseconds += 500 + stream.below(1_000);
            asks.push((milliseconds, peer, Ask::Call));
        }
    }
    Script { asks, end: 50_000, ..Script::of(sessions) }
}

fn restless() -> Vec<Vec<(u64, u64)>> {
    (0..12u64)
        .map(|peer| match peer % 3 {
            0 => ALWAYS.to_vec(),
            1 => vec![(0, 7_000 + 777 * peer), (20_000, 30_000 + 333 * peer), (45_000, u64::MAX)],
            _ => vec![(1_000 + 555 * peer, 20_000)],
        })
        .collect()
}

fn is_up(sessions: &[(u64, u64)], time: Time) -> bool {
    sessions.iter().any(|(from, until)| time >= at(*from) && (*until == u64::MAX || time < at(*until)))
}

#[test]
fn programs_are_asked_the_same_at_the_same_instants() {
    let sessions = restless();
    let borrowed: Vec<&[(u64, u64)]> = sessions.iter().map(Vec::as_slice).collect();
    let quiet = busy(&borrowed);
    let asked = |script: &Script| -> Vec<(Time, PeerId, u32)> {
        script.run().notes.issued.iter().map(|(time, peer, number, _)| (*time, *peer, *number)).collect()
    };
    let expected: Vec<(Time, PeerId, u32)> = {
        let mut all: Vec<(Time, PeerId, u32)> = Vec::new();
        for (peer, sessions) in (0..).zip(&sessions) {
            let due = quiet.asks.iter().filter(|ask| ask.1 == peer).map(|ask| at(ask.0));
            let up = (0..).zip(due).filter(|(_, time)| *time < at(quiet.end) && is_up(sessions, *time));
            all.extend(up.map(|(number, time)| (time, PeerId(peer), number)));
        }
        all.sort_unstable();
        all
    };
    assert!(expected.len() > 300);
    assert_eq!(asked(&quiet), expected);
    // A program that sends, draws and loses a lot; returns as another; joins by the protocol: the same requests.
    let ticks = Some(Span::from_millis(37));
    let chatty = Script { manner: Manner { ticks, ..Manner::default() }, ..quiet.clone() };
    assert_eq!(asked(&chatty), expected);
    assert!(chatty.run().counts.events() > 10 * quiet.run().counts.events());
    assert_eq!(asked(&Script { loss: 0.2, ..chatty.clone() }), expected);
    assert_eq!(asked(&Script { fresh_identity: true, keep_state: true, ..chatty.clone() }), expected);
    assert_eq!(asked(&Script { identities_per_host: 3, latency: Span::from_millis(9), ..chatty }), expected);
}

#[test]
fn numbers_go_on_through_downtimes() {
    let text = |milliseconds, word| (milliseconds, 1, Ask::Aside { to: Contact::first(0), word });
    let script = Script {
        asks: vec![text(1_000, 10), text(3_000, 11), text(3_500, 12), text(4_050, 13), text(5_000, 14)],
        end: 6_000,
        ..Script::of(&[ALWAYS, &[(0, 2_000), (4_000, u64::MAX)], NEVER])
    };
    let ending = script.run();
    // What falls into the downtime is not asked and not made up for; at 4.05 s it is back, but no member again.
    let one = PeerId(1);
    assert_eq!(
        ending.notes.issued,
        [(at(1_000), one, 0, true), (at(4_050), one, 3, false), (at(5_000), one, 4, true)]
    );
    assert_eq!(
        ending.notes.with(&["text"]),
        ["1s50ms 0.0 text 10 from 1.0", "4s100ms 0.0 text 13 from 1.0", "5s50ms 0.0 text 14 from 1.0"]
    );
    // Requests that were asked, and the two that were not.
    assert_eq!(ending.counts.fired, 3);
}

#[test]
fn hostile_peers_are_asked_nothing() {
    let sessions = vec![ALWAYS; 40];
    let honest = busy(&sessions).run().notes.issued;
    let script = Script { adversary: Some((0.25, Adversary::Drop)), ..busy(&sessions) };
    let ending = script.run();
    let is_hostile = |report: &crate::echo::Report| {
        matches!(report, crate::echo::Report::Converged { hostile: Some(Adversary::Drop), .. })
    };
    let hostile: Vec<PeerId> =
        ending.notes.reports.iter().filter(|line| is_hostile(&line.2)).map(|line| line.1.peer).collect();
    assert_eq!(hostile.len(), 10);
    // The others are asked what they would have been asked anyway.
    let expected: Vec<_> = honest.into_iter().filter(|asked| !hostile.contains(&asked.1)).collect();
    assert_eq!(ending.notes.issued, expected);
    assert!(expected.len() > 1_000);
}
