//! What a service brings to an experiment, so that everything else is written once.

use crate::ground::{Ground, Plan};
use crate::metric::Metrics;
use crate::outcome::RunOutcome;
use crate::replay::Played;
use crate::watch::Turn;
use overlab_peer::Program;
use overlab_schema::scenario::Overlay;
use overlab_time::Time;
use overlab_world::{Log, Roster, View, Workload};
use serde_json::Value;
use std::ops::Range;

/// A service with one of its algorithms: the program that peers run, what is asked of it, and who judges.
pub(crate) trait Service: 'static {
    /// The service's name in scenarios.
    const NAME: &'static str;
    /// What runs on a peer.
    type Program: Program;
    /// What is asked.
    type Workload: Workload<Self::Program>;
    /// Who judges the answers.
    type Judge: Judge<Self::Program>;

    /// What the peers of an overlay share: the algorithm's settled parameters and the driver's settings.
    fn setup(parameters: &Value, overlay: &Overlay) -> <Self::Program as Program>::Setup;

    /// The workload of a replication; the same for every overlay.
    fn workload(plan: &Plan, ground: &Ground) -> Self::Workload;

    /// A judge who has seen nothing yet.
    fn judge(plan: &Plan) -> Self::Judge;
}

/// Turns the log of a run into figures. What it does never reaches a peer.
pub(crate) trait Judge<P: Program>: Send + Sync {
    /// Metrics that an event of the timeline can hurt, each with whether more of it is better.
    const VULNERABLE: &'static [(&'static str, bool)];

    /// Takes note of all that happened since the last look: the requests in `logs`, and in the order of the whole log
    /// the `turns` of all peers. The roster has them already; everything before `now` has been noted then.
    fn note(
        &mut self,
        now: Time,
        turns: &[Turn<'_, P>],
        logs: &[Log<P>],
        roster: &Roster,
        view: &View<'_, P>,
    );

    /// Bytes held for peers and for requests that are not judged yet; figures aside.
    fn bytes(&self) -> usize;

    /// Looks at the world at an edge of the calendar's measured period, before anything happens there.
    fn look(&mut self, now: Time, roster: &mut Roster, view: &View<'_, P>);

    /// The figures of consecutive phases together.
    fn phases(&self, phases: Range<usize>, out: &mut Metrics);

    /// The figures of consecutive bins together: the few that a time series has.
    fn bins(&self, bins: Range<usize>, out: &mut Metrics);

    /// The requests that are recorded for playing the run back, in any order.
    fn played(&self) -> Vec<Played>;

    /// Adds what pictures and tables need beside figures.
    fn finish(&self, outcome: &mut RunOutcome);
}
