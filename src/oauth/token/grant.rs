//! What a grant adds to the pipeline, and the list of grants.

use crate::domain::client::OAuthFlow;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::scope::Scope;
use crate::domain::trace::Trace;
use crate::tokens::{ClientView, TokenFailure};

use super::request::TokenRequest;
use super::{authorization_code, client_credentials, refresh_token};
use crate::oauth::OAuth;

/// What every grant proves, and all that issuing needs to know.
pub(super) enum Authorization {
    /// A client asked on its own behalf.
    Machine {
        /// What it was granted.
        scopes: Vec<Scope>,
    },
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

    /// Judges what the grant presents.
    pub(super) async fn authorize(
        self,
        cx: &GrantContext<'_>,
        trace: &mut Trace<IssueRule>,
    ) -> Result<Authorization, TokenFailure> {
        match self {
            Self::ClientCredentials => client_credentials::authorize(cx, trace).await,
            Self::AuthorizationCode => refuse_flow(OAuthFlow::Code.name(), trace),
            Self::RefreshToken => refuse_flow(refresh_token::TYPE, trace),
        }
    }
}

/// The answer to a client that may not use the grant; so far nobody can sign in, so nobody may use these.
fn refuse_flow(flow: &'static str, trace: &mut Trace<IssueRule>) -> Result<Authorization, TokenFailure> {
    use crate::domain::trace::Evidence;
    trace.require(IssueRule::FlowAllowed, false, Evidence::Remark(flow))?;
    Ok(Authorization::Machine { scopes: Vec::new() })
}
