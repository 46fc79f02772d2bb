//! How long a token lives, as people write it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::client::TimeUnit;

/// A number of a unit of time, such as `20 minutes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: TimeUnit,
}

/// Not a lifetime.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number and a unit, such as `20 minutes`; units are seconds, minutes, hours and days")]
pub struct NoLifetime(String);

const UNITS: [(TimeUnit, &str); 4] = [
    (TimeUnit::Seconds, "seconds"),
    (TimeUnit::Minutes, "minutes"),
    (TimeUnit::Hours, "hours"),
    (TimeUnit::Days, "days"),
];

impl Lifetime {
    /// The unit's name on the wire.
    pub fn unit_name(self) -> &'static str {
        UNITS.iter().find(|(unit, _)| *unit == self.unit).map_or("", |(_, name)| name)
    }
}

impl FromStr for Lifetime {
    type Err = NoLifetime;

    fn from_str(text: &str) -> Result<Self, NoLifetime> {
        let bad = || NoLifetime(text.to_owned());
        let (count, name) = text.trim().split_once(' ').ok_or_else(bad)?;
        let count = count.parse().map_err(|_| bad())?;
        let name = name.trim();
        let named = |(_, plural): &&(TimeUnit, &str)| *plural == name || plural.strip_suffix('s') == Some(name);
        let (unit, _) = UNITS.iter().find(named).ok_or_else(bad)?;
        Ok(Self { count, unit: *unit })
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.unit_name())
    }
}

impl Serialize for Lifetime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Lifetime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_a_number_and_a_unit() {
        for (text, unit) in [("1 hour", TimeUnit::Hours), ("1 hours", TimeUnit::Hours), (" 1  days ", TimeUnit::Days)] {
            assert_eq!(text.parse(), Ok(Lifetime { count: 1, unit }));
        }
        for text in ["", "20", "minutes", "20minutes", "-1 hours", "1 week", "99999999999 days"] {
            assert_eq!(text.parse::<Lifetime>(), Err(NoLifetime(text.to_owned())));
        }
        assert_eq!("20 minute".parse::<Lifetime>().unwrap().to_string(), "20 minutes");
    }
}
