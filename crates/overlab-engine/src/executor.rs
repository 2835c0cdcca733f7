//! What every executor offers, and how a run is watched and stopped.

use crate::digest::{Digest, Trace};
use crate::model::{Handled, Lookahead, Model};
use crate::outbox::Outbox;
use overlab_time::Time;

/// An executor of a model: chosen at run time, never visible in a result.
pub trait Executor<M: Model> {
    /// Executes all events and changes before `end`; what is due at `end` or later stays pending, and
    /// another call goes on from there.
    ///
    /// # Errors
    /// [`Interrupted`] where `control` says so; the run stands between two windows then and can go on.
    ///
    /// # Panics
    /// If the model does, from whichever thread; the executor refuses to run after that. If the model sends below
    /// the lookahead or into the past.
    fn run_until(&mut self, end: Time, control: &mut dyn Control) -> Result<(), Interrupted>;

    /// Lets `fill` send events at [`now`](Executor::now) or later to any host, as a change would: before the first run or
    /// between two.
    fn inject(&mut self, fill: &mut dyn FnMut(&M, &mut Outbox<M>));

    /// The instant up to which everything has been executed.
    fn now(&self) -> Time;

    /// What has been executed and what is pending.
    fn counts(&self) -> Counts;

    /// The fingerprint of all that has been executed.
    fn digest(&self) -> Digest;

    /// The model.
    fn model(&self) -> &M;

    /// The state of all hosts, in their order.
    fn shards(&self) -> &[M::Shard];

    /// The state of all hosts, in their order, to be changed between runs.
    fn shards_mut(&mut self) -> &mut [M::Shard];

    /// Ends the simulation: the model and the state of all hosts, in their order.
    fn into_parts(self: Box<Self>) -> (M, Vec<M::Shard>);
}

/// Watches a run and may stop it.
///
/// `()` never stops it; a closure `FnMut(Time, u64) -> bool` is a control too.
pub trait Control {
    /// Called by the executor between windows, after a thousand of them or about 2^14 events on one thread, 2^18 on several
    /// (half a second of a large run): everything before `now` is done, `events` (delivered and fired) so far. Returns whether to go on.
    fn progress(&mut self, now: Time, events: u64) -> bool;
}

impl Control for () {
    fn progress(&mut self, _now: Time, _events: u64) -> bool {
        true
    }
}

impl<F: FnMut(Time, u64) -> bool> Control for F {
    fn progress(&mut self, now: Time, events: u64) -> bool {
        self(now, events)
    }
}

/// A run was stopped by its [`Control`]; it can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted at {now} of simulated time, after {events} events")]
pub struct Interrupted {
    /// Everything before this instant has been executed.
    pub now: Time,
    /// Events delivered and fired until then.
    pub events: u64,
}

/// What has been executed and what is pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages that reached a live actor.
    pub delivered: u64,
    /// Timers that fired at a live actor.
    pub fired: u64,
    /// Messages that reached nobody.
    pub dropped: u64,
    /// Timers and replies of an earlier life.
    pub stale: u64,
    /// The world's own bookkeeping.
    pub internal: u64,
    /// Changes of the whole world.
    pub changes: u64,
    /// Windows in which something was executed; one that a change or the end of a run cuts counts once a piece.
    /// Zero for an executor without windows.
    pub windows: u64,
    /// Of those, the ones that ran on several threads.
    pub parallel_windows: u64,
    /// Events that are yet to come.
    pub pending: u64,
    /// Bytes held for pending events, used or kept for use again: an estimate from capacities.
    pub pending_bytes: u64,
}

impl Counts {
    /// What every figure calls an event: messages delivered and timers fired.
    pub fn events(&self) -> u64 {
        self.delivered + self.fired
    }

    /// All that was executed, whatever came of it.
    pub fn executed(&self) -> u64 {
        self.events() + self.dropped + self.stale + self.internal
    }

    #[inline]
    pub(crate) fn add(&mut self, handled: Handled) {
        match handled {
            Handled::Delivered => self.delivered += 1,
            Handled::Fired => self.fired += 1,
            Handled::Dropped => self.dropped += 1,
            Handled::Stale => self.stale += 1,
            Handled::Internal => self.internal += 1,
        }
    }

    /// Adds what another shard executed and holds.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.delivered += other.delivered;
        self.fired += other.fired;
        self.dropped += other.dropped;
        self.stale += other.stale;
        self.internal += other.internal;
        self.pending += other.pending;
        self.pending_bytes += other.pending_bytes;
    }
}

/// Decides when the control is asked.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    steps: u32,
    asked_at: u64,
}

impl Pace {
    /// A step (a window, a change, an event) was done and `executed` events in all; whether to ask now.
    pub(crate) fn due(&mut self, executed: u64) -> bool {
        self.steps += 1;
        let due = self.steps >= 1024 || executed - self.asked_at >= 4096;
        if due {
            self.steps = 0;
            self.asked_at = executed;
        }
        due
    }
}

/// When the world changes next, held to the contract of [`Model::next_change`].
pub(crate) fn next_change<M: Model>(model: &M, now: Time, last: Option<Time>) -> Time {
    let next = model.next_change().unwrap_or(Time::NEVER);
    assert!(next >= now, "the model's next change, at {next}, is in the past: it is {now}");
    assert!(
        last.is_none_or(|last| next > last),
        "the model's next change, at {next}, is the one it has just made: a change must move on"
    );
    next
}

/// Lets the model change everything at `now` under the lookahead so far, and folds the change into the trace of the world.
/// Returns the lookahead from then on.
pub(crate) fn make_change<M: Model>(
    model: &mut M,
    shards: &mut [M::Shard],
    out: &mut Outbox<M>,
    (now, lookahead): (Time, Lookahead),
    world: &mut Trace,
) -> Lookahead {
    out.enter_change(now, lookahead, *world);
    let lookahead = model.change(now, shards, out);
    assert!(lookahead > Lookahead::ZERO, "the lookahead from {now} on is zero: it must be at least 1ns");
    *world = out.leave();
    world.fold(now.0);
    world.fold(lookahead.0);
    lookahead
}
