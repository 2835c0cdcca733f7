//! Policy routes after a fault or a repair, from those before it: systems choose anew only where what they chose no longer
//! holds.
//!
//! How good the routes of systems are follows from how good those of their neighbours are, and there is one such choice:
//! where it still holds around all that has died or come back, it holds everywhere. Otherwise systems choose anew. Either way
//! routers get new next hops only in systems that the change touches, whose routes have become better or worse, or that have
//! such neighbours.

use super::policy::{Choice, Rank, Turn};
use super::{Finder, Routes, Routing, in_units};
use crate::damage::{Damage, Down};
use crate::error::UnderlayError;
use crate::latency::Table;
use rayon::prelude::*;
use std::sync::Arc;

/// To one destination: next hops and latencies from all sites where they are new, and ranks where these are.
type Renewed = (Option<(Arc<[u16]>, Vec<u32>)>, Option<Arc<[Rank]>>);

impl Routes {
    /// As [`Routes::repaired`], where policies choose.
    pub(super) fn renegotiated(
        &self,
        damage: &Damage,
        table: &Table,
    ) -> Result<(Self, Table), UnderlayError> {
        let adjacency = &self.graph.adjacency;
        let [was_down, is_down] = [&self.avoids, damage].map(|damage| Down::new(adjacency, damage));
        let finder =
            Finder::new(&self.graph, Routing::Policy, &self.sites, Some(&is_down), self.reach.as_ref())?;
        let (Some(before), Some(after)) = (&self.policy, finder.policy()) else {
            unreachable!("policies choose");
        };
        let turn = Turn::new(&self.graph, (before, &was_down), (after, &is_down));
        let mut routes = Self { avoids: damage.clone(), policy: Some(Arc::clone(after)), ..self.clone() };
        let mut table = table.clone();
        if turn.is_empty() {
            return Ok((routes, table));
        }
        let renewed = (&self.trees, &self.ranks, &self.sites[..])
            .into_par_iter()
            .map_init(Choice::default, |choice, (tree, ranks, &to)| {
                let changes = choice.rerun(&turn, to, tree, ranks);
                let mut latency = |&from: &u32| {
                    let slot = after.reach.slot[from as usize];
                    in_units(choice.latency(adjacency, after, slot), from, to)
                };
                let column = match changes.next {
                    true => Some(self.sites.iter().map(&mut latency).collect::<Result<Vec<_>, _>>()?),
                    false => None,
                };
                let next = column.map(|column| (choice.next().into(), column));
                Ok((next, changes.ranks.then(|| choice.ranks().into())))
            })
            .collect::<Vec<Result<Renewed, UnderlayError>>>();
        for (to, renewed) in renewed.into_iter().enumerate() {
            let (next, ranks) = renewed?;
            if let Some(ranks) = ranks {
                routes.ranks[to] = ranks;
            }
            let Some((tree, column)) = next else { continue };
            routes.trees[to] = tree;
            (0..).zip(column).for_each(|(from, entry)| table.set(from, to as u32, entry));
        }
        Ok((routes, table))
    }
}
