//! How routing meets faults, and faults that come by themselves.

use super::SpanLaw;
use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long routing takes to see a fault or a repair and to find other paths, and faults at random times.
///
/// From the fault until detection and reconvergence are over, messages on broken paths are lost; the same two delays,
/// drawn anew, pass between a repair and the return of the paths. What is repaired before it was detected moves no path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// From a fault or repair until a neighbour has seen it.
    #[serde(default = "RoutingDelay::detection")]
    pub detection: RoutingDelay,
    /// From then until all tables show it.
    #[serde(default = "RoutingDelay::reconvergence")]
    pub reconvergence: RoutingDelay,
    /// Faults at random times and places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random: Option<RandomFaults>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            detection: RoutingDelay::detection(),
            reconvergence: RoutingDelay::reconvergence(),
            random: None,
        }
    }
}

/// A delay of routing, drawn once for every fault and once for every repair.
///
/// `interdomain` holds where the fault touches more than one autonomous system: a link between two, a whole autonomous
/// system, a cable or region that concerns several; `intradomain` for all else, so also where a graph tells no domains.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutingDelay {
    /// Under a link-state protocol. Defaults: detection exponential with mean 1s, reconvergence exponential with mean 5s,
    /// chosen for the order of untuned timers; below a second is possible (Francois, Filsfils, Evans and Bonaventure, ACM CCR 35(3), 2005).
    pub intradomain: SpanLaw,
    /// Under BGP. Defaults: detection exponential with mean 1min, reconvergence lognormal with mean 3min and sigma 0.7:
    /// convergence after a fault takes three minutes on average and up to fifteen (Labovitz, Ahuja, Bose and Jahanian,
    /// SIGCOMM 2000), and BGP speaks of a fault about four minutes after it begins (Feamster et al., SIGMETRICS 2003). The minute of
    /// detection is what is left of these four; the kinds of the laws and sigma are choices.
    pub interdomain: SpanLaw,
}

impl RoutingDelay {
    fn detection() -> Self {
        let exponential = |mean| SpanLaw::Exponential { mean };
        Self { intradomain: exponential(Span::from_secs(1)), interdomain: exponential(Span::from_minutes(1)) }
    }

    fn reconvergence() -> Self {
        Self {
            intradomain: SpanLaw::Exponential { mean: Span::from_secs(5) },
            interdomain: SpanLaw::Lognormal { sigma: 0.7, mean: Span::from_minutes(3) },
        }
    }
}

/// A renewal process of faults: when, where, how long, and what fails with them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RandomFaults {
    /// The time between the starts of two faults anywhere in the network; the process is stationary at its start. Measured
    /// backbones have shapes below 1: faults come in clusters (Markopoulou et al., IEEE/ACM ToN 16(4), 2008).
    pub interval: SpanLaw,
    /// How long a fault lasts. By default lognormal with mean 10min and sigma 2, heavy-tailed as measured: the median is
    /// 81s, 84 % end within 10min, and most of all downtime lies in the few long ones (durations up to minutes for most
    /// faults: Markopoulou et al. 2008, Feamster et al. 2003; tails far beyond: Paxson, IEEE/ACM ToN 5(5), 1997; Dahlin et al., IEEE/ACM ToN 11(2), 2003).
    /// Law, mean and sigma are choices of that order, not fitted to any one of these.
    #[serde(default = "duration")]
    pub duration: SpanLaw,
    /// Where faults are.
    #[serde(default)]
    pub locations: Locations,
    /// The probability that a fault of a link in the core is one of its router, which takes all links of that router along:
    /// by default 0.165, the share of unplanned failures that are router-related (Markopoulou et al. 2008).
    #[serde(default = "shared_router")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub shared_router: f64,
    /// The probability that a fault of a link in the core takes all links of its cable along or, where it is in none, all
    /// links between the same two domains: by default 0.114, the share of failures that are related to optical equipment.
    #[serde(default = "shared_cable")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub shared_cable: f64,
    /// Whether there are faults during the warm-up too.
    #[serde(default)]
    pub warmup: bool,
}

/// Weights of the places where random faults are; only their ratios count.
///
/// The defaults are set between what was measured towards servers, whose failures were mostly inside the network, and
/// towards broadband hosts, whose failures were mostly at the last hop (Gummadi et al., OSDI 2004); the numbers are choices.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Locations {
    /// The access link of a host, all hosts alike.
    #[serde(default)]
    pub last_hop: f64,
    /// A link that connects the edge: of the domain (or router, where domains are not told apart) of a random host to others.
    #[serde(default)]
    pub edge: f64,
    /// A link between routers of the core: transit routers, or any where the graph tells no kinds.
    #[serde(default)]
    pub core: f64,
}

impl Default for Locations {
    fn default() -> Self {
        Self { last_hop: 0.4, edge: 0.3, core: 0.3 }
    }
}

fn duration() -> SpanLaw {
    SpanLaw::Lognormal { sigma: 2.0, mean: Span::from_minutes(10) }
}

fn shared_router() -> f64 {
    0.165
}

fn shared_cable() -> f64 {
    0.114
}
