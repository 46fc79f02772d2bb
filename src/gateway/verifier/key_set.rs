//! The key set of another issuer (RFC 7517), of which only RSA keys that sign by RS256 are taken.

use std::ops::RangeInclusive;

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use crate::keys::Checked;

/// How many bytes a modulus has: 2048 to 8192 bits. Less can be broken, more only costs time.
const MODULUS: RangeInclusive<usize> = 256..=1024;
/// How many bytes an exponent has at most.
const EXPONENT: RangeInclusive<usize> = 1..=8;

/// The keys of an issuer.
#[derive(Debug, PartialEq, Eq)]
pub struct KeySet(Vec<Key>);

#[derive(Debug, PartialEq, Eq)]
struct Key {
    kid: String,
    n: Vec<u8>,
    e: Vec<u8>,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: String,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    n: String,
    e: String,
}

impl KeySet {
    /// Reads a key set. Keys of other kinds and for other uses are passed over (RFC 7517, section 5).
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let document: Document = serde_json::from_slice(bytes).ok()?;
        let jwks = document.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Some(Self(jwks.filter_map(usable).collect()))
    }

    /// The names of the keys.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| key.kid.as_str())
    }

    /// Whether the key of this name made this signature of this text.
    pub fn check(&self, kid: &str, text: &str, signature: &[u8]) -> Checked {
        let mut named = self.0.iter().filter(|key| key.kid == kid).peekable();
        if named.peek().is_none() {
            return Checked::Unknown;
        }
        // Names need not be unique (RFC 7517, section 4.5).
        if named.any(|key| key.made(text, signature)) { Checked::Matches } else { Checked::Differs }
    }
}

impl Key {
    fn made(&self, text: &str, signature: &[u8]) -> bool {
        let key = PublicKeyComponents { n: self.n.as_slice(), e: self.e.as_slice() };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), signature).is_ok()
    }
}

fn usable(jwk: Jwk) -> Option<Key> {
    let signs = jwk.r#use.is_none_or(|usage| usage == "sig")
        && jwk.key_ops.is_none_or(|operations| operations.iter().any(|operation| operation == "verify"))
        && jwk.alg.is_none_or(|algorithm| algorithm == "RS256");
    let (n, e) = (number(&jwk.n)?, number(&jwk.e)?);
    let taken = jwk.kty == "RSA" && signs && MODULUS.contains(&n.len()) && EXPONENT.contains(&e.len());
    taken.then_some(Key { kid: jwk.kid, n, e })
}

/// A number without zeros in front, which some issuers write.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::key::{KeyOrigin, KeyUsage, StoredKey};
    use crate::domain::time::Timestamp;
    use crate::keys::rsa::KeyPair;
    use crate::keys::{SigningKey, published};

    fn stored() -> StoredKey {
        let pair = KeyPair::from_pem(published::DEMO_ACCESS).unwrap();
        pair.stored(KeyUsage::Access, KeyOrigin::Declared, Timestamp::from_millis(0)).unwrap()
    }

    /// The set with one key, some of whose members are set otherwise; null takes one away.
    fn set(other: &Value) -> KeySet {
        let stored = stored();
        let mut key = json!({ "kty": "RSA", "kid": "k", "use": "sig", "alg": "RS256", "n": stored.n, "e": stored.e });
        for (name, value) in other.as_object().unwrap() {
            key[name] = value.clone();
        }
        key.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        KeySet::parse(json!({ "keys": [{ "kty": "EC", "kid": "k" }, 1, key] }).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_key_is_taken_where_it_signs_by_rs256() {
        let long = "A".repeat(1_400) + "AAAB";
        for other in [
            json!({}),
            json!({ "use": null, "alg": null }),
            json!({ "key_ops": ["verify"] }),
            json!({ "n": format!("AAAA{}", stored().n) }),
        ] {
            assert_eq!(set(&other).names().collect::<Vec<_>>(), ["k"], "{other}");
        }
        for other in [
            json!({ "kty": "oct" }),
            json!({ "kty": "rsa" }),
            json!({ "use": "enc" }),
            json!({ "alg": "RS512" }),
            json!({ "alg": "PS256" }),
            json!({ "key_ops": ["encrypt"] }),
            json!({ "kid": null }),
            json!({ "kid": 1 }),
            json!({ "n": null }),
            json!({ "n": "AQAB" }),
            json!({ "n": "!" }),
            json!({ "n": format!("{}{long}", stored().n) }),
            json!({ "e": "" }),
            json!({ "e": "AAAA" }),
            json!({ "e": stored().n }),
        ] {
            assert_eq!(set(&other).names().count(), 0, "{other}");
        }
    }

    #[test]
    fn only_a_set_is_a_set() {
        for text in ["", "[]", "1", "{}", r#"{"keys":{}}"#, r#"{"keys":null}"#, "<html>", "\u{feff}{\"keys\":[]}"] {
            assert_eq!(KeySet::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(KeySet::parse(br#"{"keys":[]}"#), Some(KeySet(Vec::new())));
    }

    #[test]
    fn a_signature_is_held_against_every_key_of_its_name() {
        let token = SigningKey::parse(&stored()).unwrap().sign(b"{}").unwrap();
        let (text, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let ours = set(&json!({}));
        assert_eq!(ours.check("k", text, &signature), Checked::Matches);
        assert_eq!(ours.check("", text, &signature), Checked::Unknown);
        assert_eq!(ours.check("k", "other", &signature), Checked::Differs);
        assert_eq!(ours.check("k", text, &[]), Checked::Differs);
        let other = KeyPair::from_pem(published::DEMO_ID).unwrap();
        let other = other.stored(KeyUsage::Id, KeyOrigin::Declared, Timestamp::from_millis(0)).unwrap();
        let theirs = set(&json!({ "n": other.n }));
        assert_eq!(theirs.check("k", text, &signature), Checked::Differs);
        let both = KeySet(theirs.0.into_iter().chain(ours.0).collect());
        assert_eq!(both.check("k", text, &signature), Checked::Matches);
    }
}
