//! Secrets: never printed, compared in constant time.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// A client secret. It has no `Debug` and no `Display`; whoever needs the text says so by calling [`Secret::reveal`].
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether the presented bytes are this secret, in time that does not depend on where they differ.
    pub fn matches(&self, presented: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(presented).into()
    }

    /// The text, for the few answers that must contain it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn only_the_same_bytes_match() {
        let secret = Secret::new("correct horse");
        assert!(secret.matches(b"correct horse"));
        assert!(!secret.matches(b"correct hors"));
        assert!(!secret.matches(b"correct horse "));
        assert!(!secret.matches(b""));
    }
}
