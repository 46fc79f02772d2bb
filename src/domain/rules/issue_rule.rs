//! The rules of issuing tokens, by name.

use crate::domain::trace::Rule;

use super::sign_in_rule::SignInRule;

/// A reason to refuse a token, or a remark on why it looks as it does.
///
/// Every dialect that can refuse a token matches this exhaustively: a new variant does not compile until each of them
/// has its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IssueRule {
    /// The request is a form.
    RequestIsForm,
    /// The form can be decoded.
    RequestIsWellFormed,
    /// No known parameter is given twice.
    ParameterGivenOnce,
    /// There is a `grant_type`.
    GrantTypePresent,
    /// The grant type is one that the service knows.
    GrantTypeKnown,
    /// The request names a client.
    ClientNamed,
    /// The `Authorization` header can be decoded.
    CredentialsReadable,
    /// Two sets of credentials say the same.
    CredentialsAgree,
    /// The client exists (in the pool that the request names, if it names one).
    ClientExists,
    /// The pool has a domain, without which AWS has no token endpoint.
    PoolHasDomain,
    /// A confidential client presents a secret.
    SecretPresented,
    /// The secret is one of the client's live ones.
    SecretMatches,
    /// A public client presents no secret.
    PublicClientWithoutSecret,
    /// The parameters that the grant needs are there.
    GrantParametersPresent,
    /// The request names no more scopes than can be looked up.
    ScopesNotTooMany,
    /// The client's list holds a custom scope.
    ClientHasCustomScopes,
    /// Every requested scope is on the client's list.
    ScopeOnClientList,
    /// A built-in scope is not asked for by a machine.
    ScopeFitsGrant,
    /// The scope is defined by a resource server now; one that is not is left out.
    ScopeActive,
    /// At least one scope is active (or the pool issues tokens without scopes).
    SomeScopeActive,
    /// The client may use this grant.
    FlowAllowed,
    /// Observed profile: at least one requested scope is defined by a resource server.
    ObservedSomeScopeDefined,
    /// Observed profile: every requested name is a custom one.
    ObservedScopeIsCustom,
    /// Observed profile: every defined scope that is requested is on the client's list.
    ObservedScopeOnClientList,
    /// Observed profile: the client may use this grant.
    ObservedFlowAllowed,
    /// The answer under the other scope profile.
    OtherProfile,
    /// The authorization code, refresh token or other proof is good.
    GrantProven,
    /// The token was issued.
    Issued,
    /// A rule of people's tokens.
    SignIn(SignInRule),
}

/// Everything there is to say about a rule.
type Page = (&'static str, &'static str, &'static str);

const TOKEN: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html";
const SERVERS: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html";
const DOMAIN: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html";
const CLIENTS: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html";
const CREATE_CLIENT: &str =
    "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html";
const BASIC: &str = "https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1";
const ERRORS: &str = "https://www.rfc-editor.org/rfc/rfc6749#section-5.2";
const PARAMETERS: &str = "https://www.rfc-editor.org/rfc/rfc6749#section-3.2";
const FIDELITY: &str = "docs/fidelity.md";

impl IssueRule {
    const OWN: [Self; 28] = [
        Self::RequestIsForm,
        Self::RequestIsWellFormed,
        Self::ParameterGivenOnce,
        Self::GrantTypePresent,
        Self::GrantTypeKnown,
        Self::ClientNamed,
        Self::CredentialsReadable,
        Self::CredentialsAgree,
        Self::ClientExists,
        Self::PoolHasDomain,
        Self::SecretPresented,
        Self::SecretMatches,
        Self::PublicClientWithoutSecret,
        Self::GrantParametersPresent,
        Self::ScopesNotTooMany,
        Self::ClientHasCustomScopes,
        Self::ScopeOnClientList,
        Self::ScopeFitsGrant,
        Self::ScopeActive,
        Self::SomeScopeActive,
        Self::FlowAllowed,
        Self::ObservedSomeScopeDefined,
        Self::ObservedScopeIsCustom,
        Self::ObservedScopeOnClientList,
        Self::ObservedFlowAllowed,
        Self::OtherProfile,
        Self::GrantProven,
        Self::Issued,
    ];

    /// Every rule, for documentation and tests.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OWN.into_iter().chain(SignInRule::ALL.into_iter().map(Self::SignIn))
    }

    const fn page(self) -> Page {
        match self {
            Self::RequestIsForm => ("request-is-form", "the body is application/x-www-form-urlencoded", PARAMETERS),
            Self::RequestIsWellFormed => ("request-is-well-formed", "the form can be decoded", PARAMETERS),
            Self::ParameterGivenOnce => ("parameter-given-once", "no known parameter is given twice", PARAMETERS),
            Self::GrantTypePresent => ("grant-type-present", "the request has a grant_type", TOKEN),
            Self::GrantTypeKnown => ("grant-type-known", "the grant type is one that the service knows", TOKEN),
            Self::ClientNamed => ("client-named", "the request names a client", TOKEN),
            Self::CredentialsReadable => ("credentials-readable", "the Authorization header can be decoded", BASIC),
            Self::CredentialsAgree => ("credentials-agree", "header and form name the same credentials", BASIC),
            Self::ClientExists => ("client-exists", "the client exists in this pool", TOKEN),
            Self::PoolHasDomain => ("pool-has-domain", "on AWS only a pool with a domain has this endpoint", DOMAIN),
            Self::SecretPresented => ("secret-presented", "a client with a secret presents one", TOKEN),
            Self::SecretMatches => ("secret-matches", "the secret is one of the client's live secrets", CLIENTS),
            Self::PublicClientWithoutSecret => {
                ("public-client-without-secret", "a client without a secret presents none", BASIC)
            }
            Self::GrantParametersPresent => {
                ("grant-parameters-present", "the parameters that the grant needs are there", TOKEN)
            }
            Self::ScopesNotTooMany => ("scopes-not-too-many", "the request names at most a thousand scopes", FIDELITY),
            Self::ClientHasCustomScopes => {
                ("client-has-custom-scopes", "the client's list holds at least one custom scope", SERVERS)
            }
            Self::ScopeOnClientList => ("scope-on-client-list", "the scope is on the client's list", SERVERS),
            Self::ScopeFitsGrant => ("scope-fits-grant", "a machine cannot ask for a built-in scope", CREATE_CLIENT),
            Self::ScopeActive => {
                ("scope-active", "a scope whose definition was deleted is left out of the token", SERVERS)
            }
            Self::SomeScopeActive => ("some-scope-active", "at least one scope is active", FIDELITY),
            Self::FlowAllowed => ("flow-allowed", "the client may use this grant", ERRORS),
            Self::ObservedSomeScopeDefined => {
                ("observed-some-scope-defined", "at least one requested scope is defined", FIDELITY)
            }
            Self::ObservedScopeIsCustom => ("observed-scope-is-custom", "every requested name has a slash", FIDELITY),
            Self::ObservedScopeOnClientList => {
                ("observed-scope-on-client-list", "every defined scope asked for is on the client's list", FIDELITY)
            }
            Self::ObservedFlowAllowed => ("observed-flow-allowed", "the client may use this grant", FIDELITY),
            Self::OtherProfile => ("other-profile", "the other scope profile answers differently", FIDELITY),
            Self::GrantProven => ("grant-proven", "the code or token presented is good", TOKEN),
            Self::Issued => ("issued", "the token was issued", TOKEN),
            Self::SignIn(rule) => rule.page(),
        }
    }
}

impl Rule for IssueRule {
    fn id(self) -> &'static str {
        self.page().0
    }

    fn demands(self) -> &'static str {
        self.page().1
    }

    fn source(self) -> &'static str {
        self.page().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let names: std::collections::HashSet<_> = IssueRule::all().map(Rule::id).collect();
        assert_eq!(names.len(), IssueRule::all().count());
    }
}
