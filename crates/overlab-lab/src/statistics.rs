//! Intervals and quantiles: what a mean, a share or a percentile over replications is worth.
//!
//! The unit of observation is the replication, never an operation: operations of one replication share a network, a
//! membership and a moment, and are not independent. Each replication counts the same, so that a mean in a summary is the
//! mean of its column in `replications.csv`, and the difference of two means is the mean of the paired differences.
//!
//! | figure | interval | from |
//! |---|---|---|
//! | mean over replications | [`Estimate`]: Student's t | 2 replications |
//! | share of counted things, such as a success ratio | [`share_interval`]: Clopper-Pearson on the effective size (Korn and Graubard, 1998) | 2 |
//! | percentile within replications, mean over them | [`skewed_interval`]: the hull of Student's t and Hall's (1992) correction for skewness | 2 |
//! | percentile of single values over replications | [`quantile_interval`]: order statistics | 6 (median), 36, 72, 368 (90th, 95th, 99th) |
//!
//! `tests/coverage.rs` holds each of them to its confidence in 10,000 synthetic experiments a distribution.

mod load;
mod mean;
mod quantile;
mod share;
mod transient;

pub(crate) use load::gini;
pub use mean::{Estimate, skewed_interval};
pub(crate) use quantile::quantile;
pub use quantile::quantile_interval;
pub use share::share_interval;
pub use transient::{SHORTEST_SERIES, Transient, mser_5};

/// The confidence of every interval in results.
pub(crate) const CONFIDENCE: f64 = 0.95;
