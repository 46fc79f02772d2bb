//! The secrets of a client: up to two are live at once, so that they can be rotated without a gap.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html>

use crate::domain::client::{AppClient, ClientSecret};
use crate::domain::id::{ClientId, ClientSecretId, UserPoolId};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::store::transaction::Transaction;

use super::super::{Caller, RegistryError};
use super::{ClientError, NewClient, SettingsError, describe, put};

/// A secret to add to a client.
pub struct NewSecret {
    /// Which client.
    pub client: ClientId,
    /// The secret.
    pub value: Secret,
    /// Whether the caller chose it.
    pub supplied: bool,
    /// The moment.
    pub now: Timestamp,
}

/// The secret that a client begins with, if any.
pub(super) fn first(new: &NewClient) -> Result<Option<ClientSecret>, SettingsError> {
    let (value, supplied) = match (&new.generated, &new.supplied) {
        (Some(_), Some(_)) => return Err(SettingsError::TwoSecrets),
        (Some(generated), None) => (generated, false),
        (None, Some(supplied)) => (supplied, true),
        (None, None) => return Ok(None),
    };
    let id = free_id(&new.id, &[], new.now);
    Ok(Some(ClientSecret { id, value: value.clone(), created: new.now, supplied }))
}

/// Adds a secret; the client may have `limit` of them.
pub async fn add(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    new: &NewSecret,
    limit: u64,
) -> Result<ClientSecret, RegistryError> {
    let mut client = describe(tx, caller, pool, &new.client).await?;
    if !client.is_confidential() {
        return Err(ClientError::Public(client.id).into());
    }
    if u64::try_from(client.secrets.len()).unwrap_or(u64::MAX) >= limit {
        return Err(ClientError::TooManySecrets(client.id).into());
    }
    let id = free_id(&client.id, &client.secrets, new.now);
    let secret = ClientSecret { id, value: new.value.clone(), created: new.now, supplied: new.supplied };
    client.secrets.push(secret.clone());
    put(tx, &client)?;
    Ok(secret)
}

/// Removes a secret, unless it is the last one.
pub async fn delete(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    client: &ClientId,
    id: &ClientSecretId,
) -> Result<(), RegistryError> {
    let mut client = describe(tx, caller, pool, client).await?;
    if !client.secrets.iter().any(|secret| secret.id == *id) {
        return Err(ClientError::SecretNotFound(id.clone()).into());
    }
    if client.secrets.len() == 1 {
        return Err(ClientError::LastSecret(client.id).into());
    }
    client.secrets.retain(|secret| secret.id != *id);
    put(tx, &client)
}

/// The secret that descriptions of the client show: the oldest one that was generated. What the caller chose, the
/// caller knows.
pub fn shown(client: &AppClient) -> Option<&Secret> {
    client.secrets.iter().find(|secret| !secret.supplied).map(|secret| &secret.value)
}

/// `<client id>--<epoch milliseconds>`, of the first millisecond that no other secret of the client has.
fn free_id(client: &ClientId, taken: &[ClientSecret], now: Timestamp) -> ClientSecretId {
    let mut millis = now.millis();
    loop {
        let id = ClientSecretId::from(format!("{client}--{millis}"));
        if !taken.iter().any(|secret| secret.id == id) {
            return id;
        }
        millis += 1;
    }
}
