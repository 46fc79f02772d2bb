//! The documents that end by themselves: everything under `brief/` is a [`Brief`], so that one sweep finds what is over.

use crate::domain::account::{Attempts, Confirmation, Message};
use crate::domain::auth_session::AuthSession;
use crate::domain::id::{SignInId, UserPoolId};
use crate::domain::secret::Secret;
use crate::domain::sign_in::{AuthorizationCode, Brief, BrowserSession, RefreshFamily};

use super::{Escaped, Key, Prefix};

/// `brief/`: everything that ends by itself, of all pools.
pub const ALL_BRIEF: &str = "brief/";

/// `brief/{pool}/`: everything of one pool that ends by itself; deleted with the pool.
pub fn brief_of(pool: &UserPoolId) -> String {
    format!("{ALL_BRIEF}{}/", Escaped(pool.as_str()))
}

fn brief<T>(pool: &UserPoolId, kind: &'static str, id: &str) -> Key<Brief<T>> {
    Key::new(format!("{}{kind}/{}", brief_of(pool), Escaped(id)))
}

/// `brief/{pool}/sign-in/{sign-in}/code`; what the code is exchanged for lies beside it, so that an exchange changes one
/// place of the store.
pub fn authorization_code(pool: &UserPoolId, sign_in: &SignInId) -> Key<Brief<AuthorizationCode>> {
    of_sign_in(pool, sign_in, "code")
}

/// `brief/{pool}/sign-in/{sign-in}/family`
pub fn refresh_family(pool: &UserPoolId, sign_in: &SignInId) -> Key<Brief<RefreshFamily>> {
    of_sign_in(pool, sign_in, "family")
}

fn of_sign_in<T>(pool: &UserPoolId, sign_in: &SignInId, kind: &'static str) -> Key<Brief<T>> {
    Key::new(format!("{}sign-in/{}/{kind}", brief_of(pool), Escaped(sign_in.as_str())))
}

/// `brief/{pool}/browser/{digest of the cookie's value}`
pub fn browser_session(pool: &UserPoolId, digest: &str) -> Key<Brief<BrowserSession>> {
    brief(pool, "browser", digest)
}

/// `brief/{pool}/confirmation/{digest of the purpose and the user}`
pub fn confirmation(pool: &UserPoolId, digest: &str) -> Key<Brief<Confirmation>> {
    brief(pool, "confirmation", digest)
}

/// `brief/{pool}/attempts/{digest of the kind and the name}`
pub fn attempts(pool: &UserPoolId, digest: &str) -> Key<Brief<Attempts>> {
    brief(pool, "attempts", digest)
}

/// `brief/{pool}/outbox/{message}`: newest first.
pub fn outbox(pool: &UserPoolId) -> Prefix<Brief<Message>> {
    Prefix::new(format!("{}outbox/", brief_of(pool)))
}

/// `brief/{pool}/session/{digest of the session}`
pub fn auth_session(pool: &UserPoolId, digest: &str) -> Key<Brief<AuthSession>> {
    brief(pool, "session", digest)
}

/// `brief/{pool}/authenticator/{digest of the user's sub}`: a secret that an app was given and has not proven yet.
pub fn authenticator(pool: &UserPoolId, digest: &str) -> Key<Brief<Secret>> {
    brief(pool, "authenticator", digest)
}
