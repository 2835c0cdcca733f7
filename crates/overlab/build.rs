//! Tells the program which revision of its source it was built from, where that is known.

use std::process::Command;

fn main() {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if let Some(revision) = git(&["rev-parse", "--short=12", "HEAD"]) {
        let changes = git(&["status", "--porcelain", "--", "Cargo.toml", "Cargo.lock", "crates"]);
        let changed = if changes.is_some_and(|changes| changes.is_empty()) { "" } else { "-changed" };
        println!("cargo::rustc-env=OVERLAB_REVISION={revision}{changed}");
    }
    // A commit or a switch of branches changes the revision; so does work on the source.
    for file in [".git/HEAD", ".git/logs/HEAD", "Cargo.toml", "Cargo.lock", "crates"] {
        if std::path::Path::new(file).exists() {
            println!("cargo::rerun-if-changed={file}");
        }
    }
}
