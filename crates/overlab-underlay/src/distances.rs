//! Exact distances between the routers of a large graph, in memory that grows with their number and not with its square.
//!
//! [`pieces`] that hang on the rest by one router are cut off; distances inside them are small tables. What is left, the
//! middle, gets a table where few of its routers matter (the transit routers of a transit-stub graph) and else labels: a list
//! of hubs for each router such that the least sum over the common hubs of two is their distance ([`pruned`]).
//! Graphs with few routers that most shortest paths cross (Barabási-Albert, autonomous systems) have labels of some dozens or
//! hundreds of entries, with hubs in the [`order`] of their importance. On graphs without such routers (grids, Waxman) labels
//! grow with a power of their size near a half to one; [`estimate`] tells before they are made.
//!
//! Distances are kept to the nanosecond, so that what is asked here has the bits of a search from router to router.

mod choice;
mod dense;
mod entry;
mod estimate;
mod labels;
mod nearest;
mod network;
mod order;
mod pieces;
mod pruned;
#[cfg(test)]
mod tests;

pub(crate) use choice::latency;
pub(crate) use nearest::nearest_pair;
pub(crate) use network::Metric;

use crate::error::UnderlayError;
use crate::graph::Adjacency;
use entry::{Entry, LONGEST, NUMBERS};
use labels::Labels;
use network::{Network, Search};
use overlab_time::{Span, prefetch_item};
use pieces::{MIDDLE, Pieces, triangle};
use rayon::prelude::*;
use std::cmp::Reverse;

/// Exact distances between sites.
#[derive(Clone, Debug)]
pub(crate) struct Distances {
    places: Vec<Place>,
    /// The tables of all pieces, one after another.
    tables: Vec<u64>,
    middle: Middle,
    /// The bits of a length that are nanoseconds.
    mask: u64,
}

/// Where a site stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Its member number in its piece, and the length from there to the router that the piece hangs on; both 0 in the middle.
    down: Entry,
    /// Where the table of its piece starts, or [`MIDDLE`].
    table: u32,
    /// The number of its gateway, or of itself, among the routers of the middle that matter.
    point: u32,
}

/// Lengths between the routers of the middle that matter.
#[derive(Clone, Debug)]
enum Middle {
    Table { points: usize, lengths: Vec<u64> },
    Labels(Labels),
}

/// What distances may cost. None of it shows in a distance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The most routers of a piece.
    pub(crate) piece: usize,
    /// The most routers that get a table in the middle.
    pub(crate) points: usize,
    /// The most bytes of pieces and labels.
    pub(crate) bytes: u64,
    /// The most entries of a label on average: making labels takes time with the square of it.
    pub(crate) entries: f64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { piece: 512, points: 2_000, bytes: 1_000_000_000, entries: 800.0 }
    }
}

/// Labels of these many routers are counted to estimate the size of all.
const SAMPLES: usize = 24;

impl Distances {
    /// Distances by `metric` between `sites`, router numbers in ascending order, of a connected graph.
    ///
    /// # Errors
    /// Where they would cost more than the bounds allow, and where paths are too long.
    pub(crate) fn new(
        graph: &Adjacency,
        sites: &[u32],
        metric: Metric,
        bounds: Bounds,
    ) -> Result<Self, UnderlayError> {
        let whole = Network::whole(graph, metric);
        let nodes = 0..whole.nodes() as u32;
        let root =
            nodes.clone().min_by_key(|&node| (Reverse(whole.of(node).len()), node)).unwrap_or_default();
        check_lengths(&whole, root, metric)?;
        let mut is_site = vec![false; whole.nodes()];
        for &site in sites {
            is_site[site as usize] = true;
        }
        let pieces = Pieces::cut(&whole, root, bounds.piece);
        let others = pieces.entries(sites) * size_of::<u64>() as u64;
        if others > bounds.bytes {
            return Err(too_dense(sites.len(), others, 0.0));
        }
        let insides = pieces.insides(&whole, |router| is_site[router as usize]);
        let middle: Vec<u32> = nodes.filter(|&node| pieces.of[node as usize] == MIDDLE).collect();
        let mut wanted = is_site;
        for (piece, inside) in pieces.pieces.iter().zip(&insides) {
            wanted[piece.gateway as usize] |= !inside.members.is_empty();
        }
        let points: Vec<u32> =
            (0..).zip(&middle).filter(|(_, router)| wanted[**router as usize]).map(|(at, _)| at).collect();
        let mut point = vec![0; whole.nodes()];
        for (&at, number) in points.iter().zip(0..) {
            point[middle[at as usize] as usize] = number;
        }
        let middle = Middle::new(&whole.part(&middle), &points, bounds, others)
            .map_err(|(bytes, entries)| too_dense(sites.len(), bytes, entries))?;

        let mut places = Vec::with_capacity(sites.len());
        places.extend(sites.iter().map(|&router| Place {
            down: Entry::new(0, 0),
            table: MIDDLE,
            point: point[router as usize],
        }));
        let mut joined = Vec::with_capacity((others / size_of::<u64>() as u64) as usize);
        for (piece, inside) in pieces.pieces.iter().zip(insides) {
            let point = point[piece.gateway as usize];
            for ((&member, number), down) in inside.members.iter().zip(0..).zip(inside.down) {
                let site = sites.binary_search(&member).expect("members are sites");
                places[site] = Place { down: Entry::new(number, down), table: joined.len() as u32, point };
            }
            joined.extend(inside.table);
        }
        Ok(Self { places, tables: joined, middle, mask: metric.mask() })
    }

    /// Nanoseconds between two different sites.
    #[inline]
    pub(crate) fn between(&self, from: u32, to: u32) -> u64 {
        let (a, b) = (self.places[from as usize], self.places[to as usize]);
        let length = if a.table == b.table && a.table != MIDDLE {
            let (i, j) = (a.down.number() as usize, b.down.number() as usize);
            self.tables[a.table as usize + triangle(i.min(j), i.max(j))]
        } else {
            let middle = if a.point == b.point { 0 } else { self.middle.length(a.point, b.point) };
            a.down.length() + middle + b.down.length()
        };
        length & self.mask
    }

    /// Asks the memory for a site.
    #[inline]
    pub(crate) fn prefetch(&self, site: u32) {
        prefetch_item(&self.places, site as usize);
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let middle = match &self.middle {
            Middle::Table { lengths, .. } => lengths.capacity() * size_of::<u64>(),
            Middle::Labels(labels) => labels.bytes(),
        };
        self.places.capacity() * size_of::<Place>() + self.tables.capacity() * size_of::<u64>() + middle
    }

    /// The entries of each label, where there are labels.
    pub(crate) fn label_entries(&self) -> Vec<u32> {
        match &self.middle {
            Middle::Table { .. } => Vec::new(),
            Middle::Labels(labels) => labels.sizes().collect(),
        }
    }
}

fn too_dense(sites: usize, bytes: u64, entries: f64) -> UnderlayError {
    UnderlayError::TooDense {
        sites: sites as u64,
        megabytes: bytes.div_ceil(1_000_000),
        entries: entries as u64,
    }
}

/// Refuses graphs whose longest path may not fit into a length.
fn check_lengths(network: &Network, root: u32, metric: Metric) -> Result<(), UnderlayError> {
    let mut search = Search::new(network.nodes());
    search.run(network, root);
    let (length, farthest) = search
        .lengths
        .iter()
        .zip(0..)
        .max_by_key(|(length, _)| **length)
        .map_or((0, root), |(&length, node)| (length, node));
    // Whatever two routers: the way over the root is a path between them.
    let longest = length.saturating_mul(2);
    if longest > LONGEST {
        return Err(UnderlayError::TooFar { from: root, to: farthest });
    }
    let links = (0..network.nodes() as u32).flat_map(|node| network.of(node));
    let slowest = links.map(|(_, length)| length & metric.mask()).max().unwrap_or_default();
    if metric.holds(longest, slowest) {
        Ok(())
    } else {
        Err(UnderlayError::HopsTooSlow { slowest: Span(slowest) })
    }
}

impl Middle {
    /// Lengths between the nodes `points`, where `others` bytes are taken already. Where they would cost too much, says the bytes
    /// in all and the entries of a label.
    fn new(network: &Network, points: &[u32], bounds: Bounds, others: u64) -> Result<Self, (u64, f64)> {
        if points.len() <= bounds.points {
            let rows = points.par_iter().map_init(
                || Search::new(network.nodes()),
                |search, &from| {
                    search.run(network, from);
                    points.iter().map(|&to| search.lengths[to as usize]).collect::<Vec<u64>>()
                },
            );
            let rows: Vec<Vec<u64>> = rows.collect();
            return Ok(Self::Table { points: points.len(), lengths: rows.concat() });
        }
        let order = order::by_importance(network);
        let ranked = network.part(&order);
        let entries = estimate::mean_entries(&ranked, SAMPLES);
        let bytes = others + (entries * network.nodes() as f64) as u64 * size_of::<Entry>() as u64;
        if bytes > bounds.bytes || entries > bounds.entries || network.nodes() > NUMBERS {
            return Err((bytes, entries));
        }
        let mut rank = vec![0; order.len()];
        for (&node, at) in order.iter().zip(0..) {
            rank[node as usize] = at;
        }
        let points: Vec<u32> = points.iter().map(|&node| rank[node as usize]).collect();
        let room = bounds.bytes.saturating_sub(bytes);
        Ok(Self::Labels(Labels::new(pruned::labels(&ranked), &points, room)))
    }

    #[inline]
    fn length(&self, a: u32, b: u32) -> u64 {
        match self {
            Self::Table { points, lengths } => lengths[a as usize * points + b as usize],
            Self::Labels(labels) => labels.length(a, b),
        }
    }
}
