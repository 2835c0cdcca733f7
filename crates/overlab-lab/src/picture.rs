//! The underlay's picture and statistics, as a file of results.

use crate::aggregate::Outcomes;
use crate::experiment::Experiment;
use crate::ground::{Ground, Plan};
use crate::load::background;
use crate::statistics::quantile;
use crate::store::RunPlace;
use overlab_schema::scenario::Underlay;
use overlab_schema::{NodeKind, PictureLoad, PictureNode, UnderlayCurves, UnderlayPicture};
use overlab_underlay::{Latencies, Statistics};
use std::collections::BTreeMap;

/// The picture and the statistics of the underlay of one replication.
pub fn picture(plan: &Plan, ground: &Ground) -> UnderlayPicture {
    let mut statistics = statistics(&ground.underlay.statistics(ground.seeds()));
    let places = match plan.scenario.underlay {
        Underlay::Matrix(_) | Underlay::Coordinates(_) => Some("rows"),
        Underlay::Regions(_) => Some("regions"),
        _ => None,
    };
    if let Some(places) = places {
        // The rows of a matrix are no routers, and nothing is known of links.
        let all = statistics.remove("routers").flatten();
        statistics.remove("links");
        let occupied = statistics.remove("routers_with_hosts").flatten();
        statistics.insert(places.to_owned(), all);
        statistics.insert(format!("{places}_with_hosts"), occupied);
    }
    let mut load = Vec::new();
    if let Some(links) = &ground.core {
        let (background, mut figures) = background(plan, ground, links);
        load.push(background);
        statistics.append(&mut figures);
    }
    let down = ground.outages.as_ref().map(|outages| outages.pictured(&plan.scenario, &plan.calendar));
    let down = down.unwrap_or_default();
    let model = plan.scenario.underlay.name().to_owned();
    let found = ground.underlay.curves(ground.seeds());
    let curves =
        UnderlayCurves { latency_ms: found.latency, triangles: found.triangles, degrees: found.degrees };
    let Some(picture) = ground.underlay.picture() else {
        return UnderlayPicture {
            model,
            geographic: false,
            nodes: Vec::new(),
            edges: Vec::new(),
            statistics,
            curves,
            load,
            down,
        };
    };
    let node = |node: &overlab_underlay::PictureNode| PictureNode {
        x: node.x,
        y: node.y,
        kind: match node.kind {
            overlab_underlay::NodeKind::Transit => NodeKind::Transit,
            overlab_underlay::NodeKind::Stub => NodeKind::Stub,
            overlab_underlay::NodeKind::Router => NodeKind::Router,
            overlab_underlay::NodeKind::Host => NodeKind::Host,
        },
    };
    let mut nodes: Vec<PictureNode> = picture.nodes.iter().map(node).collect();
    if !picture.geographic {
        if matches!(plan.scenario.underlay, Underlay::Matrix(_)) {
            draw_in(&mut nodes);
        }
        normalise(&mut nodes);
    }
    UnderlayPicture {
        model,
        geographic: picture.geographic,
        nodes,
        edges: picture.edges.iter().map(|edge| (edge.0, edge.1)).collect(),
        statistics,
        curves,
        load,
        down,
    }
}

/// Shows the load of links as it was with the overlays of the first point, where their first replications are there.
pub(crate) fn show_load(picture: &mut UnderlayPicture, experiment: &Experiment, outcomes: &Outcomes) {
    let Some(point) = experiment.points.first() else { return };
    let loads = point.scenario.overlays.iter().enumerate().filter_map(|(overlay, of)| {
        let outcome = outcomes.get(&RunPlace { point: 0, overlay, replication: 0 })?;
        let links = outcome.link_load.clone();
        (!links.is_empty()).then(|| PictureLoad { overlay: of.label().to_owned(), links })
    });
    let loads: Vec<PictureLoad> = loads.collect();
    if !loads.is_empty() {
        picture.load = loads;
    }
}

/// Draws outliers of a cloud of points in to its edge: a measured matrix has hosts so far off that the others would
/// become one dot.
fn draw_in(nodes: &mut [PictureNode]) {
    let edges = |of: fn(&PictureNode) -> f64| {
        let mut sorted: Vec<f64> = nodes.iter().map(of).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| quantile(&sorted, share).unwrap_or(0.0);
        (at(0.03), at(0.97))
    };
    let ((left, right), (bottom, top)) = (edges(|node| node.x), edges(|node| node.y));
    for node in nodes {
        node.x = node.x.clamp(left, right);
        node.y = node.y.clamp(bottom, top);
    }
}

/// Scales places into the unit square, keeping their proportions.
fn normalise(nodes: &mut [PictureNode]) {
    if let Some(([left, bottom], side)) = frame(nodes.iter().map(|node| [node.x, node.y])) {
        for node in nodes {
            node.x = (node.x - left) / side;
            node.y = (node.y - bottom) / side;
        }
    }
}

/// The corner of the square around places that becomes (0, 0), and the side that becomes 1; nothing where all are one.
pub(crate) fn frame(places: impl Iterator<Item = [f64; 2]>) -> Option<([f64; 2], f64)> {
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for place in places {
        for axis in 0..2 {
            low[axis] = low[axis].min(place[axis]);
            high[axis] = high[axis].max(place[axis]);
        }
    }
    let side = (high[0] - low[0]).max(high[1] - low[1]);
    (side > 0.0).then_some((low, side))
}

/// The statistics by name; what a model does not have is absent.
fn statistics(of: &Statistics) -> BTreeMap<String, Option<f64>> {
    let mut all = BTreeMap::new();
    let mut put = |name: &str, value: Option<f64>| {
        all.insert(name.to_owned(), value);
    };
    put("hosts", Some(f64::from(of.hosts)));
    if of.routers > 0 {
        put("routers", Some(f64::from(of.routers)));
        put("links", Some(f64::from(of.links)));
        put("routers_with_hosts", Some(f64::from(of.occupied)));
    }
    if of.domains > 0 {
        put("domains", Some(f64::from(of.domains)));
    }
    if let Some(degrees) = &of.degrees {
        put("degree.min", Some(f64::from(degrees.min)));
        put("degree.p50", Some(f64::from(degrees.p50)));
        put("degree.mean", Some(degrees.mean));
        put("degree.p90", Some(f64::from(degrees.p90)));
        put("degree.max", Some(f64::from(degrees.max)));
    }
    if let Some(law) = &of.power_law {
        // Degrees of autonomous systems follow another law than those of their routers.
        let whose = if of.domains > 0 { "domain_degree" } else { "degree" };
        put(&format!("{whose}.exponent"), Some(law.exponent));
        put(&format!("{whose}.exponent_from"), Some(f64::from(law.minimum)));
        put(&format!("{whose}.exponent_distance"), Some(law.distance));
    }
    if let Some(shape) = &of.shape {
        put("clustering", shape.clustering);
        put("hops.mean", Some(shape.mean_hops));
        put("hops.max", Some(f64::from(shape.diameter)));
        put("hops.sources", Some(f64::from(shape.sources)));
    }
    let mut latencies = |prefix: &str, of: &Option<Latencies>| {
        let Some(of) = of else { return };
        let values = [
            ("min", of.min),
            ("p5", of.p5),
            ("p50", of.p50),
            ("mean", of.mean),
            ("p95", of.p95),
            ("p99", of.p99),
            ("max", of.max),
        ];
        for (name, value) in values {
            put(&format!("{prefix}.{name}"), Some(value.as_millis_f64()));
        }
    };
    latencies("link_latency_ms", &of.link_latency);
    latencies("latency_ms", &of.host_latency);
    put("latency_pairs", Some(of.pairs as f64));
    if of.pairs > 0 && of.routers > 0 {
        put("unreachable_ratio", Some(of.unreachable as f64 / of.pairs as f64));
    }
    if let Some(routes) = &of.routes {
        put("route.hops", Some(routes.hops));
        put("route.stretch", Some(routes.stretch));
        put("route.asymmetric_ratio", Some(routes.asymmetric));
    }
    put("triangle_violation_ratio", of.triangle_violations);
    put("triangles", Some(of.triples as f64));
    put("lookahead_ms", Some(of.minimum.as_millis_f64()));
    all
}
