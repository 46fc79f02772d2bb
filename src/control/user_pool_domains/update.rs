//! `UpdateUserPoolDomain`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::{Caller, RegistryError, domains, pools};

use super::{DomainInput, DomainOutput, unknown_with_its_pool};

/// Changes the certificate or the login pages of a domain; what is left out stays.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolDomain.html>
pub(super) struct UpdateUserPoolDomain;

impl Operation for UpdateUserPoolDomain {
    const NAME: &'static str = "UpdateUserPoolDomain";
    const INPUT: &'static [Member] = model::UPDATE_USER_POOL_DOMAIN;
    type Input = DomainInput;
    type Output = DomainOutput;

    async fn call(control: &Control, caller: &Caller, input: DomainInput) -> Result<DomainOutput, AwsError> {
        let changed = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.user_pool_id).await.map_err(unknown_with_its_pool)?;
            domains::update(tx, &pool, &input.domain, input.settings()).await
        });
        changed.await.map(Into::into).map_err(|error: RegistryError| error.into())
    }
}
