//! The token of a request: found, understood, and vouched for.

use crate::domain::gateway::authorizer::{Authorizer, Issuer};
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::jwt::Unverified;
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::trace::{Cut, Evidence};

use super::{Held, Steps, Verified};

/// The scheme of RFC 6750.
const SCHEME: &str = "Bearer";
/// No registered scheme has a longer name.
const LONGEST_SCHEME: usize = 24;

/// What is odd where the scheme stands alone.
pub const NO_TOKEN_FOLLOWS: &str = "no token follows `Bearer`";

/// What the issuer's keys say about a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The keys cannot be had, for this reason.
    Unreachable(Unreachable),
    /// There is no key of that name.
    Unknown,
    /// There is, and it did not make the signature.
    Differs,
    /// It made the signature.
    Matches,
}

/// Why an issuer's keys cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// It is a pool that does not exist.
    NoSuchPool,
    /// It is a pool of this server whose keys cannot be read.
    Store,
    /// Its discovery document is of no use.
    Discovery(Unusable),
    /// Its key set is of no use.
    Keys(Unusable),
}

/// Why a document of an issuer is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Its address is none from which such documents are fetched.
    Address,
    /// The connection failed, or was not trusted.
    Connection,
    /// It did not come in time.
    Slow,
    /// It came with another status than 200; redirects are not followed.
    Status,
    /// It is too long.
    TooLong,
    /// It is not what it has to be.
    Unreadable,
    /// It names another issuer than the one that was asked.
    OtherIssuer,
}

impl Unreachable {
    /// What is not reachable.
    fn rule(self) -> EnforceRule {
        match self {
            Self::NoSuchPool | Self::Discovery(_) => EnforceRule::IssuerReachable,
            Self::Store | Self::Keys(_) => EnforceRule::KeysReachable,
        }
    }

    fn remark(self) -> &'static str {
        match self {
            Self::NoSuchPool => "the pool does not exist",
            Self::Store => "the keys of the pool cannot be read",
            Self::Discovery(why) | Self::Keys(why) => why.remark(),
        }
    }
}

impl Unusable {
    fn remark(self) -> &'static str {
        match self {
            Self::Address => "its address cannot be fetched from",
            Self::Connection => "there is no connection to where it is",
            Self::Slow => "it does not come in time",
            Self::Status => "the answer to the request for it is not 200",
            Self::TooLong => "it is too long",
            Self::Unreadable => "it is not the JSON document that it has to be",
            Self::OtherIssuer => "it names another issuer",
        }
    }
}

/// The token among the values that stand where the authorizer looks for one.
pub fn presented<'t>(values: &[&'t [u8]], dialect: Dialect, trace: &mut Steps) -> Held<&'t str> {
    trace.require(EnforceRule::TokenPresentedOnce, values.len() < 2, Evidence::Nothing)?;
    let value = values.first().copied().unwrap_or_default();
    trace.require(EnforceRule::TokenPresented, !value.is_empty(), Evidence::Nothing)?;
    let token = std::str::from_utf8(value).ok().and_then(|value| bare(value, dialect));
    match token {
        Some(token) => {
            if let Some(slip) = slip(value, dialect) {
                trace.note(EnforceRule::TokenSchemeUsable, Evidence::Remark(slip));
            }
            Ok(token)
        }
        None => Err(trace.refuse(EnforceRule::TokenSchemeUsable, Evidence::Nothing)),
    }
}

/// The token without its scheme.
fn bare(value: &str, dialect: Dialect) -> Option<&str> {
    let scheme =
        value.split_at_checked(SCHEME.len()).and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix(' ')?)));
    match (dialect, scheme) {
        // COGNITO: the scheme may be left out (measured); written otherwise, or with more than one space, it is taken for
        // a part of the token (spaces documented, the case assumed; docs/fidelity.md).
        (Dialect::RestApi | Dialect::HttpApi, Some((SCHEME, token))) => Some(token),
        (Dialect::RestApi | Dialect::HttpApi, _) => Some(value),
        (Dialect::Rfc6750Any | Dialect::Rfc6750All, Some((scheme, token))) if scheme.eq_ignore_ascii_case(SCHEME) => {
            Some(token.trim_start_matches(' '))
        }
        (Dialect::Rfc6750Any | Dialect::Rfc6750All, _) => None,
    }
}

/// What is odd about the scheme, where the dialect takes it for a part of the token.
fn slip(value: &[u8], dialect: Dialect) -> Option<&'static str> {
    if matches!(dialect, Dialect::Rfc6750Any | Dialect::Rfc6750All) {
        return None;
    }
    let (scheme, rest) = value.split_at_checked(SCHEME.len())?;
    let named = scheme.eq_ignore_ascii_case(SCHEME.as_bytes());
    match rest {
        [b' ', b' ', ..] if named => Some("there is more than one space after `Bearer`"),
        [b' ', ..] if named && scheme != SCHEME.as_bytes() => Some("`Bearer` is spelled in another case"),
        [b' ', ..] if named => None,
        [] if named => Some(NO_TOKEN_FOLLOWS),
        _ if named => Some("no space follows `Bearer`"),
        // A bare token has no space, and a scheme is short.
        _ if value.iter().take(LONGEST_SCHEME).any(|byte| *byte == b' ') => Some("the scheme is another than `Bearer`"),
        _ => None,
    }
}

/// The token, taken apart; refused unless it can be, and claims the one algorithm that is allowed.
pub fn understood<'t>(token: &'t str, trace: &mut Steps) -> Held<Unverified<'t>> {
    let token = match Unverified::parse(token) {
        Ok(token) => token,
        Err(malformed) => return Err(trace.refuse(EnforceRule::TokenFormed, malformed.evidence())),
    };
    trace.grant(EnforceRule::TokenFormed, Evidence::Nothing);
    let evidence = Evidence::Presented { parameter: "alg", value: Cut::new(&token.algorithm) };
    trace.require(EnforceRule::AlgorithmAllowed, token.algorithm == "RS256", evidence)?;
    Ok(token)
}

/// Which of the authorizer's issuers the token names.
pub fn trusted<'a>(token: &Unverified<'_>, authorizer: &'a Authorizer, trace: &mut Steps) -> Held<&'a Issuer> {
    let named = token.issuer().unwrap_or_default();
    let issuer = authorizer.issuers.iter().find(|issuer| issuer.calls_itself(named));
    let Some(issuer) = issuer else {
        let expected = authorizer.issuers.first().map(ToString::to_string).unwrap_or_default();
        return Err(trace.refuse(EnforceRule::IssuerTrusted, Evidence::differs("iss", named, &expected)));
    };
    trace.grant(EnforceRule::IssuerTrusted, Evidence::Presented { parameter: "iss", value: Cut::new(named) });
    Ok(issuer)
}

/// The token as its issuer vouches for it.
pub fn signed(token: Unverified<'_>, issuer: &Issuer, key: Key, trace: &mut Steps) -> Held<Verified> {
    if let Key::Unreachable(reason) = key {
        return Err(trace.refuse(reason.rule(), Evidence::Remark(reason.remark())));
    }
    let named = Cut::new(token.key.as_deref().unwrap_or_default());
    trace.require(
        EnforceRule::KeyKnown,
        key != Key::Unknown,
        Evidence::Presented { parameter: "kid", value: named },
    )?;
    trace.require(EnforceRule::SignatureMatches, key == Key::Matches, Evidence::Nothing)?;
    Ok(Verified { issuer: issuer.clone(), claims: token.claims })
}
