//! Checks of router graphs from files.

use super::Findings;
use super::network::{LONGEST_LATENCY, check_file};
use crate::scenario::Graph;
use overlab_time::Span;

pub(super) fn check_graph(f: &mut Findings, graph: &Graph) {
    check_file(f, "underlay.graph.file", &graph.file);
    let factor = graph.path_factor;
    f.must((1.0..=10.0).contains(&factor), "underlay.graph.path_factor", factor, "between 1 and 10");
    f.at_most("underlay.graph.floor", graph.floor, Span::from_secs(1));
    if let Some(latency) = graph.link_latency {
        f.at_most("underlay.graph.link_latency", latency, Span::from_secs(10));
    }
    if let Some(width) = graph.plane_width {
        f.positive("underlay.graph.plane_width", width, LONGEST_LATENCY);
        if graph.plane_unit.is_some() {
            f.add("underlay.graph", "needs \"plane_width\" or \"plane_unit\", and has both");
        }
    }
    if let Some(unit) = graph.plane_unit {
        f.positive("underlay.graph.plane_unit", unit, LONGEST_LATENCY);
    }
}
