//! What hosts are attached to, and how they are attached.

use crate::access::{Attachment, HostsAt};
use crate::damage::{Damage, Down};
use crate::error::UnderlayError;
use crate::graph::{RouterGraph, RouterKind};
use crate::latency::{Latency, Table};
use crate::matrix::LatencyMatrix;
use crate::plane::{Constant, Plane, Sphere};
use crate::routes;
use crate::underlay::{Host, Underlay};
use overlab_time::{Purpose, Seeds, Span};
use std::sync::Arc;

/// A built model: a graph, a matrix or a space, without hosts. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Topology {
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Constant(Constant),
    Plane(Plane),
    Sphere(Sphere),
    Matrix(Arc<LatencyMatrix>),
    Routers(Arc<RouterGraph>),
}

/// The owner of placement streams that belong to no single host.
const NO_HOST: u64 = u64::MAX;

impl Topology {
    pub(crate) fn constant(constant: Constant) -> Self {
        Self { kind: Kind::Constant(constant) }
    }

    pub(crate) fn plane(plane: Plane) -> Self {
        Self { kind: Kind::Plane(plane) }
    }

    pub(crate) fn sphere(sphere: Sphere) -> Self {
        Self { kind: Kind::Sphere(sphere) }
    }

    /// A parsed matrix.
    pub fn matrix(matrix: LatencyMatrix) -> Self {
        Self { kind: Kind::Matrix(Arc::new(matrix)) }
    }

    /// A router graph.
    pub fn routers(graph: RouterGraph) -> Self {
        Self { kind: Kind::Routers(Arc::new(graph)) }
    }

    /// The router graph, where the topology is one.
    pub fn graph(&self) -> Option<&RouterGraph> {
        match &self.kind {
            Kind::Routers(graph) => Some(graph),
            _ => None,
        }
    }

    /// Attaches `hosts` hosts at random places and computes the latencies between these.
    ///
    /// # Errors
    /// Where the attachment makes no sense, a matrix has too few rows, or memory does not suffice.
    pub fn attach(
        &self,
        hosts: u32,
        attachment: &Attachment,
        seeds: Seeds,
    ) -> Result<Underlay, UnderlayError> {
        attachment.impairments.check()?;
        let routed = matches!(self.kind, Kind::Routers(_));
        let classes = attachment.classes(routed)?;
        if !routed && attachment.hosts_at.is_some() {
            let value = "given for an end-to-end model";
            return Err(UnderlayError::parameter("hosts_at", "left out where there are no routers", value));
        }
        if let Kind::Matrix(matrix) = &self.kind {
            matrix.has_room_for(hosts)?;
        }
        let place = |host: u32| seeds.stream(Purpose::Placement, u64::from(host), 0);
        let mut attached = Vec::new();
        attached.try_reserve_exact(hosts as usize).map_err(|_| UnderlayError::Memory { hosts })?;
        let class_of = classes.draw(hosts, seeds)?;
        attached.extend((0..hosts).map(|host| {
            let access = classes.of(&class_of, host).latency;
            let mut stream = access.is_random().then(|| seeds.stream(Purpose::Placement, u64::from(host), 1));
            Host { site: 0, access: access.draw(stream.as_mut()) }
        }));
        let mut sites = Vec::new();
        let latency = match &self.kind {
            Kind::Constant(constant) => Latency::Constant(constant.latency),
            Kind::Plane(plane) => {
                let positions = (0..hosts).map(|host| plane.place(&mut place(host))).collect();
                Latency::Plane { base: plane.base.0, positions }
            }
            Kind::Sphere(sphere) => {
                let positions = (0..hosts).map(|host| Sphere::place(&mut place(host))).collect();
                Latency::Sphere { base: sphere.base.0, scale: sphere.scale(), positions }
            }
            Kind::Matrix(matrix) => {
                sites = settle(&mut attached, &rows(matrix, hosts, seeds));
                let mut table = Table::new(sites.len())?;
                for (entries, &from) in table.entries_mut().chunks_mut(sites.len().max(1)).zip(&sites) {
                    for (entry, &to) in entries.iter_mut().zip(&sites) {
                        *entry = matrix.get(from, to);
                    }
                }
                Latency::Table { table, same_site: matrix.parameters.same_row_latency.unwrap_or(Span::ZERO) }
            }
            Kind::Routers(graph) => {
                let eligible = eligible(graph, attachment.hosts_at)?;
                let chosen: Vec<u32> =
                    (0..hosts).map(|host| eligible[place(host).index(eligible.len())]).collect();
                sites = settle(&mut attached, &chosen);
                let down = Down::new(&graph.adjacency, &Damage::default());
                let table = routes::table(&graph.adjacency, attachment.routing, &sites, &down)?;
                Latency::Table { table, same_site: Span::ZERO }
            }
        };
        let underlay = Underlay::new(latency, attached, sites, attachment.impairments, self.clone());
        Ok(underlay.with_classes(classes, class_of).with_routing(attachment.routing))
    }
}

/// Gives each host the site of its place, and returns the place of each site: places with hosts, ascending.
fn settle(hosts: &mut [Host], places: &[u32]) -> Vec<u32> {
    let mut sites = places.to_vec();
    sites.sort_unstable();
    sites.dedup();
    for (host, place) in hosts.iter_mut().zip(places) {
        host.site = sites.binary_search(place).expect("every place is a site") as u32;
    }
    sites
}

/// A row for every host: all rows once in random order, then all again, as often as hosts may share one.
fn rows(matrix: &LatencyMatrix, hosts: u32, seeds: Seeds) -> Vec<u32> {
    let rows = matrix.rows();
    let mut order: Vec<u32> = (0..rows).collect();
    let mut places = Vec::with_capacity(hosts as usize);
    for round in 0..hosts.div_ceil(rows) {
        seeds.stream(Purpose::Placement, NO_HOST, u64::from(round)).shuffle(&mut order);
        let left = hosts as usize - places.len();
        places.extend(order.iter().take(left));
    }
    places
}

/// The routers that take hosts.
fn eligible(graph: &RouterGraph, hosts_at: Option<HostsAt>) -> Result<Vec<u32>, UnderlayError> {
    let stubs = || -> Vec<u32> {
        let numbered = graph.graph.node_weights().zip(0..);
        numbered.filter(|(router, _)| router.kind == RouterKind::Stub).map(|(_, number)| number).collect()
    };
    let all = || (0..graph.routers()).collect();
    match hosts_at {
        Some(HostsAt::AllRouters) => Ok(all()),
        Some(HostsAt::StubRouters) if stubs().is_empty() => {
            let expected = "left out or all_routers where routers are not told apart";
            Err(UnderlayError::parameter("hosts_at", expected, "stub_routers"))
        }
        Some(HostsAt::StubRouters) => Ok(stubs()),
        None => Ok(Some(stubs()).filter(|stubs| !stubs.is_empty()).unwrap_or_else(all)),
    }
}
