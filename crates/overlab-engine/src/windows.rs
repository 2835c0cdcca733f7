//! The window executor: no global queue, shards on any number of threads, the same bits.
//!
//! A message between hosts takes at least the lookahead, so within a window no wider than it no host can affect another:
//! every shard executes its part of the window by itself, and what shards sent each other changes hands after it.
//! Windows lie on a fixed grid; a change and the end of a run cut them at their exact time (conservative synchronous
//! windows: Nicol, "The cost of conservative synchronization in parallel discrete event simulation", JACM 40(2), 1993).

use crate::digest::{Digest, Trace, combine};
use crate::executor::{Control, Counts, Executor, Interrupted, Pace, next_change};
use crate::grid::Grid;
use crate::lane::Lane;
use crate::model::{Lookahead, Model};
use crate::outbox::{Outbox, Posted};
use crate::queue::Queue;
use crate::setup::{Setup, SetupError};
use overlab_time::Time;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::fmt;
use std::sync::Arc;

/// Executes a model window by window, on one thread or several.
pub struct Windows<M: Model> {
    model: M,
    shards: Vec<M::Shard>,
    lanes: Vec<Lane<M>>,
    starts: Arc<[u32]>,
    now: Time,
    lookahead: Lookahead,
    divisor: u64,
    grid: Grid,
    pool: Option<ThreadPool>,
    parallel_threshold: usize,
    /// Where changes send.
    out: Outbox<M>,
    world: Trace,
    last_change: Option<Time>,
    counts: Counts,
    pace: Pace,
    /// Set while events are handled: if it is still set at the next run, a handler has panicked.
    broken: bool,
}

impl<M: Model> Windows<M> {
    /// An executor at time zero with nothing pending.
    ///
    /// # Errors
    /// Where the setup's shards do not partition its hosts, a number is zero, or the system gives no threads.
    pub fn new(model: M, setup: Setup<M>) -> Result<Self, SetupError> {
        setup.check()?;
        let starts: Arc<[u32]> = setup.shards.iter().map(|(range, _)| range.start).collect();
        let divisor = u64::from(setup.width_divisor);
        let grid = Grid::new(setup.lookahead.0 / divisor);
        let pool = match setup.threads {
            1 => None,
            threads => Some(ThreadPoolBuilder::new().num_threads(threads).build()?),
        };
        let (ranges, shards): (Vec<_>, Vec<_>) = setup.shards.into_iter().unzip();
        let lane = |range| Lane::new(setup.hosts, range, Arc::clone(&starts), Queue::new(grid, 0));
        Ok(Self {
            model,
            shards,
            lanes: ranges.into_iter().map(lane).collect(),
            starts,
            now: Time::ZERO,
            lookahead: setup.lookahead,
            divisor,
            grid,
            pool,
            parallel_threshold: setup.parallel_threshold,
            out: Outbox::listing(setup.hosts),
            world: Trace::default(),
            last_change: None,
            counts: Counts::default(),
            pace: Pace::default(),
            broken: false,
        })
    }

    /// Ends the simulation: the model and the state of all hosts, in their order.
    pub fn into_parts(self) -> (M, Vec<M::Shard>) {
        (self.model, self.shards)
    }

    /// The width of windows in nanoseconds, at present.
    pub fn width(&self) -> u64 {
        self.grid.width()
    }

    /// Executes one window on every shard that has events in it.
    fn window(&mut self, window: u64, stop: Time) {
        let Self { model, shards, lanes, lookahead, pool, .. } = self;
        let (model, lookahead) = (&*model, *lookahead);
        let before: u64 = lanes.iter().map(|lane| lane.executed().executed()).sum();
        let work = |lane: &mut Lane<M>, shard: &mut M::Shard| {
            if lane.queue().next_window() == Some(window) {
                lane.run(model, shard, window, stop, lookahead);
            }
        };
        let length: usize = lanes.iter().map(|lane| lane.queue().window_length(window)).sum();
        let pool = pool.as_ref().filter(|_| lanes.len() > 1 && length >= self.parallel_threshold);
        match pool {
            Some(pool) => {
                pool.install(|| {
                    lanes
                        .par_iter_mut()
                        .with_max_len(1)
                        .zip(shards.par_iter_mut())
                        .for_each(|(lane, shard)| work(lane, shard));
                });
            }
            None => lanes.iter_mut().zip(shards).for_each(|(lane, shard)| work(lane, shard)),
        }
        exchange(lanes, pool);
        let after: u64 = lanes.iter().map(|lane| lane.executed().executed()).sum();
        self.counts.windows += u64::from(after > before);
        self.counts.parallel_windows += u64::from(pool.is_some());
    }

    /// Lets the model change everything, and cuts the windows anew if the lookahead says so.
    fn change(&mut self) {
        self.out.enter_change(self.now, self.lookahead, self.world);
        let lookahead = self.model.change(self.now, &mut self.shards, &mut self.out);
        assert!(
            lookahead > Lookahead::ZERO,
            "the lookahead from {} on is zero: it must be at least 1ns",
            self.now
        );
        self.world = self.out.leave();
        self.world.fold(self.now.0);
        self.world.fold(lookahead.0);
        self.counts.changes += 1;
        self.last_change = Some(self.now);
        self.lookahead = lookahead;
        let fitting = lookahead.0 / self.divisor;
        // Narrower windows than could be are right too, so that a lookahead that swings moves nothing.
        if fitting.max(1) < self.grid.width() || fitting / 2 >= self.grid.width() {
            let grid = Grid::new(fitting);
            if grid.width() != self.grid.width() {
                self.grid = grid;
                for lane in &mut self.lanes {
                    lane.queue_mut().regrid(grid, self.now.0);
                }
            }
        }
        self.place();
    }

    /// Gives what was sent from outside all hosts to the shards.
    fn place(&mut self) {
        for Posted { header, happening } in self.out.posted().drain(..) {
            let shard = self.starts.partition_point(|&start| start <= header.host) - 1;
            self.lanes[shard].queue_mut().push(&header, happening);
        }
    }

    fn events(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.executed().events()).sum()
    }

    fn ask(&mut self, control: &mut dyn Control) -> Result<(), Interrupted> {
        let executed = self.lanes.iter().map(|lane| lane.executed().executed()).sum();
        if self.pace.due(executed) {
            let (now, events) = (self.now, self.events());
            if !control.progress(now, events) {
                return Err(Interrupted { now, events });
            }
        }
        Ok(())
    }
}

/// Hands over what shards sent each other; lists change places, so that none is allocated anew.
fn exchange<M: Model>(lanes: &mut [Lane<M>], pool: Option<&ThreadPool>) {
    let mut any = false;
    for from in 0..lanes.len() {
        for to in 0..lanes.len() {
            if !lanes[from].outgoing()[to].is_empty() {
                let sent = std::mem::take(&mut lanes[from].outgoing()[to]);
                let empty = std::mem::replace(&mut lanes[to].inbox[from], sent);
                lanes[from].outgoing()[to] = empty;
                any = true;
            }
        }
    }
    match pool {
        _ if !any => {}
        Some(pool) => pool.install(|| lanes.par_iter_mut().with_max_len(1).for_each(Lane::receive)),
        None => lanes.iter_mut().for_each(Lane::receive),
    }
}

impl<M: Model> Executor<M> for Windows<M> {
    fn run_until(&mut self, end: Time, control: &mut dyn Control) -> Result<(), Interrupted> {
        assert!(!self.broken, "a model has panicked in this executor: its state is not to be trusted");
        self.broken = true;
        let mut change = next_change(&self.model, self.now, self.last_change);
        let result = loop {
            let window = self.lanes.iter().filter_map(|lane| lane.queue().next_window()).min();
            // A cut has executed the part of its window before now.
            let start = window.map_or(Time::NEVER, |window| Time(self.grid.start(window)).max(self.now));
            if change <= start && change < end {
                self.now = change;
                self.change();
                change = next_change(&self.model, self.now, self.last_change);
            } else if let Some(window) = window.filter(|_| start < end) {
                let stop = Time(self.grid.start(window + 1)).min(change).min(end);
                self.window(window, stop);
                self.now = stop;
            } else {
                self.now = self.now.max(end);
                break Ok(());
            }
            if let Err(interrupted) = self.ask(control) {
                break Err(interrupted);
            }
        };
        self.broken = false;
        result
    }

    fn inject(&mut self, fill: &mut dyn FnMut(&M, &mut Outbox<M>)) {
        self.out.enter_change(self.now, self.lookahead, self.world);
        fill(&self.model, &mut self.out);
        self.world = self.out.leave();
        self.place();
    }

    fn now(&self) -> Time {
        self.now
    }

    fn counts(&self) -> Counts {
        let mut counts = self.counts;
        self.lanes.iter().for_each(|lane| counts.merge(&lane.counts()));
        counts
    }

    fn digest(&self) -> Digest {
        combine(self.lanes.iter().flat_map(Lane::traces), &self.world)
    }

    fn model(&self) -> &M {
        &self.model
    }

    fn shards(&self) -> &[M::Shard] {
        &self.shards
    }

    fn shards_mut(&mut self) -> &mut [M::Shard] {
        &mut self.shards
    }

    fn into_parts(self: Box<Self>) -> (M, Vec<M::Shard>) {
        Self::into_parts(*self)
    }
}

impl<M: Model> fmt::Debug for Windows<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Windows")
            .field("now", &self.now)
            .field("lookahead", &self.lookahead)
            .field("width", &self.grid.width())
            .field("shards", &self.shards.len())
            .finish_non_exhaustive()
    }
}
