//! The window executor: no global queue, shards on any number of threads, the same bits.
//!
//! A message between hosts takes at least the lookahead, so within a window no wider than it no host can affect another:
//! every shard executes its part of the window by itself, and what shards sent each other changes hands after it.
//! Windows lie on a fixed grid; a change and the end of a run cut them at their exact time (conservative synchronous
//! windows: Nicol, "The cost of conservative synchronization in parallel discrete event simulation", JACM 40(2), 1993).

mod barrier;
mod density;
mod stretch;

use crate::digest::{Digest, Trace, combine};
use crate::executor::{Control, Counts, Executor, Interrupted, make_change, next_change};
use crate::grid::Grid;
use crate::lane::Lane;
use crate::model::{Lookahead, Model};
use crate::outbox::{Outbox, Posted};
use crate::queue::Queue;
use crate::setup::{Setup, SetupError};
use density::Density;
use overlab_time::Time;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use stretch::{Exchange, Way};

/// Executes a model window by window, on one thread or several.
///
/// Sparse windows run in one lane on the calling thread, as if there were no other threads; dense ones in a lane a thread.
/// What is pending moves when that changes, which is seldom.
pub struct Windows<M: Model> {
    model: M,
    shards: Vec<M::Shard>,
    /// The hosts of each shard.
    ranges: Vec<Range<u32>>,
    lanes: Vec<Lane<M>>,
    hosts: u32,
    now: Time,
    lookahead: Lookahead,
    divisor: u64,
    grid: Grid,
    /// Lanes that dense windows run in, the threads for them, and where they exchange what they send.
    most_lanes: usize,
    parallel: Option<(ThreadPool, Exchange<M>)>,
    density: Density,
    /// Where changes send.
    out: Outbox<M>,
    world: Trace,
    last_change: Option<Time>,
    counts: Counts,
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
        let divisor = u64::from(setup.width_divisor);
        let most_lanes = setup.threads.min(setup.shards.len());
        let parallel = match most_lanes {
            1 => None,
            lanes => Some((ThreadPoolBuilder::new().num_threads(lanes).build()?, Exchange::new(lanes))),
        };
        let (ranges, shards): (Vec<_>, Vec<_>) = setup.shards.into_iter().unzip();
        let mut windows = Self {
            model,
            shards,
            ranges,
            lanes: Vec::new(),
            hosts: setup.hosts,
            now: Time::ZERO,
            lookahead: setup.lookahead,
            divisor,
            grid: Grid::new(setup.lookahead.0 / divisor),
            most_lanes,
            parallel,
            density: Density::new(setup.parallel_threshold),
            out: Outbox::listing(setup.hosts),
            world: Trace::default(),
            last_change: None,
            counts: Counts::default(),
            broken: false,
        };
        let dense = setup.dense || setup.parallel_threshold == 0;
        windows.form(if dense { most_lanes } else { 1 });
        Ok(windows)
    }

    /// Ends the simulation: the model and the state of all hosts, in their order.
    pub fn into_parts(self) -> (M, Vec<M::Shard>) {
        (self.model, self.shards)
    }

    /// The width of windows in nanoseconds, at present.
    pub fn width(&self) -> u64 {
        self.grid.width()
    }

    /// Forms `count` lanes of about as many hosts each, and moves what is pending and counted there.
    fn form(&mut self, count: usize) {
        let old = std::mem::take(&mut self.lanes);
        let groups = groups(&self.ranges, count);
        let starts: Arc<[u32]> = groups.iter().map(|group| self.ranges[group.start].start).collect();
        let (grid, now) = (self.grid, self.now.0);
        let lane = |group: &Range<usize>| {
            Lane::new(self.hosts, &self.ranges[group.clone()], Arc::clone(&starts), Queue::new(grid, now))
        };
        self.lanes = groups.iter().map(lane).collect();
        let mut traces = Vec::new();
        for lane in old {
            let (queue, own, executed) = lane.dissolve();
            queue.pour(|header, happening| {
                let lane = starts.partition_point(|&start| start <= header.host) - 1;
                self.lanes[lane].queue_mut().push(header, happening);
            });
            traces.extend(own);
            self.counts.merge(&executed);
        }
        let mut traces = traces.into_iter();
        for lane in &mut self.lanes {
            lane.traces_mut().iter_mut().zip(&mut traces).for_each(|(to, from)| *to = from);
        }
    }

    /// Executes windows before `until`: at most a thousand of them, and some ten thousand events on one thread or some hundred
    /// thousand on several.
    fn advance(&mut self, until: Time) {
        let way = Way { grid: self.grid, lookahead: self.lookahead, now: self.now, until };
        let (model, shards) = (&self.model, &mut self.shards);
        let done = match (&mut self.lanes[..], &self.parallel) {
            ([lane], _) => stretch::alone(model, lane, shards, way),
            (lanes, Some((pool, exchange))) => {
                let done = stretch::together(model, lanes, shards, way, (pool, exchange));
                self.counts.parallel_windows += done.windows;
                done
            }
            (_, None) => unreachable!("without threads there is one lane"),
        };
        self.now = done.now;
        self.counts.windows += done.windows;
        let pending = || self.lanes.iter().map(|lane| lane.queue().pending()).sum();
        if let Some(parallel) = self.density.judge(done, self.lanes.len() > 1, pending) {
            let count = if parallel { self.most_lanes } else { 1 };
            if count != self.lanes.len() {
                self.form(count);
            }
        }
    }

    /// Lets the model change everything, and cuts the windows anew if the lookahead says so.
    fn change(&mut self) {
        let lookahead = make_change(
            &mut self.model,
            &mut self.shards,
            &mut self.out,
            (self.now, self.lookahead),
            &mut self.world,
        );
        self.counts.changes += 1;
        self.last_change = Some(self.now);
        self.lookahead = lookahead;
        if let Some(grid) = self.grid.suiting(lookahead.0 / self.divisor) {
            self.grid = grid;
            for lane in &mut self.lanes {
                lane.queue_mut().regrid(grid, self.now.0);
            }
        }
        self.place();
    }

    /// Gives what was sent from outside all hosts to the lanes.
    fn place(&mut self) {
        for Posted { header, happening } in self.out.posted().drain(..) {
            let lane = self.lanes.partition_point(|lane| lane.first_host() <= header.host) - 1;
            self.lanes[lane].queue_mut().push(&header, happening);
        }
    }

    fn events(&self) -> u64 {
        self.counts.events() + self.lanes.iter().map(|lane| lane.executed().events()).sum::<u64>()
    }
}

/// Divides shards into `count` groups of about as many hosts each, none empty.
fn groups(ranges: &[Range<u32>], count: usize) -> Vec<Range<usize>> {
    let hosts = ranges.last().map_or(0, |last| u64::from(last.end));
    let mut groups = Vec::with_capacity(count);
    let mut first = 0;
    for group in 1..=count {
        let share = hosts * group as u64 / count as u64;
        let wanted = ranges.partition_point(|range| u64::from(range.end) <= share);
        // A shard at least for this one and each that follows.
        let end = wanted.clamp(first + 1, ranges.len() - (count - group));
        groups.push(first..end);
        first = end;
    }
    groups
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
            } else if start < end {
                self.advance(change.min(end));
            } else {
                self.now = self.now.max(end);
                break Ok(());
            }
            let (now, events) = (self.now, self.events());
            if !control.progress(now, events) {
                break Err(Interrupted { now, events });
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
