//! A number and a length in eight bytes: what labels, heaps and places are made of.

/// Bits of a length.
const LENGTH_BITS: u32 = 40;

/// The longest length that an entry holds: 18 minutes of nanoseconds.
pub(super) const LONGEST: u64 = (1 << LENGTH_BITS) - 1;

/// One more than the largest number that an entry holds.
pub(super) const NUMBERS: usize = 1 << (u64::BITS - LENGTH_BITS);

/// A number of 24 bits above a length of 40.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry(u64);

impl Entry {
    /// Both must be small enough: whoever builds distances has seen to it that they are.
    #[inline]
    pub(super) fn new(number: u32, length: u64) -> Self {
        debug_assert!((number as usize) < NUMBERS && length <= LONGEST);
        Self(u64::from(number) << LENGTH_BITS | length)
    }

    #[inline]
    pub(super) fn number(self) -> u32 {
        (self.0 >> LENGTH_BITS) as u32
    }

    #[inline]
    pub(super) fn length(self) -> u64 {
        self.0 & LONGEST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_come_back() {
        for (number, length) in [(0, 0), (NUMBERS as u32 - 1, LONGEST), (5, LONGEST), (NUMBERS as u32 - 1, 0)]
        {
            let entry = Entry::new(number, length);
            assert_eq!((entry.number(), entry.length()), (number, length));
        }
    }
}
