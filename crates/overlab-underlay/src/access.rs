//! How hosts hang off their places: access links, and which routers take hosts.

mod class;

pub use class::AccessClass;
pub(crate) use class::Classes;

use crate::error::{UnderlayError, check};
use crate::impairment::Impairments;
use crate::latency::UNIT;
use crate::placement::Placement;
use crate::routes::Routing;
use overlab_time::{Span, Stream};

/// How hosts are attached to a topology.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attachment {
    /// The access links; without it, [`Access::LAN`] on router graphs and none on end-to-end models.
    pub access: Option<Access>,
    /// Classes of access links, of which every host draws its own in proportion to their shares; given instead of
    /// [`Attachment::access`].
    pub classes: Vec<AccessClass>,
    /// Which routers take hosts; without it, stub routers of a transit-stub graph and all of an imported one.
    pub hosts_at: Option<HostsAt>,
    /// How hosts are spread over these routers.
    pub placement: Placement,
    /// Loss and jitter.
    pub impairments: Impairments,
    /// Which paths messages take through a router graph; end-to-end models have none to choose from.
    pub routing: Routing,
    /// Whether the routes themselves are kept, two bytes for every router and place with hosts, besides how long they take:
    /// [`crate::Underlay::routes`] then has them, and faults recompute only what they touch.
    pub paths: bool,
}

/// One-way latency of the link between a host and its place, the same up and down; kept to 100 ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// None.
    None,
    /// The same for all hosts.
    Constant(Span),
    /// Drawn once for every host, uniform between the two.
    Uniform {
        /// The shortest.
        minimum: Span,
        /// The longest.
        maximum: Span,
    },
}

impl Access {
    /// 1 ms each way: hosts on a local network next to their router, as in the transit-stub studies of Pastry
    /// and Scribe (Castro et al., IEEE JSAC 20(8), 2002).
    pub const LAN: Self = Self::Constant(Span::from_millis(1));

    pub(crate) fn check(self) -> Result<(), UnderlayError> {
        let (minimum, maximum) = self.range();
        check(minimum <= maximum, "access.uniform.minimum", "at most access.uniform.maximum", minimum)?;
        check(maximum <= Span::from_secs(100), "access", "at most 100s", maximum)
    }

    fn range(self) -> (Span, Span) {
        match self {
            Self::None => (Span::ZERO, Span::ZERO),
            Self::Constant(span) => (span, span),
            Self::Uniform { minimum, maximum } => (minimum, maximum),
        }
    }

    /// Whether hosts differ.
    pub(crate) fn is_random(self) -> bool {
        matches!(self, Self::Uniform { .. })
    }

    /// One host's latency in table units; draws only where hosts differ.
    pub(crate) fn draw(self, stream: Option<&mut Stream>) -> u32 {
        let (minimum, maximum) = self.range();
        let extra = stream.map_or(0, |stream| stream.below(maximum.0 - minimum.0 + 1));
        ((minimum.0 + extra + UNIT / 2) / UNIT) as u32
    }
}

/// Which routers take hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostsAt {
    /// Every router.
    AllRouters,
    /// Routers of stub domains only.
    StubRouters,
}
