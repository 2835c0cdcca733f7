//! Exact distances between all routers of large graphs: what they cost to make, and what a question costs.
//!
//! 30,000 routers each; 100,000 where `OVERLAB_BENCH_LARGE` is set. A table of 5,050 stands beside them.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

#[path = "../crates/overlab-underlay/examples/distances/drawn.rs"]
mod drawn;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use overlab_time::{Purpose, Seeds};
use overlab_underlay::{Attachment, HostId, HostsAt, Internet, Model, Topology, TransitStub, Underlay};
use std::hint::black_box;
use std::time::Duration;

/// A graph by name and size.
type Named = (&'static str, u32, Topology);

fn graphs() -> Vec<Named> {
    let seeds = Seeds::new(1, 0);
    let routers = if std::env::var_os("OVERLAB_BENCH_LARGE").is_some() { 100_000 } else { 30_000 };
    let transit_stub = |routers| {
        Model::TransitStub(TransitStub::with_routers(routers)).build(seeds).expect("the model is right")
    };
    vec![
        ("table", 5_050, transit_stub(5_050)),
        ("transit_stub", routers, transit_stub(routers)),
        ("barabasi_albert", routers, drawn::barabasi_albert(routers, seeds)),
        ("internet", routers, internet(routers, seeds)),
    ]
}

/// As many networks as have about that many routers.
fn internet(routers: u32, seeds: Seeds) -> Topology {
    let domains = (f64::from(routers) / Internet::default().routers_per_domain) as u32;
    Model::Internet(Internet::with_domains(domains)).build(seeds).expect("the model is right")
}

/// Ten hosts a router: nearly every router has one.
fn attached(topology: &Topology, routers: u32) -> Underlay {
    let attachment = Attachment { hosts_at: Some(HostsAt::AllRouters), ..Attachment::default() };
    topology.attach(10 * routers, &attachment, Seeds::new(1, 0)).expect("distances fit")
}

fn id(name: &str, routers: u32) -> BenchmarkId {
    BenchmarkId::from_parameter(format!("graph={name}/routers={routers}"))
}

fn question(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("distances::question");
    group.sample_size(30).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    for (name, routers, topology) in graphs() {
        let underlay = attached(&topology, routers);
        let hosts = u64::from(underlay.hosts());
        group.bench_function(id(name, routers), |bencher| {
            let mut stream = Seeds::new(2, 0).stream(Purpose::Example, 0, 0);
            bencher.iter(|| {
                let [from, to] = [(); 2].map(|()| HostId(stream.below(hosts) as u32));
                black_box(underlay.latency(from, to))
            });
        });
    }
    group.finish();
}

fn build(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("distances::build");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for (name, routers, topology) in graphs() {
        group.bench_function(id(name, routers), |bencher| bencher.iter(|| attached(&topology, routers)));
    }
    group.finish();
}

criterion_group!(benches, question, build);
criterion_main!(benches);
