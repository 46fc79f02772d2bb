//! The rules of people's tokens, by name: of signing in, of the authorize endpoint, of codes and of refresh tokens.

use super::issue_rule::IssueRule;

/// A reason to refuse a person's sign-in or token, or a remark on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignInRule {
    /// The authorize request asks for `code` or `token`.
    ResponseTypeKnown,
    /// There is a callback to answer to.
    RedirectGiven,
    /// The callback is, byte for byte, one of the client's.
    RedirectRegistered,
    /// The identity provider asked for is one of the client's.
    IdentityProviderAllowed,
    /// PKCE, if it is used, is complete and uses S256.
    CodeChallengeUsable,
    /// The `resource` parameter, if there is one, names an API.
    ResourceUsable,
    /// `prompt`, if there is one, can be followed.
    PromptUsable,
    /// The user is signed in, where the request forbids to ask.
    NobodyMustBeAsked,
    /// The browser has a session with the pool.
    BrowserSignedIn,
    /// The code exists, has not ended and was not spent; it is this client's.
    CodeUsable,
    /// The exchange repeats the callback that the code was sent to.
    RedirectRepeated,
    /// The verifier is the one that the code's challenge was made of.
    CodeVerifierMatches,
    /// The client may read every attribute of the OpenID scopes that are granted.
    AttributesReadable,
    /// The refresh token was issued here, to this client.
    RefreshTokenKnown,
    /// The refresh token has not ended.
    RefreshTokenAlive,
    /// The refresh token was not revoked, nor the user signed out everywhere.
    RefreshTokenNotRevoked,
    /// The refresh token was not replaced by a newer one.
    RefreshTokenCurrent,
    /// The client may refresh in this way.
    RefreshAllowed,
    /// The client may start a sign-in in this way.
    AuthFlowEnabled,
    /// A client with a secret proves it with a secret hash.
    SecretHashPresented,
    /// The secret hash was made with one of the client's live secrets.
    SecretHashMatches,
    /// The user has not failed too often of late.
    AttemptsLeft,
    /// There is such a user.
    UserExists,
    /// The password is the user's.
    PasswordMatches,
    /// The user may sign in.
    UserEnabled,
    /// The user's account is confirmed.
    UserConfirmed,
    /// The user need not choose a new password first.
    PasswordNotReset,
    /// The temporary password has not ended.
    TemporaryPasswordAlive,
    /// The session of the sign-in is one of ours, for this client and challenge.
    SessionKnown,
    /// The session has not ended.
    SessionAlive,
    /// The session was not used before.
    SessionUnused,
    /// The challenge was answered rightly.
    ChallengeAnswered,
    /// The one-time password was not used before.
    OneTimePasswordUnused,
    /// The pool's trigger let it happen.
    TriggerAllowed,
    /// What the pool's trigger made of the token.
    TriggerChangedToken,
    /// What a declared rule made of the token.
    DeclaredRuleChangedToken,
    /// A sign-in through the JSON API grants one scope, whatever the client's list says.
    ApiSignInScope,
}

type Page = (&'static str, &'static str, &'static str);

const AUTHORIZE: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html";
const TOKEN: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html";
const PKCE: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/using-pkce-in-authorization-code.html";
const SERVERS: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html";
const REFRESH: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html";
const INITIATE: &str =
    "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html";
const RESPOND: &str =
    "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html";
const SIGN_UP: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html";
const SECRET_HASH: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash";
const LOCKOUT: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html";
const TOTP: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html";
const TRIGGERS: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html";
const PRE_TOKEN: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html";
const FIDELITY: &str = "docs/fidelity.md";

impl SignInRule {
    /// Every rule, for documentation and tests.
    pub const ALL: [Self; 37] = [
        Self::ResponseTypeKnown,
        Self::RedirectGiven,
        Self::RedirectRegistered,
        Self::IdentityProviderAllowed,
        Self::CodeChallengeUsable,
        Self::ResourceUsable,
        Self::PromptUsable,
        Self::NobodyMustBeAsked,
        Self::BrowserSignedIn,
        Self::CodeUsable,
        Self::RedirectRepeated,
        Self::CodeVerifierMatches,
        Self::AttributesReadable,
        Self::RefreshTokenKnown,
        Self::RefreshTokenAlive,
        Self::RefreshTokenNotRevoked,
        Self::RefreshTokenCurrent,
        Self::RefreshAllowed,
        Self::AuthFlowEnabled,
        Self::SecretHashPresented,
        Self::SecretHashMatches,
        Self::AttemptsLeft,
        Self::UserExists,
        Self::PasswordMatches,
        Self::UserEnabled,
        Self::UserConfirmed,
        Self::PasswordNotReset,
        Self::TemporaryPasswordAlive,
        Self::SessionKnown,
        Self::SessionAlive,
        Self::SessionUnused,
        Self::ChallengeAnswered,
        Self::OneTimePasswordUnused,
        Self::TriggerAllowed,
        Self::TriggerChangedToken,
        Self::DeclaredRuleChangedToken,
        Self::ApiSignInScope,
    ];

    /// Its id, what it demands and where it is documented.
    pub(super) const fn page(self) -> Page {
        match self {
            Self::ResponseTypeKnown => ("response-type-known", "the response type is `code` or `token`", AUTHORIZE),
            Self::RedirectGiven => ("redirect-given", "the request names a callback", AUTHORIZE),
            Self::RedirectRegistered => {
                ("redirect-registered", "the callback is exactly one that the client registered", AUTHORIZE)
            }
            Self::IdentityProviderAllowed => {
                ("identity-provider-allowed", "the identity provider is one of the client's", AUTHORIZE)
            }
            Self::CodeChallengeUsable => {
                ("code-challenge-usable", "a code challenge comes with the method S256, and the other way round", PKCE)
            }
            Self::ResourceUsable => ("resource-usable", "`resource` is the URL of one API", SERVERS),
            Self::PromptUsable => {
                ("prompt-usable", "`prompt` is none, or some of login, select_account and consent", AUTHORIZE)
            }
            Self::NobodyMustBeAsked => {
                ("nobody-must-be-asked", "with `prompt=none` the user is signed in already", AUTHORIZE)
            }
            Self::BrowserSignedIn => ("browser-signed-in", "the browser is signed in to the pool", AUTHORIZE),
            Self::CodeUsable => (
                "code-usable",
                "the code was issued to this client, is at most 5 minutes old and was never used",
                TOKEN,
            ),
            Self::RedirectRepeated => {
                ("redirect-repeated", "the exchange names exactly the callback of the authorize request", TOKEN)
            }
            Self::CodeVerifierMatches => {
                ("code-verifier-matches", "the code verifier is the one behind the code challenge", PKCE)
            }
            Self::AttributesReadable => (
                "attributes-readable",
                "the client may read every attribute of the OpenID scopes that are granted",
                TOKEN,
            ),
            Self::RefreshTokenKnown => {
                ("refresh-token-known", "the refresh token was issued here and to this client", REFRESH)
            }
            Self::RefreshTokenAlive => ("refresh-token-alive", "the refresh token has not expired", REFRESH),
            Self::RefreshTokenNotRevoked => {
                ("refresh-token-not-revoked", "neither the token nor the user's sign-ins were revoked", REFRESH)
            }
            Self::RefreshTokenCurrent => {
                ("refresh-token-current", "the token was not replaced, or within the grace period", REFRESH)
            }
            Self::RefreshAllowed => ("refresh-allowed", "the client may refresh in this way", REFRESH),
            Self::AuthFlowEnabled => {
                ("auth-flow-enabled", "the flow is one of the client's ExplicitAuthFlows", INITIATE)
            }
            _ => self.sign_in_page(),
        }
    }

    const fn sign_in_page(self) -> Page {
        match self {
            Self::SecretHashPresented => {
                ("secret-hash-presented", "a client with a secret sends a SECRET_HASH", SECRET_HASH)
            }
            Self::SecretHashMatches => {
                ("secret-hash-matches", "the SECRET_HASH was made with one of the live secrets", SECRET_HASH)
            }
            Self::AttemptsLeft => ("attempts-left", "the user has not failed too often of late", LOCKOUT),
            Self::UserExists => ("user-exists", "there is such a user", INITIATE),
            Self::PasswordMatches => ("password-matches", "the password is the user's", INITIATE),
            Self::UserEnabled => ("user-enabled", "the user is not disabled", SIGN_UP),
            Self::UserConfirmed => ("user-confirmed", "the user's account is confirmed", SIGN_UP),
            Self::PasswordNotReset => ("password-not-reset", "the user's password need not be reset first", SIGN_UP),
            Self::TemporaryPasswordAlive => {
                ("temporary-password-alive", "the temporary password has not expired", SIGN_UP)
            }
            Self::SessionKnown => ("session-known", "the session belongs to this client and challenge", RESPOND),
            Self::SessionAlive => ("session-alive", "the session has not expired", RESPOND),
            Self::SessionUnused => ("session-unused", "the session is used for the first time", RESPOND),
            Self::ChallengeAnswered => ("challenge-answered", "the answer to the challenge is right", RESPOND),
            Self::OneTimePasswordUnused => {
                ("one-time-password-unused", "a code of an authenticator app works once", TOTP)
            }
            Self::TriggerAllowed => ("trigger-allowed", "the pool's trigger answered and did not refuse", TRIGGERS),
            Self::TriggerChangedToken => {
                ("trigger-changed-token", "the trigger before token generation may change what is issued", PRE_TOKEN)
            }
            Self::DeclaredRuleChangedToken => {
                ("declared-rule-changed-token", "a rule of the configuration may change what is issued", FIDELITY)
            }
            _ => (
                "api-sign-in-scope",
                "a sign-in through the JSON API grants only aws.cognito.signin.user.admin, whatever the client's list says",
                SERVERS,
            ),
        }
    }
}

impl From<SignInRule> for IssueRule {
    fn from(rule: SignInRule) -> Self {
        Self::SignIn(rule)
    }
}
