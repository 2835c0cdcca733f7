//! How fast the executors are on PHOLD: `phold [ACTORS] [MILLION EVENTS] [classical|underlay] [THREADS] [DIVISOR]`.
#![allow(clippy::print_stdout, clippy::disallowed_types)]

use overlab_engine::phold::Phold;
use overlab_engine::{Executor, Reference, Setup, Windows};
use overlab_time::{Span, Time};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: f64| arguments.get(i).map_or(Ok(default), |text| text.parse::<f64>());
    let actors = number(0, 1e5)? as u32;
    let events = number(1, 10.0)? * 1e6;
    let model = match arguments.get(2).map_or("underlay", String::as_str) {
        "classical" => Phold::classical(actors),
        _ => Phold::underlay(actors),
    };
    let threads = number(3, 1.0)? as usize;
    let divisor = number(4, 1.0)? as u32;
    let span = events * model.mean_delay() / model.population() as f64;

    let setup = |shards| Setup {
        threads,
        width_divisor: divisor,
        ..Setup::new(model.hosts, model.shards(shards), model.lookahead)
    };
    let mut windows = Windows::new(model.clone(), setup(threads * 2 - 1))?;
    let fast = measure("windows", &model, &mut windows, span)?;
    let mut reference = Reference::new(model.clone(), setup(1))?;
    let slow = measure("reference", &model, &mut reference, span)?;
    println!("ratio {:.2}", fast / slow);
    assert_eq!(windows.digest(), reference.digest());
    Ok(())
}

fn measure(
    name: &str,
    model: &Phold,
    executor: &mut impl Executor<Phold>,
    span: f64,
) -> Result<f64, Box<dyn std::error::Error>> {
    model.start(executor);
    // A tenth first, so that memory has been touched.
    executor.run_until(Time::ZERO + Span::from_seconds_f64(span / 10.0), &mut ())?;
    let before = executor.counts().events();
    let clock = Instant::now();
    executor.run_until(Time::ZERO + Span::from_seconds_f64(span * 1.1), &mut ())?;
    let rate = (executor.counts().events() - before) as f64 / clock.elapsed().as_secs_f64();
    let counts = executor.counts();
    println!(
        "{name:10} {:8.3} M events/s, {} events, {} windows ({} parallel), {:.1} bytes per pending event, digest {}",
        rate / 1e6,
        counts.events(),
        counts.windows,
        counts.parallel_windows,
        counts.pending_bytes as f64 / counts.pending as f64,
        executor.digest()
    );
    Ok(rate)
}
