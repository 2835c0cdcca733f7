//! How full links between routers are, for pictures and statistics.

use crate::census::SEGMENT;
use crate::ground::{Ground, Plan};
use overlab_schema::PictureLoad;
use overlab_underlay::{CoreLinks, CoreQueues};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Pairs of hosts whose throughput is looked at.
pub(crate) const PAIRS: u32 = 200;

/// The links of a picture from figures by direction (two a link): the fuller direction counts.
pub(crate) fn by_link(used: impl Iterator<Item = Option<f64>>) -> Vec<(u32, f64)> {
    let used: Vec<Option<f64>> = used.collect();
    let fuller = |of: &[Option<f64>]| of.iter().copied().flatten().max_by(f64::total_cmp);
    // Four digits are more than a picture shows.
    let rounded = |share: f64| libm::rint(share * 1e4) / 1e4;
    (0..).zip(used.chunks(2)).filter_map(|(link, both)| Some((link, rounded(fuller(both)?)))).collect()
}

/// What the background alone does to the links in the measured period, and to the throughput of long transfers.
pub(crate) fn background(
    plan: &Plan,
    ground: &Ground,
    links: &Arc<CoreLinks>,
) -> (PictureLoad, BTreeMap<String, Option<f64>>) {
    let (from, to) = (plan.calendar.from, plan.calendar.to);
    let epoch = plan.scenario.time.epoch;
    let used = links.background(ground.seeds(), from, to, epoch);
    let limited: Vec<f64> = used.iter().copied().flatten().collect();
    let mean = limited.iter().sum::<f64>() / limited.len().max(1) as f64;
    let busiest = limited.iter().copied().fold(0.0, f64::max);
    let mut queues = CoreQueues::new(Arc::clone(links), ground.seeds(), epoch);
    if from.0 > 0 {
        queues.close(from);
    }
    // The bursts of this epoch alone, not of all the time before.
    queues.close(from + epoch);
    let throughput = queues.median_throughput(&ground.underlay, SEGMENT, PAIRS);
    let statistics = [
        ("background_utilisation.mean", Some(mean)),
        ("background_utilisation.busiest", Some(busiest)),
        ("throughput_mbps.p50", throughput.map(|bits| bits / 1e6)),
    ];
    let load = PictureLoad { overlay: String::new(), links: by_link(used.into_iter()) };
    (load, statistics.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
