//! Signing keys: made ahead, kept in the store, parsed once, and used on threads of their own.
//!
//! Each pool has two RSA-2048 keys, one for access tokens and one for ID tokens, as on AWS. What leaves here is signed
//! tokens and the JWKS that verifies them; private keys leave in no form but the stored document.

pub mod jwks;
pub mod published;
pub mod reserve;
pub mod ring;
pub mod rsa;
pub mod signer;

pub use reserve::Reserve;
pub use ring::{Checked, KeyRing, Keyset};
pub use signer::{Signer, SigningKey, Unsigned};

use crate::domain::key::KeyUsage;
use crate::store::StoreError;

/// Why there is no key to sign or to publish.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KeyError {
    /// The pool does not exist (any more).
    #[error("the user pool does not exist")]
    NoSuchPool,
    /// No key of the pool has this `kid`.
    #[error("the pool has no key `{0}`")]
    NoSuchKey(String),
    /// The key signs at present; only rotated-out keys can be retired.
    #[error("the key `{0}` is signing; rotate first")]
    StillSigning(String),
    /// The key pair is one that everybody has.
    #[error("the key `{0}` is published with poolpass and only serves pools that the configuration declares with it")]
    Published(String),
    /// A key cannot be read or used.
    #[error("the signing key cannot be used: {0}")]
    Unusable(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Both uses, in the order in which the JWKS lists them.
pub const USAGES: [KeyUsage; 2] = [KeyUsage::Id, KeyUsage::Access];
