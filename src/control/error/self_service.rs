//! The sentences about what users do for themselves.

use crate::hooks::HookFailure;
use crate::self_service::AccountError;
use crate::self_service::triggers::TriggerFailure;

use super::{AwsError, ErrorCode};

impl From<AccountError> for AwsError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::UserNotFound => {
                Self::new(ErrorCode::UserNotFoundException, "Username/client id combination not found.")
            }
            AccountError::SignUpNotPermitted => not_authorized("SignUp is not permitted for this user pool"),
            AccountError::UsernameExists => Self::new(ErrorCode::UsernameExistsException, "User already exists"),
            AccountError::CodeMismatch => {
                Self::new(ErrorCode::CodeMismatchException, "Invalid verification code provided, please try again.")
            }
            AccountError::CodeExpired => {
                Self::new(ErrorCode::ExpiredCodeException, "Invalid code provided, please request a code again.")
            }
            AccountError::NotConfirmable(status) => Self::new(
                ErrorCode::NotAuthorizedException,
                format!("User cannot be confirmed. Current status is {}", status.name()),
            ),
            AccountError::AlreadyConfirmed => Self::invalid("User is already confirmed."),
            AccountError::NothingToVerify => Self::invalid("Cannot resend codes. Auto verification not turned on."),
            AccountError::TooManyAttempts => {
                Self::new(ErrorCode::LimitExceededException, "Attempt limit exceeded, please try after some time.")
            }
            AccountError::NoVerifiedContact => Self::invalid(
                "Cannot reset password for the user as there is no registered/verified email or phone_number",
            ),
            AccountError::NotResettable => not_authorized("User password cannot be reset in the current state."),
            AccountError::ContactAdministrator => not_authorized("Contact administrator to reset password."),
            AccountError::WrongPassword => not_authorized("Incorrect username or password."),
            AccountError::PasswordLocked => not_authorized("Password attempts exceeded"),
            AccountError::Disabled => not_authorized("User is disabled."),
            AccountError::NotVerifiable(name) => Self::invalid(format!("{name} is not a verifiable attribute.")),
            AccountError::NoSuchContact(name) => Self::invalid(format!("User does not have {name}.")),
            AccountError::SecretHash(client, _) => Self::new(
                ErrorCode::NotAuthorizedException,
                format!("Unable to verify secret hash for client {client}"),
            ),
            AccountError::Trigger(failure) => failure.into(),
            AccountError::Registry(error) => error.into(),
            AccountError::Store(error) => error.into(),
        }
    }
}

fn not_authorized(sentence: &'static str) -> AwsError {
    AwsError::new(ErrorCode::NotAuthorizedException, sentence)
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html>
impl From<TriggerFailure> for AwsError {
    fn from(TriggerFailure { trigger, failure }: TriggerFailure) -> Self {
        match failure {
            HookFailure::Failed(message) => Self::new(
                ErrorCode::UserLambdaValidationException,
                format!("{trigger} failed with error {}.", message.trim_end_matches('.')),
            ),
            failure @ HookFailure::Unreadable(..) => {
                tracing::warn!(%failure, trigger, "a function answered something unreadable");
                Self::new(ErrorCode::InvalidLambdaResponseException, "Unrecognizable lambda output")
            }
            failure @ (HookFailure::NoEndpoint(_) | HookFailure::Unanswered(..)) => {
                tracing::warn!(%failure, trigger, "a function could not be called");
                Self::new(
                    ErrorCode::UnexpectedLambdaException,
                    format!("{trigger} invocation failed due to error {failure}."),
                )
            }
        }
    }
}
