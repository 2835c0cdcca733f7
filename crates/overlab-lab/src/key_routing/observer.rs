//! The observer of a key-routing run: census and judge together.

use super::judge::Judge;
use crate::calendar::Calendar;
use crate::census::Census;
use overlab_peer::{LookupReport, LookupRequest, Program, Space};
use overlab_time::{Span, Time};
use overlab_world::{Logged, Observer, Roster, View};

/// Watches a run of key routing under the ownership rule `S`.
#[derive(Debug)]
pub(crate) struct KeyRoutingObserver<S> {
    pub(crate) census: Census,
    pub(crate) judge: Judge<S>,
}

impl<S: Space> KeyRoutingObserver<S> {
    pub(crate) fn new(calendar: &Calendar, grace: Span, rows: bool) -> Self {
        Self { census: Census::new(calendar.clone()), judge: Judge::new(calendar.clone(), grace, rows) }
    }
}

impl<S, P> Observer<P> for KeyRoutingObserver<S>
where
    S: Space,
    P: Program<Request = LookupRequest, Report = LookupReport>,
{
    fn next_look(&self) -> Option<Time> {
        self.census.next_edge()
    }

    fn look(&mut self, now: Time, log: &mut Vec<Logged<P>>, roster: &mut Roster, view: &View<'_, P>) {
        self.census.begin(log, roster, view);
        for logged in log.drain(..) {
            view.apply(&logged, roster);
            self.census.note(&logged);
            self.judge.note(&logged, roster, view);
        }
        self.judge.settle(now);
        if self.census.next_edge() == Some(now) {
            self.census.read(now, roster, view);
        }
    }
}
