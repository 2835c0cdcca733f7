//! Who owned a key when: the ground truth behind "correct".

use overlab_peer::{Contact, Directory, Key, KeyTable, Space};
use overlab_time::Time;
use overlab_world::Roster;
use std::collections::{BTreeMap, VecDeque};
use std::marker::PhantomData;

/// A change of the membership.
#[derive(Clone, Copy, Debug)]
struct Turn {
    time: Time,
    key: Key,
    contact: Contact,
    joined: bool,
}

/// Whether an answer was right, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// At some instant between issue and answer.
    pub(crate) ever: bool,
    /// At the instant of the answer.
    pub(crate) at_answer: bool,
}

/// The recent past of a membership, under the ownership rule `S`.
///
/// A peer owns a key while it is a member and no member beats it. So only the turns of the peer itself and of
/// those that beat it matter, and mostly there are none between a lookup and its answer.
#[derive(Debug)]
pub(crate) struct Ownership<S> {
    turns: VecDeque<Turn>,
    rule: PhantomData<S>,
}

impl<S: Space> Ownership<S> {
    pub(crate) fn new() -> Self {
        Self { turns: VecDeque::new(), rule: PhantomData }
    }

    /// Remembers a change of the membership; the roster has it already.
    pub(crate) fn note(&mut self, time: Time, contact: Contact, joined: bool, keys: &KeyTable) {
        self.turns.push_back(Turn { time, key: keys.key(contact), contact, joined });
    }

    /// Forgets what happened before `time`.
    pub(crate) fn forget_before(&mut self, time: Time) {
        while self.turns.front().is_some_and(|turn| turn.time < time) {
            self.turns.pop_front();
        }
    }

    /// Judges `answer` to a lookup of `key` issued at `issued` and answered at `answered`, no later than the last turn.
    pub(crate) fn judge(
        &self,
        answer: Contact,
        key: Key,
        issued: Time,
        answered: Time,
        roster: &Roster,
        keys: &KeyTable,
    ) -> Verdict {
        if S::SELF_DECLARED {
            // Whoever claims a key owns it, as long as it is a member.
            return self.walk_back(answer, answered, issued, roster.contains(answer), 0, |turn| {
                turn.contact == answer
            });
        }
        let rank = S::rank(keys.key(answer), key, true);
        let beats = |other: Key| S::rank(other, key, true) < rank;
        let relevant = |turn: &Turn| turn.contact == answer || beats(turn.key);
        let turns = self
            .turns
            .iter()
            .rev()
            .take_while(|turn| turn.time >= issued)
            .filter(|turn| relevant(turn))
            .count();
        // More rivals than turns means that there was one all the time.
        let rivals = rivals::<S>(roster.by_key(), key, beats, turns + 1);
        if rivals > turns {
            return Verdict::default();
        }
        self.walk_back(answer, answered, issued, roster.contains(answer), rivals, relevant)
    }

    /// Walks from the present back to `issued`, keeping count of membership and rivals.
    fn walk_back(
        &self,
        answer: Contact,
        answered: Time,
        issued: Time,
        member: bool,
        rivals: usize,
        relevant: impl Fn(&Turn) -> bool,
    ) -> Verdict {
        let (mut member, mut rivals) = (member, rivals);
        let mut verdict = Verdict::default();
        let mut answered_seen = false;
        for turn in
            self.turns.iter().rev().take_while(|turn| turn.time >= issued).filter(|turn| relevant(turn))
        {
            // Here the state holds from the turn's instant to the next turn's.
            if turn.time <= answered {
                let owner = member && rivals == 0;
                verdict.ever |= owner;
                if !answered_seen {
                    verdict.at_answer = owner;
                    answered_seen = true;
                }
            }
            if turn.contact == answer {
                member = !turn.joined;
            } else if turn.joined {
                rivals -= 1;
            } else {
                rivals += 1;
            }
        }
        let owner = member && rivals == 0;
        verdict.ever |= owner;
        if !answered_seen {
            verdict.at_answer = owner;
        }
        verdict
    }
}

/// How many members beat the answer, counted up to `most`.
fn rivals<S: Space>(
    members: &BTreeMap<Key, Contact>,
    key: Key,
    beats: impl Fn(Key) -> bool,
    most: usize,
) -> usize {
    let mut without = Without { members, gone: Vec::new() };
    while without.gone.len() < most {
        match S::owner(&without, key) {
            Some((owner, _)) if beats(owner) => without.gone.push(owner),
            _ => break,
        }
    }
    without.gone.len()
}

/// A directory from which a few have been taken out.
struct Without<'a> {
    members: &'a BTreeMap<Key, Contact>,
    gone: Vec<Key>,
}

impl Directory for Without<'_> {
    fn at_or_after(&self, key: Key) -> Option<(Key, Contact)> {
        self.members.range(key..).map(|(k, c)| (*k, *c)).find(|entry| !self.gone.contains(&entry.0))
    }

    fn at_or_before(&self, key: Key) -> Option<(Key, Contact)> {
        self.members.range(..=key).rev().map(|(k, c)| (*k, *c)).find(|entry| !self.gone.contains(&entry.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_peer::space::{NumericallyClosest, RingSuccessor, XorClosest};
    use proptest::prelude::*;

    /// The definition itself: replays the membership and asks the rule after every turn.
    fn by_replay<S: Space>(
        turns: &[(u64, u32)],
        keys: &KeyTable,
        answer: Contact,
        key: Key,
        issued: u64,
        answered: u64,
    ) -> Verdict {
        let mut members = BTreeMap::new();
        let mut verdict = Verdict::default();
        let owns =
            |members: &BTreeMap<Key, Contact>| S::owner(members, key).is_some_and(|owner| owner.1 == answer);
        for instant in 0..=answered {
            // All turns of one instant, one after another: each leaves a state that held at that instant.
            let before = owns(&members);
            if instant == issued {
                verdict.ever |= before;
            }
            for (_, peer) in turns.iter().filter(|turn| turn.0 == instant) {
                let contact = Contact::first(*peer);
                if members.remove(&keys.key(contact)).is_none() {
                    members.insert(keys.key(contact), contact);
                }
                if instant >= issued {
                    verdict.ever |= owns(&members);
                }
            }
        }
        verdict.at_answer = owns(&members);
        verdict
    }

    fn check<S: Space>(
        turns: &[(u64, u32)],
        listed: &[u64],
        answer: u32,
        key: u64,
        issued: u64,
        answered: u64,
    ) {
        let keys = KeyTable::listed(listed.iter().map(|key| Key(*key)).collect());
        let (answer, key) = (Contact::first(answer), Key(key));
        let mut roster = Roster::new(listed.len() as u32);
        let mut ownership = Ownership::<S>::new();
        for (time, peer) in turns {
            let contact = Contact::first(*peer);
            let joined = !roster.contains(contact);
            if joined {
                roster.insert(contact, &keys);
            } else {
                roster.remove(contact, &keys);
            }
            ownership.note(Time(*time), contact, joined, &keys);
        }
        let verdict = ownership.judge(answer, key, Time(issued), Time(answered), &roster, &keys);
        assert_eq!(verdict, by_replay::<S>(turns, &keys, answer, key, issued, answered));
    }

    proptest! {
        #[test]
        fn the_verdict_is_the_definition_s(
            mut turns in proptest::collection::vec((0u64..30, 0u32..8), 0..60),
            listed in Just([3u64, 20, 21, 40, 99, 150, 200, 255]).prop_shuffle(),
            answer in 0u32..8,
            key in 0u64..256,
            issued in 0u64..20,
            length in 0u64..10,
        ) {
            turns.sort_by_key(|turn| turn.0);
            check::<RingSuccessor>(&turns, &listed, answer, key, issued, issued + length);
            check::<XorClosest>(&turns, &listed, answer, key, issued, issued + length);
            check::<NumericallyClosest>(&turns, &listed, answer, key, issued, issued + length);
        }
    }
}
