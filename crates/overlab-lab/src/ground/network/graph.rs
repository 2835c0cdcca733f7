//! Router graphs from files.

use overlab_schema::scenario as s;
use overlab_underlay as u;
use std::path::PathBuf;

pub(super) fn import(graph: &s::Graph, file: &dyn Fn(&str, &str) -> PathBuf) -> u::Import {
    u::Import {
        file: file("underlay.graph.file", &graph.file),
        reading: u::Reading {
            format: graph.format.map(format),
            latency_unit: graph.latency_unit.map(|unit| match unit {
                s::TimeUnit::Us => u::LatencyUnit::Microseconds,
                s::TimeUnit::Ms => u::LatencyUnit::Milliseconds,
                s::TimeUnit::S => u::LatencyUnit::Seconds,
            }),
            round_trips: graph.latency_kind == s::MatrixKind::Rtt,
            coordinates: graph.coordinates.map(|coordinates| match coordinates {
                s::NodeCoordinates::Degrees => u::NodeCoordinates::Degrees,
                s::NodeCoordinates::Plane => u::NodeCoordinates::Plane,
                s::NodeCoordinates::Pixels => u::NodeCoordinates::Pixels,
                s::NodeCoordinates::Ignored => u::NodeCoordinates::Ignored,
            }),
            capacity_unit: graph.capacity_unit,
        },
        component: match graph.component {
            s::Component::All => u::Component::Whole,
            s::Component::Largest => u::Component::Largest,
        },
        parallel_links: match graph.parallel_links {
            s::ParallelLinks::Fastest => u::ParallelLinks::Fastest,
            s::ParallelLinks::Mean => u::ParallelLinks::Mean,
            s::ParallelLinks::Slowest => u::ParallelLinks::Slowest,
        },
        path_factor: graph.path_factor,
        floor: graph.floor,
        link_latency: graph.link_latency,
        plane: graph
            .plane_width
            .map(u::PlaneScale::Width)
            .or_else(|| graph.plane_unit.map(u::PlaneScale::Unit)),
    }
}

fn format(format: s::GraphFormat) -> u::GraphFormat {
    match format {
        s::GraphFormat::Ashiip => u::GraphFormat::Ashiip,
        s::GraphFormat::Brite => u::GraphFormat::Brite,
        s::GraphFormat::CaidaSerial1 => u::GraphFormat::CaidaSerial1,
        s::GraphFormat::CaidaSerial2 => u::GraphFormat::CaidaSerial2,
        // Orbis writes what every edge list is made of.
        s::GraphFormat::EdgeList | s::GraphFormat::Orbis => u::GraphFormat::EdgeList,
        s::GraphFormat::Gml => u::GraphFormat::Gml,
        s::GraphFormat::Graphml => u::GraphFormat::GraphMl,
        s::GraphFormat::GtItm => u::GraphFormat::GtItm,
        s::GraphFormat::Inet => u::GraphFormat::Inet,
        s::GraphFormat::ModelNet => u::GraphFormat::ModelNet,
        s::GraphFormat::RocketfuelCch => u::GraphFormat::RocketfuelCch,
        s::GraphFormat::RocketfuelLatencies => u::GraphFormat::RocketfuelLatencies,
        s::GraphFormat::RocketfuelWeights => u::GraphFormat::RocketfuelWeights,
        s::GraphFormat::SnapAsRelationships => u::GraphFormat::SnapAsRelationships,
        s::GraphFormat::SndlibNative => u::GraphFormat::SndlibNative,
        s::GraphFormat::SndlibXml => u::GraphFormat::SndlibXml,
    }
}
