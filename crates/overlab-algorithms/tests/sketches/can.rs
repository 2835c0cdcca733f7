//! A two-dimensional content-addressable network on static zones (Ratnasamy et al., SIGCOMM 2001): ownership that no rule
//! over keys can tell.
//!
//! A key is a point of a torus, its upper half one coordinate, its lower half the other. The peers, in the order of their
//! keys, get zones by halving the torus again and again, so that a peer's own key does not matter.

use overlab_peer::space::SelfDeclared;
use overlab_peer::{
    About, Audit, Candidates, Contact, Context, Converged, Key, KeyRouting, LiveKeys, Lookout, LookupMode,
    LookupStyle, ParameterError, Parameters, Protocol, Responsibility, Termination,
};

/// The torus' side.
const SIDE: u64 = 1 << 32;

/// Where a zone begins and how far it reaches, in both coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    start: [u64; 2],
    size: [u64; 2],
}

impl Zone {
    const ALL: Self = Self { start: [0; 2], size: [SIDE; 2] };

    /// The zones of `count` peers, in their order.
    pub(crate) fn halved(count: usize) -> Vec<Self> {
        let mut zones = Vec::new();
        Self::ALL.halve(count, 0, &mut zones);
        zones
    }

    fn halve(self, count: usize, axis: usize, zones: &mut Vec<Self>) {
        if count <= 1 {
            zones.push(self);
            return;
        }
        let (mut low, mut high) = (self, self);
        low.size[axis] /= 2;
        high.size[axis] /= 2;
        high.start[axis] += high.size[axis];
        low.halve(count.div_ceil(2), 1 - axis, zones);
        high.halve(count / 2, 1 - axis, zones);
    }

    /// The key in the zone's middle.
    pub(crate) fn middle(self) -> Key {
        let [x, y] = [0, 1].map(|axis| self.start[axis] + self.size[axis] / 2);
        Key(x << 32 | y)
    }

    /// How far the zone is from `at` along one axis, the shorter way round; 0 inside.
    fn distance(self, axis: usize, at: u64) -> u64 {
        let after = at.wrapping_sub(self.start[axis]) % SIDE;
        if after < self.size[axis] { 0 } else { (after - self.size[axis] + 1).min(SIDE - after) }
    }

    fn distance_to(self, key: Key) -> u64 {
        self.distance(0, key.0 >> 32) + self.distance(1, key.0 % SIDE)
    }

    /// Whether the two zones share a piece of border.
    fn touches(self, other: Self) -> bool {
        [0, 1].into_iter().any(|axis| {
            let (end, other_end) = (self.start[axis] + self.size[axis], other.start[axis] + other.size[axis]);
            let across = 1 - axis;
            let overlap = self.start[across] < other.start[across] + other.size[across]
                && other.start[across] < self.start[across] + self.size[across];
            overlap && (end % SIDE == other.start[axis] || other_end % SIDE == self.start[axis])
        })
    }
}

/// A peer of the network.
#[derive(Debug)]
pub(crate) struct Can {
    zone: Zone,
    neighbours: Vec<(Contact, Zone)>,
}

/// None.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CanParameters {}

impl Parameters for CanParameters {
    fn check(&self) -> Result<(), ParameterError> {
        Ok(())
    }
}

impl Protocol for Can {
    type Parameters = CanParameters;
    type Message = ();
    type Timer = ();

    const ABOUT: About = About {
        name: "can",
        title: "CAN",
        summary: "Zones of a two-dimensional torus, static.",
        reference: "Ratnasamy et al., SIGCOMM 2001",
        bibtex: "",
    };

    fn new(_context: &mut Context<'_, Self>) -> Self {
        Self { zone: Zone::ALL, neighbours: Vec::new() }
    }

    fn join(&mut self, _bootstrap: &[Contact], _context: &mut Context<'_, Self>) {}

    fn receive(&mut self, _from: Contact, (): (), _context: &mut Context<'_, Self>) {}

    fn wake(&mut self, (): (), _context: &mut Context<'_, Self>) {}
}

impl KeyRouting for Can {
    type Space = SelfDeclared;
    type Route = ();

    fn closest(&self, key: Key, _route: &mut (), _context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        let own = self.zone.distance_to(key);
        let mut nearer: Vec<(u64, Contact)> = self
            .neighbours
            .iter()
            .map(|(contact, zone)| (zone.distance_to(key), *contact))
            .filter(|(distance, _)| *distance < own)
            .collect();
        nearer.sort_unstable();
        let _ = nearer.into_iter().all(|(_, contact)| out.push(contact));
    }

    fn responsible(&self, key: Key, _route: &(), _context: &Lookout<'_, Self>) -> Responsibility {
        if self.zone.distance_to(key) == 0 { Responsibility::Yes } else { Responsibility::No }
    }

    fn style(_parameters: &CanParameters) -> LookupStyle {
        LookupStyle {
            mode: LookupMode::Iterative,
            parallelism: 1,
            redundancy: 1,
            termination: Termination::Claim,
            acknowledge: false,
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.clear();
        out.extend(self.neighbours.iter().map(|(contact, _)| *contact));
    }

    fn heap_bytes(&self) -> usize {
        self.neighbours.capacity() * size_of::<(Contact, Zone)>()
    }
}

impl Converged for Can {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
        let zones = Zone::halved(live.len());
        let me = live.rank(context.key());
        self.zone = zones[me];
        let others = live.entries().iter().zip(&zones).enumerate().filter(|(at, _)| *at != me);
        self.neighbours = others
            .filter(|(_, (_, zone))| self.zone.touches(**zone))
            .map(|(_, (entry, zone))| (entry.1, *zone))
            .collect();
    }

    fn audit(&self, _live: &LiveKeys<'_>, _context: &Lookout<'_, Self>, _audit: &mut Audit) {}
}
