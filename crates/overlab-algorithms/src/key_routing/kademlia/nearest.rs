//! The nearest of a few contacts.

use overlab_peer::Contact;

/// Up to so many are sorted without a heap: a bucket of the usual size and some more.
const ROOM: usize = 32;

/// The low bits of a distance, in whose stead its contact's place stands while distances are sorted.
const PLACE: u64 = ROOM as u64 - 1;

/// Room to sort buckets in, one after the other.
#[derive(Debug)]
pub(super) struct Nearest {
    few: [u64; ROOM],
    /// Used only where `few` does not do.
    many: Vec<(u64, Contact)>,
}

impl Nearest {
    pub(super) fn new() -> Self {
        Self { few: [0; ROOM], many: Vec::new() }
    }

    /// Hands the `wanted` (at least one) nearest of `members` to `take` by ascending distance, until it says that it has
    /// enough.
    pub(super) fn of(
        &mut self,
        members: &[Contact],
        wanted: usize,
        distance: impl Fn(Contact) -> u64,
        mut take: impl FnMut(Contact) -> bool,
    ) {
        if members.len() <= ROOM
            && let Some(sorted) = self.sort_few(members, wanted, &distance)
        {
            let _ = sorted.iter().all(|word| take(members[(word & PLACE) as usize]));
            return;
        }
        self.many.clear();
        self.many.extend(members.iter().map(|contact| (distance(*contact), *contact)));
        self.many.sort_unstable();
        let _ = self.many.iter().take(wanted).all(|(_, contact)| take(*contact));
    }

    /// The distances of the nearest, with places for their lowest bits; nothing where those bits would decide.
    fn sort_few(
        &mut self,
        members: &[Contact],
        wanted: usize,
        distance: impl Fn(Contact) -> u64,
    ) -> Option<&[u64]> {
        let sorted = &mut self.few;
        let mut count = 0;
        // Insertion, with those dropped that move beyond the wanted ones.
        for (place, &contact) in members.iter().enumerate() {
            let word = distance(contact) & !PLACE | place as u64;
            if count == wanted {
                if sorted[count - 1] | PLACE < word {
                    continue;
                }
                count -= 1;
                if sorted[count] | PLACE == word | PLACE {
                    return None;
                }
            }
            let mut at = count;
            for before in (0..count).rev() {
                if sorted[before] < word {
                    break;
                }
                sorted[at] = sorted[before];
                at = before;
            }
            sorted[at] = word;
            count += 1;
        }
        let sorted = &self.few[..count];
        sorted.is_sorted_by(|a, b| a | PLACE < *b).then_some(sorted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_nearest_come_in_order(
            distances in proptest::collection::btree_set(any::<u64>(), 1..2 * ROOM),
            // Down to distances that differ in their lowest bits alone.
            shift in 0u32..60,
            turn in 0u32..64,
            wanted in 1usize..80,
            enough in 1usize..80,
        ) {
            let sorted: std::collections::BTreeSet<u64> = distances.into_iter().map(|d| d >> shift).collect();
            let sorted: Vec<u64> = sorted.into_iter().collect();
            let mut shuffled = sorted.clone();
            shuffled.sort_by_key(|distance| distance.rotate_right(turn).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let members: Vec<Contact> = (0..shuffled.len() as u32).map(Contact::first).collect();
            let mut taken = Vec::new();
            let distance = |contact: Contact| shuffled[contact.peer.index()];
            Nearest::new().of(&members, wanted, distance, |contact| {
                taken.push(distance(contact));
                taken.len() < enough
            });
            prop_assert_eq!(&taken, &sorted[..sorted.len().min(wanted).min(enough)]);
        }
    }
}
