//! Checks of static analyses: what has to do with time has no place beside one.

use super::Findings;
use crate::misfit::Part;
use crate::scenario::{Lookup, Pairs, Rpc, Scenario, Start, StaticKeyRouting, Target, Times, Wire, Workload};

/// More paths than this take days.
const MOST_PAIRS: u64 = 10_000_000_000;
/// Of more peers than this all pairs are too many.
const MOST_PEERS_FOR_ALL: u64 = 50_000;
const MOST_KEYS: u64 = 1_000_000_000;

impl Scenario {
    /// Whether it asks for a static analysis, which takes no time.
    pub fn is_static(&self) -> bool {
        matches!(self.workload, Workload::StaticKeyRouting(_))
    }

    pub(super) fn check_static(&self, asked: &StaticKeyRouting, f: &mut Findings) {
        let at = |key: &str| format!("workload.static_key_routing.{key}");
        let must = "at least 0 and less than 1";
        f.must((0.0..1.0).contains(&asked.removed), &at("removed"), asked.removed, must);
        match asked.pairs {
            Pairs::Sampled(pairs) => {
                let must = format!("between 1 and {MOST_PAIRS}");
                f.must((1..=MOST_PAIRS).contains(&pairs), &at("pairs.sampled"), pairs, &must);
            }
            Pairs::All => {
                let peers = self.peers.count.or(self.peers.pool).unwrap_or_default();
                if peers > MOST_PEERS_FOR_ALL {
                    let message = format!(
                        "is \"all\" of {peers} peers: sample some, such as {{ \"sampled\": 20000 }}, or ask for at most \
                         {MOST_PEERS_FOR_ALL} peers"
                    );
                    f.add(&at("pairs"), message);
                }
                if asked.to == Target::Keys {
                    f.add(
                        &at("to"),
                        "is \"keys\", but \"all\" pairs are of peers: sample pairs, or write \"peers\"",
                    );
                }
            }
        }
        f.must(asked.keys <= MOST_KEYS, &at("keys"), asked.keys, &format!("at most {MOST_KEYS}"));
        self.check_timeless(f);
    }

    /// Whatever needs time, messages or a course of events.
    fn check_timeless(&self, f: &mut Findings) {
        let cure = "means nothing to static_key_routing, which has neither time nor messages: leave it out";
        let given = [
            ("time", self.time != Times::default()),
            ("reachability", self.reachability.is_some()),
            ("impairments", self.impairments != Default::default()),
            ("congestion", self.congestion.is_some()),
            ("churn", self.churn.is_some()),
            ("timeline", !self.timeline.is_empty()),
            ("faults", self.faults.is_some()),
            ("adversary", self.adversary.is_some()),
            ("wire", self.wire != Wire::default()),
            ("output.lookups", self.output.lookups),
            ("peers.start", self.peers.start != Start::default()),
        ];
        for (key, _) in given.into_iter().filter(|(_, given)| *given) {
            f.add_part(key, cure, Part::Key);
        }
        for (index, overlay) in self.overlays.iter().enumerate() {
            let given =
                [("lookup", overlay.lookup != Lookup::default()), ("rpc", overlay.rpc != Rpc::default())];
            for (key, _) in given.into_iter().filter(|(_, given)| *given) {
                f.add_part(&format!("overlays[{index}].{key}"), cure, Part::Key);
            }
        }
    }
}
