//! Kademlia's answers to lookups.

use super::nearest::{ROOM, nearest};
use super::{Kademlia, KademliaContext, KademliaParameters};
use overlab_peer::space::XorClosest;
use overlab_peer::{
    Candidates, Contact, Key, KeyRouting, Lookout, LookupMode, LookupStyle, Responsibility, Termination,
};

impl KeyRouting for Kademlia {
    type Space = XorClosest;
    type Route = ();

    fn closest(&self, key: Key, _route: &mut (), context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        let distance = |contact| context.key_of(contact).xor(key);
        let (here, contacts) = (context.key(), self.table.contacts());
        let mut words = [0; ROOM];
        if let Some(places) = nearest(&mut words, out.room(), contacts, self.table.towards(here, key), distance) {
            out.extend_new(places.iter().map(|place| contacts[*place as usize]));
        }
        if !out.is_full() && out.len() < contacts.len() {
            // So many are wanted, or some were excluded: the long way.
            let mut sorted = Vec::new();
            for bucket in self.table.towards(here, key) {
                sorted.clear();
                sorted.extend(contacts[bucket].iter().map(|contact| (distance(*contact), *contact)));
                sorted.sort_unstable();
                if !sorted.iter().all(|(_, contact)| out.push(*contact)) {
                    return;
                }
            }
        }
        if out.is_empty() {
            // Everyone else was silent: the fault may have been this peer's own.
            for contact in self.lost.iter().rev() {
                if !out.push(*contact) {
                    return;
                }
            }
        }
    }

    fn responsible(&self, key: Key, _route: &(), context: &Lookout<'_, Self>) -> Responsibility {
        if self.table.knows_closer(context.key(), key) { Responsibility::No } else { Responsibility::Yes }
    }

    fn found(&mut self, key: Key, closest: &[Contact], context: &mut KademliaContext<'_>) {
        let here = context.key();
        if self.joined || key != here {
            return;
        }
        let me = context.me();
        let neighbour =
            closest.iter().filter(|contact| **contact != me).map(|c| context.key_of(*c).xor(here)).min();
        let Some(distance) = neighbour else { return };
        // "Finally, u refreshes all k-buckets further away than its closest neighbor" (section 2.3).
        for index in 0..distance.leading_zeros() {
            Self::refresh(index, context);
        }
        self.complete(context);
    }

    /// Iterative, alpha at a time, over when the k closest have answered.
    fn style(parameters: &KademliaParameters) -> LookupStyle {
        LookupStyle {
            mode: LookupMode::Iterative,
            parallelism: parameters.alpha,
            redundancy: parameters.k,
            termination: Termination::Convergence { siblings: parameters.siblings() },
            acknowledge: true,
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.clear();
        out.extend_from_slice(self.table.contacts());
    }

    fn heap_bytes(&self) -> usize {
        self.table.heap_bytes()
            + self.failures.capacity() * size_of::<(Contact, u8)>()
            + self.lost.capacity() * size_of::<Contact>()
    }
}
