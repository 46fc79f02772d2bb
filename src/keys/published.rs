//! The key pairs in `keys/`, which everybody has.
//!
//! They make the demo world and the tests start at once and with tokens that can be written into documentation. A pool
//! that was not declared with them must not sign with them: anybody could forge its tokens.

use crate::domain::id::KeyId;

/// The `kid`s of the key pairs in `keys/`.
const KIDS: [&str; 2] =
    ["Tia0SwBHDrC1QT9zO10iGMAqO6efRfay3X4tTVCQm2c=", "bxcycfCWFMx9MxVanhE/DI3DwaPmO7n6q5v22/086lk="];

/// The demo world's key for access tokens.
pub const DEMO_ACCESS: &str = include_str!("../../keys/demo-access.pem");
/// The demo world's key for ID tokens.
pub const DEMO_ID: &str = include_str!("../../keys/demo-id.pem");

/// Whether this is one of them.
pub fn contains(kid: &KeyId) -> bool {
    KIDS.contains(&kid.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key::{KeyOrigin, KeyUsage};
    use crate::domain::time::Timestamp;
    use crate::keys::rsa::KeyPair;

    #[test]
    fn every_key_pair_in_the_folder_is_known_as_published() {
        for pem in [DEMO_ACCESS, DEMO_ID] {
            let pair = KeyPair::from_pem(pem).unwrap();
            let key = pair.stored(KeyUsage::Access, KeyOrigin::Declared, Timestamp::from_millis(0)).unwrap();
            assert!(contains(&key.kid), "{}", key.kid);
        }
    }
}
