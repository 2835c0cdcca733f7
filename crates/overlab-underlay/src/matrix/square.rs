//! A square of latencies that may have gaps, and the largest part without one.

use super::MISSING;
use crate::latency::UNIT;
use crate::statistics::Delays;
use overlab_time::Span;

/// Latencies between places as a file has them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Square {
    pub(crate) rows: u32,
    /// In units of 100 ns one way, row by row; [`MISSING`] where there is none.
    pub(crate) entries: Vec<u32>,
    /// The rows' names; none at all where the file has no names.
    pub(crate) names: Vec<String>,
}

impl Square {
    pub(crate) fn get(&self, from: u32, to: u32) -> u32 {
        self.entries[from as usize * self.rows as usize + to as usize]
    }

    /// The first missing entry, as two names, or numbers from 1.
    pub(crate) fn gap(&self) -> Option<(String, String)> {
        let index = self.entries.iter().position(|&entry| entry == MISSING)?;
        let (from, to) = (index / self.rows as usize, index % self.rows as usize);
        let name = |row: usize| self.names.get(row).map_or_else(|| (row + 1).to_string(), Clone::clone);
        Some((name(from), name(to)))
    }

    /// The rows that stay when the one with the most missing entries (row and column together), the last of several,
    /// is dropped until nothing is missing.
    pub(crate) fn complete(&self) -> Vec<u32> {
        let rows = self.rows;
        let misses =
            |a: u32, b: u32| u32::from(self.get(a, b) == MISSING) + u32::from(self.get(b, a) == MISSING);
        let mut missing: Vec<u32> = (0..rows).map(|a| (0..rows).map(|b| misses(a, b)).sum()).collect();
        let mut kept: Vec<u32> = (0..rows).collect();
        while let Some(place) = (0..kept.len()).max_by_key(|&place| missing[kept[place] as usize]) {
            if missing[kept[place] as usize] == 0 {
                break;
            }
            let dropped = kept.remove(place);
            for &other in &kept {
                missing[other as usize] -= misses(other, dropped);
            }
        }
        kept
    }

    /// These rows and columns alone.
    pub(crate) fn only(mut self, kept: &[u32]) -> Self {
        if kept.len() == self.rows as usize {
            return self;
        }
        let entries = kept.iter().flat_map(|&from| kept.iter().map(move |&to| (from, to)));
        let entries = entries.map(|(from, to)| self.get(from, to)).collect();
        let mut names = std::mem::take(&mut self.names);
        let named = kept.iter().filter(|_| !names.is_empty());
        let kept_names = named.map(|&row| row as usize).collect::<Vec<_>>();
        let names = kept_names.into_iter().map(|row| std::mem::take(&mut names[row])).collect();
        Self { rows: kept.len() as u32, entries, names }
    }

    /// The same with rows in the order of their names.
    pub(crate) fn sorted(self) -> Self {
        let mut order: Vec<u32> = (0..self.rows).collect();
        order.sort_by(|&a, &b| self.names[a as usize].cmp(&self.names[b as usize]));
        let entries = order.iter().flat_map(|&from| order.iter().map(move |&to| (from, to)));
        let entries = entries.map(|(from, to)| self.get(from, to)).collect();
        let names = order.iter().map(|&row| self.names[row as usize].clone()).collect();
        Self { rows: self.rows, entries, names }
    }

    /// For statistics: what is zero or missing off the diagonal is unknown.
    pub(crate) fn delays(&self) -> Delays {
        Delays::new(self.rows as usize, |from, to| match self.get(from as u32, to as u32) {
            0 | MISSING => None,
            units => Some(Span(u64::from(units) * UNIT)),
        })
    }
}
