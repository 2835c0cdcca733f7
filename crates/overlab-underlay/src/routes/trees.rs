//! Next hops kept: routes that can be walked without a search.

use super::policy::{Policy, Rank, Reach};
use super::{Finder, NOWHERE, Routing, in_units};
use crate::damage::{Damage, Down};
use crate::error::UnderlayError;
use crate::graph::RouterGraph;
use crate::latency::{Table, UNREACHABLE};
use crate::place::{LinkId, RouterId};
use rayon::prelude::*;
use std::sync::Arc;

/// The most that next hops may take: 4 GiB, such as 20,000 destinations in a graph of 107,000 routers.
const MOST_BYTES: u64 = 4 << 30;

/// The next hop of every router that routes may cross, for every destination: a router that has hosts, called a site, by
/// its number among these in ascending order.
///
/// Two bytes a router and destination. Destinations whose routes a fault does not touch are shared with what was before.
#[derive(Clone, Debug)]
pub struct Routes {
    pub(super) graph: Arc<RouterGraph>,
    pub(super) routing: Routing,
    pub(super) sites: Arc<[u32]>,
    /// What they avoid.
    pub(super) avoids: Damage,
    /// Which routers they may cross, where not all.
    pub(super) reach: Option<Arc<Reach>>,
    /// The systems as damage leaves them, where policies choose.
    pub(super) policy: Option<Arc<Policy>>,
    /// For each destination, by router or slot of `reach`.
    pub(super) trees: Vec<Arc<[u16]>>,
    /// For each destination, how good the routes of all parts of systems are, where policies choose.
    pub(super) ranks: Vec<Arc<[Rank]>>,
}

impl Routes {
    /// The routes between `sites` while `damage` lasts.
    pub(crate) fn new(
        graph: &Arc<RouterGraph>,
        routing: Routing,
        sites: &[u32],
        damage: &Damage,
    ) -> Result<(Self, Table), UnderlayError> {
        graph.adjacency.check_places()?;
        let routes = Self {
            graph: Arc::clone(graph),
            routing,
            sites: sites.into(),
            avoids: Damage::default(),
            reach: None,
            policy: None,
            trees: Vec::new(),
            ranks: Vec::new(),
        };
        routes.found(damage)
    }

    /// The routes and their latencies while `damage` lasts, from scratch.
    pub(crate) fn found(&self, damage: &Damage) -> Result<(Self, Table), UnderlayError> {
        let down = (!damage.is_empty()).then(|| Down::new(&self.graph.adjacency, damage));
        let finder = Finder::new(&self.graph, self.routing, &self.sites, down.as_ref(), self.reach.as_ref())?;
        let routers =
            finder.reach().map_or_else(|| self.graph.adjacency.routers(), |reach| reach.routers.len());
        let sites = self.sites.len();
        // A system has a router at least, and a rank takes four bytes.
        let each = if finder.reach().is_some() { 6 } else { 2 };
        let needed = each * routers as u64 * sites as u64;
        if needed > MOST_BYTES {
            let (routers, sites, limit) = (routers as u64, sites as u64, MOST_BYTES);
            return Err(UnderlayError::TooManyHops { routers, sites, needed, limit });
        }
        let mut table = Table::new(sites)?;
        let columns = table.entries_mut().par_chunks_mut(sites.max(1)).zip(&self.sites[..]);
        let trees = columns
            .map_init(
                || finder.worker(),
                |worker, (column, &to)| {
                    worker.run(&finder, to);
                    for (entry, &from) in column.iter_mut().zip(&self.sites[..]) {
                        *entry = in_units(worker.latency(&finder, from), from, to)?;
                    }
                    Ok((worker.next(&finder).into(), worker.ranks().into()))
                },
            )
            .collect::<Vec<Result<(Arc<[u16]>, Arc<[Rank]>), UnderlayError>>>();
        // All columns are looked at in order, so that the same error is reported on any number of threads.
        let (trees, ranks) = trees.into_iter().collect::<Result<(Vec<_>, Vec<_>), _>>()?;
        table.transpose();
        let (reach, policy) = (finder.reach().cloned(), finder.policy().cloned());
        Ok((Self { trees, ranks, reach, policy, avoids: damage.clone(), ..self.clone() }, table))
    }

    /// How many sites there are.
    pub fn sites(&self) -> u32 {
        self.sites.len() as u32
    }

    /// The router of a site.
    pub fn router(&self, site: u32) -> RouterId {
        RouterId(self.sites[site as usize])
    }

    /// Which of the paths between two routers these are.
    pub fn routing(&self) -> Routing {
        self.routing
    }

    /// Bytes of next hops and, where policies choose, of how good routes are; those shared with other routes included.
    pub fn bytes(&self) -> u64 {
        let trees: usize = self.trees.iter().map(|tree| size_of_val(&tree[..])).sum();
        let ranks: usize = self.ranks.iter().map(|ranks| size_of_val(&ranks[..])).sum();
        (trees + ranks) as u64
    }

    /// Visits the links on the route from one site to another in order, and says whether there is a route. A link is crossed
    /// forward where the packet enters it at the source of the graph's edge.
    ///
    /// Neither searches nor allocates; takes as many steps as the route has links.
    #[inline]
    pub fn walk(&self, from: u32, to: u32, mut visit: impl FnMut(LinkId, bool)) -> bool {
        let target = self.sites[to as usize];
        let mut at = self.sites[from as usize];
        while at != target {
            let Some((next, link)) = self.step(to, at) else { return false };
            let edge = petgraph::graph::EdgeIndex::new(link as usize);
            let source = self.graph.graph.edge_endpoints(edge).map(|(source, _)| source.index());
            visit(LinkId(link), source == Some(at as usize));
            at = next;
        }
        !self.avoids.routers.contains(&RouterId(target))
    }

    /// The routers on the route from one site to another, both included; none where there is no route.
    pub fn path(&self, from: u32, to: u32) -> Vec<RouterId> {
        let (mut at, target) = (self.sites[from as usize], self.sites[to as usize]);
        if self.avoids.routers.contains(&RouterId(target)) {
            return Vec::new();
        }
        let mut path = vec![RouterId(at)];
        while at != target {
            let Some((next, _)) = self.step(to, at) else { return Vec::new() };
            at = next;
            path.push(RouterId(at));
        }
        path
    }

    /// The router after `at` on the way to a destination, and the link to it.
    #[inline]
    fn step(&self, to: u32, at: u32) -> Option<(u32, u32)> {
        let place = self.trees[to as usize][self.slot(at)];
        let adjacency = &self.graph.adjacency;
        (place != NOWHERE).then(|| {
            let place = usize::from(place);
            (adjacency.of(at)[place].0, adjacency.links_of(at)[place])
        })
    }

    /// Where the next hop of a router stands, which routes cross.
    #[inline]
    fn slot(&self, router: u32) -> usize {
        self.reach.as_ref().map_or(router, |reach| reach.slot[router as usize]) as usize
    }

    /// Marks the pairs whose routes cross what is dead as unreachable.
    pub(crate) fn cut(&self, table: &mut Table, dead: &Down) {
        const UNKNOWN: u8 = 0;
        const WHOLE: u8 = 1;
        const BROKEN: u8 = 2;
        let crossing: Vec<Vec<u32>> = (0..self.sites())
            .into_par_iter()
            .map_init(
                || (Vec::new(), Vec::new()),
                |(state, walked), to| {
                    state.clear();
                    state.resize(self.graph.adjacency.routers(), UNKNOWN);
                    let target = self.sites[to as usize];
                    state[target as usize] = if dead.router(target) { BROKEN } else { WHOLE };
                    let broken = |&from: &u32| {
                        let mut at = self.sites[from as usize];
                        while state[at as usize] == UNKNOWN {
                            walked.push(at);
                            match self.step(to, at) {
                                Some((next, link)) if !dead.link(link) => at = next,
                                _ => state[at as usize] = BROKEN,
                            }
                        }
                        let end = state[at as usize];
                        walked.drain(..).for_each(|router: u32| state[router as usize] = end);
                        end == BROKEN
                    };
                    (0..self.sites()).filter(broken).collect()
                },
            )
            .collect();
        for (to, crossing) in (0..).zip(crossing) {
            for from in crossing {
                table.set(from, to, UNREACHABLE);
            }
        }
    }
}
