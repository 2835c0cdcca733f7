//! Keys: what orders the events of a host, packed into three words so that sorting stays cheap.

use crate::model::ActorId;

/// Who drew the sequence number of an event.
///
/// It breaks the one tie that (time, actor, source, sequence) leaves: an actor's message meets one that its host
/// or a change passes on under the same source, with a number from another counter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Class {
    /// Another host than the target's.
    Remote = 0,
    /// The target's own host.
    Local = 1,
    /// A change of the whole world.
    World = 2,
}

/// Everything about an event but its payload, in the order of execution at a host.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Header {
    pub(crate) time: u64,
    pub(crate) host: u32,
    pub(crate) actor: u32,
    pub(crate) source: u32,
    pub(crate) sequence: u32,
    pub(crate) class: Class,
}

/// Where a payload lies in its arena.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    Message(u32),
    Timer(u32),
}

const INDEX_BITS: u32 = 29;
/// How many payloads of a kind a lane can have pending.
pub(crate) const MOST_SLOTS: usize = 1 << INDEX_BITS;
const TIMER: u32 = 1 << INDEX_BITS;

/// A pending event in 24 bytes; compares as (host, offset, actor, source, sequence, class).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Key {
    /// Host, then nanoseconds since the start of the bucket.
    place: u64,
    /// Target, then source.
    pair: u64,
    /// Sequence, then two bits of class, one of kind, and the payload's index.
    turn: u64,
}

impl Key {
    pub(crate) const ZERO: Self = Self { place: 0, pair: 0, turn: 0 };

    pub(crate) fn new(header: &Header, offset: u32, slot: Slot) -> Self {
        let low = match slot {
            Slot::Message(index) => index,
            Slot::Timer(index) => index | TIMER,
        } | (header.class as u32) << (INDEX_BITS + 1);
        Self {
            place: join(header.host, offset),
            pair: join(header.actor, header.source),
            turn: join(header.sequence, low),
        }
    }

    /// Host and time in one.
    pub(crate) fn place(self) -> u64 {
        self.place
    }

    pub(crate) fn host(self) -> u32 {
        (self.place >> 32) as u32
    }

    pub(crate) fn actor(self) -> ActorId {
        ActorId((self.pair >> 32) as u32)
    }

    pub(crate) fn offset(self) -> u32 {
        self.place as u32
    }

    pub(crate) fn slot(self) -> Slot {
        let index = self.turn as u32 & (TIMER - 1);
        if self.turn as u32 & TIMER == 0 { Slot::Message(index) } else { Slot::Timer(index) }
    }

    /// The header again, given the time at which the bucket starts.
    pub(crate) fn header(self, start: u64) -> Header {
        Header {
            time: start + u64::from(self.offset()),
            host: self.host(),
            actor: (self.pair >> 32) as u32,
            source: self.pair as u32,
            sequence: (self.turn >> 32) as u32,
            class: match self.turn as u32 >> (INDEX_BITS + 1) {
                0 => Class::Remote,
                1 => Class::Local,
                _ => Class::World,
            },
        }
    }

    /// Whether two keys differ in anything but their payload: if not, their order would be chance.
    pub(crate) fn tells_from(self, other: Self) -> bool {
        (self.place, self.pair, self.turn >> (INDEX_BITS + 1))
            != (other.place, other.pair, other.turn >> (INDEX_BITS + 1))
    }
}

fn join(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

const _: () = assert!(size_of::<Key>() == 24);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header() -> impl Strategy<Value = Header> {
        let class = prop_oneof![Just(Class::Remote), Just(Class::Local), Just(Class::World)];
        // Small ranges make ties likely.
        (0u64..4, 0u32..3, 0u32..3, 0u32..3, prop_oneof![0u32..3, Just(u32::MAX)], class).prop_map(
            |(time, host, actor, source, sequence, class)| Header {
                time,
                host,
                actor,
                source,
                sequence,
                class,
            },
        )
    }

    proptest! {
        #[test]
        fn a_key_is_its_header_and_orders_like_it(a in header(), b in header(), index in 0..TIMER) {
            let key = |header: &Header, slot| Key::new(header, header.time as u32, slot);
            let (x, y) = (key(&a, Slot::Timer(index)), key(&b, Slot::Message(TIMER - 1 - index)));
            prop_assert_eq!(x.header(0), a);
            prop_assert_eq!(x.slot(), Slot::Timer(index));
            prop_assert_eq!(y.slot(), Slot::Message(TIMER - 1 - index));
            prop_assert_eq!(x.tells_from(y), a != b);
            if a != b {
                let (a, b) = ((a.host, a), (b.host, b));
                prop_assert_eq!(x < y, a < b);
            }
        }
    }
}
