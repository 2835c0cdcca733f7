//! Runs had again with a listener, and lookups explained out of what it heard.

use overlab_lab::{
    Again, Detail, Experiment, Explanation, Fate, Hearing, LegKind, LookupVerdict, Period, Plan, Registry,
    RunPlace, Wish, Worse, explain, verdicts,
};
use overlab_schema::Document;

/// Everything that can happen to a message: churn, loss, queues of access links, a crash; in every way of looking up.
const ROUGH: &str = r#"{
  "version": 1,
  "name": "rough",
  "time": { "warmup": "20s", "measure": "1min" },
  "underlay": { "plane": { "width": "60ms", "height": "60ms" } },
  "access": { "classes": [{ "name": "slow", "latency": { "constant": "4ms" }, "up": "400kbps", "down": "900kbps" }] },
  "impairments": { "loss": 0.03, "jitter": { "law": { "exponential": { "mean": "5ms" } }, "bound": "40ms" } },
  "peers": { "count": 80 },
  "overlays": [
    { "label": "Chord", "algorithm": { "chord": {} } },
    { "label": "recursive Chord", "algorithm": { "chord": {} }, "lookup": { "mode": "recursive" } },
    { "label": "semi-recursive Chord", "algorithm": { "chord": {} }, "lookup": { "mode": "semi_recursive" }, "rpc": { "retries": 1 } },
    { "label": "unacknowledged Chord", "algorithm": { "chord": {} }, "lookup": { "mode": "semi_recursive", "acknowledge": false } },
    { "label": "Kademlia", "algorithm": { "kademlia": { "k": 8 } }, "rpc": { "retries": 1 } }
  ],
  "churn": { "session": { "exponential": { "mean": "2min" } }, "downtime": { "exponential": { "mean": "1min" } }, "identity": "fresh" },
  "timeline": [{ "at": "25s", "crash": { "fraction": 0.3 } }],
  "workload": { "key_routing": { "rate_per_peer": "20/min" } },
  "output": { "lookups": true },
  "replications": 1
}"#;

struct Trial {
    experiment: Experiment,
    plans: Vec<Plan>,
}

impl Trial {
    fn new(text: &str) -> Self {
        let document = Document::parse("rough", text).unwrap();
        let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
        let plans = experiment.plans(std::path::Path::new("."), None).unwrap();
        Self { experiment, plans }
    }

    fn overlays(&self) -> usize {
        self.experiment.points[0].algorithms.len()
    }

    fn again(&self, overlay: usize) -> Again<'_> {
        let place = RunPlace { point: 0, overlay, replication: 0 };
        Again::new(&self.experiment, &self.plans, place, 1, &|_, _| true).unwrap()
    }
}

#[test]
fn listening_changes_nothing() {
    let trial = Trial::new(ROUGH);
    for overlay in 0..trial.overlays() {
        let again = trial.again(overlay);
        let expected = again.run().unwrap().digest;
        let (mut occurrences, mut last) = (0u64, None);
        let heard = again.hear(Wish {
            hearing: &Hearing::Everything,
            period: Period::ALL,
            detail: Detail::Everything,
            sink: &mut |occurrence| {
                occurrences += 1;
                assert!(last <= Some(occurrence.time), "in the order of time");
                last = Some(occurrence.time);
            },
        });
        assert_eq!(heard.unwrap().digest, Some(expected), "overlay {overlay}");
        assert!(occurrences > 10_000, "overlay {overlay}: {occurrences}");
    }
}

/// What an explanation must hold to, whatever the lookup.
fn check(explanation: &Explanation, verdict: &LookupVerdict) {
    let Explanation { path, steps, parts, .. } = explanation;
    let name = &explanation.lookup;
    assert_eq!(
        parts.total_ns(),
        explanation.latency_ns(),
        "{name}: the parts sum to the whole: {explanation:#?}"
    );
    if let Some(latency) = verdict.latency_ms {
        assert_eq!((latency * 1e6).round() as u64, explanation.latency_ns(), "{name}: {explanation:#?}");
        assert_eq!(parts.idle_ns, 0, "{name}: an answer came of something: {explanation:#?}");
    }
    if verdict.cause.as_deref() == Some("origin_left") {
        assert!(explanation.ended_ns < explanation.deadline_ns, "{name}: it ended when its origin left");
    }
    // The path has no gaps and runs from issue to end.
    let mut at = explanation.issued_ns;
    for leg in path {
        assert_eq!(leg.from_ns, at, "{name}: {explanation:#?}");
        at = leg.to_ns;
        let step = leg.step.map(|step| &steps[step]);
        match leg.kind {
            LegKind::Message => assert_eq!(step.unwrap().received_ns, Some(leg.to_ns), "{name}"),
            LegKind::Timeout => assert!(step.unwrap().timed_out, "{name}"),
            LegKind::Idle => assert!(step.is_none(), "{name}"),
        }
        assert!(step.is_none_or(|step| step.critical && step.sent_ns == leg.from_ns), "{name}");
    }
    assert_eq!(at, explanation.ended_ns, "{name}: {explanation:#?}");
    for step in steps {
        if let Some(received) = step.received_ns
            && matches!(step.fate, Fate::Delivered | Fate::Stranger | Fate::Nobody)
        {
            assert_eq!(received - step.sent_ns, step.parts.total_ns(), "{name}: {step:#?}");
        }
        if step.fate == Fate::Nobody {
            assert!(step.gone_for_ns.is_some(), "{name}: the log knows since when: {step:#?}");
        }
    }
}

#[test]
fn the_parts_of_every_lookup_sum_to_its_latency() {
    let trial = Trial::new(ROUGH);
    for overlay in 0..trial.overlays() {
        let again = trial.again(overlay);
        let all = verdicts(&again, &again.run().unwrap());
        assert!(all.len() > 500, "{}", all.len());
        let explanations = explain(&again, &all).unwrap();
        assert_eq!(explanations.len(), all.len(), "overlay {overlay}");
        let (mut timeouts, mut gone, mut queued, mut entries, mut requests) = (0, 0, 0, 0, 0);
        for (explanation, verdict) in explanations.iter().zip(&all) {
            check(explanation, verdict);
            timeouts += usize::from(explanation.parts.timeouts_ns > 0);
            queued += usize::from(explanation.parts.transmission_ns > 0);
            gone += explanation.steps.iter().filter(|step| step.fate == Fate::Nobody).count();
            for step in explanation.steps.iter().filter(|step| step.named_by.is_some()) {
                requests += 1;
                entries += usize::from(step.entry.is_some());
            }
        }
        assert!(gone > 10 && queued > 100, "overlay {overlay}");
        // Without acknowledgements nobody waits; a table may have changed in the very event that used it.
        assert!(timeouts > 10 || overlay == 3, "overlay {overlay}");
        assert!(entries * 100 >= requests * 95, "overlay {overlay}: {entries} of {requests}");
    }
}

#[test]
fn the_worst_are_explained_alone_as_among_all() {
    let trial = Trial::new(ROUGH);
    let again = trial.again(4);
    let all = verdicts(&again, &again.run().unwrap());
    let among_all = explain(&again, &all).unwrap();
    let worst = Worse::Latency.worst(all, 3);
    assert!(worst[0].latency_ms >= worst[1].latency_ms && worst[1].latency_ms >= worst[2].latency_ms);
    for verdict in &worst {
        let alone = explain(&again, std::slice::from_ref(verdict)).unwrap();
        let expected = among_all.iter().find(|explanation| explanation.lookup == verdict.id.to_string());
        assert_eq!(alone.first(), expected);
    }
}
