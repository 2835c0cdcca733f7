//! Policy routes after a fault or a repair, from those before it: systems tell each other only what changes.
//!
//! Where links between systems die or come back, a destination is computed anew if some system used one of them for it, or
//! would now. Where systems lose routers or links within, all destinations are.

use super::policy::{Exchange, Policy, Rank, relation};
use super::{Finder, Routes, Routing, in_units};
use crate::damage::{Damage, Down};
use crate::error::UnderlayError;
use crate::latency::Table;
use rayon::prelude::*;
use std::sync::Arc;

/// New next hops, ranks and latencies from all sites to one destination.
type Renewed = (Arc<[u16]>, Arc<[Rank]>, Vec<u32>);

impl Routes {
    /// As [`Routes::repaired`], where policies choose.
    pub(super) fn renegotiated(
        &self,
        damage: &Damage,
        table: &Table,
    ) -> Result<(Self, Table), UnderlayError> {
        let down = Down::new(&self.graph.adjacency, damage);
        let finder =
            Finder::new(&self.graph, Routing::Policy, &self.sites, Some(&down), self.reach.as_ref())?;
        let Finder::Policy(policy) = &finder else { unreachable!("policies choose") };
        let Some(exchanges) = self.exchanges(policy, &down) else { return self.found(damage) };
        let renewed = self
            .ranks
            .par_iter()
            .zip(&self.sites[..])
            .map_init(
                || finder.worker(),
                |worker, (ranks, &to)| {
                    if !exchanges.iter().any(|exchange| exchange.matters(ranks)) {
                        return Ok(None);
                    }
                    worker.run(&finder, to);
                    let column =
                        self.sites.iter().map(|&from| in_units(worker.latency(&finder, from), from, to));
                    let column = column.collect::<Result<Vec<_>, _>>()?;
                    Ok(Some((worker.next(&finder).into(), worker.ranks().into(), column)))
                },
            )
            .collect::<Vec<Result<Option<Renewed>, UnderlayError>>>();
        let mut routes = Self { avoids: damage.clone(), ..self.clone() };
        let mut table = table.clone();
        for (to, renewed) in renewed.into_iter().enumerate() {
            let Some((tree, ranks, column)) = renewed? else { continue };
            (routes.trees[to], routes.ranks[to]) = (tree, ranks);
            (0..).zip(column).for_each(|(from, entry)| table.set(from, to as u32, entry));
        }
        Ok((routes, table))
    }

    /// The links between systems that change; nothing where something within one does, whose parts are then others.
    fn exchanges(&self, policy: &Policy, after: &Down) -> Option<Vec<Exchange>> {
        let adjacency = &self.graph.adjacency;
        let before = Down::new(adjacency, &self.avoids);
        let mut exchanges = Vec::new();
        for &router in &policy.reach.routers {
            if before.router(router) != after.router(router) {
                return None;
            }
            for (&(neighbour, _), &link) in adjacency.of(router).iter().zip(adjacency.links_of(router)) {
                if router > neighbour
                    || before.link(link) == after.link(link)
                    || !policy.reach.contains(neighbour)
                {
                    continue;
                }
                let relation = relation(&self.graph, router, neighbour, link)?;
                let parts = [router, neighbour]
                    .map(|router| policy.part[policy.reach.slot[router as usize] as usize]);
                exchanges.push(Exchange { parts, relation, revived: before.link(link) });
            }
        }
        Some(exchanges)
    }
}
