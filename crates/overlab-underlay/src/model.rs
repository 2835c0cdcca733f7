//! What a scenario says about the underlay: one of the models with its parameters.

use crate::error::UnderlayError;
use crate::graph::import::Import;
use crate::graph::internet::Internet;
use crate::graph::transit_stub::TransitStub;
use crate::matrix::Matrix;
use crate::plane::{Constant, Plane, Sphere};
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
    /// A measured matrix from a file.
    Matrix(Matrix),
    /// A generated transit-stub router graph.
    TransitStub(TransitStub),
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
            Self::Sphere(sphere) => sphere.check().map(|()| Topology::sphere(*sphere)),
            Self::Matrix(matrix) => matrix.read().map(Topology::matrix),
            Self::TransitStub(parameters) => parameters.generate(seeds).map(Topology::routers),
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
            Self::Matrix(matrix) => matrix.check(),
            Self::TransitStub(parameters) => parameters.check(),
            Self::Internet(internet) => internet.check(),
            Self::Import(import) => import.check(),
        }
    }

    /// Whether the topology itself is drawn at random; where not, one serves all replications (hosts are
    /// placed anew by each [`Topology::attach`]).
    pub fn is_random(&self) -> bool {
        matches!(self, Self::Internet(_) | Self::TransitStub(_))
    }

    /// The file that the model is read from.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Matrix(matrix) => Some(&matrix.file),
            Self::Import(import) => Some(&import.file),
            _ => None,
        }
    }
}
