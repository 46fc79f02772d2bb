//! The sentences about tokens: why none was issued, and why one that was presented does not count.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::scope::Scope;
use crate::explain::Answer;
use crate::self_service::triggers::TriggerFailure;
use crate::tokens::{AccessFailure, PersonTokens, RevokeFailure, TokenFailure, TokenSet};

use super::{AwsError, ErrorCode};

impl From<TokenFailure> for AwsError {
    fn from(failure: TokenFailure) -> Self {
        match failure {
            TokenFailure::Refused(rule) => refused(rule),
            TokenFailure::Hook(failure) => TriggerFailure { trigger: "PreTokenGeneration", failure }.into(),
            TokenFailure::Store(error) => error.into(),
            TokenFailure::Key(error) => Self::internal(&error),
        }
    }
}

impl From<AccessFailure> for AwsError {
    fn from(failure: AccessFailure) -> Self {
        match failure {
            AccessFailure::NotAToken | AccessFailure::OfNoUser => not_authorized("Invalid Access Token"),
            AccessFailure::WrongSignature => not_authorized("Could not verify signature for Access Token"),
            AccessFailure::Expired => not_authorized("Access Token has expired"),
            AccessFailure::Revoked => not_authorized("Access Token has been revoked"),
            AccessFailure::UserGone => Self::new(ErrorCode::UserNotFoundException, "User does not exist."),
            AccessFailure::UserDisabled => not_authorized("User is disabled."),
            AccessFailure::ScopeMissing(_) => not_authorized("Access Token does not have required scopes"),
            AccessFailure::Store(error) => error.into(),
            AccessFailure::Key(error) => Self::internal(&error),
        }
    }
}

impl From<RevokeFailure> for AwsError {
    fn from(failure: RevokeFailure) -> Self {
        match failure {
            RevokeFailure::SwitchedOff => {
                Self::new(ErrorCode::UnsupportedOperationException, "Token revocation is not enabled for this client.")
            }
            RevokeFailure::NoRefreshToken => {
                Self::new(ErrorCode::UnsupportedTokenTypeException, "Only refresh tokens can be revoked.")
            }
            RevokeFailure::Store(error) => error.into(),
        }
    }
}

/// The refusal of a request that named this client.
pub(in crate::control) fn refusal(failure: &TokenFailure, client: &str) -> AwsError {
    match failure {
        TokenFailure::Refused(IssueRule::ClientExists) => {
            AwsError::not_found(format!("User pool client {client} does not exist."))
        }
        TokenFailure::Refused(
            IssueRule::SecretPresented | IssueRule::SecretMatches | IssueRule::PublicClientWithoutSecret,
        ) => not_authorized(format!("Unable to verify secret for client {client}")),
        failure => failure.clone().into(),
    }
}

/// A decision as it is kept.
pub(in crate::control) fn recorded(result: &Result<PersonTokens, (AwsError, TokenFailure)>) -> Answer {
    match result {
        Ok(tokens) => Answer::Granted { scopes: tokens.scopes.clone(), expires_in: tokens.expires_in },
        Err((error, _)) => told(error),
    }
}

/// The same of a machine's token.
pub(in crate::control) fn recorded_machine(
    result: &Result<(TokenSet, Vec<Scope>), (AwsError, TokenFailure)>,
) -> Answer {
    match result {
        Ok((token, scopes)) => Answer::Granted { scopes: scopes.clone(), expires_in: token.expires_in },
        Err((error, _)) => told(error),
    }
}

fn told(error: &AwsError) -> Answer {
    Answer::Refused { status: error.code.status().as_u16(), error: Some(error.code.name()), description: None }
}

fn not_authorized(message: impl Into<std::borrow::Cow<'static, str>>) -> AwsError {
    AwsError::new(ErrorCode::NotAuthorizedException, message)
}

/// COGNITO: the sentences of refresh tokens are those that public clients match (reported).
fn refused(rule: IssueRule) -> AwsError {
    match rule {
        IssueRule::SignIn(rule) => refused_person(rule),
        IssueRule::ClientExists => AwsError::not_found("User pool client does not exist."),
        IssueRule::FlowAllowed | IssueRule::ObservedFlowAllowed => {
            AwsError::invalid("CLIENT_TOKEN_AUTH flow not enabled for this client")
        }
        IssueRule::ScopesNotTooMany
        | IssueRule::ClientHasCustomScopes
        | IssueRule::ScopeOnClientList
        | IssueRule::ScopeFitsGrant
        | IssueRule::ScopeActive
        | IssueRule::SomeScopeActive
        | IssueRule::ObservedSomeScopeDefined
        | IssueRule::ObservedScopeIsCustom
        | IssueRule::ObservedScopeOnClientList
        | IssueRule::OtherProfile => AwsError::invalid("Invalid scope requested."),
        IssueRule::RequestIsForm
        | IssueRule::RequestIsWellFormed
        | IssueRule::ParameterGivenOnce
        | IssueRule::GrantTypePresent
        | IssueRule::GrantTypeKnown
        | IssueRule::GrantParametersPresent
        | IssueRule::PoolHasDomain => AwsError::invalid("Invalid request."),
        IssueRule::ClientNamed
        | IssueRule::CredentialsReadable
        | IssueRule::CredentialsAgree
        | IssueRule::SecretPresented
        | IssueRule::SecretMatches
        | IssueRule::PublicClientWithoutSecret
        | IssueRule::GrantProven
        | IssueRule::Issued => not_authorized("Unable to verify the client"),
    }
}

fn refused_person(rule: SignInRule) -> AwsError {
    match rule {
        SignInRule::RefreshTokenAlive => not_authorized("Refresh Token has expired"),
        SignInRule::RefreshTokenNotRevoked => not_authorized("Refresh Token has been revoked"),
        SignInRule::RefreshTokenCurrent => {
            AwsError::new(ErrorCode::RefreshTokenReuseException, "Refresh token reuse detected")
        }
        SignInRule::RefreshAllowed => {
            not_authorized("Refresh token rotation is enabled: use GetTokensFromRefreshToken")
        }
        SignInRule::UserEnabled => not_authorized("User is disabled."),
        SignInRule::UserExists => AwsError::new(ErrorCode::UserNotFoundException, "User does not exist."),
        _ => not_authorized("Invalid Refresh Token."),
    }
}
