//! Simulated time, units and their text, random streams, distributions.
//!
//! The lowest crate of the workspace: every other crate may use it, it uses none of them.
//!
//! * [`Time`] is an instant and [`Span`] a length of simulated time, both in whole nanoseconds.
//! * [`Interval`] is a period that may be `"never"`; [`Rate`] is a number of happenings a second.
//! * [`Stream`] is a random stream; [`Seeds`] derives every stream of a run from
//!   (seed, replication, purpose, owner, incarnation), so that no two parts of a simulation share one.
//! * [`Law`] is a distribution of spans: sampled by inversion or by a method of its own on `libm`,
//!   so that values are the same on every platform, and able to sample its equilibrium residual.
//! * [`prefetch`] asks the memory for what will be needed soon; it is here because every crate of the hot loop does.
//!
//! ```
//! use overlab_time::{Law, Purpose, Seeds, Span};
//!
//! let seeds = Seeds::new(1, 0);
//! let mut stream = seeds.stream(Purpose::Churn, 7, 0);
//! let law = Law::exponential(Span::from_hours(1));
//! assert!(law.sample(&mut stream) > Span::ZERO);
//! assert_eq!("90min".parse::<Span>()?, Span::from_minutes(90));
//! # Ok::<(), overlab_time::UnitError>(())
//! ```

#![forbid(unsafe_code)]

mod distribution;
mod prefetch;
mod random;
mod time;
mod units;

pub use distribution::{Law, LawError};
pub use prefetch::{prefetch, prefetch_item, prefetch_start};
pub use random::{Purpose, Seeds, Stream, mix64};
pub use time::{Interval, Span, Time};
pub use units::{Bandwidth, Rate, UnitError, parse_bytes, parse_probability};
