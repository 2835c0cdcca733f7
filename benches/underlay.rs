//! What every message costs to send, the latency between two hosts, for each model of the underlay; and what each costs to
//! build with 10,000 hosts. Routes on a synthetic Internet: all of them, after a fault, after its repair.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use overlab_time::{Purpose, Seeds};
use overlab_underlay::{
    Attachment, Constant, Damage, HostId, Import, Internet, Matrix, MatrixKind, Model, Plane, RouterId,
    Routing, Sphere, TransitStub, Underlay,
};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// A model by name, and its hosts: a matrix has no room for more than it has rows.
type Named = (&'static str, Model, u32);

const HOSTS: u32 = 10_000;
const ROWS: u32 = 400;

/// A matrix of 400 rows and a map of 100 routers, made here: measured ones are not part of the project.
fn made_files(folder: &Path) -> (Model, Model) {
    let mut matrix = String::new();
    for row in 0..ROWS {
        for column in 0..ROWS {
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

/// One of each kind, of 1,000 routers where they are drawn, and the folder that files are read from.
fn models() -> (Vec<Named>, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (matrix, import) = made_files(folder.path());
    let models = vec![
        ("constant", Model::Constant(Constant::default()), HOSTS),
        ("plane", Model::Plane(Plane::default()), HOSTS),
        ("sphere", Model::Sphere(Sphere::default()), HOSTS),
        ("matrix", matrix, ROWS),
        ("graph", import, HOSTS),
        ("internet", Model::Internet(Internet::with_domains(1000)), HOSTS),
        ("transit_stub", Model::TransitStub(TransitStub::with_routers(1000)), HOSTS),
    ];
    (models, folder)
}

fn built(model: &Model, hosts: u32) -> Underlay {
    let seeds = Seeds::new(1, 0);
    let topology = model.build(seeds).expect("the models are right");
    topology.attach(hosts, &Attachment::default(), seeds).expect("the models have room")
}

fn id(name: &str, hosts: u32) -> BenchmarkId {
    BenchmarkId::from_parameter(format!("model={name}/hosts={hosts}"))
}

fn latency(criterion: &mut Criterion) {
    let (models, _folder) = models();
    let mut group = criterion.benchmark_group("underlay::latency");
    group.sample_size(30).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    for (name, model, hosts) in models {
        let underlay = built(&model, hosts);
        group.bench_function(id(name, hosts), |bencher| {
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

/// From parameters or a file to hosts on a network with all its routes.
fn build(criterion: &mut Criterion) {
    let (models, _folder) = models();
    let mut group = criterion.benchmark_group("underlay::build");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for (name, model, hosts) in models {
        group.bench_function(id(name, hosts), |bencher| bencher.iter(|| built(&model, hosts)));
    }
    group.finish();
}

/// How many autonomous systems: 10,000, or as many as `OVERLAB_BENCH_DOMAINS` says (75,000 is the Internet of 2023).
fn domains() -> u32 {
    std::env::var("OVERLAB_BENCH_DOMAINS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

/// Routes between 1,000 hosts on a synthetic Internet by each way of choosing them: all of them, after a fault (the router with
/// the most links dies), and after its repair.
fn routes(criterion: &mut Criterion) {
    let seeds = Seeds::new(1, 0);
    let domains = domains();
    let topology = Model::Internet(Internet::with_domains(domains)).build(seeds).expect("the model is right");
    let graph = topology.graph().expect("an Internet has routers").graph();
    let hub =
        graph.node_indices().max_by_key(|&router| graph.edges(router).count()).expect("there are routers");
    let damage = Damage { routers: [RouterId(hub.index() as u32)].into(), ..Damage::default() };
    let mut group = criterion.benchmark_group("underlay::routes");
    group.sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_secs(5));
    for (name, routing) in
        [("latency", Routing::Latency), ("hops", Routing::Hops), ("policy", Routing::Policy)]
    {
        let attachment = Attachment { routing, paths: true, ..Attachment::default() };
        let attached = || topology.attach(1_000, &attachment, seeds).expect("next hops fit");
        let healthy = attached();
        let around = healthy.rerouted(&damage).expect("detours are short");
        let id = |what| BenchmarkId::new(what, format!("routing={name}/domains={domains}"));
        group.bench_function(id("build"), |bencher| bencher.iter(attached));
        group.bench_function(id("fault"), |bencher| bencher.iter(|| healthy.rerouted(&damage)));
        group.bench_function(id("repair"), |bencher| bencher.iter(|| around.rerouted(&Damage::default())));
        group.bench_function(id("cut"), |bencher| bencher.iter(|| healthy.cut(&damage)));
    }
    group.finish();
}

criterion_group!(benches, latency, build, routes);
criterion_main!(benches);
