//! Hosts on a topology: the immutable network that messages cross.

use crate::graph::RouterGraph;
use crate::impairment::Impairments;
use crate::latency::{Latency, Table, UNIT};
use crate::place::{HostId, RouterId};
use crate::routes::Search;
use crate::topology::{Kind, Topology};
use overlab_time::{Span, Stream, prefetch_item};

/// A physical network with its hosts. It never changes: a fault makes another one.
///
/// [`Underlay::depart`], [`Underlay::arrive`] and [`Underlay::latency`] are for the hot loop: they allocate
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
    Lost,
}

impl Underlay {
    pub(crate) fn new(
        latency: Latency,
        attached: Vec<Host>,
        sites: Vec<u32>,
        impairments: Impairments,
        topology: Topology,
    ) -> Self {
        let minimum = minimum(&latency, &attached);
        let bare = !matches!(latency, Latency::Table { .. }) && attached.iter().all(|host| host.access == 0);
        let random = impairments.is_random();
        Self { latency, attached, bare, sites, impairments, random, minimum, topology }
    }

    /// How many hosts there are.
    pub fn hosts(&self) -> u32 {
        self.attached.len() as u32
    }

    /// Bytes held for each of the hosts, all together: what is held for routers and rows comes on top, however many hosts
    /// there are.
    pub fn host_bytes(&self) -> u64 {
        (self.attached.capacity() * size_of::<Host>() + self.latency.host_bytes()) as u64
    }

    /// Bytes held for routers, rows and their distances.
    pub fn table_bytes(&self) -> u64 {
        (self.latency.table_bytes() + self.sites.capacity() * size_of::<u32>()) as u64
    }

    /// Whether [`Underlay::depart`] needs a stream: where not, the caller need not make one.
    #[inline]
    pub fn needs_stream(&self) -> bool {
        self.random
    }

    /// The sender's side of a message of `bytes` bytes: access up, path, access down, jitter, loss.
    ///
    /// `stream` must be a fresh one for this message wherever [`Underlay::needs_stream`] says so. What stays
    /// on its host takes no time and is never lost. The size matters only once links have capacities.
    #[inline(always)]
    pub fn depart(&self, from: HostId, to: HostId, bytes: u32, stream: Option<&mut Stream>) -> Departure {
        let _ = bytes;
        let latency = self.latency(from, to);
        if !self.random || from == to {
            return Departure::Arrives(latency);
        }
        self.impair(latency, stream.expect("a caller that asked needs_stream brings one"))
    }

    /// What loss and jitter make of a message that takes `latency` without them.
    #[inline(never)]
    fn impair(&self, latency: Span, stream: &mut Stream) -> Departure {
        if self.impairments.loss > 0.0 && stream.chance(self.impairments.loss) {
            return Departure::Lost;
        }
        let delay = self.impairments.jitter.map_or(Span::ZERO, |jitter| jitter.sample(stream));
        Departure::Arrives(latency + delay)
    }

    /// The receiver's side: what is still to wait before delivery. Zero, until links have capacities and
    /// queues.
    #[inline]
    pub fn arrive(&self, from: HostId, to: HostId, bytes: u32) -> Span {
        let _ = (from, to, bytes);
        Span::ZERO
    }

    /// One-way latency without jitter: access up, path, access down; zero from a host to itself.
    #[inline]
    pub fn latency(&self, from: HostId, to: HostId) -> Span {
        if from == to {
            return Span::ZERO;
        }
        let host = |id: HostId| if self.bare { Host::BARE } else { self.attached[id.index()] };
        let (a, b) = (host(from), host(to));
        let path = self.latency.path((from.index(), a.site), (to.index(), b.site));
        Span(path + (u64::from(a.access) + u64::from(b.access)) * UNIT)
    }

    /// Asks the memory for what a message from or to `host` will need; it changes nothing.
    #[inline]
    pub fn prefetch(&self, host: HostId) {
        if !self.bare {
            prefetch_item(&self.attached, host.index());
        }
        self.latency.prefetch(host.index());
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

    /// The row of the matrix file, from 0, that a host stands for, where there is a matrix.
    pub fn row(&self, host: HostId) -> Option<u32> {
        match &self.topology.kind {
            Kind::Matrix(matrix) => {
                Some(matrix.origins[self.sites[self.attached[host.index()].site as usize] as usize])
            }
            _ => None,
        }
    }

    /// The routers that a message crosses, first to last; none on end-to-end models and from a host to
    /// itself.
    ///
    /// Runs a path search: it is for link stress and pictures, not for every message.
    pub fn path(&self, from: HostId, to: HostId) -> Vec<RouterId> {
        let (Some(graph), Some(a), Some(b)) = (self.topology.graph(), self.router(from), self.router(to))
        else {
            return Vec::new();
        };
        if from == to {
            return Vec::new();
        }
        let mut search = Search::new(graph.adjacency.routers());
        search.run(&graph.adjacency, a.0);
        search.path(b.0)
    }

    /// One line in words.
    pub fn describe(&self) -> String {
        let hosts = self.hosts();
        match &self.topology.kind {
            Kind::Constant(constant) => format!("constant latency of {}, {hosts} hosts", constant.latency),
            Kind::Plane(plane) => format!("plane of {} by {}, {hosts} hosts", plane.width, plane.height),
            Kind::Sphere(sphere) => format!("sphere, {} between antipodes, {hosts} hosts", sphere.antipodes),
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
fn minimum(latency: &Latency, hosts: &[Host]) -> Span {
    if hosts.len() < 2 {
        return Span::from_secs(1);
    }
    match latency {
        Latency::Constant(span) => Span(span.0 + two_least(hosts.iter()) * UNIT),
        // Two hosts may stand as near to each other as they like.
        Latency::Plane { base, .. } | Latency::Sphere { base, .. } => {
            Span(base + two_least(hosts.iter()) * UNIT)
        }
        Latency::Table { table, same_site } => {
            let (same, apart) = table_minimum(table, hosts);
            let same = same.map(|access| same_site.0 + access * UNIT);
            let apart = apart.map(|units| units * UNIT);
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

/// The least of access latencies of two hosts at one site, and of path and access latencies of two at
/// different sites.
fn table_minimum(table: &Table, hosts: &[Host]) -> (Option<u64>, Option<u64>) {
    const NONE: u64 = u64::MAX;
    let mut least = vec![[NONE; 2]; table.sites()];
    for host in hosts {
        least[host.site as usize] = insert(least[host.site as usize], host.access);
    }
    let same = least.iter().filter(|two| two[1] != NONE).map(|two| two[0] + two[1]).min();
    let mut apart = None;
    for (from, two) in least.iter().enumerate() {
        let row = table.row(from).iter().zip(&least).enumerate().filter(|(to, _)| *to != from);
        let nearest = row.map(|(_, (&entry, other))| u64::from(entry) + two[0] + other[0]).min();
        apart = [apart, nearest].into_iter().flatten().min();
    }
    (same, apart)
}
