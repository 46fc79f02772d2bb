//! Refresh tokens as text: five parts like those of the service, which some libraries count.
//!
//! A token names its family and generation in clear and proves them by an HMAC under the family's secret. Nothing of it
//! is stored but that secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::domain::id::SignInId;
use crate::domain::sign_in::RefreshFamily;

/// `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}` in base64url.
const HEADER: &str = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";
/// How long the HMAC is, and where it is cut into its two parts.
const PROOF: usize = 32;
const HALF: usize = 16;

/// A refresh token that has the right form; whether it is one of its family is for [`RefreshToken::is_of`] to say.
#[derive(Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The family that it names.
    pub sign_in: SignInId,
    /// Its number in the family.
    pub generation: u32,
    proof: [u8; PROOF],
}

impl RefreshToken {
    /// Reads a token.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        parts.next().filter(|header| *header == HEADER)?;
        let mut decoded = || parts.next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let sign_in = String::from_utf8(decoded()?).ok()?;
        let generation = u32::from_be_bytes(decoded()?.try_into().ok()?);
        let proof = [decoded()?, decoded()?].concat().try_into().ok()?;
        let nothing_else = parts.next().is_none();
        nothing_else.then(|| Self { sign_in: SignInId::from(sign_in), generation, proof })
    }

    /// Whether the family issued this token; compares in constant time.
    pub fn is_of(&self, family: &RefreshFamily) -> bool {
        family.sign_in.id == self.sign_in && mac(family, self.generation).verify_slice(&self.proof).is_ok()
    }
}

/// The newest token of the family.
pub fn write(family: &RefreshFamily) -> String {
    let proof = mac(family, family.generation).finalize().into_bytes();
    let (first, second) = proof.split_at(HALF);
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (id, number) = (encode(family.sign_in.id.as_str().as_bytes()), encode(&family.generation.to_be_bytes()));
    format!("{HEADER}.{id}.{number}.{}.{}", encode(first), encode(second))
}

fn mac(family: &RefreshFamily, generation: u32) -> Hmac<Sha256> {
    let secret = family.secret.reveal().as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("invariant: an HMAC takes a key of any length");
    mac.update(family.sign_in.id.as_str().as_bytes());
    mac.update(&generation.to_be_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{ClientId, Subject, UserKey};
    use crate::domain::secret::Secret;
    use crate::domain::sign_in::{Origin, SignIn};
    use crate::domain::time::Timestamp;

    fn family(id: &str, secret: &str, generation: u32) -> RefreshFamily {
        let at = Timestamp::from_millis(0);
        let sign_in = SignIn {
            id: SignInId::from(id),
            user: UserKey::from("ada"),
            sub: Subject::from("1"),
            client: ClientId::from("shop"),
            origin: Origin::Api,
            at,
            begun: at,
            event_id: String::new(),
            scopes: Vec::new(),
            nonce: None,
            resource: None,
            session: None,
        };
        let secret = Secret::new(secret);
        RefreshFamily { sign_in, secret, generation, replaced: None, refresh_until: at, revoked: false }
    }

    #[test]
    fn a_token_names_its_family_and_generation() {
        let family = family("0f6c2a4e-1111-4222-8333-444455556666", "secret", 7);
        let text = write(&family);
        assert_eq!(text.split('.').count(), 5);
        let header = URL_SAFE_NO_PAD.decode(text.split('.').next().unwrap()).unwrap();
        assert_eq!(header, br#"{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}"#);
        let token = RefreshToken::parse(&text).unwrap();
        assert_eq!((token.sign_in.as_str(), token.generation), ("0f6c2a4e-1111-4222-8333-444455556666", 7));
        assert!(token.is_of(&family));
    }

    #[test]
    fn a_token_is_of_no_other_family_and_its_number_cannot_be_changed() {
        let text = write(&family("a", "secret", 0));
        let token = RefreshToken::parse(&text).unwrap();
        assert!(!token.is_of(&family("b", "secret", 0)));
        assert!(!token.is_of(&family("a", "other", 0)));
        let renumbered = RefreshToken { generation: 1, ..token };
        assert!(!renumbered.is_of(&family("a", "secret", 1)));
    }

    #[test]
    fn what_has_another_form_is_no_token() {
        let text = write(&family("a", "secret", 0));
        let (start, _) = text.rsplit_once('.').unwrap();
        for wrong in ["", "a.b.c", start, &format!("{text}.AA"), &text.replacen("ey", "e", 1), &format!("{text}A")] {
            assert_eq!(RefreshToken::parse(wrong), None, "{wrong}");
        }
    }
}
