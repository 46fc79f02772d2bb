//! What a password is checked against.

use serde::{Deserialize, Serialize};

use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// The hexadecimal text of an SRP verifier.
pub type VerifierText = Secret;

/// A salt and an SRP verifier: enough to check a password, be it proven by SRP or presented, and nothing that contains it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credential {
    /// Sixteen random bytes, as the wire writes them: hexadecimal.
    pub salt: String,
    /// `g^x mod N`, hexadecimal.
    pub verifier: VerifierText,
    /// When the password was set.
    pub since: Timestamp,
    /// Whether the user must replace it at the first sign-in.
    #[serde(default)]
    pub temporary: bool,
}
