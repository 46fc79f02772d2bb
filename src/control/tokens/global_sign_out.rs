//! `GlobalSignOut`.

use serde::Deserialize;

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::{Empty, Operation};
use crate::registry::users::{self, UserError};
use crate::registry::{Caller, RegistryError};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html>
#[derive(Debug)]
pub(super) struct GlobalSignOut;

/// Whose tokens are to end.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    access_token: String,
}

impl Operation for GlobalSignOut {
    const NAME: &'static str = "GlobalSignOut";
    const INPUT: &'static [Member] = model::GLOBAL_SIGN_OUT;
    const SIGNED: bool = false;
    type Input = Input;
    type Output = Empty;

    async fn call(control: &Control, _caller: &Caller, input: Input) -> Result<Empty, AwsError> {
        let access = control.sign_ins.tokens.access_to_api(&input.access_token).await?;
        let (pool, now) = (&access.view.owner, control.effects.clock.now());
        let work = async |tx: &mut crate::store::transaction::Transaction<'_>| {
            let before = users::get(tx, pool, &access.key).await?.filter(|user| user.sub == access.user.sub);
            let before = before.ok_or(RegistryError::User(UserError::NotFound))?;
            let mut after = before.clone();
            after.signed_out = Some(now);
            users::save(tx, pool, &before, after).await
        };
        control.database.transact(work).await?;
        Ok(Empty {})
    }
}
