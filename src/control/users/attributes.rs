//! `AdminUpdateUserAttributes` and `AdminDeleteUserAttributes`

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::domain::id::UserPoolId;
use crate::registry::users::attributes::{self, Writer};
use crate::registry::{Caller, pools};

use super::{AttributeType, NamedUser};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html>
pub(super) struct AdminUpdateUserAttributes;

/// New values; an empty one takes the attribute away.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Update {
    user_pool_id: UserPoolId,
    username: String,
    user_attributes: Vec<AttributeType>,
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
}

impl Operation for AdminUpdateUserAttributes {
    const NAME: &'static str = "AdminUpdateUserAttributes";
    const INPUT: &'static [Member] = model::ADMIN_UPDATE_USER_ATTRIBUTES;
    type Input = Update;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Update) -> Result<Empty, AwsError> {
        let Update { user_pool_id, username, user_attributes, client_metadata } = input;
        let pool = control.database.transact(async |tx| pools::require(tx, caller, &user_pool_id).await).await?;
        let written = AttributeType::written(user_attributes);
        let update = control.sign_ins.self_service.admin_update(&pool, &username, &written, &client_metadata);
        update.await?;
        Ok(Empty {})
    }
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html>
pub(super) struct AdminDeleteUserAttributes;

/// The names of what is taken away.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Deletion {
    user_pool_id: UserPoolId,
    username: String,
    user_attribute_names: Vec<String>,
}

impl Operation for AdminDeleteUserAttributes {
    const NAME: &'static str = "AdminDeleteUserAttributes";
    const INPUT: &'static [Member] = model::ADMIN_DELETE_USER_ATTRIBUTES;
    type Input = Deletion;
    type Output = Empty;

    async fn call(control: &Control, caller: &Caller, input: Deletion) -> Result<Empty, AwsError> {
        let Deletion { user_pool_id, username, user_attribute_names: names } = input;
        let of = NamedUser { user_pool_id, username };
        let deletion = of.change(control, caller, |pool, user, _| {
            let changes = attributes::check_delete(pool, Writer::Administrator, &names)?;
            attributes::apply(pool, user, changes);
            Ok(())
        });
        deletion.await?;
        Ok(Empty {})
    }
}
