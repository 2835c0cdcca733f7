//! The observer of a run: the census of the world and the judge of the service, over one pass through the log.

use crate::calendar::Calendar;
use crate::census::Census;
use crate::service::Judge;
use overlab_peer::Program;
use overlab_time::Time;
use overlab_world::{Logged, Observer, Roster, View};

/// Watches a run.
#[derive(Debug)]
pub(crate) struct Watch<J> {
    pub(crate) census: Census,
    pub(crate) judge: J,
    from: Time,
    to: Time,
}

impl<J> Watch<J> {
    pub(crate) fn new(calendar: &Calendar, judge: J) -> Self {
        Self { census: Census::new(calendar.clone()), judge, from: calendar.from, to: calendar.to }
    }
}

impl<P: Program, J: Judge<P>> Observer<P> for Watch<J> {
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
            self.census.read(now, view);
            if now >= self.from && now <= self.to {
                self.judge.look(now, roster, view);
            }
        }
    }
}
