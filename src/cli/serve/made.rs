//! The clients whose secrets the server made because a file needs them: nobody else can say what they are.

use serde::Serialize;

use crate::app::App;
use crate::config::ConfigFile;
use crate::domain::client::AppClient;
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::secret::Secret;
use crate::store::StoreError;
use crate::store::documents;

/// Such clients.
#[derive(Default)]
pub(super) struct Made(pub(super) Vec<MadeClient>);

/// One of them.
#[derive(Serialize)]
pub(super) struct MadeClient {
    pub(super) pool: UserPoolId,
    pub(super) client_id: ClientId,
    pub(super) client_secret: String,
}

impl Made {
    /// Those that these files declare.
    pub(super) async fn of(app: &App, files: &[ConfigFile]) -> Result<Self, StoreError> {
        let mut made = Vec::new();
        for pool in files.iter().flat_map(|file| &file.world.pools) {
            for client in pool.clients.iter().filter(|client| client.generate_secret) {
                let stored: Option<AppClient> =
                    app.control.database.get(&documents::client(&pool.id, &client.id)).await?;
                let secret = stored.as_ref().and_then(|stored| stored.secrets.first());
                let Some(secret) = secret.map(|secret| &secret.value).map(Secret::reveal) else { continue };
                let (pool, client_id, client_secret) = (pool.id.clone(), client.id.clone(), secret.to_owned());
                made.push(MadeClient { pool, client_id, client_secret });
            }
        }
        Ok(Self(made))
    }
}
