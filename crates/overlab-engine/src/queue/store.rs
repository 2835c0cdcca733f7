//! Keys apart from payloads, messages apart from timers: what a pending event costs depends on what it is.

use crate::arena::{Arena, Chain};
use crate::key::{Header, Key, Slot};
use crate::model::{Happening, Model};

/// The events of a window, or of a part of the overflow.
#[derive(Clone, Copy)]
pub(crate) struct Bucket {
    keys: Chain,
    messages: Chain,
    timers: Chain,
}

impl Bucket {
    pub(crate) const EMPTY: Self = Self { keys: Chain::EMPTY, messages: Chain::EMPTY, timers: Chain::EMPTY };

    pub(crate) fn length(&self) -> usize {
        self.keys.length()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.length() == 0
    }
}

/// What all buckets of a lane hold.
pub(crate) struct Store<M: Model> {
    keys: Arena<Key>,
    messages: Arena<Option<M::Message>>,
    timers: Arena<M::Timer>,
}

impl<M: Model> Store<M> {
    pub(crate) const fn new() -> Self {
        Self { keys: Arena::new(), messages: Arena::new(), timers: Arena::new() }
    }

    #[inline(always)]
    pub(crate) fn push(
        &mut self,
        bucket: &mut Bucket,
        header: &Header,
        offset: u32,
        happening: Happening<M>,
    ) {
        let key = self.keep(bucket, header, offset, happening);
        self.push_key(bucket, key);
    }

    #[inline(always)]
    pub(crate) fn push_key(&mut self, bucket: &mut Bucket, key: Key) {
        self.keys.push(&mut bucket.keys, key, || Key::ZERO);
    }

    /// Stores the payload alone.
    #[inline(always)]
    pub(crate) fn keep(
        &mut self,
        bucket: &mut Bucket,
        header: &Header,
        offset: u32,
        happening: Happening<M>,
    ) -> Key {
        let slot = match happening {
            Happening::Message(message) => {
                Slot::Message(self.messages.push(&mut bucket.messages, Some(message), || None))
            }
            Happening::Timer(timer) => Slot::Timer(self.timers.push(&mut bucket.timers, timer, || timer)),
        };
        Key::new(header, offset, slot)
    }

    #[inline]
    pub(crate) fn take(&mut self, slot: Slot) -> Happening<M> {
        match slot {
            Slot::Message(index) => Happening::Message(
                self.messages.item_mut(index).take().expect("a key's message is there until it is executed"),
            ),
            Slot::Timer(index) => Happening::Timer(*self.timers.item(index)),
        }
    }

    /// Asks the memory for the payload of an event that will be executed soon.
    #[inline]
    pub(crate) fn prefetch(&self, slot: Slot) {
        match slot {
            Slot::Message(index) => self.messages.prefetch(index),
            Slot::Timer(index) => self.timers.prefetch(index),
        }
    }

    pub(crate) fn keys(&self, bucket: &Bucket) -> impl Iterator<Item = &[Key]> {
        self.keys.slices(bucket.keys)
    }

    pub(crate) fn release_keys(&mut self, bucket: &mut Bucket) {
        self.keys.release(&mut bucket.keys);
    }

    pub(crate) fn release(&mut self, bucket: &mut Bucket) {
        self.keys.release(&mut bucket.keys);
        self.messages.release(&mut bucket.messages);
        self.timers.release(&mut bucket.timers);
    }

    pub(crate) fn bytes(&self) -> usize {
        self.keys.bytes() + self.messages.bytes() + self.timers.bytes()
    }
}
