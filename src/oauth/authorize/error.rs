//! How a refusal looks at the authorize endpoint and on the pages: where it goes, and in which words.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;

/// Where the asker hears of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::oauth) enum Told {
    /// On our error page, with the `error` and perhaps the `client_id` in its query.
    Page {
        /// The `error` parameter.
        error: &'static str,
        /// Whether the client is named.
        client: bool,
    },
    /// On our error page, with the parameters of the request in its query.
    MissingParameter,
    /// At the callback; where there is none yet, by a page that says that nobody can sign in here.
    Callback {
        /// The `error` parameter.
        error: &'static str,
        /// The `error_description` parameter.
        description: Option<&'static str>,
    },
    /// In the words of AWS for requests that no service understands.
    NotServed,
}

// COGNITO: at the callback, `error` is always `invalid_request` and the real code is the description (measured; RFC 6749,
// section 4.1.2.1, wants it in `error`).
const fn callback(description: &'static str) -> Told {
    Told::Callback { error: "invalid_request", description: Some(description) }
}

const fn page(error: &'static str) -> Told {
    Told::Page { error, client: true }
}

/// Where and how each refusal is told.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
pub(in crate::oauth) const fn told(rule: IssueRule) -> Told {
    match rule {
        IssueRule::ClientNamed | IssueRule::GrantParametersPresent => Told::MissingParameter,
        IssueRule::RequestIsForm
        | IssueRule::RequestIsWellFormed
        | IssueRule::ParameterGivenOnce
        | IssueRule::GrantTypePresent
        | IssueRule::GrantTypeKnown
        | IssueRule::CredentialsReadable
        | IssueRule::CredentialsAgree
        | IssueRule::ClientExists
        | IssueRule::SecretPresented
        | IssueRule::SecretMatches
        | IssueRule::PublicClientWithoutSecret
        | IssueRule::GrantProven
        | IssueRule::Issued => Told::Page { error: "invalid_request", client: false },
        IssueRule::PoolHasDomain => Told::NotServed,
        IssueRule::ScopesNotTooMany
        | IssueRule::ClientHasCustomScopes
        | IssueRule::ScopeOnClientList
        | IssueRule::ScopeFitsGrant
        | IssueRule::ScopeActive
        | IssueRule::SomeScopeActive
        | IssueRule::ObservedSomeScopeDefined
        | IssueRule::ObservedScopeIsCustom
        | IssueRule::ObservedScopeOnClientList
        | IssueRule::OtherProfile => callback("invalid_scope"),
        IssueRule::FlowAllowed | IssueRule::ObservedFlowAllowed => callback("unauthorized_client"),
        IssueRule::SignIn(rule) => told_person(rule),
    }
}

const fn told_person(rule: SignInRule) -> Told {
    match rule {
        SignInRule::RedirectGiven => Told::MissingParameter,
        SignInRule::RedirectRegistered => page("redirect_mismatch"),
        SignInRule::CodeChallengeUsable => callback("invalid_code_challenge"),
        SignInRule::ResourceUsable => callback("invalid_resource"),
        SignInRule::PromptUsable => callback("invalid_prompt"),
        SignInRule::NobodyMustBeAsked => Told::Callback { error: "login_required", description: None },
        SignInRule::TriggerAllowed | SignInRule::TriggerChangedToken | SignInRule::DeclaredRuleChangedToken => {
            callback("PreTokenGeneration failed")
        }
        // The implicit grant has no exchange, where the code grant is told so.
        SignInRule::AttributesReadable => callback("invalid_scope"),
        SignInRule::ResponseTypeKnown
        | SignInRule::IdentityProviderAllowed
        | SignInRule::BrowserSignedIn
        | SignInRule::CodeUsable
        | SignInRule::RedirectRepeated
        | SignInRule::CodeVerifierMatches
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
        | SignInRule::ApiSignInScope => page("invalid_request"),
    }
}
