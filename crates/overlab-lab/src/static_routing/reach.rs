//! What the tables hold, and how far their live entries lead: the most that any routing on them could do.

use super::survivors::Survivors;
use super::tables::{Scratch, Tables};
use crate::metric::Metrics;
use crate::sample::Sample;
use rayon::prelude::*;

/// Survivors from which everything is searched that live entries lead to.
const SOURCES: usize = 8;

/// Adds `static.reachable_ratio` and what is in the tables.
pub(super) fn metrics<T: Tables>(tables: &T, survivors: &Survivors, threads: bool, out: &mut Metrics) {
    let (mut contacts, mut stale) = (0, 0);
    let mut scratch = Scratch::default();
    for peer in survivors.numbers() {
        tables.contacts(*peer, &mut scratch);
        contacts += scratch.nodes.len() as u64;
        stale += scratch.nodes.iter().filter(|node| !survivors.has(**node)).count() as u64;
    }
    out.put("state.contacts_per_peer", Sample::each(contacts, survivors.count() as u64));
    out.put("table.stale_ratio", Sample::ratio(stale, contacts));

    let count = survivors.count();
    let sources: Vec<u32> =
        (0..SOURCES.min(count)).map(|place| survivors.at(place * count / SOURCES.min(count))).collect();
    let reached = |source: &u32| reached(tables, survivors, *source);
    let reached: u64 =
        if threads { sources.par_iter().map(reached).sum() } else { sources.iter().map(reached).sum() };
    let others = sources.len() as u64 * (count as u64).saturating_sub(1);
    out.put("static.reachable_ratio", Sample::ratio(reached, others));
}

/// How many other survivors live entries lead to from `source`.
fn reached<T: Tables>(tables: &T, survivors: &Survivors, source: u32) -> u64 {
    let mut scratch = Scratch::default();
    let mut seen = vec![0u64; survivors.size().div_ceil(64)];
    let mut pending = vec![source];
    seen[source as usize / 64] |= 1 << (source % 64);
    let mut count = 0;
    while let Some(peer) = pending.pop() {
        tables.entries(peer, &mut scratch);
        for node in scratch.nodes.iter().filter(|node| survivors.has(**node)) {
            let (word, bit) = (*node as usize / 64, 1 << (node % 64));
            if seen[word] & bit == 0 {
                seen[word] |= bit;
                count += 1;
                pending.push(*node);
            }
        }
    }
    count
}
