//! The same network while something in it is dead.

use super::Underlay;
use crate::damage::{Damage, Down};
use crate::error::UnderlayError;
use crate::graph::RouterGraph;
use crate::latency::{LARGEST_TABLE, Latency, Table};
use crate::routes::{Finder, Routes};
use crate::topology::Kind;
use overlab_time::Span;
use std::sync::Arc;

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
        if believed.is_empty() && self.avoids.is_empty() && self.whole.is_none() {
            // These are the routes that it has, and a large graph need not have them as a table.
            return Ok(self.clone());
        }
        let (table, routes) = match (&self.routes, &self.latency) {
            (Some(routes), Latency::Table { table, .. }) => {
                let (routes, table) = routes.repaired(believed, self.whole.as_ref().unwrap_or(table))?;
                (table, Some(Arc::new(routes)))
            }
            _ => (self.table_around(graph, believed)?, None),
        };
        let latency = Latency::Table { table: Arc::new(table), same_site: Span::ZERO };
        let minimum = super::minimum(&latency, &self.attached, &self.sites, &self.topology);
        Ok(Self { latency, minimum, avoids: believed.clone(), routes, whole: None, ..self.clone() })
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
        let routed = match &self.latency {
            Latency::Table { table, .. } => Arc::clone(table),
            _ => Arc::new(self.table_around(graph, &self.avoids)?),
        };
        let mut table = Table::clone(&routed);
        let whole = self.whole.clone().unwrap_or(routed);
        let dead = Down::new(&graph.adjacency, actual);
        self.found_routes()?.cut(&mut table, &dead);
        let latency = Latency::Table { table: Arc::new(table), same_site: Span::ZERO };
        let minimum = super::minimum(&latency, &self.attached, &self.sites, &self.topology);
        Ok(Self { latency, minimum, whole: Some(whole), ..self.clone() })
    }

    /// The routes of now: those that are kept, or found for this once.
    ///
    /// # Errors
    /// Where memory does not suffice for next hops.
    pub(crate) fn found_routes(&self) -> Result<Arc<Routes>, UnderlayError> {
        match (&self.routes, &self.topology.kind) {
            (Some(routes), _) => Ok(Arc::clone(routes)),
            (None, Kind::Routers(graph)) => Routes::new(graph, self.routing, &self.sites, &self.avoids)
                .map(|(routes, _)| Arc::new(routes)),
            (None, _) => unreachable!("only router graphs have routes"),
        }
    }

    fn table_around(&self, graph: &RouterGraph, damage: &Damage) -> Result<Table, UnderlayError> {
        let down = Down::new(&graph.adjacency, damage);
        Finder::new(graph, self.routing, &self.sites, Some(&down), None)?.table(&self.sites)
    }

    /// Whether [`Underlay::rerouted`] and [`Underlay::cut`] have room for what they make.
    ///
    /// # Errors
    /// Where hosts stand at too many routers for a table of all pairs of these.
    pub fn can_break(&self) -> Result<(), UnderlayError> {
        let (sites, limit) = (self.sites.len() as u64, LARGEST_TABLE as u64);
        if sites > limit { Err(UnderlayError::TooManySites { sites, limit }) } else { Ok(()) }
    }

    /// What [`Underlay::latency`] gives where no route leads: half of the longest span, so that there and back can be added.
    pub const UNREACHABLE: Span = Span(u64::MAX / 2);

    /// What the routes avoid.
    pub fn avoids(&self) -> &Damage {
        &self.avoids
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Attachment, Fault, Filter, Model, Selection, TransitStub};
    use overlab_time::{Purpose, Seeds};

    #[test]
    fn what_only_filters_shares_the_table_of_its_network() {
        let seeds = Seeds::new(3, 0);
        let topology = Model::TransitStub(TransitStub::with_routers(100)).build(seeds).unwrap();
        let underlay = topology.attach(20, &Attachment::default(), seeds).unwrap();
        let mut stream = seeds.stream(Purpose::Example, 0, 0);
        let strike = Fault::Partition(vec![Selection::Count(5)]).strike(&underlay, &mut stream).unwrap();
        let filter = Filter::of(20, std::iter::empty(), &[strike.barrier.as_ref().unwrap()]).unwrap();
        let filtered = underlay.clone().filtered(filter);
        let (Latency::Table { table: one, .. }, Latency::Table { table: other, .. }) =
            (&underlay.latency, &filtered.latency)
        else {
            panic!("a hundred routers have a table");
        };
        assert!(Arc::ptr_eq(one, other));
    }
}
