//! Which pairs of hosts a network lets talk, and which of the others an overlay could help.

use crate::latency::{Latency, NO_PATH};
use crate::place::HostId;
use crate::underlay::Underlay;
use std::collections::BTreeMap;

/// Ordered pairs of different hosts, counted.
///
/// Where hosts stand at more than 2,000 places, those of 2,000 places evenly spread are taken as senders; receivers are
/// always all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// All that were looked at.
    pub all: u64,
    /// Those whose messages arrive, but for loss by chance.
    pub reachable: u64,
    /// Of the others, those that an oracle overlay could save: some chain of hosts connects them, each of which reaches the
    /// next and is reached by it.
    pub saveable: u64,
}

impl Pairs {
    /// Pairs whose messages cannot arrive.
    pub fn failed(&self) -> u64 {
        self.all - self.reachable
    }
}

/// The most groups of hosts whose messages are followed.
const MOST_SENDERS: usize = 2_000;

/// Hosts at one site that barriers treat alike: what holds for one holds for all.
struct Group {
    site: u32,
    class: u16,
    hosts: u64,
}

impl Underlay {
    /// Counts the pairs of hosts that can talk, over all hosts whether peers on them are up or not.
    ///
    /// Takes time in proportion to the number of places with hosts, times that of senders.
    pub fn pairs(&self) -> Pairs {
        let groups = self.groups();
        let components = self.components(&groups);
        let stride = groups.len().div_ceil(MOST_SENDERS).max(1);
        let mut pairs = Pairs::default();
        for (from, sender) in groups.iter().enumerate().step_by(stride) {
            for (to, receiver) in groups.iter().enumerate() {
                let count = sender.hosts * if from == to { receiver.hosts - 1 } else { receiver.hosts };
                pairs.all += count;
                if self.passes(sender, receiver) {
                    pairs.reachable += count;
                } else if components[from] == components[to] && from != to {
                    pairs.saveable += count;
                }
            }
        }
        pairs
    }

    fn has_sites(&self) -> bool {
        matches!(self.latency, Latency::Table { .. } | Latency::Distances(_))
    }

    fn groups(&self) -> Vec<Group> {
        let tabled = self.has_sites();
        let mut groups: BTreeMap<(u32, u16), u64> = BTreeMap::new();
        for (number, host) in (0..).zip(self.attached.iter()) {
            let class = self.filter.as_ref().map_or(0, |filter| filter.class(HostId(number)));
            *groups.entry((if tabled { host.site } else { 0 }, class)).or_default() += 1;
        }
        groups.into_iter().map(|((site, class), hosts)| Group { site, class, hosts }).collect()
    }

    fn passes(&self, from: &Group, to: &Group) -> bool {
        let open = self.filter.as_ref().is_none_or(|filter| filter.passes(from.class, to.class));
        open && (!self.has_sites() || self.latency.path((0, from.site), (0, to.site)) != NO_PATH)
    }

    /// The groups by whether chains of groups connect them both ways: the number of the component of each.
    fn components(&self, groups: &[Group]) -> Vec<u32> {
        let mut components = vec![0; groups.len()];
        let mut left: Vec<usize> = (0..groups.len()).collect();
        let mut number = 0;
        while let Some(first) = left.pop() {
            let mut reached = vec![first];
            while let Some(at) = reached.pop() {
                components[at] = number;
                left.retain(|&other| {
                    let (a, b) = (&groups[at], &groups[other]);
                    let joined = self.passes(a, b) && self.passes(b, a);
                    if joined {
                        reached.push(other);
                    }
                    !joined
                });
            }
            number += 1;
        }
        components
    }
}
