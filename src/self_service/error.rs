//! Why something that users do for themselves was refused: data, whose words are the surface's matter.

use crate::domain::id::ClientId;
use crate::domain::user::UserStatus;
use crate::registry::RegistryError;
use crate::registry::users::UserError;
use crate::registry::users::attributes::AttributeError;
use crate::store::StoreError;

use super::secret_hash::SecretHashProblem;
use super::triggers::TriggerFailure;

/// Why something that users do for themselves was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AccountError {
    /// Nobody has this name, and the client does not hide it.
    #[error("no user has this name")]
    UserNotFound,
    /// Only administrators make users in this pool.
    #[error("users cannot sign up in this pool")]
    SignUpNotPermitted,
    /// Somebody has this user name.
    #[error("the user name is taken")]
    UsernameExists,
    /// Another code is waited for.
    #[error("this is not the code that was sent")]
    CodeMismatch,
    /// No code is waited for, or its end has come.
    #[error("no code is waited for")]
    CodeExpired,
    /// A user in this state cannot be confirmed.
    #[error("a user in the state {0:?} cannot be confirmed")]
    NotConfirmable(UserStatus),
    /// There is nothing to send a code for.
    #[error("the user is confirmed")]
    AlreadyConfirmed,
    /// The pool verifies no address that the user has.
    #[error("the pool verifies no address of the user")]
    NothingToVerify,
    /// Too often within an hour.
    #[error("tried too often")]
    TooManyAttempts,
    /// There is no verified address to send a code to.
    #[error("no verified address")]
    NoVerifiedContact,
    /// The password of such a user cannot be reset.
    #[error("the password cannot be reset in this state")]
    NotResettable,
    /// Only administrators reset passwords in this pool.
    #[error("only an administrator can reset the password")]
    ContactAdministrator,
    /// The previous password is not the user's.
    #[error("the previous password is wrong")]
    WrongPassword,
    /// Too many wrong passwords: nothing is told for a while.
    #[error("the password is locked for a while")]
    PasswordLocked,
    /// The user may not sign in at all.
    #[error("the user is disabled")]
    Disabled,
    /// Only addresses can be verified.
    #[error("`{0}` is no address")]
    NotVerifiable(String),
    /// The user has no such address.
    #[error("the user has no `{0}`")]
    NoSuchContact(&'static str),
    /// Whoever asks does not know the client's secret.
    #[error("client `{0}`: {1}")]
    SecretHash(ClientId, SecretHashProblem),
    /// A function refused, or failed.
    #[error(transparent)]
    Trigger(#[from] TriggerFailure),
    /// The registry refused.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<UserError> for AccountError {
    fn from(error: UserError) -> Self {
        Self::Registry(error.into())
    }
}

impl From<AttributeError> for AccountError {
    fn from(error: AttributeError) -> Self {
        UserError::from(error).into()
    }
}
