//! Sums over judged lookups.

use crate::metric::Metrics;
use crate::sample::{Few, Many, Sample};
use overlab_peer::Cause;

/// Stretch is kept in millionths.
pub(crate) const STRETCH_UNIT: f64 = 1e-6;

/// Everything that is known of the lookups of one period.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) issued: u64,
    pub(crate) answered: u64,
    pub(crate) correct: u64,
    pub(crate) correct_at_issue: u64,
    pub(crate) correct_at_answer: u64,
    pub(crate) origin_left: u64,
    pub(crate) not_joined: u64,
    pub(crate) failed: [u64; Cause::ALL.len()],
    /// Nanoseconds.
    pub(crate) latency: Many,
    pub(crate) penalised: Many,
    pub(crate) termination: Many,
    /// Millionths.
    pub(crate) stretch: Many,
    /// Sums of nanoseconds over the lookups that have a stretch.
    pub(crate) stretched: u128,
    pub(crate) direct: u128,
    pub(crate) hops: Few,
    pub(crate) hops_to_predecessor: Few,
    pub(crate) timeouts: Few,
    pub(crate) timeouts_to_predecessor: Few,
    pub(crate) messages: Few,
}

impl Tally {
    pub(crate) fn merge(&mut self, other: &Self) {
        self.issued += other.issued;
        self.answered += other.answered;
        self.correct += other.correct;
        self.correct_at_issue += other.correct_at_issue;
        self.correct_at_answer += other.correct_at_answer;
        self.origin_left += other.origin_left;
        self.not_joined += other.not_joined;
        for (mine, theirs) in self.failed.iter_mut().zip(other.failed) {
            *mine += theirs;
        }
        self.latency.merge(&other.latency);
        self.penalised.merge(&other.penalised);
        self.termination.merge(&other.termination);
        self.stretch.merge(&other.stretch);
        self.stretched += other.stretched;
        self.direct += other.direct;
        self.hops.merge(&other.hops);
        self.hops_to_predecessor.merge(&other.hops_to_predecessor);
        self.timeouts.merge(&other.timeouts);
        self.timeouts_to_predecessor.merge(&other.timeouts_to_predecessor);
        self.messages.merge(&other.messages);
    }

    /// Adds a lookup that took `latency` where the direct way takes `direct`, both in nanoseconds.
    pub(crate) fn stretch(&mut self, latency: u64, direct: u64) {
        // Both in 64 bits: latencies below five hours.
        let ratio = match latency.checked_mul(1_000_000) {
            Some(product) => product.checked_div(direct),
            None => (u128::from(latency) * 1_000_000)
                .checked_div(u128::from(direct))
                .map(|ratio| u64::try_from(ratio).unwrap_or(u64::MAX)),
        };
        if let Some(ratio) = ratio {
            self.stretch.add(ratio);
            self.stretched += u128::from(latency);
            self.direct += u128::from(direct);
        }
    }

    /// Takes over what `part` keeps one by one; the rest of it stays where it is.
    pub(crate) fn gather(&mut self, part: &mut Self) {
        self.latency.gather(&mut part.latency);
        self.penalised.gather(&mut part.penalised);
        self.termination.gather(&mut part.termination);
        self.stretch.gather(&mut part.stretch);
    }

    pub(crate) fn metrics(&self, out: &mut Metrics) {
        let of_issued = |part| Sample::ratio(part, self.issued);
        out.put("lookup.success_ratio", of_issued(self.answered));
        out.put("lookup.correct_ratio", of_issued(self.correct));
        out.put("lookup.correct_at_issue_ratio", of_issued(self.correct_at_issue));
        out.put("lookup.correct_at_answer_ratio", of_issued(self.correct_at_answer));
        for cause in Cause::ALL {
            // An origin that left is a class of its own, outside the ratios.
            if cause != Cause::OriginLeft {
                out.put(&format!("lookup.failures.{}", cause.name()), of_issued(self.failed[cause as usize]));
            }
        }
        out.put("lookup.latency_ms", self.latency.sample(1e-6));
        out.put("lookup.latency_penalised_ms", self.penalised.sample(1e-6));
        out.put("lookup.termination_ms", self.termination.sample(1e-6));
        out.put("lookup.stretch", self.stretch.sample(STRETCH_UNIT));
        if self.direct > 0 {
            out.value("lookup.stretch_of_sums", self.stretched as f64 / self.direct as f64);
        }
        out.put("lookup.hops", self.hops.sample());
        out.put("lookup.hops_to_predecessor", self.hops_to_predecessor.sample());
        out.put("lookup.timeouts", self.timeouts.sample());
        out.put("lookup.timeouts_to_predecessor", self.timeouts_to_predecessor.sample());
        out.put("lookup.messages", self.messages.sample());
        out.value("lookup.issued", self.issued as f64);
        out.value("lookup.origin_left", self.origin_left as f64);
        out.value("lookup.not_joined", self.not_joined as f64);
    }
}

/// The little that is kept for every bin of the time series.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BinTally {
    pub(crate) issued: u64,
    pub(crate) answered: u64,
    pub(crate) correct: u64,
    pub(crate) latency: u128,
    pub(crate) hops: u64,
}

impl BinTally {
    pub(crate) fn merge(&mut self, other: &Self) {
        self.issued += other.issued;
        self.answered += other.answered;
        self.correct += other.correct;
        self.latency += other.latency;
        self.hops += other.hops;
    }

    pub(crate) fn metrics(&self, out: &mut Metrics) {
        out.put("lookup.success_ratio", Sample::ratio(self.answered, self.issued));
        out.put("lookup.correct_ratio", Sample::ratio(self.correct, self.issued));
        if self.answered > 0 {
            out.value("lookup.latency_ms", self.latency as f64 / self.answered as f64 / 1e6);
            out.value("lookup.hops", self.hops as f64 / self.answered as f64);
        }
        out.value("lookup.issued", self.issued as f64);
    }
}
