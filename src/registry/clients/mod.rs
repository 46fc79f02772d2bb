//! App clients: what may ask a pool for tokens, and what for.
//!
//! Settings enter as the request had them, are brought to the form in which they are kept by [`normalise`], and are held
//! against each other, the client and the pool by [`validate`]. Whether scopes exist is asked of the resource servers in
//! [`scopes`]; the two live secrets are the matter of [`secrets`].

mod attributes;
mod error;
pub mod normalise;
pub mod redirects;
pub mod scopes;
pub mod secrets;
pub mod validate;

use crate::domain::client::{AppClient, ClientSettings};
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::pool::PoolChoices;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::store::documents;
use crate::store::transaction::Transaction;

use self::validate::Circumstances;
use super::{Caller, RegistryError, pools};

pub use self::error::{ClientError, SettingsError};

/// When settings are looked at; the service's sentences tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// The client is being made.
    Creation,
    /// The client's settings are being replaced.
    Update,
}

/// A client to make.
pub struct NewClient {
    /// Its id, which no client of any pool may have.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// The secret made for it, if it is to have one.
    pub generated: Option<Secret>,
    /// The secret that the caller chose, if any.
    pub supplied: Option<Secret>,
    /// Its settings, as the request had them.
    pub settings: ClientSettings,
    /// The moment.
    pub now: Timestamp,
}

/// New settings of a client.
pub struct ClientUpdate {
    /// Which client.
    pub id: ClientId,
    /// Its new name; without one it keeps the old one, for there is no default.
    pub name: Option<String>,
    /// All its settings, as the request had them: what is left out falls back to its default.
    pub settings: ClientSettings,
    /// The moment.
    pub now: Timestamp,
}

/// Makes a client, of which the pool may have `limit`.
pub async fn create(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    new: &NewClient,
    limit: u64,
) -> Result<AppClient, RegistryError> {
    let pool = pools::require(tx, caller, pool).await?;
    let secret = secrets::first(new).map_err(ClientError::from)?;
    let settings = normalise::settings(new.settings.clone(), None);
    let circumstances = Circumstances { pool: &pool, confidential: secret.is_some(), occasion: Occasion::Creation };
    validate::settings(&settings, &circumstances).map_err(ClientError::from)?;
    scopes::require(tx, &pool.id, &settings, &[]).await?;

    let owner = documents::client_owner(&new.id);
    if tx.get(&owner).await?.is_some() {
        return Err(ClientError::IdTaken(new.id.clone()).into());
    }
    if !tx.add_member(&documents::client_count(&pool.id), limit).await? {
        return Err(ClientError::TooMany { pool: pool.id, limit }.into());
    }
    let client = AppClient {
        id: new.id.clone(),
        pool: pool.id,
        name: new.name.clone(),
        created: new.now,
        modified: new.now,
        secrets: secret.into_iter().collect(),
        settings,
    };
    tx.put(&owner, &client.pool)?;
    put(tx, &client)?;
    Ok(client)
}

/// The client of this id; a client of another pool does not exist here.
pub async fn describe(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    id: &ClientId,
) -> Result<AppClient, RegistryError> {
    pools::require(tx, caller, pool).await?;
    require(tx, pool, id).await
}

/// Replaces a client's settings. Its id, secrets and date of creation stay.
pub async fn update(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    update: &ClientUpdate,
    server: &PoolChoices,
) -> Result<AppClient, RegistryError> {
    let pool = pools::require(tx, caller, pool).await?;
    let before = require(tx, &pool.id, &update.id).await?;
    let settings = normalise::settings(update.settings.clone(), Some(&before.settings));
    let circumstances =
        Circumstances { pool: &pool, confidential: before.is_confidential(), occasion: Occasion::Update };
    validate::settings(&settings, &circumstances).map_err(ClientError::from)?;
    let associated = before.settings.allowed_scopes();
    let kept = if pool.options.over(server).accept_inactive_on_update { associated } else { &[] };
    scopes::require(tx, &pool.id, &settings, kept).await?;

    let name = update.name.clone().unwrap_or_else(|| before.name.clone());
    let client = AppClient { name, modified: update.now, settings, ..before };
    put(tx, &client)?;
    Ok(client)
}

/// Removes a client and frees its id.
pub async fn delete(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    id: &ClientId,
) -> Result<(), RegistryError> {
    describe(tx, caller, pool, id).await?;
    tx.delete(&documents::client(pool, id));
    tx.delete(&documents::client_declaration(pool, id));
    tx.delete(&documents::client_owner(id));
    tx.remove_member(&documents::client_count(pool));
    Ok(tx.touch_registry(pool)?)
}

/// Up to `limit` clients after the one of the id `after`, by id.
pub async fn list(
    tx: &mut Transaction<'_>,
    caller: &Caller,
    pool: &UserPoolId,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<AppClient>, RegistryError> {
    pools::require(tx, caller, pool).await?;
    Ok(tx.scan(&documents::clients(pool), after, limit).await?)
}

async fn require(tx: &mut Transaction<'_>, pool: &UserPoolId, id: &ClientId) -> Result<AppClient, RegistryError> {
    let found = tx.get(&documents::client(pool, id)).await?;
    Ok(found.ok_or_else(|| ClientError::NotFound(id.clone()))?)
}

fn put(tx: &mut Transaction<'_>, client: &AppClient) -> Result<(), RegistryError> {
    tx.put(&documents::client(&client.pool, &client.id), client)?;
    Ok(tx.touch_registry(&client.pool)?)
}
