//! How far a run is: a bar with an estimate on a terminal, a plain line now and then elsewhere.

use super::output;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use overlab_lab::{Progress, Stopwatch};
use std::io::IsTerminal as _;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Between two looks of a bar.
const LOOK: Duration = Duration::from_millis(200);
/// Between two plain lines.
const LINE: Duration = Duration::from_secs(10);

/// A run's share of the bar.
const RUN: u64 = 1_000_000;

/// Does `work` and shows on standard error meanwhile how far it is, unless it is to be quiet.
pub(super) fn shown<R>(name: &str, progress: &Progress, quiet: bool, work: impl FnOnce() -> R) -> R {
    thread::scope(|scope| {
        let (working, over) = channel::<()>();
        if !quiet {
            scope.spawn(move || {
                if std::io::stderr().is_terminal() {
                    bar(name, progress, &over);
                } else {
                    lines(name, progress, &over);
                }
            });
        }
        let result = work();
        drop(working);
        result
    })
}

fn bar(name: &str, progress: &Progress, over: &Receiver<()>) {
    let style = ProgressStyle::with_template("{prefix} [{bar:30}] {percent:>3} %  {wide_msg}")
        .expect("the template is well-formed")
        .progress_chars("=> ");
    let bar = ProgressBar::with_draw_target(Some(RUN), ProgressDrawTarget::stderr()).with_style(style);
    bar.set_prefix(name.to_owned());
    let clock = Stopwatch::start();
    while goes_on(over, LOOK) {
        let look = Look::at(progress, clock);
        bar.set_length(look.all.max(1));
        bar.set_position(look.done);
        bar.set_message(look.text());
    }
    bar.finish_and_clear();
}

fn lines(name: &str, progress: &Progress, over: &Receiver<()>) {
    let clock = Stopwatch::start();
    while goes_on(over, LINE) {
        let look = Look::at(progress, clock);
        output::tell(&format!(
            "{name}: {:.0} %, {}",
            100.0 * look.done as f64 / look.all.max(1) as f64,
            look.text()
        ));
    }
}

/// Waits; returns whether the work is still going on.
fn goes_on(over: &Receiver<()>, pause: Duration) -> bool {
    over.recv_timeout(pause) == Err(RecvTimeoutError::Timeout)
}

/// The state of things at one instant, in millionths of runs.
#[derive(Clone, Copy, Debug)]
struct Look {
    runs: u64,
    finished: u64,
    all: u64,
    done: u64,
    /// What was done before this program began.
    found: u64,
    events: u64,
    seconds: f64,
}

impl Look {
    fn at(progress: &Progress, clock: Stopwatch) -> Self {
        let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let (runs, finished) = (read(&progress.runs), read(&progress.finished));
        let all = runs * RUN;
        Self {
            runs,
            finished,
            all,
            done: (finished * RUN + read(&progress.under_way)).min(all),
            found: read(&progress.found) * RUN,
            events: read(&progress.events),
            seconds: clock.seconds(),
        }
    }

    fn text(self) -> String {
        let runs = format!("{} of {} runs", self.finished, self.runs);
        let speed = self.events as f64 / self.seconds.max(1e-9) / 1e6;
        let fresh = self.done.saturating_sub(self.found) as f64;
        let left = if fresh > 0.0 {
            format!(", about {} left", duration(self.seconds * (self.all - self.done) as f64 / fresh))
        } else {
            String::new()
        };
        format!("{runs}, {speed:.1} million events/s{left}")
    }
}

/// Seconds for people.
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds.ceil() as u64;
    match whole {
        0..120 => format!("{whole} s"),
        120..7200 => format!("{} min", whole.div_ceil(60)),
        _ => format!("{} h {} min", whole / 3600, whole / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_leaves_out_what_was_found() {
        // Of 10 runs 4 were found and 2 more took 30 s: the last 4 take 60 s.
        let look = Look {
            runs: 10,
            finished: 6,
            all: 10 * RUN,
            done: 6 * RUN,
            found: 4 * RUN,
            events: 60_000_000,
            seconds: 30.0,
        };
        assert_eq!(look.text(), "6 of 10 runs, 2.0 million events/s, about 60 s left");
        let fresh = Look { finished: 4, done: 4 * RUN, events: 0, ..look };
        assert_eq!(fresh.text(), "4 of 10 runs, 0.0 million events/s");
    }

    #[test]
    fn durations_are_for_people() {
        assert_eq!([0.2, 119.0, 121.0, 8000.0].map(duration), ["1 s", "119 s", "3 min", "2 h 13 min"]);
    }
}
