//! Which links between routers have a capacity, and which queues they have.

use super::background::Background;
use super::law::{LinkQueue, QueueLaw};
use super::paths::{Paths, direction};
use crate::damage::Damage;
use crate::error::{UnderlayError, check};
use crate::graph::{LinkClass, Positions, RouterGraph};
use crate::underlay::Underlay;
use overlab_time::{Bandwidth, Span};
use petgraph::graph::{EdgeIndex, NodeIndex};
use std::collections::BTreeMap;

/// Capacities of links between routers, and what else uses them.
#[derive(Clone, Debug, PartialEq)]
pub struct Congestion {
    /// What links of a class carry each way where the graph does not say it; others have no limit.
    pub capacities: BTreeMap<LinkClass, Bandwidth>,
    /// The queue of every link.
    pub law: QueueLaw,
    /// The mean size of packets in bytes, background included: 1 to 65,535.
    pub packet: u32,
    /// How long a full buffer takes to be sent.
    pub buffer: Span,
    /// The traffic of others on every link with a capacity.
    pub background: Background,
    /// Links that differ.
    pub links: Vec<CongestedLink>,
}

impl Default for Congestion {
    /// Packets of 700 bytes, near the mean of the Internet (Sinha, Papadopoulos, Heidemann, ISI-TR-2007-643); buffers of 250 ms,
    /// the round trip that routers are classically built for (Villamizar, Song, ACM Computer Communication Review 24(5), 1994);
    /// no capacities but the graph's, and nobody else.
    fn default() -> Self {
        Self {
            capacities: BTreeMap::new(),
            law: QueueLaw::Constant,
            packet: 700,
            buffer: Span::from_millis(250),
            background: Background::default(),
            links: Vec::new(),
        }
    }
}

/// A link that differs from the others, both ways.
#[derive(Clone, Debug, PartialEq)]
pub struct CongestedLink {
    /// The numbers of the two routers that it joins, in either order.
    pub routers: [u32; 2],
    /// What it carries each way; nothing where it is as others are.
    pub capacity: Option<Bandwidth>,
    /// What others send over it; nothing where it is as others are.
    pub background: Option<Background>,
}

impl Congestion {
    /// Refuses parameters that make no sense on any underlay.
    ///
    /// # Errors
    /// Where one is outside its range.
    pub fn check(&self) -> Result<(), UnderlayError> {
        let packet = self.packet;
        check((1..=65_535).contains(&packet), "congestion.packet", "between 1B and 65535B", packet)?;
        let buffer = self.buffer;
        let holds = buffer > Span::ZERO && buffer <= Span::from_secs(100);
        check(holds, "congestion.buffer", "longer than zero and at most 100s", buffer)?;
        let others = self.links.iter().filter_map(|link| link.background.as_ref());
        std::iter::once(&self.background).chain(others).try_for_each(Background::check)
    }
}

/// One direction of a link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Direction {
    /// Bits per second; infinite where nothing limits it.
    pub(super) capacity: f64,
    pub(super) latency: Span,
    /// Degrees east of the router that sends; zero where the graph is not on the globe.
    pub(super) longitude: f64,
    pub(super) background: Background,
    pub(super) queue: LinkQueue,
}

impl Direction {
    pub(super) fn is_limited(&self) -> bool {
        self.capacity.is_finite()
    }
}

/// The links of an underlay with their capacities, and the ways between all sites: what does not change while routes do not.
#[derive(Clone, Debug)]
pub struct CoreLinks {
    /// Two a link: along its edge, and against it.
    pub(super) directions: Vec<Direction>,
    pub(super) paths: Paths,
    /// What the paths avoid.
    avoids: Damage,
}

impl CoreLinks {
    /// Applies `congestion` to the links of an underlay.
    ///
    /// # Errors
    /// Where parameters make no sense, the underlay has no routers, no link has a capacity, or so many routers have hosts that
    /// the pairs of them would not fit into 2 GB.
    pub fn new(congestion: &Congestion, underlay: &Underlay) -> Result<Self, UnderlayError> {
        congestion.check()?;
        let Some(graph) = underlay.topology().graph() else {
            let expected = "left out on underlays without routers";
            return Err(UnderlayError::parameter("congestion", expected, "given"));
        };
        let mut directions = Vec::with_capacity(2 * graph.graph().edge_count());
        for link in graph.graph().edge_indices() {
            directions.extend(both(congestion, graph, link));
        }
        for link in &congestion.links {
            let [a, b] = link.routers.map(|router| NodeIndex::new(router as usize));
            let edge = graph.graph().find_edge(a, b).ok_or_else(|| {
                let [a, b] = link.routers;
                UnderlayError::parameter(
                    "congestion.links",
                    "between neighbouring routers",
                    format!("{a} and {b}"),
                )
            })?;
            for forward in [true, false] {
                let own = &mut directions[direction(edge.index(), forward) as usize];
                if let Some(capacity) = link.capacity {
                    own.limit(congestion, Some(capacity));
                }
                own.background = link.background.unwrap_or(own.background);
            }
        }
        if !directions.iter().any(Direction::is_limited) {
            let expected = "given for a class of links that there is: no link of this graph has a capacity";
            return Err(UnderlayError::parameter("congestion.capacity", expected, "absent"));
        }
        let routes = underlay.found_routes()?;
        let paths = Paths::new(&routes, graph)?;
        Ok(Self { directions, paths, avoids: underlay.avoids().clone() })
    }

    /// The same links where routes may have changed; nothing where they have not.
    ///
    /// # Errors
    /// As for [`CoreLinks::new`], which an underlay with the same hosts has passed.
    pub fn rerouted(&self, underlay: &Underlay) -> Result<Option<Self>, UnderlayError> {
        // Routes are a function of graph, hosts and damage; whether they were found anew may depend on other runs.
        if *underlay.avoids() == self.avoids {
            return Ok(None);
        }
        let routes = underlay.found_routes()?;
        let graph = underlay.topology().graph().expect("an underlay with routes has routers");
        let paths = Paths::new(&routes, graph)?;
        let avoids = underlay.avoids().clone();
        Ok(Some(Self { directions: self.directions.clone(), paths, avoids }))
    }

    /// Two a link (along the graph's edge, and against it), whether a capacity limits it.
    pub fn limited(&self) -> impl Iterator<Item = bool> + '_ {
        self.directions.iter().map(Direction::is_limited)
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        (self.directions.capacity() * size_of::<Direction>() + self.paths.bytes()) as u64
    }

    /// The least capacity on the way of a pair of sites; nothing where none is limited.
    pub(crate) fn narrowest(&self, pair: usize) -> Option<Bandwidth> {
        let steps = self.paths.steps(pair / self.paths.sites());
        let mut at = self.paths.begin(pair);
        let mut least = f64::INFINITY;
        while let Some(step) = at.map(|at| steps[at]) {
            least = least.min(self.directions[step.link as usize].capacity);
            at = step.after();
        }
        Bandwidth::new(least as u64).ok()
    }
}

impl Direction {
    fn limit(&mut self, congestion: &Congestion, capacity: Option<Bandwidth>) {
        self.capacity = capacity.map_or(f64::INFINITY, |capacity| capacity.bits_per_second() as f64);
        self.queue = LinkQueue {
            law: congestion.law,
            service: f64::from(congestion.packet) * 8.0 / self.capacity,
            buffer: congestion.buffer.as_seconds(),
        };
    }
}

/// Both directions of a link, along its edge first.
fn both(congestion: &Congestion, graph: &RouterGraph, link: EdgeIndex) -> [Direction; 2] {
    let (source, target) = graph.graph().edge_endpoints(link).expect("a link has ends");
    let of = &graph.graph()[link];
    [source, target].map(|sender| {
        let longitude = match graph.positions() {
            Positions::Geographic => graph.graph()[sender].position[0],
            Positions::Plane | Positions::None => 0.0,
        };
        let queue = LinkQueue { law: congestion.law, service: 0.0, buffer: 0.0 };
        let mut direction = Direction {
            capacity: f64::INFINITY,
            latency: of.latency,
            longitude,
            background: congestion.background,
            queue,
        };
        direction.limit(congestion, of.capacity.or_else(|| congestion.capacities.get(&of.class).copied()));
        direction
    })
}
