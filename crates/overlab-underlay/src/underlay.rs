//! Hosts on a topology: the immutable network that messages cross.

mod damaged;

use crate::access::{AccessClass, Classes};
use crate::damage::{Damage, Down};
use crate::distances::nearest_pair;
use crate::fault::Filter;
use crate::graph::{Positions, RouterGraph};
use crate::impairment::Impairments;
use crate::latency::{Latency, NO_PATH, Table, UNIT, UNREACHABLE, rounded};
use crate::loss::Loss;
use crate::place::{HostId, RouterId};
use crate::queue::Line;
use crate::routes::{Finder, Routes, Routing};
use crate::topology::{Kind, Topology};
use overlab_time::{Span, Stream, prefetch_item};
use std::sync::Arc;

/// A physical network with its hosts. It never changes: a fault makes another one.
///
/// [`Underlay::depart`] and [`Underlay::latency`] are for the hot loop: they allocate
/// nothing, and a host number that is not below [`Underlay::hosts`] makes them panic.
#[derive(Clone, Debug)]
pub struct Underlay {
    pub(crate) latency: Latency,
    pub(crate) attached: Vec<Host>,
    /// Whether nothing in `attached` bears on latencies: one access to memory less for every message.
    bare: bool,
    /// The router or matrix row of each site; empty where there are none.
    pub(crate) sites: Vec<u32>,
    impairments: Impairments,
    /// Whether messages need random numbers.
    random: bool,
    minimum: Span,
    routing: Routing,
    /// What the routes avoid.
    avoids: Damage,
    /// The routes themselves, where they are kept.
    routes: Option<Arc<Routes>>,
    /// Where some pairs are cut off although they have a route: the latencies with those of all routes.
    whole: Option<Arc<Table>>,
    classes: Classes,
    /// The access class of each host; empty where there is one for all.
    class_of: Vec<u8>,
    /// What keeps messages between hosts from passing.
    pub(crate) filter: Option<Arc<Filter>>,
    pub(crate) topology: Topology,
}

/// Where a host hangs: its row of the latency table, and its access latency in units of 100 ns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Host {
    pub(crate) site: u32,
    pub(crate) access: u32,
}

impl Host {
    /// Stands for any host where none has an access latency or a site that matters.
    const BARE: Self = Self { site: 0, access: 0 };
}

/// What becomes of a message that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// It reaches the receiver's host after this span.
    Arrives(Span),
    /// It never does.
    Lost(Loss),
}

impl Underlay {
    pub(crate) fn new(
        latency: Latency,
        attached: Vec<Host>,
        sites: Vec<u32>,
        impairments: Impairments,
        topology: Topology,
    ) -> Self {
        let minimum = minimum(&latency, &attached, &sites, &topology);
        let (routing, avoids) = (Routing::default(), Damage::default());
        let placed = matches!(latency, Latency::Constant(_) | Latency::Plane { .. } | Latency::Sphere { .. });
        let bare = placed && attached.iter().all(|host| host.access == 0);
        let (classes, class_of) = (Classes::default(), Vec::new());
        let random = impairments.is_random();
        Self {
            latency,
            attached,
            bare,
            sites,
            impairments,
            random,
            minimum,
            routing,
            avoids,
            routes: None,
            whole: None,
            classes,
            class_of,
            filter: None,
            topology,
        }
    }

    /// The same network with routes that were chosen so.
    pub(crate) fn with_routing(self, routing: Routing, routes: Option<Arc<Routes>>) -> Self {
        Self { routing, routes, ..self }
    }

    /// The routes between the routers that have hosts, where they are kept: [`crate::Attachment::paths`].
    pub fn routes(&self) -> Option<&Routes> {
        self.routes.as_deref()
    }

    /// The number of the place that a host hangs off, among the places that have hosts: what [`Routes::walk`] asks for. 0 on
    /// models without such places.
    #[inline]
    pub fn site_of(&self, host: HostId) -> u32 {
        self.attached[host.index()].site
    }

    /// The same network, where nothing but `filter` keeps messages between hosts from passing; broken routes stay broken.
    ///
    /// # Panics
    /// Where the filter is for another number of hosts.
    #[must_use]
    pub fn filtered(self, filter: Option<Filter>) -> Self {
        if let Some(filter) = &filter {
            assert_eq!(filter.hosts(), self.hosts(), "a filter is for the hosts of its network");
        }
        Self { filter: filter.map(Arc::new), ..self }
    }

    /// Which paths messages take.
    pub fn routing(&self) -> Routing {
        self.routing
    }

    /// The same network with access links of several classes: the class of every host in `class_of`.
    pub(crate) fn with_classes(self, classes: Classes, class_of: Vec<u8>) -> Self {
        Self { classes, class_of, ..self }
    }

    /// The classes of access links: one that all hosts have, or those that hosts were drawn from.
    pub fn access_classes(&self) -> &[AccessClass] {
        self.classes.all()
    }

    /// The access link of a host.
    #[inline]
    pub fn access(&self, host: HostId) -> &AccessClass {
        self.classes.of(&self.class_of, host.0)
    }

    /// Which of [`Underlay::access_classes`] a host's access link is.
    #[inline]
    pub fn access_class(&self, host: HostId) -> usize {
        self.class_of.get(host.index()).map_or(0, |&class| usize::from(class))
    }

    /// How many hosts there are.
    pub fn hosts(&self) -> u32 {
        self.attached.len() as u32
    }

    /// Bytes held for each of the hosts, all together: what is held for routers and rows comes on top, however many hosts
    /// there are.
    pub fn host_bytes(&self) -> u64 {
        let filter = self.filter.as_ref().map_or(0, |filter| filter.host_bytes());
        let attached = self.attached.capacity() * size_of::<Host>() + self.class_of.capacity();
        (attached + filter + self.latency.host_bytes()) as u64
    }

    /// Bytes held for routers, rows and their distances.
    pub fn table_bytes(&self) -> u64 {
        (self.latency.table_bytes() + self.sites.capacity() * size_of::<u32>()) as u64
    }

    /// How many hubs each label has, where the distances between routers are kept as hub labels; else empty.
    pub fn label_entries(&self) -> Vec<u32> {
        match &self.latency {
            Latency::Distances(distances) => distances.label_entries(),
            _ => Vec::new(),
        }
    }

    /// Whether [`Underlay::depart`] needs a stream: where not, the caller need not make one.
    #[inline]
    pub fn needs_stream(&self) -> bool {
        self.random || self.filter.as_ref().is_some_and(|filter| filter.is_random())
    }

    /// What becomes of a message between the queues of the two access links: barriers, access up, path, access down, jitter,
    /// loss.
    ///
    /// `stream` must be a fresh one for this message wherever [`Underlay::needs_stream`] says so. What stays
    /// on its host takes no time and is never lost.
    #[inline(always)]
    pub fn depart(&self, from: HostId, to: HostId, stream: Option<&mut Stream>) -> Departure {
        let latency = self.latency(from, to);
        if latency == Self::UNREACHABLE {
            return Departure::Lost(Loss::Unreachable);
        }
        if (!self.random && self.filter.is_none()) || from == to {
            return Departure::Arrives(latency);
        }
        self.hinder(latency, (from, to), stream)
    }

    /// What barriers, loss and jitter make of a message that takes `latency` without them, from one host to another.
    #[inline(never)]
    fn hinder(&self, latency: Span, (from, to): (HostId, HostId), stream: Option<&mut Stream>) -> Departure {
        let dropped = self.filter.as_ref().map_or(0.0, |filter| filter.drops(from, to));
        if dropped >= 1.0 {
            return Departure::Lost(Filter::loss(dropped));
        }
        if !self.random && dropped == 0.0 {
            return Departure::Arrives(latency);
        }
        let stream = stream.expect("a caller that asked needs_stream brings one");
        if dropped > 0.0 && stream.chance(dropped) {
            return Departure::Lost(Loss::Filtered);
        }
        if self.impairments.loss > 0.0 && stream.chance(self.impairments.loss) {
            return Departure::Lost(Loss::Random);
        }
        let delay = self.impairments.jitter.map_or(Span::ZERO, |jitter| jitter.sample(stream));
        Departure::Arrives(latency + delay)
    }

    /// Whether any host's access link has a rate: where not, nobody need keep [`Queue`](crate::Queue)s.
    pub fn has_queues(&self) -> bool {
        self.classes.all().iter().any(|class| class.up.is_some() || class.down.is_some())
    }

    /// The two directions of a host's access link: from it, and to it.
    #[inline]
    pub fn lines(&self, host: HostId) -> [Line; 2] {
        let class = self.access(host);
        [class.up, class.down].map(|rate| Line { rate, buffer: class.buffer })
    }

    /// One-way latency without jitter: access up, path, access down; zero from a host to itself, and
    /// [`Underlay::UNREACHABLE`] where no route leads there.
    #[inline]
    pub fn latency(&self, from: HostId, to: HostId) -> Span {
        if from == to {
            return Span::ZERO;
        }
        let host = |id: HostId| if self.bare { Host::BARE } else { self.attached[id.index()] };
        let (a, b) = (host(from), host(to));
        let path = self.latency.path((from.index(), a.site), (to.index(), b.site));
        if path == NO_PATH {
            return Self::UNREACHABLE;
        }
        Span(path + (u64::from(a.access) + u64::from(b.access)) * UNIT)
    }

    /// Asks the memory for what a message from or to `host` will need; it changes nothing.
    #[inline]
    pub fn prefetch(&self, host: HostId) {
        if !self.bare {
            prefetch_item(&self.attached, host.index());
        }
        match &self.latency {
            // Where a host stands is eight bytes: they come soon, and their own place is further away.
            Latency::Distances(distances) => distances.prefetch(self.attached[host.index()].site),
            latency => latency.prefetch(host.index()),
        }
    }

    /// Where a host is, and what the two numbers mean: its router's place, or its own where there are no routers; nothing where
    /// it has none.
    pub fn place(&self, host: HostId) -> Option<(Positions, [f64; 2])> {
        match &self.latency {
            Latency::Plane { positions, .. } => Some((Positions::Plane, positions[host.index()])),
            Latency::Sphere { positions, .. } => {
                let (latitude, longitude) = positions[host.index()].degrees();
                Some((Positions::Geographic, [longitude, latitude]))
            }
            _ => {
                let graph = self.topology.graph().filter(|graph| graph.positions() != Positions::None)?;
                let router = self.router(host)?;
                let router = petgraph::graph::NodeIndex::new(router.0 as usize);
                Some((graph.positions(), graph.graph[router].position))
            }
        }
    }

    /// Whether a route leads from one host to another that crosses nothing dead; barriers between hosts are not looked at.
    #[inline]
    pub fn reaches(&self, from: HostId, to: HostId) -> bool {
        self.latency(from, to) != Self::UNREACHABLE
    }

    /// Whether messages from one host to another can arrive, but for chance: a route leads there, and nothing that separates hosts
    /// stops all of them.
    pub fn connects(&self, from: HostId, to: HostId) -> bool {
        let open = || self.filter.as_ref().is_none_or(|filter| filter.drops(from, to) < 1.0);
        from == to || (self.reaches(from, to) && open())
    }

    /// A lower bound on the latency between any two different hosts, exact on tables and constants: what a
    /// lookahead may rest on. With fewer than two hosts any bound holds; it is then 1 s.
    pub fn minimum(&self) -> Span {
        self.minimum
    }

    /// Loss and jitter.
    pub fn impairments(&self) -> &Impairments {
        &self.impairments
    }

    /// What the hosts are attached to.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The router a host hangs off, where there are routers.
    pub fn router(&self, host: HostId) -> Option<RouterId> {
        self.topology.graph().map(|_| RouterId(self.sites[self.attached[host.index()].site as usize]))
    }

    /// The row of the file, from 0, that a host stands for, where there is a matrix or a set of coordinates.
    pub fn row(&self, host: HostId) -> Option<u32> {
        match &self.topology.kind {
            Kind::Matrix(matrix) => Some(matrix.origins[self.site(host)? as usize]),
            Kind::Coordinates(_) => self.site(host),
            _ => None,
        }
    }

    /// The region a host stands in, an index into [`Topology::regions`], where there are regions.
    pub fn region(&self, host: HostId) -> Option<u32> {
        matches!(self.topology.kind, Kind::Regions(_)).then(|| self.site(host)).flatten()
    }

    /// What the file calls the row or region that a host stands at, where it has names.
    pub fn place_name(&self, host: HostId) -> Option<&str> {
        let site = self.site(host)? as usize;
        match &self.topology.kind {
            Kind::Matrix(matrix) => matrix.names().map(|names| names[site].as_str()),
            Kind::Regions(map) => Some(&map.regions[site].name),
            _ => None,
        }
    }

    /// The router, row or region that a host hangs off.
    fn site(&self, host: HostId) -> Option<u32> {
        self.sites.get(self.attached[host.index()].site as usize).copied()
    }

    /// The routers on the route of a message, first to last, whether it crosses something dead or not; none on end-to-end
    /// models, from a host to itself and where there is no route.
    ///
    /// Runs a path search unless the routes are kept: it is for pictures, not for every message.
    pub fn path(&self, from: HostId, to: HostId) -> Vec<RouterId> {
        let (Some(graph), Some(a), Some(b)) = (self.topology.graph(), self.router(from), self.router(to))
        else {
            return Vec::new();
        };
        if from == to {
            return Vec::new();
        }
        if let Some(routes) = &self.routes {
            return routes.path(self.site_of(from), self.site_of(to));
        }
        let down = Down::new(&graph.adjacency, &self.avoids);
        let Ok(finder) = Finder::new(graph, self.routing, &self.sites, Some(&down), None) else {
            unreachable!("routes were found on this graph before");
        };
        finder.path(&graph.adjacency, a.0, b.0)
    }

    /// One line in words.
    pub fn describe(&self) -> String {
        let hosts = self.hosts();
        match &self.topology.kind {
            Kind::Constant(constant) => format!("constant latency of {}, {hosts} hosts", constant.latency),
            Kind::Plane(plane) => format!("plane of {} by {}, {hosts} hosts", plane.width, plane.height),
            Kind::Sphere(sphere, list) => {
                let places =
                    list.as_ref().map_or_else(String::new, |list| format!("{} places, ", list.len()));
                format!("sphere, {} between antipodes, {places}{hosts} hosts", sphere.antipodes)
            }
            Kind::Coordinates(set) => {
                let file = file_name(&set.parameters.file.display().to_string());
                let (rows, dimensions) = (set.rows(), set.dimensions());
                format!("coordinates {file} of {rows} places in {dimensions} dimensions, {hosts} hosts")
            }
            Kind::Regions(map) => {
                let file = file_name(&map.parameters.file.display().to_string());
                format!("{} regions of {file}, {hosts} hosts", map.regions.len())
            }
            Kind::Matrix(matrix) => {
                let file = file_name(&matrix.parameters.file.display().to_string());
                format!("latency matrix {file} of {} rows, {hosts} hosts", matrix.rows)
            }
            Kind::Routers(graph) => {
                let RouterGraph { graph, name, .. } = &**graph;
                let (routers, links) = (graph.node_count(), graph.edge_count());
                format!("{} of {routers} routers and {links} links, {hosts} hosts", file_name(name))
            }
        }
    }
}

/// The last part of a path: what is printed must not depend on the machine's folders.
fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}

/// The least path plus the least access latencies of two different hosts that can have it.
fn minimum(latency: &Latency, hosts: &[Host], sites: &[u32], topology: &Topology) -> Span {
    if hosts.len() < 2 {
        return Span::from_secs(1);
    }
    match latency {
        Latency::Constant(span) => Span(span.0 + two_least(hosts.iter()) * UNIT),
        // Two hosts may stand as near to each other as they like.
        Latency::Plane { base, .. } | Latency::Sphere { base, .. } => {
            Span(base + two_least(hosts.iter()) * UNIT)
        }
        Latency::Regions(table) => {
            let diagonal = |site: usize| u64::from(table.get(site as u32, site as u32)) * UNIT;
            table_minimum(table, diagonal, hosts)
        }
        Latency::Table { table, same_site } => table_minimum(table, |_| same_site.0, hosts),
        Latency::Coordinates(space) => {
            let least = least_access(hosts, sites.len());
            let access: Vec<u64> = least.iter().map(|two| two[0] * UNIT).collect();
            let same = least.iter().zip(0..).filter(|(two, _)| two[1] != NONE);
            let same = same.map(|(two, site)| space.path(site, site) + (two[0] + two[1]) * UNIT).min();
            Span(
                same.into_iter()
                    .chain(space.nearest(&access))
                    .min()
                    .expect("two hosts are at one site or at two"),
            )
        }
        Latency::Distances(_) => {
            let graph = topology.graph().expect("there are routers where there are distances between them");
            let least = least_access(hosts, sites.len());
            let same = least_at_one(&least).map(|access| access * UNIT);
            let access: Vec<u64> = least.iter().map(|two| two[0] * UNIT).collect();
            // Access latencies are whole units, so that rounding a path and rounding all of it are the same.
            let apart = nearest_pair(&graph.adjacency, sites, &access).map(rounded);
            Span(same.into_iter().chain(apart).min().expect("two hosts are at one site or at two"))
        }
    }
}

/// The sum of the two least access latencies.
fn two_least<'a>(hosts: impl Iterator<Item = &'a Host>) -> u64 {
    let two = hosts.fold([u64::from(u32::MAX); 2], |two, host| insert(two, host.access));
    two[0] + two[1]
}

fn insert([least, second]: [u64; 2], access: u32) -> [u64; 2] {
    let access = u64::from(access);
    if access < least { [access, least] } else { [least, second.min(access)] }
}

/// The least of path and access latencies of two hosts at one site, between which `same_site` says the nanoseconds, or
/// at two.
fn table_minimum(table: &Table, same_site: impl Fn(usize) -> u64, hosts: &[Host]) -> Span {
    let least = least_access(hosts, table.sites());
    let is_up = |site: usize| table.get(site as u32, site as u32) != UNREACHABLE;
    let shared = least.iter().enumerate().filter(|&(site, two)| two[1] != NONE && is_up(site));
    let same = shared.map(|(site, two)| same_site(site) + (two[0] + two[1]) * UNIT).min();
    let mut apart = None;
    for (from, two) in least.iter().enumerate() {
        let row = table
            .row(from)
            .iter()
            .zip(&least)
            .enumerate()
            .filter(|&(to, (&entry, _))| to != from && entry != UNREACHABLE);
        let nearest = row.map(|(_, (&entry, other))| u64::from(entry) + two[0] + other[0]).min();
        apart = [apart, nearest].into_iter().flatten().min();
    }
    // Where all are cut off from each other, nothing is sent that arrives.
    same.into_iter().chain(apart.map(|units| units * UNIT)).min().map_or(Span::from_secs(1), Span)
}

/// No second host.
const NONE: u64 = u64::MAX;

/// The two least access latencies at each site.
fn least_access(hosts: &[Host], sites: usize) -> Vec<[u64; 2]> {
    let mut least = vec![[NONE; 2]; sites];
    for host in hosts {
        least[host.site as usize] = insert(least[host.site as usize], host.access);
    }
    least
}

/// The least sum of access latencies of two hosts at one site.
fn least_at_one(least: &[[u64; 2]]) -> Option<u64> {
    least.iter().filter(|two| two[1] != NONE).map(|two| two[0] + two[1]).min()
}
