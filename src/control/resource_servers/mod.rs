//! Resource servers and their custom scopes.

mod create;
mod delete;
mod describe;
mod list;
mod update;

use serde::{Deserialize, Serialize};

use crate::domain::id::UserPoolId;
use crate::domain::resource_server::{ResourceServer, ScopeDefinition};

use super::operation::Entry;

/// The operations on resource servers.
pub(super) const OPERATIONS: &[Entry] = &[
    Entry::of::<create::CreateResourceServer>(),
    Entry::of::<describe::DescribeResourceServer>(),
    Entry::of::<update::UpdateResourceServer>(),
    Entry::of::<delete::DeleteResourceServer>(),
    Entry::of::<list::ListResourceServers>(),
];

/// `ResourceServerType`: a server without scopes shows none.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ResourceServerShape {
    user_pool_id: UserPoolId,
    identifier: String,
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<ScopeDefinition>,
}

impl ResourceServerShape {
    fn of(pool: &UserPoolId, server: ResourceServer) -> Self {
        let ResourceServer { identifier, name, scopes } = server;
        Self { user_pool_id: pool.clone(), identifier, name, scopes }
    }
}

/// The request of the operations that take a whole server.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct WholeServer {
    user_pool_id: UserPoolId,
    identifier: String,
    name: String,
    #[serde(default)]
    scopes: Vec<ScopeDefinition>,
}

impl WholeServer {
    fn into_parts(self) -> (UserPoolId, ResourceServer) {
        let Self { user_pool_id, identifier, name, scopes } = self;
        (user_pool_id, ResourceServer { identifier, name, scopes })
    }
}

/// The request of the operations that only name a server.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct NamedServer {
    user_pool_id: UserPoolId,
    identifier: String,
}

/// The answer that holds one server.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneServer {
    resource_server: ResourceServerShape,
}
