//! What messages meet on the way in this epoch, and what they add to the load of the next.

use super::background::OnOff;
use super::law::Strain;
use super::links::{CoreLinks, Direction};
use super::path_throughput;
use crate::latency::UNIT;
use crate::place::HostId;
use crate::underlay::Underlay;
use overlab_time::{Seeds, Span, Stream, Time};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One, as a probability of 32 bits.
const ONE: u64 = 1 << 32;

/// Parts of a share of one.
const MILLION: f64 = 1e6;

/// The queues of the links between routers.
///
/// Messages go by what the load of the epoch before makes of them ([`CoreQueues::pass`]), and are counted by pair of sites: with
/// atomic additions, which commute, so that no number depends on which thread came first. When an epoch ends, what was counted
/// ([`CoreQueues::collect`], gathered from all ranks) is laid on the links of its paths ([`CoreQueues::expand`]), and
/// [`CoreQueues::close`] works out what messages meet from then on. Everything but counting is exact in integers or done
/// in one fixed order.
#[derive(Debug)]
pub struct CoreQueues {
    links: Arc<CoreLinks>,
    pairs: Vec<Pair>,
    /// By direction, the bytes that have come to it since the epoch began.
    load: Vec<u64>,
    /// By direction, what it does to messages in this epoch.
    toll: Vec<Toll>,
    /// By direction, what others send in this epoch as shares of the capacity: what stays, and what yields.
    others: Vec<[f64; 2]>,
    /// By direction with bursts, their process.
    bursts: Vec<Option<OnOff>>,
    /// By direction, the share of its capacity that was used in the epoch before.
    used: Vec<f64>,
    /// The sums of `used` over all epochs, in millionths.
    uses: Vec<u64>,
    /// When this epoch began.
    since: Time,
    epoch: Span,
    ledger: Ledger,
    /// For each step to a site, from there to the end: how long messages wait, and how many of 2^32 survive.
    ahead: Vec<(u64, u64)>,
    /// For each step to a site, the bytes that come to it.
    come: Vec<u64>,
}

/// Two sites, in one direction.
#[derive(Debug, Default)]
struct Pair {
    sent: AtomicU64,
    /// In units of 100 ns.
    wait: u32,
    loss: u32,
}

/// What a link does to messages.
#[derive(Clone, Copy, Debug, Default)]
struct Toll {
    /// Nanoseconds.
    wait: u64,
    /// Of 2^32, less than that.
    loss: u64,
}

impl From<Strain> for Toll {
    fn from(strain: Strain) -> Self {
        let loss = (libm::rint(strain.loss * ONE as f64) as u64).min(ONE - 1);
        Self { wait: libm::rint(strain.wait * 1e9) as u64, loss }
    }
}

/// Bytes sent between a pair of sites; the pair is `to * sites + from`.
pub type Sent = (u32, u64);

/// What a message meets on its path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// How long it waits, all links together.
    pub wait: Span,
    loss: u32,
}

impl Met {
    /// Whether the message is lost; draws only where that may be.
    #[inline]
    pub fn is_lost(self, stream: &mut Stream) -> bool {
        self.loss > 0 && stream.bits() >> 32 < u64::from(self.loss)
    }

    /// The probability of being lost.
    pub fn loss(self) -> f64 {
        f64::from(self.loss) / ONE as f64
    }
}

/// Sums over all epochs that have ended. They only grow: a period is the difference of two readings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ledger {
    /// Epochs.
    pub epochs: u64,
    /// Of the share of its capacity that a link uses: the mean over links with a capacity, in millionths.
    pub mean_utilisation: u64,
    /// The same of the busiest link of each epoch.
    pub busiest_utilisation: u64,
    /// Bytes sent between different sites.
    pub sent: u64,
    /// Bytes that the links lost.
    pub lost: u64,
    /// Byte-seconds on the way over links, waiting included.
    pub on_the_way: f64,
    /// Bytes that would have been lost beside `lost` had every link's loss been that of the load at the time instead of the
    /// epoch before.
    pub late_lost: f64,
    /// Byte-seconds of waiting, the same.
    pub late_wait: f64,
}

impl Ledger {
    /// What came since an earlier reading.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            epochs: self.epochs - earlier.epochs,
            mean_utilisation: self.mean_utilisation - earlier.mean_utilisation,
            busiest_utilisation: self.busiest_utilisation - earlier.busiest_utilisation,
            sent: self.sent - earlier.sent,
            lost: self.lost - earlier.lost,
            on_the_way: self.on_the_way - earlier.on_the_way,
            late_lost: self.late_lost - earlier.late_lost,
            late_wait: self.late_wait - earlier.late_wait,
        }
    }

    /// The mean share of capacity that links used, and that of the busiest; nothing without an epoch.
    pub fn utilisation(&self) -> Option<[f64; 2]> {
        let mean = |sum: u64| sum as f64 / MILLION / self.epochs as f64;
        (self.epochs > 0).then(|| [mean(self.mean_utilisation), mean(self.busiest_utilisation)])
    }

    /// How much less of what is sent between sites would arrive, and by which part of itself its time would be longer, if load
    /// acted at once instead of in the next epoch. Near zero where epochs are short enough; a feedback that oscillates
    /// makes both large, since traffic then goes where the load just was not. Nothing where nothing was sent.
    pub fn lag(&self) -> Option<[f64; 2]> {
        let (sent, way) = (self.sent as f64, self.on_the_way);
        (sent > 0.0).then(|| [self.late_lost / sent, if way > 0.0 { self.late_wait / way } else { 0.0 }])
    }
}

impl CoreQueues {
    /// The queues at time zero, when there is only the traffic of others. Bursts are drawn from `seeds`
    /// (`Purpose::Underlay`, owner `2^32` and the number of the direction).
    pub fn new(links: Arc<CoreLinks>, seeds: Seeds, epoch: Span) -> Self {
        let number = links.directions.len();
        let sites = links.paths.sites();
        let process = |(number, direction): (u32, &Direction)| {
            let bursts = direction.background.bursts.filter(|_| direction.is_limited())?;
            Some(OnOff::new(bursts, number, seeds))
        };
        let mut queues = Self {
            pairs: (0..sites * sites).map(|_| Pair::default()).collect(),
            load: vec![0; number],
            toll: vec![Toll::default(); number],
            others: vec![[0.0; 2]; number],
            bursts: (0..).zip(&links.directions).map(process).collect(),
            used: vec![0.0; number],
            uses: vec![0; number],
            since: Time::ZERO,
            epoch,
            ledger: Ledger::default(),
            ahead: vec![(0, 0); links.paths.longest()],
            come: vec![0; links.paths.longest()],
            links,
        };
        queues.foresee();
        let quiet = vec![0.0; number];
        queues.apply(&quiet);
        queues
    }

    /// What a message of `bytes` bytes meets between two hosts, counted as load.
    #[inline]
    pub fn pass(&self, underlay: &Underlay, from: HostId, to: HostId, bytes: u32) -> Met {
        let pair = &self.pairs[self.pair(underlay, from, to)];
        pair.sent.fetch_add(u64::from(bytes), Ordering::Relaxed);
        Met { wait: Span(u64::from(pair.wait) * UNIT), loss: pair.loss }
    }

    /// The same without counting.
    #[inline]
    pub fn foreseen(&self, underlay: &Underlay, from: HostId, to: HostId) -> Met {
        let pair = &self.pairs[self.pair(underlay, from, to)];
        Met { wait: Span(u64::from(pair.wait) * UNIT), loss: pair.loss }
    }

    #[inline]
    fn pair(&self, underlay: &Underlay, from: HostId, to: HostId) -> usize {
        let site = |host: HostId| underlay.attached[host.index()].site as usize;
        site(to) * self.links.paths.sites() + site(from)
    }

    /// Bits per second that a long transfer in segments of `segment` bytes gets between two hosts in this epoch
    /// ([`path_throughput`]): loss as on the way there, time there and back. Nothing where nothing bounds it.
    pub fn throughput(&self, underlay: &Underlay, from: HostId, to: HostId, segment: u32) -> Option<f64> {
        let (there, back) = (self.foreseen(underlay, from, to), self.foreseen(underlay, to, from));
        let round_trip = underlay.latency(from, to) + underlay.latency(to, from) + there.wait + back.wait;
        let narrowest = self.links.narrowest(self.pair(underlay, from, to));
        path_throughput(segment, round_trip, there.loss(), narrowest)
    }

    /// The median of [`CoreQueues::throughput`] over at most `pairs` pairs of hosts, evenly spread over them, as far as anything
    /// bounds them; nothing where nothing bounds any.
    pub fn median_throughput(&self, underlay: &Underlay, segment: u32, pairs: u32) -> Option<f64> {
        let hosts = underlay.hosts();
        if hosts < 2 {
            return None;
        }
        let number = pairs.clamp(1, hosts);
        let mut all: Vec<f64> = (0..number)
            .filter_map(|pair| {
                let from = (u64::from(pair) * u64::from(hosts) / u64::from(number)) as u32;
                // The other goes round at another pace, so that pairs are of all distances in numbers.
                let other =
                    (u64::from(from) + 1 + u64::from(pair) * 7919 % u64::from(hosts - 1)) % u64::from(hosts);
                let (from, to) = (HostId(from), HostId(other as u32));
                self.throughput(underlay, from, to, segment)
            })
            .collect();
        all.sort_unstable_by(f64::total_cmp);
        all.get(all.len().saturating_sub(1) / 2).copied()
    }

    /// Takes what was counted since it was last taken, by pair of sites; pairs without a byte are left out.
    pub fn collect(&mut self) -> Vec<Sent> {
        let taken = (0..).zip(&mut self.pairs).map(|(pair, of)| (pair, std::mem::take(of.sent.get_mut())));
        taken.filter(|sent| sent.1 > 0).collect()
    }

    /// Lays what all ranks have counted on the links of its paths; what a link loses does not come to the next.
    pub fn expand(&mut self, sent: &[Sent]) {
        let mut sent = sent.to_vec();
        // Sums by destination, so that rounding does not depend on how many ranks counted.
        sent.sort_unstable();
        let sites = self.links.paths.sites();
        for to_one in sent.chunk_by(|a, b| a.0 as usize / sites == b.0 as usize / sites) {
            self.expand_one(to_one[0].0 as usize / sites, to_one);
        }
    }

    /// The bytes that were sent to one site.
    fn expand_one(&mut self, to: usize, sent: &[Sent]) {
        let links = Arc::clone(&self.links);
        let steps = links.paths.steps(to);
        let come = &mut self.come[..steps.len()];
        come.fill(0);
        for &(pair, bytes) in sent {
            if let Some(begin) = links.paths.begin(pair as usize) {
                come[begin] += bytes;
                self.ledger.sent += bytes;
            }
        }
        for (at, step) in steps.iter().enumerate().rev() {
            let (here, link) = (come[at], step.link as usize);
            let toll = self.toll[link];
            let lost = scaled(here, toll.loss);
            self.load[link] += here;
            self.ledger.lost += lost;
            let time = links.directions[link].latency.0 + toll.wait;
            self.ledger.on_the_way += here as f64 * (time as f64 / 1e9);
            if let Some(after) = step.after() {
                come[after] += here - lost;
            }
        }
    }

    /// Ends the epoch at `now`: enters it into the ledger, and works out what messages meet in the next.
    pub fn close(&mut self, now: Time) {
        let span = now.since(self.since).as_seconds();
        if span <= 0.0 {
            return;
        }
        let links = Arc::clone(&self.links);
        let mut own = vec![0.0; self.load.len()];
        let (mut sum, mut limited, mut busiest) = (0.0, 0u32, 0.0f64);
        for (at, direction) in links.directions.iter().enumerate().filter(|(_, one)| one.is_limited()) {
            own[at] = self.load[at] as f64 * 8.0 / span / direction.capacity;
            let offered = offered(own[at], self.others[at]);
            let strain = direction.queue.strain(offered);
            self.used[at] = offered * (1.0 - strain.loss);
            self.uses[at] += libm::rint(self.used[at] * MILLION) as u64;
            sum += self.used[at];
            limited += 1;
            busiest = busiest.max(self.used[at]);
            let (then, bytes) = (self.toll[at], self.load[at] as f64);
            self.ledger.late_lost += bytes * (strain.loss - then.loss as f64 / ONE as f64);
            self.ledger.late_wait += bytes * (strain.wait - then.wait as f64 / 1e9);
        }
        self.ledger.epochs += 1;
        self.ledger.mean_utilisation += libm::rint(sum / f64::from(limited.max(1)) * MILLION) as u64;
        self.ledger.busiest_utilisation += libm::rint(busiest * MILLION) as u64;
        self.load.fill(0);
        self.since = now;
        self.foresee();
        self.apply(&own);
    }

    /// What others send in the epoch that begins.
    fn foresee(&mut self) {
        let links = Arc::clone(&self.links);
        let (end, middle) = (self.since + self.epoch, self.since + Span(self.epoch.0 / 2));
        for (at, direction) in links.directions.iter().enumerate().filter(|(_, one)| one.is_limited()) {
            let background = &direction.background;
            let mean = background.mean(middle, direction.longitude);
            let bursts = self.bursts[at].as_mut().map_or(0.0, |bursts| bursts.read(end));
            let yields = mean * background.elastic;
            self.others[at] = [mean - yields + bursts, yields];
        }
    }

    /// What messages meet where the overlays' own load is `own`, by direction.
    fn apply(&mut self, own: &[f64]) {
        let links = Arc::clone(&self.links);
        for (at, direction) in links.directions.iter().enumerate().filter(|(_, one)| one.is_limited()) {
            self.toll[at] = direction.queue.strain(offered(own[at], self.others[at])).into();
        }
        self.spread();
    }

    /// Sums tolls along all paths.
    fn spread(&mut self) {
        let links = Arc::clone(&self.links);
        let sites = links.paths.sites();
        for (to, row) in self.pairs.chunks_mut(sites.max(1)).enumerate() {
            for (at, step) in links.paths.steps(to).iter().enumerate() {
                let (wait, alive) = step.after().map_or((0, ONE), |after| self.ahead[after]);
                let here = self.toll[step.link as usize];
                self.ahead[at] = (wait + here.wait, scaled(alive, ONE - here.loss));
            }
            for (pair, begin) in row.iter_mut().zip(links.paths.begins(to)) {
                let (wait, alive) = begin.map_or((0, ONE), |begin| self.ahead[begin]);
                pair.wait = u32::try_from(wait.saturating_add(UNIT / 2) / UNIT).unwrap_or(u32::MAX);
                pair.loss = u32::try_from(ONE - alive).unwrap_or(u32::MAX);
            }
        }
    }

    /// Goes on where routes have changed. What was counted before must have been expanded.
    pub fn reroute(&mut self, links: Arc<CoreLinks>) {
        self.ahead.resize(links.paths.longest(), (0, 0));
        self.come.resize(links.paths.longest(), 0);
        self.links = links;
        self.spread();
    }

    /// The links.
    pub fn links(&self) -> &CoreLinks {
        &self.links
    }

    /// By direction (two a link: along the graph's edge, and against it), the share of its capacity that was used in the epoch
    /// before; zero where there is no limit.
    pub fn used(&self) -> &[f64] {
        &self.used
    }

    /// The sums of [`CoreQueues::used`] over the epochs of [`CoreQueues::ledger`], in millionths: they only grow.
    pub fn uses(&self) -> &[u64] {
        &self.uses
    }

    /// What all epochs so far add up to.
    pub fn ledger(&self) -> Ledger {
        self.ledger
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        let directions =
            2 * size_of::<u64>() + size_of::<Toll>() + 3 * size_of::<f64>() + size_of::<Option<OnOff>>();
        (self.pairs.capacity() * size_of::<Pair>() + self.load.len() * directions) as u64 + self.links.bytes()
    }
}

/// The load in shares of the capacity: what the overlays send and what does not yield, and as much of the rest as fits beside.
pub(super) fn offered(own: f64, [stays, yields]: [f64; 2]) -> f64 {
    let firm = own + stays;
    firm + yields.min((1.0 - firm).max(0.0))
}

/// `share` of 2^32 of `number`, rounded down.
fn scaled(number: u64, share: u64) -> u64 {
    ((u128::from(number) * u128::from(share)) >> 32) as u64
}
