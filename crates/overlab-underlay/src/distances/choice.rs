//! Which structure serves a graph: it never shows in a result.

use super::network::Metric;
use super::{Bounds, Distances};
use crate::error::UnderlayError;
use crate::graph::Adjacency;
use crate::latency::{LARGEST_TABLE, Latency};
use crate::routes::{self, Routing};
use overlab_time::Span;

/// Up to this many routers with hosts a table of all pairs is asked faster: 8,000 squared entries are 256 MB.
const TABLE: usize = 8_000;

/// Routers and links that the searches for a table may look at in all: about a quarter of a minute on two cores.
const TABLE_WORK: usize = 400_000_000;

/// The latencies between `sites`: a table where it is small and soon made, else distances from the graph's structure, else a
/// table as long as it fits.
///
/// # Errors
/// Where a path takes too long, or there are too many sites for a table on a graph whose distances do not fit into labels.
pub(crate) fn latency(graph: &Adjacency, metric: Metric, sites: &[u32]) -> Result<Latency, UnderlayError> {
    let routing = match metric {
        Metric::Latency => Routing::Latency,
        Metric::Hops => Routing::Hops,
    };
    let table = || {
        Ok(Latency::Table {
            table: routes::table(graph, routing, sites, None)?.into(),
            same_site: Span::ZERO,
        })
    };
    if sites.len() <= TABLE && sites.len().saturating_mul(graph.size()) <= TABLE_WORK {
        return table();
    }
    match Distances::new(graph, sites, metric, Bounds::default()) {
        Ok(distances) => Ok(Latency::Distances(distances)),
        // What does not fit into a label may fit into a table, which else has an error of its own.
        Err(_) if sites.len() <= LARGEST_TABLE => table(),
        Err(error) => Err(error),
    }
}
