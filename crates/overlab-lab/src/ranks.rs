//! An experiment over several ranks: all inside one run after the other, or each with runs of its own.
//!
//! Rank 0 alone knows the results folder: it says what is to be run, and keeps what was.

mod farm;

use crate::execute::{Execution, Group, Team, worth_all};
use crate::experiment::Experiment;
use crate::ground::Plan;
use crate::outcome::RunOutcome;
use crate::store::RunPlace;
use overlab_engine::Link;
use std::fmt;
use std::sync::{Arc, PoisonError};

/// How ranks share the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// All work on the same run.
    Inside,
    /// Each has runs of its own.
    Outside,
}

impl Sharing {
    /// What suits an experiment: one large run is shared, many small ones are dealt out.
    pub fn suiting(plans: &[Plan]) -> Self {
        if worth_all(plans) { Self::Inside } else { Self::Outside }
    }
}

/// The ranks that do an experiment together, as one of them sees them.
#[derive(Clone)]
pub struct Ranks {
    /// The connection.
    pub link: Arc<dyn Link>,
    /// How they share the work; the same in all.
    pub sharing: Sharing,
    /// Tells the problem and ends all ranks: for one that cannot go on while others wait for it.
    pub abandon: fn(&dyn Link, &str) -> !,
}

impl fmt::Debug for Ranks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ranks")
            .field("rank", &self.link.rank())
            .field("ranks", &self.link.ranks())
            .field("sharing", &self.sharing)
            .finish_non_exhaustive()
    }
}

/// Takes over what runs left behind and says what is to be run next.
pub(crate) type Next<'a> = dyn FnMut(Vec<(RunPlace, RunOutcome)>) -> Vec<Group> + Send + 'a;

impl Ranks {
    /// The connection that runs go over, where ranks share them.
    pub(crate) fn inside(&self) -> Option<&Arc<dyn Link>> {
        (self.sharing == Sharing::Inside).then_some(&self.link)
    }

    /// Rank 0: has the groups run, hands over what they left behind, and goes on with what `next` says is to be run then.
    pub(crate) fn lead(&self, team: &Team<'_>, mut groups: Vec<Group>, next: &mut Next<'_>) {
        if self.sharing == Sharing::Outside {
            return farm::lead(&*self.link, team, groups, next);
        }
        while !groups.is_empty() {
            let mut fresh = Vec::new();
            for group in &groups {
                announce(&*self.link, Some(group));
                fresh.extend(team.group(group, 1));
            }
            groups = next(fresh);
        }
        announce(&*self.link, None);
    }
}

/// Any other rank: works with rank 0, which is in [`execute`](crate::execute()) with the same experiment, until all is done. Returns what
/// went wrong here.
///
/// # Panics
/// If there are no ranks.
pub fn assist(experiment: &Experiment, plans: &[Plan], execution: &Execution<'_>) -> Vec<String> {
    let ranks = execution.ranks.as_ref().expect("only ranks assist");
    let failures = if ranks.sharing == Sharing::Outside {
        farm::work(&*ranks.link, experiment, plans, execution)
    } else {
        // All have the same outcome, and rank 0 keeps it.
        let keep = |_: RunPlace, _: &RunOutcome| Ok(());
        let team = Team::new(experiment, plans, execution, &keep, false);
        while let Some(group) = announced(&*ranks.link) {
            team.group(&group, 1);
        }
        team.failures
    };
    failures.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Whether it holds in any rank; all must ask.
pub(crate) fn any(link: &dyn Link, here: bool) -> bool {
    link.gather(&[u8::from(here)]).concat().contains(&1)
}

fn announce(link: &dyn Link, group: Option<&Group>) {
    let group = group.map(|group| serde_json::to_vec(group).expect("a group is plain data"));
    link.gather(&group.unwrap_or_default());
}

fn announced(link: &dyn Link) -> Option<Group> {
    let from_all = link.gather(&[]);
    let group = &from_all[0];
    (!group.is_empty()).then(|| serde_json::from_slice(group).expect("rank 0 runs the same program"))
}
