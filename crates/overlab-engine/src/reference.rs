//! The reference executor: one binary heap, no windows, one thread. It is what the window executor is held to.

use crate::digest::{Digest, Trace, combine};
use crate::executor::{Control, Counts, Executor, Interrupted, Pace, make_change, next_change};
use crate::key::Header;
use crate::listen::{Listener, Sent};
use crate::model::{ActorId, Happening, HostId, Lookahead, Model, Stamp};
use crate::outbox::{Outbox, Posted};
use crate::setup::{Setup, SetupError};
use overlab_time::Time;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fmt;

/// Executes a model event by event in the order of (time, host, actor, source, sequence).
pub struct Reference<M: Model> {
    model: M,
    shards: Vec<M::Shard>,
    /// The first host of each shard.
    starts: Vec<u32>,
    heap: BinaryHeap<Pending<M>>,
    traces: Vec<Trace>,
    now: Time,
    lookahead: Lookahead,
    out: Outbox<M>,
    world: Trace,
    last_change: Option<Time>,
    counts: Counts,
    pace: Pace,
    broken: bool,
}

/// A pending event; the greatest is the one that is next.
struct Pending<M: Model>(Posted<M>);

impl<M: Model> Ord for Pending<M> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.header.cmp(&self.0.header)
    }
}

impl<M: Model> PartialOrd for Pending<M> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<M: Model> PartialEq for Pending<M> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<M: Model> Eq for Pending<M> {}

fn stamp(header: &Header) -> Stamp {
    let &Header { time, host, actor, source, sequence, .. } = header;
    Stamp { time: Time(time), host: HostId(host), actor: ActorId(actor), source: ActorId(source), sequence }
}

fn sent<M: Model>(posted: &Posted<M>) -> Sent<'_, M> {
    Sent { stamp: stamp(&posted.header), happening: &posted.happening }
}

impl<M: Model> Reference<M> {
    /// An executor at time zero with nothing pending. Threads and window widths of the setup mean nothing to it.
    ///
    /// # Errors
    /// Where the setup's shards do not partition its hosts or a number is zero.
    pub fn new(model: M, setup: Setup<M>) -> Result<Self, SetupError> {
        setup.check()?;
        let (ranges, shards): (Vec<_>, Vec<_>) = setup.shards.into_iter().unzip();
        Ok(Self {
            model,
            shards,
            starts: ranges.into_iter().map(|range| range.start).collect(),
            heap: BinaryHeap::new(),
            traces: vec![Trace::default(); setup.hosts as usize],
            now: Time::ZERO,
            lookahead: setup.lookahead,
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

    /// Executes as [`run_until`](Executor::run_until) does, and tells `listener` of everything.
    ///
    /// # Errors
    /// Where `control` says so.
    pub fn listen_until(
        &mut self,
        end: Time,
        control: &mut dyn Control,
        listener: &mut dyn Listener<M>,
    ) -> Result<(), Interrupted> {
        self.run(end, control, Some(listener))
    }

    fn run(
        &mut self,
        end: Time,
        control: &mut dyn Control,
        mut listener: Option<&mut dyn Listener<M>>,
    ) -> Result<(), Interrupted> {
        assert!(!self.broken, "a model has panicked in this executor: its state is not to be trusted");
        self.broken = true;
        let mut change = next_change(&self.model, self.now, self.last_change);
        let result = loop {
            let next = self.heap.peek().map_or(Time::NEVER, |pending| Time(pending.0.header.time));
            if change <= next && change < end {
                self.now = change;
                self.change(&mut listener);
                change = next_change(&self.model, self.now, self.last_change);
            } else if next < end {
                let Pending(posted) = self.heap.pop().expect("it has just been seen");
                self.execute(posted, &mut listener);
            } else {
                self.now = self.now.max(end);
                break Ok(());
            }
            if self.pace.due(self.counts.executed()) {
                let (now, events) = (self.now, self.counts.events());
                if !control.progress(now, events) {
                    break Err(Interrupted { now, events });
                }
            }
        };
        self.broken = false;
        result
    }

    fn change(&mut self, listener: &mut Option<&mut dyn Listener<M>>) {
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
        if let Some(listener) = listener {
            let mut sent = self.out.posted().iter().map(sent);
            listener.changed(&self.model, &mut self.shards, self.now, &mut sent);
        }
        self.place();
    }

    fn execute(
        &mut self,
        Posted { header, happening }: Posted<M>,
        listener: &mut Option<&mut dyn Listener<M>>,
    ) {
        let (host, stamp) = (header.host, stamp(&header));
        self.now = stamp.time;
        self.out.enter(host, self.lookahead, self.traces[host as usize]);
        self.out.begin(&header, matches!(happening, Happening::Timer(_)));
        let shard = &mut self.shards[self.starts.partition_point(|&start| start <= host) - 1];
        if let Some(listener) = listener {
            listener.before(&self.model, shard, stamp, &happening);
        }
        let handled = self.model.handle(shard, stamp.event(happening), &mut self.out);
        if let Some(listener) = listener {
            let mut sent = self.out.posted().iter().map(sent);
            listener.after(&self.model, shard, stamp, handled, &mut sent);
        }
        self.out.trace_mut().class(handled);
        self.traces[host as usize] = self.out.leave();
        self.counts.add(handled);
        self.place();
    }

    fn place(&mut self) {
        self.heap.extend(self.out.posted().drain(..).map(Pending));
    }
}

impl<M: Model> Executor<M> for Reference<M> {
    fn run_until(&mut self, end: Time, control: &mut dyn Control) -> Result<(), Interrupted> {
        self.run(end, control, None)
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
        let bytes = self.heap.capacity() * size_of::<Pending<M>>();
        Counts { pending: self.heap.len() as u64, pending_bytes: bytes as u64, ..self.counts }
    }

    fn digest(&self) -> Digest {
        combine(self.traces.iter(), &self.world)
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

impl<M: Model> fmt::Debug for Reference<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference")
            .field("now", &self.now)
            .field("lookahead", &self.lookahead)
            .field("pending", &self.heap.len())
            .finish_non_exhaustive()
    }
}
