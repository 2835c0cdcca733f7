//! Panics of an algorithm under test: where they happened, without the noise.

use std::panic;
use std::sync::{Arc, Mutex, PoisonError};

/// Does `work`, and returns beside its result the places in the source where anything panicked meanwhile. Nothing is
/// printed about them, unless the environment asks for backtraces.
///
/// Whoever does the work catches the panics, says which run they ended, and repeats their message.
pub(super) fn quietly<R>(work: impl FnOnce() -> R) -> (R, Vec<String>) {
    if std::env::var_os("RUST_BACKTRACE").is_some_and(|wanted| wanted != "0") {
        return (work(), Vec::new());
    }
    let places = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&places);
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if let Some(place) = panic.location() {
            noted.lock().unwrap_or_else(PoisonError::into_inner).push(place.to_string());
        }
    }));
    let result = work();
    panic::set_hook(before);
    let mut places = places.lock().unwrap_or_else(PoisonError::into_inner).clone();
    places.sort();
    places.dedup();
    (result, places)
}
