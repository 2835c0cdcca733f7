//! The part of labels about the most important hubs, as rows of lengths: many labels have these hubs, and two rows are
//! compared by adding and taking the least, side by side, without asking which hub is whose.

use super::entry::Entry;

/// Hubs are taken into rows by so many at once: a processor's vectors hold a whole number of them.
const BLOCK: usize = 16;
/// The most hubs in a row: of those beyond, too few labels have each.
const WIDEST: usize = 512;
/// A block of hubs is taken where at least one in so many lengths of it is known: walking over an entry of a list costs about so
/// many times what a place in a row does.
const SPARSEST: u64 = 6;
/// A length that is not known. Known ones are less than half of it, so that a sum with it is larger than any of two known ones.
const UNKNOWN: i32 = (1 << 30) - 1;
const LIMIT: u64 = 1 << 29;

/// Lengths from points to the first hubs, row by row.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    width: usize,
    lengths: Vec<i32>,
}

impl Rows {
    /// Rows for as many hubs as pay: a block after the other as long as it is full enough, its lengths are short enough, and no more
    /// than `room` bytes are taken. `labels` gives the label of each point.
    pub(super) fn wide_enough<'a>(
        points: usize,
        labels: impl Iterator<Item = &'a [Entry]>,
        room: u64,
    ) -> Self {
        let mut known = [0u64; WIDEST / BLOCK];
        let mut limit = WIDEST;
        for label in labels {
            for entry in label.iter().take_while(|entry| (entry.number() as usize) < WIDEST) {
                let hub = entry.number() as usize;
                known[hub / BLOCK] += 1;
                if entry.length() >= LIMIT {
                    // Both ends of a hub must be in rows, or neither.
                    limit = limit.min(hub / BLOCK * BLOCK);
                }
            }
        }
        let full = |known: &&u64| **known * SPARSEST >= (points * BLOCK) as u64;
        let fits = |width: usize| (points * width * size_of::<i32>()) as u64 <= room;
        let mut width = limit.min(known.iter().take_while(full).count() * BLOCK);
        while !fits(width) {
            width -= BLOCK;
        }
        Self { width, lengths: Vec::with_capacity(points * width) }
    }

    /// Adds the row of the next point, and leaves the entries that are in no row.
    pub(super) fn take<'a>(&mut self, label: &'a [Entry]) -> &'a [Entry] {
        let start = self.lengths.len();
        self.lengths.resize(start + self.width, UNKNOWN);
        let row = &mut self.lengths[start..];
        let taken = label.partition_point(|entry| (entry.number() as usize) < row.len());
        for entry in &label[..taken] {
            row[entry.number() as usize] = entry.length() as i32;
        }
        &label[taken..]
    }

    /// How many hubs of each row are known.
    pub(super) fn known(&self, point: u32) -> u32 {
        self.row(point).iter().filter(|length| **length != UNKNOWN).count() as u32
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.lengths.capacity() * size_of::<i32>()
    }

    #[inline]
    pub(super) fn row(&self, point: u32) -> &[i32] {
        &self.lengths[point as usize * self.width..][..self.width]
    }

    /// The least sum of the lengths to a common hub; the largest number where there is none.
    #[inline]
    pub(super) fn length(&self, a: u32, b: u32) -> u64 {
        let mut least = [UNKNOWN; BLOCK];
        for (a, b) in self.row(a).chunks_exact(BLOCK).zip(self.row(b).chunks_exact(BLOCK)) {
            for ((least, a), b) in least.iter_mut().zip(a).zip(b) {
                *least = (*least).min(a + b);
            }
        }
        let least = least.into_iter().min().unwrap_or(UNKNOWN);
        if least < UNKNOWN { least as u64 } else { u64::MAX }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(labels: &[&[Entry]], room: u64) -> Rows {
        let mut rows = Rows::wide_enough(labels.len(), labels.iter().copied(), room);
        labels.iter().for_each(|label| assert!(rows.take(label).iter().all(|entry| entry.number() >= 16)));
        rows
    }

    #[test]
    fn sums_are_taken_over_common_hubs_alone() {
        let label = |lengths: [u64; 3], first: u32| -> Vec<Entry> {
            (first..).step_by(2).zip(lengths).map(|(hub, length)| Entry::new(hub, length)).collect()
        };
        // Hubs 0, 2, 4; 0, 2, 4; and 1, 3, 5.
        let (a, b, c) = (label([5, 9, LIMIT - 1], 0), label([7, 1, LIMIT - 1], 0), label([1, 1, 1], 1));
        let rows = rows(&[&a, &b, &c], u64::MAX);
        assert_eq!([rows.length(0, 1), rows.length(1, 1), rows.length(0, 2)], [10, 2, u64::MAX]);
        assert_eq!(rows.known(0), 3);
    }

    #[test]
    fn rows_end_where_a_length_is_too_long_or_room_is_short() {
        let full: Vec<Entry> = (0..64).map(|hub| Entry::new(hub, 10)).collect();
        let long: Vec<Entry> =
            (0..64).map(|hub| Entry::new(hub, if hub == 20 { LIMIT } else { 1 })).collect();
        let width =
            |labels: &[&[Entry]], room| Rows::wide_enough(labels.len(), labels.iter().copied(), room).width;
        assert_eq!(width(&[&full, &full], u64::MAX), 64);
        assert_eq!(width(&[&full, &full], 2 * 40 * 4), 32);
        assert_eq!(width(&[&full, &long], u64::MAX), 16);
        assert_eq!(width(&[&full[..2], &full[..2]], u64::MAX), 0);
    }
}
