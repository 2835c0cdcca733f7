//! Key routing as a service of the lab.

use super::judge::LookupJudge;
use super::workload::{Arrivals, Keys, LookupWorkload};
use crate::ground::{Ground, Plan, grace};
use crate::registry::settled;
use crate::replay::Sampling;
use crate::service::Service;
use overlab_peer::{CallPolicy, Converged, KeyRouting, LookupMode, LookupStyle};
use overlab_schema::scenario::{self, Overlay, Workload};
use overlab_toolkit::key_routing::{KeyRoutingNode, KeyRoutingSetup};
use serde_json::Value;
use std::marker::PhantomData;

/// Key routing by the algorithm `A`.
#[derive(Debug)]
pub(crate) struct KeyRoutingService<A>(PhantomData<A>);

impl<A: Converged> Service for KeyRoutingService<A> {
    const NAME: &'static str = "key_routing";
    type Program = KeyRoutingNode<A>;
    type Workload = LookupWorkload;
    type Judge = LookupJudge<<A as KeyRouting>::Space>;

    fn setup(parameters: &Value, overlay: &Overlay) -> KeyRoutingSetup<A::Parameters> {
        let parameters: A::Parameters = settled(parameters);
        KeyRoutingSetup {
            style: style(A::style(&parameters), overlay),
            calls: CallPolicy { timeout: overlay.rpc.timeout, retries: overlay.rpc.retries },
            parameters,
        }
    }

    fn workload(plan: &Plan, ground: &Ground) -> LookupWorkload {
        let lookups = lookups(plan);
        LookupWorkload {
            seeds: ground.workload_seeds,
            gap: lookups.rate_per_peer.mean_gap(),
            arrivals: match lookups.arrivals {
                scenario::Arrivals::Poisson => Arrivals::Poisson,
                scenario::Arrivals::Periodic => Arrivals::Periodic,
            },
            keys: match lookups.keys {
                scenario::Keys::Uniform => Keys::Uniform,
                scenario::Keys::Zipf { exponent, catalogue } => {
                    Keys::zipf(exponent, u32::try_from(catalogue).unwrap_or(u32::MAX))
                }
            },
            deadline: lookups.deadline,
            until: plan.calendar.to,
        }
    }

    fn judge(plan: &Plan) -> Self::Judge {
        let lookups = lookups(plan);
        let each = lookups.rate_per_peer.per_second() * plan.scenario.time.measure.as_seconds();
        let sampling = Sampling::new(plan.pool, each);
        LookupJudge::new(plan.calendar.clone(), grace(&plan.scenario), plan.scenario.output.lookups, sampling)
    }
}

/// What is asked.
fn lookups(plan: &Plan) -> &scenario::KeyRouting {
    match &plan.scenario.workload {
        Workload::KeyRouting(lookups) => lookups,
        Workload::StaticKeyRouting(_) => unreachable!("static analyses have runs of their own"),
    }
}

/// The algorithm's own way of looking up, as far as the scenario does not say otherwise.
fn style(own: LookupStyle, overlay: &Overlay) -> LookupStyle {
    let lookup = &overlay.lookup;
    LookupStyle {
        mode: lookup.mode.map_or(own.mode, |mode| match mode {
            scenario::LookupMode::Iterative => LookupMode::Iterative,
            scenario::LookupMode::Recursive => LookupMode::Recursive,
            scenario::LookupMode::SemiRecursive => LookupMode::SemiRecursive,
        }),
        parallelism: lookup.parallelism.map_or(own.parallelism, |n| n as usize),
        redundancy: lookup.redundancy.map_or(own.redundancy, |n| n as usize),
        termination: own.termination,
        acknowledge: lookup.acknowledge,
    }
}
