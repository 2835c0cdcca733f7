//! The suite that every key-routing algorithm must pass in the [`Harness`].
//!
//! Call [`check`] from a test of the algorithm, with what may be demanded of it. A demand that is not met is a panic
//! that says what was found.

use crate::harness::{Finished, Harness};
use crate::key_routing::KeyRoutingSetup;
use overlab_peer::{Contact, Converged, Key, LookupMode, Parameters, Responsibility, Space};
use overlab_time::Span;

/// What is demanded of an algorithm.
#[derive(Clone, Copy, Debug)]
pub struct Demands {
    /// Peers in every overlay of the suite.
    pub peers: usize,
    /// The seed of keys, tables and lookups.
    pub seed: u64,
    /// The share of the peers that dies at once.
    pub crash: f64,
    /// The least share of lookups that find the owner among the survivors, before any periodic repair.
    pub survival: f64,
    /// The time between two joins.
    pub join_gap: Span,
    /// The time that maintenance gets after the last join.
    pub settle: Span,
    /// The greatest share of the entries that converged tables would have and tables grown by joins lack.
    pub missing: f64,
    /// The most bytes of state per peer after all that, on the heap and off it.
    pub bytes_per_peer: usize,
}

impl Demands {
    /// What most algorithms can meet: 64 peers, of which a fifth dies and nine lookups in ten still succeed; joins 5 s
    /// apart and 30 of the longest periods later no table lacks anything; 4 KB a peer.
    pub fn of<P: Parameters>(parameters: &P) -> Self {
        Self {
            peers: 64,
            seed: 1,
            crash: 0.2,
            survival: 0.9,
            join_gap: Span::from_secs(5),
            settle: Span::from_minutes(1) + parameters.longest_period() * 30,
            missing: 0.0,
            bytes_per_peer: 4096,
        }
    }
}

/// Checks everything.
///
/// # Panics
/// Where the algorithm falls short of a demand.
pub fn check<A: Converged>(parameters: &A::Parameters, demands: &Demands) {
    for mode in [LookupMode::Iterative, LookupMode::Recursive, LookupMode::SemiRecursive] {
        for parallelism in [1, 3] {
            converged_lookups_are_right::<A>(parameters, demands, mode, parallelism);
        }
    }
    most_lookups_survive_a_crash::<A>(parameters, demands);
    joins_lead_to_right_tables::<A>(parameters, demands);
    one_seed_gives_one_run::<A>(parameters, demands);
}

/// Every peer of a converged overlay finds the true owner of random keys, and of keys next to and equal to peers'.
///
/// # Panics
/// Where one does not.
pub fn converged_lookups_are_right<A: Converged>(
    parameters: &A::Parameters,
    demands: &Demands,
    mode: LookupMode,
    parallelism: usize,
) {
    let mut setup = KeyRoutingSetup::new::<A>(parameters.clone());
    setup.style.mode = mode;
    setup.style.parallelism = parallelism;
    let mut harness = Harness::<A>::new(setup, demands.peers, demands.seed);
    harness.converge();
    let finished = look_up_from_everywhere(&mut harness);
    let (right, asked) = (count_right(&harness, &finished.reports), finished.asked);
    assert_eq!(right, asked, "{mode:?}, parallelism {parallelism}: {right} of {asked} lookups were right");
    for report in &finished.reports {
        assert_eq!(report.report.timeouts, 0, "nobody is dead, yet a call timed out: {report:?}");
    }
}

/// When a share of the peers dies at once, most lookups of the others still find the owner.
///
/// # Panics
/// Where fewer do than demanded.
pub fn most_lookups_survive_a_crash<A: Converged>(parameters: &A::Parameters, demands: &Demands) {
    let setup = KeyRoutingSetup::new::<A>(parameters.clone());
    let mut harness = Harness::<A>::new(setup, demands.peers, demands.seed);
    harness.converge();
    crash(&mut harness, demands.crash);
    let finished = look_up_from_everywhere(&mut harness);
    let share = count_right(&harness, &finished.reports) as f64 / finished.asked as f64;
    assert!(share >= demands.survival, "after {} died only {share} of the lookups were right", demands.crash);
}

/// Peers that join one after another all become members, with the tables that they should have, in bounded space.
///
/// # Panics
/// Where one does not.
pub fn joins_lead_to_right_tables<A: Converged>(parameters: &A::Parameters, demands: &Demands) {
    let setup = KeyRoutingSetup::new::<A>(parameters.clone());
    let mut harness = Harness::<A>::new(setup, demands.peers, demands.seed);
    harness.join_all(demands.join_gap);
    harness.run_for(demands.settle);
    let members = harness.members().len();
    assert_eq!(members, demands.peers, "only {members} of {} peers became members", demands.peers);
    let audit = harness.audit();
    assert_eq!(audit.successors_wrong, 0, "wrong successors: {audit:?}");
    assert_eq!(audit.stale, 0, "nobody left, yet entries are stale: {audit:?}");
    assert!(
        audit.missing as f64 <= demands.missing * audit.expected as f64,
        "more than {} of the entries are missing: {audit:?}",
        demands.missing
    );
    let finished = look_up_from_everywhere(&mut harness);
    let (right, asked) = (count_right(&harness, &finished.reports), finished.asked);
    assert_eq!(right, asked, "after joins {right} of {asked} lookups were right");
    let bytes = harness.state_bytes() / demands.peers;
    assert!(bytes <= demands.bytes_per_peer, "{bytes} bytes a peer, {} were allowed", demands.bytes_per_peer);
    for peer in 0..harness.len() {
        let node = harness.node(peer).expect("nobody died");
        let lookups = node.lookups_under_way();
        assert!(lookups <= demands.peers, "peer {peer} has {lookups} lookups that do not end");
    }
}

/// Two runs of one seed, with joins and deaths, are the same.
///
/// # Panics
/// Where they are not.
pub fn one_seed_gives_one_run<A: Converged>(parameters: &A::Parameters, demands: &Demands) {
    let run = || {
        let setup = KeyRoutingSetup::new::<A>(parameters.clone());
        let mut harness = Harness::<A>::new(setup, demands.peers.min(32), demands.seed);
        harness.join_all(demands.join_gap);
        crash(&mut harness, demands.crash);
        let finished = look_up_from_everywhere(&mut harness);
        (finished.reports, harness.sent(), harness.wakes(), harness.audit())
    };
    assert_eq!(run(), run(), "two runs of seed {} differ", demands.seed);
}

struct Round {
    asked: usize,
    reports: Vec<Finished>,
}

/// Lets every member look up three keys: a random one, a peer's own, and the one after it.
fn look_up_from_everywhere<A: Converged>(harness: &mut Harness<A>) -> Round {
    let members: Vec<Contact> = harness.members().iter().map(|entry| entry.1).collect();
    harness.take_finished();
    for &origin in &members {
        let target = members[harness.random().index(members.len())];
        let key = harness.key(target.peer.index());
        for key in [harness.random_key(), key, Key(key.0.wrapping_add(1))] {
            harness.lookup(origin.peer.index(), key);
            // Apart, so that lookups do not go in step.
            harness.run_for(Span::from_millis(7));
        }
    }
    harness.run_for(Span::from_secs(5));
    Round { asked: members.len() * 3, reports: harness.take_finished() }
}

fn count_right<A: Converged>(harness: &Harness<A>, reports: &[Finished]) -> usize {
    let members = harness.members();
    let right = |finished: &&Finished| match finished.owner() {
        Some(owner) if A::Space::SELF_DECLARED => {
            harness.responsible(owner.peer.index(), finished.key) == Some(Responsibility::Yes)
        }
        owner => owner.is_some() && owner == Harness::<A>::owner_among(&members, finished.key),
    };
    reports.iter().filter(right).count()
}

fn crash<A: Converged>(harness: &mut Harness<A>, share: f64) {
    let mut peers: Vec<usize> = (0..harness.len()).collect();
    harness.random().shuffle(&mut peers);
    let dead = (peers.len() as f64 * share) as usize;
    for &peer in &peers[..dead] {
        harness.kill(peer);
    }
}
