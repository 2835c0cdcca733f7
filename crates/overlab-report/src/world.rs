//! The globe on paper: outlines of land, equal-area projections, great circles.

pub(crate) mod clip;
mod outline;
mod projection;

pub(crate) use outline::{Outline, Part};
pub(crate) use projection::Projection;

/// Longitude and latitude in degrees.
pub(crate) type Place = (f64, f64);

/// Points along the great circle from `a` to `b`, both included, at most 2.5 degrees apart.
pub(crate) fn great_circle(a: Place, b: Place) -> Vec<Place> {
    let direction = |(longitude, latitude): Place| {
        let (longitude, latitude) = (longitude.to_radians(), latitude.to_radians());
        [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
    };
    let (from, to) = (direction(a), direction(b));
    let chord = (0..3).map(|axis| (from[axis] - to[axis]).powi(2)).sum::<f64>().sqrt();
    let angle = 2.0 * (chord / 2.0).min(1.0).asin();
    let steps = (angle.to_degrees() / 2.5).ceil().max(1.0) as usize;
    let mut points = vec![a];
    // Between opposite points every great circle is as good, and the formula below has none.
    if angle.sin() > 1e-9 {
        points.extend((1..steps).map(|step| {
            let share = step as f64 / steps as f64;
            let (near, far) = (((1.0 - share) * angle).sin(), (share * angle).sin());
            let [x, y, z] = [0, 1, 2].map(|axis| (from[axis] * near + to[axis] * far) / angle.sin());
            (y.atan2(x).to_degrees(), z.clamp(-1.0, 1.0).asin().to_degrees())
        }));
    }
    points.push(b);
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn great_circles_take_the_short_way_and_stay_whole_degrees_apart() {
        let over_the_pole = great_circle((0.0, 60.0), (180.0, 60.0));
        assert!(over_the_pole.iter().any(|place| place.1 > 88.7), "{over_the_pole:?}");
        let line = great_circle((170.0, 0.0), (-170.0, 0.0));
        assert!(line.len() == 9 && line.iter().all(|place| place.0.abs() >= 169.9), "{line:?}");
        assert_eq!(great_circle((5.0, 5.0), (5.0, 5.0)).len(), 2);
        assert!(great_circle((0.0, 0.0), (180.0, 0.0)).iter().all(|place| place.0.is_finite()));
    }
}
