//! The same network while something in it is dead.

use super::Underlay;
use crate::damage::{Damage, Down};
use crate::error::UnderlayError;
use crate::graph::Adjacency;
use crate::latency::{Latency, Table};
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
        let Kind::Routers(graph) = &self.topology.kind else { return Ok(self.clone()) };
        let table = self.table_around(&graph.adjacency, believed)?;
        let latency = Latency::Table { table, same_site: Span::ZERO };
        let minimum = super::minimum(&latency, &self.attached, &self.sites, &self.topology);
        Ok(Self { latency, minimum, avoids: believed.clone(), ..self.clone() })
    }

    /// The same network with the same routes, where pairs whose route crosses something dead are unreachable, besides those
    /// that already were: what happens between a fault and the moment when routing has noticed.
    ///
    /// End-to-end models have nothing that could die: they stay as they are.
    ///
    /// # Errors
    /// Where memory does not suffice for a table of all pairs that have hosts.
    ///
    /// # Panics
    /// Where the graph has no such router or link.
    pub fn cut(&self, actual: &Damage) -> Result<Self, UnderlayError> {
        let Kind::Routers(graph) = &self.topology.kind else { return Ok(self.clone()) };
        let mut table = match &self.latency {
            Latency::Table { table, .. } => table.clone(),
            _ => self.table_around(&graph.adjacency, &self.avoids)?,
        };
        let [routed, dead] = [&self.avoids, actual].map(|damage| Down::new(&graph.adjacency, damage));
        routes::cut(&mut table, &graph.adjacency, self.routing, &self.sites, (&routed, &dead));
        let latency = Latency::Table { table, same_site: Span::ZERO };
        let minimum = super::minimum(&latency, &self.attached, &self.sites, &self.topology);
        Ok(Self { latency, minimum, ..self.clone() })
    }

    fn table_around(&self, graph: &Adjacency, damage: &Damage) -> Result<Table, UnderlayError> {
        routes::table(graph, self.routing, &self.sites, Some(&Down::new(graph, damage)))
    }

    /// What [`Underlay::latency`] gives where no route leads: half of the longest span, so that there and back can be added.
    pub const UNREACHABLE: Span = Span(u64::MAX / 2);

    /// What the routes avoid.
    pub fn avoids(&self) -> &Damage {
        &self.avoids
    }
}
