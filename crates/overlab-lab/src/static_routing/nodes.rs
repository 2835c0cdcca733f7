//! The tables of a geometry.

use super::survivors::Survivors;
use super::tables::{Goal, LONGEST, Scratch, Tables, Walk};
use crate::registry::{RunContext, settled};
use overlab_peer::{Geometry, Key};
use overlab_schema::scenario::StaticKeyRouting;
use overlab_time::Purpose;
use rayon::prelude::*;
use serde_json::Value;

/// The entries of all nodes of a geometry.
pub(super) struct NodeTables<G> {
    geometry: G,
    /// The entries of all nodes, node by node.
    entries: Vec<u32>,
    /// Where each node's begin, and where the routing table among them ends; one more for the end of all.
    bounds: Vec<(u32, u32)>,
    sequential: bool,
}

impl<G: Geometry> NodeTables<G> {
    /// Draws the entries of all nodes, on the threads of the run.
    pub(super) fn build(parameters: &Value, asked: &StaticKeyRouting, context: &RunContext<'_>) -> Self {
        let pool = context.plan.pool;
        let geometry =
            G::new(&settled(parameters), pool).expect("the number of peers was checked with the scenario");
        let table = |node: u32| {
            let mut stream = context.ground.seeds().stream(Purpose::Converged, node.into(), 0);
            let mut table = Vec::new();
            let sequential = geometry.entries(node, &mut stream, &mut table);
            (table, sequential)
        };
        let tables: Vec<(Vec<u32>, usize)> = if context.running.threads <= 1 {
            (0..pool).map(table).collect()
        } else {
            (0..pool).into_par_iter().map(table).collect()
        };
        let mut entries = Vec::with_capacity(tables.iter().map(|table| table.0.len()).sum());
        let mut bounds = Vec::with_capacity(tables.len() + 1);
        for (table, sequential) in tables {
            let start = entries.len() as u32;
            entries.extend_from_slice(&table);
            bounds.push((start, entries.len() as u32 - sequential as u32));
        }
        bounds.push((entries.len() as u32, entries.len() as u32));
        Self { geometry, entries, bounds, sequential: asked.sequential_neighbours }
    }

    /// All entries of a node, or those of its routing table.
    fn table(&self, node: u32, all: bool) -> &[u32] {
        let (start, routing) = self.bounds[node as usize];
        let end = if all { self.bounds[node as usize + 1].0 } else { routing };
        &self.entries[start as usize..end as usize]
    }
}

impl<G: Geometry> Tables for NodeTables<G> {
    fn goal_of_peer(&self, peer: u32) -> Goal {
        Goal { key: Key(peer.into()), owner: Some(peer) }
    }

    fn goal_of_key(&self, _key: Key, _survivors: &Survivors) -> Goal {
        unreachable!("paths to keys in a geometry were refused with the scenario")
    }

    fn walk(&self, from: u32, goal: Goal, survivors: &Survivors, scratch: &mut Scratch) -> Walk {
        let Scratch { path, nodes, .. } = scratch;
        let target = goal.owner.expect("paths lead to nodes");
        let (mut at, mut walk) = (from, Walk::default());
        path.clear();
        path.push(from);
        while at != target && walk.hops <= LONGEST {
            nodes.clear();
            self.geometry.next_hops(at, target, self.table(at, self.sequential), nodes);
            if walk.hops == 0 {
                walk.next_hops = nodes.iter().filter(|node| survivors.has(**node)).count() as u32;
            }
            let live = nodes.iter().position(|node| survivors.has(*node));
            let dead = live.unwrap_or(nodes.len());
            walk.dead += dead as u32;
            let Some(live) = live else { return walk };
            at = nodes[live];
            path.push(at);
            walk.hops += 1;
        }
        walk.arrived = at == target;
        walk
    }

    fn entries(&self, peer: u32, scratch: &mut Scratch) {
        scratch.nodes.clear();
        scratch.nodes.extend_from_slice(self.table(peer, self.sequential));
    }

    fn contacts(&self, peer: u32, scratch: &mut Scratch) {
        scratch.nodes.clear();
        scratch.nodes.extend_from_slice(self.table(peer, true));
    }

    fn owners(&self, _key: Key) -> [Option<u32>; 2] {
        unreachable!("keys of a geometry were refused with the scenario")
    }

    fn failed_ratio(&self, removed: f64) -> Option<f64> {
        self.geometry.failed_ratio(removed)
    }

    fn bytes(&self) -> u64 {
        (size_of_val(self.entries.as_slice()) + size_of_val(self.bounds.as_slice())) as u64
    }
}
