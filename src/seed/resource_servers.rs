//! Declared resource servers.

use crate::config::{DeclaredPool, DeclaredServer};
use crate::domain::resource_server::{ResourceServer, ScopeDefinition};
use crate::registry::resource_servers;
use crate::store::documents;

use super::declared::{Declared, Need};
use super::{Place, SeedError, refused, wire};

impl Place<'_, '_> {
    /// A resource server; scopes that are no longer declared are gone, and inactive on the lists of clients.
    pub(super) async fn resource_server(
        &mut self,
        pool: &DeclaredPool,
        declared: &DeclaredServer,
        key: &str,
    ) -> Result<(), SeedError> {
        let at = documents::resource_server(&pool.id, &declared.identifier);
        let exists = self.tx.get(&at).await?.is_some();
        let what = format!("resource server {} of {}", declared.identifier, pool.id);
        let digest = documents::resource_server_declaration(&pool.id, &declared.identifier);
        let this = Declared::new(what, digest, declared);
        let need = self.need(&this, exists).await?;
        if matches!(need, Need::Nothing | Need::LeaveAlone) {
            return Ok(());
        }
        wire::resource_server(pool, declared, &self.terms.quotas, key)?;
        let server = stored(declared);
        let done = if need == Need::Create {
            let limit = self.terms.quotas.resource_servers;
            resource_servers::create(self.tx, &self.caller, &pool.id, &server, limit).await
        } else {
            resource_servers::update(self.tx, &self.caller, &pool.id, &server).await
        };
        done.map_err(|error| refused(key, error))?;
        Ok(self.applied(&this)?)
    }
}

fn stored(declared: &DeclaredServer) -> ResourceServer {
    let definition = |(name, description): &(String, String)| ScopeDefinition {
        scope_name: name.clone(),
        scope_description: description.clone(),
    };
    ResourceServer {
        identifier: declared.identifier.clone(),
        name: declared.display_name().to_owned(),
        scopes: declared.scopes.0.iter().map(definition).collect(),
    }
}
