//! One shard at work: its queue, its hosts' traces, and the loop that everything runs in.

use crate::digest::Trace;
use crate::executor::Counts;
use crate::key::{Header, Key, Slot};
use crate::model::{ActorId, Event, HostId, Lookahead, Model};
use crate::outbox::{Outbox, Posted, ShardSink};
use crate::queue::Queue;
use overlab_time::Time;
use std::ops::Range;
use std::sync::Arc;

/// Everything of a shard but the model's state.
pub(crate) struct Lane<M: Model> {
    out: Outbox<M>,
    first_host: u32,
    traces: Vec<Trace>,
    /// The keys of the current window, sorted.
    run: Vec<Key>,
    executed: Counts,
    /// For each shard, what it sent to this one in the last window.
    pub(crate) inbox: Vec<Vec<Posted<M>>>,
}

impl<M: Model> Lane<M> {
    pub(crate) fn new(hosts: u32, own: Range<u32>, starts: Arc<[u32]>, queue: Queue<M>) -> Self {
        let lists = || std::iter::repeat_with(Vec::new).take(starts.len()).collect();
        let (inbox, outgoing) = (lists(), lists());
        Self {
            first_host: own.start,
            traces: vec![Trace::default(); own.len()],
            run: Vec::new(),
            executed: Counts::default(),
            inbox,
            out: Outbox::placing(hosts, ShardSink { queue, own, stop: 0, outgoing, starts }),
        }
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

    /// What was executed, without what is pending: cheap.
    pub(crate) fn executed(&self) -> &Counts {
        &self.executed
    }

    /// What was executed and what is held.
    pub(crate) fn counts(&self) -> Counts {
        let posted = |lists: &[Vec<Posted<M>>]| lists.iter().map(Vec::capacity).sum::<usize>();
        let bytes = self.queue().bytes()
            + self.run.capacity() * size_of::<Key>()
            + (posted(&self.inbox) + posted(&self.out.shard_ref().outgoing)) * size_of::<Posted<M>>();
        Counts { pending: self.queue().pending(), pending_bytes: bytes as u64, ..self.executed }
    }

    /// Executes the events of `window` before `stop`, host by host.
    pub(crate) fn run(
        &mut self,
        model: &M,
        shard: &mut M::Shard,
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
        while let Some(&first) = self.run.get(next) {
            let host = first.host();
            let place = (host - self.first_host) as usize;
            self.out.enter(host, lookahead, self.traces[place]);
            while let Some(key) = self.pick(host, &mut next) {
                self.execute(model, shard, key, key.header(start));
            }
            self.traces[place] = self.out.leave();
        }
        self.queue_mut().finish(window);
    }

    /// The next key of `host`: from the sorted run, or sent to itself since.
    #[inline]
    fn pick(&mut self, host: u32, next: &mut usize) -> Option<Key> {
        let sorted = self.run.get(*next).copied().filter(|key| key.host() == host);
        let current = self.out.current();
        if let Some(sent) = current.peek() {
            let sent = sent.0;
            if sorted.is_none_or(|key| sent < key) {
                current.pop();
                return Some(sent);
            }
        }
        *next += usize::from(sorted.is_some());
        sorted
    }

    #[inline]
    fn execute(&mut self, model: &M, shard: &mut M::Shard, key: Key, header: Header) {
        let happening = self.out.shard().queue.take(key);
        self.out.begin(&header, matches!(key.slot(), Slot::Timer(_)));
        let event = Event {
            time: Time(header.time),
            host: HostId(header.host),
            actor: ActorId(header.actor),
            source: ActorId(header.source),
            sequence: header.sequence,
            happening,
        };
        let handled = model.handle(shard, event, &mut self.out);
        self.out.trace_mut().class(handled);
        self.executed.add(handled);
    }

    /// Takes what other shards have sent.
    pub(crate) fn receive(&mut self) {
        let queue = &mut self.out.shard().queue;
        for list in &mut self.inbox {
            for Posted { header, happening } in list.drain(..) {
                queue.push(&header, happening);
            }
        }
    }
}
