//! Who owns how many keys, and which keys are lost with their owners.

use super::survivors::Survivors;
use super::tables::Tables;
use crate::metric::Metrics;
use crate::registry::RunContext;
use crate::sample::{Few, Sample};
use crate::statistics::quantile;
use overlab_peer::Key;
use overlab_schema::scenario::StaticKeyRouting;
use overlab_time::Purpose;

/// Deals `asked.keys` random keys out to their owners; the same keys for every overlay.
pub(super) fn metrics<T: Tables>(
    tables: &T,
    survivors: &Survivors,
    context: &RunContext<'_>,
    asked: &StaticKeyRouting,
    out: &mut Metrics,
) {
    let share = context.plan.scenario.peers.identities_per_host.max(1);
    let hosts = context.plan.pool.div_ceil(share);
    let mut held = vec![0u32; hosts as usize];
    let mut lost = 0;
    for number in 0..asked.keys {
        let key = Key(context.ground.workload_seeds.hash(Purpose::Workload, number, 1));
        let [before, now] = tables.owners(key);
        lost += u64::from(before.is_some_and(|owner| !survivors.has(owner)));
        if let Some(owner) = now {
            held[(owner / share) as usize] += 1;
        }
    }
    out.put("static.lost_keys_ratio", Sample::ratio(lost, asked.keys));
    // A host all of whose peers are gone has no part in it.
    let mut present = vec![false; hosts as usize];
    for peer in survivors.numbers() {
        present[(peer / share) as usize] = true;
    }
    let mut loads: Vec<u32> =
        held.iter().zip(&present).filter(|(_, present)| **present).map(|(held, _)| *held).collect();
    loads.sort_unstable();
    let mut few = Few::default();
    loads.iter().for_each(|load| few.add(*load));
    let Some(Sample { mean, spread, .. }) = few.sample().filter(|sample| sample.mean > 0.0) else { return };
    let relative = |load: f64| load / mean;
    out.put(
        "static.load",
        Some(Sample { spread: spread.map(|spread| spread.map(relative)), ..Sample::value(1.0) }),
    );
    if let Some(low) = quantile(&loads, 0.01) {
        out.value("static.load_p1", relative(f64::from(low)));
    }
}
