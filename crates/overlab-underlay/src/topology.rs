//! What hosts are attached to, and how they are attached.

use crate::access::{Attachment, HostsAt};
use crate::coordinates::{CoordinateSet, Coordinates, Space};
use crate::error::UnderlayError;
use crate::graph::{RouterGraph, RouterKind};
use crate::latency::{Latency, Table};
use crate::matrix::{LatencyMatrix, Matrix, check_room};
use crate::places::{PlaceList, Places};
use crate::plane::{Constant, Plane, Sphere};
use crate::regions::{Region, RegionMap};
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
    Sphere(Sphere, Option<Arc<PlaceList>>),
    Coordinates(Arc<CoordinateSet>),
    Regions(Arc<RegionMap>),
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

    pub(crate) fn sphere(sphere: &Sphere) -> Result<Self, UnderlayError> {
        sphere.check()?;
        let places = sphere.places.as_ref().map(Places::read).transpose()?;
        Ok(Self { kind: Kind::Sphere(sphere.clone(), places.map(Arc::new)) })
    }

    /// A parsed set of coordinates.
    pub fn coordinates(set: CoordinateSet) -> Self {
        Self { kind: Kind::Coordinates(Arc::new(set)) }
    }

    /// A parsed table of regions.
    pub fn in_regions(map: RegionMap) -> Self {
        Self { kind: Kind::Regions(Arc::new(map)) }
    }

    /// A parsed matrix.
    pub fn matrix(matrix: LatencyMatrix) -> Self {
        Self { kind: Kind::Matrix(Arc::new(matrix)) }
    }

    /// A router graph.
    pub fn routers(graph: RouterGraph) -> Self {
        Self { kind: Kind::Routers(Arc::new(graph)) }
    }

    pub(crate) fn router_graph(&self) -> Option<&Arc<RouterGraph>> {
        match &self.kind {
            Kind::Routers(graph) => Some(graph),
            _ => None,
        }
    }

    /// The router graph, where the topology is one.
    pub fn graph(&self) -> Option<&RouterGraph> {
        match &self.kind {
            Kind::Routers(graph) => Some(graph),
            _ => None,
        }
    }

    /// The regions with their weights, places and bandwidths, where the topology has regions.
    pub fn regions(&self) -> Option<&[Region]> {
        match &self.kind {
            Kind::Regions(map) => Some(map.regions()),
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
        attachment.placement.check(routed)?;
        self.check_room(hosts)?;
        let place = |host: u32| seeds.stream(Purpose::Placement, u64::from(host), 0);
        let mut attached = Vec::new();
        attached.try_reserve_exact(hosts as usize).map_err(|_| UnderlayError::Memory { hosts })?;
        let class_of = classes.draw(hosts, seeds)?;
        attached.extend((0..hosts).map(|host| {
            let access = classes.of(&class_of, host).latency;
            let mut stream = access.is_random().then(|| seeds.stream(Purpose::Placement, u64::from(host), 1));
            Host { site: 0, access: access.draw(stream.as_mut()) }
        }));
        let (mut classes, mut class_of) = (classes, class_of);
        let (mut sites, mut routes) = (Vec::new(), None);
        let latency = match &self.kind {
            Kind::Constant(constant) => Latency::Constant(constant.latency),
            Kind::Plane(plane) => {
                let positions = (0..hosts).map(|host| plane.place(&mut place(host))).collect();
                Latency::Plane { base: plane.base.0, positions }
            }
            Kind::Sphere(sphere, list) => {
                let positions = match list.as_deref() {
                    None => (0..hosts).map(|host| Sphere::place(&mut place(host))).collect(),
                    Some(PlaceList { places, weights: Some(weights) }) => {
                        (0..hosts).map(|host| places[weights.draw(&mut place(host)) as usize]).collect()
                    }
                    Some(PlaceList { places, weights: None }) => {
                        let chosen = rows(places.len() as u32, hosts, seeds);
                        chosen.into_iter().map(|chosen| places[chosen as usize]).collect()
                    }
                };
                Latency::Sphere { base: sphere.base.0, scale: sphere.scale(), positions }
            }
            Kind::Coordinates(set) => {
                sites = settle(&mut attached, &rows(set.rows(), hosts, seeds));
                Latency::Coordinates(Space::new(set, &sites))
            }
            Kind::Regions(map) => {
                let chosen: Vec<u32> = (0..hosts).map(|host| map.weights.draw(&mut place(host))).collect();
                if map.regions().iter().any(|region| region.up.is_some() || region.down.is_some()) {
                    (classes, class_of) = attachment.classes_of_regions(map.regions(), &chosen)?;
                }
                sites = settle(&mut attached, &chosen);
                Latency::Regions(Table::of(&sites, |from, to| map.get(from, to))?.into())
            }
            Kind::Matrix(matrix) => {
                sites = settle(&mut attached, &rows(matrix.rows(), hosts, seeds));
                let table = Table::of(&sites, |from, to| matrix.get(from, to))?;
                let same_site = matrix.parameters.same_row_latency.unwrap_or(Span::ZERO);
                Latency::Table { table: table.into(), same_site }
            }
            Kind::Routers(graph) => {
                let eligible = eligible(graph, attachment.hosts_at)?;
                let chosen = attachment.placement.choose(graph, &eligible, hosts, seeds)?;
                sites = settle(&mut attached, &chosen);
                let found = routes::between(graph, &sites, attachment)?;
                routes = found.1;
                found.0
            }
        };
        let underlay = Underlay::new(latency, attached, sites, attachment.impairments, self.clone());
        Ok(underlay.with_classes(classes, class_of).with_routing(attachment.routing, routes))
    }

    /// Refuses more hosts than the rows of a file may carry.
    fn check_room(&self, hosts: u32) -> Result<(), UnderlayError> {
        match &self.kind {
            Kind::Matrix(matrix) => {
                let Matrix { file, hosts_per_row, .. } = &matrix.parameters;
                check_room(file, hosts, matrix.rows(), *hosts_per_row)
            }
            Kind::Coordinates(set) => {
                let Coordinates { file, hosts_per_row, .. } = &set.parameters;
                check_room(file, hosts, set.rows(), *hosts_per_row)
            }
            _ => Ok(()),
        }
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
fn rows(rows: u32, hosts: u32, seeds: Seeds) -> Vec<u32> {
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
