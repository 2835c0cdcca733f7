//! Kademlia's tables from the live set, and their comparison with it.

use super::{Kademlia, KademliaContext};
use overlab_peer::{Audit, Contact, Converged, Entry, Key, LiveKeys, Lookout};
use overlab_time::{Interval, Stream};
use smallvec::SmallVec;

/// The subtrees that a peer at `here` keeps buckets for, with their members, from the widest to the closest.
fn subtrees<'a>(here: Key, live: &LiveKeys<'a>) -> impl Iterator<Item = (u32, &'a [Entry])> {
    let mut shared = live.entries();
    (0..Key::BITS)
        .map_while(move |index| {
            // All of `shared` have the first `index` bits of `here`; the next one divides them in two.
            let others = shared.iter().any(|entry| entry.0 != here);
            others.then(|| {
                let bit = 1 << (Key::BITS - 1 - index);
                let (low, high) = shared.split_at(shared.partition_point(|entry| entry.0.0 & bit == 0));
                let (mine, theirs) = if here.0 & bit == 0 { (low, high) } else { (high, low) };
                shared = mine;
                (index, theirs)
            })
        })
        .filter(|(_, members)| !members.is_empty())
}

/// `count` of `members` at random, all equally likely (Floyd's method); all of them where there are no more.
fn sample(members: &[Entry], count: usize, stream: &mut Stream, chosen: &mut Vec<Contact>) {
    chosen.clear();
    if members.len() <= count {
        chosen.extend(members.iter().map(|entry| entry.1));
        return;
    }
    for last in members.len() - count..members.len() {
        let drawn = members[stream.index(last + 1)].1;
        chosen.push(if chosen.contains(&drawn) { members[last].1 } else { drawn });
    }
}

impl Converged for Kademlia {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut KademliaContext<'_>) {
        let here = context.key();
        let parameters = context.parameters();
        self.joined = true;
        self.table.clear();
        self.failures.clear();
        self.lost.clear();
        let subtrees: SmallVec<[_; Key::BITS as usize]> = subtrees(here, live).collect();
        let count = subtrees.iter().map(|(_, members)| members.len().min(parameters.k)).sum();
        self.table.reserve(subtrees.len(), count);
        let mut contacts = Vec::with_capacity(parameters.k);
        for (index, members) in subtrees {
            sample(members, parameters.k, context.random(), &mut contacts);
            // In the long run a bucket's last refresh lies anywhere within the interval.
            let due = match parameters.refresh_interval {
                Interval::Every(span) => super::seconds(context.now() + span.scale(context.random().unit())),
                Interval::Never => u32::MAX,
            };
            self.table.fill(index, &contacts, due);
        }
        self.arm(context);
    }

    fn audit(&self, live: &LiveKeys<'_>, context: &Lookout<'_, Self>, audit: &mut Audit) {
        for (index, members) in subtrees(context.key(), live) {
            let wanted = members.len().min(context.parameters.k) as u64;
            let held = self.table.members(index);
            let is_alive = |contact: &&Contact| {
                let at = members.binary_search_by_key(&context.key_of(**contact), |entry| entry.0);
                at.is_ok_and(|at| members[at].1 == **contact)
            };
            let alive = held.iter().filter(is_alive).count();
            audit.expected += wanted;
            audit.missing += wanted.saturating_sub(alive as u64);
        }
    }
}
