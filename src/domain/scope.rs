//! Scope names: their grammar, their two halves, and lists of them.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The scopes every pool knows without a resource server, exactly as written here.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html>
pub const BUILT_IN: [&str; 5] = ["phone", "email", "openid", "profile", API_SIGN_IN];

/// The only scope of a sign-in through the JSON API, which needs no place on a client's list.
pub const API_SIGN_IN: &str = "aws.cognito.signin.user.admin";

/// One scope's full name, such as `https://api.example.com/orders/read`. Cloning shares the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(Arc<str>);

impl Scope {
    /// Takes the name as it is.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The full name of a resource server's scope.
    pub fn of(identifier: &str, scope_name: &str) -> Self {
        Self(format!("{identifier}/{scope_name}").into())
    }

    /// The full name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The shared text.
    pub fn shared(&self) -> &Arc<str> {
        &self.0
    }

    /// Resource server identifier and scope name. See [`split`].
    pub fn split(&self) -> Option<(&str, &str)> {
        split(&self.0)
    }

    /// Whether every pool knows this scope without a resource server.
    pub fn is_built_in(&self) -> bool {
        is_built_in(&self.0)
    }
}

/// Splits a full name into resource server identifier and scope name, at the *last* slash: an identifier may contain
/// slashes (it is often a URL), a scope name cannot.
pub fn split(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('/').filter(|(identifier, scope_name)| !identifier.is_empty() && !scope_name.is_empty())
}

/// Whether this is the name of a built-in scope; case matters.
pub fn is_built_in(name: &str) -> bool {
    BUILT_IN.contains(&name)
}

/// The names in a `scope` parameter: separated by spaces, in order of appearance, each once.
///
/// `scope = scope-token *( SP scope-token )` (RFC 6749, section 3.3). Further blanks are harmless; a name outside the
/// grammar stays in the list, where it will match nothing and be refused by name.
pub fn parse_parameter(parameter: &str) -> Vec<&str> {
    let mut seen = HashSet::with_hasher(foldhash::fast::RandomState::default());
    parameter.split([' ', '\t', '\r', '\n']).filter(|name| !name.is_empty() && seen.insert(*name)).collect()
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Scope {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Scope {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Scope {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_split_at_its_last_slash() {
        assert_eq!(
            split("https://api.example.com/v1/orders/read"),
            Some(("https://api.example.com/v1/orders", "read"))
        );
        assert_eq!(split("orders/read"), Some(("orders", "read")));
        assert_eq!(split("orders"), None);
        assert_eq!(split("/read"), None);
        assert_eq!(split("orders/"), None);
        assert_eq!(split("/"), None);
        assert_eq!(split(""), None);
    }

    #[test]
    fn built_in_names_are_case_sensitive() {
        assert!(is_built_in("openid"));
        assert!(!is_built_in("OpenID"));
        assert!(!is_built_in("offline_access"));
    }

    #[test]
    fn a_parameter_is_a_set_in_order_of_appearance() {
        assert_eq!(parse_parameter("b/x  a/y b/x "), ["b/x", "a/y"]);
        assert_eq!(parse_parameter("   "), Vec::<&str>::new());
        assert_eq!(parse_parameter("a,b"), ["a,b"]);
    }
}
