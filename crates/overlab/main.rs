//! The command `overlab`: the whole command line over the algorithms that this project ships.
//!
//! A plug-in's `main` is the same line with its own algorithms added to the registry.

use overlab::Registry;
use std::process::ExitCode;

fn main() -> ExitCode {
    overlab::run(Registry::built_in())
}
