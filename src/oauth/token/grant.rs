//! What a grant adds to the pipeline, and the list of grants.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::scope::Scope;
use crate::domain::trace::Trace;
use crate::tokens::{ClientView, PersonTokens, TokenFailure, TokenSet};

use super::request::TokenRequest;
use super::{authorization_code, client_credentials, refresh_token};
use crate::oauth::OAuth;

/// What a grant comes to.
pub(super) enum Granted {
    /// A client asked on its own behalf.
    Machine {
        /// What it receives.
        token: TokenSet,
        /// What it was granted.
        scopes: Vec<Scope>,
    },
    /// A client asked for a person.
    Person(PersonTokens),
}

impl Granted {
    /// The scopes in the access token.
    pub(super) fn scopes(&self) -> &[Scope] {
        match self {
            Self::Machine { scopes, .. } => scopes,
            Self::Person(tokens) => &tokens.scopes,
        }
    }

    /// The access token's life in seconds.
    pub(super) fn expires_in(&self) -> u64 {
        match self {
            Self::Machine { token, .. } => token.expires_in,
            Self::Person(tokens) => tokens.expires_in,
        }
    }
}

/// A grant type that the endpoint knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    ClientCredentials,
    AuthorizationCode,
    RefreshToken,
}

/// What a grant works with: the request and the client that made it.
pub(super) struct GrantContext<'a> {
    pub(super) oauth: &'a OAuth,
    pub(super) request: &'a TokenRequest,
    pub(super) view: &'a ClientView,
    pub(super) issuer: &'a str,
}

impl Grant {
    const ALL: [Self; 3] = [Self::ClientCredentials, Self::AuthorizationCode, Self::RefreshToken];

    /// The grant of this `grant_type`.
    pub(super) fn of_type(grant_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.grant_type() == grant_type)
    }

    const fn grant_type(self) -> &'static str {
        match self {
            Self::ClientCredentials => client_credentials::TYPE,
            Self::AuthorizationCode => authorization_code::TYPE,
            Self::RefreshToken => refresh_token::TYPE,
        }
    }

    /// The parameters without which the grant cannot be looked at.
    pub(super) const fn required(self) -> &'static [&'static str] {
        match self {
            Self::ClientCredentials => client_credentials::REQUIRED,
            Self::AuthorizationCode => authorization_code::REQUIRED,
            Self::RefreshToken => refresh_token::REQUIRED,
        }
    }

    /// Judges what the grant presents, and issues what it is worth.
    pub(super) async fn issue(
        self,
        cx: &GrantContext<'_>,
        trace: &mut Trace<IssueRule>,
    ) -> Result<Granted, TokenFailure> {
        match self {
            Self::ClientCredentials => client_credentials::issue(cx, trace).await,
            Self::AuthorizationCode => authorization_code::issue(cx, trace).await,
            Self::RefreshToken => refresh_token::issue(cx, trace).await,
        }
    }
}
