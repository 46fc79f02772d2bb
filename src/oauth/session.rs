//! The browser's own sign-in: the cookie `cognito`, good for one hour from the sign-in however it is used.
//!
//! On plain localhost all pools share the cookie, so it holds one token per pool. A token is new at every sign-in, and
//! only its digest is stored.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::domain::sign_in::{Brief, BrowserSession};
use crate::domain::time::Timestamp;
use crate::domain::trace::{Cut, Evidence};
use crate::domain::user::User;
use crate::store::{StoreError, documents};
use crate::tokens::digest;

use super::OAuth;
use super::cookies::{self, Cookie};

const COOKIE: &str = "cognito";
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
const HOUR: i64 = 3_600_000;
/// How many pools one browser can be signed in to; the oldest makes room.
const MOST: usize = 16;

/// Who a browser is signed in as.
#[derive(Clone)]
pub(super) struct SignedIn {
    /// The user, as of now.
    pub(super) user: User,
    /// When the user signed in.
    pub(super) at: Timestamp,
    /// The digest of the browser's token, once it has one.
    pub(super) session: Option<String>,
}

impl SignedIn {
    /// The user as a trace names one.
    pub(super) fn evidence(&self) -> Evidence {
        Evidence::User { sub: self.user.sub.clone(), username: Cut::new(&self.user.username) }
    }
}

/// Who the browser is signed in as, if the session still lives and the user is still the same and may sign in.
pub(super) async fn find(
    oauth: &OAuth,
    request: &HttpRequest,
    pool: &UserPoolId,
) -> Result<Option<SignedIn>, StoreError> {
    let now = oauth.tokens.effects.clock.now();
    let database = oauth.tokens.views.database();
    for (_, token) in tokens(request).into_iter().filter(|(of, _)| *of == pool.as_str()) {
        let token = digest(token);
        let found = database.get(&documents::browser_session(pool, &token)).await?;
        let Some(session) = found.and_then(|session| session.alive(now)) else { continue };
        let Some(user) = database.get(&documents::user(pool, &session.user)).await? else { continue };
        // COGNITO: a global sign-out ends tokens, not the browser's session (documented).
        if user.enabled && user.sub == session.sub {
            return Ok(Some(SignedIn { user, at: session.at, session: Some(token) }));
        }
    }
    Ok(None)
}

/// Signs the browser in under a token that nobody has seen, in place of the one it had; the cookie to set.
pub(super) async fn begin(
    oauth: &OAuth,
    request: &HttpRequest,
    pool: &UserPool,
    signed_in: &mut SignedIn,
) -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    oauth.tokens.effects.random.fill(&mut bytes);
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let session = Brief {
        expires: Timestamp::from_millis(signed_in.at.millis().saturating_add(HOUR)),
        value: BrowserSession {
            user: signed_in.user.key(pool.fixed.case_sensitive()),
            sub: signed_in.user.sub.clone(),
            at: signed_in.at,
        },
    };
    forget(oauth, request, &pool.id).await?;
    let digest = digest(&token);
    let key = documents::browser_session(&pool.id, &digest);
    let database = oauth.tokens.views.database();
    database
        .transact(async |tx| {
            tx.put(&key, &session)?;
            Ok::<_, StoreError>(())
        })
        .await?;
    signed_in.session = Some(digest);
    let fresh = format!("{}.{token}", pool.id);
    let others = tokens(request).into_iter().filter(|(of, _)| *of != pool.id.as_str());
    let others = others.map(|(of, token)| format!("{of}.{token}"));
    let value = std::iter::once(fresh).chain(others).take(MOST).collect::<Vec<_>>().join(":");
    Ok(cookie(request, &value, HOUR / 1_000))
}

/// Signs the browser out of this pool; the cookie to set.
pub(super) async fn end(oauth: &OAuth, request: &HttpRequest, pool: &UserPoolId) -> Result<String, StoreError> {
    forget(oauth, request, pool).await?;
    let others = tokens(request).into_iter().filter(|(of, _)| *of != pool.as_str());
    let value = others.map(|(of, token)| format!("{of}.{token}")).collect::<Vec<_>>().join(":");
    let age = if value.is_empty() { 0 } else { HOUR / 1_000 };
    Ok(cookie(request, &value, age))
}

/// Deletes the documents behind the tokens that the browser has for this pool.
async fn forget(oauth: &OAuth, request: &HttpRequest, pool: &UserPoolId) -> Result<(), StoreError> {
    let own = tokens(request).into_iter().filter(|(of, _)| *of == pool.as_str());
    let keys: Vec<_> = own.map(|(_, token)| documents::browser_session(pool, &digest(token))).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let database = oauth.tokens.views.database();
    database
        .transact(async |tx| {
            for key in &keys {
                tx.delete(key);
            }
            Ok::<_, StoreError>(())
        })
        .await
}

/// Pool and token of each pair in the cookie, newest first, as many as we ever put there.
fn tokens(request: &HttpRequest) -> Vec<(&str, &str)> {
    let pairs = cookies::named(request, COOKIE).flat_map(|value| value.split(':'));
    let sound = |token: &str| {
        token.len() == 43 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let id =
        |pool: &str| pool.len() <= 55 && pool.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    pairs.filter_map(|pair| pair.split_once('.')).filter(|(pool, token)| id(pool) && sound(token)).take(MOST).collect()
}

fn cookie(request: &HttpRequest, value: &str, max_age: i64) -> String {
    Cookie { name: COOKIE, value, path: "/", max_age: Some(max_age) }.header(request)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_cookie_holds_a_token_for_each_pool_and_nothing_else_is_taken_for_one() {
        let token = "a".repeat(43);
        let value = format!("cognito=eu-west-1_A.{token}:x.y:../_B.{token}:eu-west-1_C.{token}.:eu-west-1_D.{token}");
        let request = TestRequest::default().insert_header((header::COOKIE, value)).to_http_request();
        assert_eq!(tokens(&request), [("eu-west-1_A", token.as_str()), ("eu-west-1_D", token.as_str())]);
    }

    #[test]
    fn a_cookie_of_countless_pairs_is_not_read_to_its_end() {
        let pair = format!("p.{}", "a".repeat(43));
        let value = format!("cognito={}", vec![pair; 100].join(":"));
        let request = TestRequest::default().insert_header((header::COOKIE, value)).to_http_request();
        assert_eq!(tokens(&request).len(), MOST);
    }
}
