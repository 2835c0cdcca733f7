//! PHOLD against what can be computed: conservation, rate, window occupancy, and the same bits everywhere.

use overlab_engine::phold::{Delay, Phold, Process};
use overlab_engine::{
    Codec, Digest, Executor, Link, Ranks, Reference, Setup, ThreadLink, Windows, even_ranges,
};
use overlab_time::{Span, Time};

fn windows(model: &Phold, shards: usize, threads: usize) -> Windows<Phold> {
    let setup = Setup {
        threads,
        parallel_threshold: 500,
        ..Setup::new(model.hosts, model.shards(shards), model.lookahead)
    };
    let mut windows = Windows::new(model.clone(), setup).unwrap();
    model.start(&mut windows);
    windows
}

fn seconds(seconds: f64) -> Time {
    Time::ZERO + Span::from_seconds_f64(seconds)
}

/// Events are conserved exactly; their number in T is a sum of stationary renewal counts with variance
/// (mu / (L + mu))^2 = 0.81 times its mean, so its relative deviation at n = 10^7 is 0.9 / sqrt(n) = 0.00028.
/// The tolerance of 0.005 is 17 of them; 0.0015 would be 5, and holds.
#[test]
fn the_population_is_conserved_and_the_rate_is_exact() {
    let model = Phold::classical(10_000);
    let mut windows = windows(&model, 1, 1);
    assert_eq!(windows.counts().pending, model.population());
    for second in 1..=63 {
        // Not a multiple of the window: every second cuts one.
        windows.run_until(seconds(f64::from(second) - 0.05), &mut ()).unwrap();
        assert_eq!(windows.counts().pending, model.population());
    }
    let counts = windows.counts();
    let expected = model.population() as f64 * 62.95 / model.mean_delay();
    assert!(expected > 1e7);
    let error = counts.events() as f64 / expected - 1.0;
    assert!(error.abs() < 0.0015, "{error}");
    assert_eq!(counts.events(), counts.delivered);

    // A remote event stays with its actor once in N times; binomial deviation 0.3 sqrt(n), five of them allowed.
    let processes = || windows.shards().iter().flat_map(|shard| &shard.list);
    let visits: u64 = processes().map(|process| process.visits).sum();
    let remote: u64 = processes().map(|process| process.visits_from_others).sum();
    assert_eq!(visits, counts.events());
    let share = remote as f64 / visits as f64;
    let expected = model.remote * (1.0 - 1.0 / f64::from(model.hosts));
    // The first event of a population member has no other sender: at most 160,000 of 10^7.
    assert!((share - expected).abs() < 0.1 * 0.016 + 5.0 * 0.3 / (visits as f64).sqrt(), "{share}");
}

#[test]
fn any_threads_and_partition_give_the_same_bits() {
    for model in [
        Phold { actors_per_host: 3, ..Phold::classical(400) },
        Phold { events_per_actor: 3, ..Phold::underlay(2_000) },
    ] {
        let end = seconds(200_000.0 * model.mean_delay() / model.population() as f64);
        let state = |executor: &dyn Executor<Phold>| -> (Digest, u64, Vec<Process>) {
            let processes = executor.shards().iter().flat_map(|shard| shard.list.clone()).collect();
            (executor.digest(), executor.counts().events(), processes)
        };
        let setup = Setup::new(model.hosts, model.shards(1), model.lookahead);
        let mut reference = Reference::new(model.clone(), setup).unwrap();
        model.start(&mut reference);
        reference.run_until(end, &mut ()).unwrap();
        let expected = state(&reference);
        for (shards, threads) in [(1, 1), (2, 2), (4, 4), (8, 8), (16, 16), (1, 2), (7, 1), (13, 2), (50, 4)]
        {
            let mut windows = windows(&model, shards, threads);
            windows.run_until(end, &mut ()).unwrap();
            assert!(state(&windows) == expected, "{shards} shards on {threads} threads");
            assert_eq!(
                windows.counts().parallel_windows > 0,
                shards > 1 && threads > 1 && model.remote < 1.0
            );
        }
        let other = Phold { seed: 2, ..model.clone() };
        let mut windows = windows(&other, 1, 1);
        windows.run_until(end, &mut ()).unwrap();
        assert_ne!(windows.digest(), expected.0);
    }
}

const NUMBERS: Codec<u64> = Codec {
    write: |number, to| to.extend(number.to_le_bytes()),
    read: |from| {
        let (number, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(u64::from_le_bytes(*number))
    },
};

#[test]
fn any_number_of_ranks_gives_the_same_bits() {
    let model = Phold { actors_per_host: 3, remote: 0.5, ..Phold::classical(400) };
    let end = seconds(200_000.0 * model.mean_delay() / model.population() as f64);
    let setup = Setup::new(model.hosts, model.shards(1), model.lookahead);
    let mut reference = Reference::new(model.clone(), setup).unwrap();
    model.start(&mut reference);
    reference.run_until(end, &mut ()).unwrap();
    let expected: Vec<Process> = reference.shards()[0].list.clone();
    for count in [1, 2, 3, 8] {
        let ranges = &even_ranges(model.hosts, count);
        let run = |link: ThreadLink| {
            let own = model.processes(ranges[link.rank()].clone());
            let mut ranks =
                Ranks::new(model.clone(), ranges, own, (model.lookahead, 1), &link, NUMBERS).unwrap();
            model.start(&mut ranks);
            ranks.run_until(end, &mut ()).unwrap();
            let counts = ranks.counts();
            assert_eq!((ranks.digest(), counts.events()), (reference.digest(), reference.counts().events()));
            assert_eq!(counts.pending, model.population());
            ranks.shards()[0].list.clone()
        };
        let run = &run;
        let found: Vec<Process> = std::thread::scope(|scope| {
            let links = ThreadLink::team(count).into_iter();
            let threads: Vec<_> = links.map(|link| scope.spawn(move || run(link))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert!(found == expected, "{count} ranks");
    }
}

/// A grid window of width L expects x = N M L / (L + mu) events. A chain has at most one event in it, with probability
/// L / (L + mu), so for large N M a window is empty with probability e^-x and the others expect x / (1 - e^-x).
#[test]
fn windows_hold_what_theory_says() {
    for (lookahead, population, spans) in
        [(10u64, 100u32, 300.0), (10, 1_000, 100.0), (100, 1_000, 300.0), (1_000, 1_000, 1_000.0)]
    {
        let model = Phold {
            events_per_actor: 1,
            lookahead: Span::from_millis(lookahead),
            delay: Delay::Exponential(Span::from_millis(900)),
            ..Phold::classical(population)
        };
        let mut windows = windows(&model, 1, 1);
        windows.run_until(seconds(spans), &mut ()).unwrap();
        let counts = windows.counts();
        let grid = spans / model.lookahead.as_seconds();
        let x = model.population() as f64 * model.lookahead.as_seconds() / model.mean_delay();
        let (all, busy) = (counts.events() as f64 / grid, counts.events() as f64 / counts.windows as f64);
        // At n >= 30,000 events both have a relative deviation of at most 1 / sqrt(n) = 0.006.
        assert!(counts.events() > 30_000);
        assert!((all / x - 1.0).abs() < 0.03, "L = {lookahead} ms: {all} instead of {x}");
        let expected = x / -(-x).exp_m1();
        assert!((busy / expected - 1.0).abs() < 0.03, "L = {lookahead} ms: {busy} instead of {expected}");
    }
}
