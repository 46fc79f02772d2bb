//! Domains of user pools.

mod create;
mod delete;
mod describe;
mod update;

use serde::{Deserialize, Serialize};

use crate::domain::id::UserPoolId;
use crate::domain::user_pool_domain::{CustomDomainConfig, DomainSettings, Routing, UserPoolDomain};
use crate::registry::RegistryError;
use crate::registry::domains::DomainError;

use super::operation::Entry;

/// The operations of this folder.
pub const OPERATIONS: &[Entry] = &[
    Entry::of::<create::CreateUserPoolDomain>(),
    Entry::of::<describe::DescribeUserPoolDomain>(),
    Entry::of::<update::UpdateUserPoolDomain>(),
    Entry::of::<delete::DeleteUserPoolDomain>(),
];

/// What creation and update take.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DomainInput {
    domain: String,
    user_pool_id: UserPoolId,
    managed_login_version: Option<i32>,
    custom_domain_config: Option<CustomDomainConfig>,
    routing: Option<Routing>,
}

impl DomainInput {
    fn settings(&self) -> DomainSettings {
        DomainSettings {
            managed_login_version: self.managed_login_version,
            custom_domain_config: self.custom_domain_config.clone(),
            routing: self.routing.clone(),
        }
    }
}

/// What creation and update answer; a prefix has no content network of its own.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DomainOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    managed_login_version: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_front_domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing: Option<Routing>,
}

impl From<UserPoolDomain> for DomainOutput {
    fn from(domain: UserPoolDomain) -> Self {
        Self {
            cloud_front_domain: domain.is_custom().then(|| domain.distribution()),
            managed_login_version: domain.settings.managed_login_version,
            routing: domain.settings.routing,
        }
    }
}

/// COGNITO: where a domain is named with its pool, a pool that does not exist is answered like a domain that does not.
fn unknown_with_its_pool(error: RegistryError) -> RegistryError {
    match error {
        RegistryError::PoolNotFound(_) => DomainError::Unknown.into(),
        other => other,
    }
}
