//! The executor of one rank among several: the same windows, over processes that share nothing.
//!
//! Every rank holds a contiguous range of hosts and a copy of the model. In a window each executes its part; then all
//! exchange what they sent each other, and agree on the next window in the same step. A change happens in every rank
//! at once, each with its own shard: the copies of the model must come out of it alike.

use crate::digest::{Digest, Trace, finish, sum};
use crate::executor::{Control, Counts, Executor, Interrupted, Pace, make_change, next_change};
use crate::grid::Grid;
use crate::key::{Class, Header};
use crate::lane::Lane;
use crate::link::{Codec, Link, take};
use crate::model::{Happening, Lookahead, Model};
use crate::outbox::{Outbox, Posted};
use crate::queue::Queue;
use crate::setup::SetupError;
use overlab_time::{Span, Time};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Executes one rank's part of a model, in step with all others.
///
/// A model runs so if its [`change`](Model::change) does not mind being given this rank's shard alone: it draws, returns and
/// folds the same in every rank, sends only on behalf of hosts of the shard (timers to these hosts alone), and
/// numbers what it sends by source ([`Outbox::renumber`]). [`inject`](Executor::inject) is called with the same in every
/// rank, and each keeps what is for its hosts.
///
/// [`run_until`](Executor::run_until), [`counts`](Executor::counts) and [`digest`](Executor::digest) are collective: all ranks
/// call them, and all get the same. A [`Control`] that stops one rank stops all, after the window that follows.
pub struct Ranks<'l, M: Model> {
    model: M,
    shard: [M::Shard; 1],
    lane: Lane<M>,
    /// The first host of each rank.
    starts: Arc<[u32]>,
    link: &'l dyn Link,
    codec: Codec<M::Message>,
    incoming: Vec<Vec<u8>>,
    outgoing: Vec<Vec<u8>>,
    now: Time,
    lookahead: Lookahead,
    divisor: u64,
    grid: Grid,
    out: Outbox<M>,
    world: Trace,
    last_change: Option<Time>,
    counts: Counts,
    pace: Pace,
    /// This rank's control wants to stop.
    stopping: bool,
    broken: bool,
}

/// The notice of a rank that wants all to stop; others give the number of their next window, plus one.
const STOP: u64 = 0;
/// The notice of a rank that has nothing pending.
const NOTHING: u64 = u64::MAX;

impl<'l, M: Model> Ranks<'l, M> {
    /// The executor of this rank, at time zero with nothing pending. `ranges` are the hosts of all ranks, `shard` is the state of
    /// those of this one.
    ///
    /// # Errors
    /// Where the ranges do not partition hosts from 0 on or are not one a rank, or where a number is zero.
    pub fn new(
        model: M,
        ranges: &[Range<u32>],
        shard: M::Shard,
        (lookahead, width_divisor): (Span, u32),
        link: &'l dyn Link,
        codec: Codec<M::Message>,
    ) -> Result<Self, SetupError> {
        if lookahead == Span::ZERO {
            return Err(SetupError::Lookahead);
        }
        if width_divisor == 0 {
            return Err(SetupError::Zero);
        }
        if ranges.len() != link.ranks() {
            return Err(SetupError::Ranks { ranges: ranges.len(), ranks: link.ranks() });
        }
        let hosts = crate::setup::check_ranges(ranges.iter())?;
        let starts: Arc<[u32]> = ranges.iter().map(|range| range.start).collect();
        let divisor = u64::from(width_divisor);
        let grid = Grid::new(lookahead.0 / divisor);
        let own = ranges[link.rank()].clone();
        Ok(Self {
            model,
            shard: [shard],
            lane: Lane::new(hosts, &[own], Arc::clone(&starts), Queue::new(grid, 0)),
            incoming: vec![Vec::new(); ranges.len()],
            outgoing: vec![Vec::new(); ranges.len()],
            starts,
            link,
            codec,
            now: Time::ZERO,
            lookahead,
            divisor,
            grid,
            out: Outbox::listing(hosts),
            world: Trace::default(),
            last_change: None,
            counts: Counts::default(),
            pace: Pace::default(),
            stopping: false,
            broken: false,
        })
    }

    /// Exchanges what ranks have for each other; returns the notice that all agree on.
    fn exchange(&mut self) -> u64 {
        let mut next = self.lane.queue().next_window();
        for (list, bytes) in self.lane.outgoing().iter_mut().zip(&mut self.outgoing) {
            bytes.clear();
            for Posted { header, happening } in list.drain(..) {
                let Happening::Message(message) = happening else {
                    panic!(
                        "host {} was woken from another rank: a change wakes hosts of its shard",
                        header.host
                    );
                };
                write_header(&header, bytes);
                (self.codec.write)(&message, bytes);
                // The receiver learns of it in this exchange, too late for a notice of its own.
                let window = self.grid.split(header.time).0;
                next = Some(next.map_or(window, |next| next.min(window)));
            }
        }
        let notice = if self.stopping { STOP } else { next.map_or(NOTHING, |window| window + 1) };
        let least = self.link.exchange(notice, &self.outgoing, &mut self.incoming);
        for (rank, bytes) in self.incoming.iter().enumerate() {
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let event = read_header(&mut rest).zip((self.codec.read)(&mut rest));
                let (header, message) = event.unwrap_or_else(|| {
                    panic!("rank {rank} sent what is no event: the programs of all ranks must be the same")
                });
                self.lane.queue_mut().push(&header, Happening::Message(message));
            }
        }
        least
    }

    /// Lets the model change everything, and cuts the windows anew if the lookahead says so.
    fn change(&mut self) {
        let lookahead = make_change(
            &mut self.model,
            &mut self.shard,
            &mut self.out,
            (self.now, self.lookahead),
            &mut self.world,
        );
        self.counts.changes += 1;
        self.last_change = Some(self.now);
        self.lookahead = lookahead;
        if let Some(grid) = self.grid.suiting(lookahead.0 / self.divisor) {
            self.grid = grid;
            self.lane.queue_mut().regrid(grid, self.now.0);
        }
        self.place(true);
    }

    /// Gives what was sent from outside all hosts to those of this rank, and to the others or nobody.
    fn place(&mut self, others_too: bool) {
        let own = self.link.rank();
        for Posted { header, happening } in self.out.posted().drain(..) {
            let rank = self.starts.partition_point(|&start| start <= header.host) - 1;
            if rank == own {
                self.lane.queue_mut().push(&header, happening);
            } else if others_too {
                self.lane.outgoing()[rank].push(Posted { header, happening });
            }
        }
    }

    fn ask(&mut self, control: &mut dyn Control) {
        let executed = self.lane.executed();
        if self.pace.due(executed.executed()) && !control.progress(self.now, executed.events()) {
            self.stopping = true;
        }
    }

    /// Adds numbers of all ranks up, each by itself.
    fn total<const N: usize>(&self, mine: [u64; N]) -> [u64; N] {
        let mut sums = [0u64; N];
        for bytes in self.link.gather(&mine.map(u64::to_le_bytes).concat()) {
            for (sum, number) in sums.iter_mut().zip(bytes.chunks_exact(8)) {
                *sum = sum.wrapping_add(u64::from_le_bytes(number.try_into().expect("it has 8 bytes")));
            }
        }
        sums
    }
}

impl<M: Model> Executor<M> for Ranks<'_, M> {
    fn run_until(&mut self, end: Time, control: &mut dyn Control) -> Result<(), Interrupted> {
        assert!(!self.broken, "a model has panicked in this executor: its state is not to be trusted");
        self.broken = true;
        self.stopping = false;
        let mut change = next_change(&self.model, self.now, self.last_change);
        let mut notice = self.exchange();
        let result = loop {
            let window = match notice {
                STOP => break Err(Interrupted { now: self.now, events: self.lane.executed().events() }),
                NOTHING => None,
                next => Some(next - 1),
            };
            // A cut has executed the part of its window before now.
            let start = window.map_or(Time::NEVER, |window| Time(self.grid.start(window)).max(self.now));
            if change <= start && change < end {
                self.now = change;
                self.change();
                change = next_change(&self.model, self.now, self.last_change);
            } else if let Some(window) = window.filter(|_| start < end) {
                let stop = Time(self.grid.start(window + 1)).min(change).min(end);
                if self.lane.queue().next_window() == Some(window) {
                    self.lane.run(&self.model, &mut self.shard, window, stop, self.lookahead);
                }
                self.counts.windows += 1;
                self.now = stop;
            } else {
                self.now = self.now.max(end);
                break Ok(());
            }
            notice = self.exchange();
            self.ask(control);
        };
        self.broken = false;
        result
    }

    fn inject(&mut self, fill: &mut dyn FnMut(&M, &mut Outbox<M>)) {
        self.out.enter_change(self.now, self.lookahead, self.world);
        fill(&self.model, &mut self.out);
        self.world = self.out.leave();
        self.place(false);
    }

    fn now(&self) -> Time {
        self.now
    }

    fn counts(&self) -> Counts {
        let own = self.lane.counts();
        let (mine, kinds) = ([own.delivered, own.fired, own.dropped], [own.stale, own.internal]);
        let [delivered, fired, dropped] = self.total(mine);
        let [stale, internal] = self.total(kinds);
        let [pending, pending_bytes] = self.total([own.pending, own.pending_bytes]);
        Counts { delivered, fired, dropped, stale, internal, pending, pending_bytes, ..self.counts }
    }

    fn digest(&self) -> Digest {
        let first = u64::from(self.starts[self.link.rank()]);
        let [hosts] = self.total([sum(first, self.lane.traces().iter())]);
        finish(hosts, &self.world)
    }

    fn model(&self) -> &M {
        &self.model
    }

    fn shards(&self) -> &[M::Shard] {
        &self.shard
    }

    fn shards_mut(&mut self) -> &mut [M::Shard] {
        &mut self.shard
    }

    fn into_parts(self: Box<Self>) -> (M, Vec<M::Shard>) {
        (self.model, self.shard.into())
    }
}

impl<M: Model> fmt::Debug for Ranks<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ranks")
            .field("rank", &self.link.rank())
            .field("ranks", &self.link.ranks())
            .field("now", &self.now)
            .field("width", &self.grid.width())
            .finish_non_exhaustive()
    }
}

fn write_header(header: &Header, to: &mut Vec<u8>) {
    to.extend_from_slice(&header.time.to_le_bytes());
    for word in [header.host, header.actor, header.source, header.sequence] {
        to.extend_from_slice(&word.to_le_bytes());
    }
    to.push(header.class as u8);
}

fn read_header(from: &mut &[u8]) -> Option<Header> {
    let time = u64::from_le_bytes(take(from)?);
    let mut word = || Some(u32::from_le_bytes(take(from)?));
    let (host, actor, source, sequence) = (word()?, word()?, word()?, word()?);
    let class = match take::<1>(from)? {
        [0] => Class::Remote,
        [2] => Class::World,
        _ => return None,
    };
    Some(Header { time, host, actor, source, sequence, class })
}
