//! Events per second on PHOLD, messages over an underlay of 1 to 200 ms with one pending event an actor: the windows on
//! one thread and on two, and the heap that they are held against.
//!
//! One and four million actors take gigabytes and minutes: only where `OVERLAB_BENCH_MILLIONS` is set.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use criterion::{Bencher, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use overlab_engine::phold::Phold;
use overlab_engine::{Executor, Reference, Setup, Windows};
use overlab_time::{Span, Time};
use std::time::Duration;

/// Mean delays that an iteration lasts: every actor handles so many events on average.
const DELAYS: f64 = 0.5;

/// Shards for two threads, as many as a run has.
const SHARDS: usize = 8;

fn setup(model: &Phold, shards: usize, threads: usize) -> Setup<Phold> {
    Setup { threads, ..Setup::new(model.hosts, model.shards(shards), model.lookahead) }
}

/// The population of events never changes, so that every iteration is the next stretch of the same run.
fn stretches<E: Executor<Phold>>(bencher: &mut Bencher<'_>, model: &Phold, mut executor: E) {
    model.start(&mut executor);
    let stretch = Span::from_seconds_f64(DELAYS * model.mean_delay());
    let mut end = Time::ZERO;
    bencher.iter(|| {
        end += stretch;
        executor.run_until(end, &mut ()).expect("nobody interrupts");
    });
}

fn phold(criterion: &mut Criterion) {
    let mut sizes = vec![1_000, 10_000, 100_000];
    if std::env::var_os("OVERLAB_BENCH_MILLIONS").is_some() {
        sizes.extend([1_000_000, 4_000_000]);
    }
    let mut group = criterion.benchmark_group("engine::phold");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    for actors in sizes {
        let model = Phold::underlay(actors);
        group.throughput(Throughput::Elements((DELAYS * model.population() as f64) as u64));
        let id = |executor: &str| BenchmarkId::from_parameter(format!("executor={executor}/actors={actors}"));
        for (name, shards, threads) in [("windows/threads=1", 1, 1), ("windows/threads=2", SHARDS, 2)] {
            group.bench_function(id(name), |bencher| {
                let windows = Windows::new(model.clone(), setup(&model, shards, threads));
                stretches(bencher, &model, windows.expect("the setup is right"));
            });
        }
        group.bench_function(id("reference"), |bencher| {
            let reference = Reference::new(model.clone(), setup(&model, 1, 1));
            stretches(bencher, &model, reference.expect("the setup is right"));
        });
    }
    group.finish();
}

criterion_group!(benches, phold);
criterion_main!(benches);
