//! Labels as they are asked: a row of lengths to the most important hubs, and one run of memory for the others.

use super::dense::Rows;
use super::entry::Entry;
use overlab_time::prefetch;

/// Into this many parts every label is cut by its hubs, to be walked side by side.
const PARTS: usize = 4;

/// The labels of some nodes. The length between two is the least sum over their common hubs.
#[derive(Clone, Debug)]
pub(super) struct Labels {
    /// What labels say of the most important hubs.
    first: Rows,
    /// Label after label what they say of the others, hubs in ascending order.
    entries: Vec<Entry>,
    /// Where each part of a label starts; one row more than there are labels.
    rows: Vec<[u32; PARTS]>,
}

impl Labels {
    /// Moves the labels of the nodes `points` together; a label's number is its place among these. Rows take `room` bytes at most.
    pub(super) fn new(mut labels: Vec<Vec<Entry>>, points: &[u32], room: u64) -> Self {
        let mut first =
            Rows::wide_enough(points.len(), points.iter().map(|&point| &labels[point as usize][..]), room);
        let mut kept = 0;
        for &point in points {
            let label = &mut labels[point as usize];
            // Each list is given back once it is in its row: two whole copies are never held.
            *label = first.take(label).to_vec();
            kept += label.len();
        }
        let cuts = cuts(&labels, points);
        let mut entries = Vec::with_capacity(kept);
        let mut rows = Vec::with_capacity(points.len() + 1);
        for &point in points {
            let label = std::mem::take(&mut labels[point as usize]);
            let start =
                |hub: u32| (entries.len() + label.partition_point(|entry| entry.number() < hub)) as u32;
            rows.push(cuts.map(start));
            entries.extend(label);
        }
        rows.push([entries.len() as u32; PARTS]);
        Self { first, entries, rows }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.first.bytes()
            + self.entries.capacity() * size_of::<Entry>()
            + self.rows.capacity() * size_of::<[u32; PARTS]>()
    }

    /// How many hubs the labels have, one by one.
    pub(super) fn sizes(&self) -> impl Iterator<Item = u32> {
        let others = self.rows.windows(2).map(|rows| rows[1][0] - rows[0][0]);
        others.zip(0..).map(|(others, point)| self.first.known(point) + others)
    }

    /// The length between two points: both lists of hubs are walked once, in parts side by side, since each step of a walk waits
    /// for the one before it.
    #[inline]
    pub(super) fn length(&self, a: u32, b: u32) -> u64 {
        let (of_a, of_b) = (self.parts(a), self.parts(b));
        for part in of_a.iter().chain(&of_b) {
            prefetch(part);
        }
        let least = self.first.length(a, b);
        let mut walks: [Walk<'_>; PARTS] = std::array::from_fn(|part| Walk::new(of_a[part], of_b[part]));
        while walks.iter().all(Walk::goes_on) {
            walks.iter_mut().for_each(Walk::step);
        }
        // What is left of some when the first is at its end.
        let (early, late) = walks.split_at_mut(PARTS / 2);
        for (one, other) in early.iter_mut().zip(late) {
            while one.goes_on() && other.goes_on() {
                one.step();
                other.step();
            }
            while one.goes_on() {
                one.step();
            }
            while other.goes_on() {
                other.step();
            }
        }
        walks.iter().map(|walk| walk.least).fold(least, u64::min)
    }

    #[inline]
    fn parts(&self, point: u32) -> [&[Entry]; PARTS] {
        let starts = self.rows[point as usize];
        let end = self.rows[point as usize + 1][0];
        std::array::from_fn(|part| {
            let end = if part + 1 < PARTS { starts[part + 1] } else { end };
            &self.entries[starts[part] as usize..end as usize]
        })
    }
}

/// The hubs that cut all labels together into parts of like size; the first is 0.
fn cuts(labels: &[Vec<Entry>], points: &[u32]) -> [u32; PARTS] {
    let mut counts = vec![0u64; labels.len()];
    for entry in points.iter().flat_map(|&point| &labels[point as usize]) {
        counts[entry.number() as usize] += 1;
    }
    let all: u64 = counts.iter().sum();
    let (mut cuts, mut next, mut before) = ([0; PARTS], 1, 0);
    for (hub, count) in (0..).zip(counts) {
        while next < PARTS && before * PARTS as u64 > all * next as u64 {
            cuts[next] = hub;
            next += 1;
        }
        before += count;
    }
    cuts[next..].fill(labels.len() as u32);
    cuts
}

/// Two lists of hubs on the way to the least sum of their common ones.
struct Walk<'a> {
    a: &'a [Entry],
    b: &'a [Entry],
    i: usize,
    j: usize,
    least: u64,
}

impl<'a> Walk<'a> {
    #[inline]
    fn new(a: &'a [Entry], b: &'a [Entry]) -> Self {
        Self { a, b, i: 0, j: 0, least: u64::MAX }
    }

    #[inline]
    fn goes_on(&self) -> bool {
        self.i < self.a.len() && self.j < self.b.len()
    }

    /// Without a branch: which list is ahead cannot be foretold.
    #[inline]
    fn step(&mut self) {
        let (a, b) = (self.a[self.i], self.b[self.j]);
        let (hub_a, hub_b) = (a.number(), b.number());
        let sum = if hub_a == hub_b { a.length() + b.length() } else { u64::MAX };
        self.least = self.least.min(sum);
        self.i += usize::from(hub_a <= hub_b);
        self.j += usize::from(hub_b <= hub_a);
    }
}
