//! App clients and their secrets.

mod add_secret;
mod create;
mod delete;
mod delete_secret;
mod describe;
mod list;
mod list_secrets;
mod update;

use serde::{Deserialize, Serialize};

use crate::domain::client::{AppClient, ClientSecret, ClientSettings};
use crate::domain::id::{ClientId, ClientSecretId, UserPoolId};
use crate::domain::secret::Secret;
use crate::domain::time::{Timestamp, epoch_seconds};
use crate::registry::clients::secrets;

use super::operation::Entry;

/// The operations on app clients and their secrets.
pub(super) const OPERATIONS: &[Entry] = &[
    Entry::of::<create::CreateUserPoolClient>(),
    Entry::of::<describe::DescribeUserPoolClient>(),
    Entry::of::<update::UpdateUserPoolClient>(),
    Entry::of::<delete::DeleteUserPoolClient>(),
    Entry::of::<list::ListUserPoolClients>(),
    Entry::of::<add_secret::AddUserPoolClientSecret>(),
    Entry::of::<list_secrets::ListUserPoolClientSecrets>(),
    Entry::of::<delete_secret::DeleteUserPoolClientSecret>(),
];

/// `UserPoolClientType`: what was never set is left out, but for a few members that show their defaults.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ClientShape {
    user_pool_id: UserPoolId,
    client_name: String,
    client_id: ClientId,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<Secret>,
    #[serde(with = "epoch_seconds")]
    last_modified_date: Timestamp,
    #[serde(with = "epoch_seconds")]
    creation_date: Timestamp,
    #[serde(flatten)]
    settings: ClientSettings,
}

/// The answer that holds one client.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneClient {
    user_pool_client: ClientShape,
}

impl From<AppClient> for OneClient {
    fn from(client: AppClient) -> Self {
        let client_secret = secrets::shown(&client).cloned();
        let user_pool_client = ClientShape {
            user_pool_id: client.pool,
            client_name: client.name,
            client_id: client.id,
            client_secret,
            last_modified_date: client.modified,
            creation_date: client.created,
            settings: with_defaults(client.settings),
        };
        Self { user_pool_client }
    }
}

/// COGNITO: these members are shown although nobody set them.
fn with_defaults(settings: ClientSettings) -> ClientSettings {
    ClientSettings {
        refresh_token_validity: settings.refresh_token_validity.or(Some(30)),
        enable_token_revocation: settings.enable_token_revocation.or(Some(true)),
        enable_propagate_additional_user_context_data: settings
            .enable_propagate_additional_user_context_data
            .or(Some(false)),
        auth_session_validity: settings.auth_session_validity.or(Some(3)),
        ..settings
    }
}

/// The request of the operations that only name a client.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct NamedClient {
    user_pool_id: UserPoolId,
    client_id: ClientId,
}

/// `ClientSecretDescriptorType`.
#[derive(Serialize)]
pub(super) struct SecretShape {
    #[serde(rename = "ClientSecretId")]
    id: ClientSecretId,
    #[serde(rename = "ClientSecretValue", skip_serializing_if = "Option::is_none")]
    value: Option<Secret>,
    #[serde(rename = "ClientSecretCreateDate", with = "epoch_seconds")]
    created: Timestamp,
}

impl SecretShape {
    /// Without the value, which only the addition of a generated secret shows.
    fn listed(secret: ClientSecret) -> Self {
        Self { id: secret.id, value: None, created: secret.created }
    }
}
