//! Why a use-case on users was refused.

use crate::domain::id::UserPoolId;

use super::attributes::AttributeError;
use super::passwords::PasswordProblem;

/// Why a use-case on users was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// Nobody has this name.
    #[error("no such user")]
    NotFound,
    /// Somebody has this user name.
    #[error("the user name is taken")]
    Exists,
    /// Somebody signs in with this address, which a new user would sign in with too.
    #[error("somebody signs in with this `{0}`")]
    AddressExists(String),
    /// Somebody signs in with this alias.
    #[error("somebody has this `{0}` as an alias")]
    AliasExists(String),
    /// The pool is full.
    #[error("user pool `{pool}` has its {limit} users already")]
    TooMany {
        /// The full pool.
        pool: UserPoolId,
        /// Its quota.
        limit: u64,
    },
    /// The user name must be an address of one of these kinds.
    #[error("the user name must be one of {0:?}")]
    NameIsNo(Vec<String>),
    /// The user name is an address of this kind, and the attribute of this name another.
    #[error("the user name is not the `{0}` of the attributes")]
    NameContradicts(String),
    /// The user name looks like an alias of this kind, which it must not.
    #[error("the user name could be mistaken for an alias of the kind `{0}`")]
    NameIsAlias(&'static str),
    /// Attributes that cannot be.
    #[error(transparent)]
    Attribute(#[from] AttributeError),
    /// A password that the policy refuses.
    #[error(transparent)]
    Password(#[from] PasswordProblem),
    /// A password that the user has had.
    #[error("the password was used before")]
    PasswordReused,
    /// There is nothing to sign in with but a password, and none was given.
    #[error("a password is missing")]
    NoPassword,
    /// An invitation can only be repeated while it is open.
    #[error("the invitation of `{0}` is not open")]
    NotInvited(String),
    /// A search that cannot be read.
    #[error("the filter cannot be read")]
    Filter,
    /// An attribute that cannot be searched for.
    #[error("`{0}` cannot be searched for")]
    NotSearchable(String),
}

impl From<AttributeError> for crate::registry::RegistryError {
    fn from(error: AttributeError) -> Self {
        Self::User(error.into())
    }
}

impl From<PasswordProblem> for crate::registry::RegistryError {
    fn from(problem: PasswordProblem) -> Self {
        Self::User(problem.into())
    }
}
