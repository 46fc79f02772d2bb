//! The clients and users that the server made because a file needs them: nobody else can say how they get tokens.

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
    #[serde(flatten)]
    pub(super) proof: Proof,
}

/// What gets tokens at a client.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Proof {
    /// Its own secret.
    Secret { client_secret: String },
    /// Somebody who signs in there.
    User { user: String, password: String },
}

impl Made {
    /// Those that these files declare, and those of what was missing in them.
    pub(super) async fn of(app: &App, files: &[ConfigFile], missing: Option<&ConfigFile>) -> Result<Self, StoreError> {
        let mut made = Vec::new();
        for pool in files.iter().chain(missing).flat_map(|file| &file.world.pools) {
            for client in pool.clients.iter().filter(|client| client.generate_secret) {
                let stored: Option<AppClient> =
                    app.control.database.get(&documents::client(&pool.id, &client.id)).await?;
                let secret = stored.as_ref().and_then(|stored| stored.secrets.first());
                let Some(secret) = secret.map(|secret| &secret.value).map(Secret::reveal) else { continue };
                let proof = Proof::Secret { client_secret: secret.to_owned() };
                made.push(MadeClient { pool: pool.id.clone(), client_id: client.id.clone(), proof });
            }
        }
        for pool in missing.iter().flat_map(|file| &file.world.pools) {
            let public = pool.clients.iter().filter(|client| !client.is_confidential());
            made.extend(public.zip(&pool.users).map(|(client, user)| {
                let password = user.password.as_ref().map(Secret::reveal).unwrap_or_default().to_owned();
                let proof = Proof::User { user: user.username.clone(), password };
                MadeClient { pool: pool.id.clone(), client_id: client.id.clone(), proof }
            }));
        }
        Ok(Self(made))
    }
}
