//! The underlay as the scenario describes it, in the terms of the underlay's own crate.

use super::GroundError;
use super::files::DataFiles;
use overlab_schema::scenario as s;
use overlab_underlay as u;
use std::path::PathBuf;

mod generators;
mod graph;
mod measured;
mod placement;

pub(super) use placement::placement;

/// The path of the value that the underlay's errors are about.
pub(super) fn path(underlay: &s::Underlay) -> &'static str {
    match underlay {
        s::Underlay::Constant(_) => "underlay.constant",
        s::Underlay::Plane(_) => "underlay.plane",
        s::Underlay::Sphere(sphere) if sphere.places.is_some() => "underlay.sphere.places.file",
        s::Underlay::Sphere(_) => "underlay.sphere",
        s::Underlay::Coordinates(_) => "underlay.coordinates.file",
        s::Underlay::Regions(_) => "underlay.regions.file",
        s::Underlay::Matrix(_) => "underlay.matrix.file",
        s::Underlay::TransitStub(_) => "underlay.transit_stub",
        s::Underlay::Waxman(_) => "underlay.waxman",
        s::Underlay::BarabasiAlbert(_) => "underlay.barabasi_albert",
        s::Underlay::ErdosRenyi(_) => "underlay.erdos_renyi",
        s::Underlay::WattsStrogatz(_) => "underlay.watts_strogatz",
        s::Underlay::RandomRegular(_) => "underlay.random_regular",
        s::Underlay::Grid(_) => "underlay.grid",
        s::Underlay::TwoLevel(_) => "underlay.two_level",
        s::Underlay::Internet(_) => "underlay.internet",
        s::Underlay::Graph(_) => "underlay.graph.file",
    }
}

/// The path of the value that one of the underlay's errors is about.
pub(super) fn blamed(underlay: &s::Underlay, error: &u::UnderlayError) -> &'static str {
    match error {
        u::UnderlayError::Parameter { parameter, .. } if parameter.starts_with("placement") => "placement",
        _ => path(underlay),
    }
}

/// The model with its parameters.
pub(super) fn model(underlay: &s::Underlay, files: &DataFiles) -> Result<u::Model, GroundError> {
    let file = |path: &str, name: &str| {
        files.located(path).map_or_else(|| PathBuf::from(name), |located| located.path.clone())
    };
    let model = match underlay {
        s::Underlay::Constant(constant) => u::Model::Constant(u::Constant { latency: constant.latency }),
        s::Underlay::Plane(plane) => {
            u::Model::Plane(u::Plane { width: plane.width, height: plane.height, base: plane.base })
        }
        s::Underlay::Sphere(sphere) => u::Model::Sphere(measured::sphere(sphere, &file)),
        s::Underlay::Coordinates(coordinates) => {
            u::Model::Coordinates(measured::coordinates(coordinates, &file))
        }
        s::Underlay::Regions(regions) => u::Model::Regions(Box::new(measured::regions(regions, &file))),
        s::Underlay::Matrix(matrix) => u::Model::Matrix(measured::matrix(matrix, &file)),
        s::Underlay::TransitStub(parameters) => u::Model::TransitStub(transit_stub(parameters)),
        s::Underlay::Waxman(_)
        | s::Underlay::BarabasiAlbert(_)
        | s::Underlay::ErdosRenyi(_)
        | s::Underlay::WattsStrogatz(_)
        | s::Underlay::RandomRegular(_)
        | s::Underlay::Grid(_) => {
            u::Model::Flat(generators::flat(underlay).expect("each of these is a graph without hierarchy"))
        }
        s::Underlay::TwoLevel(parameters) => u::Model::TwoLevel(Box::new(generators::two_level(parameters))),
        s::Underlay::Internet(parameters) => u::Model::Internet(internet(parameters)),
        s::Underlay::Graph(graph) => u::Model::Import(graph::import(graph, &file)),
    };
    model.check().map_err(|error| GroundError::new(path(underlay), error))?;
    Ok(model)
}

fn transit_stub(parameters: &s::TransitStub) -> u::TransitStub {
    let (
        transit_domains,
        routers_per_transit_domain,
        stub_domains_per_transit_router,
        routers_per_stub_domain,
    ) = parameters.structure();
    let structure = parameters.routers.map_or_else(
        || u::TransitStub {
            transit_domains,
            routers_per_transit_domain,
            stub_domains_per_transit_router,
            routers_per_stub_domain,
            ..u::TransitStub::default()
        },
        u::TransitStub::with_routers,
    );
    let latencies = &parameters.latencies;
    u::TransitStub {
        random_sizes: parameters.random_sizes,
        domain_edge_probability: parameters.domain_edge_probability,
        transit_edge_probability: parameters.transit_edge_probability,
        stub_edge_probability: parameters.stub_edge_probability,
        extra_transit_stub_links: parameters.extra_transit_stub_links,
        extra_stub_stub_links: parameters.extra_stub_stub_links,
        latencies: u::LinkLatencies {
            inter_transit: latencies.inter_transit,
            intra_transit: latencies.intra_transit,
            transit_stub: latencies.transit_stub,
            intra_stub: latencies.intra_stub,
        },
        ..structure
    }
}

fn internet(parameters: &s::Internet) -> u::Internet {
    u::Internet {
        domains: parameters.domains,
        tier1: parameters.tier1,
        transit_share: parameters.transit_share,
        exponent: parameters.exponent,
        rank_offset: parameters.rank_offset,
        stub_providers: parameters.stub_providers,
        transit_providers: parameters.transit_providers,
        peering_share: parameters.peering_share,
        content_share: parameters.content_share,
        routers_per_domain: parameters.routers_per_domain,
        path_factor: parameters.path_factor,
        metro: parameters.metro,
    }
}

/// How hosts are attached.
pub(super) fn attachment(scenario: &s::Scenario) -> u::Attachment {
    let hosts_at = |place: s::HostsAt| match place {
        s::HostsAt::AllRouters => u::HostsAt::AllRouters,
        s::HostsAt::StubRouters => u::HostsAt::StubRouters,
    };
    u::Attachment {
        access: scenario.access.as_ref().and_then(|access| access.latency).map(access_latency),
        classes: scenario.access.iter().flat_map(|access| &access.classes).map(access_class).collect(),
        hosts_at: match &scenario.underlay {
            s::Underlay::TransitStub(parameters) => Some(hosts_at(parameters.hosts_at)),
            s::Underlay::Internet(parameters) => Some(hosts_at(parameters.hosts_at)),
            s::Underlay::Graph(graph) => Some(hosts_at(graph.hosts_at)),
            _ => None,
        },
        placement: u::Placement::Uniform,
        routing: routing(scenario.routing.unwrap_or_default()),
        // With routes at hand a fault recomputes only what it touches.
        paths: crate::faults::breaks_paths(scenario),
        impairments: u::Impairments {
            loss: scenario.impairments.loss,
            jitter: scenario.impairments.jitter.as_ref().map(|jitter| u::Jitter {
                law: match jitter.law.law().and_then(|law| law.law().ok()) {
                    Some(law) => u::JitterLaw::Law(law),
                    None => u::JitterLaw::Uniform,
                },
                bound: jitter.bound,
            }),
        },
    }
}

fn routing(routing: s::Routing) -> u::Routing {
    match routing {
        s::Routing::Latency => u::Routing::Latency,
        s::Routing::Hops => u::Routing::Hops,
        s::Routing::Policy => u::Routing::Policy,
    }
}

fn access_latency(latency: s::AccessLatency) -> u::Access {
    match latency {
        s::AccessLatency::Constant(latency) => u::Access::Constant(latency),
        s::AccessLatency::Uniform { from, to } => u::Access::Uniform { minimum: from, maximum: to },
    }
}

fn access_class(class: &s::AccessClass) -> u::AccessClass {
    let preset = class.preset();
    u::AccessClass {
        name: class.name.clone(),
        share: class.share,
        latency: class.latency().map_or(u::Access::None, access_latency),
        up: class.up.or(preset.map(|preset| preset.up)),
        down: class.down.or(preset.map(|preset| preset.down)),
        buffer: class.buffer.or(preset.map(|preset| preset.buffer)).map(|buffer| buffer.0),
    }
}
