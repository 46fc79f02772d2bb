//! What a signed token says, held against what the route demands.

use serde_json::Value;

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::jwt::Claims;
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::domain::trace::{Cut, Evidence};

use super::{Held, Requirement, Steps};

/// What a token is for, as `token_use` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To tell who somebody is.
    Id,
    /// To be let in.
    Access,
}

impl Kind {
    /// As `token_use` spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
        }
    }
}

/// Judges the claims, in the order that AWS documents for its HTTP APIs.
pub(super) fn judge(claims: &Claims, requirement: &Requirement<'_>, now: Timestamp, trace: &mut Steps) -> Held<()> {
    audience(claims, requirement, trace)?;
    times(claims, now, trace)?;
    kind(claims, requirement, trace)?;
    scopes(claims, requirement, trace)
}

fn audience(claims: &Claims, requirement: &Requirement<'_>, trace: &mut Steps) -> Held<()> {
    let authorizer = requirement.authorizer;
    if !authorizer.audiences.is_empty() {
        let named = audiences(claims);
        let allowed = named.iter().any(|name| authorizer.audiences.iter().any(|audience| audience == name));
        let evidence = match (&*named, allowed) {
            ([one], false) => {
                let expected = authorizer.audiences.first().map_or("", String::as_str);
                Evidence::differs(audience_claim(claims), one, expected)
            }
            _ => Evidence::names(audience_claim(claims), named.iter().copied()),
        };
        trace.require(EnforceRule::AudienceAllowed, allowed, evidence)?;
    }
    if let Some(pattern) = &authorizer.audience_pattern {
        // COGNITO: the expression is held against `aud`, which an access token does not have (documented).
        let named = claims.get("aud").and_then(Value::as_str);
        let evidence = Evidence::differs("aud", named.unwrap_or_default(), pattern.as_str());
        trace.require(
            EnforceRule::AudiencePatternMatches,
            named.is_some_and(|text| pattern.matches(text)),
            evidence,
        )?;
    }
    Ok(())
}

fn audience_claim(claims: &Claims) -> &'static str {
    if claims.contains_key("aud") { "aud" } else { "client_id" }
}

/// `aud`, one or several, or `client_id` where there is no `aud`.
fn audiences(claims: &Claims) -> Vec<&str> {
    match claims.get(audience_claim(claims)) {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Without leeway, as no page of AWS grants any.
fn times(claims: &Claims, now: Timestamp, trace: &mut Steps) -> Held<()> {
    let now = now.seconds();
    let seconds = |claim: &str| claims.get(claim).and_then(seconds);
    let moment = |claim: &'static str| Evidence::Moment { claim, at: seconds(claim), now };
    trace.require(EnforceRule::TokenAlive, seconds("exp").is_some_and(|end| end > now), moment("exp"))?;
    if claims.contains_key("nbf") {
        trace.require(EnforceRule::TokenBegun, seconds("nbf").is_some_and(|begin| begin <= now), moment("nbf"))?;
    }
    if claims.contains_key("iat") {
        trace.require(EnforceRule::TokenIssued, seconds("iat").is_some_and(|issued| issued <= now), moment("iat"))?;
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "a moment beyond all time is at its end")]
fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}

/// The kind of token that a route of this dialect takes; any if it does not care.
pub fn kind_taken(dialect: Dialect, scopes: &[Scope]) -> Option<Kind> {
    match dialect {
        // COGNITO: the method decides which token it is: without scopes an ID token, with scopes an access token (measured).
        Dialect::RestApi if scopes.is_empty() => Some(Kind::Id),
        // COGNITO: without scopes both kinds pass, and only an access token has a scope (measured).
        Dialect::HttpApi => None,
        Dialect::RestApi | Dialect::Rfc6750Any | Dialect::Rfc6750All => Some(Kind::Access),
    }
}

fn kind(claims: &Claims, requirement: &Requirement<'_>, trace: &mut Steps) -> Held<()> {
    let Some(taken) = kind_taken(requirement.dialect, requirement.scopes) else { return Ok(()) };
    let named = claims.get("token_use").and_then(Value::as_str);
    let fits = match (named, requirement.dialect) {
        // Other issuers say nothing about it.
        (None, Dialect::Rfc6750Any | Dialect::Rfc6750All) => true,
        (named, _) => named == Some(taken.name()),
    };
    let evidence = if fits {
        Evidence::Presented { parameter: "token_use", value: Cut::new(named.unwrap_or_default()) }
    } else {
        Evidence::differs("token_use", named.unwrap_or_default(), taken.name())
    };
    trace.require(EnforceRule::TokenKindFits, fits, evidence)
}

/// The scopes in a token, as the dialect reads them.
pub fn scopes_of(claims: &Claims, dialect: Dialect) -> Vec<&str> {
    let listed = |claim: &str| match claims.get(claim) {
        Some(Value::String(text)) => Some(text.split(' ').filter(|scope| !scope.is_empty()).collect()),
        Some(Value::Array(names)) if claim == "scp" => Some(names.iter().filter_map(Value::as_str).collect()),
        Some(_) => Some(Vec::new()),
        None => None,
    };
    let first = if dialect == Dialect::HttpApi { listed("scp") } else { None };
    first.or_else(|| listed("scope")).unwrap_or_default()
}

fn scopes(claims: &Claims, requirement: &Requirement<'_>, trace: &mut Steps) -> Held<()> {
    let wanted = requirement.scopes;
    if wanted.is_empty() {
        return Ok(());
    }
    let granted = scopes_of(claims, requirement.dialect);
    let has = |scope: &Scope| granted.contains(&scope.as_str());
    let (rule, held) = match requirement.dialect {
        Dialect::Rfc6750All => (EnforceRule::EveryScopeGranted, wanted.iter().all(has)),
        _ => (EnforceRule::SomeScopeGranted, wanted.iter().any(has)),
    };
    trace.note(rule, Evidence::names("scopes in the token", granted.iter().copied()));
    trace.require(rule, held, Evidence::names("scopes of the route", wanted.iter().map(Scope::as_str)))
}
