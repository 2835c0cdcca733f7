//! Events per second of both executors on PHOLD: messages over an underlay of 1 to 200 ms, one pending event an actor.
//!
//! A million actors take minutes with the reference executor: only where `OVERLAB_BENCH_MILLION` is set.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use overlab_engine::phold::Phold;
use overlab_engine::{Executor, Reference, Setup, Windows};
use overlab_time::{Span, Time};

/// Mean delays that an iteration lasts: every actor handles so many events on average.
const DELAYS: f64 = 4.0;

fn setup(model: &Phold) -> Setup<Phold> {
    Setup::new(model.hosts, model.shards(1), model.lookahead)
}

fn phold(criterion: &mut Criterion) {
    let mut sizes = vec![1_000, 10_000, 100_000];
    if std::env::var_os("OVERLAB_BENCH_MILLION").is_some() {
        sizes.push(1_000_000);
    }
    let mut group = criterion.benchmark_group("engine::phold");
    group.sample_size(10);
    for actors in sizes {
        let model = Phold::underlay(actors);
        let end = Time::ZERO + Span::from_seconds_f64(DELAYS * model.mean_delay());
        group.throughput(Throughput::Elements((DELAYS * model.population() as f64) as u64));
        let parameter = format!("actors={actors}");
        group.bench_function(BenchmarkId::new("executor=windows", &parameter), |bencher| {
            let make = || {
                let mut windows = Windows::new(model.clone(), setup(&model)).expect("the setup is right");
                model.start(&mut windows);
                windows
            };
            bencher.iter_batched_ref(
                make,
                |windows| windows.run_until(end, &mut ()).expect("nobody interrupts"),
                BatchSize::PerIteration,
            );
        });
        group.bench_function(BenchmarkId::new("executor=reference", &parameter), |bencher| {
            let make = || {
                let mut reference = Reference::new(model.clone(), setup(&model)).expect("the setup is right");
                model.start(&mut reference);
                reference
            };
            bencher.iter_batched_ref(
                make,
                |reference| reference.run_until(end, &mut ()).expect("nobody interrupts"),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, phold);
criterion_main!(benches);
