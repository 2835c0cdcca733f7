//! The grid of windows: which one an instant belongs to.

/// Windows of equal width, aligned to the start of the run, and halves of the ring that holds them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    width: u64,
    /// `2^64 / width`, rounded down: a multiplication instead of a division for every send.
    reciprocal: u64,
    /// Binary logarithm of the windows in half a ring.
    half_bits: u32,
}

/// A window's offsets, and those of half a ring of windows, must fit in 32 bits.
const WIDEST: u64 = 1 << 32;
/// Binary logarithm of the most windows in half a ring.
const MOST_HALF_BITS: u32 = 10;

impl Grid {
    /// Windows of `width` nanoseconds, at most 2^32 of them.
    pub(crate) fn new(width: u64) -> Self {
        let width = width.clamp(1, WIDEST);
        let half_bits = (WIDEST / width).ilog2().min(MOST_HALF_BITS);
        Self { width, reciprocal: u64::MAX / width, half_bits }
    }

    /// The grid to go on with where windows may be `fitting` nanoseconds wide from now on, if it is another one. Narrower
    /// windows than could be are right too, so that a lookahead that swings moves nothing.
    pub(crate) fn suiting(self, fitting: u64) -> Option<Self> {
        let moves = fitting.max(1) < self.width || fitting / 2 >= self.width;
        moves.then(|| Self::new(fitting)).filter(|grid| grid.width != self.width)
    }

    pub(crate) fn width(self) -> u64 {
        self.width
    }

    pub(crate) fn half_bits(self) -> u32 {
        self.half_bits
    }

    /// The window that holds `time`, and the time since its start.
    #[inline]
    pub(crate) fn split(self, time: u64) -> (u64, u32) {
        let mut window = ((u128::from(time) * u128::from(self.reciprocal)) >> 64) as u64;
        let mut offset = time - window * self.width;
        // The rounded reciprocal is never too large, and too small by little.
        while offset >= self.width {
            window += 1;
            offset -= self.width;
        }
        (window, offset as u32)
    }

    /// When a window starts, or the end of time.
    pub(crate) fn start(self, window: u64) -> u64 {
        window.saturating_mul(self.width)
    }

    /// The part of the overflow that a window belongs to.
    pub(crate) fn half(self, window: u64) -> u64 {
        window >> self.half_bits
    }

    /// When such a part starts.
    pub(crate) fn half_start(self, half: u64) -> u64 {
        self.start(half << self.half_bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn splitting_is_division(
            time in prop_oneof![any::<u64>(), 0u64..1 << 40, Just(u64::MAX)],
            width in prop_oneof![1u64..5, 1u64..WIDEST, Just(WIDEST), Just(1_000_000)],
        ) {
            let (window, offset) = Grid::new(width).split(time);
            prop_assert_eq!((window, u64::from(offset)), (time / width, time % width));
        }

        #[test]
        fn half_a_ring_fits_an_offset(width in 1u64..=WIDEST * 2) {
            let grid = Grid::new(width);
            prop_assert!(grid.width() << grid.half_bits() <= WIDEST);
            prop_assert!(grid.width() == width.min(WIDEST));
        }
    }
}
