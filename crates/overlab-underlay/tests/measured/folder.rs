//! The folder of measured data, where one is at hand: `OVERLAB_DATA`, else `shared/data` beside the checkout.

use std::path::{Path, PathBuf};

/// The file at `path` in the folder; says aloud that a test is skipped where it is not there.
pub(crate) fn data(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("OVERLAB_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let found = folder.join(path);
    if !found.exists() {
        skipped();
        return None;
    }
    Some(found)
}

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn skipped() {
    eprintln!("skipped: no data folder");
}
