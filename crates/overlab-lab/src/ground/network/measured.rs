//! Underlays that are read from measurements.

use overlab_schema::scenario as s;
use overlab_underlay as u;
use std::path::PathBuf;

/// Where the file is that a value of the scenario, by its path, names.
type Find<'a> = &'a dyn Fn(&str, &str) -> PathBuf;

pub(super) fn sphere(sphere: &s::Sphere, find: Find<'_>) -> u::Sphere {
    let places = sphere.places.as_ref().map(|places| u::Places {
        file: find("underlay.sphere.places.file", &places.file),
        latitude: places.latitude.clone(),
        longitude: places.longitude.clone(),
        weight: places.weight.clone(),
    });
    u::Sphere { antipodes: sphere.antipodes, base: sphere.base, places }
}

pub(super) fn coordinates(coordinates: &s::Coordinates, find: Find<'_>) -> u::Coordinates {
    u::Coordinates {
        file: find("underlay.coordinates.file", &coordinates.file),
        format: match coordinates.format {
            s::CoordinateFormat::Vivaldi => u::CoordinateFormat::Vivaldi,
            s::CoordinateFormat::Oversim => u::CoordinateFormat::Oversim,
            s::CoordinateFormat::Csv => u::CoordinateFormat::Csv,
        },
        dimensions: coordinates.dimensions,
        kind: kind(coordinates.kind),
        unit: unit(coordinates.unit),
        base: coordinates.base,
        hosts_per_row: coordinates.hosts_per_row,
        same_row_latency: coordinates.same_row_latency,
    }
}

pub(super) fn regions(regions: &s::Regions, find: Find<'_>) -> u::Regions {
    u::Regions {
        file: find("underlay.regions.file", &regions.file),
        format: match &regions.format {
            s::RegionFormat::Named => u::RegionFormat::Named,
            s::RegionFormat::Json => u::RegionFormat::Json,
            s::RegionFormat::Pairs(columns) => u::RegionFormat::Pairs {
                from: columns.from.clone(),
                to: columns.to.clone(),
                latency: columns.latency.clone(),
            },
        },
        kind: kind(regions.kind),
        unit: unit(regions.unit),
        same_region: regions.same_region,
        missing: match regions.missing {
            s::MissingRegions::Error => u::MissingRegions::Error,
            s::MissingRegions::DropRegions => u::MissingRegions::DropRegions,
        },
        missing_marker: regions.missing_marker.clone(),
        zero_is_missing: regions.zero_is_missing,
        weights: regions.weights.clone(),
        about: regions.about.as_ref().map(|about| u::RegionTable {
            file: find("underlay.regions.about.file", &about.file),
            name: about.name.clone(),
            weight: about.weight.clone(),
            up: about.up.clone(),
            down: about.down.clone(),
            latitude: about.latitude.clone(),
            longitude: about.longitude.clone(),
        }),
    }
}

pub(super) fn matrix(matrix: &s::Matrix, find: Find<'_>) -> u::Matrix {
    u::Matrix {
        file: find("underlay.matrix.file", &matrix.file),
        format: match matrix.format {
            s::MatrixFormat::Square => u::MatrixFormat::Square,
            s::MatrixFormat::Named => u::MatrixFormat::Named,
            s::MatrixFormat::Json => u::MatrixFormat::Json,
            s::MatrixFormat::ModelNet => u::MatrixFormat::ModelNet,
            s::MatrixFormat::Triples => u::MatrixFormat::Triples,
            s::MatrixFormat::E2eGraph => u::MatrixFormat::E2eGraph,
            s::MatrixFormat::KingMeasurements => u::MatrixFormat::KingMeasurements,
        },
        kind: kind(matrix.kind),
        unit: unit(matrix.unit()),
        missing: match matrix.missing {
            s::Missing::Error => u::Missing::Error,
            s::Missing::DropHosts => u::Missing::DropHosts,
        },
        zero_is_missing: matrix.zero_is_missing,
        missing_marker: matrix.missing_marker.clone(),
        hosts_per_row: matrix.hosts_per_row,
        same_row_latency: matrix.same_row_latency,
    }
}

fn kind(kind: s::MatrixKind) -> u::MatrixKind {
    match kind {
        s::MatrixKind::Rtt => u::MatrixKind::Rtt,
        s::MatrixKind::OneWay => u::MatrixKind::OneWay,
    }
}

fn unit(unit: s::TimeUnit) -> u::LatencyUnit {
    match unit {
        s::TimeUnit::Us => u::LatencyUnit::Microseconds,
        s::TimeUnit::Ms => u::LatencyUnit::Milliseconds,
        s::TimeUnit::S => u::LatencyUnit::Seconds,
    }
}
