//! Latencies that a file gives pair by pair, put together to a matrix.
//!
//! Where a format lists each pair once, a pair given in one direction counts for both; where both are given, asymmetry is
//! kept.

use super::{MISSING, Square};
use crate::error::UnderlayError;
use crate::latency::LARGEST_TABLE;
use std::collections::BTreeMap;

/// Pairs of named places as a file lists them.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    names: Vec<String>,
    numbers: BTreeMap<String, u32>,
    listed: Vec<Listed>,
}

#[derive(Debug)]
struct Listed {
    from: u32,
    to: u32,
    /// Units of 100 ns one way; nothing where the file says that there is no measurement.
    latency: Option<u32>,
    /// From 1.
    line: u32,
}

/// A measurement that the file says there is not: the other direction must not stand in for it.
const DENIED: u32 = MISSING - 1;

impl Pairs {
    /// The number of the place called `name`, which is new where nobody named it before.
    pub(crate) fn place(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// Whether a place has this name already.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.numbers.contains_key(name)
    }

    /// Lists a pair, as line `line` (from 1) of the file has it.
    pub(crate) fn list(&mut self, from: u32, to: u32, latency: Option<u32>, line: u32) {
        self.listed.push(Listed { from, to, latency, line });
    }

    /// The matrix: places in the order of their numbers where all are called by one, else as they were first named.
    /// The diagonal is what the file gives, or missing; one direction of a pair serves for both where `mirrored` says so.
    pub(crate) fn square(self, file: &str, mirrored: bool) -> Result<Square, UnderlayError> {
        if self.names.is_empty() || self.listed.is_empty() {
            return Err(UnderlayError::Empty {
                file: file.to_owned(),
                what: "pair of places with a latency",
            });
        }
        let count = self.names.len();
        let too_many = || UnderlayError::TooManySites { sites: count as u64, limit: LARGEST_TABLE as u64 };
        if count > LARGEST_TABLE {
            return Err(too_many());
        }
        let mut order: Vec<u32> = (0..count as u32).collect();
        let numbers: Option<Vec<u64>> = self.names.iter().map(|name| name.parse().ok()).collect();
        if let Some(numbers) = numbers {
            order.sort_unstable_by_key(|&place| numbers[place as usize]);
        }
        let mut rows = vec![0; count];
        for (row, &place) in order.iter().enumerate() {
            rows[place as usize] = row;
        }
        let mut entries = Vec::new();
        entries.try_reserve_exact(count * count).map_err(|_| too_many())?;
        entries.resize(count * count, MISSING);
        for &Listed { from, to, latency, line } in &self.listed {
            let entry = &mut entries[rows[from as usize] * count + rows[to as usize]];
            if *entry != MISSING {
                let [from, to] = [from, to].map(|place| &self.names[place as usize]);
                return Err(UnderlayError::Syntax {
                    file: file.to_owned(),
                    line,
                    column: 1,
                    problem: format!("the latency from {from} to {to} was given before"),
                    cure: "give each pair once in each direction",
                });
            }
            *entry = latency.unwrap_or(DENIED);
        }
        for row in 0..if mirrored { count } else { 0 } {
            for column in 0..row {
                let (there, back) = (row * count + column, column * count + row);
                if entries[there] == MISSING {
                    entries[there] = entries[back];
                } else if entries[back] == MISSING {
                    entries[back] = entries[there];
                }
            }
        }
        for entry in &mut entries {
            *entry = if *entry == DENIED { MISSING } else { *entry };
        }
        let mut names = self.names;
        let names = order.iter().map(|&place| std::mem::take(&mut names[place as usize])).collect();
        Ok(Square { rows: count as u32, entries, names })
    }
}
