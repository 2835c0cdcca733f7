//! What happens to everybody at one exact instant.

use super::World;
use super::build::{lookahead, round_half_up};
use crate::log::Log;
use crate::observer::{Observer, View};
use crate::ranks;
use crate::shard::Shard;
use crate::workload::Workload;
use overlab_engine::Outbox;
use overlab_peer::{Contact, Program};
use overlab_time::{Purpose, Time};
use std::ops::Range;
use std::sync::Arc;

/// An event of the timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// So many of the peers that are up, drawn at random, go down at once.
    Down {
        /// Which peers.
        share: Share,
        /// Whether they say goodbye.
        graceful: bool,
        /// The event's number, so that each event draws anew.
        event: u64,
    },
    /// The network underneath becomes another one: a fault, a repair, or what routing makes of them.
    Underlay {
        /// Which, as [`crate::Course`] counts them.
        stage: usize,
    },
}

/// How many of the peers that are up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    /// This part of them, rounded to the nearest whole number.
    Fraction(f64),
    /// So many, or all where there are fewer.
    Count(u64),
}

impl<P: Program, W: Workload<P>, O: Observer<P>> World<P, W, O> {
    /// Hands the logs to the observer.
    pub(super) fn look(&mut self, now: Time, shards: &mut [Shard<P>]) {
        let mut logs: Vec<Log<P>> = shards.iter_mut().map(|shard| std::mem::take(&mut shard.log)).collect();
        let mut ranges: Vec<Range<u32>> = shards.iter().map(Shard::addresses).collect();
        if let Some(link) = &self.link {
            let parts = ranks::gather(&**link, &(ranges, logs));
            let (all_ranges, all_logs): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
            (ranges, logs) = (all_ranges.concat(), all_logs.into_iter().flatten().collect());
        }
        let view = View {
            shards,
            setup: &self.setup,
            keys: &self.keys,
            underlay: &self.underlay,
            undamaged: &self.undamaged,
            core: self.core.as_ref(),
            identities_per_host: self.identities_per_host,
            team: &self.team,
            ranges: &ranges,
            link: self.link.as_deref(),
        };
        self.observer.look(now, &mut logs, &mut self.roster, &view);
        // Whose records a list has held does not matter any more: it is room for others.
        for (shard, mut log) in shards.iter_mut().zip(logs) {
            log.clear();
            shard.log = log;
        }
    }

    /// Publishes the membership. Where there is none although peers are up, the first of them begins an overlay: this
    /// cannot be left to the peers, or each would begin its own.
    pub(super) fn publish(&mut self, now: Time, shards: &mut [Shard<P>], out: &mut Outbox<Self>) {
        self.published = self.introducers();
        if !self.published.is_empty() {
            return;
        }
        let public = |contact: &Contact| self.is_public(contact.peer);
        let open = shards.iter().flat_map(Shard::up).find(public);
        let mut firsts = [open, shards.iter().find_map(|shard| shard.up().next())];
        if let Some(link) = &self.link {
            let all = ranks::gather(&**link, &firsts);
            firsts = [0, 1].map(|kind| all.iter().find_map(|firsts| firsts[kind]));
        }
        // Nobody comes to an overlay whose founder lets nobody in.
        let first = firsts[0].or(firsts[1]);
        if let Some(contact) = first {
            if let Some(at) = Shard::find(shards, contact.peer) {
                self.found(&mut shards[at], contact.peer, now, out);
            }
            self.published = Arc::new(vec![contact]);
        }
    }

    /// Applies one event of the timeline.
    pub(super) fn apply(
        &mut self,
        now: Time,
        change: Change,
        shards: &mut [Shard<P>],
        out: &mut Outbox<Self>,
    ) {
        match change {
            Change::Underlay { stage } => {
                let course =
                    self.course.as_ref().expect("a timeline with other networks comes with a course");
                self.underlay = course.underlay(stage);
                self.lookahead = lookahead(&self.underlay);
                self.reroute_core();
                self.random = self.underlay.needs_stream() || self.core.is_some();
            }
            Change::Down { share, graceful, event } => {
                let mut up: Vec<Contact> = shards.iter().flat_map(Shard::up).collect();
                if let Some(link) = &self.link {
                    up = ranks::gather(&**link, &up).concat();
                }
                self.seeds.stream(Purpose::Fault, event, 0).shuffle(&mut up);
                let count = match share {
                    Share::Fraction(fraction) => round_half_up(up.len() as f64 * fraction) as usize,
                    Share::Count(count) => usize::try_from(count).unwrap_or(usize::MAX),
                };
                up.truncate(count);
                // By address, so that what they send on leaving does not depend on the draw's order.
                up.sort_unstable();
                for contact in up {
                    if let Some(at) = Shard::find(shards, contact.peer) {
                        self.retire(&mut shards[at], contact.peer, graceful, now, out);
                    }
                }
            }
        }
    }
}
