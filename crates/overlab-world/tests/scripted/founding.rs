//! Where there is no overlay, exactly one peer begins one.

use crate::echo::Report;
use crate::script::{ALWAYS, Ending, NEVER, Script, at};
use overlab_peer::Contact;
use overlab_time::{Span, Time};
use overlab_world::{Change, Pace, Share};

/// When and where overlays were begun.
fn founded(ending: &Ending) -> Vec<(Time, Contact)> {
    let empty = Report::Started(Vec::new());
    ending.notes.reports.iter().filter(|line| line.2 == empty).map(|line| (line.0, line.1)).collect()
}

fn from(milliseconds: u64) -> [(u64, u64); 1] {
    [(milliseconds, u64::MAX)]
}

fn crash(milliseconds: u64) -> (Time, Change) {
    (at(milliseconds), Change::Down { share: Share::Fraction(1.0), graceful: false, event: 0 })
}

#[test]
fn the_first_that_is_up_at_an_epoch_begins() {
    for joins_over in [None, Some(Span::from_secs(1))] {
        let script = Script {
            joins_over,
            end: 30_000,
            ..Script::of(&[NEVER, &from(4_000), &from(3_000), &from(12_000)])
        };
        let ending = script.run();
        // The first by address, not by time; peer 2 tries at 3, 8 and 13 s, peer 3 finds it at once.
        assert_eq!(founded(&ending), [(at(10_000), Contact::first(1))]);
        assert_eq!(
            ending.notes.with(&[" up", " new", " starts", " joined"]),
            [
                "3s 2.0 up",
                "4s 1.0 up",
                "10s 1.0 new",
                "10s 1.0 starts from []",
                "10s 1.0 joined",
                "12s 3.0 up",
                "12s 3.0 new",
                "12s 3.0 starts from [1.0]",
                "12s100ms 3.0 joined",
                "13s 2.0 new",
                "13s 2.0 starts from [1.0]",
                "13s100ms 2.0 joined",
            ]
        );
        assert_eq!(ending.notes.members[&at(20_000)], [1, 2, 3].map(Contact::first));
    }
}

#[test]
fn joins_from_the_start_are_through_the_first_peer() {
    let script = Script {
        joins_over: Some(Span::from_secs(4)),
        end: 12_000,
        ..Script::of(&[NEVER, ALWAYS, ALWAYS, &from(6_000)])
    };
    let ending = script.run();
    assert_eq!(founded(&ending), [(Time::ZERO, Contact::first(1))]);
    let starts = ending.notes.with(&["starts from"]);
    assert_eq!(starts.len(), 3);
    assert!(starts[1].ends_with("2.0 starts from [1.0]"), "{starts:?}");
    // Nothing newer was published by 6 s.
    assert_eq!(starts[2], "6s 3.0 starts from [1.0]");
    assert_eq!(ending.notes.members[&at(10_000)], [1, 2, 3].map(Contact::first));
}

#[test]
fn who_comes_after_all_have_crashed_begins_anew() {
    let script = Script {
        timeline: vec![crash(5_000)],
        end: 30_000,
        ..Script::of(&[ALWAYS, ALWAYS, ALWAYS, &from(7_000), &from(8_000)])
    };
    let ending = script.run();
    assert_eq!(founded(&ending), [(at(10_000), Contact::first(3))]);
    assert_eq!(
        ending.notes.turns(),
        [
            "5s 0.0 down",
            "5s 1.0 down",
            "5s 2.0 down",
            "7s 3.0 up",
            "8s 4.0 up",
            "10s 3.0 joined",
            "13s100ms 4.0 joined",
        ]
    );
    // Until the epoch newcomers are introduced to what was published before the crash: both hellos reach nobody.
    assert_eq!(ending.notes.meter.dead, 2);
}

#[test]
fn a_crash_at_an_epoch_is_published_by_it() {
    let script = Script {
        joins_over: Some(Span::from_secs(1)),
        timeline: vec![(at(10_000), Change::Down { share: Share::Count(2), graceful: false, event: 0 })],
        end: 40_000,
        ..Script::of(&[ALWAYS, ALWAYS, &from(11_000), &from(12_000)])
    };
    let ending = script.run();
    // Both go at 10 s; who comes at 11 s is not introduced to whom has crashed at the epoch itself.
    assert_eq!(founded(&ending), [(Time::ZERO, Contact::first(0)), (at(20_000), Contact::first(2))]);
    assert_eq!(ending.notes.meter.dead, 0);
    // Peer 3 tries at 12, 17 and 22 s.
    assert_eq!(ending.notes.turns()[7..], ["12s 3.0 up", "20s 2.0 joined", "22s100ms 3.0 joined"]);
    // The crash comes first: where it takes all at 20 s, nobody is left to begin anything.
    let again = Script { timeline: vec![crash(10_000), crash(20_000)], ..script };
    assert_eq!(founded(&again.run()), [(Time::ZERO, Contact::first(0))]);
}

#[test]
fn a_lone_peer_that_returns_waits_for_the_epoch() {
    // It is itself all that was published, and nobody is introduced to itself.
    for fresh_identity in [false, true] {
        let script =
            Script { fresh_identity, end: 30_000, ..Script::of(&[&[(0, 2_000), (4_000, u64::MAX)]]) };
        let ending = script.run();
        let back = Contact { identity: u32::from(fresh_identity), ..Contact::first(0) };
        assert_eq!(founded(&ending), [(at(10_000), back)]);
        assert_eq!(ending.notes.members[&at(20_000)], [back]);
    }
}

#[test]
fn joins_that_double_leave_every_doubling_as_long() {
    let script = Script {
        joins_over: Some(Span::from_secs(40)),
        pace: Pace::Doubling,
        end: 60_000,
        ..Script::of(&[ALWAYS; 15])
    };
    let ending = script.run();
    // 15 peers are four doublings of 10 s: 1, 2, 4 and 8 of them; the first of all founds the overlay at once.
    let ups = ending.notes.turns().into_iter().filter(|line| line.ends_with(" up"));
    let mut seconds: Vec<f64> = ups
        .map(|line| {
            line.split(' ').next().and_then(|time| time.parse::<Span>().ok()).expect("a time").as_seconds()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    let within = |from: f64, to: f64| seconds.iter().filter(|&&at| (from..to).contains(&at)).count();
    assert_eq!([within(10.0, 20.0), within(20.0, 30.0), within(30.0, 40.0)], [2, 4, 8], "{seconds:?}");
}
