//! `overlab completions`: what a shell needs to complete this command line.

use super::{Done, Line, output};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  overlab completions bash > ~/.local/share/bash-completion/completions/overlab
  overlab completions zsh > ~/.zfunc/_overlab
  overlab completions fish > ~/.config/fish/completions/overlab.fish";

/// Prints a script that makes a shell complete this command line.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(super) fn perform(&self) -> Done {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Line::command(), "overlab", &mut script);
        output::print(&String::from_utf8_lossy(&script))
    }
}
