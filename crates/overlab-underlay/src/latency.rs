//! The latency model that the hot loop matches on, and the table of latencies between places.

use crate::coordinates::Space;
use crate::distances::Distances;
use crate::error::UnderlayError;
use crate::geography::Direction;
use crate::plane::Plane;
use overlab_time::{Span, prefetch_item};
use std::sync::Arc;

/// Nanoseconds in one unit of a stored latency: 100 ns, so that a `u32` reaches to 429 s.
pub(crate) const UNIT: u64 = 100;

/// The entry of a pair between which no route leads.
pub(crate) const UNREACHABLE: u32 = u32::MAX;

/// What [`Latency::path`] gives for such a pair.
pub(crate) const NO_PATH: u64 = u64::MAX;

/// The most places a table is made for: 20,000 squared entries are 1.6 GB.
pub(crate) const LARGEST_TABLE: usize = 20_000;

/// One-way latencies between all pairs of sites (routers or matrix rows that have hosts), row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    sites: usize,
    entries: Vec<u32>,
}

impl Table {
    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<u32>()
    }

    /// A table of `sites` rows, all zero.
    pub(crate) fn new(sites: usize) -> Result<Self, UnderlayError> {
        let too_many = || UnderlayError::TooManySites { sites: sites as u64, limit: LARGEST_TABLE as u64 };
        if sites > LARGEST_TABLE {
            return Err(too_many());
        }
        let mut entries = Vec::new();
        entries.try_reserve_exact(sites * sites).map_err(|_| too_many())?;
        entries.resize(sites * sites, 0);
        Ok(Self { sites, entries })
    }

    /// A table between `sites`, filled from their own numbers.
    pub(crate) fn of(sites: &[u32], between: impl Fn(u32, u32) -> u32) -> Result<Self, UnderlayError> {
        let mut table = Self::new(sites.len())?;
        for (entries, &from) in table.entries.chunks_mut(sites.len().max(1)).zip(sites) {
            for (entry, &to) in entries.iter_mut().zip(sites) {
                *entry = between(from, to);
            }
        }
        Ok(table)
    }

    pub(crate) fn sites(&self) -> usize {
        self.sites
    }

    pub(crate) fn entries_mut(&mut self) -> &mut [u32] {
        &mut self.entries
    }

    /// In units of 100 ns.
    #[inline]
    pub(crate) fn get(&self, from: u32, to: u32) -> u32 {
        self.entries[from as usize * self.sites + to as usize]
    }

    /// In units of 100 ns.
    pub(crate) fn set(&mut self, from: u32, to: u32, entry: u32) {
        self.entries[from as usize * self.sites + to as usize] = entry;
    }

    /// Swaps rows and columns.
    pub(crate) fn transpose(&mut self) {
        for row in 0..self.sites {
            for column in 0..row {
                self.entries.swap(row * self.sites + column, column * self.sites + row);
            }
        }
    }

    pub(crate) fn row(&self, from: usize) -> &[u32] {
        &self.entries[from * self.sites..][..self.sites]
    }
}

/// How long the path between two hosts' places takes: one enum, matched for every message.
#[derive(Clone, Debug)]
pub(crate) enum Latency {
    Constant(Span),
    Plane {
        base: u64,
        positions: Vec<[f64; 2]>,
    },
    Sphere {
        base: u64,
        scale: f64,
        positions: Vec<Direction>,
    },
    /// A table whose diagonal holds the latencies between different hosts at one site.
    Regions(Arc<Table>),
    Coordinates(Space),
    /// `same_site` is the latency between different hosts at one site.
    Table {
        /// Shared by the networks that faults make of one without touching its routes.
        table: Arc<Table>,
        same_site: Span,
    },
    /// Between routers, from the structure of a large graph; no path from a router to itself.
    Distances(Distances),
}

/// Nanoseconds of a path, to the resolution of a table.
#[inline]
pub(crate) fn rounded(latency: u64) -> u64 {
    latency.saturating_add(UNIT / 2) / UNIT * UNIT
}

impl Latency {
    /// Asks the memory for the place of a host, where it has one.
    #[inline]
    pub(crate) fn prefetch(&self, host: usize) {
        match self {
            Self::Plane { positions, .. } => prefetch_item(positions, host),
            Self::Sphere { positions, .. } => prefetch_item(positions, host),
            Self::Constant(_)
            | Self::Regions(_)
            | Self::Coordinates(_)
            | Self::Table { .. }
            | Self::Distances(_) => {}
        }
    }

    /// The path between different hosts: `from` and `to` are host numbers, or sites for a table; [`NO_PATH`] where no route
    /// leads there.
    #[inline]
    pub(crate) fn path(&self, from: (usize, u32), to: (usize, u32)) -> u64 {
        match self {
            Self::Constant(span) => span.0,
            Self::Plane { base, positions } => base + Plane::distance(positions[from.0], positions[to.0]),
            Self::Sphere { base, scale, positions } => {
                base + libm::rint(positions[from.0].angle(positions[to.0]) * scale) as u64
            }
            Self::Regions(table) => u64::from(table.get(from.1, to.1)) * UNIT,
            Self::Coordinates(space) => space.path(from.1, to.1),
            Self::Table { table, same_site } => {
                let entry = table.get(from.1, to.1);
                if entry == UNREACHABLE {
                    NO_PATH
                } else if from.1 == to.1 {
                    same_site.0
                } else {
                    u64::from(entry) * UNIT
                }
            }
            Self::Distances(distances) => {
                if from.1 == to.1 {
                    0
                } else {
                    rounded(distances.between(from.1, to.1))
                }
            }
        }
    }

    /// Bytes held for hosts.
    pub(crate) fn host_bytes(&self) -> usize {
        match self {
            Self::Plane { positions, .. } => positions.capacity() * size_of::<[f64; 2]>(),
            Self::Sphere { positions, .. } => positions.capacity() * size_of::<Direction>(),
            Self::Constant(_)
            | Self::Regions(_)
            | Self::Coordinates(_)
            | Self::Table { .. }
            | Self::Distances(_) => 0,
        }
    }

    /// Bytes held for pairs of sites.
    pub(crate) fn table_bytes(&self) -> usize {
        match self {
            Self::Regions(table) | Self::Table { table, .. } => table.bytes(),
            Self::Coordinates(space) => space.bytes(),
            Self::Distances(distances) => distances.bytes(),
            Self::Constant(_) | Self::Plane { .. } | Self::Sphere { .. } => 0,
        }
    }
}
