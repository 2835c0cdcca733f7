//! Lists of contacts by bucket, all of a peer's in one piece of memory.

use overlab_peer::{Contact, Key};
use std::ops::Range;

/// For every bucket that has contacts, a list of them; each list carries a `T`.
///
/// Where a bucket's contacts begin and end fits into four bytes, so a bucket costs no allocation of its own and no room
/// that it does not fill.
#[derive(Clone, Debug)]
pub(super) struct Lists<T> {
    /// The bit that the members of a bucket differ from the peer in is set where it has a list: bucket 0's is the highest.
    held: u64,
    /// The lists by ascending bucket.
    spans: Vec<Span<T>>,
    /// Their contacts, list after list.
    contacts: Vec<Contact>,
}

/// A list: at most 64 lists of 1,000 contacts each fit below 2^16.
#[derive(Clone, Copy, Debug)]
struct Span<T> {
    start: u16,
    count: u16,
    tag: T,
}

/// A list that keeps its length.
#[derive(Debug)]
pub(super) struct List<'a, T> {
    /// At least one.
    pub(super) contacts: &'a mut [Contact],
    /// What the list carries.
    pub(super) tag: &'a mut T,
}

impl<T> List<'_, T> {
    /// Moves `contact` to the end; says whether it was in there.
    pub(super) fn touch(&mut self, contact: Contact) -> bool {
        let Some(at) = find(self.contacts, contact) else { return false };
        close_gap(self.contacts, at, contact);
        true
    }

    /// Drops the first and puts `contact` at the end.
    pub(super) fn displace(&mut self, contact: Contact) {
        close_gap(self.contacts, 0, contact);
    }
}

/// The mask of the bucket `index`.
pub(super) fn bit(index: u32) -> u64 {
    1 << (Key::BITS - 1 - index)
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { held: 0, spans: Vec::new(), contacts: Vec::new() }
    }
}

impl<T: Copy> Span<T> {
    fn range(&self) -> Range<usize> {
        usize::from(self.start)..usize::from(self.start) + usize::from(self.count)
    }
}

impl<T: Copy> Lists<T> {
    /// The buckets that have lists, as a mask.
    pub(super) fn held(&self) -> u64 {
        self.held
    }

    /// Whether the bucket `index` has a list.
    pub(super) fn has(&self, index: u32) -> bool {
        self.held & bit(index) != 0
    }

    /// Where the list of the bucket `index` is, or would be.
    fn place(&self, index: u32) -> usize {
        // All higher bits; shifting one less first keeps the shift below 64.
        (self.held & !(bit(index) | (bit(index) - 1))).count_ones() as usize
    }

    /// The contacts of the bucket `index`, none where it has no list.
    pub(super) fn get(&self, index: u32) -> &[Contact] {
        if self.has(index) { &self.contacts[self.range(index)] } else { &[] }
    }

    /// Where among [`Self::contacts`] the list of the bucket `index` is, which must be there.
    pub(super) fn range(&self, index: u32) -> Range<usize> {
        self.spans[self.place(index)].range()
    }

    /// The list of the bucket `index`, where it has one.
    pub(super) fn list_mut(&mut self, index: u32) -> Option<List<'_, T>> {
        if !self.has(index) {
            return None;
        }
        let place = self.place(index);
        let span = &mut self.spans[place];
        Some(List { contacts: &mut self.contacts[span.range()], tag: &mut span.tag })
    }

    /// What the lists carry, by ascending bucket.
    pub(super) fn tags(&self) -> impl Iterator<Item = T> {
        self.spans.iter().map(|span| span.tag)
    }

    /// All contacts.
    pub(super) fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// Makes room for so many lists and contacts, and no more.
    pub(super) fn reserve(&mut self, lists: usize, contacts: usize) {
        self.spans.reserve_exact(lists);
        self.contacts.reserve_exact(contacts);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.held = 0;
        self.spans.clear();
        self.contacts.clear();
    }

    /// Gives the bucket `index`, which must lie below all that have lists, one of `contacts`.
    pub(super) fn append(&mut self, index: u32, tag: T, contacts: &[Contact]) {
        debug_assert!(self.held & (bit(index) | (bit(index) - 1)) == 0 && !contacts.is_empty());
        self.held |= bit(index);
        self.spans.push(Span { start: self.contacts.len() as u16, count: contacts.len() as u16, tag });
        self.contacts.extend_from_slice(contacts);
    }

    /// Puts `contact` at the end of its list, which carries `tag` if it is new.
    pub(super) fn push(&mut self, index: u32, contact: Contact, tag: T) {
        let place = self.place(index);
        if !self.has(index) {
            if self.spans.len() == self.spans.capacity() {
                self.spans.reserve_exact(2);
            }
            let start = self.spans.get(place).map_or(self.contacts.len() as u16, |next| next.start);
            self.spans.insert(place, Span { start, count: 0, tag });
            self.held |= bit(index);
        }
        if self.contacts.len() == self.contacts.capacity() {
            // Doubling would leave a quarter of all memory unused.
            self.contacts.reserve_exact((self.contacts.len() / 16).max(4));
        }
        self.contacts.insert(self.spans[place].range().end, contact);
        self.spans[place].count += 1;
        for later in &mut self.spans[place + 1..] {
            later.start += 1;
        }
    }

    /// Takes the last of a list, if it is there.
    pub(super) fn pop(&mut self, index: u32) -> Option<Contact> {
        let last = *self.get(index).last()?;
        let place = self.place(index);
        self.take_out(index, place, self.spans[place].range().end - 1);
        Some(last)
    }

    /// Drops `contact` from its list; `replacement` joins the list's end. Says whether there was such a contact.
    pub(super) fn replace(&mut self, index: u32, contact: Contact, replacement: Option<Contact>) -> bool {
        let Some(at) = find(self.get(index), contact) else { return false };
        let place = self.place(index);
        let range = self.spans[place].range();
        match replacement {
            Some(replacement) => close_gap(&mut self.contacts[range], at, replacement),
            None => self.take_out(index, place, range.start + at),
        }
        true
    }

    /// Takes the contact at `at` out of the list at `place`, and with the last of them the list.
    fn take_out(&mut self, index: u32, place: usize, at: usize) {
        self.contacts.remove(at);
        self.spans[place].count -= 1;
        for later in &mut self.spans[place + 1..] {
            later.start -= 1;
        }
        if self.spans[place].count == 0 {
            self.spans.remove(place);
            self.held &= !bit(index);
        }
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.spans.capacity() * size_of::<Span<T>>() + self.contacts.capacity() * size_of::<Contact>()
    }
}

/// The place of `contact`. Eight addresses are compared at once: most lists that are searched do not hold whom they are
/// searched for.
fn find(list: &[Contact], contact: Contact) -> Option<usize> {
    let (chunks, rest) = list.as_chunks::<8>();
    for (number, chunk) in chunks.iter().enumerate() {
        if chunk.iter().fold(false, |hit, other| hit | (other.peer == contact.peer))
            && let Some(at) = chunk.iter().position(|other| *other == contact)
        {
            return Some(number * 8 + at);
        }
    }
    Some(chunks.len() * 8 + rest.iter().position(|other| *other == contact)?)
}

/// Moves what stands behind `at` up by one and puts `last` at the end.
fn close_gap(list: &mut [Contact], at: usize, last: Contact) {
    list.copy_within(at + 1.., at);
    *list.last_mut().expect("a list has contacts") = last;
}

const _: () = assert!(size_of::<Span<u32>>() == 8 && size_of::<Span<()>>() == 4);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug)]
    enum Step {
        Touch,
        Push,
        Displace,
        Pop,
        Replace(Option<u32>),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Touch),
            Just(Step::Push),
            Just(Step::Push),
            Just(Step::Displace),
            Just(Step::Pop),
            proptest::option::of(0u32..9).prop_map(Step::Replace),
        ]
    }

    proptest! {
        /// Against a map of lists of their own.
        #[test]
        fn the_lists_do_not_mix(steps in proptest::collection::vec((0u32..64, 0u32..9, step()), 0..300)) {
            let mut lists = Lists::default();
            let mut model: BTreeMap<u32, (u32, Vec<Contact>)> = BTreeMap::new();
            for (tag, (bucket, peer, step)) in steps.into_iter().enumerate() {
                // Few buckets, the first and the last among them, so that lists grow.
                let (index, contact) = (bucket / 8 * 9, Contact::first(peer));
                let known = model.get(&index).and_then(|list| list.1.iter().position(|c| *c == contact));
                match step {
                    Step::Touch => {
                        let touched = lists.list_mut(index).is_some_and(|mut list| list.touch(contact));
                        prop_assert_eq!(touched, known.is_some());
                        if let Some(at) = known {
                            model.get_mut(&index).unwrap().1[at..].rotate_left(1);
                        }
                    }
                    Step::Push => {
                        lists.push(index, contact, tag as u32);
                        model.entry(index).or_insert((tag as u32, Vec::new())).1.push(contact);
                    }
                    Step::Displace => {
                        if let Some((_, list)) = model.get_mut(&index) {
                            lists.list_mut(index).unwrap().displace(contact);
                            list.remove(0);
                            list.push(contact);
                        }
                    }
                    Step::Pop => {
                        prop_assert_eq!(lists.pop(index), model.get_mut(&index).and_then(|list| list.1.pop()));
                    }
                    Step::Replace(replacement) => {
                        let replacement = replacement.map(Contact::first);
                        prop_assert_eq!(lists.replace(index, contact, replacement), known.is_some());
                        if let Some(at) = known {
                            let list = &mut model.get_mut(&index).unwrap().1;
                            list.remove(at);
                            list.extend(replacement);
                        }
                    }
                }
                model.retain(|_, list| !list.1.is_empty());
                for index in 0..64 {
                    let list = model.get(&index);
                    prop_assert_eq!(lists.has(index), list.is_some());
                    prop_assert_eq!(lists.get(index), list.map_or(&[][..], |list| &list.1));
                    prop_assert_eq!(lists.list_mut(index).map(|list| *list.tag), list.map(|list| list.0));
                }
            }
            let all: Vec<Contact> = model.values().flat_map(|list| list.1.iter().copied()).collect();
            prop_assert_eq!(lists.contacts(), &all);
            let slack = lists.heap_bytes() - all.len() * 8 - model.len() * 8;
            prop_assert!(slack <= 64 * 8 + lists.contacts.capacity() / 2, "{} bytes unused", slack);
        }
    }
}
