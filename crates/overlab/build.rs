//! Tells the program which revision of its source it was built from, where that is known.

use std::process::Command;

fn main() {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if let Some(revision) = git(&["rev-parse", "--short=12", "HEAD"]) {
        println!("cargo::rustc-env=OVERLAB_REVISION={revision}");
    }
    // A commit or a switch of branches changes the revision.
    for file in [".git/HEAD", ".git/logs/HEAD", "crates/overlab/build.rs"] {
        if std::path::Path::new(file).exists() {
            println!("cargo::rerun-if-changed={file}");
        }
    }
}
