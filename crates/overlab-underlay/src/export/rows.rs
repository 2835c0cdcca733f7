//! What stands in the tables: routers and links, places, hosts.

use super::{Cell, Content, Sheet, class, kind, relation};
use crate::coordinates::Space;
use crate::graph::{Positions, RouterGraph};
use crate::place::HostId;
use crate::topology::Kind;
use crate::underlay::Underlay;
use petgraph::visit::EdgeRef;

const ROUTERS: &[(&str, Content)] = &[
    ("id", Content::Whole),
    ("label", Content::Text),
    ("kind", Content::Text),
    ("asn", Content::Whole),
    ("tier", Content::Whole),
    ("country", Content::Text),
    ("latitude", Content::Number),
    ("longitude", Content::Number),
    ("x", Content::Number),
    ("y", Content::Number),
    ("population", Content::Number),
    ("hosts", Content::Whole),
];

pub(super) const LINKS: &[(&str, Content)] = &[
    ("source", Content::Whole),
    ("target", Content::Whole),
    ("latency_ms", Content::Number),
    ("capacity_bps", Content::Whole),
    ("class", Content::Text),
    ("relation", Content::Text),
    ("cable", Content::Text),
];

/// Places of a matrix or a table of regions, and points.
const PLACES: &[(&str, Content)] = &[
    ("id", Content::Whole),
    ("label", Content::Text),
    ("latitude", Content::Number),
    ("longitude", Content::Number),
    ("x", Content::Number),
    ("y", Content::Number),
    ("hosts", Content::Whole),
];

fn text(text: &str) -> Cell<'_> {
    Cell::Text(text)
}

/// Where something is, as latitude, longitude, x and y.
fn position<'a>(meaning: Positions, [x, y]: [f64; 2]) -> [Cell<'a>; 4] {
    let [x, y] = [x, y].map(Cell::number);
    match meaning {
        Positions::Geographic => [y, x, Cell::Absent, Cell::Absent],
        Positions::Plane => [Cell::Absent, Cell::Absent, x, y],
        Positions::None => [const { Cell::Absent }; 4],
    }
}

pub(super) fn routers<'a>(graph: &'a RouterGraph, hosts: &[u32]) -> Sheet<'a> {
    let (all, domains) = (&graph.graph, &graph.domains);
    // Where domains have no numbers, their indices tell them apart, unless there is but one.
    let told_apart = !domains.is_empty() || all.node_weights().any(|router| router.domain != 0);
    let row = |(id, (router, &hosts)): (u64, (&'a crate::Router, &u32))| {
        let domain = domains.get(router.domain as usize);
        let number = domain.map_or(router.domain, |domain| domain.number);
        let tier = domain.filter(|domain| domain.tier > 0);
        let country = router.country.map_or(Cell::Absent, |country| Cell::Short(country.to_string()));
        let population = if router.population > 0.0 { Cell::number(router.population) } else { Cell::Absent };
        let mut row = vec![
            Cell::Whole(id),
            text(&router.label),
            text(kind(router.kind)),
            if told_apart { Cell::Whole(u64::from(number)) } else { Cell::Absent },
            tier.map_or(Cell::Absent, |domain| Cell::Whole(u64::from(domain.tier))),
            country,
        ];
        row.extend(position(graph.positions, router.position));
        row.extend([population, Cell::Whole(u64::from(hosts))]);
        row
    };
    let rows = (0..).zip(all.node_weights().zip(hosts)).map(row).collect();
    Sheet { columns: ROUTERS, rows }
}

pub(super) fn links(graph: &RouterGraph) -> Sheet<'_> {
    let rows = graph.graph.edge_references().map(|edge| {
        let link = edge.weight();
        let cable = link.cable.and_then(|cable| graph.cables.get(cable as usize));
        vec![
            Cell::Whole(edge.source().index() as u64),
            Cell::Whole(edge.target().index() as u64),
            Cell::milliseconds(link.latency),
            link.capacity.map_or(Cell::Absent, |capacity| Cell::Whole(capacity.bits_per_second())),
            text(class(link.class)),
            link.relation.map_or(Cell::Absent, |of| text(relation(of))),
            cable.map_or(Cell::Absent, |cable| text(cable)),
        ]
    });
    Sheet { columns: LINKS, rows: rows.collect() }
}

/// The rows of a matrix or the regions that have hosts.
pub(super) fn places(underlay: &Underlay) -> Sheet<'_> {
    let hosts = underlay.counts(underlay.sites.len(), |site| site as usize);
    let rows = underlay.sites.iter().zip(hosts).enumerate().map(|(id, (&site, hosts))| {
        let (label, place) = match &underlay.topology.kind {
            Kind::Matrix(matrix) => (matrix.names().map(|names| names[site as usize].as_str()), None),
            Kind::Regions(map) => {
                let region = &map.regions()[site as usize];
                (Some(region.name.as_str()), region.position)
            }
            _ => (None, None),
        };
        let position = place.map_or_else(
            || position(Positions::None, [0.0; 2]),
            |(latitude, longitude)| position(Positions::Geographic, [longitude, latitude]),
        );
        place_row(id, label.map_or_else(|| Cell::Short(site.to_string()), text), position, hosts)
    });
    Sheet { columns: PLACES, rows: rows.collect() }
}

/// Points of a space of coordinates: the first two, in milliseconds.
pub(super) fn points<'a>(underlay: &'a Underlay, space: &Space) -> Sheet<'a> {
    let hosts = underlay.counts(underlay.sites.len(), |site| site as usize);
    let all = underlay.sites.iter().zip(space.plane()).zip(hosts).enumerate();
    let rows = all.map(|(id, ((&row, [x, y]), hosts))| {
        let position = position(Positions::Plane, [x / 1e6, y / 1e6]);
        place_row(id, Cell::Short(row.to_string()), position, hosts)
    });
    Sheet { columns: PLACES, rows: rows.collect() }
}

/// Hosts where there are neither routers nor rows: on a plane in milliseconds, on a sphere in degrees.
pub(super) fn hosts(underlay: &Underlay) -> Sheet<'_> {
    let rows = (0..underlay.hosts()).map(|host| {
        let position = match underlay.place(HostId(host)) {
            Some((Positions::Plane, place)) => position(Positions::Plane, place.map(|axis| axis / 1e6)),
            Some((meaning, place)) => position(meaning, place),
            None => position(Positions::None, [0.0; 2]),
        };
        place_row(host as usize, Cell::Absent, position, 1)
    });
    Sheet { columns: PLACES, rows: rows.collect() }
}

fn place_row<'a>(id: usize, label: Cell<'a>, position: [Cell<'a>; 4], hosts: u32) -> Vec<Cell<'a>> {
    let mut row = vec![Cell::Whole(id as u64), label];
    row.extend(position);
    row.push(Cell::Whole(u64::from(hosts)));
    row
}
