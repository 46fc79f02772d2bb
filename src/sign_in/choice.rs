//! Choice-based sign-in: `USER_AUTH` and its challenges.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html>

use crate::domain::auth_session::{CodeChallenge, Waiting};
use crate::domain::pool::UserPool;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::settings::Mfa;
use crate::domain::trace::Evidence;
use crate::domain::user::User;
use crate::tokens::ClientView;

use super::answer::Answer;
use super::factors::needs_second;
use super::sessions::Open;
use super::{Attempt, Challenge, Named, Next, Parameter, Progress, SignInFailure, SignIns, Steps, hides_users};

const PASSWORD: &str = "PASSWORD";
const PASSWORD_SRP: &str = "PASSWORD_SRP";
pub(super) const EMAIL_OTP: &str = "EMAIL_OTP";
pub(super) const SMS_OTP: &str = "SMS_OTP";

/// What one of the choices is begun with.
struct Begun<'a> {
    attempt: Attempt<'a>,
    progress: &'a Progress<'a>,
    user: Option<User>,
    parameters: &'a Named,
}

impl SignIns {
    /// Begins a sign-in in which the user chooses how to go on.
    pub(super) async fn with_choice(
        &self,
        attempt: &Attempt<'_>,
        parameters: &Named,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let user = self.find(attempt.view, attempt.username, trace).await?;
        self.check_lock(attempt, user.as_ref(), trace).await?;
        self.pre_authentication(attempt, user.as_ref(), trace).await?;
        self.choose(attempt, user, parameters, trace).await
    }

    /// Asks a user who has proven nothing yet how to go on.
    pub(super) async fn choose(
        &self,
        attempt: &Attempt<'_>,
        user: Option<User>,
        parameters: &Named,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let (choices, none) = (choices(attempt.view, user.as_ref()), Named::new());
        let progress = attempt.progress(&none);
        let preferred = parameters.get("PREFERRED_CHALLENGE").filter(|preferred| choices.contains(preferred));
        let Some(preferred) = preferred.cloned() else {
            return self.ask_which(&progress, user.as_ref(), choices).await.map(Next::Challenge);
        };
        let begun = Begun { attempt: *attempt, progress: &progress, user, parameters };
        let next = self.begin_with(&preferred, begun, trace).await?;
        Ok(match next {
            Next::Challenge(asked) => Next::Challenge(Challenge { available: vec![preferred], ..asked }),
            signed_in @ Next::SignedIn(_) => signed_in,
        })
    }

    async fn ask_which(
        &self,
        progress: &Progress<'_>,
        user: Option<&User>,
        choices: Vec<String>,
    ) -> Result<Challenge, SignInFailure> {
        let waiting = Waiting::SelectChallenge { challenges: choices.clone() };
        let asked = self.ask(progress, user, waiting, Named::new()).await?;
        Ok(Challenge { available: choices, ..asked })
    }

    /// Takes the answer to `SELECT_CHALLENGE`.
    pub(super) async fn answer_choice(
        &self,
        answer: &Answer<'_>,
        (open, progress): (&Open, Progress<'_>),
        user: Option<User>,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let Waiting::SelectChallenge { challenges } = &open.session.waiting else {
            return Err(SignInFailure::Refused(SignInRule::SessionKnown.into()));
        };
        let chosen = answer.required("ANSWER")?;
        if !challenges.iter().any(|challenge| challenge == chosen) {
            return Err(Parameter::Answer.into());
        }
        self.spend_now(open, trace).await?;
        let attempt = answer.attempt(&open.session.username);
        let begun = Begun { attempt, progress: &progress, user, parameters: answer.responses };
        self.begin_with(chosen, begun, trace).await
    }

    /// Takes a password that was asked for.
    pub(super) async fn answer_password(
        &self,
        answer: &Answer<'_>,
        (open, progress): (&Open, Progress<'_>),
        user: Option<User>,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        answer.required(PASSWORD)?;
        self.spend_now(open, trace).await?;
        let attempt = answer.attempt(&open.session.username);
        let begun = Begun { attempt, progress: &progress, user, parameters: answer.responses };
        self.begin_with(PASSWORD, begun, trace).await
    }

    /// Takes a number of the client that was asked for.
    pub(super) async fn answer_srp(
        &self,
        answer: &Answer<'_>,
        (open, progress): (&Open, Progress<'_>),
        user: Option<User>,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        answer.required("SRP_A")?;
        self.spend_now(open, trace).await?;
        let attempt = answer.attempt(&open.session.username);
        let begun = Begun { attempt, progress: &progress, user, parameters: answer.responses };
        self.begin_with(PASSWORD_SRP, begun, trace).await
    }

    /// Goes on with what was chosen: at once if what it needs came along, else by asking for it.
    async fn begin_with(&self, chosen: &str, begun: Begun<'_>, trace: &mut Steps) -> Result<Next, SignInFailure> {
        let Begun { attempt, progress, user, parameters } = begun;
        let challenge = match chosen {
            PASSWORD => match parameters.get(PASSWORD) {
                Some(password) => {
                    let name = self.check_lock(&attempt, user.as_ref(), trace).await?;
                    let user = self.check_password(&attempt, (user, &name), password, trace).await?;
                    return self.after_password(progress, user, trace).await;
                }
                None => self.ask(progress, user.as_ref(), Waiting::Password, Named::new()).await?,
            },
            PASSWORD_SRP => match parameters.get("SRP_A") {
                Some(a) => self.begin_srp(&attempt, progress, user.as_ref(), a).await?,
                None => self.ask(progress, user.as_ref(), Waiting::PasswordSrp, Named::new()).await?,
            },
            one_time => self.begin_one_time(one_time, progress, user, trace).await?,
        };
        Ok(Next::Challenge(challenge))
    }

    async fn begin_one_time(
        &self,
        chosen: &str,
        progress: &Progress<'_>,
        user: Option<User>,
        trace: &mut Steps,
    ) -> Result<Challenge, SignInFailure> {
        let asked = if chosen == EMAIL_OTP { CodeChallenge::EmailOtp } else { CodeChallenge::SmsOtp };
        let Some(user) = user else { return self.ask_code_of_nobody(progress, asked).await };
        // To whom may not sign in nothing is sent; who asks shall not learn it before the code is right.
        if !user.enabled && hides_users(progress.view) {
            return self.ask_code_of_nobody(progress, asked).await;
        }
        trace.require(SignInRule::UserEnabled, user.enabled, Evidence::Nothing)?;
        self.ask_code(progress, &user, asked).await
    }
}

/// What the user can begin with: of the factors that the pool allows, those that the user has. Of nobody, those that
/// most users have.
pub(super) fn choices(view: &ClientView, user: Option<&User>) -> Vec<String> {
    let allowed = view.owner.settings.first_factors();
    let allows = |factor: &str| allowed.iter().any(|name| name == factor);
    let with_password = allows(PASSWORD) && user.is_none_or(|user| user.credential.is_some());
    // COGNITO: one-time passwords are no first factor for users who need a second one.
    let alone = match user {
        Some(user) => !needs_second(view, user),
        // Where everybody needs one, whoever did not would be nobody.
        None => view.owner.settings.mfa() != Mfa::On,
    };
    let reached = |attribute: &str| user.is_none_or(|user| user.is_verified(attribute));
    let choices = [
        (PASSWORD_SRP, with_password),
        (PASSWORD, with_password),
        (EMAIL_OTP, allows(EMAIL_OTP) && alone && reached("email")),
        (SMS_OTP, allows(SMS_OTP) && alone && reached("phone_number")),
    ];
    choices.into_iter().filter(|(_, has)| *has).map(|(name, _)| name.to_owned()).collect()
}

/// The first factors that the pool allows and the user has.
pub fn first_factors_of(pool: &UserPool, user: &User) -> Vec<&'static str> {
    let allowed = pool.settings.first_factors();
    let has = [
        (PASSWORD, user.credential.is_some()),
        (EMAIL_OTP, user.is_verified("email")),
        (SMS_OTP, user.is_verified("phone_number")),
    ];
    let wanted = |(name, has): &(&str, bool)| *has && allowed.iter().any(|allowed| allowed == name);
    has.into_iter().filter(wanted).map(|(name, _)| name).collect()
}
