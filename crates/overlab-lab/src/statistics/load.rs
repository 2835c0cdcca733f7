//! How unevenly loads are spread.

/// The Gini coefficient of loads in ascending order: 0 where all are equal, near 1 where one bears all.
pub(crate) fn gini(sorted: &[u32]) -> Option<f64> {
    let total: u128 = sorted.iter().map(|load| u128::from(*load)).sum();
    if total == 0 {
        return None;
    }
    let n = sorted.len() as f64;
    let weighted: u128 = sorted.iter().zip(1u128..).map(|(load, rank)| rank * u128::from(*load)).sum();
    Some(2.0 * weighted as f64 / (n * total as f64) - (n + 1.0) / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gini_is_known_at_its_ends() {
        assert_eq!(gini(&[5, 5, 5, 5]), Some(0.0));
        assert_eq!(gini(&[0, 0, 0, 8]), Some(0.75));
        assert_eq!(gini(&[0, 0]), None);
    }
}
