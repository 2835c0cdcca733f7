//! Measured sessions: a file with one host a line, `NAME COUNT START END START END ...`.

use overlab_peer::PeerId;
use overlab_time::{Purpose, Seeds, Span, Time};
use overlab_world::Presence;
use std::sync::Arc;

/// Why a trace of sessions cannot be used. The file is named by whoever opened it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum TraceError {
    /// A line is not what it should be.
    #[error("line {line}: {problem}; each line is a name, the number of sessions, and their starts and ends")]
    Line { line: usize, problem: String },
    /// Nobody is ever up.
    #[error("no host is ever up")]
    Empty,
    /// There are fewer hosts than peers are asked for.
    #[error("it has {hosts} hosts, but {peers} are needed: ask for fewer peers")]
    TooFew { hosts: usize, peers: u64 },
    /// It is shorter than the run.
    #[error("it ends at {ends}, but the run lasts until {needed}: shorten warmup or measure")]
    TooShort { ends: Span, needed: Span },
}

/// The sessions of all hosts of a trace.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sessions {
    /// By host: starts and ends, ascending, without gaps of nothing.
    hosts: Vec<Vec<(Time, Time)>>,
    ends: Time,
}

impl Sessions {
    /// Reads a trace whose times are in units of `unit`; gaps of at most `merge_gaps` are closed.
    pub(crate) fn parse(text: &str, unit: Span, merge_gaps: Span) -> Result<Self, TraceError> {
        let mut hosts = Vec::new();
        let mut ends = Time::ZERO;
        for (at, line) in text.lines().enumerate() {
            let wrong = |problem: String| TraceError::Line { line: at + 1, problem };
            let mut fields = line.split_whitespace();
            if fields.next().is_none_or(|name| name.starts_with('#')) {
                continue;
            }
            let count: usize = match fields.next().map(str::parse) {
                Some(Ok(count)) => count,
                _ => return Err(wrong("the number of sessions is missing or not a whole number".to_owned())),
            };
            let times =
                fields.map(|field| instant(field, unit).map_err(&wrong)).collect::<Result<Vec<_>, _>>()?;
            if times.len() != count.saturating_mul(2) {
                return Err(wrong(format!(
                    "{count} sessions need {} times, not {}",
                    count.saturating_mul(2),
                    times.len()
                )));
            }
            let mut sessions: Vec<(Time, Time)> = Vec::with_capacity(count);
            for pair in times.chunks_exact(2) {
                let (start, end) = (pair[0], pair[1]);
                if end < start || sessions.last().is_some_and(|last| start < last.1) {
                    return Err(wrong("sessions must follow one another".to_owned()));
                }
                ends = ends.max(end);
                match sessions.last_mut() {
                    Some(last) if start.since(last.1) <= merge_gaps => last.1 = end,
                    // A session of no length was seen by a single probe: nobody could have been reached.
                    _ if start == end => {}
                    _ => sessions.push((start, end)),
                }
            }
            hosts.push(sessions);
        }
        if ends == Time::ZERO {
            return Err(TraceError::Empty);
        }
        Ok(Self { hosts, ends })
    }

    /// The share of time that hosts are up, over all of them.
    pub(crate) fn availability(&self) -> f64 {
        let up: u128 = self.hosts.iter().flatten().map(|(start, end)| u128::from(end.since(*start).0)).sum();
        up as f64 / (self.ends.0 as f64 * self.hosts.len() as f64)
    }

    /// Refuses a trace that has too few hosts or is too short.
    pub(crate) fn check(&self, peers: u64, run: Span) -> Result<(), TraceError> {
        if peers > self.hosts.len() as u64 {
            return Err(TraceError::TooFew { hosts: self.hosts.len(), peers });
        }
        if self.ends < Time::ZERO + run {
            return Err(TraceError::TooShort { ends: Span(self.ends.0), needed: run });
        }
        Ok(())
    }
}

/// A decimal number of `unit`s as an instant.
fn instant(field: &str, unit: Span) -> Result<Time, String> {
    match field.parse::<f64>() {
        Ok(number) if number.is_finite() && (0.0..1e12).contains(&number) => {
            Ok(Time(Span::from_seconds_f64(number * unit.as_seconds()).0))
        }
        _ => Err(format!("{field:?} is not a time")),
    }
}

/// Peers that come and go like hosts of a trace, each like another, drawn at random.
#[derive(Debug)]
pub(crate) struct TracePresence {
    sessions: Arc<Sessions>,
    /// Which host a peer follows.
    hosts: Vec<u32>,
    graceful: f64,
    seeds: Seeds,
}

impl TracePresence {
    pub(crate) fn new(sessions: Arc<Sessions>, peers: u32, graceful: f64, seeds: Seeds) -> Self {
        let mut hosts: Vec<u32> = (0..sessions.hosts.len() as u32).collect();
        seeds.stream(Purpose::Churn, u64::MAX, 0).shuffle(&mut hosts);
        hosts.truncate(peers as usize);
        Self { sessions, hosts, graceful, seeds }
    }

    fn of(&self, peer: PeerId) -> &[(Time, Time)] {
        &self.sessions.hosts[self.hosts[peer.index()] as usize]
    }
}

impl Presence for TracePresence {
    fn start(&self, peer: PeerId) -> (bool, Time) {
        match self.of(peer).first() {
            Some((Time::ZERO, end)) => (true, *end),
            Some((start, _)) => (false, *start),
            None => (false, Time::NEVER),
        }
    }

    fn next(&self, peer: PeerId, _turn: u32, up: bool, now: Time) -> Time {
        let sessions = self.of(peer);
        let at = sessions.partition_point(|session| session.1 <= now);
        match (sessions.get(at), up) {
            (Some(session), true) => session.1,
            (Some(session), false) => session.0,
            (None, _) => Time::NEVER,
        }
    }

    fn graceful(&self, peer: PeerId, turn: u32) -> bool {
        self.seeds.stream(Purpose::Churn, u64::from(peer.0), u64::from(turn)).chance(self.graceful)
    }
}

mod published;

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Time {
        Time::ZERO + Span::from_secs(n)
    }

    #[test]
    fn a_peer_follows_its_host() {
        let text = "# a comment\nb 3 0 10 20 30 30.5 40\nnever 0\n";
        let sessions = Sessions::parse(text, Span::from_secs(1), Span::from_secs(1)).unwrap();
        assert_eq!(sessions.hosts.len(), 2);
        assert_eq!(sessions.availability(), 30.0 / 80.0);
        let presence = TracePresence::new(Arc::new(sessions), 2, 0.0, Seeds::new(1, 0));
        let peer = (0..2).map(PeerId).find(|peer| presence.start(*peer).0).unwrap();
        assert_eq!(presence.start(peer), (true, seconds(10)));
        assert_eq!(presence.next(peer, 1, false, seconds(10)), seconds(20));
        // The gap of half a second is closed.
        assert_eq!(presence.next(peer, 2, true, seconds(20)), seconds(40));
        assert_eq!(presence.next(peer, 3, false, seconds(40)), Time::NEVER);
        let other = PeerId(1 - peer.0);
        assert_eq!(presence.start(other), (false, Time::NEVER));
    }

    #[test]
    fn what_is_no_trace_is_refused_with_its_line() {
        for (text, line) in
            [("a 1 0", 1), ("a 1 0 5\nb x", 2), ("a 1 5 0", 1), ("a 2 0 5 4 6", 1), ("a 1 0 nan", 1)]
        {
            match Sessions::parse(text, Span::from_secs(1), Span::ZERO) {
                Err(TraceError::Line { line: found, .. }) => assert_eq!(found, line, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert_eq!(Sessions::parse("a 0\n", Span::from_secs(1), Span::ZERO), Err(TraceError::Empty));
        let huge = format!("a {} 0 1", usize::MAX);
        assert!(Sessions::parse(&huge, Span::from_secs(1), Span::ZERO).is_err());
    }

    #[test]
    fn a_trace_must_suffice() {
        let sessions = Sessions::parse("a 1 0 10\n", Span::from_secs(1), Span::ZERO).unwrap();
        assert!(sessions.check(1, Span::from_secs(10)).is_ok());
        assert!(matches!(sessions.check(2, Span::from_secs(10)), Err(TraceError::TooFew { .. })));
        assert!(matches!(sessions.check(1, Span::from_secs(11)), Err(TraceError::TooShort { .. })));
    }
}
