//! Why a step of a sign-in failed.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::Refused;
use crate::hooks::HookFailure;
use crate::keys::KeyError;
use crate::registry::RegistryError;
use crate::registry::users::UserError;
use crate::self_service::triggers::TriggerFailure;
use crate::store::StoreError;
use crate::tokens::{AccessFailure, TokenFailure};

/// Why a step of a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInFailure {
    /// A rule said no.
    #[error("refused by the rule `{0:?}`")]
    Refused(IssueRule),
    /// The request lacks something, or has something that nothing can be made of.
    #[error("parameter: {0:?}")]
    Parameter(Parameter),
    /// A trigger of the pool failed.
    #[error("the trigger {0} failed: {1}")]
    Trigger(&'static str, HookFailure),
    /// What was to be changed about the user cannot be.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The tokens could not be made.
    #[error(transparent)]
    Token(TokenFailure),
    /// The access token proves nobody.
    #[error(transparent)]
    Access(#[from] AccessFailure),
}

/// What is wrong with what a request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// It is not there.
    Missing(&'static str),
    /// `SRP_A` is no number of the group, or one that proves nothing.
    SrpA,
    /// The flow is not one of this operation.
    Flow,
    /// The flow takes no session.
    SessionNotTaken,
    /// A required attribute that has a value cannot change at this moment.
    Provided(String),
    /// The pool lacks the triggers of custom sign-in.
    NoCustomTrigger,
    /// `ANSWER` is none of the choices.
    Answer,
    /// No factor can be set up: the pool has none.
    NoFactor,
    /// The pool does not offer the factor.
    FactorNotOffered(&'static str),
    /// The factor cannot be used by this user.
    FactorUnusable(&'static str),
    /// Two factors cannot be preferred.
    TwoPreferred,
    /// There is neither an access token nor a session.
    Nobody,
    /// The pool does not use authenticator apps.
    SoftwareTokenOff,
    /// No secret was associated.
    NotAssociated,
    /// The first code of an app was wrong.
    WrongFirstCode,
}

impl From<Refused<IssueRule>> for SignInFailure {
    fn from(refused: Refused<IssueRule>) -> Self {
        Self::Refused(refused.rule())
    }
}

impl From<Parameter> for SignInFailure {
    fn from(parameter: Parameter) -> Self {
        Self::Parameter(parameter)
    }
}

impl From<TriggerFailure> for SignInFailure {
    fn from(failed: TriggerFailure) -> Self {
        Self::Trigger(failed.trigger, failed.failure)
    }
}

impl From<UserError> for SignInFailure {
    fn from(error: UserError) -> Self {
        Self::Registry(error.into())
    }
}

impl From<StoreError> for SignInFailure {
    fn from(error: StoreError) -> Self {
        Self::Registry(error.into())
    }
}

impl From<KeyError> for SignInFailure {
    fn from(error: KeyError) -> Self {
        Self::Token(error.into())
    }
}

impl From<TokenFailure> for SignInFailure {
    fn from(failure: TokenFailure) -> Self {
        match failure {
            TokenFailure::Refused(rule) => Self::Refused(rule),
            failure => Self::Token(failure),
        }
    }
}
