//! The public side of a pool's keys (RFC 7517).

use serde::Serialize;

use crate::domain::key::{PoolKeys, StoredKey};

use super::USAGES;

/// A JWK set in the member order of the service.
#[derive(Serialize)]
struct Jwks<'a> {
    keys: Vec<Jwk<'a>>,
}

#[derive(Serialize)]
struct Jwk<'a> {
    alg: &'static str,
    e: &'a str,
    kid: &'a str,
    kty: &'static str,
    n: &'a str,
    r#use: &'static str,
}

/// The document that verifies the pool's tokens: the keys that sign first, then those that were rotated out.
pub fn document(keys: &PoolKeys) -> String {
    let signing = || USAGES.iter().filter_map(|usage| keys.current(*usage));
    let retiring = keys.keys.iter().filter(|key| signing().all(|signing| signing.kid != key.kid));
    let set = Jwks { keys: signing().chain(retiring).map(jwk).collect() };
    serde_json::to_string(&set).expect("strings serialize to JSON")
}

fn jwk(key: &StoredKey) -> Jwk<'_> {
    Jwk { alg: "RS256", e: &key.e, kid: key.kid.as_str(), kty: "RSA", n: &key.n, r#use: "sig" }
}
