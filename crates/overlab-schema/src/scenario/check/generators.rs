//! Checks of generated graphs.

use super::Findings;
use crate::scenario::{Density, FlatGraph, TwoLevel, Underlay, Wires};
use overlab_time::Span;

/// The most routers of a generated graph.
const MOST_ROUTERS: u32 = 2_000_000;

/// Checks the parameters of a generated graph one by one; what only several of them together make impossible is found when the
/// scenario is resolved.
pub(super) fn check_generated(f: &mut Findings, underlay: &Underlay) {
    if let Underlay::TwoLevel(parameters) = underlay {
        check_two_level(f, parameters);
    } else if let Some(graph) = underlay.flat() {
        check_flat(f, "underlay", &graph);
    }
}

fn check_two_level(f: &mut Findings, parameters: &TwoLevel) {
    check_flat(f, "underlay.two_level.top", &parameters.top);
    check_flat(f, "underlay.two_level.bottom", &parameters.bottom);
}

/// Checks the graph that stands below `path`.
fn check_flat(f: &mut Findings, path: &str, graph: &FlatGraph) {
    let routers = |f: &mut Findings, name: &str, routers: u32, least: u32| {
        let expected = format!("between {least} and {MOST_ROUTERS}");
        f.must(
            (least..=MOST_ROUTERS).contains(&routers),
            &format!("{path}.{name}.routers"),
            routers,
            &expected,
        );
    };
    let wires =
        |f: &mut Findings, name: &str, links: &Wires| check_wires(f, &format!("{path}.{name}.links"), links);
    match graph {
        FlatGraph::Waxman(graph) => {
            routers(f, "waxman", graph.routers, 2);
            let holds = graph.alpha > 0.0 && graph.alpha <= 1e6;
            f.must(holds, &format!("{path}.waxman.alpha"), graph.alpha, "above 0 and at most 1000000");
            f.probability(&format!("{path}.waxman.beta"), graph.beta);
            wires(f, "waxman", &graph.links);
        }
        FlatGraph::BarabasiAlbert(graph) => {
            let m = graph.m;
            f.must((1..=1000).contains(&m), &format!("{path}.barabasi_albert.m"), m, "between 1 and 1000");
            let first = graph.m0.unwrap_or_else(|| m.saturating_add(1));
            if let Some(m0) = graph.m0 {
                let holds = m0 >= m.max(2) && m0 <= 5000;
                let expected = "at least m, at least 2, and at most 5000";
                f.must(holds, &format!("{path}.barabasi_albert.m0"), m0, expected);
            }
            routers(f, "barabasi_albert", graph.routers, first.min(MOST_ROUTERS));
            wires(f, "barabasi_albert", &graph.links);
        }
        FlatGraph::ErdosRenyi(graph) => {
            routers(f, "erdos_renyi", graph.routers, 2);
            let at = |key: &str| format!("{path}.erdos_renyi.density.{key}");
            match graph.density {
                Density::P(p) => f.probability(&at("p"), p),
                Density::MeanDegree(mean) => {
                    let holds = mean >= 0.0 && mean < f64::from(graph.routers);
                    f.must(holds, &at("mean_degree"), mean, "at least 0 and below the number of routers");
                }
                Density::M(links) => {
                    let pairs = u64::from(graph.routers) * u64::from(graph.routers.saturating_sub(1)) / 2;
                    let expected = "at most half of all pairs of routers";
                    f.must(links <= pairs.div_ceil(2), &at("m"), links, expected);
                }
            }
            wires(f, "erdos_renyi", &graph.links);
        }
        FlatGraph::WattsStrogatz(graph) => {
            let k = graph.k;
            let holds = k >= 2 && k.is_multiple_of(2) && k <= 10_000;
            f.must(holds, &format!("{path}.watts_strogatz.k"), k, "even, between 2 and 10000");
            routers(f, "watts_strogatz", graph.routers, k.saturating_add(2).min(MOST_ROUTERS));
            f.probability(&format!("{path}.watts_strogatz.p"), graph.p);
            wires(f, "watts_strogatz", &graph.links);
        }
        FlatGraph::RandomRegular(graph) => {
            let degree = graph.degree;
            let even = u64::from(graph.routers) * u64::from(degree) % 2 == 0;
            let holds = (2..=1000).contains(&degree) && even;
            let expected = "between 2 and 1000, and even where the number of routers is odd";
            f.must(holds, &format!("{path}.random_regular.degree"), degree, expected);
            routers(f, "random_regular", graph.routers, degree.saturating_add(1).min(MOST_ROUTERS));
            wires(f, "random_regular", &graph.links);
        }
        FlatGraph::Grid(grid) => {
            let product =
                grid.sizes.iter().fold(1u64, |product, &size| product.saturating_mul(u64::from(size)));
            let holds =
                (1..=4).contains(&grid.sizes.len()) && (2..=u64::from(MOST_ROUTERS)).contains(&product);
            if !holds {
                let expected = "must be one to four numbers whose product, the number of routers, is between 2 and 2000000";
                f.add(&format!("{path}.grid.sizes"), expected);
            }
            f.at_most(&format!("{path}.grid.latency"), grid.latency, Span::from_secs(10));
        }
    }
}

fn check_wires(f: &mut Findings, path: &str, links: &Wires) {
    f.at_most(&format!("{path}.width"), links.width, Span::from_secs(10));
    f.at_most(&format!("{path}.floor"), links.floor, Span::from_secs(1));
    if let Some(latency) = links.latency {
        f.at_most(&format!("{path}.latency"), latency, Span::from_secs(10));
    }
}
