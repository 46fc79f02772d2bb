//! The answers that a configuration words itself.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::gateway::cors::Cors;
use crate::domain::gateway::responses::{GatewayResponse, ResponseType, Responses};
use crate::domain::gateway::route::Canned;

use super::{Misdeclared, misdeclared};

/// An answer that needs no upstream.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// How one type of answer differs from the usual one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredResponse {
    /// Its status.
    pub status: Option<u16>,
    /// Headers that are added.
    pub headers: BTreeMap<String, String>,
    /// The template of its body.
    pub body: Option<String>,
}

impl Default for DeclaredAnswer {
    fn default() -> Self {
        Self { status: 200, headers: BTreeMap::new(), body: String::new() }
    }
}

/// Refuses what browsers cannot be told.
pub(super) fn check_cors(cors: &Cors) -> Result<(), Misdeclared> {
    if cors.allow_origins.is_empty() {
        return Err(misdeclared("cors.allow_origins", "without an origin that may ask, nothing is allowed"));
    }
    // COGNITO: an HTTP API does not take credentials from all origins (documented), as browsers would not either.
    if cors.allow_credentials && cors.allow_origins.iter().any(|origin| origin == "*") {
        let problem = "credentials cannot be allowed to the origin `*`; name the origins";
        return Err(misdeclared("cors.allow_credentials", problem));
    }
    let all = [
        ("allow_origins", &cors.allow_origins),
        ("allow_methods", &cors.allow_methods),
        ("allow_headers", &cors.allow_headers),
        ("expose_headers", &cors.expose_headers),
    ];
    for (key, words) in all {
        let sound =
            |word: &String| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',');
        if let Some(word) = words.iter().find(|word| !sound(word)) {
            return Err(misdeclared(format!("cors.{key}"), format!("`{word}` cannot stand in a header")));
        }
    }
    Ok(())
}

/// Adds the declared answers to those that an import brings; a type that both have is as it is declared.
pub(super) fn add_responses(
    declared: &BTreeMap<String, DeclaredResponse>,
    responses: &mut Responses,
) -> Result<(), Misdeclared> {
    for (name, response) in declared {
        let key = format!("responses.{name}");
        let kind = ResponseType::of_name(name);
        let kind = kind.ok_or_else(|| misdeclared(&key, format!("`{name}` is no type of gateway response")))?;
        if let Some(status) = response.status {
            check_status(status, &key)?;
        }
        let headers = headers(&response.headers, &key)?;
        responses.0.insert(kind, GatewayResponse { status: response.status, headers, body: response.body.clone() });
    }
    Ok(())
}

/// An answer of a gateway that mocks.
pub(super) fn canned(declared: &DeclaredAnswer, key: &str) -> Result<Canned, Misdeclared> {
    check_status(declared.status, key)?;
    let (status, headers, body) = (declared.status, headers(&declared.headers, key)?, declared.body.clone());
    Ok(Canned { status, headers, body, always: false })
}

fn check_status(status: u16, key: &str) -> Result<(), Misdeclared> {
    if (200..=599).contains(&status) {
        return Ok(());
    }
    Err(misdeclared(format!("{key}.status"), format!("an answer has a status between 200 and 599, not {status}")))
}

fn headers(declared: &BTreeMap<String, String>, key: &str) -> Result<Vec<(String, String)>, Misdeclared> {
    let is_name = |name: &str| {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !name.is_empty() && name.bytes().all(token)
    };
    let is_value = |value: &str| value.bytes().all(|byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f));
    match declared.iter().find(|(name, value)| !is_name(name) || !is_value(value)) {
        Some((name, _)) => Err(misdeclared(format!("{key}.headers.{name}"), "this cannot be a header")),
        None => Ok(declared.iter().map(|(name, value)| (name.clone(), value.clone())).collect()),
    }
}
