//! The sentences about signing in.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::self_service::triggers::TriggerFailure;
use crate::sign_in::{Parameter, SignInFailure, hides_users};
use crate::tokens::{ClientView, TokenFailure};

use super::{AwsError, ErrorCode};

const INCORRECT: &str = "Incorrect username or password.";
const FOREIGN_SESSION: &str = "Invalid session for the user.";

/// The step that failed, as far as the sentences depend on it.
pub(in crate::control) struct Step<'a> {
    /// The flow's or the challenge's name.
    pub(in crate::control) name: &'a str,
    /// The client's id.
    pub(in crate::control) client: &'a str,
    /// The client, if it was found.
    pub(in crate::control) view: Option<&'a ClientView>,
    /// Whether an administrator asks.
    pub(in crate::control) admin: bool,
}

/// Why a step of a sign-in failed, in the service's words.
pub(in crate::control) fn refusal(failure: SignInFailure, step: &Step<'_>) -> AwsError {
    match failure {
        SignInFailure::Refused(IssueRule::ClientExists) => {
            AwsError::not_found(format!("User pool client {} does not exist.", step.client))
        }
        SignInFailure::Refused(IssueRule::SignIn(rule)) => refused(rule, step),
        SignInFailure::Refused(rule) => TokenFailure::Refused(rule).into(),
        SignInFailure::Parameter(parameter) => wrong(parameter),
        SignInFailure::Trigger(trigger, failure) => TriggerFailure { trigger, failure }.into(),
        SignInFailure::Registry(error) => error.into(),
        SignInFailure::Token(failure) => failure.into(),
        SignInFailure::Access(failure) => failure.into(),
    }
}

fn refused(rule: SignInRule, step: &Step<'_>) -> AwsError {
    let client = step.client;
    match rule {
        SignInRule::AuthFlowEnabled if step.admin => AwsError::invalid("Auth flow not enabled for this client"),
        SignInRule::AuthFlowEnabled => AwsError::invalid(format!("{} flow not enabled for this client", step.name)),
        SignInRule::SecretHashPresented => {
            not_authorized(format!("Client {client} is configured with secret but SECRET_HASH was not received"))
        }
        SignInRule::SecretHashMatches if step.view.is_some_and(|view| view.secrets.is_empty()) => {
            not_authorized(format!("Client {client} is not configured for secret but secret hash was received"))
        }
        SignInRule::SecretHashMatches => not_authorized(format!("SecretHash does not match for the client: {client}")),
        SignInRule::UserExists if !step.view.is_some_and(hides_users) => {
            AwsError::new(ErrorCode::UserNotFoundException, "User does not exist.")
        }
        SignInRule::ChallengeAnswered => wrong_answer(step.name),
        SignInRule::UserConfirmed => AwsError::new(ErrorCode::UserNotConfirmedException, "User is not confirmed."),
        SignInRule::PasswordNotReset => {
            AwsError::new(ErrorCode::PasswordResetRequiredException, "Password reset required for the user")
        }
        SignInRule::OneTimePasswordUnused => {
            AwsError::new(ErrorCode::ExpiredCodeException, "Your software token has already been used once.")
        }
        rule => fixed(rule).map_or_else(|| TokenFailure::Refused(rule.into()).into(), not_authorized),
    }
}

/// Of `NotAuthorizedException`, the sentences that are always the same.
fn fixed(rule: SignInRule) -> Option<&'static str> {
    Some(match rule {
        SignInRule::AttemptsLeft => "Password attempts exceeded",
        SignInRule::UserExists | SignInRule::PasswordMatches => INCORRECT,
        SignInRule::UserEnabled => "User is disabled.",
        SignInRule::TemporaryPasswordAlive => "Temporary password has expired and must be reset by an administrator.",
        SignInRule::SessionKnown => FOREIGN_SESSION,
        SignInRule::SessionAlive => "Invalid session for the user, session is expired.",
        SignInRule::SessionUnused => "Invalid session for the user, session can only be used once.",
        _ => return None,
    })
}

fn wrong_answer(challenge: &str) -> AwsError {
    match challenge {
        "SOFTWARE_TOKEN_MFA" => AwsError::new(ErrorCode::CodeMismatchException, "Invalid code received for user"),
        "SMS_MFA" | "EMAIL_OTP" | "SMS_OTP" => {
            AwsError::new(ErrorCode::CodeMismatchException, "Invalid code or auth state for the user.")
        }
        "MFA_SETUP" => not_authorized(FOREIGN_SESSION),
        _ => not_authorized(INCORRECT),
    }
}

fn wrong(parameter: Parameter) -> AwsError {
    match parameter {
        Parameter::Missing(name) => AwsError::invalid(format!("Missing required parameter {name}")),
        Parameter::SrpA => AwsError::invalid("Invalid SRP_A"),
        Parameter::Flow => AwsError::invalid("Initiate Auth method not supported"),
        Parameter::SessionNotTaken => AwsError::invalid("Session is only taken with the flow USER_AUTH."),
        Parameter::Provided(name) => not_authorized(format!("Cannot modify an already provided {name}")),
        Parameter::NoCustomTrigger => {
            AwsError::invalid("Custom auth lambda trigger is not configured for the user pool.")
        }
        Parameter::Answer => AwsError::invalid("Invalid ANSWER for the challenge"),
        Parameter::NoFactor => AwsError::new(
            ErrorCode::InvalidUserPoolConfigurationException,
            "The user pool requires MFA and has no factor that the user could set up.",
        ),
        Parameter::FactorUnusable("SOFTWARE_TOKEN_MFA") => {
            AwsError::invalid("User has not verified software token mfa")
        }
        Parameter::FactorUnusable(factor) | Parameter::FactorNotOffered(factor) => {
            AwsError::invalid(format!("User does not have delivery config set to turn on {factor}"))
        }
        Parameter::TwoPreferred => AwsError::invalid("Only one MFA method can be preferred."),
        Parameter::Nobody => AwsError::invalid("Either AccessToken or Session is required."),
        Parameter::SoftwareTokenOff => AwsError::new(
            ErrorCode::SoftwareTokenMFANotFoundException,
            "Software Token MFA has not been enabled by the userPool.",
        ),
        Parameter::NotAssociated => AwsError::new(
            ErrorCode::SoftwareTokenMFANotFoundException,
            "No software token was associated with the user.",
        ),
        Parameter::WrongFirstCode => AwsError::new(ErrorCode::EnableSoftwareTokenMFAException, "Code mismatch"),
    }
}

fn not_authorized(message: impl Into<std::borrow::Cow<'static, str>>) -> AwsError {
    AwsError::new(ErrorCode::NotAuthorizedException, message)
}
