//! What overlays could save on an underlay: by one relay, by a few drawn at random, by any number of hops.

use crate::ground::Ground;
use overlab_time::Span;
use std::collections::BTreeMap;

/// The most hosts that are looked at: the work grows with their cube.
const MOST_HOSTS: u32 = 1_000;

/// What relays and detours would save between the first thousand hosts, which stand where any others would; by name with
/// the unit at its end, like the statistics of [`crate::picture`]. Round trips are compared, so that both directions
/// count; loss, jitter and queues are left out. Empty where there are fewer than three hosts.
pub fn savings(ground: &Ground) -> BTreeMap<String, Option<f64>> {
    let delays = ground.underlay.delays(MOST_HOSTS).symmetrised();
    let mut all = BTreeMap::new();
    let mut put = |name: &str, value: f64| {
        all.insert(name.to_owned(), Some(value));
    };
    let (Some(relays), Some(detours)) = (delays.relays(), delays.detours()) else { return all };
    if delays.places() < 3 {
        return all;
    }
    let round_trip = |span: Span| 2.0 * span.as_millis_f64();
    put("relay_hosts", delays.places() as f64);
    put("relay_better_ratio.all", relays.beaten);
    for random in &relays.random {
        put(&format!("relay_better_ratio.{}", random.relays), random.beaten);
        put(&format!("relay_delay_ratio.{}", random.relays), random.delay_ratio);
    }
    put("relay_saving_ms.p50", round_trip(relays.saving));
    put("relay_saving_ratio.p50", relays.relative_saving);
    put("relay_saves.tenth", relays.saves_tenth);
    put("relay_saves.quarter", relays.saves_quarter);
    put("relay_saves.half", relays.halves);
    put("detour_better_ratio", detours.improved);
    put("detour_saves.tenth", detours.gains_tenth);
    put("detour_saves.quarter", detours.gains_quarter);
    put("direct_round_trip_ms.p50", round_trip(detours.direct_median));
    put("direct_round_trip_ms.mean", round_trip(detours.direct_mean));
    put("detour_round_trip_ms.p50", round_trip(detours.optimal_median));
    put("detour_round_trip_ms.mean", round_trip(detours.optimal_mean));
    all
}
