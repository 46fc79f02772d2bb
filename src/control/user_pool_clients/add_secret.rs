//! `AddUserPoolClientSecret`.

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::secret::Secret;
use crate::effects::random;
use crate::registry::Caller;
use crate::registry::clients::secrets::{self, NewSecret};

use super::SecretShape;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html>
#[derive(Debug)]
pub(super) struct AddUserPoolClientSecret;

/// Without a secret of the caller's own, one is made.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    client_id: ClientId,
    client_secret: Option<Secret>,
}

/// The new secret, with its value only if it was made here.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    client_secret_descriptor: SecretShape,
}

impl Operation for AddUserPoolClientSecret {
    const NAME: &'static str = "AddUserPoolClientSecret";
    const INPUT: &'static [Member] = model::ADD_USER_POOL_CLIENT_SECRET;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let supplied = input.client_secret.is_some();
        let new = NewSecret {
            client: input.client_id,
            value: input.client_secret.unwrap_or_else(|| random::client_secret(&*control.effects.random)),
            supplied,
            now: control.effects.clock.now(),
        };
        let limit = control.settings.quotas.secrets_per_client;
        let pool = &input.user_pool_id;
        let secret = control.database.transact(async |tx| secrets::add(tx, caller, pool, &new, limit).await).await?;
        let value = (!supplied).then(|| secret.value.clone());
        Ok(Output { client_secret_descriptor: SecretShape { value, ..SecretShape::listed(secret) } })
    }
}
