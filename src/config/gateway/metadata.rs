//! What a configuration says about the document that a gateway publishes (RFC 9728).

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::domain::gateway::dialect::Dialect;
use crate::domain::scope::Scope;

use super::{Misdeclared, NO_URL, misdeclared, plain_url};

/// Whether there is a document, and what is in it.
#[derive(Debug, Clone, Default)]
pub enum DeclaredMetadata {
    /// `false`: there is none.
    #[default]
    None,
    /// `true`, or what it says otherwise than it would.
    Some(DeclaredDocument),
}

/// What the document says otherwise than it would.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredDocument {
    /// The URL of what is protected; that which the client asks under unless set.
    pub resource: Option<String>,
    /// The scopes that clients are told of; those of the routes unless set.
    pub scopes_supported: Option<Vec<Scope>>,
    /// What people call it.
    pub resource_name: Option<String>,
    /// What developers should read.
    pub resource_documentation: Option<String>,
}

impl DeclaredMetadata {
    /// The document, if there is one, for a gateway of a dialect that has such a thing.
    pub(super) fn fits(&self, dialect: Dialect) -> Result<(), Misdeclared> {
        let Self::Some(document) = self else { return Ok(()) };
        if matches!(dialect, Dialect::RestApi | Dialect::HttpApi) {
            let (one, other) = (Dialect::Rfc6750Any, Dialect::Rfc6750All);
            let problem = format!(
                "the dialect `{dialect}` answers as API Gateway does, which publishes no metadata; `{one}` and `{other}` do"
            );
            return Err(misdeclared("resource_metadata", problem));
        }
        for (key, url) in
            [("resource", &document.resource), ("resource_documentation", &document.resource_documentation)]
        {
            if let Some(url) = url.as_ref().filter(|url| plain_url(url).is_none()) {
                return Err(misdeclared(format!("resource_metadata.{key}"), format!("`{url}` {NO_URL}")));
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for DeclaredMetadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = DeclaredMetadata;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`true`, `false` or a map")
    }

    fn visit_bool<E: Error>(self, there: bool) -> Result<DeclaredMetadata, E> {
        Ok(if there { DeclaredMetadata::Some(DeclaredDocument::default()) } else { DeclaredMetadata::None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DeclaredMetadata, A::Error> {
        DeclaredDocument::deserialize(MapAccessDeserializer::new(map)).map(DeclaredMetadata::Some)
    }
}
