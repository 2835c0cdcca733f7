//! What happens to everybody at one instant.

use crate::echo::Letter;
use crate::script::{ALWAYS, NEVER, Script, at};
use overlab_peer::{Adversary, Contact, Traffic, WireSizes};
use overlab_time::Time;
use overlab_world::{Change, Share};

fn down(milliseconds: u64, share: Share, graceful: bool, event: u64) -> (Time, Change) {
    (at(milliseconds), Change::Down { share, graceful, event })
}

#[test]
fn who_crashes_stays_away_and_the_others_keep_their_schedule() {
    // All have a session that the crash cuts short, and one after it.
    let sessions: &[(u64, u64)] = &[(0, 8_000), (12_000, u64::MAX)];
    let mut script = Script::of(&[sessions; 7]);
    script.timeline = vec![down(5_000, Share::Count(3), false, 0)];
    let ending = script.run();
    let crashed: Vec<u32> =
        (0..7).filter(|peer| ending.notes.turns().contains(&format!("5s {peer}.0 down").as_str())).collect();
    assert_eq!(crashed.len(), 3);
    let mut expected: Vec<String> = crashed.iter().map(|peer| format!("5s {peer}.0 down")).collect();
    let others: Vec<u32> = (0..7).filter(|peer| !crashed.contains(peer)).collect();
    expected.extend(others.iter().map(|peer| format!("8s {peer}.0 down")));
    expected.extend(others.iter().map(|peer| format!("12s {peer}.0 up")));
    // Nobody was left at 10 s, so there is an overlay again from the epoch at 20 s on; the others find it at 22 s.
    expected.push(format!("20s {}.0 joined", others[0]));
    expected.extend(others[1..].iter().map(|peer| format!("22s100ms {peer}.0 joined")));
    assert_eq!(ending.notes.turns(), expected);
    // The ends of three sessions that were cut short, and four reminders of joins that were complete by then: the
    // founder's at 22 s, the others' at 27 s.
    assert_eq!(ending.counts.stale, 3 + 4);
    assert_eq!(ending.notes.up, others.iter().map(|peer| Contact::first(*peer)).collect::<Vec<_>>());
}

#[test]
fn a_share_is_rounded_and_a_count_is_bounded() {
    let crashed = |share, peers: usize| {
        let mut script = Script::of(&vec![ALWAYS; peers]);
        script.sessions.push(NEVER.to_vec());
        script.timeline = vec![down(1_000, share, false, 0)];
        script.end = 2_000;
        script.run().notes.with(&["down"]).len()
    };
    assert_eq!(crashed(Share::Fraction(0.0), 5), 0);
    assert_eq!(crashed(Share::Fraction(0.3), 5), 2);
    assert_eq!(crashed(Share::Fraction(0.29), 5), 1);
    assert_eq!(crashed(Share::Fraction(1.0), 5), 5);
    assert_eq!(crashed(Share::Count(4), 5), 4);
    assert_eq!(crashed(Share::Count(u64::MAX), 5), 5);
}

#[test]
fn each_event_draws_anew() {
    let mut script = Script::of(&[ALWAYS; 40]);
    script.end = 2_000;
    let mut draw = |event| {
        script.timeline = vec![down(1_000, Share::Fraction(0.5), false, event)];
        let notes = script.run().notes;
        notes.with(&["down"]).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let (first, second) = (draw(0), draw(1));
    assert_eq!((first.len(), second.len()), (20, 20));
    assert_ne!(first, second);
    assert_eq!(draw(0), first);
}

#[test]
fn a_leave_sends_its_goodbyes() {
    let mut script = Script::of(&[ALWAYS; 4]);
    script.timeline = vec![down(1_000, Share::Count(2), true, 0), down(2_000, Share::Count(1), false, 1)];
    script.end = 3_000;
    let leaving = |script: &Script| -> Vec<u32> {
        let notes = script.run().notes;
        notes.reports.iter().filter(|r| r.2 == crate::echo::Report::Left).map(|r| r.1.peer.0).collect()
    };
    let left = leaving(&script);
    assert_eq!(left.len(), 2);
    let stays = (0..4).find(|peer| !left.contains(peer)).unwrap();
    // Whom the goodbye goes to does not change who leaves.
    script.manner.farewell = Some(Contact::first(stays));
    assert_eq!(leaving(&script), left);
    let ending = script.run();
    let expected: Vec<String> =
        left.iter().map(|peer| format!("1s50ms {stays}.0 goodbye from {peer}.0")).collect();
    assert_eq!(ending.notes.with(&["goodbye from"]), expected);
    let sent = ending.notes.meter.sent[Traffic::Maintenance as usize];
    let bytes = u64::from(WireSizes::DEFAULT.header + Letter::BODY);
    assert_eq!((sent.messages, sent.bytes), (2, 2 * bytes));
    assert_eq!(ending.notes.meter.received[Traffic::Maintenance as usize], sent);
    assert_eq!(ending.notes.with(&["down"]).len(), 3);
}

#[test]
fn changes_come_before_events_of_their_instant() {
    // A letter that would arrive at the very instant of the crash finds nobody.
    let mut script = Script::of(&[ALWAYS; 2]);
    let to_each_other =
        |peer: u32| (950, peer, crate::echo::Ask::Aside { to: Contact::first(1 - peer), word: 1 });
    script.asks = vec![to_each_other(0), to_each_other(1)];
    script.timeline = vec![down(1_000, Share::Fraction(1.0), false, 0)];
    script.end = 2_000;
    let ending = script.run();
    assert_eq!((ending.notes.meter.dead, ending.counts.delivered), (2, 0));
}

#[test]
fn the_share_of_hostile_peers_is_exact() {
    let hostile = |peers: u32, fraction: f64| {
        let mut script = Script::of(&vec![ALWAYS; peers as usize]);
        script.adversary = Some((fraction, Adversary::Misroute));
        script.end = 1;
        let notes = script.run().notes;
        let one = |(_, contact, report): &(Time, Contact, crate::echo::Report)| match report {
            crate::echo::Report::Converged { hostile, .. } => hostile.map(|behaviour| {
                assert_eq!(behaviour, Adversary::Misroute);
                contact.peer.0
            }),
            _ => None,
        };
        notes.reports.iter().filter_map(one).collect::<Vec<u32>>()
    };
    for (peers, fraction, expected) in
        [(300, 0.0, 0), (300, 0.1, 30), (300, 1.0, 300), (7, 0.5, 4), (100, 0.004, 0), (100, 0.005, 1)]
    {
        assert_eq!(hostile(peers, fraction).len(), expected, "{fraction} of {peers}");
    }
    // More of them means the same and others.
    let (few, many) = (hostile(300, 0.1), hostile(300, 0.2));
    assert!(few.iter().all(|peer| many.contains(peer)) && many.len() == 60);
}
