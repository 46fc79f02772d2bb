//! `AddCustomAttributes`

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::id::UserPoolId;
use crate::domain::settings::SchemaAttribute;
use crate::registry::{Caller, RegistryError, pools, schema};

/// Adds attributes to the schema of a pool, which can never be changed or taken away.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddCustomAttributes.html>
pub(super) struct AddCustomAttributes;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    custom_attributes: Vec<SchemaAttribute>,
}

impl Operation for AddCustomAttributes {
    const NAME: &'static str = "AddCustomAttributes";
    const INPUT: &'static [Member] = model::ADD_CUSTOM_ATTRIBUTES;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let (now, quotas) = (control.effects.clock.now(), &control.settings.quotas);
        control
            .database
            .transact(async |tx| {
                let pool = pools::require(tx, caller, &input.user_pool_id).await?;
                schema::add(tx, pool, &input.custom_attributes, now, quotas)?;
                Ok::<_, RegistryError>(Empty {})
            })
            .await
            .map_err(Into::into)
    }
}
