//! `UpdateUserPoolClient`.

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::client::ClientSettings;
use crate::domain::id::{ClientId, UserPoolId};
use crate::registry::Caller;
use crate::registry::clients::{self, ClientUpdate};

use super::OneClient;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html>
#[derive(Debug)]
pub(super) struct UpdateUserPoolClient;

/// All settings, since those left out fall back to their defaults; the name may stay.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    client_id: ClientId,
    client_name: Option<String>,
    #[serde(flatten)]
    settings: ClientSettings,
}

impl Operation for UpdateUserPoolClient {
    const NAME: &'static str = "UpdateUserPoolClient";
    const INPUT: &'static [Member] = model::UPDATE_USER_POOL_CLIENT;
    type Input = Input;
    type Output = OneClient;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<OneClient, AwsError> {
        let update = ClientUpdate {
            id: input.client_id,
            name: input.client_name,
            settings: input.settings,
            now: control.effects.clock.now(),
        };
        let choices = &control.settings.choices;
        let pool = &input.user_pool_id;
        let client =
            control.database.transact(async |tx| clients::update(tx, caller, pool, &update, choices).await).await?;
        Ok(client.into())
    }
}
