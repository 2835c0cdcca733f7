//! The observer: the log line by line, and the world as it stands at the last look.

use crate::echo::{Echo, Letter, Report};
use overlab_peer::{Contact, PeerId};
use overlab_time::Time;
use overlab_underlay::{CoreQueues, Ledger};
use overlab_world::{Log, Logged, Meter, Observer, Record, Roster, View};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// Everything that was seen, comparable as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Notebook {
    /// The only look beside those at changes.
    last_look: Time,
    done: bool,
    /// `TIME PEER.IDENTITY WHAT`, in the order of the log.
    pub(crate) lines: Vec<String>,
    /// What programs reported, in the same order.
    pub(crate) reports: Vec<(Time, Contact, Report)>,
    /// Requests that were asked: time, peer, number, and whether the peer had joined.
    pub(crate) issued: Vec<(Time, PeerId, u32, bool)>,
    /// The members at every look, by address.
    pub(crate) members: BTreeMap<Time, Vec<Contact>>,
    /// The counters at the end.
    pub(crate) meter: Meter,
    /// What the queues between routers have added up, at the end.
    pub(crate) ledger: Option<Ledger>,
    /// Peers that are up at the end.
    pub(crate) up: Vec<Contact>,
    /// Whose tables are looked at, where about three are asked for, at the end.
    pub(crate) audited: Vec<Contact>,
    /// Letters delivered and incarnation, by address, at the end.
    pub(crate) received: Vec<(u32, Option<u32>)>,
}

impl Notebook {
    /// A notebook whose last look is at `last_look`.
    pub(crate) fn until(last_look: Time) -> Self {
        Self { last_look, ..Self::default() }
    }

    /// Lines that hold one of `words`.
    pub(crate) fn with(&self, words: &[&str]) -> Vec<&str> {
        let holds = |line: &&str| words.iter().any(|word| line.contains(word));
        self.lines.iter().map(String::as_str).filter(holds).collect()
    }

    /// When every peer came up, joined and went down: the log without reports, requests and troubles.
    pub(crate) fn turns(&self) -> Vec<&str> {
        self.with(&[" up", " joined", " down"])
    }
}

impl Observer<Echo> for Notebook {
    fn next_look(&self) -> Option<Time> {
        (!self.done).then_some(self.last_look)
    }

    fn look(&mut self, now: Time, logs: &mut [Log<Echo>], roster: &mut Roster, view: &View<'_, Echo>) {
        let log = Log::in_order(logs);
        assert!(log.is_sorted_by_key(|logged| (logged.time, logged.contact.peer)));
        for logged in log {
            assert!(logged.time <= now, "a line of the future");
            view.apply(&logged, roster);
            self.note(logged);
        }
        let mut members = roster.members().to_vec();
        members.sort_unstable();
        for member in &members {
            assert!(view.is_up(*member), "{member:?} is a member, but down, at {now}");
        }
        self.members.insert(now, members);
        if now >= self.last_look {
            self.done = true;
            self.meter = view.meter();
            self.ledger = view.core.map(CoreQueues::ledger);
            self.up = view.programs().map(|(contact, _)| contact).collect();
            self.audited = view.audit(roster, 3);
            let up = |up: Option<NonZeroU32>| up.map(NonZeroU32::get);
            self.received = view.received().map(|(count, at)| (count, up(at))).collect();
        }
    }
}

impl Notebook {
    fn note(&mut self, logged: Logged<Echo>) {
        let Logged { time, contact, record } = logged;
        let what = match record {
            Record::Up => "up".to_owned(),
            Record::Joined => "joined".to_owned(),
            Record::Down { joined: true } => "down".to_owned(),
            Record::Down { joined: false } => "down, not joined".to_owned(),
            Record::Issued { number, joined, .. } => {
                self.issued.push((time, contact.peer, number, joined));
                format!("asked {number}")
            }
            Record::Trouble { operation, cause } => {
                format!("trouble of {}/{}: {}", operation.origin.0, operation.number, cause.name())
            }
            Record::Reported(report) => {
                let what = told(&report);
                self.reports.push((time, contact, report));
                what
            }
        };
        self.lines.push(format!("{time} {} {what}", name(contact)));
    }
}

fn name(contact: Contact) -> String {
    format!("{}.{}", contact.peer.0, contact.identity)
}

fn told(report: &Report) -> String {
    match report {
        Report::New => "new".to_owned(),
        Report::Converged { live, .. } => format!("converged among {live}"),
        Report::Started(bootstrap) => {
            let names: Vec<String> = bootstrap.iter().map(|contact| name(*contact)).collect();
            format!("starts from [{}]", names.join(" "))
        }
        Report::Resumed { heard } => format!("resumes, {heard} heard"),
        Report::Heard { from, letter } => {
            let letter = match letter {
                Letter::Hello => "hello".to_owned(),
                Letter::Welcome => "welcome".to_owned(),
                Letter::Goodbye => "goodbye".to_owned(),
                Letter::Text { word, .. } => format!("text {word}"),
            };
            format!("{letter} from {}", name(*from))
        }
        Report::Woken(word) => format!("woken {word}"),
        Report::Called(call) => format!("call {call}"),
        Report::Left => "says goodbye".to_owned(),
    }
}
