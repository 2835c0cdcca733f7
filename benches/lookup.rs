//! What every step of a lookup costs: naming the closest contacts, and the latency to one of them.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use overlab_algorithms::key_routing::{Chord, Kademlia};
use overlab_peer::{
    Candidates, Contact, Context, Converged, Entry, Key, KeyTable, LiveKeys, Lookout, Pool, Protocol,
};
use overlab_time::{Purpose, Seeds, Time};
use overlab_underlay::{
    Attachment, Constant, HostId, Import, Matrix, MatrixKind, Model, Plane, Sphere, TransitStub,
};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

/// Peers with converged tables.
struct Tables<A: Converged> {
    keys: KeyTable,
    parameters: A::Parameters,
    peers: Vec<A>,
}

impl<A: Converged> Tables<A> {
    fn new(count: u32) -> Self {
        let seeds = Seeds::new(1, 0);
        let (keys, parameters) = (KeyTable::random(seeds), A::Parameters::default());
        let mut entries: Vec<Entry> =
            (0..count).map(Contact::first).map(|contact| (keys.key(contact), contact)).collect();
        entries.sort_unstable();
        let (mut pool, mut effects) = (Pool::default(), Vec::new());
        let peer = |peer: u32| {
            let mut stream = seeds.stream(Purpose::Converged, peer.into(), 0);
            let me = Contact::first(peer);
            let mut context =
                Context::new(Time::ZERO, me, &keys, &parameters, &mut stream, &mut pool, &mut effects);
            let mut algorithm = A::new(&mut context);
            algorithm.converge(&LiveKeys::new(&entries), &mut context);
            algorithm
        };
        let peers = (0..count).map(peer).collect();
        Self { keys, parameters, peers }
    }
}

/// One contact, as a lookup by claims asks for, and twenty, as one that converges does.
fn closest<A: Converged>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lookup::closest");
    for peers in [1_000, 100_000] {
        let tables = Tables::<A>::new(peers);
        for contacts in [1, 20] {
            let name = format!("algorithm={}/peers={peers}", <A as Protocol>::ABOUT.name);
            let id = BenchmarkId::new(name, format!("contacts={contacts}"));
            group.bench_function(id, |bencher| {
                let mut stream = Seeds::new(2, 0).stream(Purpose::Example, 0, 0);
                let mut list = Vec::new();
                bencher.iter(|| {
                    let me = Contact::first(stream.below(u64::from(peers)) as u32);
                    let key = Key(stream.bits());
                    let context = Lookout {
                        now: Time::ZERO,
                        me,
                        key: tables.keys.key(me),
                        keys: &tables.keys,
                        parameters: &tables.parameters,
                    };
                    let mut out = Candidates::new(&mut list, &[], contacts);
                    let mut route = A::Route::default();
                    tables.peers[me.peer.index()].closest(key, &mut route, &context, &mut out);
                    black_box(list.len())
                });
            });
        }
    }
    group.finish();
}

/// A matrix of 400 rows and a map of 100 routers, made here: measured ones are not part of the project.
fn made_files(folder: &Path) -> (Model, Model) {
    let mut matrix = String::new();
    for row in 0..400u64 {
        for column in 0..400u64 {
            let (low, high) = (row.min(column), row.max(column));
            let rtt = if low == high { 0 } else { 10 + (low * 7919 + high * 104_729) % 190 };
            write!(matrix, "{rtt} ").expect("writing to a string cannot fail");
        }
        matrix.push('\n');
    }
    let mut graph = String::from("graph [\n");
    for node in 0..100 {
        let (latitude, longitude) = (node % 10 * 5, node / 10 * 5);
        writeln!(graph, "node [ id {node} Latitude {latitude}.0 Longitude {longitude}.0 ]")
            .expect("writing to a string cannot fail");
        writeln!(graph, "edge [ source {node} target {} ]", (node + 1) % 100)
            .expect("writing to a string cannot fail");
    }
    graph.push_str("]\n");
    let (matrix_file, graph_file) = (folder.join("matrix.txt"), folder.join("network.gml"));
    fs_err::write(&matrix_file, matrix).expect("a temporary file can be written");
    fs_err::write(&graph_file, graph).expect("a temporary file can be written");
    (Model::Matrix(Matrix::new(matrix_file, MatrixKind::Rtt)), Model::Import(Import::new(graph_file)))
}

fn latency(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (matrix, import) = made_files(folder.path());
    let models = [
        ("constant", Model::Constant(Constant::default()), 10_000),
        ("plane", Model::Plane(Plane::default()), 10_000),
        ("sphere", Model::Sphere(Sphere::default()), 10_000),
        ("matrix", matrix, 400),
        ("transit_stub", Model::TransitStub(TransitStub::default()), 10_000),
        ("graph", import, 10_000),
    ];
    let mut group = criterion.benchmark_group("underlay::latency");
    for (name, model, hosts) in models {
        let seeds = Seeds::new(1, 0);
        let underlay = model
            .build(seeds)
            .and_then(|topology| topology.attach(hosts, &Attachment::default(), seeds))
            .expect("the models are right");
        group.bench_function(BenchmarkId::from_parameter(format!("model={name}")), |bencher| {
            let mut stream = Seeds::new(2, 0).stream(Purpose::Example, 0, 0);
            bencher.iter(|| {
                let pair = stream.bits();
                let (from, to) = (pair as u32 % hosts, (pair >> 32) as u32 % hosts);
                black_box(underlay.latency(HostId(from), HostId(to)))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, closest::<Chord>, closest::<Kademlia>, latency);
criterion_main!(benches);
