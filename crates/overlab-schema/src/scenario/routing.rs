//! Which of the paths through a router graph messages take.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which of the paths between two routers messages take. Routes are a function of the graph: of equally good ones, the next
/// router with the smallest number is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Routing {
    /// The fastest; of these, one with the fewest hops.
    #[default]
    Latency,
    /// One with the fewest hops; of these, a fastest. Its latency is that of its links.
    Hops,
    /// Valley-free, as autonomous systems choose: routes by customers before routes by peers before routes by providers, then
    /// those across the fewest systems, and from each the nearest exit (Gao and Rexford, IEEE/ACM Transactions on Networking
    /// 9(6), 2001). There and back may differ, and pairs may be unreachable where the graph is partial. Needs a graph that
    /// tells who pays whom.
    Policy,
}
