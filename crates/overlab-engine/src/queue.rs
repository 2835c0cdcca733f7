//! The pending events of a lane: a ring of buckets, one a window, and an overflow wheel for what is far.
//!
//! Three levels, each of which covers its current part and the next one, so that an event is at least a part away
//! before it takes the way over a higher level:
//!
//! * the ring: two halves of up to 1024 windows, a bucket a window;
//! * the wheel: two turns of 128 slots, each of which holds half a ring;
//! * an ordered map of later turns.

mod gather;
mod store;

use crate::arena::{Arena, Chain};
use crate::grid::Grid;
use crate::key::{Header, Key};
use crate::model::{Coming, Happening, Model};
use std::collections::BTreeMap;
pub(crate) use store::{Alarm, Letter, Parked, Payload};
use store::{Bucket, Store};

/// Binary logarithm of the slots in a turn of the wheel.
const TURN_BITS: u32 = 7;
/// Slots of the wheel: two turns.
const WHEEL: u64 = 2 << TURN_BITS;

/// A slot of the wheel: half a ring.
struct Slot {
    bucket: Bucket,
    /// The time of its first event.
    earliest: u64,
}

impl Slot {
    const EMPTY: Self = Self { bucket: Bucket::EMPTY, earliest: u64::MAX };
}

/// A later turn of the wheel.
struct Turn {
    /// Keys with the half that their offset counts from.
    keys: Chain,
    /// Payloads alone.
    payloads: Bucket,
    /// The time of its first event.
    earliest: u64,
}

impl Turn {
    const EMPTY: Self = Self { keys: Chain::EMPTY, payloads: Bucket::EMPTY, earliest: u64::MAX };
}

/// The pending events of a lane.
pub(crate) struct Queue<M: Model> {
    grid: Grid,
    /// The current half: the ring holds its windows and those of the next.
    half: u64,
    /// No window before this one holds anything.
    cursor: u64,
    ring: Vec<Bucket>,
    /// One bit a bucket of the ring: whether it holds a key.
    occupied: Vec<u64>,
    wheel: Vec<Slot>,
    /// Slots of the wheel that hold something.
    in_wheel: usize,
    turns: BTreeMap<u64, Turn>,
    turn_keys: Arena<(u64, Key)>,
    store: Store<M>,
    pending: u64,
    /// Keys on their way from the wheel to the ring, or left over by a cut window.
    moving: Vec<Key>,
    /// Where each group of hosts starts while a bucket is sorted.
    groups: Vec<u32>,
}

impl<M: Model> Queue<M> {
    /// An empty queue at `now`.
    pub(crate) fn new(grid: Grid, now: u64) -> Self {
        let cursor = grid.split(now).0;
        let windows = 2usize << grid.half_bits();
        Self {
            grid,
            half: grid.half(cursor),
            cursor,
            ring: vec![Bucket::EMPTY; windows],
            occupied: vec![0; windows.div_ceil(64)],
            wheel: std::iter::repeat_with(|| Slot::EMPTY).take(WHEEL as usize).collect(),
            in_wheel: 0,
            turns: BTreeMap::new(),
            turn_keys: Arena::new(),
            store: Store::new(),
            pending: 0,
            moving: Vec::new(),
            groups: Vec::new(),
        }
    }

    pub(crate) fn grid(&self) -> Grid {
        self.grid
    }

    pub(crate) fn pending(&self) -> u64 {
        self.pending
    }

    /// Adds an event that is not before the last window.
    #[inline(always)]
    pub(crate) fn push(&mut self, header: &Header, payload: impl Payload<M>) {
        self.pending += 1;
        self.place(header, payload);
    }

    #[inline(always)]
    fn place(&mut self, header: &Header, payload: impl Payload<M>) {
        let (window, offset) = self.grid.split(header.time);
        debug_assert!(window >= self.cursor, "an event in the past");
        if self.grid.half(window) <= self.half + 1 {
            let place = self.slot(window);
            self.store.push(&mut self.ring[place], header, offset, payload);
            self.occupied[place / 64] |= 1 << (place % 64);
        } else {
            self.place_later(self.grid.half(window), header, payload);
        }
    }

    #[inline(never)]
    fn place_later(&mut self, half: u64, header: &Header, payload: impl Payload<M>) {
        let offset = (header.time - self.grid.half_start(half)) as u32;
        let turn = half >> TURN_BITS;
        if turn <= (self.half >> TURN_BITS) + 1 {
            let slot = &mut self.wheel[(half % WHEEL) as usize];
            self.in_wheel += usize::from(slot.bucket.is_empty());
            slot.earliest = slot.earliest.min(header.time);
            self.store.push(&mut slot.bucket, header, offset, payload);
        } else {
            let turn = self.turns.entry(turn).or_insert(Turn::EMPTY);
            turn.earliest = turn.earliest.min(header.time);
            let key = self.store.keep(&mut turn.payloads, header, offset, payload);
            self.turn_keys.push(&mut turn.keys, (half, key), || (0, Key::ZERO));
        }
    }

    /// Keeps the payload of an event in the window that is being executed; the caller keeps the key.
    #[inline(never)]
    pub(crate) fn push_current(&mut self, header: &Header, payload: impl Payload<M>) -> Key {
        self.pending += 1;
        let (window, offset) = self.grid.split(header.time);
        let place = self.slot(window);
        self.store.keep(&mut self.ring[place], header, offset, payload)
    }

    /// Takes the message of an event that is executed now.
    #[inline(always)]
    pub(crate) fn take_message(&mut self, index: u32) -> Option<M::Message> {
        self.pending -= 1;
        self.store.take_message(index)
    }

    /// Takes the timer of an event that is executed now.
    #[inline(always)]
    pub(crate) fn take_timer(&mut self, index: u32) -> M::Timer {
        self.pending -= 1;
        self.store.timer(index)
    }

    /// What an event will be whose payload was asked for.
    #[inline]
    pub(crate) fn coming(&self, key: Key) -> Coming<'_, M::Message> {
        self.store.coming(key.slot())
    }

    /// Asks the memory for the payload of an event that will be executed soon.
    #[inline]
    pub(crate) fn prefetch(&self, key: Key) {
        self.store.prefetch(key.slot());
    }

    /// The first window that holds an event.
    pub(crate) fn next_window(&self) -> Option<u64> {
        self.next_in_ring().or_else(|| {
            let in_wheel = || {
                // Every slot once, from the current one on.
                let halves = (self.half..self.half + WHEEL).filter(|_| self.in_wheel > 0);
                halves
                    .map(|half| &self.wheel[(half % WHEEL) as usize])
                    .find(|slot| !slot.bucket.is_empty())
                    .map(|slot| slot.earliest)
            };
            let earliest =
                in_wheel().or_else(|| self.turns.first_key_value().map(|(_, turn)| turn.earliest))?;
            Some(self.grid.split(earliest).0)
        })
    }

    fn next_in_ring(&self) -> Option<u64> {
        let from = self.cursor.max(self.half << self.grid.half_bits());
        let mask = self.ring.len() as u64 - 1;
        let place = from & mask;
        let words = self.occupied.len();
        let first = (place / 64) as usize;
        let high = u64::MAX << (place % 64);
        (0..=words).find_map(|i| {
            let index = (first + i) % words;
            // The first word is met again at the end, for what lies before the start.
            let part = match i {
                0 => high,
                _ if i == words => !high,
                _ => u64::MAX,
            };
            let bits = self.occupied[index] & part;
            (bits != 0).then(|| {
                let found = index as u64 * 64 + u64::from(bits.trailing_zeros());
                from + (found.wrapping_sub(place) & mask)
            })
        })
    }

    /// Makes `window`, before which nothing is pending, the current one.
    pub(crate) fn advance(&mut self, window: u64) {
        self.cursor = window;
        let half = self.grid.half(window);
        let old = std::mem::replace(&mut self.half, half);
        if half > old {
            let (turn, old_turn) = (half >> TURN_BITS, old >> TURN_BITS);
            // Nothing is pending before the window, so what lies between is empty.
            for due in (old_turn + 2).max(turn)..=turn + 1 {
                if let Some(turn) = self.turns.remove(&due) {
                    self.empty_turn(turn, Self::place);
                }
            }
            for due in (old + 2).max(half)..=half + 1 {
                let start = self.grid.half_start(due);
                let bucket = self.take_slot(due);
                self.empty(bucket, start, Self::place);
            }
        }
    }

    fn take_slot(&mut self, half: u64) -> Bucket {
        let bucket = std::mem::replace(&mut self.wheel[(half % WHEEL) as usize], Slot::EMPTY).bucket;
        self.in_wheel -= usize::from(!bucket.is_empty());
        bucket
    }

    /// Hands every event of a bucket that starts at `start` to `each`, and gives the bucket's blocks back.
    fn empty(
        &mut self,
        mut bucket: Bucket,
        start: u64,
        mut each: impl FnMut(&mut Self, &Header, Happening<M>),
    ) {
        let mut moving = std::mem::take(&mut self.moving);
        moving.clear();
        self.store.keys(&bucket).for_each(|keys| moving.extend_from_slice(keys));
        for key in &moving {
            let happening = self.store.take(key.slot());
            each(self, &key.header(start), happening);
        }
        self.store.release(&mut bucket);
        self.moving = moving;
    }

    /// The same for a turn.
    fn empty_turn(&mut self, mut turn: Turn, mut each: impl FnMut(&mut Self, &Header, Happening<M>)) {
        // Once in 128 slots: a list of its own is cheap.
        let keys = self.turn_keys.slices(turn.keys).collect::<Vec<_>>().concat();
        for (half, key) in keys {
            let happening = self.store.take(key.slot());
            each(self, &key.header(self.grid.half_start(half)), happening);
        }
        self.turn_keys.release(&mut turn.keys);
        self.store.release(&mut turn.payloads);
    }

    /// Moves everything into a queue of another grid.
    pub(crate) fn regrid(&mut self, grid: Grid, now: u64) {
        let old = std::mem::replace(self, Self::new(grid, now));
        old.pour(|header, happening| self.push(header, happening));
    }

    /// Hands everything to `each`, in no particular order.
    pub(crate) fn pour(mut self, mut each: impl FnMut(&Header, Happening<M>)) {
        let mask = self.ring.len() as u64 - 1;
        let first = self.half << self.grid.half_bits();
        for place in 0..self.ring.len() {
            let window = first + ((place as u64).wrapping_sub(first) & mask);
            let bucket = std::mem::replace(&mut self.ring[place], Bucket::EMPTY);
            let start = self.grid.start(window);
            self.empty(bucket, start, |_, header, happening| each(header, happening));
        }
        // The wheel holds the current turn and the next.
        let first = (self.half >> TURN_BITS) << TURN_BITS;
        for half in first..first + WHEEL {
            let start = self.grid.half_start(half);
            let bucket = self.take_slot(half);
            self.empty(bucket, start, |_, header, happening| each(header, happening));
        }
        for turn in std::mem::take(&mut self.turns).into_values() {
            self.empty_turn(turn, |_, header, happening| each(header, happening));
        }
    }

    fn slot(&self, window: u64) -> usize {
        window as usize & (self.ring.len() - 1)
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.store.bytes()
            + self.turn_keys.bytes()
            + self.ring.capacity() * size_of::<Bucket>()
            + self.wheel.capacity() * size_of::<Slot>()
            + self.turns.len() * size_of::<(u64, Turn)>()
            + self.moving.capacity() * size_of::<Key>()
            + self.groups.capacity() * size_of::<u32>()
    }
}
