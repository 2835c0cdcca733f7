//! Answering the requests of other peers' lookups, honestly or not.

use super::message::{Body, Envelope, Find, Found, Purpose};
use super::{KeyRoutingNode, Setup, lookout, note_trouble};
use overlab_peer::{Adversary, Candidates, Cause, Contact, Converged, Host, Key, Responsibility};

impl<A: Converged> KeyRoutingNode<A> {
    /// Answers a step of another peer's iterative lookup.
    pub(super) fn serve(
        &mut self,
        from: Contact,
        purpose: Purpose,
        find: Find<A::Route>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        let Find { id, mut key, count, exclude, told, named_owner, mut route } = find;
        if let Some(adversary) = host.adversary {
            note_trouble(purpose, Cause::Adversary, host);
            match adversary {
                Adversary::Drop => {
                    host.pool.give(exclude);
                    self.observed(from, None, setup, host);
                    return;
                }
                Adversary::Misroute => key = Key(host.stream.bits()),
            }
        }
        for &dead in exclude.iter().take(usize::from(told)) {
            if dead != from && dead != host.me {
                self.unreachable(dead, setup, host);
            }
        }
        let (mut said, mut contacts) = (None, Vec::new());
        if self.joined {
            said = Some(self.answer_for(key, &route, setup, host));
            contacts = host.pool.take();
            let mut out =
                Candidates::new(&mut contacts, &exclude, usize::from(count)).with_named_owner(named_owner);
            self.algorithm.closest(key, &mut route, &lookout(setup, host), &mut out);
        }
        host.pool.give(exclude);
        let body = Body::Found(Found { id, said, contacts, route });
        host.send(from, Envelope { purpose, body });
        // Learnt of only now, so that the answer does not name the peer that asked as a newcomer.
        self.observed(from, None, setup, host);
    }

    /// The algorithm's word; a hostile peer claims nothing, as it could be held to it.
    pub(super) fn answer_for(
        &self,
        key: Key,
        route: &A::Route,
        setup: &Setup<A>,
        host: &Host<'_, Self>,
    ) -> Responsibility {
        if host.adversary.is_some() { Responsibility::No } else { self.responsible(key, route, setup, host) }
    }
}
