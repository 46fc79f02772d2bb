//! A route: for which requests it is, and who may send them.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use super::authorizer::Authorizer;
use super::path::{PathError, PathTemplate};
use crate::domain::scope::Scope;

/// One route of a gateway.
#[derive(Debug, Clone)]
pub struct Route {
    /// For which requests it is.
    pub key: RouteKey,
    /// Who may send them.
    pub access: Access,
    /// Whether it takes request targets that some servers would read as another path.
    pub takes_ambiguous_targets: bool,
    /// The answer that needs no upstream, if it has one of its own.
    pub canned: Option<Canned>,
}

/// The requests that a route is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum RouteKey {
    /// Those of a method and a path.
    Of(Method, PathTemplate),
    /// Those that no other route is for: `$default` of an HTTP API.
    Default,
}

/// The method of a route.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Method {
    /// `ANY`: every method that no other route of the same path has.
    Any,
    /// This one; methods are compared with regard to case.
    Named(String),
}

/// Who may use a route.
#[derive(Debug, Clone)]
pub enum Access {
    /// Everybody, without a token.
    Open,
    /// Whoever has a token of the authorizer's, and of these scopes what the dialect demands.
    Authorizer(Arc<Authorizer>, Vec<Scope>),
    /// Nobody: its authorizer cannot be asked here.
    Closed(Closed),
}

/// Why nobody may use a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// The authorizer of this name, which an imported file declares, leads to nobody who is known here.
    Unresolved(String),
    /// The authorizer of this name, for which an imported file asks, is not declared in it.
    Undeclared(String),
    /// The authorizer of this name, which the configuration declares, names no pool that is known here.
    WithoutPool(String),
    /// Authorizers of this kind are not simulated.
    Unsupported(String),
}

/// An answer that needs no upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canned {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// Whether it is given in every mode, as by a mock integration, and not only where nothing goes upstream.
    pub always: bool,
}

/// Not a route key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RouteKeyError {
    /// It has to be a method, a space and a path.
    #[error("the route `{0}` is neither `METHOD /path` nor `$default`")]
    Form(String),
    /// Its path is none.
    #[error(transparent)]
    Path(#[from] PathError),
}

impl RouteKey {
    /// Reads `GET /orders/{id}`, `ANY /{proxy+}` or `$default`.
    pub fn parse(text: &str) -> Result<Self, RouteKeyError> {
        if text == "$default" {
            return Ok(Self::Default);
        }
        let (method, path) = text.split_once(' ').ok_or_else(|| RouteKeyError::Form(text.to_owned()))?;
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if method.is_empty() || !method.bytes().all(is_token) {
            return Err(RouteKeyError::Form(text.to_owned()));
        }
        let method = if method == "ANY" { Method::Any } else { Method::Named(method.to_owned()) };
        Ok(Self::Of(method, PathTemplate::parse(path.trim_start())?))
    }

    /// The method, if the route has one.
    pub fn method(&self) -> Option<&Method> {
        match self {
            Self::Of(method, _) => Some(method),
            Self::Default => None,
        }
    }

    /// The path's template, if the route has one.
    pub fn path(&self) -> Option<&PathTemplate> {
        match self {
            Self::Of(_, path) => Some(path),
            Self::Default => None,
        }
    }
}

impl TryFrom<String> for RouteKey {
    type Error = RouteKeyError;

    fn try_from(text: String) -> Result<Self, RouteKeyError> {
        Self::parse(&text)
    }
}

impl fmt::Display for RouteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(method, path) => write!(f, "{method} {path}"),
            Self::Default => f.write_str("$default"),
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("ANY"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl Route {
    /// Whether its requests are answered without an upstream in every mode.
    pub fn needs_no_upstream(&self) -> bool {
        self.canned.as_ref().is_some_and(|canned| canned.always)
    }

    /// Whether it answers browsers that ask what they may do, itself and everybody: nothing stands behind it.
    pub fn is_preflight(&self) -> bool {
        let options = matches!(&self.key, RouteKey::Of(Method::Named(method), _) if method == "OPTIONS");
        options && self.needs_no_upstream() && matches!(self.access, Access::Open)
    }

    /// Whether what stands behind it is open to everybody.
    pub fn is_unprotected(&self) -> bool {
        matches!(self.access, Access::Open) && !self.is_preflight()
    }

    /// The scopes that are asked for; none for a route without an authorizer.
    pub fn scopes(&self) -> &[Scope] {
        match &self.access {
            Access::Authorizer(_, scopes) => scopes,
            Access::Open | Access::Closed(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_method_and_a_path() {
        for text in ["GET /", "ANY /{proxy+}", "get /a/{b}", "$default"] {
            assert_eq!(RouteKey::parse(text).map(|key| key.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "GET", "/orders", " /orders", "GE(T /orders"] {
            assert_eq!(RouteKey::parse(text), Err(RouteKeyError::Form(text.to_owned())));
        }
        assert_eq!(RouteKey::parse("GET orders"), Err(PathError::NotRooted("orders".to_owned()).into()));
    }
}
