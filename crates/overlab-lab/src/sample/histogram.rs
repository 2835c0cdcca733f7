//! Counts of numbers by size, so fine that a number is known to within 0.05 %.
//!
//! Each power of two is cut into 1,024 equal cells, numbers below 2,048 have one each (the layout of Tene's HdrHistogram):
//! a cell at v is at most v / 1,024 wide, so its middle is at most v / 2,048 from whatever is in it.

/// Binary logarithm of the cells in a power of two.
const CELL_BITS: u32 = 10;
const CELLS: usize = 1 << CELL_BITS;

/// How many numbers fell into each cell: exact counts, which merge in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Histogram {
    /// By octave: first the numbers below 1,024, then those below 2,048, 4,096 and so on; empty where there are none.
    octaves: Vec<Vec<u64>>,
}

/// The octave and the cell that a number belongs to.
fn cell(value: u64) -> (usize, usize) {
    match value.checked_ilog2().and_then(|log| log.checked_sub(CELL_BITS)) {
        None => (0, value as usize),
        Some(shift) => (shift as usize + 1, (value >> shift) as usize - CELLS),
    }
}

/// The number in the middle of a cell, rounded down.
fn middle(octave: usize, cell: usize) -> u64 {
    match octave.checked_sub(1) {
        None => cell as u64,
        Some(shift) => (((cell + CELLS) as u64) << shift) + ((1u64 << shift) >> 1),
    }
}

impl Histogram {
    pub(super) fn add(&mut self, value: u64) {
        let (octave, cell) = cell(value);
        self.octave(octave)[cell] += 1;
    }

    fn octave(&mut self, octave: usize) -> &mut [u64] {
        if octave >= self.octaves.len() {
            self.octaves.resize(octave + 1, Vec::new());
        }
        let cells = &mut self.octaves[octave];
        if cells.is_empty() {
            cells.resize(CELLS, 0);
        }
        cells
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (octave, theirs) in other.octaves.iter().enumerate().filter(|octave| !octave.1.is_empty()) {
            for (mine, theirs) in self.octave(octave).iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
    }

    /// The numbers at the places `ranks` (from 0, ascending) of the ascending order, or close to them. Places past the
    /// end get nothing.
    pub(super) fn at(&self, ranks: &[u64]) -> Vec<u64> {
        let cells = self.octaves.iter().enumerate().flat_map(|(octave, cells)| {
            cells.iter().enumerate().map(move |(cell, count)| (middle(octave, cell), *count))
        });
        let (mut found, mut seen) = (Vec::with_capacity(ranks.len()), 0);
        for (middle, count) in cells {
            seen += count;
            while ranks.get(found.len()).is_some_and(|rank| *rank < seen) {
                found.push(middle);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_middle_is_close(value in prop_oneof![any::<u64>(), 0u64..5_000, 1u64 << 20..1 << 40]) {
            let (octave, place) = cell(value);
            let middle = middle(octave, place);
            // At most one part in 2,048 off, and no more than half a unit through rounding.
            prop_assert!(middle.abs_diff(value) <= value >> 11, "{value} in the cell of {middle}");
            prop_assert_eq!(cell(middle), (octave, place));
        }

        #[test]
        fn numbers_keep_their_order(a: u64, b: u64) {
            prop_assert!(a > b || cell(a) <= cell(b));
        }
    }

    #[test]
    fn every_number_has_a_cell() {
        assert_eq!(cell(0), (0, 0));
        assert_eq!(
            (cell(1_023), cell(1_024), cell(2_047), cell(2_048)),
            ((0, 1_023), (1, 0), (1, 1_023), (2, 0))
        );
        assert_eq!(cell(u64::MAX), (54, 1_023));
    }
}
