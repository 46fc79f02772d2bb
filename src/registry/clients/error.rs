//! Why a use-case on app clients was refused.

use crate::domain::id::{ClientId, ClientSecretId, UserPoolId};
use crate::domain::scope::Scope;
use crate::domain::settings::Tier;

use super::Occasion;

/// Why a use-case on app clients was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The pool has no such client.
    #[error("client `{0}` does not exist")]
    NotFound(ClientId),
    /// Some pool has a client of this id.
    #[error("client id `{0}` is taken")]
    IdTaken(ClientId),
    /// The pool's quota of clients is used up.
    #[error("user pool `{pool}` has its {limit} clients already")]
    TooMany {
        /// The full pool.
        pool: UserPoolId,
        /// Its quota.
        limit: u64,
    },
    /// The settings contradict each other, the client or the pool.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A public client gets no secrets.
    #[error("client `{0}` is public")]
    Public(ClientId),
    /// The client has as many live secrets as it may have.
    #[error("client `{0}` has all the secrets it may have")]
    TooManySecrets(ClientId),
    /// A confidential client keeps at least one secret.
    #[error("client `{0}` has no other secret")]
    LastSecret(ClientId),
    /// The client has no such secret.
    #[error("client secret `{0}` does not exist")]
    SecretNotFound(ClientSecretId),
}

/// What is wrong with a client's settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A secret is asked for and given.
    #[error("a secret cannot be both generated and supplied")]
    TwoSecrets,
    /// A token would live too long or not long enough.
    #[error("a token validity is out of range")]
    ValidityRange,
    /// An access or ID token would outlive the refresh token.
    #[error("a token would outlive the refresh token")]
    ValidityOrder,
    /// Names of auth flows of two generations.
    #[error("auth flows with and without `ALLOW_` are mixed")]
    MixedAuthFlows,
    /// `ALLOW_CLIENT_TOKEN_AUTH` beside another flow.
    #[error("`ALLOW_CLIENT_TOKEN_AUTH` is not alone")]
    ClientTokenAuthNotAlone,
    /// `ALLOW_CLIENT_TOKEN_AUTH` on a public client.
    #[error("`ALLOW_CLIENT_TOKEN_AUTH` needs a secret")]
    ClientTokenAuthWithoutSecret,
    /// `ALLOW_USER_AUTH` on a pool whose tier does not have it.
    #[error("the pool's plan does not have `ALLOW_USER_AUTH`")]
    UserAuthTier(Tier),
    /// Refresh tokens rotate, and the flow that never rotates them is allowed by name.
    #[error("refresh token rotation excludes `ALLOW_REFRESH_TOKEN_AUTH`")]
    RotationWithRefreshFlow,
    /// Context data without the secret that vouches for it.
    #[error("propagating context data needs a secret")]
    ContextDataWithoutSecret,
    /// OAuth is on, without flows or without scopes.
    #[error("a client of the OAuth endpoints needs flows and scopes")]
    OAuthIncomplete,
    /// A browser flow that could return nowhere.
    #[error("a browser flow needs a callback URL")]
    NoCallback,
    /// `client_credentials` beside a browser flow.
    #[error("`client_credentials` is not alone")]
    ClientCredentialsNotAlone,
    /// `client_credentials` on a public client.
    #[error("`client_credentials` needs a secret")]
    ClientCredentialsWithoutSecret,
    /// A scope about users on a client that acts for none.
    #[error("scope `{0}` is about users, which `client_credentials` has none of")]
    ScopeOfUsers(Scope),
    /// No resource server defines this scope now.
    #[error("scope `{0}` does not exist")]
    ScopeNotFound(Scope),
    /// A redirect over plain HTTP to another machine.
    #[error("`{0}` is plain HTTP")]
    PlainHttp(String),
    /// A redirect with a fragment.
    #[error("`{0}` has a fragment")]
    Fragment(String),
    /// A redirect that is no absolute URI.
    #[error("`{0}` is not absolute")]
    NotAbsolute(String),
    /// The default callback is not on the list.
    #[error("default redirect `{0}` is not among the callback URLs")]
    DefaultRedirect(String),
    /// The pool has no such identity provider.
    #[error("identity provider `{provider}` does not exist in user pool `{pool}`")]
    ProviderNotFound {
        /// The name given.
        provider: String,
        /// Where it is missing.
        pool: UserPoolId,
    },
    /// An attribute that cannot be read.
    #[error("an attribute cannot be read")]
    ReadAttributes(Occasion),
    /// An attribute that cannot be written, or a required one left out.
    #[error("an attribute cannot be written, or a required one is left out")]
    WriteAttributes(Occasion),
    /// Analytics settings of neither kind.
    #[error("the analytics configuration is of neither kind")]
    Analytics,
}
