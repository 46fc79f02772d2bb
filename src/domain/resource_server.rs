//! A resource server: an API and the scopes it defines.

use serde::{Deserialize, Serialize};

use super::scope::Scope;

/// An API that scopes protect. Kept as sent; what may be sent is the control plane's matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceServer {
    /// Unique in the pool, compared exactly; often a URL.
    pub identifier: String,
    /// For people; not unique.
    pub name: String,
    /// In the order sent.
    #[serde(default)]
    pub scopes: Vec<ScopeDefinition>,
}

/// One scope of a resource server; `<identifier>/<ScopeName>` is what clients ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScopeDefinition {
    /// The part after the last slash of the full name.
    pub scope_name: String,
    /// For people.
    pub scope_description: String,
}

impl ResourceServer {
    /// Whether the server defines a scope of this name now.
    pub fn defines(&self, scope_name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.scope_name == scope_name)
    }

    /// The full names of its scopes.
    pub fn scope_identifiers(&self) -> impl Iterator<Item = Scope> + '_ {
        self.scopes.iter().map(|scope| Scope::of(&self.identifier, &scope.scope_name))
    }
}
