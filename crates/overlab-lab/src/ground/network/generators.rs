//! Generated graphs in the terms of the underlay's crate.

use overlab_schema::scenario as s;
use overlab_underlay as u;

/// The graph without hierarchy that `underlay` names, if it does.
pub(super) fn flat(underlay: &s::Underlay) -> Option<u::Flat> {
    let graph = underlay.flat()?;
    let (generator, wiring) = graph_of(&graph);
    Some(u::Flat { generator, wiring })
}

pub(super) fn two_level(parameters: &s::TwoLevel) -> u::TwoLevel {
    let (top, top_wiring) = graph_of(&parameters.top);
    let (bottom, bottom_wiring) = graph_of(&parameters.bottom);
    let border = match parameters.border {
        s::BorderRouter::Random => u::Border::Random,
        s::BorderRouter::SmallestDegree => u::Border::SmallestDegree,
    };
    u::TwoLevel { top, top_wiring, bottom, bottom_wiring, border }
}

fn graph_of(graph: &s::FlatGraph) -> (u::Generator, u::Wiring) {
    match graph {
        s::FlatGraph::Waxman(graph) => {
            let s::Waxman { routers, alpha, beta, .. } = *graph;
            let waxman = u::Waxman { routers, alpha, beta, connect: connect(graph.connect) };
            (u::Generator::Waxman(waxman), wiring(&graph.links))
        }
        s::FlatGraph::BarabasiAlbert(graph) => {
            let attachment = u::BarabasiAlbert { routers: graph.routers, m: graph.m, m0: graph.m0 };
            (u::Generator::BarabasiAlbert(attachment), wiring(&graph.links))
        }
        s::FlatGraph::ErdosRenyi(graph) => {
            let density = match graph.density {
                s::Density::P(p) => u::Density::Probability(p),
                s::Density::MeanDegree(mean) => u::Density::MeanDegree(mean),
                s::Density::M(links) => u::Density::Links(links),
            };
            let random = u::ErdosRenyi { routers: graph.routers, density, connect: connect(graph.connect) };
            (u::Generator::ErdosRenyi(random), wiring(&graph.links))
        }
        s::FlatGraph::WattsStrogatz(graph) => {
            let s::WattsStrogatz { routers, k, p, .. } = *graph;
            let world = u::WattsStrogatz { routers, k, p, connect: connect(graph.connect) };
            (u::Generator::WattsStrogatz(world), wiring(&graph.links))
        }
        s::FlatGraph::RandomRegular(graph) => {
            let s::RandomRegular { routers, degree, .. } = *graph;
            let regular = u::RandomRegular { routers, degree, connect: connect(graph.connect) };
            (u::Generator::RandomRegular(regular), wiring(&graph.links))
        }
        s::FlatGraph::Grid(grid) => {
            let wiring =
                u::Wiring { latency: Some(grid.latency), capacity: grid.capacity, ..u::Wiring::default() };
            (u::Generator::Grid(u::Grid { sizes: grid.sizes.clone(), wrap: grid.wrap }), wiring)
        }
    }
}

fn connect(connect: s::Connect) -> u::Connect {
    match connect {
        s::Connect::Join => u::Connect::Join,
        s::Connect::Largest => u::Connect::Largest,
    }
}

fn wiring(links: &s::Wires) -> u::Wiring {
    u::Wiring { width: links.width, floor: links.floor, latency: links.latency, capacity: links.capacity }
}
