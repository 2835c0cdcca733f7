//! Classical multidimensional scaling to two dimensions (Torgerson, Psychometrika 17, 1952), by power
//! iteration.

use overlab_time::mix64;

/// Turns of the power iteration: enough for a picture, and always the same.
const TURNS: usize = 200;

/// Points on a plane whose distances are near `distance`, a symmetric function on `0..count`.
pub(super) fn layout(count: u32, distance: impl Fn(u32, u32) -> f64) -> Vec<[f64; 2]> {
    let n = count as usize;
    if n == 0 {
        return Vec::new();
    }
    let pairs = (0..count).flat_map(|a| (0..count).map(move |b| (a, b)));
    let distances = pairs.map(|(a, b)| if a == b { 0.0 } else { distance(a, b) });
    let mut matrix: Vec<f64> = distances.map(|distance| distance * distance).collect();
    // Double centring turns squared distances into inner products.
    let means: Vec<f64> = matrix.chunks(n).map(|row| row.iter().sum::<f64>() / n as f64).collect();
    let mean = means.iter().sum::<f64>() / n as f64;
    for (a, row) in matrix.chunks_mut(n).enumerate() {
        for (b, entry) in row.iter_mut().enumerate() {
            *entry = -0.5 * (*entry - means[a] - means[b] + mean);
        }
    }
    // A shift by more than the most negative eigenvalue makes the largest one also the largest by size.
    let (value, _) = dominant(&matrix, 0.0, 0);
    let shift = if value < 0.0 { -value } else { 0.0 };
    let mut points = vec![[0.0; 2]; n];
    for axis in 0..2 {
        let (value, vector) = dominant(&matrix, shift, axis as u64);
        let length = libm::sqrt(value.max(0.0));
        for (point, component) in points.iter_mut().zip(&vector) {
            point[axis] = component * length;
        }
        for (a, row) in matrix.chunks_mut(n).enumerate() {
            for (b, entry) in row.iter_mut().enumerate() {
                *entry -= value * vector[a] * vector[b];
            }
        }
    }
    points
}

/// An eigenvalue of `matrix` and its unit vector: of `matrix + shift`, the one with the largest value by
/// size.
fn dominant(matrix: &[f64], shift: f64, start: u64) -> (f64, Vec<f64>) {
    let n = matrix.len().isqrt();
    // Any start will do that is not at right angles to the vector sought, and is the same in every run.
    let mut vector: Vec<f64> = (0..n as u64)
        .map(|i| (mix64(i + 1 + (start << 32)) >> 11) as f64 / (1u64 << 53) as f64 - 0.5)
        .collect();
    normalise(&mut vector);
    let mut value = 0.0;
    for _ in 0..TURNS {
        let mut next: Vec<f64> = matrix
            .chunks(n)
            .zip(&vector)
            .map(|(row, own)| row.iter().zip(&vector).map(|(a, b)| a * b).sum::<f64>() + shift * own)
            .collect();
        value = next.iter().zip(&vector).map(|(a, b)| a * b).sum::<f64>() - shift;
        if normalise(&mut next) == 0.0 {
            return (0.0, vector);
        }
        vector = next;
    }
    (value, vector)
}

fn normalise(vector: &mut [f64]) -> f64 {
    let length = libm::sqrt(vector.iter().map(|x| x * x).sum());
    if length > 0.0 {
        for x in vector {
            *x /= length;
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn points_of_a_plane_are_found_again(
            points in prop::collection::vec([-100.0..100.0, -20.0..20.0f64], 1..40)
        ) {
            let far = |a: [f64; 2], b: [f64; 2]| libm::hypot(a[0] - b[0], a[1] - b[1]);
            let found = layout(points.len() as u32, |a, b| far(points[a as usize], points[b as usize]));
            // The two axes may be mixed where they are equally long, but distances are not.
            for a in 0..points.len() {
                for b in 0..points.len() {
                    prop_assert!((far(points[a], points[b]) - far(found[a], found[b])).abs() < 1.0);
                }
            }
        }
    }

    #[test]
    fn what_no_plane_holds_gives_finite_points() {
        let points = layout(50, |a, b| f64::from((a * 7 + b * 7) % 13) * 10.0);
        assert!(points.iter().flatten().all(|x| x.is_finite()));
        assert_eq!(layout(0, |_, _| 0.0), Vec::<[f64; 2]>::new());
    }
}
