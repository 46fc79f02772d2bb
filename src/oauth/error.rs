//! How a refusal looks on the OAuth wire: the only place that knows.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::tokens::TokenFailure;

/// An error answer of the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// A JSON body with `error` and perhaps `error_description`. Every OAuth failure is 400, `invalid_client` too.
    // COGNITO: never 401 and no `WWW-Authenticate`, unlike RFC 6749, section 5.2 (measured, four captures).
    Json {
        /// The HTTP status.
        status: u16,
        /// The `error` member.
        error: &'static str,
        /// The `error_description` member.
        description: Option<&'static str>,
    },
    /// 405 without a body.
    // COGNITO: what is not a form is a wrong method (measured, two captures).
    NotAForm,
    /// What AWS says to requests that no service understands.
    NotServed,
}

impl TokenError {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Json { status, .. } => status,
            Self::NotAForm => 405,
            Self::NotServed => 404,
        }
    }

    /// The `error` member of the body, if it has one.
    pub const fn error(self) -> Option<&'static str> {
        match self {
            Self::Json { error, .. } => Some(error),
            Self::NotAForm | Self::NotServed => None,
        }
    }

    /// The `error_description` member of the body, if it has one.
    pub const fn description(self) -> Option<&'static str> {
        match self {
            Self::Json { description, .. } => description,
            Self::NotAForm | Self::NotServed => None,
        }
    }
}

/// The answer to each refusal. <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
pub const fn answer(rule: IssueRule) -> TokenError {
    match rule {
        IssueRule::RequestIsForm => TokenError::NotAForm,
        IssueRule::PoolHasDomain => TokenError::NotServed,
        IssueRule::RequestIsWellFormed
        | IssueRule::ParameterGivenOnce
        | IssueRule::GrantTypePresent
        | IssueRule::ClientNamed
        | IssueRule::GrantParametersPresent => plain("invalid_request"),
        IssueRule::GrantTypeKnown => plain("unsupported_grant_type"),
        IssueRule::CredentialsReadable
        | IssueRule::CredentialsAgree
        | IssueRule::ClientExists
        | IssueRule::PublicClientWithoutSecret => plain("invalid_client"),
        IssueRule::SecretPresented | IssueRule::SecretMatches => {
            TokenError::Json { status: 400, error: "invalid_client", description: Some("invalid_client_secret") }
        }
        IssueRule::ScopesNotTooMany
        | IssueRule::ClientHasCustomScopes
        | IssueRule::ScopeOnClientList
        | IssueRule::ScopeFitsGrant
        | IssueRule::ScopeActive
        | IssueRule::SomeScopeActive
        | IssueRule::ObservedSomeScopeDefined
        | IssueRule::ObservedScopeIsCustom
        | IssueRule::OtherProfile => plain("invalid_scope"),
        IssueRule::FlowAllowed => plain("unauthorized_client"),
        IssueRule::ObservedScopeOnClientList
        | IssueRule::ObservedFlowAllowed
        | IssueRule::GrantProven
        | IssueRule::Issued => plain("invalid_grant"),
        IssueRule::SignIn(rule) => answer_person(rule),
    }
}

/// The answer to each refusal of a person's code or refresh token.
const fn answer_person(rule: SignInRule) -> TokenError {
    match rule {
        // COGNITO: RFC 6749, section 5.2, wants `invalid_grant` here (measured).
        SignInRule::RedirectRepeated => {
            TokenError::Json { status: 400, error: "unauthorized_client", description: Some("invalid_redirect") }
        }
        SignInRule::TriggerAllowed | SignInRule::TriggerChangedToken | SignInRule::DeclaredRuleChangedToken => {
            plain("invalid_request")
        }
        SignInRule::ResponseTypeKnown
        | SignInRule::RedirectGiven
        | SignInRule::RedirectRegistered
        | SignInRule::IdentityProviderAllowed
        | SignInRule::CodeChallengeUsable
        | SignInRule::ResourceUsable
        | SignInRule::PromptUsable
        | SignInRule::NobodyMustBeAsked
        | SignInRule::BrowserSignedIn => plain("invalid_request"),
        SignInRule::CodeUsable
        | SignInRule::CodeVerifierMatches
        | SignInRule::AttributesReadable
        | SignInRule::RefreshTokenKnown
        | SignInRule::RefreshTokenAlive
        | SignInRule::RefreshTokenNotRevoked
        | SignInRule::RefreshTokenCurrent
        | SignInRule::RefreshAllowed
        | SignInRule::AuthFlowEnabled
        | SignInRule::SecretHashPresented
        | SignInRule::SecretHashMatches
        | SignInRule::AttemptsLeft
        | SignInRule::UserExists
        | SignInRule::PasswordMatches
        | SignInRule::UserEnabled
        | SignInRule::UserConfirmed
        | SignInRule::PasswordNotReset
        | SignInRule::TemporaryPasswordAlive
        | SignInRule::SessionKnown
        | SignInRule::SessionAlive
        | SignInRule::SessionUnused
        | SignInRule::ChallengeAnswered
        | SignInRule::OneTimePasswordUnused
        | SignInRule::ApiSignInScope => plain("invalid_grant"),
    }
}

/// The answer to each failure.
pub fn answer_of(failure: &TokenFailure) -> TokenError {
    match failure {
        TokenFailure::Refused(rule) => answer(*rule),
        // COGNITO: the wording is that of the hosted pages' redirects (docs/fidelity.md, `trigger-failure`).
        TokenFailure::Hook(_) => {
            TokenError::Json { status: 400, error: "invalid_request", description: Some("PreTokenGeneration failed") }
        }
        TokenFailure::Store(_) | TokenFailure::Key(_) => {
            TokenError::Json { status: 500, error: "server_error", description: None }
        }
    }
}

/// The answer to each failure; what is ours and not the asker's fault is logged here, once.
pub fn answer_failure(failure: &TokenFailure) -> TokenError {
    match failure {
        TokenFailure::Refused(_) => {}
        TokenFailure::Hook(cause) => tracing::warn!(%cause, "the trigger before token generation failed"),
        TokenFailure::Store(_) | TokenFailure::Key(_) => tracing::error!(%failure, "a token could not be issued"),
    }
    answer_of(failure)
}

const fn plain(error: &'static str) -> TokenError {
    TokenError::Json { status: 400, error, description: None }
}
