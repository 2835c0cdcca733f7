//! The observer of a run: the census of the world, the judge of the service and who records a sample, over one pass
//! through the log.

use crate::calendar::Calendar;
use crate::census::Census;
use crate::replay::Recorder;
use crate::service::Judge;
use overlab_peer::Program;
use overlab_time::Time;
use overlab_world::{Log, Logged, Observer, Roster, View};

/// Watches a run.
#[derive(Debug)]
pub(crate) struct Watch<J> {
    pub(crate) census: Census,
    pub(crate) judge: J,
    pub(crate) recorder: Recorder,
    from: Time,
    to: Time,
}

impl<J> Watch<J> {
    pub(crate) fn new(calendar: &Calendar, pool: u32, judge: J) -> Self {
        let recorder = Recorder::new(pool, calendar);
        Self { census: Census::new(calendar.clone()), judge, recorder, from: calendar.from, to: calendar.to }
    }
}

/// A record that more than one peer's requests may depend on, and where it stands: after so many requests of its range.
pub(crate) type Turn<'a, P> = (usize, &'a Logged<P>);

impl<P: Program, J: Judge<P>> Observer<P> for Watch<J> {
    fn next_look(&self) -> Option<Time> {
        self.census.next_edge()
    }

    fn look(&mut self, now: Time, logs: &mut [Log<P>], roster: &mut Roster, view: &View<'_, P>) {
        let mut turns: Vec<Turn<'_, P>> =
            logs.iter().flat_map(|log| &log.turns).map(|(before, logged)| (*before, logged)).collect();
        // A peer's own turns keep their order.
        turns.sort_by_key(|turn| turn.1.order());
        self.census.begin(&turns, roster, view);
        self.recorder.begin(roster);
        for (_, logged) in &turns {
            view.apply(logged, roster);
            self.census.note(logged);
            self.recorder.note(logged);
        }
        self.judge.note(now, &turns, logs, roster, view);
        if self.census.next_edge() == Some(now) {
            let logs: usize = logs.iter().map(Log::bytes).sum();
            self.census.read(now, view, (logs + roster.bytes() + self.judge.bytes()) as u64);
            if now >= self.from && now <= self.to {
                self.judge.look(now, roster, view);
            }
        }
    }
}
