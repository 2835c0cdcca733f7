//! Checks of the underlay and of what befalls messages on it.

use super::{Findings, generators, graph, internet, measured};
use crate::misfit::Part;
use crate::nearest::shorten;
use crate::scenario::{Access, AccessLatency, AccessPreset, Scenario, TransitStub, Underlay, Wire};
use overlab_time::Span;
use std::collections::BTreeSet;

/// Longer latencies than this are a slip of the pen, even to the Moon.
pub(super) const LONGEST_LATENCY: Span = Span::from_secs(100);
/// More routers than a table of distances between them could be kept for.
const MOST_ROUTERS: f64 = 1e6;

impl Scenario {
    pub(super) fn check_underlay(&self, f: &mut Findings) {
        match &self.underlay {
            Underlay::Constant(constant) => {
                f.at_most("underlay.constant.latency", constant.latency, LONGEST_LATENCY);
            }
            Underlay::Plane(plane) => {
                f.at_most("underlay.plane.width", plane.width, LONGEST_LATENCY);
                f.at_most("underlay.plane.height", plane.height, LONGEST_LATENCY);
                f.at_most("underlay.plane.base", plane.base, LONGEST_LATENCY);
            }
            Underlay::Sphere(sphere) => {
                f.at_most("underlay.sphere.antipodes", sphere.antipodes, LONGEST_LATENCY);
                f.at_most("underlay.sphere.base", sphere.base, LONGEST_LATENCY);
                if let Some(places) = &sphere.places {
                    check_file(f, "underlay.sphere.places.file", &places.file);
                }
            }
            Underlay::Coordinates(coordinates) => measured::check_coordinates(f, coordinates),
            Underlay::Regions(regions) => measured::check_regions(f, regions),
            Underlay::Matrix(matrix) => measured::check_matrix(f, matrix),
            Underlay::TransitStub(transit_stub) => check_transit_stub(f, transit_stub),
            Underlay::Waxman(_)
            | Underlay::BarabasiAlbert(_)
            | Underlay::ErdosRenyi(_)
            | Underlay::WattsStrogatz(_)
            | Underlay::RandomRegular(_)
            | Underlay::Grid(_)
            | Underlay::TwoLevel(_) => generators::check_generated(f, &self.underlay),
            Underlay::Internet(parameters) => internet::check_internet(f, parameters),
            Underlay::Graph(graph) => graph::check_graph(f, graph),
        }
    }

    pub(super) fn check_network(&self, f: &mut Findings) {
        if let Some(access) = &self.access {
            check_access(f, access);
            let about = match &self.underlay {
                Underlay::Regions(regions) => regions.about.as_ref(),
                _ => None,
            };
            let bandwidths = about.is_some_and(|about| about.up.is_some() || about.down.is_some());
            if bandwidths && !access.classes.is_empty() {
                f.add(
                    "access.classes",
                    "cannot be given beside the bandwidths of regions (underlay.regions.about.up and down): leave out one of them",
                );
            }
        }
        f.probability("impairments.loss", self.impairments.loss);
        if let Some(jitter) = &self.impairments.jitter {
            f.positive("impairments.jitter.bound", jitter.bound, LONGEST_LATENCY);
            match jitter.law.law().map(|law| law.law()) {
                None => {}
                Some(Err(error)) => f.add("impairments.jitter.law", error.to_string()),
                Some(Ok(law)) => {
                    let holds = law.cumulative(jitter.bound.as_seconds()) >= 0.5;
                    f.must(holds, "impairments.jitter.bound", jitter.bound, "at least the median of the law");
                }
            }
        }
        if let Wire::Sizes { header, contact } = self.wire {
            f.must(header.0 <= 65_535, "wire.sizes.header", header, "at most 65535B");
            f.must(contact.0 <= 65_535, "wire.sizes.contact", contact, "at most 65535B");
        }
    }
}

fn check_access(f: &mut Findings, access: &Access) {
    let given = usize::from(access.latency.is_some()) + usize::from(!access.classes.is_empty());
    f.exactly_one("access", "\"latency\" and \"classes\"", given);
    if let Some(latency) = access.latency {
        check_access_latency(f, "access.latency", latency);
    }
    let classes = &access.classes;
    f.must(
        classes.len() <= 256,
        "access.classes",
        format!("a list of {}", classes.len()),
        "at most 256 classes",
    );
    let mut names = BTreeSet::new();
    for (index, class) in classes.iter().enumerate() {
        let at = |key: &str| format!("access.classes[{index}].{key}");
        f.one_line(&at("name"), &class.name);
        if !names.insert(&class.name) {
            f.add(&at("name"), format!("{:?} is the name of an earlier class", shorten(&class.name)));
        }
        f.must(
            class.share >= 0.0 && class.share <= 1e9,
            &at("share"),
            class.share,
            "between 0 and 1000000000",
        );
        match class.latency() {
            Some(latency) => check_access_latency(f, &at("latency"), latency),
            None => {
                let names = AccessPreset::names();
                let message = format!(
                    "{:?} is no published class ({names}): give its \"latency\"",
                    shorten(&class.name)
                );
                f.add(&at("name"), message);
            }
        }
    }
    if !classes.is_empty() && classes.iter().map(|class| class.share).sum::<f64>() <= 0.0 {
        f.add("access.classes", "needs at least one class with a share above 0");
    }
}

fn check_access_latency(f: &mut Findings, path: &str, latency: AccessLatency) {
    match latency {
        AccessLatency::Constant(latency) => f.at_most(&format!("{path}.constant"), latency, LONGEST_LATENCY),
        AccessLatency::Uniform { from, to } => {
            f.at_most(&format!("{path}.uniform.to"), to, LONGEST_LATENCY);
            f.must(from <= to, &format!("{path}.uniform.from"), from, "at most \"to\"");
        }
    }
}

pub(super) fn check_file(f: &mut Findings, path: &str, file: &str) {
    if file.trim().is_empty() || file.contains('\0') {
        f.add(path, format!("must name a file: give it in the scenario or by --set {path}=FILE"));
    }
}

fn check_transit_stub(f: &mut Findings, graph: &TransitStub) {
    let at = |key: &str| format!("underlay.transit_stub.{key}");
    if graph.routers.is_some() && graph.has_structure() {
        let message = "needs either \"routers\" or its structure (\"preset\", \"transit_domains\" and so on), and has both";
        f.add_part("underlay.transit_stub", message, Part::Keys);
    }
    if let Some(routers) = graph.routers {
        let holds = routers >= 2 && f64::from(routers) <= MOST_ROUTERS;
        f.must(holds, &at("routers"), routers, "between 2 and 1000000");
    }
    if let Some(domains) = graph.transit_domains {
        f.must(domains >= 1, &at("transit_domains"), domains, "at least 1");
    }
    for (key, mean) in [
        ("routers_per_transit_domain", graph.routers_per_transit_domain),
        ("stub_domains_per_transit_router", graph.stub_domains_per_transit_router),
        ("routers_per_stub_domain", graph.routers_per_stub_domain),
    ] {
        if let Some(mean) = mean {
            f.must((1.0..=1e6).contains(&mean), &at(key), mean, "between 1 and 1000000");
        }
    }
    if graph.routers.is_none() && graph.expected_routers() > MOST_ROUTERS {
        let routers = graph.expected_routers();
        f.add(
            "underlay.transit_stub",
            format!("has {routers} routers on average, but at most {MOST_ROUTERS} are possible"),
        );
    }
    f.probability(&at("domain_edge_probability"), graph.domain_edge_probability);
    f.probability(&at("transit_edge_probability"), graph.transit_edge_probability);
    f.probability(&at("stub_edge_probability"), graph.stub_edge_probability);
    for (key, links) in [
        ("extra_transit_stub_links", graph.extra_transit_stub_links),
        ("extra_stub_stub_links", graph.extra_stub_stub_links),
    ] {
        f.must(links <= 10_000_000, &at(key), links, "at most 10000000");
    }
    let latencies = &graph.latencies;
    for (key, latency) in [
        ("inter_transit", latencies.inter_transit),
        ("intra_transit", latencies.intra_transit),
        ("transit_stub", latencies.transit_stub),
        ("intra_stub", latencies.intra_stub),
    ] {
        f.at_most(&at(&format!("latencies.{key}")), latency, Span::from_secs(10));
    }
}
