//! Runs dealt out to ranks: whoever has nothing to do asks rank 0, which works too and attends to the others meanwhile.

use crate::execute::{Execution, Group, Team};
use crate::experiment::Experiment;
use crate::ground::Plan;
use crate::outcome::RunOutcome;
use crate::ranks::Next;
use crate::store::RunPlace;
use overlab_engine::Link;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Between two looks at the post of whoever has nothing else to do.
const PAUSE: Duration = Duration::from_millis(1);

/// What a rank tells rank 0.
#[derive(Serialize, Deserialize)]
enum Word {
    /// It has nothing to do.
    Idle,
    /// A run is finished.
    Finished { point: usize, overlay: usize, replication: u32, outcome: Box<RunOutcome> },
    /// A run failed.
    Failed(String),
    /// It does no more.
    Left,
}

/// What rank 0 tells another.
#[derive(Serialize, Deserialize)]
enum Order {
    /// Run these.
    Run(Group),
    /// Nothing is left, or all is to stop.
    Stop,
}

fn post(link: &dyn Link, to: usize, what: &impl Serialize) {
    link.post(to, &serde_json::to_vec(what).expect("what ranks tell each other is plain data"));
}

/// What rank 0 knows of the others.
struct Desk {
    /// What nobody has begun.
    groups: VecDeque<Group>,
    /// By rank, whether it is still there.
    here: Vec<bool>,
    /// Ranks that have nothing to do.
    idle: Vec<usize>,
    /// Whether all were told to stop.
    told: bool,
    fresh: Vec<(RunPlace, RunOutcome)>,
}

impl Desk {
    /// Attends to everybody who has something to say; returns whether anybody had.
    fn attend(&mut self, link: &dyn Link, team: &Team<'_>) -> bool {
        if team.stopped() && !self.told {
            self.stop(link);
        }
        let mut anybody = false;
        while let Some((rank, bytes)) = link.fetch() {
            anybody = true;
            match serde_json::from_slice(&bytes).expect("all ranks run the same program") {
                Word::Idle if self.told => {}
                Word::Idle => self.idle.push(rank),
                Word::Finished { point, overlay, replication, outcome } => {
                    let place = RunPlace { point, overlay, replication };
                    match (team.keep)(place, &outcome) {
                        Ok(()) => {
                            let progress = team.execution.progress;
                            progress.finished.fetch_add(1, Ordering::Relaxed);
                            progress.events.fetch_add(outcome.cost.events, Ordering::Relaxed);
                            self.fresh.push((place, *outcome));
                        }
                        Err(error) => team.fail(error),
                    }
                }
                Word::Failed(problem) => team.fail(format!("rank {rank}: {problem}")),
                Word::Left => self.here[rank] = false,
            }
        }
        while !self.told
            && let Some(rank) = self.idle.pop()
        {
            let Some(group) = self.groups.pop_front() else {
                self.idle.push(rank);
                break;
            };
            post(link, rank, &Order::Run(group));
        }
        anybody
    }

    /// Tells all that are there to stop; each says when it has.
    fn stop(&mut self, link: &dyn Link) {
        self.told = true;
        self.groups.clear();
        (1..self.here.len()).filter(|&rank| self.here[rank]).for_each(|rank| post(link, rank, &Order::Stop));
    }

    /// What rank 0 does next.
    fn turn(&mut self) -> Turn {
        if let Some(group) = self.groups.pop_front() {
            return Turn::Run(group);
        }
        let here = self.here.iter().filter(|here| **here).count();
        match self.told {
            true if here == 0 => Turn::End(std::mem::take(&mut self.fresh)),
            // Nobody has anything to do any more.
            false if here == self.idle.len() => Turn::Ask(std::mem::take(&mut self.fresh)),
            _ => Turn::Wait,
        }
    }
}

/// What rank 0 does next.
enum Turn {
    /// A share of its own.
    Run(Group),
    /// Others are at work.
    Wait,
    /// All is done: is there more?
    Ask(Vec<(RunPlace, RunOutcome)>),
    /// All have left; some had runs to hand in before.
    End(Vec<(RunPlace, RunOutcome)>),
}

/// Rank 0: deals the groups out, takes its own share, and collects.
pub(super) fn lead(link: &dyn Link, team: &Team<'_>, groups: Vec<Group>, next: &mut Next<'_>) {
    let mut here = vec![true; link.ranks()];
    here[0] = false;
    let (idle, fresh) = (Vec::new(), Vec::new());
    let desk = Mutex::new(Desk { groups: groups.into(), here, idle, told: false, fresh });
    let desk = || -> MutexGuard<'_, Desk> { desk.lock().unwrap_or_else(PoisonError::into_inner) };
    let attend = || {
        desk().attend(link, team);
    };
    loop {
        attend();
        // Whoever asks must be let in while this rank works.
        let turn = desk().turn();
        match turn {
            Turn::Run(group) => {
                let own = team.attended(&group, team.execution.threads, &attend);
                desk().fresh.extend(own);
            }
            Turn::Wait => std::thread::sleep(PAUSE),
            Turn::Ask(fresh) => {
                let groups = next(fresh);
                let mut desk = desk();
                if groups.is_empty() {
                    desk.stop(link);
                }
                desk.groups = groups.into();
            }
            Turn::End(fresh) => {
                next(fresh);
                return;
            }
        }
    }
}

/// Any other rank: does what it is given until there is no more. Returns what went wrong here, which rank 0 was told.
pub(super) fn work(
    link: &dyn Link,
    experiment: &Experiment,
    plans: &[Plan],
    execution: &Execution<'_>,
) -> Mutex<Vec<String>> {
    let keep = |RunPlace { point, overlay, replication }: RunPlace, outcome: &RunOutcome| {
        let outcome = Box::new(outcome.clone());
        post(link, 0, &Word::Finished { point, overlay, replication, outcome });
        Ok(())
    };
    let team = Team::new(experiment, plans, execution, &keep, false);
    let listen = || {
        let (_, bytes) = link.fetch()?;
        match serde_json::from_slice(&bytes).expect("all ranks run the same program") {
            Order::Run(group) => Some(group),
            Order::Stop => {
                team.halt();
                None
            }
        }
    };
    post(link, 0, &Word::Idle);
    loop {
        let group = listen();
        if team.stopped() {
            break;
        }
        let Some(group) = group else {
            std::thread::sleep(PAUSE);
            continue;
        };
        // Nobody who works is sent anything but the order to stop.
        team.attended(&group, execution.threads, &|| {
            listen();
        });
        for problem in team.failures.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            post(link, 0, &Word::Failed(problem.clone()));
        }
        post(link, 0, &Word::Idle);
    }
    post(link, 0, &Word::Left);
    team.failures
}
