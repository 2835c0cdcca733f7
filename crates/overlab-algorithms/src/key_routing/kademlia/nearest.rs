//! Sorting the nearest of a few contacts, one word each.

use overlab_peer::Contact;
use std::ops::Range;

/// Up to so many less one may be wanted: the usual k and some more.
pub(super) const ROOM: usize = 32;

/// The low bits of a distance, in whose stead its contact's place stands while distances are sorted: that of any place in
/// a peer's table.
const PLACE: u64 = 0xffff;

/// The places among `contacts` of the `wanted` nearest by ascending distance, or of all where there are no more. Of two
/// `buckets` all contacts of the earlier are nearer. Nothing where more than `ROOM - 1` are wanted, or where two distances
/// differ in their low bits alone.
pub(super) fn nearest<'a>(
    words: &'a mut [u64; ROOM],
    wanted: usize,
    contacts: &[Contact],
    buckets: impl Iterator<Item = Range<usize>>,
    distance: impl Fn(Contact) -> u64,
) -> Option<&'a [u64]> {
    // One more is kept than wanted, so that the last wanted one is known to be nearer than all that are dropped.
    let most = wanted + 1;
    if most > ROOM {
        return None;
    }
    let mut count = 0;
    for bucket in buckets {
        if count >= wanted {
            break;
        }
        let first = bucket.start;
        for (offset, &contact) in contacts[bucket].iter().enumerate() {
            let word = distance(contact) & !PLACE | (first + offset) as u64;
            let mut at = count;
            if count == most {
                at -= 1;
                if words[at] < word {
                    continue;
                }
            } else {
                count += 1;
            }
            let head = &mut words[..=at];
            while at > 0 && head[at - 1] > word {
                head[at] = head[at - 1];
                at -= 1;
            }
            head[at] = word;
        }
    }
    if !words[..count].is_sorted_by(|a, b| a | PLACE < *b) {
        return None;
    }
    let places = &mut words[..count.min(wanted)];
    for word in &mut *places {
        *word &= PLACE;
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_nearest_come_in_order(
            distances in proptest::collection::btree_set(any::<u64>(), 1..2 * ROOM),
            // Down to distances that differ in their low bits alone.
            shift in 0u32..56,
            turn in 0u32..64,
            cuts in proptest::collection::btree_set(0usize..2 * ROOM, 0..5),
            wanted in 0usize..40,
        ) {
            let sorted: std::collections::BTreeSet<u64> = distances.into_iter().map(|d| d >> shift).collect();
            let sorted: Vec<u64> = sorted.into_iter().collect();
            let mut ends: Vec<usize> = cuts.into_iter().filter(|cut| *cut < sorted.len()).collect();
            ends.push(sorted.len());
            // Bucket after bucket, each in no order.
            let (mut buckets, mut mixed) = (Vec::new(), sorted.clone());
            for &end in &ends {
                let bucket = buckets.last().map_or(0, |bucket: &Range<usize>| bucket.end)..end;
                mixed[bucket.clone()].sort_by_key(|d| d.rotate_right(turn).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                buckets.push(bucket);
            }
            let contacts: Vec<Contact> = (0..mixed.len() as u32).map(Contact::first).collect();
            let mut words = [0; ROOM];
            let found = nearest(&mut words, wanted, &contacts, buckets.into_iter(), |contact| mixed[contact.peer.index()]);
            let expected = &sorted[..sorted.len().min(wanted)];
            match found {
                Some(places) => prop_assert_eq!(places.iter().map(|at| mixed[*at as usize]).collect::<Vec<_>>(), expected),
                None => prop_assert!(wanted >= ROOM || sorted.windows(2).any(|pair| pair[0] | PLACE >= pair[1] & !PLACE)),
            }
        }
    }
}
