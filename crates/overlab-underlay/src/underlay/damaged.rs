//! The same network while something in it is dead.

use super::Underlay;
use crate::damage::{Damage, Down};
use crate::error::UnderlayError;
use crate::latency::Latency;
use crate::routes;
use crate::topology::Kind;
use overlab_time::Span;

impl Underlay {
    /// The same network with routes that avoid what routing believes dead, and no other damage: what `self` avoided or was cut
    /// off from is forgotten. Pairs between which no route is left are unreachable.
    ///
    /// End-to-end models have nothing that could die: they stay as they are.
    ///
    /// # Errors
    /// Where a detour takes longer than can be kept, or memory does not suffice.
    ///
    /// # Panics
    /// Where the graph has no such router or link.
    pub fn rerouted(&self, believed: &Damage) -> Result<Self, UnderlayError> {
        let (Kind::Routers(graph), Latency::Table { same_site, .. }) = (&self.topology.kind, &self.latency)
        else {
            return Ok(self.clone());
        };
        let down = Down::new(&graph.adjacency, believed);
        let table = routes::table(&graph.adjacency, self.routing, &self.sites, &down)?;
        let latency = Latency::Table { table, same_site: *same_site };
        let minimum = super::minimum(&latency, &self.attached);
        Ok(Self { latency, minimum, avoids: believed.clone(), ..self.clone() })
    }

    /// The same network with the same routes, where pairs whose route crosses something dead are unreachable, besides those
    /// that already were: what happens between a fault and the moment when routing has noticed.
    ///
    /// End-to-end models have nothing that could die: they stay as they are.
    ///
    /// # Panics
    /// Where the graph has no such router or link.
    #[must_use]
    pub fn cut(&self, actual: &Damage) -> Self {
        let mut cut = self.clone();
        let (Kind::Routers(graph), Latency::Table { table, .. }) = (&self.topology.kind, &mut cut.latency)
        else {
            return cut;
        };
        let [routed, dead] = [&self.avoids, actual].map(|damage| Down::new(&graph.adjacency, damage));
        routes::cut(table, &graph.adjacency, self.routing, &self.sites, (&routed, &dead));
        cut.minimum = super::minimum(&cut.latency, &cut.attached);
        cut
    }

    /// What [`Underlay::latency`] gives where no route leads: half of the longest span, so that there and back can be added.
    pub const UNREACHABLE: Span = Span(u64::MAX / 2);

    /// What the routes avoid.
    pub fn avoids(&self) -> &Damage {
        &self.avoids
    }
}
