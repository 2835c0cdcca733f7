//! Who was up when: the exact log of a run that is heard.

use super::occurrence::Turn;
use overlab_peer::{Contact, PeerId};
use overlab_time::Time;
use std::collections::BTreeMap;

/// The turns of all peers' lives so far, by peer. Who was up from the start and stayed has none.
#[derive(Clone, Debug, Default)]
pub struct Life {
    turns: BTreeMap<PeerId, Vec<(Time, u32, Turn)>>,
}

impl Life {
    pub(super) fn note(&mut self, time: Time, contact: Contact, turn: Turn) {
        self.turns.entry(contact.peer).or_default().push((time, contact.identity, turn));
    }

    /// Since when a contact is gone at `now`: since when its address is down, or somebody else lives there. Nothing where it
    /// is up, or never was.
    pub fn gone_since(&self, contact: Contact, now: Time) -> Option<Time> {
        let turns = self.turns.get(&contact.peer)?;
        let until = turns.partition_point(|turn| turn.0 <= now);
        let its =
            turns[..until].iter().rev().find(|turn| turn.1 == contact.identity && turn.2 != Turn::Joined)?;
        (its.2 == Turn::Down).then_some(its.0)
    }

    /// When a contact that is up at `from` goes down, if it does so before `to`.
    pub fn leaves(&self, contact: Contact, from: Time, to: Time) -> Option<Time> {
        let turns = self.turns.get(&contact.peer)?;
        let its = |turn: &&(Time, u32, Turn)| {
            turn.0 >= from && turn.0 < to && turn.1 == contact.identity && turn.2 == Turn::Down
        };
        turns.iter().find(its).map(|turn| turn.0)
    }

    /// All turns by peer: when, which identity, and what.
    pub fn turns(&self) -> &BTreeMap<PeerId, Vec<(Time, u32, Turn)>> {
        &self.turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_gone_until_it_comes_back_as_itself() {
        let mut life = Life::default();
        let (old, new) = (Contact::first(3), Contact { peer: PeerId(3), identity: 1 });
        for (at, contact, turn) in [
            (10, old, Turn::Down),
            (20, old, Turn::Up),
            (25, old, Turn::Joined),
            (30, old, Turn::Down),
            (40, new, Turn::Up),
        ] {
            life.note(Time(at), contact, turn);
        }
        let since = |contact, at| life.gone_since(contact, Time(at)).map(|time| time.0);
        assert_eq!(
            [5, 10, 19, 20, 29, 30, 50].map(|at| since(old, at)),
            [None, Some(10), Some(10), None, None, Some(30), Some(30)]
        );
        let leaves = |from, to| life.leaves(old, Time(from), Time(to)).map(|time| time.0);
        assert_eq!(
            [leaves(5, 50), leaves(20, 50), leaves(20, 30), leaves(31, 50)],
            [Some(10), Some(30), None, None]
        );
        assert_eq!([35, 50].map(|at| since(new, at)), [None, None], "it never went");
        assert_eq!(since(Contact::first(4), 50), None);
    }
}
