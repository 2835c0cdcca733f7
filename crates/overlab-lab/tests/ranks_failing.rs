//! What becomes of an experiment over several ranks when the simulation panics in one of them.

use overlab_algorithms::key_routing::chord::ChordParameters;
use overlab_engine::{Link, ThreadLink};
use overlab_lab::{Execution, Experiment, Progress, Ranks, Registry, Sharing, Store, assist, entry, execute};
use overlab_peer::space::RingSuccessor;
use overlab_peer::{
    About, Candidates, Contact, Context, Converged, Key, KeyRouting, LiveKeys, Lookout, Protocol,
    Responsibility,
};
use overlab_schema::Document;
use overlab_time::Span;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

const SCENARIO: &str = r#"{
  "version": 1, "name": "clumsy", "description": "Two hosts, of which the second one falls over.",
  "time": { "warmup": "10s", "measure": "1min" },
  "underlay": { "constant": {} }, "peers": { "count": 2 },
  "overlays": [ { "algorithm": { "clumsy": {} } } ],
  "workload": { "key_routing": {} }, "replications": 4
}"#;

/// The second peer panics after half a minute.
struct Clumsy;

impl Protocol for Clumsy {
    type Parameters = ChordParameters;
    type Message = ();
    type Timer = ();
    const ABOUT: About =
        About { name: "clumsy", title: "Clumsy", summary: "It falls over.", reference: "none", bibtex: "" };

    fn new(_context: &mut Context<'_, Self>) -> Self {
        Self
    }

    fn join(&mut self, _bootstrap: &[Contact], _context: &mut Context<'_, Self>) {}

    fn receive(&mut self, _from: Contact, (): (), _context: &mut Context<'_, Self>) {}

    fn wake(&mut self, (): (), context: &mut Context<'_, Self>) {
        assert!(context.me() != Contact::first(1), "peer 1 fell over");
    }
}

impl KeyRouting for Clumsy {
    type Space = RingSuccessor;
    type Route = ();

    fn closest(&self, _key: Key, _route: &mut (), _context: &Lookout<'_, Self>, _out: &mut Candidates<'_>) {}

    fn responsible(&self, _key: Key, _route: &(), _context: &Lookout<'_, Self>) -> Responsibility {
        Responsibility::Yes
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.clear();
    }
}

impl Converged for Clumsy {
    fn converge(&mut self, _live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
        context.wake_after(Span::from_secs(30), ());
    }
}

/// What every one of two ranks says at its end: its failures, or what it panicked with.
fn ends(sharing: Sharing) -> Vec<Result<Vec<String>, String>> {
    let document = Document::parse("clumsy", SCENARIO).unwrap();
    let mut experiment = Experiment::resolve(&document, &Registry::built_in().with(entry!(Clumsy))).unwrap();
    let plans = experiment.plans(Path::new("."), None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (experiment, plans, folder, stop) = (&experiment, &plans[..], folder.path(), &AtomicBool::new(false));
    let rank = |link: ThreadLink| {
        let progress = Progress::default();
        let leads = link.rank() == 0;
        let execution = Execution {
            threads: 1,
            width_divisor: 1,
            ranks: Some(Ranks { link: Arc::new(link), sharing, abandon: |_, problem| panic!("{problem}") }),
            stop,
            progress: &progress,
            command: Vec::new(),
            version: "test".to_owned(),
            revision: None,
        };
        let work = || {
            if !leads {
                return assist(experiment, plans, &execution);
            }
            let scenario = experiment.scenario.to_json();
            let store = Store::open(&folder.join("results"), &scenario, "test", None, false).unwrap();
            let done = execute(experiment, plans, store, &execution).unwrap();
            assert_eq!(done.finished, (0, 4));
            done.failures
        };
        let ended = catch_unwind(AssertUnwindSafe(work));
        // The connection ends with the rank, as that of a process does.
        drop(execution);
        ended.map_err(|panic| *panic.downcast::<String>().unwrap())
    };
    let rank = &rank;
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            ThreadLink::team(2).into_iter().map(|link| scope.spawn(move || rank(link))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn a_panic_in_a_run_of_its_own_is_told_by_the_first_rank() {
    let ends = ends(Sharing::Outside);
    let failures = ends[0].as_ref().unwrap();
    assert!(
        !failures.is_empty() && failures.iter().all(|line| line.contains("peer 1 fell over")),
        "{ends:?}"
    );
    assert!(ends[1].as_ref().unwrap().len() <= 1, "whoever fails begins nothing else: {ends:?}");
}

#[test]
fn a_panic_in_a_run_of_all_ends_all() {
    let ends = ends(Sharing::Inside);
    // The second host, and with it the second peer, is the second rank's.
    assert!(ends[1].as_ref().unwrap_err().contains("peer 1 fell over"), "{ends:?}");
    assert!(ends[0].as_ref().unwrap_err().contains("rank 1 is gone"), "{ends:?}");
}
