//! Labels as they are asked: one run of memory a point.

use super::entry::Entry;

/// The labels of some nodes. The length between two is the least sum over their common hubs.
#[derive(Clone, Debug)]
pub(super) struct Labels {
    /// Label after label, hubs in ascending order.
    entries: Vec<Entry>,
    /// Where a label starts, and where its hubs of the second half start; one row more than there are labels.
    rows: Vec<[u32; 2]>,
}

impl Labels {
    /// Moves the labels of the nodes that `wanted` names together; a label's number is its place among these.
    pub(super) fn new(labels: Vec<Vec<Entry>>, wanted: &[bool]) -> Self {
        let hubs = labels.len();
        let middle = middle(&labels, wanted, hubs);
        let kept =
            labels.iter().zip(wanted).filter(|(_, wanted)| **wanted).map(|(label, _)| label.len()).sum();
        let mut entries = Vec::with_capacity(kept);
        let mut rows = Vec::with_capacity(hubs + 1);
        for (label, _) in labels.into_iter().zip(wanted).filter(|(_, wanted)| **wanted) {
            let split = label.partition_point(|hub| hub.number() < middle);
            rows.push([entries.len() as u32, (entries.len() + split) as u32]);
            // Each list is given back once it is copied: two whole copies are never held.
            entries.extend(label);
        }
        rows.push([entries.len() as u32; 2]);
        rows.shrink_to_fit();
        Self { entries, rows }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>() + self.rows.capacity() * size_of::<[u32; 2]>()
    }

    /// How many hubs the labels have, one by one.
    pub(super) fn sizes(&self) -> impl Iterator<Item = u32> {
        self.rows.windows(2).map(|rows| rows[1][0] - rows[0][0])
    }

    /// The length between two points: both lists of hubs are walked once, in two halves side by side, since each step of a
    /// walk waits for the one before it.
    #[inline]
    pub(super) fn length(&self, a: u32, b: u32) -> u64 {
        let (mut high, mut low) = (
            Walk::new(self.halves(a)[0], self.halves(b)[0]),
            Walk::new(self.halves(a)[1], self.halves(b)[1]),
        );
        while high.goes_on() && low.goes_on() {
            high.step();
            low.step();
        }
        while high.goes_on() {
            high.step();
        }
        while low.goes_on() {
            low.step();
        }
        high.least.min(low.least)
    }

    #[inline]
    fn halves(&self, point: u32) -> [&[Entry]; 2] {
        let [start, split] = self.rows[point as usize];
        let end = self.rows[point as usize + 1][0];
        [&self.entries[start as usize..split as usize], &self.entries[split as usize..end as usize]]
    }
}

/// The hub with half of all entries before it.
fn middle(labels: &[Vec<Entry>], wanted: &[bool], hubs: usize) -> u32 {
    let mut counts = vec![0u64; hubs];
    for hub in labels.iter().zip(wanted).filter(|(_, wanted)| **wanted).flat_map(|(label, _)| label) {
        counts[hub.number() as usize] += 1;
    }
    let half = counts.iter().sum::<u64>() / 2;
    let mut before = 0;
    let hub = counts.iter().position(|count| {
        before += count;
        before > half
    });
    hub.unwrap_or(0) as u32
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
