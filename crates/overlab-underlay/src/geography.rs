//! Distances on the globe and what light in fibre makes of them.

use overlab_time::Span;

/// Mean radius of the Earth in kilometres (IUGG).
pub(crate) const EARTH_RADIUS: f64 = 6371.0088;
/// Kilometres a second in fibre: two thirds of the speed of light in vacuum (a refractive index of 1.5).
pub(crate) const FIBRE_SPEED: f64 = 299_792.458 * 2.0 / 3.0;

/// A point on the globe as a unit vector: means and distances are then free of wraps and poles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Direction(pub(crate) [f64; 3]);

impl Direction {
    /// The point at `latitude` and `longitude` in degrees.
    pub(crate) fn from_degrees(latitude: f64, longitude: f64) -> Self {
        let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
        let ring = libm::cos(latitude);
        Self([ring * libm::cos(longitude), ring * libm::sin(longitude), libm::sin(latitude)])
    }

    /// Latitude and longitude in degrees.
    pub(crate) fn degrees(self) -> (f64, f64) {
        let [x, y, z] = self.0;
        (libm::atan2(z, libm::sqrt(x * x + y * y)).to_degrees(), libm::atan2(y, x).to_degrees())
    }

    /// The angle to `other` in radians, 0 to pi.
    #[inline]
    pub(crate) fn angle(self, other: Self) -> f64 {
        let [a, b] = [self.0, other.0];
        let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
        // Half the chord is the sine of half the angle: unlike the cosine it is exact for near points.
        2.0 * libm::asin((libm::sqrt(x * x + y * y + z * z) / 2.0).min(1.0))
    }

    /// Kilometres to `other` along the surface.
    pub(crate) fn kilometres(self, other: Self) -> f64 {
        self.angle(other) * EARTH_RADIUS
    }

    /// The middle of `points`; nothing where they cancel out.
    pub(crate) fn mean(points: impl Iterator<Item = Self>) -> Option<Self> {
        let sum = points.fold([0.0; 3], |sum, point| std::array::from_fn(|axis| sum[axis] + point.0[axis]));
        let length = libm::sqrt(sum.iter().map(|axis| axis * axis).sum());
        (length > 1e-9).then(|| Self(sum.map(|axis| axis / length)))
    }

    /// One-way time of light in fibre along a route `factor` times as long as the great circle to `other`.
    pub(crate) fn fibre(self, other: Self, factor: f64) -> Span {
        Span::from_seconds_f64(self.angle(other) * EARTH_RADIUS * factor / FIBRE_SPEED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_distances() {
        // A quarter of a meridian is 10,007.557 km on the mean sphere: 50.07 ms in fibre.
        let quarter = Direction::from_degrees(0.0, 0.0).fibre(Direction::from_degrees(90.0, 0.0), 1.0);
        assert!((quarter.as_millis_f64() - 50.0724).abs() < 0.001, "{quarter}");
        // New York to Los Angeles is 3,936 km by the haversine formula: 19.69 ms.
        let coast =
            Direction::from_degrees(40.7128, -74.006).fibre(Direction::from_degrees(34.0522, -118.2437), 1.0);
        assert!((coast.as_millis_f64() - 19.69).abs() < 0.02, "{coast}");
        // Across the date line the short way is taken.
        let line = Direction::from_degrees(0.0, 179.5).angle(Direction::from_degrees(0.0, -179.5));
        assert!((line.to_degrees() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_mean_knows_the_date_line() {
        let points = [Direction::from_degrees(10.0, 179.0), Direction::from_degrees(10.0, -179.0)];
        let (latitude, longitude) = Direction::mean(points.into_iter()).unwrap().degrees();
        assert!((latitude - 10.0).abs() < 0.01 && (longitude.abs() - 180.0).abs() < 1e-9);
        let opposite = [Direction::from_degrees(0.0, 0.0), Direction::from_degrees(0.0, 180.0)];
        assert_eq!(Direction::mean(opposite.into_iter()), None);
    }

    proptest! {
        #[test]
        fn degrees_survive(latitude in -89.9..89.9, longitude in -179.9..179.9) {
            let (a, b) = Direction::from_degrees(latitude, longitude).degrees();
            prop_assert!((a - latitude).abs() < 1e-9 && (b - longitude).abs() < 1e-9);
        }
    }
}
