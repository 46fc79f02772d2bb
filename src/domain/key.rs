//! A pool's signing keys as stored.

use serde::{Deserialize, Serialize};

use super::id::KeyId;
use super::secret::Secret;
use super::time::Timestamp;

/// Every key of one pool: for each use one that signs, and any number that are only published.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct PoolKeys {
    /// Oldest first; the last one of a use is the one that signs.
    pub keys: Vec<StoredKey>,
}

/// One RSA-2048 key pair.
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredKey {
    /// 44 characters of base64.
    pub kid: KeyId,
    /// Which tokens it signs: access and ID tokens have different keys.
    pub usage: KeyUsage,
    /// The private key: PKCS#8 DER in base64.
    pub pkcs8: Secret,
    /// The modulus, base64url, as the JWKS shows it.
    pub n: String,
    /// The exponent, base64url, as the JWKS shows it.
    pub e: String,
    /// When it was made or imported.
    pub created: Timestamp,
    /// Where it came from.
    #[serde(default)]
    pub origin: KeyOrigin,
}

/// Which tokens a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyUsage {
    /// Access tokens.
    Access,
    /// ID tokens.
    Id,
}

/// Where a key came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyOrigin {
    /// Made here; nobody else has it.
    #[default]
    Generated,
    /// Read from a file that the configuration names for this pool.
    Declared,
}

impl PoolKeys {
    /// The key that signs tokens of this use.
    pub fn current(&self, usage: KeyUsage) -> Option<&StoredKey> {
        self.keys.iter().rev().find(|key| key.usage == usage)
    }
}
