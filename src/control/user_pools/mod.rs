//! User pools: what the API calls `UserPoolType`, and the operations on it.

mod add_custom_attributes;
mod create;
mod delete;
mod describe;
mod get_mfa_config;
mod list;
mod set_mfa_config;
mod update;

use serde::Serialize;

use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::domain::settings::{LambdaConfig, PoolSettings, SchemaAttribute, UsernameConfiguration};
use crate::domain::time::{Timestamp, epoch_seconds};

use super::operation::Entry;

/// The operations of this folder.
pub const OPERATIONS: &[Entry] = &[
    Entry::of::<create::CreateUserPool>(),
    Entry::of::<describe::DescribeUserPool>(),
    Entry::of::<update::UpdateUserPool>(),
    Entry::of::<delete::DeleteUserPool>(),
    Entry::of::<list::ListUserPools>(),
    Entry::of::<add_custom_attributes::AddCustomAttributes>(),
    Entry::of::<get_mfa_config::GetUserPoolMfaConfig>(),
    Entry::of::<set_mfa_config::SetUserPoolMfaConfig>(),
];

/// A pool with all its settings, as `CreateUserPool` and `DescribeUserPool` answer it.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html>
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserPoolType {
    id: UserPoolId,
    name: String,
    arn: String,
    #[serde(with = "epoch_seconds")]
    last_modified_date: Timestamp,
    #[serde(with = "epoch_seconds")]
    creation_date: Timestamp,
    schema_attributes: Vec<SchemaAttribute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias_attributes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username_attributes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username_configuration: Option<UsernameConfiguration>,
    estimated_number_of_users: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_domain: Option<String>,
    #[serde(flatten)]
    settings: PoolSettings,
}

impl From<UserPool> for UserPoolType {
    fn from(pool: UserPool) -> Self {
        Self {
            arn: pool.id.arn(&pool.account),
            id: pool.id,
            name: pool.name,
            last_modified_date: pool.modified,
            creation_date: pool.created,
            schema_attributes: pool.fixed.schema_in_force(),
            alias_attributes: pool.fixed.alias_attributes,
            username_attributes: pool.fixed.username_attributes,
            username_configuration: pool.fixed.username_configuration,
            estimated_number_of_users: 0,
            domain: pool.domain,
            custom_domain: pool.custom_domain,
            settings: pool.settings.in_force(),
        }
    }
}

/// An answer that is one pool.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct OnePool {
    user_pool: UserPoolType,
}

/// A pool in a list.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserPoolDescription {
    id: UserPoolId,
    name: String,
    lambda_config: LambdaConfig,
    #[serde(with = "epoch_seconds")]
    last_modified_date: Timestamp,
    #[serde(with = "epoch_seconds")]
    creation_date: Timestamp,
}

impl From<UserPool> for UserPoolDescription {
    fn from(pool: UserPool) -> Self {
        Self {
            id: pool.id,
            name: pool.name,
            lambda_config: pool.settings.lambda_config.unwrap_or_default(),
            last_modified_date: pool.modified,
            creation_date: pool.created,
        }
    }
}
