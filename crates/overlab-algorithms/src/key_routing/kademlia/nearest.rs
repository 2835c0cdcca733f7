//! The nearest of a few contacts.

use overlab_peer::Contact;

/// Buckets up to this size are sorted without a heap.
const ROOM: usize = 32;

/// Hands the `wanted` (at least one) nearest of `members` to `take` by ascending distance, until it says that it has
/// enough.
pub(super) fn nearest(
    members: &[Contact],
    wanted: usize,
    distance: impl Fn(Contact) -> u64,
    mut take: impl FnMut(Contact) -> bool,
) {
    if members.len() > ROOM {
        let mut sorted: Vec<_> = members.iter().map(|contact| (distance(*contact), *contact)).collect();
        sorted.sort_unstable_by_key(|(distance, _)| *distance);
        let _ = sorted.into_iter().take(wanted).all(|(_, contact)| take(contact));
        return;
    }
    // Insertion, with those dropped that move beyond the wanted ones.
    let mut sorted = [(0, Contact::first(0)); ROOM];
    let mut count = 0;
    for &contact in members {
        let distance = distance(contact);
        if count == wanted {
            if sorted[count - 1].0 < distance {
                continue;
            }
            count -= 1;
        }
        let mut at = count;
        while at > 0 && sorted[at - 1].0 > distance {
            sorted[at] = sorted[at - 1];
            at -= 1;
        }
        sorted[at] = (distance, contact);
        count += 1;
    }
    let _ = sorted[..count].iter().all(|(_, contact)| take(*contact));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_nearest_come_in_order(
            distances in proptest::collection::btree_set(any::<u64>(), 1..2 * ROOM),
            turn in 0usize..100,
            wanted in 1usize..80,
            enough in 1usize..80,
        ) {
            let sorted: Vec<u64> = distances.into_iter().collect();
            let mut shuffled = sorted.clone();
            shuffled.sort_by_key(|distance| distance.rotate_left(turn as u32));
            let members: Vec<Contact> = (0..shuffled.len() as u32).map(Contact::first).collect();
            let mut taken = Vec::new();
            let distance = |contact: Contact| shuffled[contact.peer.index()];
            nearest(&members, wanted, distance, |contact| {
                taken.push(distance(contact));
                taken.len() < enough
            });
            prop_assert_eq!(&taken, &sorted[..sorted.len().min(wanted).min(enough)]);
        }
    }
}
