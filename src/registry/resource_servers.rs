//! Resource servers: the APIs of a pool and the scopes they define.
//!
//! Deleting a scope or a whole server never touches a client: a client keeps the name on its list, where it is inactive
//! until somebody defines it again.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html>

use std::collections::HashSet;

use crate::domain::id::UserPoolId;
use crate::domain::resource_server::ResourceServer;
use crate::store::documents;
use crate::store::transaction::Transaction;

use super::{Caller, RegistryError, pools};

/// Why a use-case on resource servers was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResourceServerError {
    /// The pool has no such server.
    #[error("resource server `{0}` does not exist")]
    NotFound(String),
    /// The pool has a server of this identifier already.
    #[error("resource server `{identifier}` already exists in user pool `{pool}`")]
    Exists {
        /// What is taken.
        identifier: String,
        /// Where.
        pool: UserPoolId,
    },
    /// One request defines the same scope twice.
    #[error("scope `{0}` is defined twice")]
    DuplicateScope(String),
    /// The pool's quota of servers is used up.
    #[error("user pool `{pool}` has its {limit} resource servers already")]
    TooMany {
        /// The full pool.
        pool: UserPoolId,
        /// Its quota.
        limit: u64,
    },
}

/// Makes a resource server, of which the pool may have `limit`.
pub async fn create(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    server: &ResourceServer,
    limit: u64,
) -> Result<(), RegistryError> {
    pools::require(tx, caller, pool).await?;
    distinct_scopes(server)?;
    let key = documents::resource_server(pool, &server.identifier);
    if tx.get(&key).await?.is_some() {
        return Err(ResourceServerError::Exists { identifier: server.identifier.clone(), pool: pool.clone() }.into());
    }
    if !tx.add_member(&documents::resource_server_count(pool), limit).await? {
        return Err(ResourceServerError::TooMany { pool: pool.clone(), limit }.into());
    }
    tx.put(&key, server)?;
    Ok(tx.touch_registry(pool)?)
}

/// The resource server of this identifier, compared exactly.
pub async fn describe(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    identifier: &str,
) -> Result<ResourceServer, RegistryError> {
    pools::require(tx, caller, pool).await?;
    let found = tx.get(&documents::resource_server(pool, identifier)).await?;
    Ok(found.ok_or_else(|| ResourceServerError::NotFound(identifier.to_owned()))?)
}

/// Replaces the name and the whole list of scopes.
pub async fn update(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    server: &ResourceServer,
) -> Result<(), RegistryError> {
    describe(tx, caller, pool, &server.identifier).await?;
    distinct_scopes(server)?;
    tx.put(&documents::resource_server(pool, &server.identifier), server)?;
    Ok(tx.touch_registry(pool)?)
}

/// Removes a resource server. Clients keep its scopes on their lists.
pub async fn delete(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    identifier: &str,
) -> Result<(), RegistryError> {
    describe(tx, caller, pool, identifier).await?;
    tx.delete(&documents::resource_server(pool, identifier));
    tx.delete(&documents::resource_server_declaration(pool, identifier));
    tx.remove_member(&documents::resource_server_count(pool));
    Ok(tx.touch_registry(pool)?)
}

/// Up to `limit` resource servers after the identifier `after`, by identifier.
pub async fn list(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<ResourceServer>, RegistryError> {
    pools::require(tx, caller, pool).await?;
    Ok(tx.scan(&documents::resource_servers(pool), after, limit).await?)
}

fn distinct_scopes(server: &ResourceServer) -> Result<(), ResourceServerError> {
    let mut seen = HashSet::new();
    match server.scopes.iter().find(|scope| !seen.insert(scope.scope_name.as_str())) {
        Some(twice) => Err(ResourceServerError::DuplicateScope(twice.scope_name.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::resource_server::ScopeDefinition;

    fn server(scopes: &[&str]) -> ResourceServer {
        let scope = |name: &&str| ScopeDefinition { scope_name: (*name).into(), scope_description: "…".into() };
        ResourceServer {
            identifier: "orders".into(),
            name: "Orders".into(),
            scopes: scopes.iter().map(scope).collect(),
        }
    }

    #[test]
    fn a_scope_is_defined_once_and_case_matters() {
        assert_eq!(distinct_scopes(&server(&[])), Ok(()));
        assert_eq!(distinct_scopes(&server(&["read", "Read", "write"])), Ok(()));
        assert_eq!(
            distinct_scopes(&server(&["read", "write", "read"])),
            Err(ResourceServerError::DuplicateScope("read".into()))
        );
    }
}
