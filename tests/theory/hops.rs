//! Hop counts of converged tables, for which there are closed forms.

use crate::statistics::{mean, mean_of, slope, value};
use crate::trial::Trial;
use overlab_lab::RunOutcome;
use std::collections::BTreeSet;

/// The overlays of the scenario.
const FINGERS_ONLY: usize = 0;
const KADEMLIA: [usize; 3] = [2, 3, 4];

/// Ten replications of about `lookups` lookups each in an overlay of 2^`bits` peers.
fn static_runs(bits: u32, overlay: usize, lookups: u32, more: &[&str]) -> Vec<RunOutcome> {
    let count = format!("peers.count={}", 1u32 << bits);
    let rate = format!(
        "workload.key_routing.rate_per_peer={}/s",
        f64::from(lookups) / 60.0 / f64::from(1u32 << bits)
    );
    let mut sets = vec!["sweep={}", "time.measure=60s", "time.sample=10s", "replications=10", &count, &rate];
    sets.extend_from_slice(more);
    let runs = Trial::of("hops.json", &sets).runs(0, overlay);
    for run in &runs {
        // Nothing is ever wrong in tables that are right.
        assert_eq!(value(run, "lookup.correct_ratio"), 1.0);
        assert_eq!(value(run, "lookup.timeouts"), 0.0);
    }
    runs
}

/// Stoica et al. 2001, Figure 10: each of the log2 N bits of the distance is set with probability 1/2, so hops to the
/// predecessor are about Binomial(log2 N, 1/2). With 10 x 2,000 lookups the standard error of a mean is 0.012, that of
/// the slope over six sizes 0.003; the tolerances are 4 and 10 times that and leave room for the law's own remainder.
#[test]
fn chord_takes_half_a_hop_for_every_doubling() {
    let bits: Vec<u32> = (8..=13).collect();
    let means: Vec<f64> = bits
        .iter()
        .map(|bits| mean_of(&static_runs(*bits, FINGERS_ONLY, 2_000, &[]), "lookup.hops"))
        .collect();
    for (bits, mean) in bits.iter().zip(&means) {
        let excess = mean - 1.0 - f64::from(*bits) / 2.0;
        assert!((-0.25..=0.05).contains(&excess), "2^{bits} peers: {mean} hops");
    }
    let x: Vec<f64> = bits.iter().map(|bits| f64::from(*bits)).collect();
    let slope = slope(&x, &means);
    assert!((0.49..=0.52).contains(&slope), "slope {slope}: {means:?}");
}

/// The distribution at 2^12 peers, over 0, 1, 2, ... hops to the owner; its mode is at 6 to the predecessor, 7 to the
/// owner. The Kolmogorov-Smirnov distance of 40,000 lookups to their own law exceeds 0.0097 once in a thousand times.
#[test]
fn chord_hops_at_4096_peers_are_distributed_as_published() {
    const PUBLISHED: [f64; 13] =
        [0.0, 0.0, 0.0031, 0.0174, 0.0571, 0.1301, 0.2058, 0.2339, 0.1919, 0.1091, 0.0408, 0.0093, 0.0010];
    let runs = static_runs(12, FINGERS_ONLY, 4_000, &[]);
    let mut counts = [0u64; 65];
    for (hops, count) in runs.iter().flat_map(|run| &run.hops) {
        counts[*hops as usize] += count;
    }
    let total = counts.iter().sum::<u64>() as f64;
    assert!(total > 38_000.0);
    let (mut ours, mut theirs, mut distance) = (0.0, 0.0, 0.0f64);
    for (hops, count) in counts.iter().enumerate() {
        ours += *count as f64 / total;
        theirs += PUBLISHED.get(hops).unwrap_or(&0.0);
        distance = distance.max((ours - theirs).abs());
    }
    assert!(distance <= 0.03, "Kolmogorov-Smirnov distance {distance}: {counts:?}");
    let mode = (0..counts.len()).max_by_key(|hops| counts[*hops]);
    assert_eq!(mode, Some(7));
}

/// Seeds are samples of one law: at 2^12 peers each one's mean lies within four of its own standard errors of the
/// simulated 6.85 (a figure of two decimals), and all within four of theirs; no two have a trace in common.
#[test]
fn seeds_differ_by_chance_alone() {
    let runs = static_runs(12, FINGERS_ONLY, 4_000, &[]);
    let digests: BTreeSet<&str> = runs.iter().map(|run| run.digest.as_str()).collect();
    assert_eq!(digests.len(), runs.len());
    let mut means = Vec::new();
    let mut variance = 0.0;
    for run in &runs {
        let total = run.hops.values().sum::<u64>() as f64;
        let moment = |power| {
            run.hops.iter().map(|(hops, count)| f64::from(*hops).powi(power) * *count as f64).sum::<f64>()
                / total
        };
        let error = (moment(2) - moment(1).powi(2)) / total;
        assert!((moment(1) - 6.85).abs() <= 4.0 * error.sqrt() + 0.005, "{} of {error}", moment(1));
        means.push(moment(1));
        variance += error;
    }
    let error = variance.sqrt() / means.len() as f64;
    assert!((mean(&means) - 6.85).abs() <= 4.0 * error + 0.005, "{means:?}, standard error {error}");
}

/// Stutzbach and Rejaie 2006: a hop resolves 1 + E_k bits, E_k = sum over i of 1 - (1 - 2^-i)^k. Means within 4 % of an
/// independent simulation, the slope within 5 % of the closed form. With 10 x 1,000 lookups the standard error of a mean
/// is at most 0.016 (k = 1), 0.4 % of it.
#[test]
fn kademlia_resolves_one_bit_and_what_its_buckets_add() {
    const BITS: [u32; 3] = [10, 12, 14];
    for (overlay, k, published) in [
        (KADEMLIA[0], 1, [4.83, 5.85, 6.85]),
        (KADEMLIA[1], 8, [2.38, 2.83, 3.28]),
        (KADEMLIA[2], 20, [1.94, 2.29, 2.65]),
    ] {
        let means =
            BITS.map(|bits| mean_of(&static_runs(bits, overlay, 1_000, &["replications=6"]), "lookup.hops"));
        for (mean, published) in means.iter().zip(published) {
            assert!((mean / published - 1.0).abs() <= 0.04, "k = {k}: {means:?}");
        }
        let extra: f64 = (1..64).map(|i| 1.0 - (1.0 - 0.5f64.powi(i)).powi(k)).sum();
        let slope = slope(&BITS.map(f64::from), &means) * (1.0 + extra);
        assert!((slope - 1.0).abs() <= 0.05, "k = {k}: {means:?}, slope {slope} of its law");
    }
}

/// Three requests at a time find shorter ways or the same, never longer ones: the lookups are the same, so the means may
/// be compared without regard to chance between seeds; 0.02 is three standard errors of a mean's difference.
#[test]
fn more_requests_at_a_time_do_not_lengthen_kademlias_way() {
    let hops = |alpha: u32| {
        let set = format!("overlays[3].algorithm.kademlia.alpha={alpha}");
        mean_of(&static_runs(11, KADEMLIA[1], 1_000, &[&set]), "lookup.hops")
    };
    let (one, three) = (hops(1), hops(3));
    assert!(three <= one + 0.02, "alpha 1: {one}, alpha 3: {three}");
}
