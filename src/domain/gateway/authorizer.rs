//! Who vouches for a token, and where in the request it is looked for.

use std::fmt;

use regex::Regex;

use crate::domain::id::UserPoolId;

/// What a route demands tokens of.
#[derive(Debug, Clone)]
pub struct Authorizer {
    /// Its name, for lists and traces.
    pub name: String,
    /// Whose tokens are accepted; never empty.
    pub issuers: Vec<Issuer>,
    /// Which `aud`, or `client_id` where there is no `aud`, is accepted; any if empty.
    pub audiences: Vec<String>,
    /// Where the token is looked for.
    pub source: IdentitySource,
    /// What the whole `aud` of the token must match (`IdentityValidationExpression` of a REST API).
    pub audience_pattern: Option<AudiencePattern>,
    /// Whether a token is refused that was revoked here. No API of AWS asks for that.
    pub checks_revocation: bool,
}

/// An expression that the whole of an audience must match.
#[derive(Debug, Clone)]
pub struct AudiencePattern {
    text: String,
    anchored: Regex,
}

/// Somebody whose tokens are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Issuer {
    /// A pool of this server, whatever its issuer says.
    Pool(UserPoolId),
    /// Somebody else, by the URL that `iss` must equal.
    Remote(String),
}

/// Where the token of a request is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentitySource {
    /// In the header of this name, compared without regard to case.
    Header(String),
    /// In the query parameter of this name.
    Query(String),
}

impl AudiencePattern {
    /// Takes the expression for the whole of a text.
    pub fn new(text: &str) -> Result<Self, regex::Error> {
        // On its own first, so that an unbalanced bracket cannot make sense only because of those around it.
        Regex::new(text)?;
        Ok(Self { text: text.to_owned(), anchored: Regex::new(&format!(r"\A(?:{text})\z"))? })
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.anchored.is_match(text)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Default for IdentitySource {
    fn default() -> Self {
        Self::Header("Authorization".to_owned())
    }
}

/// Not a place to look for a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the identity source `{0}` is neither `$request.header.NAME`, `$request.querystring.NAME` nor \
     `method.request.header.NAME`"
)]
pub struct UnknownSource(String);

impl IdentitySource {
    /// Reads the source as a REST API or an HTTP API writes it.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>
    pub fn parse(text: &str) -> Result<Self, UnknownSource> {
        let named = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        let header = ["$request.header.", "method.request.header."];
        if let Some(name) = header.iter().find_map(|prefix| text.strip_prefix(prefix)).filter(|name| named(name)) {
            return Ok(Self::Header(name.to_owned()));
        }
        match text.strip_prefix("$request.querystring.").filter(|name| named(name)) {
            Some(name) => Ok(Self::Query(name.to_owned())),
            None => Err(UnknownSource(text.to_owned())),
        }
    }
}

impl Issuer {
    /// Whether `iss` may say this. A pool is named by the end of its issuer, as its address depends on how it is called.
    pub fn calls_itself(&self, iss: &str) -> bool {
        match self {
            Self::Pool(pool) => iss.rsplit_once('/').is_some_and(|(_, name)| name == pool.as_str()),
            Self::Remote(url) => iss == url,
        }
    }
}

impl fmt::Display for IdentitySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "$request.header.{name}"),
            Self::Query(name) => write!(f, "$request.querystring.{name}"),
        }
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(pool) => write!(f, "{pool}"),
            Self::Remote(url) => f.write_str(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_pattern_is_held_against_the_whole() {
        let pattern = AudiencePattern::new("a|ab").unwrap();
        assert!(pattern.matches("a") && pattern.matches("ab") && !pattern.matches("abc") && !pattern.matches("b"));
        assert!(AudiencePattern::new("a)|(b").is_err());
    }

    #[test]
    fn a_source_is_a_header_or_a_query_parameter() {
        let header = IdentitySource::Header("X-Token".to_owned());
        assert_eq!(IdentitySource::parse("$request.header.X-Token"), Ok(header.clone()));
        assert_eq!(IdentitySource::parse("method.request.header.X-Token"), Ok(header));
        assert_eq!(IdentitySource::parse("$request.querystring.t"), Ok(IdentitySource::Query("t".to_owned())));
        for text in ["", "Authorization", "$request.header.", "$request.header.a b", "$request.body.x"] {
            assert_eq!(IdentitySource::parse(text), Err(UnknownSource(text.to_owned())), "{text}");
        }
    }
}
