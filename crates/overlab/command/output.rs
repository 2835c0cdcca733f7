//! Results go to standard output, everything else to standard error.

use super::Done;
use super::failure::Failure;
use std::io::{self, ErrorKind, Write as _};

/// Writes to standard output. A reader who has seen enough and went away is no failure.
pub(super) fn print(text: &str) -> Done {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::run(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error; if even that cannot be done, there is nobody to tell.
pub(super) fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Writes a warning to standard error.
pub(super) fn warn(line: &str) {
    tell(&format!("warning: {line}"));
}
