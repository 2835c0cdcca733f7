//! Calls with timeouts that cost nothing when the reply comes in time.

use overlab_peer::{CallPolicy, Contact, prefetch};
use overlab_time::{Span, Time};
use std::collections::VecDeque;

/// A call that waits for its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<W> {
    /// Its number, never used before at this peer's address ([`overlab_peer::Host::next_call`]).
    pub id: u32,
    /// Whom it went to.
    pub to: Contact,
    /// When it was (last) sent.
    pub sent: Time,
    /// How often it may still be repeated.
    pub retries: u16,
    /// What the reply is waited for.
    pub what: W,
}

/// The calls of one peer that wait for a reply.
///
/// The timeout is the same for all, so the calls form a queue in the order of their deadlines and one armed
/// wake-up serves them all: it looks at the front and is armed again for the next deadline that still matters.
/// However many calls are answered in time, a peer wakes at most once a timeout.
///
/// The caller owns the wake-up. [`Self::sent`] says when it must be armed; when it fires, the caller takes what
/// [`Self::expired`] hands out and then asks [`Self::rearm`] for the next one:
///
/// ```
/// use overlab_peer::{CallPolicy, Contact};
/// use overlab_time::{Span, Time};
/// use overlab_toolkit::rpc::{Call, Rpc};
///
/// let policy = CallPolicy { timeout: Span::from_millis(500), retries: 0 };
/// let call = |id, sent| Call { id, to: Contact::first(9), sent, retries: 0, what: "ping" };
/// let later = |milliseconds| Time::ZERO + Span::from_millis(milliseconds);
/// let mut rpc = Rpc::new();
/// assert_eq!(rpc.sent(call(1, later(0)), &policy), Some(later(500)), "arm");
/// assert_eq!(rpc.sent(call(2, later(100)), &policy), None, "armed already");
/// assert!(rpc.answered(1).is_some());
/// assert!(rpc.expired(later(500), &policy).is_none(), "the first was answered, the second has time");
/// assert_eq!(rpc.rearm(&policy), Some(later(600)));
/// assert_eq!(rpc.expired(later(600), &policy).unwrap().id, 2);
/// assert_eq!(rpc.rearm(&policy), None);
/// assert!(rpc.answered(2).is_none(), "too late");
/// ```
#[derive(Clone, Debug)]
pub struct Rpc<W> {
    pending: VecDeque<Pending<W>>,
    armed: bool,
}

/// Room for so many calls stays: more are under way only in bursts, as when a peer joins.
const KEPT: usize = 8;

#[derive(Clone, Copy, Debug)]
struct Pending<W> {
    call: Call<W>,
    /// An answered call stays as a tombstone until it reaches the front.
    answered: bool,
}

impl<W> Default for Rpc<W> {
    fn default() -> Self {
        Self { pending: VecDeque::new(), armed: false }
    }
}

impl<W: Copy> Rpc<W> {
    /// No calls.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a call that goes out now. Returns the instant at which the wake-up must be armed, if none is.
    ///
    /// A call that is repeated is noted again under its old number, so that a slow reply to the first still counts.
    #[must_use]
    pub fn sent(&mut self, call: Call<W>, policy: &CallPolicy) -> Option<Time> {
        debug_assert!(self.pending.back().is_none_or(|last| last.call.sent <= call.sent));
        self.pending.push_back(Pending { call, answered: false });
        if self.armed {
            return None;
        }
        self.armed = true;
        Some(call.sent + policy.timeout)
    }

    /// Takes the call that a reply belongs to; nothing where it was answered, given up, or of an earlier incarnation.
    pub fn answered(&mut self, id: u32) -> Option<Call<W>> {
        let pending = self.pending.iter_mut().find(|pending| pending.call.id == id && !pending.answered)?;
        pending.answered = true;
        let call = pending.call;
        self.bury();
        Some(call)
    }

    /// Takes the next call whose time is over.
    pub fn expired(&mut self, now: Time, policy: &CallPolicy) -> Option<Call<W>> {
        self.bury();
        let front = self.pending.front()?;
        if front.call.sent + policy.timeout > now {
            return None;
        }
        self.pending.pop_front().map(|pending| pending.call)
    }

    /// After the wake-up fired and [`Self::expired`] ran dry: when it must be armed again, if at all.
    #[must_use]
    pub fn rearm(&mut self, policy: &CallPolicy) -> Option<Time> {
        self.bury();
        let next = self.pending.front().map(|pending| pending.call.sent + policy.timeout);
        self.armed = next.is_some();
        next
    }

    /// Forgets all calls and the wake-up, as after a restart; later replies match nothing.
    pub fn forget(&mut self) {
        self.pending = VecDeque::new();
        self.armed = false;
    }

    /// How many calls wait for a reply.
    pub fn outstanding(&self) -> usize {
        self.pending.iter().filter(|pending| !pending.answered).count()
    }

    /// Asks the memory for the calls that wait.
    #[inline]
    pub(crate) fn prefetch(&self) {
        let (front, back) = self.pending.as_slices();
        prefetch(front);
        prefetch(back);
    }

    /// Bytes held on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.pending.capacity() * size_of::<Pending<W>>()
    }

    /// Drops tombstones from the front, and the room that a burst of calls took once all are over.
    fn bury(&mut self) {
        while self.pending.front().is_some_and(|front| front.answered) {
            self.pending.pop_front();
        }
        if self.pending.is_empty() && self.pending.capacity() > KEPT {
            self.pending = VecDeque::new();
        }
    }
}

impl<W> Call<W> {
    /// The round trip of a reply that arrives now, counted from the last time the call was sent.
    pub fn round_trip(&self, now: Time) -> Span {
        now.since(self.sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const POLICY: CallPolicy = CallPolicy { timeout: Span(100), retries: 0 };

    fn call(id: u32, sent: u64) -> Call<()> {
        Call { id, to: Contact::first(id), sent: Time(sent), retries: 0, what: () }
    }

    #[test]
    fn an_empty_queue_is_small() {
        assert!(size_of::<Rpc<u64>>() <= 40);
        assert_eq!(Rpc::<u64>::new().heap_bytes(), 0);
    }

    #[test]
    fn answered_calls_cost_one_wake_a_timeout() {
        // A call every 10 ns, each answered after 5 ns, for 100 timeouts: 1,000 calls.
        let (mut rpc, mut wakes, mut wake_at) = (Rpc::new(), 0, None);
        for id in 0..1000u32 {
            let now = u64::from(id) * 10;
            if wake_at.is_some_and(|at: Time| at.0 <= now) {
                wakes += 1;
                assert!(rpc.expired(wake_at.unwrap(), &POLICY).is_none());
                wake_at = rpc.rearm(&POLICY);
            }
            wake_at = rpc.sent(call(id, now), &POLICY).or(wake_at);
            assert!(rpc.answered(id).is_some());
        }
        assert!((90..=100).contains(&wakes), "{wakes}");
        assert_eq!(rpc.outstanding(), 0);
        assert!(rpc.pending.capacity() < 32, "tombstones do not pile up");
    }

    #[test]
    fn a_burst_leaves_no_room_behind() {
        let mut rpc = Rpc::new();
        for id in 0..100 {
            let _ = rpc.sent(call(id, 0), &POLICY);
        }
        assert!(rpc.heap_bytes() >= 100 * size_of::<Call<()>>());
        assert!((0..50).all(|id| rpc.answered(id).is_some()));
        while rpc.expired(Time(100), &POLICY).is_some() {}
        assert_eq!(rpc.rearm(&POLICY), None);
        assert_eq!(rpc.heap_bytes(), 0);
    }

    #[test]
    fn a_restart_forgets() {
        let mut rpc = Rpc::new();
        assert!(rpc.sent(call(1, 0), &POLICY).is_some());
        rpc.forget();
        assert!(rpc.answered(1).is_none());
        assert_eq!(rpc.sent(call(2, 30), &POLICY), Some(Time(130)), "armed anew");
    }

    #[test]
    fn a_repeated_call_takes_the_reply_to_its_first() {
        let mut rpc = Rpc::new();
        let first = Call { retries: 1, ..call(7, 0) };
        assert_eq!(rpc.sent(first, &POLICY), Some(Time(100)));
        let expired = rpc.expired(Time(100), &POLICY).unwrap();
        assert_eq!(
            rpc.sent(Call { sent: Time(100), retries: expired.retries - 1, ..expired }, &POLICY),
            None
        );
        assert_eq!(rpc.rearm(&POLICY), Some(Time(200)));
        assert_eq!(rpc.answered(7).unwrap().round_trip(Time(130)), Span(30));
    }

    proptest! {
        /// Against the obvious way: every call is a timer of its own.
        #[test]
        fn every_call_ends_exactly_once_and_on_time(
            calls in proptest::collection::vec((0u64..40, proptest::option::of(1u64..160)), 1..60)
        ) {
            let (mut now, mut events) = (0, Vec::new());
            for (id, (gap, reply)) in calls.iter().enumerate() {
                now += gap;
                events.push((now, 1, id as u32));
                events.extend(reply.map(|after| (now + after, 0, id as u32)));
            }
            events.sort_unstable();
            let sent_at = |id: u32| calls[..=id as usize].iter().map(|call| call.0).sum::<u64>();
            let mut expected: Vec<(u32, u64, bool)> = (0..calls.len() as u32)
                .map(|id| match calls[id as usize].1 {
                    // A reply at the very instant of the timeout is ordered before the wake-up here.
                    Some(after) if after <= 100 => (id, sent_at(id) + after, true),
                    _ => (id, sent_at(id) + 100, false),
                })
                .collect();
            let (mut rpc, mut wake, mut ended) = (Rpc::new(), None, Vec::new());
            let fire = |rpc: &mut Rpc<()>, at: Time, ended: &mut Vec<(u32, u64, bool)>| {
                while let Some(call) = rpc.expired(at, &POLICY) {
                    ended.push((call.id, at.0, false));
                }
                rpc.rearm(&POLICY)
            };
            for (at, kind, id) in events {
                while let Some(due) = wake.filter(|due: &Time| due.0 < at) {
                    wake = fire(&mut rpc, due, &mut ended);
                }
                if kind == 0 {
                    if rpc.answered(id).is_some() {
                        ended.push((id, at, true));
                    }
                } else {
                    wake = rpc.sent(call(id, at), &POLICY).or(wake);
                }
            }
            while let Some(due) = wake {
                wake = fire(&mut rpc, due, &mut ended);
            }
            ended.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(ended, expected);
        }
    }
}
