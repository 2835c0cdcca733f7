//! A complete small algorithm, every peer knows every other, through the conformance suite; and the suite's teeth.

use overlab_peer::space::RingSuccessor;
use overlab_peer::{
    About, Audit, Candidates, Contact, Context, Converged, Directory, Key, KeyRouting, LiveKeys, Lookout,
    LookupMode, LookupStyle, Message, Parameters, Protocol, Responsibility, Termination,
};
use overlab_toolkit::conformance::{Demands, check, converged_lookups_are_right, joins_lead_to_right_tables};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Flaws {
    /// Names the owner's successor.
    off_by_one: bool,
    /// Tells nobody that it came.
    silent: bool,
}

impl Parameters for Flaws {}

struct FullRing {
    others: BTreeMap<Key, Contact>,
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
enum Mail {
    Whom,
    These(Vec<Contact>),
    Hello,
}

impl Message for Mail {
    fn contacts(&self) -> usize {
        match self {
            Self::These(list) => list.len(),
            Self::Whom | Self::Hello => 0,
        }
    }
}

impl FullRing {
    fn add(&mut self, contact: Contact, context: &Context<'_, Self>) {
        if contact != context.me() {
            self.others.insert(context.key_of(contact), contact);
        }
    }
}

impl Protocol for FullRing {
    type Parameters = Flaws;
    type Message = Mail;
    type Timer = ();
    const ABOUT: About = About {
        name: "full_ring",
        title: "Full ring",
        summary: "Everybody knows everybody.",
        reference: "None.",
        bibtex: "",
    };

    fn new(_: &mut Context<'_, Self>) -> Self {
        Self { others: BTreeMap::new() }
    }

    fn join(&mut self, bootstrap: &[Contact], context: &mut Context<'_, Self>) {
        match bootstrap {
            [] => context.joined(),
            [first, ..] => context.call(*first, Mail::Whom),
        }
    }

    fn receive(&mut self, from: Contact, message: Mail, context: &mut Context<'_, Self>) {
        self.add(from, context);
        match message {
            Mail::Whom => {
                let mut list = context.list();
                list.extend(self.others.values());
                context.reply(Mail::These(list));
            }
            Mail::These(list) => {
                for contact in &list {
                    self.add(*contact, context);
                    if !context.parameters().silent {
                        context.send(*contact, Mail::Hello);
                    }
                }
                context.recycle(list);
                context.joined();
            }
            Mail::Hello => {}
        }
    }

    fn wake(&mut self, (): (), _: &mut Context<'_, Self>) {}

    fn unreachable(&mut self, contact: Contact, context: &mut Context<'_, Self>) {
        self.others.remove(&context.key_of(contact));
    }
}

impl KeyRouting for FullRing {
    type Space = RingSuccessor;
    type Route = ();

    fn closest(&self, key: Key, _: &mut (), context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        // A peer that is asked as the owner and is not takes a step back.
        if out.named_owner() {
            if let Some((before, contact)) = self.others.predecessor(context.key())
                && key.in_open_closed(context.key(), before)
            {
                out.push(contact);
            }
            return;
        }
        let at = if context.parameters.off_by_one {
            self.others.successor(key).map_or(key, |entry| entry.0.plus(1))
        } else {
            key
        };
        for (_, contact) in self.others.range(at..).chain(self.others.range(..at)) {
            if !out.push(*contact) {
                return;
            }
        }
    }

    fn responsible(&self, key: Key, (): &(), context: &Lookout<'_, Self>) -> Responsibility {
        match self.others.predecessor(context.key()) {
            None => Responsibility::Yes,
            Some((before, _)) if key.in_open_closed(before, context.key()) => Responsibility::Yes,
            // A liar must not be found out by the truth.
            Some(_) if context.parameters.off_by_one => Responsibility::Unknown,
            Some(_) => Responsibility::No,
        }
    }

    fn style(_: &Flaws) -> LookupStyle {
        LookupStyle {
            mode: LookupMode::Iterative,
            parallelism: 1,
            redundancy: 4,
            termination: Termination::Claim,
            acknowledge: true,
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.extend(self.others.values());
    }

    fn heap_bytes(&self) -> usize {
        self.others.len() * size_of::<(Key, Contact)>()
    }
}

impl Converged for FullRing {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
        for (_, contact) in live.entries() {
            self.add(*contact, context);
        }
    }

    fn audit(&self, live: &LiveKeys<'_>, context: &Lookout<'_, Self>, audit: &mut Audit) {
        let wanted = live.entries().iter().filter(|entry| entry.1 != context.me);
        audit.expected += live.len() as u64 - 1;
        audit.missing += wanted.filter(|entry| !self.others.contains_key(&entry.0)).count() as u64;
    }
}

#[test]
fn it_conforms() {
    // After a crash every lookup finds the owner: the dead are excluded, the informant names the next.
    let demands = Demands { survival: 1.0, ..Demands::of(&Flaws::default()) };
    check::<FullRing>(&Flaws::default(), &demands);
}

#[test]
#[should_panic(expected = "lookups were right")]
fn wrong_owners_are_found_out() {
    let flawed = Flaws { off_by_one: true, ..Flaws::default() };
    converged_lookups_are_right::<FullRing>(&flawed, &Demands::of(&flawed), LookupMode::Iterative, 1);
}

#[test]
#[should_panic(expected = "entries are missing")]
fn missing_entries_are_found_out() {
    let flawed = Flaws { silent: true, ..Flaws::default() };
    joins_lead_to_right_tables::<FullRing>(&flawed, &Demands::of(&flawed));
}
