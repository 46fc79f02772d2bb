//! The world that a configuration declares: pools and what belongs to them, in words shorter than the wire's.
//!
//! Whatever has no word here goes under `settings:` in the wire's own names. What may be declared is decided where the
//! declaration is applied, by the same tables and use-cases as the API.

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::domain::id::{AccountId, ClientId, UserPoolId};
use crate::domain::pool::PoolOptions;
use crate::domain::secret::Secret;

use super::lifetime::Lifetime;
use super::people::{DeclaredGroup, DeclaredUser};

/// Everything that is declared.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct World {
    /// The pools.
    pub pools: Vec<DeclaredPool>,
}

/// A user pool.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredPool {
    /// Its id, by which it is found again; the part before the underscore is its region.
    pub id: UserPoolId,
    /// Its name; the id unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The account that owns it.
    #[serde(default = "AccountId::nobody")]
    pub account: AccountId,
    /// The prefix of its domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Choices of poolpass.
    #[serde(default)]
    pub options: PoolOptions,
    /// Members of `CreateUserPool`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
    /// Members of `SetUserPoolMfaConfig`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub mfa: Map<String, Value>,
    /// Its signing keys; it makes its own unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<DeclaredKeys>,
    /// Its APIs.
    #[serde(default)]
    pub resource_servers: Vec<DeclaredServer>,
    /// Its app clients.
    #[serde(default)]
    pub clients: Vec<DeclaredClient>,
    /// Its groups.
    #[serde(default)]
    pub groups: Vec<DeclaredGroup>,
    /// Its users.
    #[serde(default)]
    pub users: Vec<DeclaredUser>,
}

/// The signing keys of a pool: in the file the paths of PEM files, relative to it; afterwards what is in them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredKeys {
    /// Signs access tokens.
    pub access: Secret,
    /// Signs ID tokens.
    pub id: Secret,
}

/// A resource server.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredServer {
    /// Its identifier, often a URL.
    pub identifier: String,
    /// Its name; the last part of the identifier unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its scopes.
    #[serde(default)]
    pub scopes: DeclaredScopes,
}

/// Names and descriptions of scopes, in order: a map from one to the other, or a list of names alone.
#[derive(Clone, Default)]
pub struct DeclaredScopes(pub Vec<(String, String)>);

/// An app client.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredClient {
    /// Its id.
    pub id: ClientId,
    /// Its name; the id unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its only secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// Its secrets, where there are two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Secret>,
    /// Whether a secret is made for it.
    #[serde(default)]
    pub generate_secret: bool,
    /// The OAuth grants it may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_flows: Option<Vec<String>>,
    /// The scopes it may ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_scopes: Option<Vec<String>>,
    /// Where authorization codes may be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_urls: Option<Vec<String>>,
    /// Where a signed-out browser may be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logout_urls: Option<Vec<String>>,
    /// How long its access tokens live, such as `20 minutes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_validity: Option<Lifetime>,
    /// How long its ID tokens live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_validity: Option<Lifetime>,
    /// How long its refresh tokens live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_validity: Option<Lifetime>,
    /// Members of `CreateUserPoolClient`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
}

impl DeclaredPool {
    /// One with nothing in it.
    pub fn empty(id: UserPoolId) -> Self {
        Self {
            id,
            name: None,
            account: AccountId::nobody(),
            domain: None,
            options: PoolOptions::default(),
            settings: Map::new(),
            mfa: Map::new(),
            keys: None,
            resource_servers: Vec::new(),
            clients: Vec::new(),
            groups: Vec::new(),
            users: Vec::new(),
        }
    }
}

impl DeclaredServer {
    /// The name in force.
    pub fn display_name(&self) -> &str {
        let last = self.identifier.rsplit('/').find(|part| !part.is_empty());
        self.name.as_deref().or(last).unwrap_or_default()
    }
}

impl DeclaredClient {
    /// A public one that may do nothing yet.
    pub fn bare(id: ClientId) -> Self {
        Self {
            id,
            name: None,
            secret: None,
            secrets: Vec::new(),
            generate_secret: false,
            allowed_flows: None,
            allowed_scopes: None,
            callback_urls: None,
            logout_urls: None,
            access_token_validity: None,
            id_token_validity: None,
            refresh_token_validity: None,
            settings: Map::new(),
        }
    }

    /// The secrets that are pinned.
    pub fn pinned_secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secret.iter().chain(&self.secrets)
    }

    /// Whether the client has to prove itself.
    pub fn is_confidential(&self) -> bool {
        self.generate_secret || self.pinned_secrets().next().is_some()
    }
}

impl Serialize for DeclaredScopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, description) in &self.0 {
            map.serialize_entry(name, description)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for DeclaredScopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Scopes)
    }
}

struct Scopes;

impl<'de> Visitor<'de> for Scopes {
    type Value = DeclaredScopes;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("scope names with their descriptions, or a list of scope names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DeclaredScopes, A::Error> {
        let mut scopes = Vec::new();
        while let Some((name, description)) = map.next_entry::<String, Option<String>>()? {
            let description = description.unwrap_or_else(|| name.clone());
            scopes.push((name, description));
        }
        Ok(DeclaredScopes(scopes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<DeclaredScopes, A::Error> {
        let mut scopes = Vec::new();
        while let Some(name) = names.next_element::<String>()? {
            scopes.push((name.clone(), name));
        }
        Ok(DeclaredScopes(scopes))
    }
}
