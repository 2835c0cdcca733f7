//! Routes between the routers that have hosts: which they are, how long they take, and how they avoid what is dead.
//!
//! Routes lead to a destination: each router has one next hop for it, so that the routes to one destination are a tree
//! rooted there, and a packet goes the same way from a router on wherever it came from. Of routes that are equally good the
//! next hop with the smallest number is taken: routes are a function of the graph, of the routers that have hosts and of the
//! damage, and of nothing else.

mod finder;
mod policy;
mod renegotiation;
mod repair;
mod search;
#[cfg(test)]
mod tests;
mod trees;

pub(crate) use finder::Finder;
pub(crate) use search::Search;
pub use trees::Routes;

use crate::access::Attachment;
use crate::damage::{Damage, Down};
use crate::distances::{self, Metric};
use crate::error::UnderlayError;
use crate::graph::{Adjacency, RouterGraph};
use crate::latency::{Latency, Table, UNIT, UNREACHABLE};
use overlab_time::Span;
use rayon::prelude::*;
use std::sync::Arc;

/// Which of the paths between two routers messages take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Routing {
    /// The fastest; of these, one with the fewest hops.
    #[default]
    Latency,
    /// One with the fewest hops; of these, a fastest.
    Hops,
    /// Valley-free, as autonomous systems choose: routes by customers before routes by peers before routes by providers, then
    /// the fewest systems, then the nearest exit from each (Gao and Rexford, IEEE/ACM Transactions on Networking 9(6), 2001).
    /// There and back may differ, and some pairs may not reach each other. Needs a graph that tells relations.
    Policy,
}

/// Stands for no next hop among the places of neighbours.
pub(crate) const NOWHERE: u16 = u16::MAX;

/// The latencies between `sites` in whatever keeps them best, and the routes where the attachment wants them.
pub(crate) fn between(
    graph: &Arc<RouterGraph>,
    sites: &[u32],
    attachment: &Attachment,
) -> Result<(Latency, Option<Arc<Routes>>), UnderlayError> {
    if attachment.paths {
        let (routes, table) = Routes::new(graph, attachment.routing, sites, &Damage::default())?;
        return Ok((Latency::Table { table: table.into(), same_site: Span::ZERO }, Some(Arc::new(routes))));
    }
    let metric = match attachment.routing {
        Routing::Latency => Metric::Latency,
        Routing::Hops => Metric::Hops,
        Routing::Policy => {
            let table = Finder::new(graph, Routing::Policy, sites, None, None)?.table(sites)?;
            return Ok((Latency::Table { table: table.into(), same_site: Span::ZERO }, None));
        }
    };
    Ok((distances::latency(&graph.adjacency, metric, sites)?, None))
}

/// The latencies between all pairs of `sites` (router numbers) along best paths.
pub(crate) fn table(
    graph: &Adjacency,
    routing: Routing,
    sites: &[u32],
    down: Option<&Down>,
) -> Result<Table, UnderlayError> {
    Finder::Shortest { graph, routing, down }.table(sites)
}

impl Finder<'_> {
    /// The latencies between all pairs of `sites` (router numbers), computed in parallel, destination by destination.
    pub(crate) fn table(&self, sites: &[u32]) -> Result<Table, UnderlayError> {
        let mut table = Table::new(sites.len())?;
        if sites.is_empty() {
            return Ok(table);
        }
        table
            .entries_mut()
            .par_chunks_mut(sites.len())
            .zip(sites)
            .map_init(
                || self.worker(),
                |worker, (column, &to)| {
                    worker.run(self, to);
                    for (entry, &from) in column.iter_mut().zip(sites) {
                        *entry = in_units(worker.latency(self, from), from, to)?;
                    }
                    Ok(())
                },
            )
            .collect::<Vec<_>>()
            .into_iter()
            // All columns are looked at in order, so that the same error is reported on any number of threads.
            .collect::<Result<(), UnderlayError>>()?;
        table.transpose();
        Ok(table)
    }
}

/// A table's entry for a latency in nanoseconds, or for none.
pub(crate) fn in_units(latency: Option<u64>, from: u32, to: u32) -> Result<u32, UnderlayError> {
    let Some(latency) = latency else { return Ok(UNREACHABLE) };
    u32::try_from(latency.saturating_add(UNIT / 2) / UNIT)
        .ok()
        .filter(|&units| units != UNREACHABLE)
        .ok_or(UnderlayError::TooFar { from, to })
}
