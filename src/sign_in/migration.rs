//! Users who are moved in from elsewhere when they first sign in.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html>

use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::trace::Evidence;
use crate::domain::user::User;
use crate::hooks::HookFailure;
use crate::self_service::migration::Moving;

use super::{Attempt, SignInFailure, SignIns, Steps, accounts};

impl SignIns {
    /// The user who was found, or else the one whom the pool's function knows with this password.
    pub(super) async fn known_or_moved_in(
        &self,
        attempt: &Attempt<'_>,
        found: Option<User>,
        password: &str,
        trace: &mut Steps,
    ) -> Result<Option<User>, SignInFailure> {
        let functions = attempt.view.owner.settings.lambda_config.as_ref();
        let asks = functions.is_some_and(|functions| functions.user_migration.is_some());
        let found = match found {
            None if asks => self.move_in(attempt, password, trace).await?,
            found => found,
        };
        accounts::admit(attempt.view, attempt.username, found.as_ref(), trace)?;
        Ok(found)
    }

    async fn move_in(
        &self,
        attempt: &Attempt<'_>,
        password: &str,
        trace: &mut Steps,
    ) -> Result<Option<User>, SignInFailure> {
        let Attempt { view, username, metadata, .. } = *attempt;
        let moving = Moving { view, username, password: Some(password), metadata };
        let evidence = Evidence::Remark("UserMigration_Authentication");
        let said = match self.self_service.ask_elsewhere(&moving).await {
            Ok(said) => said,
            Err(failed) => {
                let refused = trace.require(SignInRule::TriggerAllowed, false, evidence);
                tracing::warn!(%failed, refused = refused.is_err(), "a trigger failed");
                // COGNITO: whoever the function does not know is nobody here.
                return if matches!(failed.failure, HookFailure::Failed(_)) { Ok(None) } else { Err(failed.into()) };
            }
        };
        trace.grant(SignInRule::TriggerAllowed, evidence);
        let Some(said) = said else { return Ok(None) };
        let user = self.self_service.move_in::<SignInFailure>(&moving, said).await?;
        trace.note(SignInRule::UserExists, Evidence::Remark("moved in by the UserMigration trigger"));
        Ok(Some(user))
    }
}
