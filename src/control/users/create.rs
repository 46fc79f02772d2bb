//! `AdminCreateUser`

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::account::Medium;
use crate::domain::id::UserPoolId;
use crate::domain::secret::Secret;
use crate::registry::{Caller, pools};
use crate::self_service::administration::Invitation;

use super::{AttributeType, UserType};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html>
pub(super) struct AdminCreateUser;

/// Whom to make, and how to tell them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    user_pool_id: UserPoolId,
    username: String,
    #[serde(default)]
    user_attributes: Vec<AttributeType>,
    #[serde(default)]
    validation_data: Vec<AttributeType>,
    temporary_password: Option<Secret>,
    #[serde(default)]
    force_alias_creation: bool,
    message_action: Option<MessageAction>,
    #[serde(default)]
    desired_delivery_mediums: Vec<Medium>,
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
}

/// What becomes of the invitation.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum MessageAction {
    Resend,
    Suppress,
}

/// The user.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    user: UserType,
}

impl Operation for AdminCreateUser {
    const NAME: &'static str = "AdminCreateUser";
    const INPUT: &'static [Member] = model::ADMIN_CREATE_USER;
    type Input = Input;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: Input) -> Result<Output, AwsError> {
        let pool = control.database.transact(async |tx| pools::require(tx, caller, &input.user_pool_id).await).await?;
        let written = AttributeType::written(input.user_attributes);
        let validation_data = AttributeType::written(input.validation_data).into_iter().collect();
        let invitation = Invitation {
            username: &input.username,
            written: &written,
            temporary_password: input.temporary_password.as_ref(),
            quiet: input.message_action == Some(MessageAction::Suppress),
            mediums: &input.desired_delivery_mediums,
            takes_aliases: input.force_alias_creation,
            validation_data: &validation_data,
            metadata: &input.client_metadata,
        };
        let administration = &control.sign_ins.self_service;
        let user = match input.message_action {
            Some(MessageAction::Resend) => administration.invite_again(&pool, invitation).await?,
            _ => administration.invite(&pool, invitation).await?,
        };
        Ok(Output { user: user.into() })
    }
}
