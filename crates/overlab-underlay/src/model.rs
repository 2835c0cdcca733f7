//! What a scenario says about the underlay: one of the models with its parameters.

use crate::coordinates::Coordinates;
use crate::error::UnderlayError;
use crate::graph::generators::Flat;
use crate::graph::generators::two_level::TwoLevel;
use crate::graph::import::Import;
use crate::graph::internet::Internet;
use crate::graph::transit_stub::TransitStub;
use crate::matrix::Matrix;
use crate::plane::{Constant, Plane, Sphere};
use crate::regions::Regions;
use crate::topology::Topology;
use overlab_time::Seeds;
use std::path::Path;

/// A description of an underlay, before any host is attached.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// One latency for all.
    Constant(Constant),
    /// Hosts on a rectangle.
    Plane(Plane),
    /// Hosts on a sphere.
    Sphere(Sphere),
    /// Hosts at the coordinates of a file.
    Coordinates(Coordinates),
    /// Hosts in regions.
    Regions(Box<Regions>),
    /// A measured matrix from a file.
    Matrix(Matrix),
    /// A generated transit-stub router graph.
    TransitStub(TransitStub),
    /// A generated router graph without hierarchy.
    Flat(Flat),
    /// A generated graph of autonomous systems and their routers.
    TwoLevel(Box<TwoLevel>),
    /// A generated Internet of autonomous systems.
    Internet(Internet),
    /// A router graph from a GraphML or GML file.
    Import(Import),
}

impl Default for Model {
    /// The transit-stub graph of 5050 routers on average.
    fn default() -> Self {
        Self::TransitStub(TransitStub::default())
    }
}

impl Model {
    /// Builds the topology: reads the file or draws the graph.
    ///
    /// # Errors
    /// Where parameters make no sense, or the file cannot be read or is wrong.
    pub fn build(&self, seeds: Seeds) -> Result<Topology, UnderlayError> {
        match self {
            Self::Constant(constant) => constant.check().map(|()| Topology::constant(*constant)),
            Self::Plane(plane) => plane.check().map(|()| Topology::plane(*plane)),
            Self::Sphere(sphere) => Topology::sphere(sphere),
            Self::Coordinates(coordinates) => coordinates.read().map(Topology::coordinates),
            Self::Regions(regions) => regions.read().map(Topology::in_regions),
            Self::Matrix(matrix) => matrix.read().map(Topology::matrix),
            Self::TransitStub(parameters) => parameters.generate(seeds).map(Topology::routers),
            Self::Flat(flat) => flat.generate(seeds).map(Topology::routers),
            Self::TwoLevel(two_level) => two_level.generate(seeds).map(Topology::routers),
            Self::Internet(internet) => internet.generate(seeds).map(Topology::routers),
            Self::Import(import) => import.read().map(Topology::routers),
        }
    }

    /// Checks the parameters without building anything or touching a file.
    ///
    /// # Errors
    /// Where parameters make no sense.
    pub fn check(&self) -> Result<(), UnderlayError> {
        match self {
            Self::Constant(constant) => constant.check(),
            Self::Plane(plane) => plane.check(),
            Self::Sphere(sphere) => sphere.check(),
            Self::Coordinates(coordinates) => coordinates.check(),
            Self::Regions(regions) => regions.check(),
            Self::Matrix(matrix) => matrix.check(),
            Self::TransitStub(parameters) => parameters.check(),
            Self::Flat(flat) => flat.check(),
            Self::TwoLevel(two_level) => two_level.check(),
            Self::Internet(internet) => internet.check(),
            Self::Import(import) => import.check(),
        }
    }

    /// Whether the topology itself is drawn at random; where not, one serves all replications (hosts are
    /// placed anew by each [`Topology::attach`]).
    pub fn is_random(&self) -> bool {
        match self {
            Self::Flat(flat) => flat.generator.is_random(),
            Self::TwoLevel(two_level) => two_level.is_random(),
            Self::Internet(_) | Self::TransitStub(_) => true,
            _ => false,
        }
    }

    /// The files that the model is read from.
    pub fn files(&self) -> Vec<&Path> {
        match self {
            Self::Matrix(matrix) => vec![&matrix.file],
            Self::Import(import) => vec![&import.file],
            Self::Coordinates(coordinates) => vec![&coordinates.file],
            Self::Regions(regions) => {
                let about = regions.about.as_ref().map(|about| about.file.as_path());
                std::iter::once(regions.file.as_path()).chain(about).collect()
            }
            Self::Sphere(sphere) => sphere.places.iter().map(|places| places.file.as_path()).collect(),
            Self::Constant(_)
            | Self::Flat(_)
            | Self::Internet(_)
            | Self::Plane(_)
            | Self::TransitStub(_)
            | Self::TwoLevel(_) => Vec::new(),
        }
    }
}
