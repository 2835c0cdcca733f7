//! Who owned a key when: the ground truth behind "correct".

use overlab_peer::{Contact, Directory, Entry, Key, KeyTable, Space};
use overlab_time::Time;
use overlab_world::Roster;
use std::collections::{BTreeMap, VecDeque};
use std::marker::PhantomData;

/// A change of the membership.
#[derive(Clone, Copy, Debug)]
struct Turn {
    time: Time,
    key: Key,
    joined: bool,
}

/// Whoever came or went of late.
#[derive(Debug)]
struct Recent {
    contact: Contact,
    /// The numbers of its turns, ascending.
    turns: VecDeque<u64>,
}

/// An answer to be judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    pub(crate) key: Key,
    pub(crate) answer: Contact,
    /// When the key was asked for, and how many turns of the membership there had been.
    pub(crate) issued: (Time, u64),
    /// When the answer came.
    pub(crate) answered: Time,
    /// How many turns there had been when that was told.
    pub(crate) told: u64,
}

/// Whether an answer was right, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// At some instant between issue and answer.
    pub(crate) ever: bool,
    /// At the instant of the issue.
    pub(crate) at_issue: bool,
    /// At the instant of the answer.
    pub(crate) at_answer: bool,
}

/// The recent past of a membership, under the ownership rule `S`.
///
/// A peer owns a key while it is a member and no member beats it. So only the turns of the peer itself and of those that
/// beat it matter, and mostly there are none between a lookup and its answer: one look into the roster says it all.
///
/// The past is kept apart from the questions, so that many can be judged at once, in any order.
#[derive(Debug)]
pub(crate) struct Ownership<S> {
    /// Turns by number, from `first` on.
    turns: VecDeque<Turn>,
    first: u64,
    recent: BTreeMap<Key, Recent>,
    rule: PhantomData<S>,
}

impl<S: Space> Ownership<S> {
    pub(crate) fn new() -> Self {
        Self { turns: VecDeque::new(), first: 0, recent: BTreeMap::new(), rule: PhantomData }
    }

    /// Remembers a change of the membership.
    pub(crate) fn note(&mut self, time: Time, contact: Contact, joined: bool, keys: &KeyTable) {
        let (key, number) = (keys.key(contact), self.count());
        self.turns.push_back(Turn { time, key, joined });
        let recent = self.recent.entry(key).or_insert(Recent { contact, turns: VecDeque::new() });
        recent.turns.push_back(number);
    }

    /// How many turns there have been since the start.
    pub(crate) fn count(&self) -> u64 {
        self.first + self.turns.len() as u64
    }

    /// Forgets what happened before `time`.
    pub(crate) fn forget_before(&mut self, time: Time) {
        while let Some(turn) = self.turns.front().copied().filter(|turn| turn.time < time) {
            self.turns.pop_front();
            self.first += 1;
            let recent = self.recent.get_mut(&turn.key).expect("whoever turned is there");
            recent.turns.pop_front();
            if recent.turns.is_empty() {
                self.recent.remove(&turn.key);
            }
        }
    }

    /// Judges an answer. `roster` is the membership after all turns that were noted.
    pub(crate) fn judge(&self, question: &Question, roster: &Roster, keys: &KeyTable) -> Verdict {
        let Question { key, answer, .. } = *question;
        if self.turns.is_empty() {
            let owner = if S::SELF_DECLARED {
                roster.contains(answer)
            } else {
                S::owner(roster, key).is_some_and(|owner| owner.1 == answer)
            };
            return Verdict { ever: owner, at_issue: owner, at_answer: owner };
        }
        let from = self.first + self.turns.partition_point(|turn| turn.time < question.issued.0) as u64;
        let here = keys.key(answer);
        let (member, mut turns) = self.life(here, answer, from..question.told, roster);
        if !member && turns.is_empty() {
            return Verdict::default();
        }
        // Whoever claims a key owns it, as long as it is a member; elsewhere others may beat it.
        let rivals = if S::SELF_DECLARED {
            Some(0)
        } else {
            self.rivals((key, here), from..question.told, roster, &mut turns)
        };
        let Some(rivals) = rivals else { return Verdict::default() };
        turns.sort_unstable();
        self.replay((here, member, rivals), &turns, question)
    }

    /// Who owned a key after so many turns of the membership; `roster` is the membership after all that were noted. Nobody where owners
    /// declare themselves, or where there was no member.
    pub(crate) fn owner(&self, key: Key, turns: u64, roster: &Roster) -> Option<Contact> {
        if S::SELF_DECLARED {
            return None;
        }
        let mut gone = Vec::new();
        loop {
            let everybody = Everybody { roster, recent: &self.recent, gone: &gone };
            let (best, contact) = S::owner(&everybody, key)?;
            if self.life(best, contact, turns..turns, roster).0 {
                return Some(contact);
            }
            gone.push(best);
        }
    }

    /// How many members beat the peer at `here` for `key` before the turn `numbers.start`; adds the turns among `numbers` of
    /// all that ever do. Nothing where one of them was a member all the time.
    fn rivals(
        &self,
        (key, here): (Key, Key),
        numbers: std::ops::Range<u64>,
        roster: &Roster,
        turns: &mut Vec<u64>,
    ) -> Option<usize> {
        let (mut rivals, mut gone) = (0, Vec::new());
        loop {
            let everybody = Everybody { roster, recent: &self.recent, gone: &gone };
            let best = S::owner(&everybody, key)
                .filter(|best| best.0 != here && S::rank(best.0, key, true) < S::rank(here, key, true));
            let Some((rival, contact)) = best else { return Some(rivals) };
            let (member, its) = self.life(rival, contact, numbers.clone(), roster);
            if member && its.is_empty() {
                return None;
            }
            rivals += usize::from(member);
            turns.extend(its);
            gone.push(rival);
        }
    }

    /// Whether somebody was a member before the turn `numbers.start`, and its turns among `numbers`.
    fn life(
        &self,
        key: Key,
        contact: Contact,
        numbers: std::ops::Range<u64>,
        roster: &Roster,
    ) -> (bool, Vec<u64>) {
        let Some(recent) = self.recent.get(&key).filter(|recent| recent.contact == contact) else {
            return (roster.contains(contact), Vec::new());
        };
        let start = recent.turns.partition_point(|number| *number < numbers.start);
        let member =
            recent.turns.get(start).map_or_else(|| roster.contains(contact), |next| !self.turn(*next).joined);
        (member, recent.turns.range(start..).copied().take_while(|number| *number < numbers.end).collect())
    }

    fn turn(&self, number: u64) -> &Turn {
        &self.turns[(number - self.first) as usize]
    }

    /// Goes through the `turns` of the answer, whose key is `here`, and of its rivals.
    fn replay(
        &self,
        (here, mut member, mut rivals): (Key, bool, usize),
        turns: &[u64],
        question: &Question,
    ) -> Verdict {
        let owner = member && rivals == 0;
        // What holds just before the issue holds at that instant too.
        let mut verdict = Verdict { ever: owner, at_issue: owner, at_answer: owner };
        for number in turns {
            let turn = self.turn(*number);
            if turn.key == here {
                member = turn.joined;
            } else if turn.joined {
                rivals += 1;
            } else {
                rivals -= 1;
            }
            let owner = member && rivals == 0;
            if *number < question.issued.1 {
                verdict.at_issue = owner;
            }
            if turn.time <= question.answered {
                verdict.ever |= owner;
                verdict.at_answer = owner;
            }
        }
        verdict
    }
}

/// The members and whoever came or went of late, without a few.
struct Everybody<'a> {
    roster: &'a Roster,
    recent: &'a BTreeMap<Key, Recent>,
    gone: &'a [Key],
}

impl Everybody<'_> {
    fn admits(&self, entry: &Entry) -> bool {
        !self.gone.contains(&entry.0)
    }
}

fn entry((key, recent): (&Key, &Recent)) -> Entry {
    (*key, recent.contact)
}

impl Directory for Everybody<'_> {
    fn at_or_after(&self, key: Key) -> Option<Entry> {
        let next = |entry: &Entry| self.roster.at_or_after(Key(entry.0.0.checked_add(1)?));
        let member = std::iter::successors(self.roster.at_or_after(key), next).find(|e| self.admits(e));
        let recent = self.recent.range(key..).map(entry).find(|entry| self.admits(entry));
        member.into_iter().chain(recent).min()
    }

    fn at_or_before(&self, key: Key) -> Option<Entry> {
        let next = |entry: &Entry| self.roster.at_or_before(Key(entry.0.0.checked_sub(1)?));
        let member = std::iter::successors(self.roster.at_or_before(key), next).find(|e| self.admits(e));
        let recent = self.recent.range(..=key).rev().map(entry).find(|entry| self.admits(entry));
        member.into_iter().chain(recent).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_peer::space::{NumericallyClosest, RingSuccessor, SelfDeclared, XorClosest};
    use proptest::prelude::*;

    /// The definition itself: replays the membership and asks the rule after every turn.
    fn by_replay<S: Space>(turns: &[(u64, u32)], keys: &KeyTable, question: &Question) -> Verdict {
        let Question { key, answer, .. } = *question;
        let mut members = BTreeMap::new();
        let owns = |members: &BTreeMap<Key, Contact>| {
            if S::SELF_DECLARED {
                return members.contains_key(&keys.key(answer));
            }
            S::owner(members, key).is_some_and(|owner| owner.1 == answer)
        };
        let owned = owns(&members);
        let mut verdict = Verdict { ever: owned, at_issue: owned, at_answer: owned };
        for ((time, peer), number) in turns.iter().zip(0..question.told) {
            let contact = Contact::first(*peer);
            if members.remove(&keys.key(contact)).is_none() {
                members.insert(keys.key(contact), contact);
            }
            let (time, owns) = (Time(*time), owns(&members));
            if number < question.issued.1 {
                verdict.at_issue = owns;
            }
            // The last state before the issue holds at the issue, and so does each that a turn of that instant leaves.
            if time < question.issued.0 {
                verdict.ever = owns;
            } else if time <= question.answered {
                verdict.ever |= owns;
            }
            if time <= question.answered {
                verdict.at_answer = owns;
            }
        }
        verdict
    }

    fn check<S: Space>(turns: &[(u64, u32)], listed: &[u64], question: &Question) {
        let keys = KeyTable::listed(listed.iter().map(|key| Key(*key)).collect());
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
        let expected = by_replay::<S>(turns, &keys, question);
        assert_eq!(ownership.judge(question, &roster, &keys), expected);
        let mut members = BTreeMap::new();
        for (_, peer) in &turns[..question.told as usize] {
            let contact = Contact::first(*peer);
            if members.remove(&keys.key(contact)).is_none() {
                members.insert(keys.key(contact), contact);
            }
        }
        let owner = (!S::SELF_DECLARED).then(|| S::owner(&members, question.key)).flatten();
        assert_eq!(ownership.owner(question.key, question.told, &roster), owner.map(|owner| owner.1));
        // Nothing before the issue matters.
        ownership.forget_before(question.issued.0);
        assert_eq!(ownership.judge(question, &roster, &keys), expected);
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
            (among, later) in (0.0f64..=1.0, 0.0f64..=1.0),
        ) {
            turns.sort_by_key(|turn| turn.0);
            let before = |time: u64| turns.partition_point(|turn| turn.0 < time) as f64;
            // The issue comes before, between or after the turns of its instant; the answer is told some time later.
            let asked = before(issued) + ((before(issued + 1) - before(issued)) * among).round();
            let known = before(issued + length + 1).max(asked);
            let told = known + ((turns.len() as f64 - known) * later).round();
            let question = Question {
                key: Key(key),
                answer: Contact::first(answer),
                issued: (Time(issued), asked as u64),
                answered: Time(issued + length),
                told: told as u64,
            };
            check::<RingSuccessor>(&turns, &listed, &question);
            check::<XorClosest>(&turns, &listed, &question);
            check::<NumericallyClosest>(&turns, &listed, &question);
            check::<SelfDeclared>(&turns, &listed, &question);
        }
    }
}
