//! Keys apart from payloads, messages apart from timers: what a pending event costs depends on what it is.

use crate::arena::{Arena, Chain};
use crate::key::{Header, Key, Slot};
use crate::model::{Coming, Happening, Model};

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

/// What a pending event carries: one that is known to be a message, or a timer, spares every step on its way the question.
pub(crate) trait Payload<M: Model>: Sized {
    /// Stores it.
    fn store(self, store: &mut Store<M>, bucket: &mut Bucket) -> Slot;

    /// Either of the two.
    fn happening(self) -> Happening<M>;
}

/// A payload that is known to be a message.
pub(crate) struct Letter<M: Model>(pub(crate) M::Message);

/// A message that lies somewhere and is moved only once.
pub(crate) struct Parked<'a, M: Model>(pub(crate) &'a mut Option<M::Message>);

/// A payload that is known to be a timer.
pub(crate) struct Alarm<M: Model>(pub(crate) M::Timer);

impl<M: Model> Payload<M> for Letter<M> {
    #[inline(always)]
    fn store(self, store: &mut Store<M>, bucket: &mut Bucket) -> Slot {
        Slot::Message(store.messages.push(&mut bucket.messages, Some(self.0), || None))
    }

    fn happening(self) -> Happening<M> {
        Happening::Message(self.0)
    }
}

impl<M: Model> Payload<M> for Parked<'_, M> {
    #[inline(always)]
    fn store(self, store: &mut Store<M>, bucket: &mut Bucket) -> Slot {
        Slot::Message(store.messages.push(&mut bucket.messages, self.0.take(), || None))
    }

    fn happening(self) -> Happening<M> {
        Happening::Message(self.0.take().expect("it lies there"))
    }
}

impl<M: Model> Payload<M> for Alarm<M> {
    #[inline(always)]
    fn store(self, store: &mut Store<M>, bucket: &mut Bucket) -> Slot {
        Slot::Timer(store.timers.push(&mut bucket.timers, self.0, || self.0))
    }

    fn happening(self) -> Happening<M> {
        Happening::Timer(self.0)
    }
}

impl<M: Model> Payload<M> for Happening<M> {
    #[inline]
    fn store(self, store: &mut Store<M>, bucket: &mut Bucket) -> Slot {
        match self {
            Self::Message(message) => Letter(message).store(store, bucket),
            Self::Timer(timer) => Alarm(timer).store(store, bucket),
        }
    }

    fn happening(self) -> Self {
        self
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
        payload: impl Payload<M>,
    ) {
        let key = self.keep(bucket, header, offset, payload);
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
        payload: impl Payload<M>,
    ) -> Key {
        let slot = payload.store(self, bucket);
        Key::new(header, offset, slot)
    }

    #[inline]
    pub(crate) fn take(&mut self, slot: Slot) -> Happening<M> {
        match slot {
            Slot::Message(index) => {
                Happening::Message(self.take_message(index).expect("it is there until it is executed"))
            }
            Slot::Timer(index) => Happening::Timer(self.timer(index)),
        }
    }

    /// Takes a message, which is there until it is executed.
    #[inline(always)]
    pub(crate) fn take_message(&mut self, index: u32) -> Option<M::Message> {
        self.messages.item_mut(index).take()
    }

    #[inline(always)]
    pub(crate) fn timer(&self, index: u32) -> M::Timer {
        *self.timers.item(index)
    }

    /// What an event will be; its message may be read, for its payload was asked for.
    #[inline]
    pub(crate) fn coming(&self, slot: Slot) -> Coming<'_, M::Message> {
        match slot {
            Slot::Message(index) => Coming::Message(self.messages.item(index).as_ref()),
            Slot::Timer(_) => Coming::Timer,
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
