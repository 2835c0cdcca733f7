//! Some of the hosts or routers.

use super::{domain, names};
use crate::error::UnderlayError;
use crate::geography::Direction;
use crate::graph::{Country, Positions, RouterGraph};
use crate::place::HostId;
use crate::underlay::Underlay;
use overlab_time::Stream;
use petgraph::graph::NodeIndex;

/// Some of the hosts, or of the routers where a region is meant.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// In these countries.
    Countries(Vec<Country>),
    /// In the autonomous systems of these numbers.
    AutonomousSystems(Vec<u32>),
    /// In a disc on the globe.
    Disc {
        /// Of its centre, in degrees north.
        latitude: f64,
        /// Of its centre, in degrees east.
        longitude: f64,
        /// Along the surface.
        kilometres: f64,
    },
    /// The half of all hosts that lie furthest to one side, half a host rounded down; of hosts at one place those of smaller
    /// numbers lie further west and south.
    Half(Side),
    /// A share of all hosts, drawn at random and rounded to the nearest host.
    Fraction(f64),
    /// So many hosts, drawn at random, or all.
    Count(u64),
}

/// A side of the map: of longitude or latitude on a globe, of a plane's width or height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Low longitudes.
    West,
    /// High longitudes.
    East,
    /// Low latitudes.
    South,
    /// High latitudes.
    North,
}

impl Selection {
    /// The selected ones of the hosts that are `eligible`, ascending.
    pub(super) fn hosts(
        &self,
        underlay: &Underlay,
        eligible: &[bool],
        stream: &mut Stream,
    ) -> Result<Vec<HostId>, UnderlayError> {
        let mut hosts: Vec<HostId> =
            (0..underlay.hosts()).map(HostId).filter(|host| eligible[host.index()]).collect();
        match self {
            Self::Fraction(fraction) => {
                let count = libm::floor(f64::from(underlay.hosts()) * fraction + 0.5) as usize;
                draw(&mut hosts, count, stream);
            }
            Self::Count(count) => draw(&mut hosts, usize::try_from(*count).unwrap_or(usize::MAX), stream),
            Self::Half(side) => {
                let axis = usize::from(matches!(side, Side::South | Side::North));
                let mut all: Vec<(f64, HostId)> = Vec::with_capacity(underlay.hosts() as usize);
                for host in (0..underlay.hosts()).map(HostId) {
                    all.push((placed(underlay, host)?.1[axis], host));
                }
                all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                if matches!(side, Side::East | Side::North) {
                    all.reverse();
                }
                let mut half = vec![false; all.len()];
                all[..all.len() / 2].iter().for_each(|(_, host)| half[host.index()] = true);
                hosts.retain(|host| half[host.index()]);
            }
            Self::Disc { .. } => {
                let mut within = Vec::new();
                for host in hosts {
                    let (positions, position) = placed(underlay, host)?;
                    if self.covers(positions, position)? {
                        within.push(host);
                    }
                }
                hosts = within;
            }
            Self::Countries(_) | Self::AutonomousSystems(_) => {
                let what = "a selection of hosts by country or autonomous system";
                let needs = "a router graph: \"fraction\", \"count\" and, where hosts have places, \"half\" work elsewhere";
                let graph = underlay.topology.graph().ok_or(UnderlayError::CannotFail { what, needs })?;
                let mut inside = vec![false; graph.routers() as usize];
                self.routers(graph)?.into_iter().for_each(|router| inside[router as usize] = true);
                hosts.retain(|host| underlay.router(*host).is_some_and(|router| inside[router.0 as usize]));
            }
        }
        Ok(hosts)
    }

    /// The selected routers, ascending.
    pub(super) fn routers(&self, graph: &RouterGraph) -> Result<Vec<u32>, UnderlayError> {
        let all = 0..graph.routers();
        match self {
            Self::Countries(countries) => {
                names::countries(graph, countries)?;
                let country = |router: &u32| graph.graph[NodeIndex::new(*router as usize)].country;
                Ok(all
                    .filter(|router| country(router).is_some_and(|here| countries.contains(&here)))
                    .collect())
            }
            Self::AutonomousSystems(numbers) => {
                let domains = names::domains(graph, numbers)?;
                Ok(all.filter(|router| domains.contains(&domain(graph, *router))).collect())
            }
            Self::Disc { .. } => {
                let mut within = Vec::new();
                for router in all {
                    let position = graph.graph[NodeIndex::new(router as usize)].position;
                    if self.covers(graph.positions, position)? {
                        within.push(router);
                    }
                }
                Ok(within)
            }
            Self::Half(_) | Self::Fraction(_) | Self::Count(_) => {
                let expected = "a disc, countries or autonomous systems";
                Err(UnderlayError::parameter("region", expected, "a share of the hosts"))
            }
        }
    }

    /// Whether a disc covers a position.
    fn covers(&self, positions: Positions, position: [f64; 2]) -> Result<bool, UnderlayError> {
        let Self::Disc { latitude, longitude, kilometres } = *self else { return Ok(false) };
        if positions != Positions::Geographic {
            let needs = "places on the globe: this underlay's lie on a plane, or nowhere";
            return Err(UnderlayError::CannotFail { what: "a disc", needs });
        }
        let centre = Direction::from_degrees(latitude, longitude);
        Ok(centre.kilometres(Direction::from_degrees(position[1], position[0])) <= kilometres)
    }
}

/// Keeps `count` of `hosts`, drawn at random, in ascending order.
fn draw(hosts: &mut Vec<HostId>, count: usize, stream: &mut Stream) {
    stream.shuffle(hosts);
    hosts.truncate(count);
    hosts.sort_unstable();
}

/// Where a host is.
fn placed(underlay: &Underlay, host: HostId) -> Result<(Positions, [f64; 2]), UnderlayError> {
    let needs = "hosts with places, and on this underlay they have none";
    underlay.place(host).ok_or(UnderlayError::CannotFail { what: "a selection by place", needs })
}
