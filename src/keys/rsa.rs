//! RSA key pairs: generated, or read from PEM. Arithmetic on private keys is left to aws-lc (see deny.toml).

use std::convert::Infallible;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rand::{TryCryptoRng, TryRng};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use rsa::traits::PublicKeyParts as _;
use sha2::{Digest as _, Sha256};

use crate::domain::id::KeyId;
use crate::domain::key::{KeyOrigin, KeyUsage, StoredKey};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::effects::Random;

use super::KeyError;

/// The size that Cognito uses.
const BITS: usize = 2048;

/// A key pair that belongs to no pool yet.
pub struct KeyPair(RsaPrivateKey);

impl KeyPair {
    /// Makes a pair; this takes tens of milliseconds, so do it where nobody waits.
    pub fn generate(random: &dyn Random) -> Result<Self, KeyError> {
        RsaPrivateKey::new(&mut Source(random), BITS).map(Self).map_err(|error| KeyError::Unusable(error.to_string()))
    }

    /// Reads a private key of 2048 bits from PEM, PKCS#8 or PKCS#1.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let key = RsaPrivateKey::from_pkcs8_pem(pem)
            .or_else(|_| RsaPrivateKey::from_pkcs1_pem(pem))
            .map_err(|error| KeyError::Unusable(error.to_string()))?;
        if key.n_bytes().len() * 8 != BITS {
            return Err(KeyError::Unusable(format!("it has {} bits, not {BITS}", key.n_bytes().len() * 8)));
        }
        Ok(Self(key))
    }

    /// The document that the store keeps.
    pub fn stored(&self, usage: KeyUsage, origin: KeyOrigin, created: Timestamp) -> Result<StoredKey, KeyError> {
        let der = self.0.to_pkcs8_der().map_err(|error| KeyError::Unusable(error.to_string()))?;
        let modulus = self.0.n_bytes();
        Ok(StoredKey {
            kid: KeyId::from(STANDARD.encode(Sha256::digest(&modulus))),
            usage,
            pkcs8: Secret::new(STANDARD.encode(der.as_bytes())),
            n: URL_SAFE_NO_PAD.encode(&modulus),
            e: URL_SAFE_NO_PAD.encode(self.0.e_bytes()),
            created,
            origin,
        })
    }
}

/// Our randomness in the shape that the `rsa` crate asks for.
struct Source<'a>(&'a dyn Random);

impl TryRng for Source<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Source<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::SeededRandom;

    #[test]
    fn the_same_randomness_makes_the_same_key() {
        let made = |seed| {
            let pair = KeyPair::generate(&SeededRandom::new(seed)).unwrap();
            pair.stored(KeyUsage::Access, KeyOrigin::Generated, Timestamp::from_millis(0)).unwrap()
        };
        let key = made(1);
        assert_eq!(key.kid, made(1).kid);
        assert_ne!(key.kid, made(2).kid);
        assert_eq!(key.kid.as_str().len(), 44);
        assert_eq!(key.e, "AQAB");
    }
}
