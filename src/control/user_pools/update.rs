//! `UpdateUserPool`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::id::UserPoolId;
use crate::domain::settings::PoolSettings;
use crate::registry::{Caller, RegistryError, pools};

/// Replaces the settings of a pool: whatever is left out falls back to its default, only the name stays.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html>
pub(super) struct UpdateUserPool;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    pool_name: Option<String>,
    #[serde(flatten)]
    settings: PoolSettings,
}

impl Operation for UpdateUserPool {
    const NAME: &'static str = "UpdateUserPool";
    const INPUT: &'static [Member] = model::UPDATE_USER_POOL;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let circumstances = (control.effects.clock.now(), &control.settings.quotas);
        control
            .database
            .transact(async |tx| {
                let pool = pools::require(tx, caller, &input.user_pool_id).await?;
                let (name, settings) = (input.pool_name.clone(), input.settings.clone());
                pools::update(tx, pool, name, settings, circumstances).await?;
                Ok::<_, RegistryError>(Empty {})
            })
            .await
            .map_err(Into::into)
    }
}
