//! The command line: one file a command, and what they share.

mod bench;
mod compare;
mod completions;
mod describe;
mod diff_runs;
mod explain;
mod failure;
mod interrupt;
mod list;
mod made;
mod merge;
mod output;
mod panics;
mod plot;
mod progress;
mod ranks;
mod report;
mod reproduce;
mod run;
mod schema;
mod show;
mod source;
mod table;
mod tables;
mod trace;
mod underlay;
mod validate;
mod verify;
mod vocabulary;

use clap::{CommandFactory, Parser, Subcommand};
use failure::Failure;
use overlab_lab::Registry;
use std::process::ExitCode;

/// What a command comes to.
type Done = Result<(), Failure>;

/// The version of this program, and of what its results are made with.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The revision of the source that this program was built from, where it was built from a checkout.
const REVISION: Option<&str> = option_env!("OVERLAB_REVISION");

const EXAMPLES: &str = "\
Examples:
  overlab run scenarios/quickstart.json            Run a scenario; results go to results/quickstart
  overlab run scenarios/quickstart.json --set peers.count=2000 --out results/larger
  overlab validate my.json                         Check a scenario without running it
  overlab list                                     What a scenario can be made of
  overlab describe chord                           The parameters of Chord
  overlab report results/quickstart                Draw plots and report again
  overlab compare results/quickstart               Which overlay is better, and is that certain
  overlab bench --quick                            All algorithms beside each other

Exit codes: 0 done; 1 the run failed, and what was finished is kept; 2 the input or the usage was wrong, and \
nothing was written; 130 interrupted, and what was finished is kept.";

/// Overlay routing research simulator: thousands to millions of virtual peers on a synthetic Internet.
#[derive(Debug, Parser)]
#[command(name = "overlab", version = VERSION, after_help = EXAMPLES, max_term_width = 100)]
#[command(disable_help_subcommand = true)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Validate(validate::Validate),
    Show(show::Show),
    List(list::List),
    Merge(merge::Merge),
    Describe(describe::Describe),
    Plot(plot::Plot),
    Report(report::Report),
    Compare(compare::Compare),
    Verify(verify::Verify),
    Explain(explain::Explain),
    Trace(trace::Trace),
    DiffRuns(diff_runs::DiffRuns),
    Underlay(underlay::UnderlayCommand),
    Bench(bench::Bench),
    Reproduce(reproduce::Reproduce),
    Schema(schema::Schema),
    Completions(completions::Completions),
}

/// The whole command line over the algorithms of `registry`: reads the arguments, does what they say, and returns the
/// exit code.
///
/// 0: done. 1: the run failed, and what was finished is kept. 2: the input or the usage was wrong, and nothing was
/// written. 130: interrupted, and what was finished is kept.
#[expect(clippy::needless_pass_by_value, reason = "a main makes it for this call and is done with it")]
pub fn run(registry: Registry) -> ExitCode {
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(error) => {
            // Whoever closed the other end of the pipe does not want to read this.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { failure::INPUT } else { 0 });
        }
    };
    let done = match line.command {
        None => output::print(&Line::command().render_help().to_string()),
        Some(Command::Run(command)) => command.perform(&registry),
        Some(Command::Validate(command)) => command.perform(&registry),
        Some(Command::Show(command)) => command.perform(&registry),
        Some(Command::List(command)) => command.perform(&registry),
        Some(Command::Merge(command)) => command.perform(&registry),
        Some(Command::Describe(command)) => command.perform(&registry),
        Some(Command::Plot(command)) => command.perform(),
        Some(Command::Report(command)) => command.perform(),
        Some(Command::Compare(command)) => command.perform(),
        Some(Command::Verify(command)) => command.perform(&registry),
        Some(Command::Explain(command)) => command.perform(&registry),
        Some(Command::Trace(command)) => command.perform(&registry),
        Some(Command::DiffRuns(command)) => command.perform(&registry),
        Some(Command::Underlay(command)) => command.perform(&registry),
        Some(Command::Bench(command)) => command.perform(&registry),
        Some(Command::Reproduce(command)) => command.perform(&registry),
        Some(Command::Schema(command)) => command.perform(),
        Some(Command::Completions(command)) => command.perform(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            for line in failure.lines() {
                output::tell(&format!("error: {line}"));
            }
            ExitCode::from(failure.code())
        }
    }
}
