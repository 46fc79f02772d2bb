//! What follows a proven password: a new one, a second factor, or the end.

use crate::domain::auth_session::{CodeChallenge, Waiting};
use crate::domain::pool::UserPool;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::settings::Mfa;
use crate::domain::user::{Factor, User, UserStatus};
use crate::tokens::{ClientView, Occasion};

use super::{Challenge, Named, Next, Parameter, Progress, Proven, SignInFailure, SignIns, Steps, accounts};

const USER_ID: &str = "USER_ID_FOR_SRP";

impl SignIns {
    /// Goes on when the password is proven.
    pub(super) async fn after_password(
        &self,
        progress: &Progress<'_>,
        user: User,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        if user.status == UserStatus::ForceChangePassword {
            return self.ask_new_password(progress, &user).await.map(Next::Challenge);
        }
        self.after_first_factor(progress, user, trace).await
    }

    /// Goes on when the first factor is proven and no new password is needed.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html>
    pub(super) async fn after_first_factor(
        &self,
        progress: &Progress<'_>,
        user: User,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let asked = match (wanted(progress.view, &user).as_slice(), user.factors.preferred) {
            ([], _) if progress.view.owner.settings.mfa() == Mfa::On => self.ask_set_up(progress, &user).await?,
            ([], _) => return self.finish(progress, user, trace).await,
            ([only], _) => self.ask_factor(progress, &user, *only).await?,
            (several, Some(preferred)) if several.contains(&preferred) => {
                self.ask_factor(progress, &user, preferred).await?
            }
            (several, _) => self.ask_choice(progress, &user, several).await?,
        };
        Ok(Next::Challenge(asked))
    }

    /// Everything is answered.
    pub(super) async fn finish(
        &self,
        progress: &Progress<'_>,
        user: User,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        // Between the steps of a sign-in, the account may have been locked.
        trace.require(SignInRule::UserEnabled, user.enabled, accounts::evidence(&user))?;
        self.post_authentication(progress, &user, trace).await?;
        let occasion = if progress.new_password { Occasion::NewPasswordChallenge } else { Occasion::Authentication };
        let (at, metadata) = (self.now(), progress.metadata.clone());
        Ok(Next::SignedIn(Box::new(Proven { user, occasion, at, metadata })))
    }

    /// Asks for this second factor.
    pub(super) async fn ask_factor(
        &self,
        progress: &Progress<'_>,
        user: &User,
        factor: Factor,
    ) -> Result<Challenge, SignInFailure> {
        let asked = match factor {
            Factor::Sms => CodeChallenge::SmsMfa,
            Factor::Email => CodeChallenge::EmailOtp,
            Factor::SoftwareToken => {
                let name = user.factors.software_token.as_ref().and_then(|token| token.name.clone());
                let parameters =
                    named([("FRIENDLY_DEVICE_NAME", name.unwrap_or_default()), (USER_ID, user.username.clone())]);
                return self.ask(progress, Some(user), Waiting::SoftwareToken, parameters).await;
            }
        };
        self.ask_code(progress, user, asked).await
    }

    async fn ask_choice(
        &self,
        progress: &Progress<'_>,
        user: &User,
        factors: &[Factor],
    ) -> Result<Challenge, SignInFailure> {
        let waiting = Waiting::SelectMfaType { factors: factors.to_vec() };
        let parameters = named([("MFAS_CAN_CHOOSE", list(factors)), (USER_ID, user.username.clone())]);
        self.ask(progress, Some(user), waiting, parameters).await
    }

    async fn ask_set_up(&self, progress: &Progress<'_>, user: &User) -> Result<Challenge, SignInFailure> {
        let factors = available(&progress.view.owner);
        // The other factors need no more than an address, which is set elsewhere.
        let can = |factor: &Factor| *factor == Factor::SoftwareToken;
        let factors: Vec<Factor> = factors.into_iter().filter(can).collect();
        if factors.is_empty() {
            return Err(Parameter::NoFactor.into());
        }
        let parameters = named([("MFAS_CAN_SETUP", list(&factors)), (USER_ID, user.username.clone())]);
        let waiting = Waiting::MfaSetup { factors, secret: None, verified: false };
        self.ask(progress, Some(user), waiting, parameters).await
    }
}

/// The second factors that the pool offers.
pub(super) fn available(pool: &UserPool) -> Vec<Factor> {
    let offered = [
        (Factor::SoftwareToken, pool.mfa.software_token()),
        (Factor::Sms, pool.mfa.sms),
        (Factor::Email, pool.mfa.email_mfa_configuration.is_some()),
    ];
    offered.into_iter().filter_map(|(factor, offered)| offered.then_some(factor)).collect()
}

/// Whether the user has what the factor needs.
pub(super) fn has(user: &User, factor: Factor) -> bool {
    match factor {
        Factor::SoftwareToken => user.factors.software_token.as_ref().is_some_and(|token| token.verified),
        Factor::Sms => user.attribute("phone_number").is_some(),
        Factor::Email => user.attribute("email").is_some(),
    }
}

/// The second factors that this sign-in can ask for: those that the user switched on, or, where the pool insists and
/// the user chose nothing, those that need no set-up.
fn wanted(view: &ClientView, user: &User) -> Vec<Factor> {
    let mfa = view.owner.settings.mfa();
    if mfa == Mfa::Off {
        return Vec::new();
    }
    let usable: Vec<Factor> = available(&view.owner).into_iter().filter(|factor| has(user, *factor)).collect();
    let switched_on: Vec<Factor> =
        usable.iter().copied().filter(|factor| user.factors.enabled.contains(factor)).collect();
    if mfa == Mfa::On && switched_on.is_empty() { usable } else { switched_on }
}

/// Whether a sign-in of the user with a password would ask for a second factor: then no other first factor will do.
pub(super) fn needs_second(view: &ClientView, user: &User) -> bool {
    view.owner.settings.mfa() == Mfa::On || !wanted(view, user).is_empty()
}

/// A list as the parameters of a challenge hold it: JSON in a string.
fn list(factors: &[Factor]) -> String {
    let names: Vec<&str> = factors.iter().map(|factor| factor.name()).collect();
    serde_json::to_string(&names).expect("invariant: names can be written as JSON")
}

/// Parameters by name.
pub(super) fn named<const N: usize>(parameters: [(&str, String); N]) -> Named {
    parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
