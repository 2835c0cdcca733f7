//! Equal-area projections: Equal Earth for the world, Lambert's azimuthal one for a region.

use super::Place;

/// From longitude and latitude to a plane, upwards, in radii of the Earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Projection {
    /// The whole world (Savric, Patterson and Jenny, International Journal of Geographical Information Science 33(3), 2019), with this
    /// longitude in the middle.
    EqualEarth(f64),
    /// Everything around a place (Lambert, 1772): true to shape near it.
    Azimuthal(Place),
}

impl Projection {
    /// The longitude in the middle of the map.
    pub(crate) fn middle(self) -> f64 {
        match self {
            Self::EqualEarth(longitude) | Self::Azimuthal((longitude, _)) => longitude,
        }
    }

    /// Where a place is drawn; longitudes count from the middle and are not wrapped, so that both ends of a cut stay apart.
    pub(crate) fn at(self, (longitude, latitude): Place) -> (f64, f64) {
        let east = (longitude - self.middle()).to_radians();
        let latitude = latitude.clamp(-90.0, 90.0).to_radians();
        match self {
            Self::EqualEarth(_) => {
                const A: [f64; 4] = [1.340_264, -0.081_106, 0.000_893, 0.003_796];
                let root = 3f64.sqrt();
                let angle = (root / 2.0 * latitude.sin()).asin();
                let (square, sixth) = (angle.powi(2), angle.powi(6));
                let slope = A[0] + 3.0 * A[1] * square + sixth * (7.0 * A[2] + 9.0 * A[3] * square);
                let y = angle * (A[0] + A[1] * square + sixth * (A[2] + A[3] * square));
                (2.0 * root * east * angle.cos() / (3.0 * slope), y)
            }
            Self::Azimuthal((_, middle)) => {
                let middle = middle.to_radians();
                let cosine = middle.sin() * latitude.sin() + middle.cos() * latitude.cos() * east.cos();
                let scale = (2.0 / (1.0 + cosine).max(1e-6)).sqrt();
                let x = latitude.cos() * east.sin();
                let y = middle.cos() * latitude.sin() - middle.sin() * latitude.cos() * east.cos();
                (scale * x, scale * y)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The area of a small quadrilateral of degrees on the map.
    fn area(projection: Projection, (x, y): Place) -> f64 {
        let d = 0.01;
        let [a, b, c] = [(x, y), (x + d, y), (x, y + d)].map(|place| projection.at(place));
        ((b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)).abs()
    }

    #[test]
    fn areas_are_those_of_the_sphere() {
        for projection in [Projection::EqualEarth(11.0), Projection::Azimuthal((10.0, 50.0))] {
            for place in [(0.0, 0.0), (40.0, 45.0), (-30.0, 70.0), (80.0, -20.0)] {
                let sphere = 0.01f64.to_radians().powi(2) * (place.1 + 0.005f64).to_radians().cos();
                let ratio = area(projection, place) / sphere;
                assert!((ratio - 1.0).abs() < 0.01, "{projection:?} {place:?}: {ratio}");
            }
        }
    }

    #[test]
    fn known_points() {
        // The poles of Equal Earth lie at 1.3173627591574 (d3-geo's geoEqualEarthRaw), its edge at 2.7066299836960748.
        let world = Projection::EqualEarth(0.0);
        assert!((world.at((0.0, 90.0)).1 - 1.317_362_759_157_4).abs() < 1e-9);
        assert!((world.at((180.0, 0.0)).0 - 2.706_629_983_696).abs() < 1e-9);
        assert_eq!(Projection::Azimuthal((7.0, 40.0)).at((7.0, 40.0)), (0.0, 0.0));
    }
}
