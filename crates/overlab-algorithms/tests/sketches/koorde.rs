//! Koorde with base 2 and a short successor list on static tables (Kaashoek and Karger, IPTPS 2003): a route that carries state.
//!
//! A lookup walks a de Bruijn graph of imaginary nodes, of which each real peer plays those up to its successor. Every step
//! shifts the next bit of the key into the imaginary node, until that is the key.

use overlab_peer::space::RingSuccessor;
use overlab_peer::{
    About, Audit, Candidates, Contact, Context, Converged, Directory, Key, KeyRouting, LiveKeys, Lookout,
    LookupMode, LookupStyle, ParameterError, Parameters, Protocol, Responsibility, Termination,
};

/// A Koorde peer.
#[derive(Debug)]
pub(crate) struct Koorde {
    neighbours: Option<Neighbours>,
}

#[derive(Debug)]
struct Neighbours {
    predecessor: Contact,
    /// The next peers up the ring, which shorten the walk to the player of an imaginary node.
    successors: Vec<Contact>,
    /// The peer before twice this peer's key.
    de_bruijn: Contact,
}

/// Successors that a peer keeps.
const SUCCESSORS: usize = 3;

/// None.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct KoordeParameters {}

impl Parameters for KoordeParameters {
    fn check(&self) -> Result<(), ParameterError> {
        Ok(())
    }
}

/// The imaginary node where a lookup is, and the bits of the key that it has still to shift in, topmost first.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Walk {
    begun: bool,
    imaginary: Key,
    bits: u64,
}

impl Walk {
    /// Begins with the node of `here`'s, up to `successor`, that ends with as many of the key's first bits as can be chosen.
    fn begin(here: Key, successor: Key, key: Key) -> Self {
        let chosen = here.clockwise(successor).max(1).ilog2();
        if chosen == 0 {
            return Self { begun: true, imaginary: successor, bits: key.0 };
        }
        let first = here.plus(1);
        let wanted = key.0 >> (Key::BITS - chosen);
        let ahead = wanted.wrapping_sub(first.0) & ((1 << chosen) - 1);
        Self { begun: true, imaginary: first.plus(ahead), bits: key.0 << chosen }
    }

    fn shift(&mut self) {
        self.imaginary = Key(self.imaginary.0 << 1 | self.bits >> (Key::BITS - 1));
        self.bits <<= 1;
    }
}

impl Protocol for Koorde {
    type Parameters = KoordeParameters;
    type Message = ();
    type Timer = ();

    const ABOUT: About = About {
        name: "koorde",
        title: "Koorde",
        summary: "De Bruijn graph on a ring, degree 2, static.",
        reference: "Kaashoek and Karger, IPTPS 2003",
        bibtex: "",
    };

    fn new(_context: &mut Context<'_, Self>) -> Self {
        Self { neighbours: None }
    }

    fn join(&mut self, _bootstrap: &[Contact], _context: &mut Context<'_, Self>) {}

    fn receive(&mut self, _from: Contact, (): (), _context: &mut Context<'_, Self>) {}

    fn wake(&mut self, (): (), _context: &mut Context<'_, Self>) {}
}

impl KeyRouting for Koorde {
    type Space = RingSuccessor;
    type Route = Walk;

    fn closest(&self, key: Key, walk: &mut Walk, context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        let Some(Neighbours { successors, de_bruijn, .. }) = &self.neighbours else { return };
        let (here, next) = (context.key(), context.key_of(successors[0]));
        if !walk.begun {
            *walk = Walk::begin(here, next, key);
        }
        // Around zero a peer is its own de Bruijn neighbour: it takes those steps alone.
        loop {
            if key.in_open_closed(here, next) {
                out.push(successors[0]);
                return;
            }
            if !walk.imaginary.in_open_closed(here, next) {
                let player = |c: &&Contact| context.key_of(**c).in_open(here, walk.imaginary);
                out.push(*successors.iter().rfind(player).expect("the first is not past it"));
                return;
            }
            walk.shift();
            if *de_bruijn != context.me {
                out.push(*de_bruijn);
                return;
            }
        }
    }

    fn responsible(&self, key: Key, _walk: &Walk, context: &Lookout<'_, Self>) -> Responsibility {
        match &self.neighbours {
            None => Responsibility::Yes,
            Some(n) if key.in_open_closed(context.key_of(n.predecessor), context.key()) => {
                Responsibility::Yes
            }
            Some(_) => Responsibility::No,
        }
    }

    fn style(_parameters: &KoordeParameters) -> LookupStyle {
        LookupStyle {
            // A peer may be met twice, at different steps of the walk, which an iterative lookup would not ask again.
            mode: LookupMode::SemiRecursive,
            parallelism: 1,
            redundancy: 1,
            termination: Termination::Claim,
            acknowledge: false,
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.clear();
        if let Some(n) = &self.neighbours {
            out.extend([n.predecessor, n.de_bruijn]);
            out.extend_from_slice(&n.successors);
            out.sort_unstable();
            out.dedup();
        }
    }

    fn heap_bytes(&self) -> usize {
        self.neighbours.as_ref().map_or(0, |n| n.successors.capacity() * size_of::<Contact>())
    }
}

impl Converged for Koorde {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
        let here = context.key();
        let first = live.rank(here.plus(1));
        let successors = (0..SUCCESSORS.min(live.len() - 1)).map(|step| live.around(first, step).1);
        let ends = live.predecessor(here).zip(live.predecessor(Key(here.0 << 1).plus(1)));
        self.neighbours = ends.filter(|_| live.len() > 1).map(|(predecessor, de_bruijn)| Neighbours {
            predecessor: predecessor.1,
            successors: successors.collect(),
            de_bruijn: de_bruijn.1,
        });
    }

    fn audit(&self, _live: &LiveKeys<'_>, _context: &Lookout<'_, Self>, _audit: &mut Audit) {}
}
