//! The only place that reads clocks and the machine: for the manifest and for progress, never for a result.
#![allow(clippy::disallowed_types)]

use overlab_schema::Machine;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Measures wall time.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since the start.
    pub fn seconds(self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// Measures what the calling thread computes, whatever else the machine does meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    computed: Option<u64>,
    wall: Stopwatch,
}

impl Effort {
    /// Starts now.
    pub(crate) fn start() -> Self {
        Self { computed: computed(), wall: Stopwatch::start() }
    }

    /// Seconds that this thread has computed since the start; of wall time where the system does not tell.
    pub(crate) fn seconds(self) -> f64 {
        match (self.computed, computed()) {
            (Some(before), Some(now)) => now.saturating_sub(before) as f64 / 1e9,
            _ => self.wall.seconds(),
        }
    }
}

/// Nanoseconds that this thread has computed.
fn computed() -> Option<u64> {
    let text = fs_err::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// The time of day as RFC 3339 in UTC, to the second.
pub fn now_rfc3339() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |span| span.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days as i64);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// The Gregorian date of a day counted from 1970-01-01 (in eras of 400 years that begin in March).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The largest resident memory of this process so far in bytes, where the system tells.
pub(crate) fn peak_memory() -> Option<u64> {
    proc_kilobytes("/proc/self/status", "VmHWM:")
}

/// Forgets the largest resident memory so far, where the system lets it: [`peak_memory`] is that of what follows then.
/// Elsewhere it stays that of the process so far.
pub(crate) fn forget_peak_memory() {
    // Linux alone has this file, and some sandboxes keep it shut.
    let _ = fs_err::write("/proc/self/clear_refs", "5");
}

/// Memory in bytes that this process could still get: of the machine's, and of what its control group leaves.
pub fn available_memory() -> Option<u64> {
    let number = |file: &str| fs_err::read_to_string(file).ok()?.trim().parse::<u64>().ok();
    let group = || {
        let [most, used] =
            ["memory.max", "memory.current"].map(|name| number(&format!("/sys/fs/cgroup/{name}")));
        // Files that nobody reads any more count as used, but give way.
        let text = fs_err::read_to_string("/sys/fs/cgroup/memory.stat").unwrap_or_default();
        let files =
            text.lines().find_map(|line| line.strip_prefix("inactive_file ")?.trim().parse::<u64>().ok());
        Some(most?.saturating_sub(used?.saturating_sub(files.unwrap_or(0))))
    };
    [proc_kilobytes("/proc/meminfo", "MemAvailable:"), group()].into_iter().flatten().min()
}

/// The machine's memory in bytes, where the system tells.
pub(crate) fn memory() -> Option<u64> {
    proc_kilobytes("/proc/meminfo", "MemTotal:")
}

/// What this program runs on.
pub fn machine() -> Machine {
    let processor = fs_err::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?.to_owned();
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    Machine {
        system: std::env::consts::OS.to_owned(),
        architecture: std::env::consts::ARCH.to_owned(),
        processor,
        cores: cores() as u32,
        memory_bytes: memory(),
    }
}

/// Processors that this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn proc_kilobytes(file: &str, key: &str) -> Option<u64> {
    let text = fs_err::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn dates_are_the_calendar_s() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_780), (2026, 11, 23));
    }
}
