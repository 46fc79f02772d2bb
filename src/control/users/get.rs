//! `AdminGetUser`

use serde::Serialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::time::{Timestamp, epoch_seconds};
use crate::domain::user::{Factor, User};
use crate::registry::Caller;

use super::{AttributeType, NamedUser};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html>
pub(super) struct AdminGetUser;

/// The user; what there is none of is left out.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    username: String,
    user_attributes: Vec<AttributeType>,
    #[serde(with = "epoch_seconds")]
    user_create_date: Timestamp,
    #[serde(with = "epoch_seconds")]
    user_last_modified_date: Timestamp,
    enabled: bool,
    user_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_mfa_setting: Option<&'static str>,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    user_mfa_setting_list: Vec<&'static str>,
}

impl From<User> for Output {
    fn from(user: User) -> Self {
        Self {
            user_attributes: AttributeType::all_of(&user),
            username: user.username,
            user_create_date: user.created,
            user_last_modified_date: user.modified,
            enabled: user.enabled,
            user_status: user.status.name(),
            preferred_mfa_setting: user.factors.preferred.map(Factor::name),
            user_mfa_setting_list: user.factors.enabled.iter().map(|factor| factor.name()).collect(),
        }
    }
}

impl Operation for AdminGetUser {
    const NAME: &'static str = "AdminGetUser";
    const INPUT: &'static [Member] = model::ADMIN_GET_USER;
    type Input = NamedUser;
    type Output = Output;

    async fn call(control: &Control, caller: &Caller, input: NamedUser) -> Result<Output, AwsError> {
        let (_, user) = input.read(control, caller).await?;
        Ok(user.into())
    }
}
