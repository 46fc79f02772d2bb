//! Access tokens that come back: whose they are, and whether they still count.

use std::sync::Arc;

use serde::Deserialize;

use crate::domain::gateway::jwt::Unverified;
use crate::domain::id::{SignInId, UserKey};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::keys::KeyError;
use crate::store::{StoreError, documents};
use crate::tokens::{ClientView, TokenFailure, Tokens};

use super::key_of;

/// The scope that opens the user's own account in the JSON API.
const API: &str = "aws.cognito.signin.user.admin";

/// Who presents an access token.
pub struct Access {
    /// The client that it was issued to.
    pub view: Arc<ClientView>,
    /// The key of the user.
    pub key: UserKey,
    /// The user, as of now.
    pub user: User,
    /// The scopes in the token.
    pub scopes: Vec<Scope>,
    /// The sign-in it descends from, if it says so.
    pub sign_in: Option<SignInId>,
    /// When the sign-in began; if the token does not name its sign-in, when it was issued, to the second.
    pub begun: Timestamp,
}

/// Why an access token does not count.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AccessFailure {
    /// It is no access token.
    #[error("this is no access token")]
    NotAToken,
    /// No key of its pool signed it, or another pool's did.
    #[error("the access token's signature is not one of its pool")]
    WrongSignature,
    /// Its time is over.
    #[error("the access token has expired")]
    Expired,
    /// It, or everything of the user, was revoked.
    #[error("the access token was revoked")]
    Revoked,
    /// It is a machine's.
    #[error("the access token is of no user")]
    OfNoUser,
    /// Its user was deleted, even if there is another of the same name.
    #[error("the access token's user does not exist")]
    UserGone,
    /// Its user is disabled.
    #[error("the access token's user is disabled")]
    UserDisabled,
    /// It lacks the scope for what is asked.
    #[error("the access token lacks the scope `{0}`")]
    ScopeMissing(&'static str),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys failed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<TokenFailure> for AccessFailure {
    fn from(failure: TokenFailure) -> Self {
        match failure {
            TokenFailure::Store(error) => Self::Store(error),
            TokenFailure::Key(error) => Self::Key(error),
            TokenFailure::Refused(_) | TokenFailure::Hook(_) => Self::NotAToken,
        }
    }
}

/// Whom a token names.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The user's name.
    pub username: &'a str,
    /// The user for ever.
    pub sub: &'a str,
    /// The sign-in it descends from (`origin_jti`), if it says so.
    pub sign_in: Option<&'a str>,
    /// When it was issued, in seconds.
    pub issued: i64,
}

/// Whose a token is that still counts.
pub struct Holder {
    /// The key of the user.
    pub key: UserKey,
    /// The user, as of now.
    pub user: User,
    /// The sign-in it descends from, if it says so.
    pub sign_in: Option<SignInId>,
    /// When the sign-in began; if the token does not name its sign-in, when it was issued, to the second.
    pub begun: Timestamp,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    iss: String,
    client_id: String,
    token_use: String,
    iat: i64,
    exp: i64,
    username: Option<String>,
    scope: Option<String>,
    origin_jti: Option<String>,
}

impl Access {
    /// Whether the token has this scope.
    pub fn require(&self, scope: &'static str) -> Result<(), AccessFailure> {
        let has = self.scopes.iter().any(|granted| granted.as_str() == scope);
        if has { Ok(()) } else { Err(AccessFailure::ScopeMissing(scope)) }
    }
}

impl Tokens {
    /// Whose access token this is, for the JSON API: it must have the scope `aws.cognito.signin.user.admin`.
    pub async fn access_to_api(&self, token: &str) -> Result<Access, AccessFailure> {
        let access = self.access(token).await?;
        access.require(API)?;
        Ok(access)
    }

    /// Whose access token this is, if it still counts.
    pub async fn access(&self, token: &str) -> Result<Access, AccessFailure> {
        let (view, claims) = self.verified(token).await?;
        if claims.exp <= self.effects.clock.now().seconds() {
            return Err(AccessFailure::Expired);
        }
        let username = claims.username.as_deref().ok_or(AccessFailure::OfNoUser)?;
        let sign_in = claims.origin_jti.as_deref();
        let named = Named { username, sub: &claims.sub, sign_in, issued: claims.iat };
        let Holder { key, user, sign_in, begun } = self.holder(&view, &named).await?;
        let scopes = claims.scope.iter().flat_map(|scope| scope.split(' ')).map(Scope::from).collect();
        Ok(Access { view, key, user, scopes, sign_in, begun })
    }

    /// Whose a token of this client is, if it was not revoked and its user may still sign in.
    pub async fn holder(&self, view: &ClientView, named: &Named<'_>) -> Result<Holder, AccessFailure> {
        let key = key_of(&view.owner, named.username);
        let user = self.views.database().get(&documents::user(&view.pool, &key)).await?;
        let user = user.filter(|user| user.sub.as_str() == named.sub).ok_or(AccessFailure::UserGone)?;
        let sign_in = named.sign_in.map(SignInId::from);
        let begun = match &sign_in {
            Some(id) => self.begun(view, id).await?,
            None => Timestamp::from_millis(named.issued.saturating_mul(1_000)),
        };
        if user.was_signed_out_after(begun) {
            return Err(AccessFailure::Revoked);
        }
        if !user.enabled {
            return Err(AccessFailure::UserDisabled);
        }
        Ok(Holder { key, user, sign_in, begun })
    }

    /// When the sign-in began. The family outlives its access tokens, so a missing one was taken away.
    async fn begun(&self, view: &ClientView, id: &SignInId) -> Result<Timestamp, AccessFailure> {
        let family = self.views.database().get(&documents::refresh_family(&view.pool, id)).await?;
        let family = family.map(|brief| brief.value).filter(|family| !family.revoked);
        family.map(|family| family.sign_in.begun).ok_or(AccessFailure::Revoked)
    }

    /// The claims, once a key of the pool of the client that they name has been found to have signed them.
    async fn verified(&self, token: &str) -> Result<(Arc<ClientView>, Claims), AccessFailure> {
        let token = Unverified::<Claims>::parse(token).map_err(|_| AccessFailure::NotAToken)?;
        let claims = token.claims;
        if token.algorithm != "RS256" || claims.token_use != "access" {
            return Err(AccessFailure::NotAToken);
        }
        let kid = token.key.ok_or(AccessFailure::NotAToken)?;
        let view = self.views.find(&claims.client_id).await?.ok_or(AccessFailure::WrongSignature)?;
        let keyset = self.keys.keyset_at(&view.pool, view.revision).await?;
        let of_pool = claims.iss.rsplit('/').next() == Some(view.pool.as_str());
        if !of_pool || !keyset.verifies_access(&kid, token.signed, &token.signature) {
            return Err(AccessFailure::WrongSignature);
        }
        Ok((view, claims))
    }
}
