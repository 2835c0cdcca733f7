//! Address translators: which hosts are behind one, and whom each has sent to lately.

use overlab_engine::HostId;
use overlab_peer::Reachability;
use overlab_time::{Span, Time};

/// Which hosts can be reached how.
#[derive(Clone, Debug)]
pub struct Translators {
    /// By host.
    pub reachability: Vec<Reachability>,
    /// For how long after a message went out others are let in from where it went: two minutes at least by RFC 4787,
    /// requirement 5. Only what goes out renews it (requirement 6).
    pub timeout: Span,
}

/// The most destinations that a translator remembers; beyond, the one that was sent to longest ago is forgotten.
const MOST: usize = 4096;

/// The destinations of one host, ascending, with the last instant of a message to each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    last: Vec<(u32, Time)>,
}

impl Sent {
    /// A message goes out at `now`.
    pub(crate) fn note(&mut self, to: HostId, now: Time, timeout: Span) {
        match self.last.binary_search_by_key(&to.0, |entry| entry.0) {
            Ok(at) => self.last[at].1 = now,
            Err(at) if self.last.len() < MOST => self.last.insert(at, (to.0, now)),
            Err(_) => {
                self.last.retain(|entry| entry.1 + timeout >= now);
                if self.last.len() == MOST {
                    let oldest = (0..MOST).min_by_key(|at| self.last[*at].1).unwrap_or(0);
                    self.last.remove(oldest);
                }
                let at = self.last.partition_point(|entry| entry.0 < to.0);
                self.last.insert(at, (to.0, now));
            }
        }
    }

    /// Whether a message from `from` is let in at `now`.
    pub(crate) fn lets_in(&self, from: HostId, now: Time, timeout: Span) -> bool {
        let entry = self.last.binary_search_by_key(&from.0, |entry| entry.0);
        entry.is_ok_and(|at| self.last[at].1 + timeout >= now)
    }
}

impl Translators {
    /// How a host can be reached.
    #[inline]
    pub(crate) fn of(&self, host: HostId) -> Reachability {
        self.reachability.get(host.0 as usize).copied().unwrap_or_default()
    }

    /// Whether a host that remembers `sent` lets a message in.
    pub(crate) fn let_in(&self, sent: &Sent, from: HostId, to: HostId, now: Time) -> bool {
        let (sender, receiver) = (self.of(from), self.of(to));
        receiver == Reachability::Public
            || (sender.can_meet(receiver) && sent.lets_in(from, now, self.timeout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_translator_remembers_for_its_timeout_and_not_without_end() {
        let (timeout, at) = (Span::from_secs(120), |seconds| Time::ZERO + Span::from_secs(seconds));
        let mut sent = Sent::default();
        sent.note(HostId(7), at(10), timeout);
        assert!(sent.lets_in(HostId(7), at(130), timeout) && !sent.lets_in(HostId(7), at(131), timeout));
        assert!(!sent.lets_in(HostId(8), at(11), timeout));
        sent.note(HostId(7), at(100), timeout);
        assert!(sent.lets_in(HostId(7), at(220), timeout));
        for host in 0..2 * MOST as u32 {
            sent.note(HostId(host), at(100) + Span(u64::from(host)), timeout);
        }
        assert_eq!(sent.last.len(), MOST);
        assert!(!sent.lets_in(HostId(7), at(101), timeout), "the oldest are forgotten");
        assert!((MOST as u32..2 * MOST as u32).all(|host| sent.lets_in(HostId(host), at(101), timeout)));
        assert!(sent.last.is_sorted_by_key(|entry| entry.0));
    }

    #[test]
    fn who_can_meet_whom() {
        let translators = Translators {
            reachability: vec![
                Reachability::Public,
                Reachability::Nat,
                Reachability::Nat,
                Reachability::OutboundOnly,
            ],
            timeout: Span::from_secs(120),
        };
        // Everybody has just sent to everybody.
        let mut sent = Sent::default();
        (0..4).for_each(|host| sent.note(HostId(host), Time(5), translators.timeout));
        let open = |from, to| translators.let_in(&sent, HostId(from), HostId(to), Time(6));
        let shut = |from, to| !translators.let_in(&Sent::default(), HostId(from), HostId(to), Time(6));
        for from in 1..4 {
            assert!(open(from, 0) && open(0, from) && shut(0, from) && !shut(from, 0));
        }
        assert!(open(1, 2) && open(2, 1), "a hole that both have punched");
        assert!(!open(1, 3) && !open(3, 1), "a mapping of its own cannot be guessed");
    }
}
