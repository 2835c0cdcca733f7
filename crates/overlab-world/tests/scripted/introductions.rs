//! Whom newcomers are introduced to.

use crate::echo::Report;
use crate::script::{ALWAYS, Script, at};
use overlab_peer::Contact;
use overlab_time::{Span, Time};
use std::collections::BTreeSet;

const PEERS: u32 = 30;

/// All leave once and return within an epoch, so that everybody still finds itself in the list.
fn restless(introductions: usize) -> Script {
    let sessions: Vec<Vec<(u64, u64)>> = (0..u64::from(PEERS))
        .map(|peer| vec![(0, 11_000 + 100 * peer), (11_500 + 100 * peer, u64::MAX)])
        .collect();
    let sessions: Vec<&[(u64, u64)]> = sessions.iter().map(Vec::as_slice).collect();
    Script { introductions, join_retry: Span::from_millis(150), end: 25_000, ..Script::of(&sessions) }
}

fn starts(script: &Script) -> Vec<(Time, Contact, Vec<Contact>)> {
    let reports = script.run().notes.reports;
    let start = |(time, contact, report)| match report {
        Report::Started(bootstrap) => Some((time, contact, bootstrap)),
        _ => None,
    };
    reports.into_iter().filter_map(start).collect()
}

#[test]
fn introductions_are_to_others_and_no_more_than_configured() {
    for introductions in [1, 3, 8] {
        let starts = starts(&restless(introductions));
        assert!(starts.len() >= PEERS as usize);
        let mut met = BTreeSet::new();
        for (time, contact, bootstrap) in &starts {
            assert!((at(11_500)..at(15_000)).contains(time));
            // Three times as many draws as wanted from thirty: with this seed they suffice.
            assert_eq!(bootstrap.len(), introductions, "{contact:?} at {time}");
            let distinct: BTreeSet<_> = bootstrap.iter().collect();
            assert_eq!(distinct.len(), introductions, "{contact:?} at {time}: {bootstrap:?}");
            assert!(bootstrap.iter().all(|other| other.peer != contact.peer), "{contact:?} meets itself");
            met.extend(bootstrap.iter().map(|other| other.peer));
        }
        // Newcomers spread over the members: thirty single draws miss a given peer with probability e^-1.
        assert!(met.len() > PEERS as usize / 2, "{}", met.len());
    }
}

#[test]
fn two_peers_know_each_other_and_nobody_twice() {
    let returns: &[(u64, u64)] = &[(0, 2_000), (3_000, u64::MAX)];
    let script = Script { end: 5_000, ..Script::of(&[ALWAYS, returns]) };
    assert_eq!(starts(&script), [(at(3_000), Contact::first(1), vec![Contact::first(0)])]);
}

#[test]
fn another_try_gets_other_introductions() {
    // The only other member is gone for a while: every try reaches nobody, until it is back.
    let away: &[(u64, u64)] = &[(0, 1_000), (7_500, u64::MAX)];
    let returns: &[(u64, u64)] = &[(0, 500), (2_000, u64::MAX)];
    let script =
        Script { join_retry: Span::from_secs(2), end: 9_500, ..Script::of(&[away, returns, &[(0, 1_500)]]) };
    let starts = starts(&script);
    // Peer 1 tries at 2, 4, 6 and 8 s; peer 0 from 7.5 s on.
    let times: Vec<Time> = starts.iter().filter(|start| start.1.peer.0 == 1).map(|start| start.0).collect();
    assert_eq!(times[..3], [2_000, 4_000, 6_000].map(at));
    let lists: BTreeSet<&Vec<Contact>> =
        starts.iter().filter(|start| start.1.peer.0 == 1).map(|start| &start.2).collect();
    // Of two contacts in two orders some are drawn anew.
    assert!(lists.len() > 1, "{lists:?}");
}

#[test]
fn what_is_published_is_the_membership_of_the_last_epoch() {
    // Peer 1 joins at 10.1 s, too late for the epoch at 10 s; peer 2 comes at 15 s, peer 3 at 25 s.
    let newcomers: [&[(u64, u64)]; 3] = [&[(9_950, u64::MAX)], &[(15_000, u64::MAX)], &[(25_000, u64::MAX)]];
    let script =
        Script { introductions: 10, ..Script::of(&[ALWAYS, newcomers[0], newcomers[1], newcomers[2]]) };
    let sets: Vec<BTreeSet<u32>> = starts(&script)
        .into_iter()
        .map(|(_, _, bootstrap)| bootstrap.into_iter().map(|contact| contact.peer.0).collect())
        .collect();
    assert_eq!(sets, [BTreeSet::from([0]), BTreeSet::from([0]), BTreeSet::from([0, 1, 2])]);
}
