//! Finding the routes to one destination after another, whatever they are chosen by.

use super::policy::{Choice, Policy, Rank, Reach};
use super::{NOWHERE, Routing, Search};
use crate::damage::Down;
use crate::error::UnderlayError;
use crate::graph::{Adjacency, RouterGraph};
use crate::place::RouterId;
use std::sync::Arc;

/// How routes are chosen while some damage lasts.
pub(crate) enum Finder<'a> {
    Shortest { graph: &'a Adjacency, routing: Routing, down: Option<&'a Down> },
    Policy { graph: &'a Adjacency, policy: Arc<Policy> },
}

/// The working memory of one thread that finds routes.
pub(crate) enum Worker {
    Shortest(Search),
    Policy(Box<Choice>),
}

impl<'a> Finder<'a> {
    /// Finds routes between `sites`. `reach` is what an earlier one had, where policies choose.
    pub(crate) fn new(
        graph: &'a RouterGraph,
        routing: Routing,
        sites: &[u32],
        down: Option<&'a Down>,
        reach: Option<&Arc<Reach>>,
    ) -> Result<Self, UnderlayError> {
        if routing != Routing::Policy {
            return Ok(Self::Shortest { graph: &graph.adjacency, routing, down });
        }
        graph.adjacency.check_places()?;
        let reach = match reach {
            Some(reach) => Arc::clone(reach),
            None => Arc::new(Reach::new(graph, sites)?),
        };
        let policy = Arc::new(Policy::new(graph, reach, down));
        Ok(Self::Policy { graph: &graph.adjacency, policy })
    }

    /// The routers that routes may cross, where these are not all.
    pub(crate) fn reach(&self) -> Option<&Arc<Reach>> {
        self.policy().map(|policy| &policy.reach)
    }

    /// The systems as they are, where policies choose.
    pub(crate) fn policy(&self) -> Option<&Arc<Policy>> {
        match self {
            Self::Shortest { .. } => None,
            Self::Policy { policy, .. } => Some(policy),
        }
    }

    /// The routers on the route from one router to another, both included; none where there is no route.
    pub(crate) fn path(&self, graph: &Adjacency, from: u32, to: u32) -> Vec<RouterId> {
        let mut worker = self.worker();
        worker.run(self, to);
        if worker.latency(self, from).is_none() {
            return Vec::new();
        }
        let next = worker.next(self);
        let slot = |router: u32| self.reach().map_or(router, |reach| reach.slot[router as usize]) as usize;
        let step = |&at: &u32| (at != to).then(|| graph.of(at)[usize::from(next[slot(at)])].0);
        std::iter::successors(Some(from), step).map(RouterId).collect()
    }

    pub(crate) fn worker(&self) -> Worker {
        match self {
            Self::Shortest { graph, .. } => Worker::Shortest(Search::new(graph.routers())),
            Self::Policy { .. } => Worker::Policy(Box::default()),
        }
    }
}

impl Worker {
    /// Finds the routes from everywhere to `target`.
    pub(crate) fn run(&mut self, finder: &Finder<'_>, target: u32) {
        match (self, finder) {
            (Self::Shortest(search), &Finder::Shortest { graph, routing, down }) => {
                search.route(graph, routing, target, down);
            }
            (Self::Policy(choice), Finder::Policy { policy, .. }) => choice.run(policy, target),
            _ => unreachable!("a worker works for the finder that made it"),
        }
    }

    /// Nanoseconds from `router`; nothing where no route leads from there.
    pub(crate) fn latency(&mut self, finder: &Finder<'_>, router: u32) -> Option<u64> {
        match (self, finder) {
            (Self::Shortest(search), _) => search.latency(router),
            (Self::Policy(choice), Finder::Policy { graph, policy }) => {
                choice.latency(graph, policy, policy.reach.slot[router as usize])
            }
            _ => unreachable!("a worker works for the finder that made it"),
        }
    }

    /// The place of the next router among the neighbours, for each router that routes may cross; [`NOWHERE`] at the target and
    /// where no route leads on.
    pub(crate) fn next(&self, finder: &Finder<'_>) -> Vec<u16> {
        match (self, finder) {
            (Self::Shortest(search), &Finder::Shortest { graph, .. }) => search.places(graph),
            (Self::Policy(choice), _) => choice.next().to_vec(),
            _ => unreachable!("a worker works for the finder that made it"),
        }
    }
}

impl Worker {
    /// How good the routes of all parts of systems are; nothing where costs choose.
    pub(crate) fn ranks(&self) -> Vec<Rank> {
        match self {
            Self::Shortest(_) => Vec::new(),
            Self::Policy(choice) => choice.ranks().to_vec(),
        }
    }
}

impl Adjacency {
    /// Refuses a graph in which a place among the neighbours of a router does not fit into 16 bits.
    pub(crate) fn check_places(&self) -> Result<(), UnderlayError> {
        let limit = usize::from(NOWHERE);
        let over = (0..self.routers() as u32).find(|&router| self.of(router).len() > limit);
        over.map_or(Ok(()), |router| {
            let neighbours = self.of(router).len() as u64;
            Err(UnderlayError::TooManyNeighbours { router, neighbours, limit: limit as u64 })
        })
    }
}
