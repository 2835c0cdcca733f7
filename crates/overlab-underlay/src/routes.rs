//! Routes between the routers that have hosts: which they are, how long they take, and how they avoid what is dead.
//!
//! Routes lead to a destination: each router has one next hop for it, so that the routes to one destination are a tree
//! rooted there, and a packet goes the same way from a router on wherever it came from. Of routes that are equally good the
//! next hop with the smallest number is taken: routes are a function of the graph and of the damage to it, and of nothing
//! else.

mod search;

pub(crate) use search::Search;

use crate::damage::Down;
use crate::error::UnderlayError;
use crate::graph::Adjacency;
use crate::latency::{Table, UNIT, UNREACHABLE};
use rayon::prelude::*;

/// Which of the paths between two routers messages take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Routing {
    /// The fastest; of these, one with the fewest hops.
    #[default]
    Latency,
    /// One with the fewest hops; of these, a fastest.
    Hops,
}

/// The latencies between all pairs of `sites` (router numbers), computed in parallel, destination by destination.
pub(crate) fn table(
    graph: &Adjacency,
    routing: Routing,
    sites: &[u32],
    down: Option<&Down>,
) -> Result<Table, UnderlayError> {
    let mut table = Table::new(sites.len())?;
    if sites.is_empty() {
        return Ok(table);
    }
    table
        .entries_mut()
        .par_chunks_mut(sites.len())
        .zip(sites)
        .map_init(
            || Search::new(graph.routers()),
            |search, (column, &to)| {
                search.route(graph, routing, to, down);
                for (entry, &from) in column.iter_mut().zip(sites) {
                    *entry = in_units(search.latency(from), from, to)?;
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

/// A table's entry for a latency in nanoseconds, or for none.
pub(crate) fn in_units(latency: Option<u64>, from: u32, to: u32) -> Result<u32, UnderlayError> {
    let Some(latency) = latency else { return Ok(UNREACHABLE) };
    u32::try_from(latency.saturating_add(UNIT / 2) / UNIT)
        .ok()
        .filter(|&units| units != UNREACHABLE)
        .ok_or(UnderlayError::TooFar { from, to })
}

/// Marks the pairs of `sites` whose routes under `routed` cross what is dead under `actual` as unreachable.
pub(crate) fn cut(
    table: &mut Table,
    graph: &Adjacency,
    routing: Routing,
    sites: &[u32],
    (routed, actual): (&Down, &Down),
) {
    let crossing: Vec<Vec<u32>> = sites
        .par_iter()
        .map_init(
            || Search::new(graph.routers()),
            |search, &to| {
                search.route(graph, routing, to, Some(routed));
                let crosses = |&(_, &from): &(u32, &u32)| search.crosses(graph, from, to, actual);
                (0..).zip(sites).filter(crosses).map(|(site, _)| site).collect()
            },
        )
        .collect();
    for (to, crossing) in (0..).zip(crossing) {
        for from in crossing {
            table.set(from, to, UNREACHABLE);
        }
    }
}
