//! `UpdateUserAttributes`

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::Caller;
use crate::self_service::Owner;

use super::{Attribute, CodeDeliveryDetails, written};

/// Writes attributes of a signed-in user.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html>
pub(super) struct UpdateUserAttributes;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_attributes: Vec<Attribute>,
    access_token: String,
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_delivery_details_list: Vec<CodeDeliveryDetails>,
}

impl Operation for UpdateUserAttributes {
    const NAME: &'static str = "UpdateUserAttributes";
    const INPUT: &'static [Member] = model::UPDATE_USER_ATTRIBUTES;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let access = control.sign_ins.tokens.access_to_api(&input.access_token).await?;
        let owner = Owner { access: &access, metadata: &input.client_metadata };
        let self_service = &control.sign_ins.self_service;
        let deliveries = self_service.update_attributes(&owner, &written(input.user_attributes)).await?;
        Ok(Output { code_delivery_details_list: deliveries.into_iter().map(Into::into).collect() })
    }
}
