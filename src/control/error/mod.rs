//! The one place where a refusal becomes a wire name, a sentence and a status.

mod clients;
mod pools;
mod resource_servers;

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
    /// Others changed the same thing at the same moment.
    ConcurrentModificationException,
    /// The pool's tier does not have the feature.
    FeatureUnavailableInTierException,
    /// The header that proves the caller cannot be read.
    IncompleteSignatureException,
    /// Something went wrong here.
    InternalErrorException,
    /// Something went wrong here, for the operations that call it so.
    InternalServerException,
    /// A flow that the client's settings contradict.
    InvalidOAuthFlowException,
    /// The request contradicts the model or a rule.
    InvalidParameterException,
    /// A quota is used up.
    LimitExceededException,
    /// A signed operation was called without a signature.
    MissingAuthenticationTokenException,
    /// The caller may not do this.
    NotAuthorizedException,
    /// The body is longer than any request can be.
    RequestEntityTooLargeException,
    /// The caller has no such thing.
    ResourceNotFoundException,
    /// The body did not arrive in time.
    RequestTimeoutException,
    /// A scope that no resource server defines.
    ScopeDoesNotExistException,
    /// The body is not what the operation reads.
    SerializationException,
    /// The pool uses what the new tier does not have.
    TierChangeNotAllowedException,
    /// Too much at once.
    TooManyRequestsException,
    /// No such operation.
    UnknownOperationException,
    /// A tag that cannot be set.
    UserPoolTaggingException,
}

impl ErrorCode {
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
        fmt::Debug::fmt(self, f)
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
            RegistryError::Store(error) => error.into(),
        }
    }
}
