//! The world's population: Little's law, from the first instant on.

use crate::statistics::{mean, value};
use crate::trial::Trial;
use overlab_lab::Registry;

const REPLICATIONS: u32 = 8;

/// Chord and Kademlia that only join; `SESSION` is to be set.
const SCENARIO: &str = r#"{
  "version": 1, "name": "population", "seed": 3,
  "time": { "warmup": "0s", "measure": "1h", "sample": "10min" },
  "underlay": { "constant": { "latency": "20ms" } },
  "peers": { "count": 1000 },
  "overlays": [
    { "algorithm": { "chord": { "stabilize_interval": "2min", "check_predecessor_interval": "2min", "fix_fingers_interval": "never" } } },
    { "algorithm": { "kademlia": { "k": 4, "refresh_interval": "never" } } }
  ],
  "workload": { "key_routing": { "rate_per_peer": "0/s" } },
  "churn": {
    "session": { "exponential": { "mean": "30min" } },
    "downtime": { "exponential": { "mean": "15min" } }
  },
  "replications": 8
}"#;

/// `peers.count` is the population that churn keeps up: lambda E[S] = pool E[S] / (E[S] + E[D]), whatever the laws, and
/// without a transient at the start.
///
/// A peer's state at an instant has variance a (1 - a) = 2/9, so the 1,500 of a pool have a standard deviation of at most
/// 18.3 and a mean over 8 replications one of 6.5. Averages over time vary less: for exponential laws with
/// 1 / tau = 1 / 30 min + 1 / 15 min by the factor 2 tau / T (1 - tau / T (1 - exp(-T / tau))) = 0.278, down to 3.4.
#[test]
fn as_many_peers_are_live_as_were_asked_for() {
    let weibull = r#"churn.session={"weibull":{"shape":0.6,"mean":"30min"}}"#;
    for (set, deviation) in [("name=exponential", 3.4), (weibull, 6.5)] {
        let trial = Trial::written(SCENARIO, &[set], &Registry::built_in(), None);
        let runs: Vec<_> =
            (0..REPLICATIONS).map(|replication| trial.run_on((0, 0, replication), 1, 1)).collect();
        let live = mean(&runs.iter().map(|run| value(run, "peers.live")).collect::<Vec<_>>());
        assert!((live - 1000.0).abs() <= 4.0 * deviation, "{set}: {live} instead of 1000");
        // Each bin's end by itself, the first included: six looks, 4.5 deviations.
        for bin in 0..6 {
            let at: Vec<f64> = runs.iter().map(|run| run.series["peers.live"][bin].1).collect();
            assert!((mean(&at) - 1000.0).abs() <= 4.5 * 6.5, "{set}, bin {bin}: {at:?}");
        }
        // Another overlay meets the same population, to the last instant.
        let other = trial.run_on((0, 1, 0), 1, 1);
        assert_eq!(value(&other, "peers.live"), value(&runs[0], "peers.live"));
        assert_eq!(other.series["peers.live"], runs[0].series["peers.live"]);
    }
}
