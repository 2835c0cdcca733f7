//! A stretch of windows: executed by one lane on the calling thread, or by several, a thread each.
//!
//! The threads of a stretch meet once a window. Each executes its part, leaves what it sent in the others' mailboxes, says
//! what the earliest is that it knows to come, and waits; then it fetches its mail and knows like all others which window is
//! next. Mailboxes and announcements exist twice and serve in turn, so that one meeting is enough: whoever is fast
//! writes for the window after next only when all have read.

use super::barrier::{Barrier, Patience};
use crate::grid::Grid;
use crate::lane::Lane;
use crate::model::{Lookahead, Model};
use crate::outbox::Posted;
use overlab_time::Time;
use rayon::ThreadPool;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// After so many windows, or events, the control is asked and the density judged; together threads go further, since
/// calling them together takes time.
const WINDOWS: u64 = 1 << 10;
const EVENTS_ALONE: u64 = 1 << 14;
const EVENTS_TOGETHER: u64 = 1 << 18;

/// What lies ahead, the same for all lanes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) grid: Grid,
    pub(super) lookahead: Lookahead,
    pub(super) now: Time,
    /// Nothing from here on is executed.
    pub(super) until: Time,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) now: Time,
    /// Windows in which something was executed.
    pub(super) windows: u64,
    pub(super) executed: u64,
}

impl Way {
    /// Until when `window` can be executed now; nothing where it lies beyond the way.
    fn stop(&self, window: Option<u64>, now: Time) -> Option<(u64, Time)> {
        let window = window?;
        // A cut has executed the part of its window before now.
        let start = Time(self.grid.start(window)).max(now);
        (start < self.until).then(|| (window, Time(self.grid.start(window + 1)).min(self.until)))
    }
}

/// One lane goes its way.
pub(super) fn alone<M: Model>(model: &M, lane: &mut Lane<M>, shards: &mut [M::Shard], way: Way) -> Done {
    let mut done = Done { now: way.now, ..Done::default() };
    let first = lane.executed().executed();
    for _ in 0..WINDOWS {
        let Some((window, stop)) = way.stop(lane.queue().next_window(), done.now) else { break };
        lane.run(model, shards, window, stop, way.lookahead);
        let executed = lane.executed().executed() - first;
        // A cut may have left all of its window's events for later.
        done.windows += u64::from(executed > done.executed);
        done.executed = executed;
        done.now = stop;
        if executed >= EVENTS_ALONE {
            break;
        }
    }
    done
}

/// What a lane tells the others before they meet.
#[derive(Debug)]
struct Notice {
    /// The first window that it knows something of; `u64::MAX` for none.
    next: AtomicU64,
    executed: AtomicU64,
}

/// What one lane leaves for another.
type Mailbox<M> = Mutex<Vec<Posted<M>>>;

/// Where lanes leave what others are to read: for each turn, by receiver and sender.
pub(super) struct Exchange<M: Model> {
    notices: [Vec<Notice>; 2],
    mail: [Vec<Vec<Mailbox<M>>>; 2],
}

impl<M: Model> Exchange<M> {
    pub(super) fn new(lanes: usize) -> Self {
        let notice = || Notice { next: AtomicU64::new(u64::MAX), executed: AtomicU64::new(0) };
        let notices = || (0..lanes).map(|_| notice()).collect();
        let boxes = || (0..lanes).map(|_| Mutex::new(Vec::new())).collect();
        let mail = || (0..lanes).map(|_| boxes()).collect();
        Self { notices: [notices(), notices()], mail: [mail(), mail()] }
    }

    /// Leaves the mail of `from` and its notice.
    fn leave(&self, turn: usize, from: usize, lane: &mut Lane<M>, grid: Grid, executed: u64) {
        let mut next = lane.queue().next_window().unwrap_or(u64::MAX);
        for (to, list) in lane.outgoing().iter_mut().enumerate().filter(|(_, list)| !list.is_empty()) {
            let earliest = list.iter().map(|posted| posted.header.time).min();
            next = next.min(earliest.map_or(u64::MAX, |time| grid.split(time).0));
            // The box is empty and keeps the room that it once needed: the lists change places.
            std::mem::swap(list, &mut *self.mail[turn][to][from].lock().expect(NO_PANIC));
        }
        let notice = &self.notices[turn][from];
        notice.next.store(next, Ordering::Relaxed);
        notice.executed.store(executed, Ordering::Relaxed);
    }

    /// Gives `lane`, which is `to`, its mail. Returns the window that is next for all, and what all have executed.
    fn fetch(&self, turn: usize, to: usize, lane: &mut Lane<M>) -> (Option<u64>, u64) {
        for list in &self.mail[turn][to] {
            lane.receive(&mut list.lock().expect(NO_PANIC));
        }
        let next = self.notices[turn].iter().map(|notice| notice.next.load(Ordering::Relaxed)).min();
        let executed = self.notices[turn].iter().map(|notice| notice.executed.load(Ordering::Relaxed)).sum();
        (next.filter(|&next| next != u64::MAX), executed)
    }
}

const NO_PANIC: &str = "no model is called while a mailbox is held";

/// A lane and the shards that are its.
struct Part<'a, M: Model> {
    lane: &'a mut Lane<M>,
    shards: &'a mut [M::Shard],
}

/// Several lanes go their way together, each on a thread of `pool`. Before and after, `exchange` is empty.
pub(super) fn together<M: Model>(
    model: &M,
    lanes: &mut [Lane<M>],
    mut shards: &mut [M::Shard],
    way: Way,
    (pool, exchange): (&ThreadPool, &Exchange<M>),
) -> Done {
    let barrier = Barrier::new(lanes.len());
    let parts: Vec<_> = lanes
        .iter_mut()
        .map(|lane| {
            let (own, rest) = std::mem::take(&mut shards).split_at_mut(lane.shards());
            shards = rest;
            Mutex::new(Some(Part { lane, shards: own }))
        })
        .collect();
    let done = pool.broadcast(|context| {
        let index = context.index();
        let part = parts.get(index).and_then(|part| part.lock().expect("it is taken once").take());
        part.map(|part| {
            let _attendance = barrier.attend();
            one_of_many(model, part, index, way, &barrier, exchange)
        })
    });
    done.into_iter().flatten().next().expect("a pool has a thread for every lane")
}

fn one_of_many<M: Model>(
    model: &M,
    Part { lane, shards }: Part<'_, M>,
    index: usize,
    way: Way,
    barrier: &Barrier,
    exchange: &Exchange<M>,
) -> Done {
    let mut done = Done { now: way.now, ..Done::default() };
    let (mut patience, mut turn) = (Patience::new(), 0);
    let first = lane.executed().executed();
    // Even the last window's mail is delivered before the lanes part.
    for round in 0..=WINDOWS {
        exchange.leave(turn, index, lane, way.grid, lane.executed().executed() - first);
        if !barrier.wait(&mut patience) {
            break;
        }
        let (next, executed) = exchange.fetch(turn, index, lane);
        done.windows += u64::from(executed > done.executed);
        done.executed = executed;
        turn ^= 1;
        if executed >= EVENTS_TOGETHER || round == WINDOWS {
            break;
        }
        let Some((window, stop)) = way.stop(next, done.now) else { break };
        if lane.queue().next_window() == Some(window) {
            lane.run(model, shards, window, stop, way.lookahead);
        }
        done.now = stop;
    }
    done
}
