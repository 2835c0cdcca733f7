//! What the distances of a large router graph cost: seconds to make, bytes, label entries, nanoseconds a question.
//!
//! `cargo run --release -p overlab-underlay --example distances -- [ROUTERS] [HOSTS]`
#![allow(clippy::print_stdout, clippy::disallowed_types, reason = "it prints measurements")]

use overlab_time::{Purpose, Seeds};
use overlab_underlay::{Attachment, GraphFile, HostId, HostsAt, Import, Model, Topology, TransitStub};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

const QUESTIONS: u32 = 2_000_000;
const ROUND: usize = 1_000;

fn main() {
    let mut numbers =
        std::env::args().skip(1).map(|argument| argument.parse().expect("arguments are numbers"));
    let routers = numbers.next().unwrap_or(100_000);
    let hosts = numbers.next().unwrap_or(10 * routers);
    let seeds = Seeds::new(1, 0);
    let transit_stub = Model::TransitStub(TransitStub::with_routers(routers));
    measure("transit_stub", &transit_stub.build(seeds).expect("the models are right"), hosts, seeds);
    measure("preferential, 2 links", &preferential(routers, &[2], 0, seeds), hosts, seeds);
    if std::env::var_os("ONLY").is_some() { return; }
    measure("tiered", &preferential(routers, &[1, 1, 2, 2, 3, 4], routers / 2, seeds), hosts, seeds);
}

/// Newcomers join as many others as `links` says, drawn by their degree; then `extra` links join pairs drawn by degree.
/// Routers stand on a square of 60 ms.
fn preferential(routers: u32, links: &[u32], extra: u32, seeds: Seeds) -> Topology {
    let mut stream = seeds.stream(Purpose::Example, 1, 0);
    let places: Vec<[f64; 2]> = (0..routers).map(|_| [stream.unit(), stream.unit()]).collect();
    let mut text = String::from("graph [\n");
    for router in 0..routers {
        writeln!(text, "node [ id {router} ]").expect("writing to a string cannot fail");
    }
    let mut ends = vec![0, 1, 1, 2, 2, 0];
    let mut join = |a: u32, b: u32| {
        let [from, to] = [a, b].map(|router| places[router as usize]);
        let latency = 100_000 + (60e6 * (from[0] - to[0]).hypot(from[1] - to[1])) as u64;
        writeln!(text, "edge [ source {a} target {b} delay_ns {latency} ]").expect("writing to a string cannot fail");
    };
    for [a, b] in [[0, 1], [1, 2], [2, 0]] {
        join(a, b);
    }
    for newcomer in 3..routers {
        let mut chosen = Vec::new();
        for _ in 0..links[stream.index(links.len())] {
            chosen.push(ends[stream.index(ends.len())]);
        }
        for other in chosen {
            join(newcomer, other);
            ends.extend([newcomer, other]);
        }
    }
    for _ in 0..extra {
        let [a, b] = [(); 2].map(|()| ends[stream.index(ends.len())]);
        join(a, b);
        ends.extend([a, b]);
    }
    text.push(']');
    let file = GraphFile::parse("drawn", text.as_bytes()).expect("the text is right");
    Topology::routers(Import::new("drawn").graph(&file).expect("the graph is connected"))
}

fn measure(name: &str, topology: &Topology, hosts: u32, seeds: Seeds) {
    let attachment = Attachment { hosts_at: Some(HostsAt::AllRouters), ..Attachment::default() };
    let started = Instant::now();
    let underlay = match topology.attach(hosts, &attachment, seeds) {
        Ok(underlay) => underlay,
        Err(error) => return println!("{name}: {error} ({:.1?})", started.elapsed()),
    };
    let built = started.elapsed();
    let mut stream = seeds.stream(Purpose::Example, 0, 0);
    let pairs: Vec<[HostId; 2]> =
        (0..QUESTIONS).map(|_| [(); 2].map(|()| HostId(stream.below(u64::from(hosts)) as u32))).collect();
    // The fastest of many rounds: the machine may have other things to do.
    let (mut sum, mut fastest) = (0, f64::INFINITY);
    for round in pairs.chunks(ROUND) {
        let started = Instant::now();
        for &[from, to] in round {
            // Each question waits for the answer before it: nothing is asked ahead.
            let to = HostId((to.0 ^ (sum & 1) as u32).min(hosts - 1));
            sum += black_box(underlay.latency(from, to)).0;
        }
        fastest = fastest.min(started.elapsed().as_secs_f64() * 1e9 / round.len() as f64);
    }
    let entries = underlay.label_entries();
    let mean = f64::from(entries.iter().sum::<u32>()) / entries.len().max(1) as f64;
    println!(
        "{name}: made in {built:.1?}, {} MB, {} labels of {mean:.1} entries, at most {}; {fastest:.0} ns a question, {:.1} ms on \
         average, at least {}",
        underlay.table_bytes() / 1_000_000,
        entries.len(),
        entries.iter().max().unwrap_or(&0),
        sum as f64 / f64::from(QUESTIONS) / 1e6,
        underlay.minimum(),
    );
}
