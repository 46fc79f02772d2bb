//! `GetUser`

use serde::Serialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::domain::user::Factor;
use crate::registry::Caller;
use crate::tokens::Access;

use super::{Attribute, SignedIn};

/// Answers what a signed-in user may see of themselves through the client.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html>
pub(super) struct GetUser;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    username: String,
    user_attributes: Vec<Attribute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_mfa_setting: Option<&'static str>,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    user_mfa_setting_list: Vec<&'static str>,
}

impl Operation for GetUser {
    const NAME: &'static str = "GetUser";
    const INPUT: &'static [Member] = model::GET_USER;
    const SIGNED: bool = false;
    type Input = SignedIn;
    type Output = Output;

    async fn call(control: &Control, _caller: &Caller, input: SignedIn) -> Result<Output, AwsError> {
        let access = control.sign_ins.tokens.access_to_api(&input.access_token).await?;
        Ok(Output {
            user_attributes: readable(&access),
            preferred_mfa_setting: access.user.factors.preferred.map(Factor::name),
            user_mfa_setting_list: access.user.factors.enabled.iter().map(|factor| factor.name()).collect(),
            username: access.user.username,
        })
    }
}

/// The attributes that the client may read; the `sub` always is.
fn readable(access: &Access) -> Vec<Attribute> {
    let listed = access.view.settings.read_attributes.as_ref();
    let may = |name: &str| listed.is_none_or(|list| list.iter().any(|listed| listed == name));
    let others = access.user.attributes.iter().filter(|(name, _)| may(name));
    let others = others.map(|(name, value)| (name.as_str(), value.as_str()));
    let all = [("sub", access.user.sub.as_str())].into_iter().chain(others);
    all.map(|(name, value)| Attribute { name: name.to_owned(), value: value.to_owned() }).collect()
}
