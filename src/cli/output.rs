//! Where a command writes.

use std::io::{self, Write};

/// Standard output and standard error, or what stands in for them.
pub struct Output {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
}

impl Output {
    /// Those of the process.
    pub fn standard() -> Self {
        Self::to(Box::new(io::stdout()), Box::new(io::stderr()))
    }

    /// Others.
    pub fn to(out: Box<dyn Write>, err: Box<dyn Write>) -> Self {
        Self { out, err }
    }

    /// One line of what was asked for, or several. A reader that has seen enough, such as `head`, is no failure.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        match writeln!(self.out, "{text}").and_then(|()| self.out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// One line of what went wrong. Where even this cannot be written, the exit code must do.
    pub fn complain(&mut self, text: &str) {
        let _nobody_reads_it = writeln!(self.err, "poolpass: {text}");
    }
}
