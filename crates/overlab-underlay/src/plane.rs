//! End-to-end models without measurements: one latency for all, points on a plane, points on a sphere.

use crate::error::{UnderlayError, check};
use crate::geography::Direction;
use crate::places::Places;
use overlab_time::{Span, Stream};

/// The longest latency that a parameter of an end-to-end model may name.
const LONGEST: Span = Span::from_secs(400);

/// Every message takes the same time: for hop counts and proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constant {
    /// One-way latency between any two hosts; 50 ms by default, the mean packet delay of the Chord
    /// simulations (Stoica et al., IEEE/ACM ToN 11(1), 2003).
    pub latency: Span,
}

impl Default for Constant {
    fn default() -> Self {
        Self { latency: Span::from_millis(50) }
    }
}

/// Hosts uniform on a rectangle, latency = base + Euclidean distance: no triangle is ever violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plane {
    /// Time across the rectangle from left to right; 150 ms by default: with the mean distance of a unit
    /// square, 0.5214, and the base, the mean round trip is 160 ms, as in the measured matrices (King: about
    /// 159 ms median).
    pub width: Span,
    /// Time across it from bottom to top; 150 ms by default.
    pub height: Span,
    /// Added to every latency; 2 ms by default, so that windows of the simulation need not be tiny.
    pub base: Span,
}

impl Default for Plane {
    fn default() -> Self {
        Self { width: Span::from_millis(150), height: Span::from_millis(150), base: Span::from_millis(2) }
    }
}

/// Hosts on a sphere, uniform or at the places of a list; latency = base + great-circle time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sphere {
    /// One-way time between opposite points; 150 ms by default: half the Earth's circumference in fibre takes
    /// 100 ms, times a path factor of 1.5 (see [`crate::Import::path_factor`]).
    pub antipodes: Span,
    /// Added to every latency; 2 ms by default.
    pub base: Span,
    /// Where hosts stand; anywhere by default.
    pub places: Option<Places>,
}

impl Default for Sphere {
    fn default() -> Self {
        Self { antipodes: Span::from_millis(150), base: Span::from_millis(2), places: None }
    }
}

impl Constant {
    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        check(self.latency <= LONGEST, "latency", "at most 400s", self.latency)
    }
}

impl Plane {
    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        check(self.width <= LONGEST, "width", "at most 400s", self.width)?;
        check(self.height <= LONGEST, "height", "at most 400s", self.height)?;
        check(self.base <= LONGEST, "base", "at most 400s", self.base)
    }

    /// A random point, in nanoseconds from the lower left corner.
    pub(crate) fn place(&self, stream: &mut Stream) -> [f64; 2] {
        let x = stream.unit() * self.width.0 as f64;
        [x, stream.unit() * self.height.0 as f64]
    }

    /// Nanoseconds between two points, without the base.
    #[inline]
    pub(crate) fn distance(a: [f64; 2], b: [f64; 2]) -> u64 {
        let (x, y) = (a[0] - b[0], a[1] - b[1]);
        libm::rint(libm::sqrt(x * x + y * y)) as u64
    }
}

impl Sphere {
    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        check(self.antipodes <= LONGEST, "antipodes", "at most 400s", self.antipodes)?;
        check(self.base <= LONGEST, "base", "at most 400s", self.base)
    }

    /// A random point: on a sphere the height is uniform (Archimedes), and so is the longitude.
    pub(crate) fn place(stream: &mut Stream) -> Direction {
        let height = 2.0 * stream.unit() - 1.0;
        let longitude = 2.0 * std::f64::consts::PI * stream.unit();
        let ring = libm::sqrt(1.0 - height * height);
        Direction([ring * libm::cos(longitude), ring * libm::sin(longitude), height])
    }

    /// Nanoseconds a radian.
    pub(crate) fn scale(&self) -> f64 {
        self.antipodes.0 as f64 / std::f64::consts::PI
    }
}
