//! The faults of one replication: what fails when, when routing knows, and the networks that this makes one after another.
//!
//! Two sets decide what the network is at an instant: what is broken, and what routing believes broken. A fault joins the
//! first at once and the second after detection and reconvergence; a repair likewise takes it out. Where the two differ,
//! messages are lost, or take ways around what works again.

mod convert;
mod pictured;
mod plan;
mod random;
mod readings;

pub(crate) use plan::{any, breaks_paths};

use overlab_time::Time;
use overlab_underlay::{Barrier, Damage, Filter, HostId, Pairs, Strike, Underlay, UnderlayError};
use overlab_world::{Change, Course};
use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

/// One fault from its start to its end.
#[derive(Debug)]
struct Episode {
    strike: Strike,
    from: Time,
    /// [`Time::NEVER`] where it is not repaired.
    to: Time,
    /// Since when routing avoids it and until when; nothing where routing never learns of it.
    believed: Option<(Time, Time)>,
}

/// The network between two instants at which something of it changes.
#[derive(Debug)]
struct Stage {
    at: Time,
    /// What is broken: numbers of episodes, ascending.
    actual: Vec<u32>,
    /// What routing believes broken, likewise.
    believed: Vec<u32>,
    /// The network, while somebody holds it.
    made: Mutex<Weak<Underlay>>,
    pairs: OnceLock<Pairs>,
}

/// All faults of a replication and the networks that they make.
#[derive(Debug)]
pub(crate) struct Outages {
    undamaged: Arc<Underlay>,
    episodes: Vec<Episode>,
    stages: Vec<Stage>,
    /// The routes that were found last, with what they avoid: the next stage may have the same.
    routed: Mutex<Option<(Vec<u32>, Arc<Underlay>)>>,
    pairs: OnceLock<Pairs>,
}

/// Something joins or leaves one of the two sets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Broken,
    Mended,
    Avoided,
    Trusted,
}

impl Outages {
    fn new(undamaged: Arc<Underlay>, episodes: Vec<Episode>, end: Time) -> Self {
        let mut turns: Vec<(Time, u32, Turn)> = Vec::new();
        for (number, episode) in (0..).zip(&episodes) {
            turns.push((episode.from, number, Turn::Broken));
            turns.push((episode.to, number, Turn::Mended));
            if let Some((from, to)) = episode.believed {
                turns.push((from, number, Turn::Avoided));
                turns.push((to, number, Turn::Trusted));
            }
        }
        turns.retain(|turn| turn.0 <= end);
        turns.sort_unstable();
        let (mut actual, mut believed) = (BTreeSet::new(), BTreeSet::new());
        let mut stages: Vec<Stage> = Vec::new();
        for together in turns.chunk_by(|a, b| a.0 == b.0) {
            for &(_, number, turn) in together {
                match turn {
                    Turn::Broken => actual.insert(number),
                    Turn::Mended => actual.remove(&number),
                    Turn::Avoided => believed.insert(number),
                    Turn::Trusted => believed.remove(&number),
                };
            }
            stages.push(Stage {
                at: together[0].0,
                actual: actual.iter().copied().collect(),
                believed: believed.iter().copied().collect(),
                made: Mutex::default(),
                pairs: OnceLock::new(),
            });
        }
        Self { undamaged, episodes, stages, routed: Mutex::default(), pairs: OnceLock::new() }
    }

    /// What the timeline of a world needs: when the network becomes which.
    pub(crate) fn changes(&self) -> impl Iterator<Item = (Time, Change)> + '_ {
        let numbered = self.stages.iter().enumerate();
        numbered.map(|(stage, at)| (at.at, Change::Underlay { stage }))
    }

    fn damage(&self, episodes: &[u32]) -> Damage {
        let mut all = Damage::default();
        for episode in episodes {
            let damage = &self.episodes[*episode as usize].strike.damage;
            all.routers.extend(&damage.routers);
            all.links.extend(&damage.links);
        }
        all
    }

    fn filter(&self, episodes: &[u32]) -> Result<Option<Filter>, usize> {
        let strikes = || episodes.iter().map(|episode| &self.episodes[*episode as usize].strike);
        let barriers: Vec<&Barrier> = strikes().filter_map(|strike| strike.barrier.as_ref()).collect();
        let severed: Vec<&[HostId]> = strikes().map(|strike| &strike.severed[..]).collect();
        Filter::of(self.undamaged.hosts(), severed.into_iter(), &barriers)
    }

    /// Routes that avoid what is believed to be broken.
    fn routed(&self, believed: &[u32]) -> Arc<Underlay> {
        let damage = self.damage(believed);
        if damage.is_empty() {
            return Arc::clone(&self.undamaged);
        }
        let mut last = held(&self.routed);
        if let Some((_, routed)) = last.as_ref().filter(|(avoided, _)| avoided == believed) {
            return Arc::clone(routed);
        }
        // From the routes found last, little changes as a rule.
        let base = last.as_ref().map_or(&self.undamaged, |(_, routed)| routed);
        let routed = Arc::new(possible(base.rerouted(&damage)));
        *last = Some((believed.to_vec(), Arc::clone(&routed)));
        routed
    }

    fn make(&self, stage: &Stage) -> Arc<Underlay> {
        let routed = self.routed(&stage.believed);
        let damage = self.damage(&stage.actual);
        // Plans are refused where barriers make too many classes of hosts.
        let filter = self.filter(&stage.actual).unwrap_or_default();
        match (damage.is_empty(), filter) {
            (true, None) => routed,
            (true, filter) => Arc::new(Underlay::clone(&routed).filtered(filter)),
            (false, filter) => Arc::new(possible(routed.cut(&damage)).filtered(filter)),
        }
    }
}

impl Course for Outages {
    fn underlay(&self, stage: usize) -> Arc<Underlay> {
        let stage = &self.stages[stage];
        let mut made = held(&stage.made);
        if let Some(there) = made.upgrade() {
            return there;
        }
        let underlay = apart(|| {
            let underlay = self.make(stage);
            stage.pairs.get_or_init(|| underlay.pairs());
            underlay
        });
        *made = Arc::downgrade(&underlay);
        underlay
    }
}

/// Does `work`, for which others may be waiting, on a thread of its own.
///
/// A thread of a pool that waits for parts of its work does other work of the pool meanwhile: another run, say, that waits for
/// this very work, and so for ever.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let done = std::thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or_else(|panic| resume_unwind(panic))
}

/// A network that was broken: plans have been refused where that cannot be done, unless memory runs out meanwhile.
fn possible(broken: Result<Underlay, UnderlayError>) -> Underlay {
    broken.unwrap_or_else(|error| panic!("the faults cannot be worked out: {error}"))
}

/// What a lock holds, even if another thread has panicked with it: it is only ever replaced as a whole.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
