//! One thread at work: its queue, its hosts' traces, and the loop that everything runs in.

use crate::digest::Trace;
use crate::executor::Counts;
use crate::key::{Header, Key, Slot};
use crate::model::{ActorId, Coming, Distance, HostId, Lookahead, Model, Stamp};
use crate::outbox::{Outbox, Posted, ShardSink};
use crate::queue::Queue;
use overlab_time::{Time, prefetch_item};
use std::ops::Range;
use std::sync::Arc;

/// How many events ahead an actor's own state is asked for, and what it points to.
const FAR: usize = 16;
const NEAR: usize = 6;
/// The state of fewer hosts stays in the cache by itself.
const FEW_HOSTS: usize = 4096;

/// Everything of some neighbouring shards but the model's state.
pub(crate) struct Lane<M: Model> {
    out: Outbox<M>,
    first_host: u32,
    /// The first host after each of its shards.
    ends: Vec<u32>,
    traces: Vec<Trace>,
    /// The keys of the current window, sorted.
    run: Vec<Key>,
    /// The message that is being delivered.
    hand: Option<M::Message>,
    executed: Counts,
}

impl<M: Model> Lane<M> {
    /// A lane for the shards of these hosts, among lanes that begin at the hosts `starts`.
    pub(crate) fn new(hosts: u32, shards: &[Range<u32>], starts: Arc<[u32]>, queue: Queue<M>) -> Self {
        let own = shards[0].start..shards[shards.len() - 1].end;
        let outgoing = std::iter::repeat_with(Vec::new).take(starts.len()).collect();
        Self {
            first_host: own.start,
            ends: shards.iter().map(|shard| shard.end).collect(),
            traces: vec![Trace::default(); own.len()],
            run: Vec::new(),
            hand: None,
            executed: Counts::default(),
            out: Outbox::placing(hosts, ShardSink { queue, own, stop: 0, outgoing, starts }),
        }
    }

    /// What is pending, the hosts' traces, and what was executed: for other lanes.
    pub(crate) fn dissolve(self) -> (Queue<M>, Vec<Trace>, Counts) {
        (self.out.into_queue(), self.traces, self.executed)
    }

    pub(crate) fn first_host(&self) -> u32 {
        self.first_host
    }

    /// How many shards it has.
    pub(crate) fn shards(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn queue(&self) -> &Queue<M> {
        &self.out.shard_ref().queue
    }

    pub(crate) fn queue_mut(&mut self) -> &mut Queue<M> {
        &mut self.out.shard().queue
    }

    pub(crate) fn outgoing(&mut self) -> &mut [Vec<Posted<M>>] {
        &mut self.out.shard().outgoing
    }

    pub(crate) fn traces(&self) -> &[Trace] {
        &self.traces
    }

    pub(crate) fn traces_mut(&mut self) -> &mut [Trace] {
        &mut self.traces
    }

    /// What was executed, without what is pending: cheap.
    pub(crate) fn executed(&self) -> &Counts {
        &self.executed
    }

    /// What was executed and what is held.
    pub(crate) fn counts(&self) -> Counts {
        let posted = |lists: &[Vec<Posted<M>>]| lists.iter().map(Vec::capacity).sum::<usize>();
        let bytes = self.queue().bytes()
            + self.run.capacity() * size_of::<Key>()
            + posted(&self.out.shard_ref().outgoing) * size_of::<Posted<M>>();
        Counts { pending: self.queue().pending(), pending_bytes: bytes as u64, ..self.executed }
    }

    /// Executes the events of `window` before `stop`, host by host. `shards` are this lane's.
    pub(crate) fn run(
        &mut self,
        model: &M,
        shards: &mut [M::Shard],
        window: u64,
        stop: Time,
        lookahead: Lookahead,
    ) {
        let sink = self.out.shard();
        sink.stop = stop.0;
        let start = sink.queue.grid().start(window);
        sink.queue.advance(window);
        sink.queue.gather(window, stop.0 - start, &sink.own, &mut self.run);

        let mut next = 0;
        for (shard, state) in shards.iter_mut().enumerate() {
            next = self.run_shard(model, state, self.ends[shard], next, start, lookahead);
        }
        self.queue_mut().finish(window);
    }

    /// Executes the sorted run from `next` on, as far as it belongs to the shard that ends before the host `end`. Returns what is
    /// next then.
    fn run_shard(
        &mut self,
        model: &M,
        shard: &mut M::Shard,
        end: u32,
        mut next: usize,
        start: u64,
        lookahead: Lookahead,
    ) -> usize {
        let ahead = self.traces.len() >= FEW_HOSTS;
        while let Some(first) = self.run.get(next).filter(|key| key.host() < end) {
            let host = first.host();
            let place = (host - self.first_host) as usize;
            self.out.enter(host, lookahead, self.traces[place]);
            while let Some(key) = self.pick(host, &mut next) {
                if ahead {
                    self.look_ahead(model, shard, end, next);
                }
                self.execute(model, shard, key, key.header(start));
            }
            self.traces[place] = self.out.leave();
        }
        next
    }

    /// The next key of `host`: from the sorted run, or sent to itself since.
    #[inline]
    fn pick(&mut self, host: u32, next: &mut usize) -> Option<Key> {
        let sorted = self.run.get(*next).copied().filter(|key| key.host() == host);
        if !self.out.current().is_empty()
            && let Some(sent) = self.pick_sent(sorted)
        {
            return Some(sent);
        }
        *next += usize::from(sorted.is_some());
        sorted
    }

    /// The first of what the host has sent to itself since, if it comes before what is `sorted`.
    #[cold]
    fn pick_sent(&mut self, sorted: Option<Key>) -> Option<Key> {
        let current = self.out.current();
        let sent = current.peek()?.0;
        if sorted.is_some_and(|key| key < sent) {
            return None;
        }
        current.pop();
        Some(sent)
    }

    /// Asks the memory for what the events after the one at `next` will need: the loop waits for nothing else.
    #[inline]
    fn look_ahead(&self, model: &M, shard: &M::Shard, end: u32, next: usize) {
        if let Some(key) = self.run.get(next + FAR) {
            self.queue().prefetch(*key);
            prefetch_item(&self.traces, (key.host() - self.first_host) as usize);
            // The first of another shard are few.
            if key.host() < end {
                let coming = match key.slot() {
                    Slot::Message(_) => Coming::Message(None),
                    Slot::Timer(_) => Coming::Timer,
                };
                model.prefetch(shard, key.actor(), Distance::Far, coming);
            }
        }
        if let Some(key) = self.run.get(next + NEAR).filter(|key| key.host() < end) {
            model.prefetch(shard, key.actor(), Distance::Near, self.queue().coming(*key));
        }
    }

    #[inline(always)]
    fn execute(&mut self, model: &M, shard: &mut M::Shard, key: Key, header: Header) {
        let stamp = Stamp {
            time: Time(header.time),
            host: HostId(header.host),
            actor: ActorId(header.actor),
            source: ActorId(header.source),
            sequence: header.sequence,
        };
        let slot = key.slot();
        self.out.begin(&header, matches!(slot, Slot::Timer(_)));
        // Each kind goes its own way from here on: what both could be would be moved piece by piece.
        let handled = match slot {
            Slot::Message(index) => {
                self.hand = self.out.shard().queue.take_message(index);
                model.deliver(shard, stamp, &mut self.hand, &mut self.out)
            }
            Slot::Timer(index) => {
                let timer = self.out.shard().queue.take_timer(index);
                model.fire(shard, stamp, timer, &mut self.out)
            }
        };
        self.out.trace_mut().class(handled);
        self.executed.add(handled);
    }

    /// Takes what another lane has sent.
    pub(crate) fn receive(&mut self, list: &mut Vec<Posted<M>>) {
        let queue = &mut self.out.shard().queue;
        for Posted { header, happening } in list.drain(..) {
            queue.push(&header, happening);
        }
    }
}
