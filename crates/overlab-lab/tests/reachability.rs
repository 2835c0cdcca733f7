//! What address translators do to overlays.

#[path = "support/trial.rs"]
mod trial;

use overlab_lab::RunOutcome;

/// A minute of lookups among peers of whom none leaves.
const CALM: &str = r#"{
  "version": 1,
  "name": "reachability",
  "time": { "warmup": "1min", "measure": "1min" },
  "underlay": { "constant": { "latency": "40ms" } },
  "peers": { "count": 80 },
  "overlays": [{ "algorithm": { "chord": {} } }, { "algorithm": { "kademlia": { "k": 8 } } }],
  "workload": { "key_routing": { "rate_per_peer": "20/min" } },
  "replications": 1
}"#;

fn mean(run: &RunOutcome, name: &str) -> f64 {
    run.metrics.get(name).unwrap_or_else(|| panic!("no {name}")).mean
}

#[test]
fn without_translators_nothing_changes() {
    let plain = trial::runs(CALM, &[]);
    let public = trial::runs(CALM, &[r#"reachability={"nat":0,"outbound_only":0}"#]);
    for (plain, public) in plain.iter().zip(&public) {
        assert_eq!(plain.digest, public.digest);
        assert_eq!(plain.metrics["lookup.correct_ratio"], public.metrics["lookup.correct_ratio"]);
    }
}

#[test]
fn hosts_that_nobody_can_send_to_first_hear_nothing() {
    for run in trial::runs(CALM, &[r#"reachability={"outbound_only":1}"#, "time.warmup=0s"]) {
        // Nobody is public, so every single message is turned away, if it is not still under way at the end.
        let closed = mean(&run, "network.lost_ratio.closed");
        assert!(closed > 0.95 && closed <= 1.0, "{closed}");
        // Everybody is alone with its own keys, one in eighty.
        assert!(mean(&run, "lookup.correct_ratio") < 0.05, "{}", mean(&run, "lookup.correct_ratio"));
    }
}

#[test]
fn translators_cost_lookups_and_a_longer_memory_helps() {
    let nat = |timeout: &str| {
        trial::runs(CALM, &[&format!(r#"reachability={{"nat":0.5,"mapping_timeout":"{timeout}"}}"#)])
    };
    let (short, long) = (nat("1s"), nat("10min"));
    for (short, long) in short.iter().zip(&long) {
        let closed = |run: &RunOutcome| mean(run, "network.lost_ratio.closed");
        assert!(closed(short) > closed(long), "{} {}", closed(short), closed(long));
        assert!(mean(short, "lookup.correct_ratio") < 1.0);
    }
}

#[test]
fn newcomers_get_in_through_public_hosts() {
    let joins = ["peers.start={\"joins\":{\"over\":\"30s\"}}", r#"reachability={"nat":0.6}"#];
    for run in trial::runs(CALM, &joins) {
        // All are up after the warm-up; without somebody to turn to half of them would be outside.
        assert!(mean(&run, "peers.joined") > 0.9 * 80.0, "{}", mean(&run, "peers.joined"));
    }
}
