//! A window's keys in the order of execution.

use super::Queue;
use crate::key::Key;
use crate::model::Model;
use std::ops::Range;

/// Below this many keys a plain sort is as good.
const FEW: usize = 64;

impl<M: Model> Queue<M> {
    /// Takes the keys of `window` before the offset `cut` into `run`, sorted by (host, time, actor, source, sequence); later
    /// ones stay. `hosts` are the hosts of this shard.
    #[inline(never)]
    pub(crate) fn gather(&mut self, window: u64, cut: u64, hosts: &Range<u32>, run: &mut Vec<Key>) {
        let place = self.slot(window);
        let length = self.ring[place].length();
        self.moving.clear();
        if length < FEW {
            run.clear();
            for &key in self.store.keys(&self.ring[place]).flatten() {
                let list = if u64::from(key.offset()) < cut { &mut *run } else { &mut self.moving };
                list.push(key);
            }
            sort(run);
        } else {
            self.gather_by_host(place, cut, hosts, run);
        }
        debug_assert!(
            run.windows(2).all(|pair| pair[0].tells_from(pair[1])),
            "two events of a host tie in time, target, source and sequence"
        );
        self.store.release_keys(&mut self.ring[place]);
        for &key in &self.moving {
            self.store.push_key(&mut self.ring[place], key);
        }
    }

    /// Scatters the keys into about as many groups of neighbouring hosts as there are keys, then sorts each group:
    /// one pass over memory instead of one a level of a comparison sort.
    fn gather_by_host(&mut self, place: usize, cut: u64, hosts: &Range<u32>, run: &mut Vec<Key>) {
        let bucket = &self.ring[place];
        let count = hosts.end - hosts.start;
        let most = bucket.length() as u32;
        let shift = (0..32).find(|&shift| (count - 1) >> shift < most).unwrap_or(31);
        let group = |key: &Key| ((key.host() - hosts.start) >> shift) as usize;
        let due = |key: &Key| u64::from(key.offset()) < cut;

        self.groups.clear();
        self.groups.resize(group_count(count, shift) + 1, 0);
        for key in self.store.keys(bucket).flatten().filter(|key| due(key)) {
            self.groups[group(key) + 1] += 1;
        }
        for i in 1..self.groups.len() {
            self.groups[i] += self.groups[i - 1];
        }
        let total = self.groups.last().map_or(0, |&total| total as usize);
        // What the vector held before is overwritten: every place below the total gets one key.
        run.resize(total, Key::ZERO);
        for &key in self.store.keys(bucket).flatten() {
            if due(&key) {
                let next = &mut self.groups[group(&key)];
                run[*next as usize] = key;
                *next += 1;
            } else {
                self.moving.push(key);
            }
        }
        // Each start has become its group's end.
        let mut start = 0;
        for &end in &self.groups[..self.groups.len() - 1] {
            let end = end as usize;
            match &mut run[start..end] {
                [] | [_] => {}
                [a, b] => {
                    if b < a {
                        std::mem::swap(a, b);
                    }
                }
                more => sort(more),
            }
            start = end;
        }
    }

    /// Ends the execution of `window`: its blocks are free unless a cut has left events in it.
    pub(crate) fn finish(&mut self, window: u64) {
        let place = self.slot(window);
        if self.ring[place].is_empty() {
            self.store.release(&mut self.ring[place]);
            self.occupied[place / 64] &= !(1 << (place % 64));
        }
    }
}

/// Sorts by host and time, which nearly always differ, and then what they leave open.
fn sort(keys: &mut [Key]) {
    keys.sort_unstable_by_key(|key| key.place());
    for tied in keys.chunk_by_mut(|a, b| a.place() == b.place()) {
        if tied.len() > 1 {
            tied.sort_unstable();
        }
    }
}

fn group_count(hosts: u32, shift: u32) -> usize {
    ((hosts - 1) >> shift) as usize + 1
}
