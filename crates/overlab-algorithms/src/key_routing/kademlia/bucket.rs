//! One bucket: the contacts that share a certain number of leading bits with a peer.

use super::parameters::{Eviction, KademliaParameters};
use overlab_peer::Contact;

/// Contacts by the time they were last seen, latest last.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    contacts: Vec<Contact>,
    /// What waits outside; allocated on use.
    waiting: Option<Box<Waiting>>,
    /// When the bucket is due for a refresh, in seconds since the start of the run.
    pub(super) due: u32,
}

/// Those for whom there is no room.
#[derive(Clone, Debug, Default)]
struct Waiting {
    /// The replacement cache, latest seen last.
    cache: Vec<Contact>,
    /// The contact that was pinged to make room, until it answers or fails to.
    pinged: Option<Contact>,
}

impl Bucket {
    /// A bucket of `contacts`.
    pub(super) fn new(contacts: Vec<Contact>, due: u32) -> Self {
        Self { contacts, waiting: None, due }
    }

    pub(super) fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// Moves `contact` to the end as the latest seen, or lets it in where there is room, or lets it wait. Returns a
    /// contact to ping, if it takes one.
    pub(super) fn seen(&mut self, contact: Contact, parameters: &KademliaParameters) -> Option<Contact> {
        if let Some(place) = self.contacts.iter().position(|other| *other == contact) {
            self.contacts[place..].rotate_left(1);
            self.ping_over(contact);
            return None;
        }
        if self.contacts.len() < parameters.k {
            if self.contacts.len() == self.contacts.capacity() {
                // Four at a time: half of a network's buckets never fill up.
                let more = (parameters.k - self.contacts.len()).min(4);
                self.contacts.reserve_exact(more);
            }
            self.contacts.push(contact);
            return None;
        }
        if parameters.cache() == 0 {
            return None;
        }
        let waiting = self.waiting.get_or_insert_default();
        if let Some(place) = waiting.cache.iter().position(|other| *other == contact) {
            waiting.cache[place..].rotate_left(1);
        } else {
            if waiting.cache.len() >= parameters.cache() {
                waiting.cache.remove(0);
            }
            waiting.cache.push(contact);
        }
        if parameters.eviction == Eviction::Ping && waiting.pinged.is_none() {
            waiting.pinged = self.contacts.first().copied();
            waiting.pinged
        } else {
            None
        }
    }

    /// Notes that `contact` answered or failed to, in case it was pinged.
    pub(super) fn ping_over(&mut self, contact: Contact) {
        if let Some(waiting) = &mut self.waiting
            && waiting.pinged == Some(contact)
        {
            waiting.pinged = None;
        }
    }

    /// Drops `contact`; the latest seen of the replacement cache takes its place. Returns whether one did.
    pub(super) fn remove(&mut self, contact: Contact) -> bool {
        let before = self.contacts.len();
        self.contacts.retain(|other| *other != contact);
        if self.contacts.len() == before {
            return false;
        }
        let replacement = self.waiting.as_mut().and_then(|waiting| waiting.cache.pop());
        // It was seen before all that are in the bucket now, or nearly so, but is likelier alive than most.
        self.contacts.extend(replacement);
        replacement.is_some()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let waiting = self
            .waiting
            .as_ref()
            .map_or(0, |waiting| size_of::<Waiting>() + waiting.cache.capacity() * size_of::<Contact>());
        self.contacts.capacity() * size_of::<Contact>() + waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(eviction: Eviction) -> (Bucket, KademliaParameters) {
        let parameters = KademliaParameters {
            k: 3,
            replacement_cache: Some(2),
            eviction,
            ..KademliaParameters::default()
        };
        let mut bucket = Bucket::new(Vec::new(), 0);
        for peer in 1..=3 {
            assert_eq!(bucket.seen(Contact::first(peer), &parameters), None);
        }
        (bucket, parameters)
    }

    fn peers(bucket: &Bucket) -> Vec<u32> {
        bucket.contacts().iter().map(|contact| contact.peer.0).collect()
    }

    #[test]
    fn the_latest_seen_stands_last() {
        let (mut bucket, parameters) = filled(Eviction::Lazy);
        bucket.seen(Contact::first(1), &parameters);
        assert_eq!(peers(&bucket), [2, 3, 1]);
    }

    #[test]
    fn newcomers_wait_and_the_latest_of_them_comes_first() {
        let (mut bucket, parameters) = filled(Eviction::Lazy);
        for peer in [4, 5, 6, 5] {
            assert_eq!(bucket.seen(Contact::first(peer), &parameters), None);
        }
        // The cache of two has dropped 4; 5 was seen after 6.
        assert!(bucket.remove(Contact::first(2)));
        assert_eq!(peers(&bucket), [1, 3, 5]);
        assert!(bucket.remove(Contact::first(1)));
        assert!(!bucket.remove(Contact::first(3)));
        assert_eq!(peers(&bucket), [5, 6]);
    }

    #[test]
    fn the_oldest_is_pinged_once_at_a_time() {
        let (mut bucket, parameters) = filled(Eviction::Ping);
        assert_eq!(bucket.seen(Contact::first(4), &parameters), Some(Contact::first(1)));
        assert_eq!(bucket.seen(Contact::first(5), &parameters), None);
        // It answers: it is the latest seen now, and the next newcomer costs the next oldest a ping.
        bucket.seen(Contact::first(1), &parameters);
        assert_eq!(bucket.seen(Contact::first(6), &parameters), Some(Contact::first(2)));
        // It does not answer.
        bucket.ping_over(Contact::first(2));
        assert!(bucket.remove(Contact::first(2)));
        assert_eq!(peers(&bucket), [3, 1, 6]);
    }
}
