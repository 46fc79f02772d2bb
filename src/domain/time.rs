//! Moments and how the wire writes them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment this many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The moment this many seconds later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u64) -> Self {
        let millis = seconds.saturating_mul(1_000);
        Self(self.0.saturating_add_unsigned(millis))
    }

    /// Whole seconds since the epoch, as `iat` and `exp` count them.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match chrono::DateTime::from_timestamp_millis(self.0) {
            Some(moment) => f.write_str(&moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)),
            None => write!(f, "{} ms", self.0),
        }
    }
}

/// The wire's form of a [`Timestamp`]: a JSON number of seconds with a millisecond fraction.
///
/// Use with `#[serde(with = "epoch_seconds")]`; the stored documents keep whole milliseconds instead.
pub mod epoch_seconds {
    use serde::Serializer;

    use super::Timestamp;

    /// Writes `1548108676.163`.
    #[expect(clippy::cast_precision_loss, reason = "a millisecond count fits 53 bits for the next 285,000 years")]
    pub fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(moment.millis() as f64 / 1000.0)
    }
}
