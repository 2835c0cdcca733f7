//! Where two runs part: the first event that differs, and what is around it.
//!
//! Both runs are had again and cut into many stretches of time, each with a hash over all that happened in it. The first stretch
//! whose hashes differ is heard once more in both, and compared event by event.

use crate::again::{Again, AgainError, Detail, Hearing, Occurrence, Period, Way, What, Wish};
use overlab_time::{Time, mix64};

/// Two runs that part.
#[derive(Clone, Debug)]
pub struct Divergence {
    /// What happened last in both, the latest at the end.
    pub common: Vec<Occurrence>,
    /// What happened then in the first run; nothing where it was over.
    pub left: Vec<Occurrence>,
    /// And in the second.
    pub right: Vec<Occurrence>,
}

/// Into so many stretches the time of two runs is cut: of ten million events each has some thousands.
const STRETCHES: u64 = 4096;

/// So many occurrences are told from before and from after.
const AROUND: usize = 5;

/// Finds the first event in which two runs differ; nothing where all that happened is the same.
///
/// # Errors
/// Where a run is interrupted or cannot be set up.
pub fn divergence(left: &Again<'_>, right: &Again<'_>) -> Result<Option<Divergence>, AgainError> {
    let end = left.plan.calendar.end.max(right.plan.calendar.end);
    let width = (end.0 / STRETCHES + 1).max(1);
    let (hashes_left, hashes_right) = (hashes(left, width)?, hashes(right, width)?);
    let Some(first) = hashes_left.iter().zip(&hashes_right).position(|(a, b)| a != b) else {
        return Ok(None);
    };
    // The stretch before shows what led there.
    let from = Time((first as u64).saturating_sub(1) * width);
    let period = Period { from, to: Time((first as u64 + 1) * width) };
    let (left, right) = (all(left, period)?, all(right, period)?);
    let same = left.iter().zip(&right).take_while(|(a, b)| fingerprint(a) == fingerprint(b)).count();
    let after = |of: &[Occurrence]| of[same..].iter().take(AROUND).cloned().collect();
    Ok(Some(Divergence {
        common: left[same.saturating_sub(AROUND)..same].to_vec(),
        left: after(&left),
        right: after(&right),
    }))
}

/// The hash of each stretch of a run.
fn hashes(again: &Again<'_>, width: u64) -> Result<Vec<u64>, AgainError> {
    let mut hashes = vec![0u64; STRETCHES as usize + 1];
    again.hear(Wish {
        hearing: &Hearing::Everything,
        period: Period::ALL,
        detail: Detail::Outline,
        sink: &mut |occurrence| {
            let stretch = ((occurrence.time.0 / width) as usize).min(STRETCHES as usize);
            let hash = &mut hashes[stretch];
            *hash = mix64(hash.rotate_left(1) ^ fingerprint(&occurrence));
        },
    })?;
    Ok(hashes)
}

/// All that happens in a period.
fn all(again: &Again<'_>, period: Period) -> Result<Vec<Occurrence>, AgainError> {
    let mut heard = Vec::new();
    again.hear(Wish {
        hearing: &Hearing::Everything,
        period,
        detail: Detail::Everything,
        sink: &mut |occurrence| {
            // What is only followed to its arrival is not part of it.
            if period.contains(occurrence.time) {
                heard.push(occurrence);
            }
        },
    })?;
    Ok(heard)
}

/// A hash of what happened and what it led to, the same whatever detail is told.
fn fingerprint(occurrence: &Occurrence) -> u64 {
    let mut hash = 0u64;
    let mut add = |word: u64| {
        hash = mix64(hash.rotate_left(5) ^ word.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1));
    };
    add(occurrence.time.0);
    add(u64::from(occurrence.peer.peer.0) << 32 | u64::from(occurrence.peer.identity));
    add(occurrence.handled as u64);
    match &occurrence.what {
        What::Message(arrival) => {
            add(u64::from(arrival.from.peer.0) << 32 | u64::from(arrival.from.identity));
            add(u64::from(arrival.bytes));
            arrival.glance.kind.bytes().for_each(|byte| add(u64::from(byte)));
            for named in &arrival.glance.names {
                add(u64::from(named.peer.0) << 32 | u64::from(named.identity));
            }
        }
        What::Timer(_) => add(1),
        What::Change => add(2),
        What::Other => add(3),
    }
    for sending in &occurrence.sent {
        add(u64::from(sending.to.peer.0) << 32 | u64::from(sending.to.identity));
        add(u64::from(sending.bytes));
        for named in &sending.glance.names {
            add(u64::from(named.peer.0) << 32 | u64::from(named.identity));
        }
        match sending.way {
            Way::Comes { at, .. } => add(at.0),
            Way::Lost(loss) => add(u64::MAX - loss as u64),
        }
    }
    occurrence.wakes.iter().for_each(|(at, _)| add(at.0));
    occurrence.turns.iter().for_each(|turn| add(*turn as u64));
    occurrence.issued.iter().for_each(|issue| add(u64::from(issue.operation.number)));
    hash
}
