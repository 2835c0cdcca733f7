//! Checks of underlays that are read from measurements.

use super::Findings;
use super::network::{LONGEST_LATENCY, check_file};
use crate::scenario::{Coordinates, Matrix, Regions};
use overlab_time::Span;

pub(super) fn check_matrix(f: &mut Findings, matrix: &Matrix) {
    check_file(f, "underlay.matrix.file", &matrix.file);
    check_sharing(f, "underlay.matrix", matrix.hosts_per_row, matrix.same_row_latency);
}

pub(super) fn check_coordinates(f: &mut Findings, coordinates: &Coordinates) {
    check_file(f, "underlay.coordinates.file", &coordinates.file);
    if let Some(dimensions) = coordinates.dimensions {
        let holds = (1..=32).contains(&dimensions);
        f.must(holds, "underlay.coordinates.dimensions", dimensions, "between 1 and 32");
    }
    f.at_most("underlay.coordinates.base", coordinates.base, LONGEST_LATENCY);
    check_sharing(f, "underlay.coordinates", coordinates.hosts_per_row, coordinates.same_row_latency);
}

pub(super) fn check_regions(f: &mut Findings, regions: &Regions) {
    check_file(f, "underlay.regions.file", &regions.file);
    if let Some(latency) = regions.same_region {
        f.at_most("underlay.regions.same_region", latency, LONGEST_LATENCY);
    }
    for (name, &weight) in &regions.weights {
        if !(0.0..=1e15).contains(&weight) {
            f.add(
                "underlay.regions.weights",
                format!("{name:?} weighs {weight}, but a weight is at least 0"),
            );
        }
    }
    if !regions.weights.is_empty() && regions.weights.values().all(|&weight| weight == 0.0) {
        f.add("underlay.regions.weights", "has no weight above 0, but hosts must stand somewhere");
    }
    if let Some(about) = &regions.about {
        check_file(f, "underlay.regions.about.file", &about.file);
        if about.weight.is_some() && !regions.weights.is_empty() {
            f.add(
                "underlay.regions",
                "needs either \"weights\" or a column of them (\"about.weight\"), and has both",
            );
        }
    }
}

/// Several hosts on a row need a latency between them.
fn check_sharing(f: &mut Findings, path: &str, hosts_per_row: Option<u32>, same_row_latency: Option<Span>) {
    if hosts_per_row.is_some() != same_row_latency.is_some() {
        f.add(path, "needs both of \"hosts_per_row\" and \"same_row_latency\", or neither");
    }
    if let Some(hosts) = hosts_per_row {
        f.must(hosts >= 1, &format!("{path}.hosts_per_row"), hosts, "at least 1");
    }
    if let Some(latency) = same_row_latency {
        f.at_most(&format!("{path}.same_row_latency"), latency, LONGEST_LATENCY);
    }
}
