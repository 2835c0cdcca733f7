//! The digest of a run: what happened at every host, in its order, in one number.

use crate::key::Header;
use crate::model::Handled;
use overlab_time::mix64;
use std::fmt;

/// A fingerprint of all that was executed: equal for every executor, window width, partition and number of threads.
///
/// It covers (time, actor, source, sequence, kind, class) of every event in the order of its host, every word that the
/// model folded in, and the times and lookaheads of changes. It is not cryptographic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub u64);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// What the engine keeps of a host (or of all changes): its running hash and the next sequence number.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Trace {
    pub(crate) hash: u64,
    pub(crate) sequence: u32,
}

impl Trace {
    #[inline]
    pub(crate) fn event(&mut self, header: &Header, timer: bool) {
        // One multiplication a word tells them apart, one mixing step an event keeps the order.
        let words = header
            .time
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(pair(header.actor, header.source).wrapping_mul(0xd1b5_4a32_d192_ed03))
            .wrapping_add(pair(header.sequence, u32::from(timer)).wrapping_mul(0x8bb8_4b93_962e_acc9));
        self.hash = mix64(self.hash.rotate_left(1) ^ words);
    }

    #[inline]
    pub(crate) fn class(&mut self, handled: Handled) {
        self.hash = self.hash.wrapping_add(handled as u64 + 1);
    }

    #[inline]
    pub(crate) fn fold(&mut self, word: u64) {
        self.hash =
            mix64(self.hash.rotate_left(3) ^ word.wrapping_mul(0xa076_1d64_78bd_642f).wrapping_add(1));
    }
}

fn pair(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// Adds the traces of all hosts and of the changes up, in a way that no partition can change.
pub(crate) fn combine<'a>(hosts: impl Iterator<Item = &'a Trace>, world: &Trace) -> Digest {
    finish(sum(0, hosts), world)
}

/// The sum over hosts from `first` on; the sums of all hosts' parts add up, wrapping.
pub(crate) fn sum<'a>(first: u64, hosts: impl Iterator<Item = &'a Trace>) -> u64 {
    hosts.zip(first..).fold(0u64, |sum, (trace, host)| sum.wrapping_add(one(host, trace)))
}

/// The digest, given the sum over all hosts.
pub(crate) fn finish(sum: u64, world: &Trace) -> Digest {
    Digest(mix64(sum.wrapping_add(one(u64::MAX, world))))
}

fn one(place: u64, trace: &Trace) -> u64 {
    mix64(mix64(place ^ 0x2545_f491_4f6c_dd1d).wrapping_add(trace.hash)) ^ mix64(!trace.hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Class;

    #[test]
    fn everything_an_event_is_shows_in_the_digest() {
        let base = Header { time: 5, host: 0, actor: 1, source: 2, sequence: 3, class: Class::Remote };
        let of = |headers: &[(Header, bool, Handled)], folded: &[u64]| {
            let mut trace = Trace::default();
            for (header, timer, handled) in headers {
                trace.event(header, *timer);
                trace.class(*handled);
            }
            folded.iter().for_each(|&word| trace.fold(word));
            combine([trace, Trace::default()].iter(), &Trace::default())
        };
        let other = Header { time: 6, ..base };
        let all = [
            of(&[], &[]),
            of(&[(base, false, Handled::Delivered)], &[]),
            of(&[(base, true, Handled::Delivered)], &[]),
            of(&[(base, false, Handled::Stale)], &[]),
            of(&[(Header { time: 6, ..base }, false, Handled::Delivered)], &[]),
            of(&[(Header { actor: 2, source: 1, ..base }, false, Handled::Delivered)], &[]),
            of(&[(Header { sequence: 4, ..base }, false, Handled::Delivered)], &[]),
            of(&[(base, false, Handled::Delivered), (other, false, Handled::Delivered)], &[]),
            of(&[(other, false, Handled::Delivered), (base, false, Handled::Delivered)], &[]),
            of(&[], &[0]),
            of(&[], &[1, 2]),
            of(&[], &[2, 1]),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all.iter().skip(i + 1).all(|b| a != b), "{i}");
        }
    }

    #[test]
    fn the_host_matters() {
        let (mut busy, idle) = (Trace::default(), Trace::default());
        busy.fold(7);
        assert_ne!(combine([busy, idle].iter(), &idle), combine([idle, busy].iter(), &idle));
        assert_ne!(combine([busy, idle].iter(), &idle), combine([idle, idle].iter(), &busy));
        assert_eq!(Digest(10).to_string(), "000000000000000a");
    }
}
