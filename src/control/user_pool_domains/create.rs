//! `CreateUserPoolDomain`

use crate::control::Control;
use crate::control::error::AwsError;
use crate::control::model::{self, Member};
use crate::control::operation::Operation;
use crate::registry::{Caller, RegistryError, domains, pools};

use super::{DomainInput, DomainOutput};

/// Gives a pool a domain, which is active at once.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html>
pub(super) struct CreateUserPoolDomain;

impl Operation for CreateUserPoolDomain {
    const NAME: &'static str = "CreateUserPoolDomain";
    const INPUT: &'static [Member] = model::CREATE_USER_POOL_DOMAIN;
    type Input = DomainInput;
    type Output = DomainOutput;

    async fn call(control: &Control, caller: &Caller, input: DomainInput) -> Result<DomainOutput, AwsError> {
        // A constraint, although it depends on another member: it comes before the question whether the pool exists.
        domains::check_name(&input.domain, input.custom_domain_config.is_some())?;
        let circumstances = (control.effects.clock.now(), &control.settings.quotas);
        let made = control.database.transact(async |tx| {
            let pool = pools::require(tx, caller, &input.user_pool_id).await?;
            domains::create(tx, pool, &input.domain, input.settings(), circumstances).await
        });
        made.await.map(Into::into).map_err(|error: RegistryError| error.into())
    }
}
