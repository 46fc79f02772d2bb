//! `poolpass decode`.

use std::fmt::Write as _;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::domain::time::Timestamp;
use crate::effects::{Clock as _, SystemClock};

use super::remote::{Remote, segment};
use super::{Failure, Output};

/// The longest token that is read from standard input.
const MAX_TOKEN: u64 = 1024 * 1024;

/// Show what a token says.
///
/// Without --verify nothing is checked, and no server is asked.
#[derive(Debug, Args)]
pub(super) struct Decode {
    /// The token; `-` reads it from standard input.
    token: String,
    /// Check the signature with the keys that a running server publishes, and that the token has not expired.
    #[arg(long)]
    verify: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

/// A token taken apart.
#[derive(Serialize)]
pub(super) struct Parts {
    pub(super) header: Members,
    pub(super) claims: Members,
}

/// The members of a JSON object in the order in which the token has them, which tells who made it.
pub(super) struct Members(Vec<(String, Value)>);

impl Members {
    /// The member of this name; of several, the last.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The text of the member of this name, or nothing.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Members;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// The same as one JSON object, with the verdict if there is one.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    parts: &'a Parts,
    verified: Option<bool>,
}

/// Takes a token apart, without checking anything.
pub(super) fn parts(token: &str) -> Result<Parts, Failure> {
    let mut encoded = token.split('.');
    let (Some(header), Some(claims), Some(_), None) = (encoded.next(), encoded.next(), encoded.next(), encoded.next())
    else {
        return Err(Failure("not a JWT: a JWT has three parts separated by dots".to_owned()));
    };
    Ok(Parts { header: part("header", header)?, claims: part("claims", claims)? })
}

fn part(name: &str, encoded: &str) -> Result<Members, Failure> {
    let bytes = URL_SAFE_NO_PAD
        .decode(encoded.trim_end_matches('='))
        .map_err(|error| Failure(format!("not a JWT: its {name} is not base64url: {error}")))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure(format!("not a JWT: its {name} is not a JSON object: {error}")))
}

impl Decode {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let token = self.token()?;
        let parts = parts(&token)?;
        let verified = if self.verify { Some(self.verified(&token, &parts)) } else { None };
        if self.json {
            let shown = Shown { parts: &parts, verified: verified.as_ref().map(Result::is_ok) };
            output.line(&serde_json::to_string(&shown)?)?;
        } else {
            output.line(&text(&parts)?)?;
        }
        match verified {
            Some(Ok(())) | None if self.json => Ok(()),
            Some(Ok(())) => Ok(output.line("\nverified: the signature is right and the token has not expired")?),
            Some(Err(failure)) => Err(failure),
            None => Ok(output.line("\nnot verified: anybody can write such a token")?),
        }
    }

    fn token(&self) -> Result<String, Failure> {
        let mut text = self.token.clone();
        if text == "-" {
            text.clear();
            std::io::stdin().take(MAX_TOKEN).read_to_string(&mut text)?;
        }
        Ok(text.trim().trim_start_matches("Bearer ").to_owned())
    }

    /// Whether a key that the server publishes for the token's pool made the signature, and the token is still alive.
    fn verified(&self, token: &str, parts: &Parts) -> Result<(), Failure> {
        let unverified = |cause: String| Failure(format!("not verified: {cause}"));
        let (algorithm, kid) = (parts.header.text("alg"), parts.header.text("kid"));
        if algorithm != "RS256" {
            return Err(unverified(format!("the algorithm is `{algorithm}`, not `RS256`")));
        }
        let pool = parts.claims.text("iss").rsplit('/').next().unwrap_or_default();
        let keys = self.remote.get(&format!("/{}/.well-known/jwks.json", segment(pool)))?.document::<JwkSet>();
        let keys = keys.map_err(|Failure(cause)| unverified(format!("there are no keys of `{pool}`: {cause}")))?;
        let key = keys.find(kid).ok_or_else(|| unverified(format!("`{pool}` publishes no key `{kid}`")))?;
        let (signed, signature) = token.rsplit_once('.').unwrap_or_default();
        let key = DecodingKey::from_jwk(key)?;
        let right = jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &key, Algorithm::RS256);
        // An error is a signature that cannot even be read.
        if !right.unwrap_or(false) {
            return Err(unverified("the signature is wrong".to_owned()));
        }
        let expires = parts.claims.get("exp").and_then(Value::as_i64);
        if expires.is_none_or(|expires| expires <= SystemClock.now().seconds()) {
            return Err(unverified("the token has expired".to_owned()));
        }
        Ok(())
    }
}

fn text(parts: &Parts) -> Result<String, Failure> {
    let mut text = format!(
        "header\n{}\n\nclaims\n{}\n",
        serde_json::to_string_pretty(&parts.header)?,
        serde_json::to_string_pretty(&parts.claims)?
    );
    for (name, means) in [("iat", "issued"), ("exp", "expires")] {
        if let Some(seconds) = parts.claims.get(name).and_then(Value::as_i64) {
            let moment = Timestamp::from_millis(seconds.saturating_mul(1000));
            write!(text, "\n{means:<8} {moment}").expect("invariant: writing to a string cannot fail");
        }
    }
    Ok(text)
}
