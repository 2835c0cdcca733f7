//! A program that does what it is asked and reports all that happens to it.

use overlab_peer::{
    Adversary, Contact, Host, KeyTable, LiveKeys, Operation, Packet, Program, Traffic, WireSizes,
};
use overlab_time::Span;

/// Joins by greeting the first contact it is introduced to; the rest is up to the workload.
#[derive(Debug, Default)]
pub(crate) struct Echo {
    /// Texts received in this life: what is kept or lost over a downtime.
    heard: u32,
}

/// What all peers share.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// Whom a peer says goodbye to.
    pub(crate) farewell: Option<Contact>,
    /// Timers that every peer keeps running beside what it is asked: another algorithm, as far as others can see.
    pub(crate) ticks: Option<Span>,
}

/// What travels between peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Letter {
    Hello,
    Welcome,
    Goodbye,
    Text { word: u32, serves: Option<Operation> },
}

impl Letter {
    /// Bytes after the header.
    pub(crate) const BODY: u32 = 12;
}

impl Packet for Letter {
    fn bytes(&self, sizes: &WireSizes) -> u32 {
        sizes.header + Self::BODY
    }

    fn traffic(&self) -> Traffic {
        match self {
            Self::Hello | Self::Welcome => Traffic::Join,
            Self::Goodbye => Traffic::Maintenance,
            Self::Text { .. } => Traffic::Lookup,
        }
    }

    fn operation(&self) -> Option<Operation> {
        if let Self::Text { serves, .. } = self { *serves } else { None }
    }
}

/// What the workload asks of a peer.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum Ask {
    /// Send so many texts, on behalf of this request.
    Text { to: Contact, word: u32, copies: u32 },
    /// Send a text on nobody's behalf.
    Aside { to: Contact, word: u32 },
    /// Set a timer.
    Wake { after: Span, word: u32 },
    /// Report the next call's number.
    Call,
}

/// What a peer tells the notebook.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Report {
    New,
    Converged { live: usize, hostile: Option<Adversary> },
    Started(Vec<Contact>),
    Resumed { heard: u32 },
    Heard { from: Contact, letter: Letter },
    Woken(u32),
    Called(u32),
    Left,
}

/// The timer of [`Manner::ticks`]; scripts use smaller words.
const TICK: u32 = u32::MAX;

impl Program for Echo {
    type Setup = Manner;
    type Message = Letter;
    type Timer = u32;
    type Request = Ask;
    type Report = Report;
    type Audit = Vec<Contact>;
    type Scratch = ();

    fn new(_manner: &Manner, host: &mut Host<'_, Self>) -> Self {
        host.report(Report::New);
        Self::default()
    }

    fn start(&mut self, manner: &Manner, bootstrap: &[Contact], host: &mut Host<'_, Self>) {
        host.report(Report::Started(bootstrap.to_vec()));
        match bootstrap.first() {
            Some(contact) => host.send(*contact, Letter::Hello),
            None => host.actions.push(overlab_peer::Action::Joined),
        }
        if let Some(ticks) = manner.ticks {
            host.wake_after(ticks, TICK);
        }
    }

    fn converge(&mut self, manner: &Manner, live: &LiveKeys<'_>, host: &mut Host<'_, Self>) {
        host.report(Report::Converged { live: live.len(), hostile: host.adversary });
        if let Some(ticks) = manner.ticks {
            host.wake_after(ticks, TICK);
        }
    }

    fn resume(&mut self, _manner: &Manner, host: &mut Host<'_, Self>) {
        host.report(Report::Resumed { heard: self.heard });
    }

    fn receive(
        &mut self,
        _manner: &Manner,
        from: Contact,
        letter: &mut Letter,
        host: &mut Host<'_, Self>,
    ) -> Option<Contact> {
        match letter {
            Letter::Hello => host.send(from, Letter::Welcome),
            Letter::Welcome => host.actions.push(overlab_peer::Action::Joined),
            Letter::Text { .. } => self.heard += 1,
            Letter::Goodbye => {}
        }
        host.report(Report::Heard { from, letter: *letter });
        None
    }

    fn wake(&mut self, manner: &Manner, word: u32, host: &mut Host<'_, Self>) {
        if let (TICK, Some(ticks)) = (word, manner.ticks) {
            // It draws and sends, so that streams and sequence numbers move on as they would in an algorithm.
            let peer = host.stream.below(2) as u32;
            host.send(Contact::first(peer), Letter::Goodbye);
            host.wake_after(ticks, TICK);
        } else {
            host.report(Report::Woken(word));
        }
    }

    fn request(&mut self, _manner: &Manner, number: u32, ask: Ask, host: &mut Host<'_, Self>) {
        match ask {
            Ask::Text { to, word, copies } => {
                let serves = Some(Operation { origin: host.me.peer, number });
                for _ in 0..copies {
                    host.send(to, Letter::Text { word, serves });
                }
            }
            Ask::Aside { to, word } => host.send(to, Letter::Text { word, serves: None }),
            Ask::Wake { after, word } => host.wake_after(after, word),
            Ask::Call => {
                let call = host.next_call();
                host.report(Report::Called(call));
            }
        }
    }

    fn leave(&mut self, manner: &Manner, host: &mut Host<'_, Self>) {
        host.report(Report::Left);
        if let Some(farewell) = manner.farewell {
            host.send(farewell, Letter::Goodbye);
        }
    }

    fn audit(
        &self,
        _manner: &Manner,
        me: Contact,
        keys: &KeyTable,
        live: &LiveKeys<'_>,
        is_up: &dyn Fn(Contact) -> bool,
        audit: &mut Vec<Contact>,
    ) {
        assert!(live.contains(keys.key(me), me) && is_up(me), "only members are looked at");
        audit.push(me);
    }

    fn merge_audits(sum: &mut Vec<Contact>, mut other: Vec<Contact>) {
        sum.append(&mut other);
    }

    fn heap_bytes(&self) -> usize {
        0
    }
}
