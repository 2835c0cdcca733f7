//! The lower left hull of points of cost and value: what can be had for how much.

use std::cmp::Ordering;

/// A point: both should be small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot {
    /// What it costs.
    pub(crate) cost: f64,
    /// What it gets.
    pub(crate) value: f64,
}

fn by_cost(left: &Spot, right: &Spot) -> Ordering {
    left.cost.total_cmp(&right.cost).then(left.value.total_cmp(&right.value))
}

/// The places of the points that no other is as good as in both and better than in one, by cost.
pub(crate) fn pareto(spots: &[Spot]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..spots.len()).collect();
    order.sort_by(|left, right| by_cost(&spots[*left], &spots[*right]));
    let mut front: Vec<usize> = Vec::new();
    for at in order {
        let last = front.last().map(|last| spots[*last]);
        // Equal points are all on the front.
        if last.is_none_or(|last| spots[at].value < last.value || spots[at] == last) {
            front.push(at);
        }
    }
    front
}

/// The places of the corners of the lower left convex hull, by cost.
pub(crate) fn corners(spots: &[Spot]) -> Vec<usize> {
    let mut hull: Vec<usize> = Vec::new();
    for at in pareto(spots) {
        if hull.last().is_some_and(|last| spots[*last] == spots[at]) {
            continue;
        }
        while let [.., before, last] = hull.as_slice()
            && !turns_left(spots[*before], spots[*last], spots[at])
        {
            hull.pop();
        }
        hull.push(at);
    }
    hull
}

/// Whether the way from `a` over `b` to `c` bends upwards.
fn turns_left(a: Spot, b: Spot, c: Spot) -> bool {
    (b.cost - a.cost) * (c.value - a.value) - (b.value - a.value) * (c.cost - a.cost) > 0.0
}

/// What the hull of `spots` gets for each cost: along its edges, no better beyond its last corner, and `worst` below
/// its first.
#[derive(Clone, Debug)]
pub(crate) struct Hull {
    corners: Vec<Spot>,
    worst: f64,
}

impl Hull {
    /// The hull of at least one point.
    pub(crate) fn new(spots: &[Spot], worst: f64) -> Self {
        Self { corners: corners(spots).into_iter().map(|at| spots[at]).collect(), worst }
    }

    /// The mean of what it gets over costs from `low` to `high`; what it gets at `low` where they are the same.
    pub(crate) fn mean(&self, low: f64, high: f64) -> f64 {
        if high <= low {
            return self.at(low);
        }
        let mut edges: Vec<f64> = self.corners.iter().map(|corner| corner.cost).collect();
        edges.retain(|cost| *cost > low && *cost < high);
        edges.insert(0, low);
        edges.push(high);
        // Straight between edges, so the middle is the mean; at the first corner it may jump, which no middle sees.
        let area: f64 =
            edges.windows(2).map(|pair| (pair[1] - pair[0]) * self.at(f64::midpoint(pair[0], pair[1]))).sum();
        area / (high - low)
    }

    fn at(&self, cost: f64) -> f64 {
        let beyond = self.corners.partition_point(|corner| corner.cost <= cost);
        match (beyond.checked_sub(1).map(|at| self.corners[at]), self.corners.get(beyond)) {
            (None, _) => self.worst,
            (Some(last), None) => last.value,
            (Some(left), Some(right)) => {
                let share = (cost - left.cost) / (right.cost - left.cost);
                left.value + share * (right.value - left.value)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spots(points: &[(f64, f64)]) -> Vec<Spot> {
        points.iter().map(|&(cost, value)| Spot { cost, value }).collect()
    }

    #[test]
    fn the_hull_of_a_few_points_is_as_drawn_by_hand() {
        // (2, 5) is dominated, (2, 4.5) lies above the line from (1, 5) to (3, 1), (4, 1) costs more for nothing.
        let spots = spots(&[(1.0, 5.0), (2.0, 5.0), (2.0, 4.5), (3.0, 1.0), (4.0, 1.0), (6.0, 0.0)]);
        assert_eq!(pareto(&spots), [0, 2, 3, 5]);
        assert_eq!(corners(&spots), [0, 3, 5]);
        let hull = Hull::new(&spots, 9.0);
        assert_eq!([0.5, 1.0, 2.0, 3.0, 6.0, 99.0].map(|cost| hull.at(cost)), [9.0, 5.0, 3.0, 1.0, 0.0, 0.0]);
        // From 0 to 7: 9 once, 3 twice, 0.5 three times, 0 once.
        assert!((hull.mean(0.0, 7.0) - (9.0 + 6.0 + 1.5) / 7.0).abs() < 1e-12);
        assert_eq!(hull.mean(3.0, 3.0), 1.0);
    }

    proptest! {
        #[test]
        fn no_point_lies_under_the_hull_and_it_is_convex_and_falling(
            points in prop::collection::vec((0.0f64..100.0, 0.0f64..100.0), 1..40)
        ) {
            let spots = spots(&points);
            let hull = Hull::new(&spots, 200.0);
            for spot in &spots {
                prop_assert!(hull.at(spot.cost) <= spot.value + 1e-9);
            }
            for pair in hull.corners.windows(2) {
                prop_assert!(pair[0].cost < pair[1].cost && pair[0].value > pair[1].value);
            }
            for three in hull.corners.windows(3) {
                prop_assert!(turns_left(three[0], three[1], three[2]));
            }
            // The front is exactly what nothing dominates.
            let front = pareto(&spots);
            for (at, spot) in spots.iter().enumerate() {
                let dominated = spots.iter().any(|other| {
                    other.cost <= spot.cost && other.value <= spot.value && other != spot
                });
                prop_assert_eq!(front.contains(&at), !dominated);
            }
        }
    }
}
