//! Events per second of PHOLD over an underlay: the windows on one thread and on two, and the heap they are held against.
//!
//! `cargo run --release -p overlab-engine --example phold [ACTORS]...`; criterion's bench `engine` has the intervals, this the ratios
//! of a single run, the executors by turns. `PHOLD_SKIP_REFERENCE` leaves out the heap.

#![allow(clippy::print_stdout, reason = "a program for people")]
#![allow(clippy::disallowed_types, reason = "speed is what it measures")]

use overlab_engine::phold::Phold;
use overlab_engine::{Executor, Reference, Setup, Windows};
use overlab_time::{Span, Time};
use std::time::Instant;

/// Mean delays before the clock starts, and those of a timed stretch.
const WARM: f64 = 2.0;
const TIMED: f64 = 2.0;
const ROUNDS: u32 = 5;

/// Millions of events per second, the best of all rounds.
struct Course<E> {
    executor: E,
    now: f64,
    best: f64,
}

impl<E: Executor<Phold>> Course<E> {
    fn new(mut executor: E, model: &Phold) -> Self {
        model.start(&mut executor);
        let mut course = Self { executor, now: 0.0, best: 0.0 };
        course.advance(model, WARM);
        course
    }

    fn advance(&mut self, model: &Phold, delays: f64) -> (u64, f64) {
        self.now += delays * model.mean_delay();
        let before = self.executor.counts().events();
        let start = Instant::now();
        self.executor
            .run_until(Time::ZERO + Span::from_seconds_f64(self.now), &mut ())
            .expect("nobody interrupts");
        let seconds = start.elapsed().as_secs_f64();
        (self.executor.counts().events() - before, seconds)
    }

    fn round(&mut self, model: &Phold) {
        // Small ones for about as long as large ones.
        let delays = TIMED * (2e5 / model.population() as f64).max(1.0);
        let (events, seconds) = self.advance(model, delays);
        self.best = self.best.max(events as f64 / seconds / 1e6);
    }
}

fn main() {
    let sizes: Vec<u32> =
        std::env::args().skip(1).map(|size| size.parse().expect("a number of actors")).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000, 100_000, 1_000_000] } else { sizes };
    let skip = std::env::var_os("PHOLD_SKIP_REFERENCE").is_some();
    println!("actors     heap  one thread     ratio  two threads  speed-up   (million events/s)");
    for actors in sizes {
        let model = Phold::underlay(actors);
        let setup = |shards| Setup::new(model.hosts, model.shards(shards), model.lookahead);
        let windows = |shards, threads| {
            Windows::new(model.clone(), Setup { threads, ..setup(shards) }).expect("the setup is right")
        };
        let mut one = Course::new(windows(1, 1), &model);
        let mut two = Course::new(windows(2, 2), &model);
        let mut heap = (!skip).then(|| {
            Course::new(Reference::new(model.clone(), setup(1)).expect("the setup is right"), &model)
        });
        for _ in 0..ROUNDS {
            one.round(&model);
            two.round(&model);
            if let Some(heap) = &mut heap {
                heap.round(&model);
            }
        }
        let base = heap.map_or(f64::NAN, |heap| heap.best);
        let (one, two) = (one.best, two.best);
        println!("{actors:>9} {base:>6.2} {one:>11.2} {:>9.2} {two:>12.2} {:>9.2}", one / base, two / one);
    }
}
