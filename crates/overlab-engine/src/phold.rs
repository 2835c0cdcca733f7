//! PHOLD, the model by which event engines are compared (Fujimoto, "Performance of Time Warp under synthetic workloads",
//! 1990): every event schedules exactly one other, at another actor now and then.
//!
//! The population of events never changes. It starts in equilibrium, so that the expected number of events in any
//! span is exactly the population times the span over the mean delay, from the first nanosecond on.

use crate::executor::Executor;
use crate::model::{ActorId, Coming, Distance, Event, Handled, Happening, HostId, Model};
use crate::outbox::Outbox;
use crate::setup::even_ranges;
use overlab_time::{Purpose, Seeds, Span, Stream, Time, prefetch_item};
use std::ops::Range;

/// How long an event takes to its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Delay {
    /// The lookahead and an exponential part of this mean: the classical PHOLD.
    Exponential(Span),
    /// Uniform from the lookahead to this: like an underlay.
    Uniform(Span),
}

/// A PHOLD model.
#[derive(Clone, Debug)]
pub struct Phold {
    /// Number of hosts.
    pub hosts: u32,
    /// Actors on each host.
    pub actors_per_host: u32,
    /// Events that each actor starts with.
    pub events_per_actor: u32,
    /// Probability that an event goes to an actor drawn uniformly from all, else to the same one.
    pub remote: f64,
    /// The least delay.
    pub lookahead: Span,
    /// The law of delays.
    pub delay: Delay,
    /// The seed of all draws.
    pub seed: u64,
}

/// An actor: 128 bytes, like a small peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    stream: Stream,
    /// Events it has handled.
    pub visits: u64,
    /// Of those, the ones that another actor sent.
    pub visits_from_others: u64,
    /// The time of its last event, which no later event may precede.
    pub last: Time,
    /// State that every event touches.
    load: [u64; 11],
}

const _: () = assert!(size_of::<Process>() == 128);

/// The actors of a range of hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Processes {
    first: u32,
    /// Actors in the order of hosts.
    pub list: Vec<Process>,
}

impl Phold {
    /// The record runs' parameters: mean delay 1 s of which a tenth is lookahead, a tenth remote, 16 events an actor.
    pub fn classical(hosts: u32) -> Self {
        Self {
            hosts,
            actors_per_host: 1,
            events_per_actor: 16,
            remote: 0.1,
            lookahead: Span::from_millis(100),
            delay: Delay::Exponential(Span::from_millis(900)),
            seed: 1,
        }
    }

    /// Messages over an underlay: all remote, 1 to 200 ms.
    pub fn underlay(hosts: u32) -> Self {
        Self {
            remote: 1.0,
            events_per_actor: 1,
            lookahead: Span::from_millis(1),
            delay: Delay::Uniform(Span::from_millis(200)),
            ..Self::classical(hosts)
        }
    }

    /// All events that are ever pending: the same number at any time.
    pub fn population(&self) -> u64 {
        u64::from(self.hosts) * u64::from(self.actors_per_host) * u64::from(self.events_per_actor)
    }

    /// The mean delay in seconds.
    pub fn mean_delay(&self) -> f64 {
        match self.delay {
            Delay::Exponential(mean) => self.lookahead.as_seconds() + mean.as_seconds(),
            Delay::Uniform(most) => (self.lookahead.as_seconds() + most.as_seconds()) / 2.0,
        }
    }

    /// The actors in `shards` even parts, for a [`Setup`](crate::Setup).
    pub fn shards(&self, shards: usize) -> Vec<(Range<u32>, Processes)> {
        even_ranges(self.hosts, shards)
            .into_iter()
            .map(|range| {
                let state = self.processes(range.clone());
                (range, state)
            })
            .collect()
    }

    /// The actors of some hosts.
    pub fn processes(&self, hosts: Range<u32>) -> Processes {
        let first = hosts.start * self.actors_per_host;
        let seeds = Seeds::new(self.seed, 0);
        let process = |actor| Process {
            stream: seeds.stream(Purpose::Example, u64::from(actor), 0),
            visits: 0,
            visits_from_others: 0,
            last: Time::ZERO,
            load: [u64::from(actor); 11],
        };
        Processes { first, list: (first..hosts.end * self.actors_per_host).map(process).collect() }
    }

    /// Sends every actor its first events.
    pub fn start(&self, executor: &mut impl Executor<Self>) {
        let seeds = Seeds::new(self.seed, 1);
        executor.inject(&mut |_, out| {
            for actor in 0..self.hosts * self.actors_per_host {
                let mut stream = seeds.stream(Purpose::Example, u64::from(actor), 0);
                for _ in 0..self.events_per_actor {
                    let at = Time::ZERO + self.residual(&mut stream);
                    out.send(ActorId(actor), self.host(actor), ActorId(actor), at, 0);
                }
            }
        });
    }

    fn host(&self, actor: u32) -> HostId {
        HostId(if self.actors_per_host == 1 { actor } else { actor / self.actors_per_host })
    }

    fn delay(&self, stream: &mut Stream) -> Span {
        match self.delay {
            Delay::Exponential(mean) => self.lookahead + mean.scale(stream.exponential()),
            Delay::Uniform(most) => Span(self.lookahead.0 + stream.below(most.0 - self.lookahead.0 + 1)),
        }
    }

    /// What is left of a delay seen at a random instant: density P(delay > x) / mean.
    fn residual(&self, stream: &mut Stream) -> Span {
        if stream.chance(self.lookahead.as_seconds() / self.mean_delay()) {
            return self.lookahead.scale(stream.unit());
        }
        match self.delay {
            Delay::Exponential(mean) => self.lookahead + mean.scale(stream.exponential()),
            // The density falls linearly to zero; a square root is correctly rounded everywhere (IEEE 754).
            Delay::Uniform(most) => {
                self.lookahead + Span(most.0 - self.lookahead.0).scale(1.0 - stream.unit().sqrt())
            }
        }
    }
}

impl Model for Phold {
    type Message = u64;
    type Timer = ();
    type Shard = Processes;

    #[inline]
    fn prefetch(&self, shard: &Processes, actor: ActorId, distance: Distance, _: Coming<'_, u64>) {
        if distance == Distance::Far {
            prefetch_item(&shard.list, (actor.0 - shard.first) as usize);
        }
    }

    fn handle(&self, shard: &mut Processes, event: Event<Self>, out: &mut Outbox<Self>) -> Handled {
        let process = &mut shard.list[(event.actor.0 - shard.first) as usize];
        assert!(event.time >= process.last, "an event of actor {} came too late", event.actor.0);
        process.last = event.time;
        process.visits += 1;
        process.visits_from_others += u64::from(event.source != event.actor);
        let Happening::Message(hops) = event.happening else { return Handled::Internal };
        process.load[(hops % 11) as usize] ^= hops;
        let to = if process.stream.chance(self.remote) {
            ActorId(process.stream.below(u64::from(self.hosts * self.actors_per_host)) as u32)
        } else {
            event.actor
        };
        let at = event.time + self.delay(&mut process.stream);
        out.send(event.actor, self.host(to.0), to, at, hops + 1);
        Handled::Delivered
    }
}
