//! A token before anybody has vouched for it: its parts, read strictly. Nothing in it is true yet.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::domain::trace::Evidence;

/// How many bytes of a token are looked at; a real one has about one thousand.
pub const LONGEST: usize = 16 * 1024;

/// The parts of a compact JWS (RFC 7515, section 7.1).
#[derive(Debug, Clone)]
pub struct Unverified<'t, C = Claims> {
    /// The algorithm that the header claims. What is done never depends on it, except that all but one are refused.
    pub algorithm: String,
    /// The key that the header names.
    pub key: Option<String>,
    /// The claims.
    pub claims: C,
    /// The text that was signed.
    pub signed: &'t str,
    /// The signature.
    pub signature: Vec<u8>,
}

/// The claims of a token, whoever issued it.
pub type Claims = Map<String, Value>;

/// Why a text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is longer than [`LONGEST`].
    #[error("the token is longer than {LONGEST} bytes")]
    TooLong,
    /// A token has three parts.
    #[error("the token has {0} parts between dots, not 3")]
    Parts(usize),
    /// A part is not base64url, or not an object.
    #[error("the token's {0} cannot be read")]
    Unreadable(&'static str),
    /// It demands an extension to be understood (`crit`), and there is none.
    #[error("the token's header demands extensions (`crit`)")]
    Extensions,
}

impl Malformed {
    /// Itself, for a trace.
    pub fn evidence(self) -> Evidence {
        match self {
            Self::TooLong => Evidence::Remark("the token is too long"),
            Self::Parts(_) => Evidence::Remark("the token does not have three parts between dots"),
            Self::Unreadable("header") => Evidence::Remark("the token's header cannot be read"),
            Self::Unreadable("claims") => Evidence::Remark("the token's claims cannot be read"),
            Self::Unreadable(_) => Evidence::Remark("the token's signature cannot be read"),
            Self::Extensions => Evidence::Remark("the token's header demands extensions (`crit`)"),
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

impl<'t, C: DeserializeOwned> Unverified<'t, C> {
    /// Takes a token apart.
    pub fn parse(text: &'t str) -> Result<Self, Malformed> {
        if text.len() > LONGEST {
            return Err(Malformed::TooLong);
        }
        let parts = text.split('.').count();
        let (signed, signature) = text.rsplit_once('.').ok_or(Malformed::Parts(parts))?;
        let (header, claims) = signed.split_once('.').ok_or(Malformed::Parts(parts))?;
        if parts != 3 {
            return Err(Malformed::Parts(parts));
        }
        let header: Header = part(header, "header")?;
        if header.crit.is_some() {
            return Err(Malformed::Extensions);
        }
        let claims = part(claims, "claims")?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Malformed::Unreadable("signature"))?;
        Ok(Self { algorithm: header.alg, key: header.kid, claims, signed, signature })
    }
}

impl Unverified<'_> {
    /// The `iss` claim, if it is a text.
    pub fn issuer(&self) -> Option<&str> {
        self.claims.get("iss").and_then(Value::as_str)
    }
}

fn part<T: DeserializeOwned>(encoded: &str, name: &'static str) -> Result<T, Malformed> {
    let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| Malformed::Unreadable(name))?;
    serde_json::from_slice(&bytes).map_err(|_| Malformed::Unreadable(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    #[test]
    fn a_token_is_taken_apart() {
        let text = format!("{}.{}.AQID", encoded(r#"{"alg":"RS256","kid":"k"}"#), encoded(r#"{"iss":"i","n":1}"#));
        let token = Unverified::<Claims>::parse(&text).unwrap();
        assert_eq!((token.algorithm.as_str(), token.key.as_deref(), token.issuer()), ("RS256", Some("k"), Some("i")));
        assert_eq!((token.signed, token.signature), (text.trim_end_matches(".AQID"), vec![1, 2, 3]));
    }

    #[test]
    fn what_is_no_token_says_why() {
        let refused = |text: &str| Unverified::<Claims>::parse(text).unwrap_err();
        let header = encoded(r#"{"alg":"RS256"}"#);
        assert_eq!(refused(""), Malformed::Parts(1));
        assert_eq!(refused("a.b"), Malformed::Parts(2));
        assert_eq!(refused("a.b.c.d"), Malformed::Parts(4));
        assert_eq!(refused("a.b.c"), Malformed::Unreadable("header"));
        assert_eq!(refused(&format!("{header}=.b.c")), Malformed::Unreadable("header"));
        assert_eq!(refused(&format!("{}.b.c", encoded("[]"))), Malformed::Unreadable("header"));
        assert_eq!(refused(&format!("{header}.{}.c", encoded("1"))), Malformed::Unreadable("claims"));
        assert_eq!(refused(&format!("{header}.{}.*", encoded("{}"))), Malformed::Unreadable("signature"));
        let demanding = encoded(r#"{"alg":"RS256","crit":["b64"]}"#);
        assert_eq!(refused(&format!("{demanding}.{}.", encoded("{}"))), Malformed::Extensions);
        assert_eq!(refused(&"a".repeat(LONGEST + 1)), Malformed::TooLong);
    }
}
