//! Queues: those of the access links, in the shard of their host, and those between routers, which all share.

use super::World;
use crate::observer::Observer;
use crate::ranks;
use crate::shard::Shard;
use crate::tape::Note;
use crate::workload::Workload;
use overlab_engine::HostId;
use overlab_peer::Program;
use overlab_time::{Span, Stream, Time};
use overlab_underlay::{HostId as Place, Loss, Sent};
use std::sync::Arc;

impl<P: Program, W: Workload<P>, O: Observer<P>> World<P, W, O> {
    /// How long a message takes until it has left its host: asked at the host, in its order.
    #[inline]
    pub(crate) fn go_up(
        &self,
        shard: &mut Shard<P>,
        host: HostId,
        now: Time,
        bytes: u32,
    ) -> Result<Span, Loss> {
        if !self.queued {
            return Ok(Span::ZERO);
        }
        self.pass(shard, host, 0, now, bytes)
    }

    /// How long a message that has come to its receiver's link takes until it is there: asked at the host, in its order. What
    /// does not leave its host uses no link.
    pub(super) fn come_down(
        &self,
        shard: &mut Shard<P>,
        (from, to): (HostId, HostId),
        now: Time,
        bytes: u32,
    ) -> Result<Span, Loss> {
        if from == to { Ok(Span::ZERO) } else { self.pass(shard, to, 1, now, bytes) }
    }

    #[inline(never)]
    fn pass(
        &self,
        shard: &mut Shard<P>,
        host: HostId,
        way: usize,
        now: Time,
        bytes: u32,
    ) -> Result<Span, Loss> {
        let line = self.underlay.lines(Place(host.0))[way];
        if line.rate.is_none() {
            return Ok(Span::ZERO);
        }
        let queue = &mut shard.queues[(host.0 - shard.first_host) as usize][way];
        let passage = queue.offer(now, bytes, line).ok_or(Loss::Overflow)?;
        shard.meter.access_waits.add(passage.wait);
        shard.tape.add(|| if way == 0 { Note::Up(passage) } else { Note::Down(passage) });
        Ok(passage.total())
    }

    /// How long a message waits between routers.
    #[inline]
    pub(crate) fn cross(
        &self,
        shard: &mut Shard<P>,
        (from, to): (Place, Place),
        bytes: u32,
        stream: Option<&mut Stream>,
    ) -> Result<Span, Loss> {
        let Some(core) = &self.core else { return Ok(Span::ZERO) };
        let met = core.pass(&self.underlay, from, to, bytes);
        let stream = stream.expect("messages have a stream where there are queues between routers");
        if met.is_lost(stream) {
            return Err(Loss::Congestion);
        }
        shard.meter.path_waits.add(met.wait);
        shard.tape.add(|| Note::Between(met.wait));
        Ok(met.wait)
    }

    /// An epoch ends: what was sent in it makes the queues between routers of the next.
    pub(super) fn turn_core(&mut self, now: Time) {
        self.expand_core();
        if let Some(core) = &mut self.core {
            core.close(now);
        }
    }

    /// The network has become another. Where its routes have changed, what was sent so far has gone the old ones.
    pub(super) fn reroute_core(&mut self) {
        let Some(core) = &self.core else { return };
        let rerouted = core.links().rerouted(&self.underlay);
        if let Some(links) = rerouted.expect("routes between the same hosts fit as they did before") {
            self.expand_core();
            if let Some(core) = &mut self.core {
                core.reroute(Arc::new(links));
            }
        }
    }

    /// Lays what was sent since it was last done on the links of its paths, together with all ranks.
    fn expand_core(&mut self) {
        let Some(core) = &mut self.core else { return };
        let mut sent: Vec<Sent> = core.collect();
        if let Some(link) = &self.link {
            sent = ranks::gather(&**link, &sent).concat();
        }
        core.expand(&sent);
    }
}
