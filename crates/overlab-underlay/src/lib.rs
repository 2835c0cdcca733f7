//! The synthetic Internet as data: places, and what lies between them.
//!
//! A [`Model`] is what a scenario says: parameters, and perhaps a file. [`Model::build`] makes a [`Topology`]
//! of it (a generated or imported router graph, a measured matrix, a plane), and [`Topology::attach`] puts
//! hosts on it. The [`Underlay`] that comes out is immutable and answers one question fast: when does a
//! message that one host sends now reach another?
//!
//! * End-to-end models: [`Constant`], [`Plane`], [`Sphere`], [`Coordinates`], [`Regions`], [`Matrix`]. They add no
//!   access delay unless told to.
//! * Router graphs: [`TransitStub`] generates one, [`Import`] reads one from a file in any [`GraphFormat`]. Hosts hang off routers
//!   by [`Access`] links; messages take the fastest path.
//! * [`Impairments`] lose and delay single messages.
//! * [`Statistics`] and [`Picture`] are plain numbers for those who print and draw.
//!
//! The crate knows no peers, no event queue and no scenario file, and it draws nothing.
//!
//! # Random streams
//! A [`TransitStub`] graph is drawn from `Purpose::Underlay` (owner 0). Host `h` finds its place in
//! `Purpose::Placement`, owner `h`, turn 0, and its access latency in turn 1, its access class in turn 2, so that none depends on
//! how many hosts there are; the permutations of rows and listed places come from owner `u64::MAX`. Samples for
//! [`Statistics`] come from `Purpose::Underlay`, owners 1 and 2.
//!
//! # Example
//! ```
//! use overlab_time::{Seeds, Span};
//! use overlab_underlay::{Attachment, HostId, Model, TransitStub};
//!
//! let seeds = Seeds::new(1, 0);
//! let topology = Model::TransitStub(TransitStub::with_routers(500)).build(seeds)?;
//! let underlay = topology.attach(100, &Attachment::default(), seeds)?;
//! let there = underlay.latency(HostId(0), HostId(1));
//! assert!(there >= underlay.minimum() && there < Span::from_secs(2));
//! # Ok::<(), overlab_underlay::UnderlayError>(())
//! ```

#![forbid(unsafe_code)]

mod access;
mod congestion;
mod coordinates;
mod damage;
mod delimited;
mod distances;
mod error;
mod export;
mod fault;
mod geography;
mod graph;
mod impairment;
mod input;
mod latency;
mod loss;
mod matrix;
mod model;
mod picture;
mod place;
mod placement;
mod places;
mod plane;
mod queue;
mod regions;
mod routes;
mod statistics;
mod topology;
mod underlay;

pub use access::{Access, AccessClass, Attachment, HostsAt};
pub use congestion::{
    Background, Bursts, CongestedLink, Congestion, CoreLinks, CoreQueues, Diurnal, Ledger, LinkQueue, Met,
    QueueLaw, Sent, Strain, path_throughput,
};
pub use coordinates::{CoordinateFormat, CoordinateSet, Coordinates};
pub use damage::Damage;
pub use error::UnderlayError;
pub use export::Export;
pub use fault::{Barrier, Fault, Filter, Location, Pairs, Risks, RouterName, Selection, Side, Spots, Strike};
pub use graph::file::{Demand, GraphEdge, GraphFile, GraphNode, NodeCoordinates, Reading};
pub use graph::formats::GraphFormat;
pub use graph::generators::barabasi_albert::BarabasiAlbert;
pub use graph::generators::erdos_renyi::{Density, ErdosRenyi};
pub use graph::generators::grid::Grid;
pub use graph::generators::random_regular::RandomRegular;
pub use graph::generators::two_level::{Border, TwoLevel};
pub use graph::generators::watts_strogatz::WattsStrogatz;
pub use graph::generators::waxman::Waxman;
pub use graph::generators::{Connect, Flat, Generator, Wiring};
pub use graph::import::{Component, Import, ParallelLinks, PlaneScale};
pub use graph::internet::{Continent, Internet};
pub use graph::transit_stub::{LinkLatencies, TransitStub};
pub use graph::{Country, Domain, Link, LinkClass, Positions, Relation, Router, RouterGraph, RouterKind};
pub use impairment::{Impairments, Jitter, JitterLaw};
pub use loss::Loss;
pub use matrix::{LatencyMatrix, LatencyUnit, Matrix, MatrixFormat, MatrixKind, Missing};
pub use model::Model;
pub use picture::{EdgeClass, NodeKind, Picture, PictureNode};
pub use place::{HostId, LinkId, RouterId};
pub use placement::{Placement, Region as PlacementRegion};
pub use places::{PlaceList, Places};
pub use plane::{Constant, Plane, Sphere};
pub use queue::{Line, Passage, Queue};
pub use regions::{MissingRegions, Region, RegionFormat, RegionMap, RegionTable, Regions};
pub use routes::{Routes, Routing};
pub use statistics::{
    Curves, Degrees, Delays, Detours, Latencies, PowerLaw, RandomRelays, Relays, RouteShape, Shape,
    Statistics,
};
pub use topology::Topology;
pub use underlay::{Departure, Underlay};
