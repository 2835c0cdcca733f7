//! PHOLD over the ranks of an MPI job, and the same in one process: the digests must agree.
//!
//! `mpirun -n 2 phold [HOSTS [SECONDS]]`; ends with exit code 1 where they do not.
#![allow(clippy::disallowed_types, clippy::print_stdout)]

use overlab_engine::phold::Phold;
use overlab_engine::{Codec, Executor, Link, Ranks, Setup, Windows, even_ranges};
use overlab_mpi::Mpi;
use overlab_time::{Span, Time};
use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

const NUMBERS: Codec<u64> = Codec {
    write: |number, to| to.extend(number.to_le_bytes()),
    read: |from| {
        let (number, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(u64::from_le_bytes(*number))
    },
};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let link = Mpi::start()?;
    let mut arguments = std::env::args().skip(1);
    let hosts = arguments.next().map_or(Ok(10_000), |hosts| hosts.parse())?;
    let seconds = arguments.next().map_or(Ok(10), |seconds| seconds.parse())?;
    let (model, end) = (Phold::classical(hosts), Time::ZERO + Span::from_secs(seconds));

    let ranges = even_ranges(hosts, link.ranks());
    let own = model.processes(ranges[link.rank()].clone());
    let mut ranks = Ranks::new(model.clone(), &ranges, own, (model.lookahead, 1), &link, NUMBERS)?;
    model.start(&mut ranks);
    let start = Instant::now();
    ranks.run_until(end, &mut ())?;
    let (digest, counts, seconds) = (ranks.digest(), ranks.counts(), start.elapsed().as_secs_f64());
    if link.rank() > 0 {
        return Ok(ExitCode::SUCCESS);
    }
    let speed = counts.events() as f64 / seconds / 1e6;
    println!("{} ranks: digest {digest}, {} events, {speed:.2} million/s", link.ranks(), counts.events());

    let setup = Setup::new(hosts, model.shards(1), model.lookahead);
    let mut windows = Windows::new(model.clone(), setup)?;
    model.start(&mut windows);
    let start = Instant::now();
    windows.run_until(end, &mut ())?;
    let speed = windows.counts().events() as f64 / start.elapsed().as_secs_f64() / 1e6;
    println!(
        "alone:   digest {}, {} events, {speed:.2} million/s",
        windows.digest(),
        windows.counts().events()
    );
    let same = (digest, counts.events()) == (windows.digest(), windows.counts().events());
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
