//! The one place where a refusal becomes a wire name, a sentence and a status.

mod clients;
mod pools;
mod resource_servers;
mod self_service;
pub(in crate::control) mod sign_in;
pub mod tokens;
mod users;

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;

use crate::registry::RegistryError;
use crate::store::StoreError;

use super::validate::Rejected;

/// A refusal as the wire names it: the variant *is* the name.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// Host or Origin say that a web page of a stranger asks.
    AccessDeniedException,
    /// Another user has this address or name as an alias.
    AliasExistsException,
    /// A code could not be delivered.
    CodeDeliveryFailureException,
    /// A code that is not the one that was sent.
    CodeMismatchException,
    /// Others changed the same thing at the same moment.
    ConcurrentModificationException,
    /// The software token cannot be enabled with this code.
    EnableSoftwareTokenMFAException,
    /// A code whose time is over, or that nobody was sent.
    ExpiredCodeException,
    /// The pool's tier does not have the feature.
    FeatureUnavailableInTierException,
    /// A firewall's word for a request that it stops.
    ForbiddenException,
    /// The pool has a group of this name.
    GroupExistsException,
    /// The header that proves the caller cannot be read.
    IncompleteSignatureException,
    /// Something went wrong here.
    InternalErrorException,
    /// Something went wrong here, for the operations that call it so.
    InternalServerException,
    /// A pool may not send e-mail as it is configured to.
    InvalidEmailRoleAccessPolicyException,
    /// A trigger answered something else than it must.
    InvalidLambdaResponseException,
    /// A flow that the client's settings contradict.
    InvalidOAuthFlowException,
    /// The request contradicts the model or a rule.
    InvalidParameterException,
    /// A password that the pool's policy refuses.
    InvalidPasswordException,
    /// A pool's role may not send text messages.
    InvalidSmsRoleAccessPolicyException,
    /// A pool's role for text messages does not trust it.
    InvalidSmsRoleTrustRelationshipException,
    /// The pool's settings contradict what is asked.
    InvalidUserPoolConfigurationException,
    /// A quota is used up.
    LimitExceededException,
    /// The user has no such factor.
    MFAMethodNotFoundException,
    /// A signed operation was called without a signature.
    MissingAuthenticationTokenException,
    /// The caller may not do this.
    NotAuthorizedException,
    /// The operation is off for this pool.
    OperationNotEnabledException,
    /// A password that the user had before.
    PasswordHistoryPolicyViolationException,
    /// The user must choose a new password first.
    PasswordResetRequiredException,
    /// Something that must come first has not.
    PreconditionNotMetException,
    /// A refresh token that was exchanged for its successor before.
    RefreshTokenReuseException,
    /// The body is longer than any request can be.
    RequestEntityTooLargeException,
    /// The body did not arrive in time.
    RequestTimeoutException,
    /// The caller has no such thing.
    ResourceNotFoundException,
    /// A scope that no resource server defines.
    ScopeDoesNotExistException,
    /// The body is not what the operation reads.
    SerializationException,
    /// The user has no software token.
    SoftwareTokenMFANotFoundException,
    /// The pool uses what the new tier does not have.
    TierChangeNotAllowedException,
    /// Too many wrong answers.
    TooManyFailedAttemptsException,
    /// Too much at once.
    TooManyRequestsException,
    /// The token does not allow this.
    UnauthorizedException,
    /// A trigger could not be called.
    UnexpectedLambdaException,
    /// No such operation.
    UnknownOperationException,
    /// The pool or client is not set up for this.
    UnsupportedOperationException,
    /// A token of a kind that cannot be revoked.
    UnsupportedTokenTypeException,
    /// The user's status does not allow this.
    UnsupportedUserStateException,
    /// A trigger refused.
    UserLambdaValidationException,
    /// The user has not confirmed their account.
    UserNotConfirmedException,
    /// The pool has no such user.
    UserNotFoundException,
    /// A tag that cannot be set.
    UserPoolTaggingException,
    /// The pool has a user of this name.
    UsernameExistsException,
}

impl ErrorCode {
    /// The wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessDeniedException => "AccessDeniedException",
            Self::AliasExistsException => "AliasExistsException",
            Self::CodeDeliveryFailureException => "CodeDeliveryFailureException",
            Self::CodeMismatchException => "CodeMismatchException",
            Self::ConcurrentModificationException => "ConcurrentModificationException",
            Self::EnableSoftwareTokenMFAException => "EnableSoftwareTokenMFAException",
            Self::ExpiredCodeException => "ExpiredCodeException",
            Self::FeatureUnavailableInTierException => "FeatureUnavailableInTierException",
            Self::ForbiddenException => "ForbiddenException",
            Self::GroupExistsException => "GroupExistsException",
            Self::IncompleteSignatureException => "IncompleteSignatureException",
            Self::InternalErrorException => "InternalErrorException",
            Self::InternalServerException => "InternalServerException",
            Self::InvalidEmailRoleAccessPolicyException => "InvalidEmailRoleAccessPolicyException",
            Self::InvalidLambdaResponseException => "InvalidLambdaResponseException",
            Self::InvalidOAuthFlowException => "InvalidOAuthFlowException",
            Self::InvalidParameterException => "InvalidParameterException",
            Self::InvalidPasswordException => "InvalidPasswordException",
            Self::InvalidSmsRoleAccessPolicyException => "InvalidSmsRoleAccessPolicyException",
            Self::InvalidSmsRoleTrustRelationshipException => "InvalidSmsRoleTrustRelationshipException",
            Self::InvalidUserPoolConfigurationException => "InvalidUserPoolConfigurationException",
            Self::LimitExceededException => "LimitExceededException",
            Self::MFAMethodNotFoundException => "MFAMethodNotFoundException",
            Self::MissingAuthenticationTokenException => "MissingAuthenticationTokenException",
            Self::NotAuthorizedException => "NotAuthorizedException",
            Self::OperationNotEnabledException => "OperationNotEnabledException",
            Self::PasswordHistoryPolicyViolationException => "PasswordHistoryPolicyViolationException",
            Self::PasswordResetRequiredException => "PasswordResetRequiredException",
            Self::PreconditionNotMetException => "PreconditionNotMetException",
            Self::RefreshTokenReuseException => "RefreshTokenReuseException",
            Self::RequestEntityTooLargeException => "RequestEntityTooLargeException",
            Self::RequestTimeoutException => "RequestTimeoutException",
            Self::ResourceNotFoundException => "ResourceNotFoundException",
            Self::ScopeDoesNotExistException => "ScopeDoesNotExistException",
            Self::SerializationException => "SerializationException",
            Self::SoftwareTokenMFANotFoundException => "SoftwareTokenMFANotFoundException",
            Self::TierChangeNotAllowedException => "TierChangeNotAllowedException",
            Self::TooManyFailedAttemptsException => "TooManyFailedAttemptsException",
            Self::TooManyRequestsException => "TooManyRequestsException",
            Self::UnauthorizedException => "UnauthorizedException",
            Self::UnexpectedLambdaException => "UnexpectedLambdaException",
            Self::UnknownOperationException => "UnknownOperationException",
            Self::UnsupportedOperationException => "UnsupportedOperationException",
            Self::UnsupportedTokenTypeException => "UnsupportedTokenTypeException",
            Self::UnsupportedUserStateException => "UnsupportedUserStateException",
            Self::UserLambdaValidationException => "UserLambdaValidationException",
            Self::UserNotConfirmedException => "UserNotConfirmedException",
            Self::UserNotFoundException => "UserNotFoundException",
            Self::UserPoolTaggingException => "UserPoolTaggingException",
            Self::UsernameExistsException => "UsernameExistsException",
        }
    }

    /// The status: the service answers 400 to everything that is not its own fault.
    pub fn status(self) -> StatusCode {
        match self {
            Self::InternalErrorException | Self::InternalServerException => StatusCode::INTERNAL_SERVER_ERROR,
            // Ours, not the service's: nothing that could be imitated is refused for these reasons.
            Self::AccessDeniedException => StatusCode::FORBIDDEN,
            Self::RequestTimeoutException => StatusCode::REQUEST_TIMEOUT,
            Self::RequestEntityTooLargeException => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A refusal with its sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsError {
    /// The wire name.
    pub code: ErrorCode,
    /// The sentence; empty if the wire has none.
    pub message: Cow<'static, str>,
}

impl AwsError {
    /// A refusal with a sentence.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }

    /// An `InvalidParameterException`.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidParameterException, message)
    }

    /// A `ResourceNotFoundException`.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::ResourceNotFoundException, message)
    }

    /// A fault of ours: logged here, once, and told to nobody.
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(ErrorCode::InternalErrorException, "An internal error occurred. The server's log says more.")
    }

    /// The same refusal under the name that the operation declares for it.
    pub(super) fn declared_by(self, model: &[&str]) -> Self {
        let declares = |code: ErrorCode| model.contains(&code.to_string().as_str());
        match self.code {
            ErrorCode::ConcurrentModificationException if !declares(self.code) => {
                Self::new(ErrorCode::TooManyRequestsException, "Too many requests")
            }
            ErrorCode::InternalErrorException
                if !declares(self.code) && declares(ErrorCode::InternalServerException) =>
            {
                Self { code: ErrorCode::InternalServerException, ..self }
            }
            _ => self,
        }
    }
}

impl From<Rejected> for AwsError {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Serialization(message) => Self::new(ErrorCode::SerializationException, message),
            Rejected::Constraints(message) => Self::invalid(message),
        }
    }
}

impl From<StoreError> for AwsError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::new(
                ErrorCode::ConcurrentModificationException,
                "The resource is being changed by other requests. Please try again.",
            ),
            StoreError::Unavailable(_) | StoreError::Corrupt { .. } => Self::internal(&error),
        }
    }
}

impl From<RegistryError> for AwsError {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::PoolNotFound(pool) => Self::not_found(format!("User pool {pool} does not exist.")),
            RegistryError::PoolIdTaken(pool) => Self::invalid(format!("User pool {pool} already exists.")),
            RegistryError::LimitExceeded(limited, most) => pools::limit_exceeded(limited, most),
            RegistryError::NotInTier(features) => {
                pools::to_be_disabled(ErrorCode::FeatureUnavailableInTierException, &features)
            }
            RegistryError::FeatureNotInTier(features) => pools::not_available(&features),
            RegistryError::TierInUse(features) => {
                pools::to_be_disabled(ErrorCode::TierChangeNotAllowedException, &features)
            }
            RegistryError::Pool(error) => error.into(),
            RegistryError::Schema(error) => error.into(),
            RegistryError::Mfa(error) => error.into(),
            RegistryError::Tag(error) => error.into(),
            RegistryError::Domain(error) => error.into(),
            RegistryError::ResourceServer(error) => error.into(),
            RegistryError::Client(error) => error.into(),
            RegistryError::User(error) => error.into(),
            RegistryError::Group(error) => error.into(),
            RegistryError::Store(error) => error.into(),
        }
    }
}
