//! The synthetic Internet against what is known of the real one.

mod networks;

use networks::Networks;
use overlab_time::Seeds;
use overlab_underlay::{Internet, Model, PowerLaw, RouterGraph, RouterKind};

fn internet(domains: u32, seed: u64) -> overlab_underlay::Topology {
    Model::Internet(Internet::with_domains(domains)).build(Seeds::new(seed, 0)).unwrap()
}

#[test]
#[ignore = "prints"]
fn calibration() {
    for (domains, seeds) in [(1000, 6), (10_000, 5), (75_000, 3)] {
        for seed in 0..seeds {
            let start = std::time::SystemTime::now();
            let topology = internet(domains, seed);
            let took = start.elapsed().unwrap();
            let graph: &RouterGraph = topology.graph().unwrap();
            let networks = Networks::of(graph);
            let degrees = networks.degrees();
            let (links, peers) = networks.links();
            let stubs = networks.customers.iter().filter(|customers| customers.is_empty()).count();
            let fit = PowerLaw::fit(&degrees).unwrap();
            let mut hops = 0u64; let mut n = 0u64;
            for k in 0..40 { let s = (k * 7919 + 13) % domains as usize; for h in networks.valley_free(s) { assert!(h < 50); hops += u64::from(h); n += 1; } }
            let tiers: Vec<usize> = (0..8).map(|t| graph.domains().iter().filter(|d| d.tier == t).count()).collect();
            println!("n {domains} seed {seed} took {took:?} routers {} links {} mean degree {:.2} max {} stubs {:.3} peers {:.3} providers {:.2} fit {fit:?} hops {:.2} clustering {:.3} tiers {tiers:?} stub routers {} pop {:.3e} cables {}",
                graph.routers(), graph.graph().edge_count(), 2.0 * links as f64 / f64::from(domains), degrees.iter().max().unwrap(),
                stubs as f64 / f64::from(domains), peers as f64 / links as f64, (links - peers) as f64 / f64::from(domains), hops as f64 / n as f64, networks.clustering(),
                graph.graph().node_weights().filter(|r| r.kind == RouterKind::Stub).count(), graph.domains().iter().map(|d| d.population).sum::<f64>(),
                graph.graph().edge_weights().filter(|l| l.cable.is_some()).count());
            let mut d = degrees.clone(); d.sort_unstable_by(|a, b| b.cmp(a)); println!("   top {:?}", &d[..15]);
            let ccdf: Vec<_> = [2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].map(|k| (k, d.partition_point(|&x| x >= k))).to_vec(); println!("   ccdf {ccdf:?}");
        }
    }
}
