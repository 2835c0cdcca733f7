//! What the distances of a large router graph cost: seconds to make, bytes, label entries, nanoseconds a question.
//!
//! `cargo run --release -p overlab-underlay --example distances -- [ROUTERS] [HOSTS]`
#![allow(clippy::print_stdout, clippy::disallowed_types, reason = "it prints measurements")]

mod drawn;

use overlab_time::{Purpose, Seeds};
use overlab_underlay::{Attachment, HostId, HostsAt, Internet, Model, Topology, TransitStub};
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
    measure("transit_stub", &transit_stub.build(seeds).expect("the model is right"), hosts, seeds);
    measure("barabasi_albert", &drawn::barabasi_albert(routers, seeds), hosts, seeds);
    let internet = Model::Internet(Internet::with_domains(domains(routers)));
    measure("internet", &internet.build(seeds).expect("the model is right"), hosts, seeds);
}

/// As many networks as have about that many routers.
fn domains(routers: u32) -> u32 {
    (f64::from(routers) / Internet::default().routers_per_domain) as u32
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
