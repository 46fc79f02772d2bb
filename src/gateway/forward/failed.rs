//! What is told of an upstream that did not answer, to whoever runs it.

use std::error::Error;
use std::fmt::{self, Display};
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::upstream::Upstream;
use crate::domain::trace::Cut;
use crate::gateway::dialect::Fault;

/// How long the log says no more about an upstream after it was told of it.
const QUIET: Duration = Duration::from_secs(60);

/// A fault, and what was found to be wrong, where that is known.
#[derive(Debug)]
pub struct Failed {
    /// The fault.
    pub fault: Fault,
    /// What was tried, and what came of it.
    pub why: Option<Cut>,
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self { fault, why: None }
    }
}

impl Upstream {
    /// The fault, and what came of asking this upstream. The log is told, but not with every request.
    pub(super) fn failed(&self, fault: Fault, why: impl Display) -> Failed {
        if self.told.is_due(Instant::now()) {
            tracing::warn!(upstream = %self, %why, "the upstream did not answer");
        }
        Failed { fault, why: Some(Cut::new(&format!("`{self}`: {why}"))) }
    }
}

/// When the log was last told.
#[derive(Debug, Default)]
pub(super) struct Told(Mutex<Option<Instant>>);

impl Told {
    /// Whether it may be told now; it counts as told.
    fn is_due(&self, now: Instant) -> bool {
        let Ok(mut last) = self.0.lock() else { return false };
        let is_due = last.is_none_or(|last| now.saturating_duration_since(last) >= QUIET);
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

/// An error with all its causes, of which some say the same again.
pub(super) fn with_causes(error: &dyn Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_said = cause.to_string();
        if !said.contains(&cause_said) {
            said = format!("{said}: {cause_said}");
        }
        source = cause.source();
    }
    f.write_str(&said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_told_once_in_a_while() {
        let (told, begin) = (Told::default(), Instant::now());
        let due = [0, 1, 59, 60, 61, 121].map(|seconds| told.is_due(begin + Duration::from_secs(seconds)));
        assert_eq!(due, [true, false, false, true, false, true]);
    }
}
