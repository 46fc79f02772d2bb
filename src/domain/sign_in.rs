//! What a user's sign-in leaves behind: codes, refresh tokens and browser sessions, each with an end.

use serde::{Deserialize, Serialize};

use super::id::{ClientId, SignInId, Subject, UserKey};
use super::scope::Scope;
use super::secret::Secret;
use super::time::Timestamp;

/// A document that is of no use after a certain moment, and may be swept away then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief<T> {
    /// Its end.
    pub expires: Timestamp,
    /// What it is about.
    pub value: T,
}

impl<T> Brief<T> {
    /// The value, unless its end has come.
    pub fn alive(self, now: Timestamp) -> Option<T> {
        (now < self.expires).then_some(self.value)
    }
}

/// One sign-in of a user with a client: everything that its tokens share, also those of later refreshes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Its id, `origin_jti` in tokens that can be revoked.
    pub id: SignInId,
    /// The user.
    pub user: UserKey,
    /// The same user for ever: a new user of the same name has another.
    pub sub: Subject,
    /// The client.
    pub client: ClientId,
    /// Which door it came through, which decides what tokens say.
    pub origin: Origin,
    /// When it was; `auth_time` in tokens.
    pub at: Timestamp,
    /// `event_id` in tokens.
    pub event_id: String,
    /// What was granted.
    pub scopes: Vec<Scope>,
    /// What the client wants to find in the ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The API that the access token is for, if the request named one; its `aud`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
}

/// Which door a sign-in came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The JSON API (`InitiateAuth` and its like).
    Api,
    /// The authorization code grant.
    Code,
    /// The implicit grant.
    Implicit,
}

/// An authorization code that has not been spent; its key is a digest of the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// The sign-in it stands for.
    pub sign_in: SignIn,
    /// The callback it was sent to, which the exchange must repeat.
    pub redirect_uri: String,
    /// The S256 challenge of PKCE, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
}

/// The refresh tokens of one sign-in. None of them is stored: each is a generation number under the family's secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct RefreshFamily {
    /// The sign-in.
    pub sign_in: SignIn,
    /// What makes its tokens unguessable.
    pub secret: Secret,
    /// The generation that works; 0 is the first.
    pub generation: u32,
    /// The generation that the working one replaced, and when: it works until the grace period is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<(u32, Timestamp)>,
    /// When refreshing ends; the document outlives it for as long as access tokens can.
    pub refresh_until: Timestamp,
    /// Whether it was revoked.
    #[serde(default)]
    pub revoked: bool,
}

/// A browser that is signed in to a pool; its key is a digest of the cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserSession {
    /// The user.
    pub user: UserKey,
    /// The same user for ever.
    pub sub: Subject,
    /// When the user signed in; `auth_time` of the tokens it leads to.
    pub at: Timestamp,
}
