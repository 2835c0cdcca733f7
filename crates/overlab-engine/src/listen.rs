//! Hearing all that is executed, for those who explain a run.

use crate::model::{Handled, Happening, Model, Stamp};
use overlab_time::Time;

/// An event that a handler or a change has just sent.
#[derive(Debug)]
pub struct Sent<'a, M: Model> {
    /// What it will be: its time is when it is due.
    pub stamp: Stamp,
    /// What it carries.
    pub happening: &'a Happening<M>,
}

/// Hears all that [`Reference::listen_until`](crate::Reference::listen_until) executes.
///
/// It gets the state of a shard to take out what the model has left there for it; it must change nothing that a handler reads,
/// or the run is another one.
pub trait Listener<M: Model> {
    /// An event is about to be handled.
    fn before(&mut self, model: &M, shard: &mut M::Shard, stamp: Stamp, happening: &Happening<M>);

    /// That event was handled: what came of it, and all that it sent, in order.
    fn after(
        &mut self,
        model: &M,
        shard: &mut M::Shard,
        stamp: Stamp,
        handled: Handled,
        sent: &mut dyn Iterator<Item = Sent<'_, M>>,
    );

    /// The world was changed at `now`: all that the change sent, in order.
    fn changed(
        &mut self,
        model: &M,
        shards: &mut [M::Shard],
        now: Time,
        sent: &mut dyn Iterator<Item = Sent<'_, M>>,
    );
}
