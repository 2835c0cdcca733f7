//! Ctrl-C: the first asks the run to stop, the second ends the program.

use super::{failure, output};
use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C (or a request to terminate) sets the flag that is returned; a second one exits at once.
pub(super) fn watch() -> &'static AtomicBool {
    watch_and(|| output::tell("stopping; Ctrl-C again stops at once"))
}

/// The same for the first of several ranks, whose launcher ends them all where one of them ends.
pub(super) fn watch_in_company() -> &'static AtomicBool {
    watch_and(|| {
        output::tell(
            "stopping, for Ctrl-C or because a rank is gone: finished runs are kept, and the same command continues",
        );
    })
}

/// The same for the others: of several ranks one speaks.
pub(super) fn watch_silently() -> &'static AtomicBool {
    watch_and(|| {})
}

fn watch_and(tell: fn()) -> &'static AtomicBool {
    let watched = ctrlc::set_handler(move || {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(failure::INTERRUPTED));
        }
        tell();
    });
    if let Err(error) = watched {
        output::warn(&format!("Ctrl-C will end the program without writing a summary: {error}"));
    }
    &STOP
}
