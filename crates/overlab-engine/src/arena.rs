//! Chains of fixed blocks in one growing array: many lists, no allocation each, freed at once.
//!
//! Buckets fill unevenly; blocks let memory follow what is pending rather than what each bucket once held, and keep
//! what one window needs close together.

use overlab_time::{prefetch, prefetch_item};

/// Items in a block: small enough that a nearly empty bucket wastes little.
const BLOCK: usize = 16;
const NONE: u32 = u32::MAX;

/// A list of items in an [`Arena`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chain {
    first: u32,
    last: u32,
    length: u32,
}

impl Chain {
    pub(crate) const EMPTY: Self = Self { first: NONE, last: NONE, length: 0 };

    pub(crate) fn length(self) -> usize {
        self.length as usize
    }
}

/// The blocks of all chains.
#[derive(Debug)]
pub(crate) struct Arena<T> {
    items: Vec<T>,
    /// The block after each block, in its chain or in the list of free blocks.
    next: Vec<u32>,
    free: u32,
}

impl<T> Arena<T> {
    /// Whether memory is asked for items one by one before they are written, since what a block held before left the cache
    /// long ago; small ones come by whole blocks.
    const LARGE: bool = size_of::<T>() > 32;

    pub(crate) const fn new() -> Self {
        Self { items: Vec::new(), next: Vec::new(), free: NONE }
    }

    /// Appends `value` to `chain` and says where it lies; `filler` makes what new blocks are filled with.
    #[inline(always)]
    pub(crate) fn push(&mut self, chain: &mut Chain, value: T, filler: impl FnMut() -> T) -> u32 {
        let within = chain.length as usize % BLOCK;
        if within == 0 {
            let block = self.block(filler);
            if chain.length == 0 {
                chain.first = block;
            } else {
                self.next[chain.last as usize] = block;
            }
            chain.last = block;
        }
        chain.length += 1;
        let index = chain.last as usize * BLOCK + within;
        if Self::LARGE {
            prefetch_item(&self.items, index + 1);
        }
        self.items[index] = value;
        index as u32
    }

    #[inline(never)]
    fn block(&mut self, filler: impl FnMut() -> T) -> u32 {
        if self.free == NONE {
            let block = self.next.len();
            let length = self.items.len() + BLOCK;
            assert!(
                length <= crate::key::MOST_SLOTS,
                "more than {} pending events on one thread: use more threads, or fewer peers",
                crate::key::MOST_SLOTS
            );
            self.items.resize_with(length, filler);
            self.next.push(NONE);
            block as u32
        } else {
            let block = self.free;
            self.free = std::mem::replace(&mut self.next[block as usize], NONE);
            if self.free != NONE {
                // The block that is taken next.
                let start = self.free as usize * BLOCK;
                let wanted = if Self::LARGE { 1 } else { BLOCK };
                prefetch(&self.items[start..start + wanted]);
            }
            block
        }
    }

    #[inline]
    pub(crate) fn item(&self, index: u32) -> &T {
        &self.items[index as usize]
    }

    #[inline]
    pub(crate) fn item_mut(&mut self, index: u32) -> &mut T {
        &mut self.items[index as usize]
    }

    /// Asks the memory for an item that will be wanted soon.
    #[inline]
    pub(crate) fn prefetch(&self, index: u32) {
        prefetch_item(&self.items, index as usize);
    }

    /// The items of a chain, block by block.
    pub(crate) fn slices(&self, chain: Chain) -> impl Iterator<Item = &[T]> {
        let mut block = chain.first;
        let mut left = chain.length as usize;
        std::iter::from_fn(move || {
            (left > 0).then(|| {
                let start = block as usize * BLOCK;
                let length = left.min(BLOCK);
                left -= length;
                block = self.next[block as usize];
                &self.items[start..start + length]
            })
        })
    }

    /// Gives the blocks of a chain back.
    pub(crate) fn release(&mut self, chain: &mut Chain) {
        if chain.length > 0 {
            self.next[chain.last as usize] = self.free;
            self.free = chain.first;
            *chain = Chain::EMPTY;
        }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.items.capacity() * size_of::<T>() + self.next.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_keep_their_items_and_blocks_are_used_again() {
        let mut arena = Arena::new();
        let (mut even, mut odd) = (Chain::EMPTY, Chain::EMPTY);
        let list = |arena: &Arena<u32>, chain| arena.slices(chain).flatten().copied().collect::<Vec<_>>();
        for round in 0..10 {
            for i in 0..200 {
                let chain = if i % 2 == 0 { &mut even } else { &mut odd };
                let index = arena.push(chain, round + i, || 0);
                assert_eq!(*arena.item(index), round + i);
            }
            assert_eq!(list(&arena, even), (0..100).map(|i| round + 2 * i).collect::<Vec<_>>());
            assert_eq!(list(&arena, odd), (0..100).map(|i| round + 2 * i + 1).collect::<Vec<_>>());
            assert_eq!(odd.length(), 100);
            arena.release(&mut even);
            arena.release(&mut odd);
        }
        // Two chains of 100 items need seven blocks each, in every round the same ones.
        assert_eq!(arena.next.len(), 14);
    }
}
