//! Tokens of people: begun by a sign-in, exchanged for a code, refreshed, revoked, and presented.

mod access;
mod exchange;
mod mint;
mod refresh;
pub mod refresh_token;
mod revoke;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::domain::id::{SignInId, UserKey, UserPoolId};
use crate::domain::pool::UserPool;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::scope::Scope;
use crate::domain::secret::Secret;
use crate::domain::sign_in::{AuthorizationCode, Brief, Origin, RefreshFamily, SignIn};
use crate::domain::time::Timestamp;
use crate::domain::trace::Trace;
use crate::domain::user::User;
use crate::effects::random;
use crate::store::transaction::Transaction;
use crate::store::{StoreError, documents};

use super::{ClientView, TokenFailure, Tokens};

pub use access::{Access, AccessFailure, Holder, Named};
pub use exchange::Exchange;
pub use refresh::RefreshWay;
pub use revoke::{AssociatedSessions, RevokeFailure};

use exchange::readable;
use mint::Grounds;

/// How long an authorization code can be exchanged, in seconds.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
const CODE_LIFETIME: u64 = 300;
/// How long an access token can live at most, in seconds: so long its family must be known.
const LONGEST_ACCESS: u64 = 86_400;

/// What a person's sign-in, exchange or refresh comes to.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonTokens {
    /// The signed access token.
    pub access_token: String,
    /// The signed ID token; a grant without `openid` has none.
    pub id_token: Option<String>,
    /// The refresh token, where there is a new one.
    pub refresh_token: Option<String>,
    /// The access token's life in seconds.
    pub expires_in: u64,
    /// The scopes in the access token.
    pub scopes: Vec<Scope>,
}

/// For which client, under which issuer and on what occasion tokens are issued.
#[derive(Clone, Copy)]
pub struct Issuing<'a> {
    /// The client.
    pub view: &'a ClientView,
    /// `iss`
    pub issuer: &'a str,
    /// What the trigger before token generation is told.
    pub occasion: Occasion,
    /// What the client tells the trigger.
    pub metadata: &'a BTreeMap<String, String>,
}

/// On what occasion a trigger is asked before tokens are generated.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A sign-in at the hosted pages.
    HostedAuth,
    /// A sign-in through the API.
    Authentication,
    /// A sign-in in which a new password was chosen.
    NewPasswordChallenge,
    /// A refresh.
    RefreshTokens,
    /// A machine.
    ClientCredentials,
}

impl Occasion {
    /// The name of the trigger's source.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HostedAuth => "TokenGeneration_HostedAuth",
            Self::Authentication => "TokenGeneration_Authentication",
            Self::NewPasswordChallenge => "TokenGeneration_NewPasswordChallenge",
            Self::RefreshTokens => "TokenGeneration_RefreshTokens",
            Self::ClientCredentials => "TokenGeneration_ClientCredentials",
        }
    }
}

/// The id of the sign-in that a code stands for: it follows from the code, and the code does not follow from it. What
/// tells the time in the code tells it in the id too.
pub fn sign_in_of(code: &str) -> SignInId {
    let digest = Sha256::digest(code.as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, of_digest)| *byte = of_digest);
    if let Ok(code) = uuid::Uuid::try_parse(code) {
        bytes.iter_mut().zip(code.into_bytes()).take(3).for_each(|(byte, of_code)| *byte = of_code);
    }
    SignInId::from(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

/// The digest that stands for a secret in the key of its document.
pub fn digest(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

impl Tokens {
    /// The first tokens of a sign-in that was just proven; what they share with later ones is kept.
    pub async fn begin(
        &self,
        issuing: &Issuing<'_>,
        user: &User,
        sign_in: SignIn,
        trace: &mut Trace<IssueRule>,
    ) -> Result<PersonTokens, TokenFailure> {
        let (view, scopes) = (issuing.view, sign_in.scopes.clone());
        let grounds = Grounds { user, sign_in: &sign_in, scopes: &scopes, first: true };
        if sign_in.origin == Origin::Implicit {
            readable(view, &scopes, trace)?;
            let draft = self.draft(issuing, &grounds, trace).await?;
            return self.mint(issuing, &grounds, draft).await;
        }
        let draft = self.draft(issuing, &grounds, trace).await?;
        let family = self.new_family(view, sign_in.clone());
        let kept = async { Ok(self.keep(view, &family).await?) };
        let ((), tokens) = tokio::try_join!(kept, self.mint(issuing, &grounds, draft))?;
        Ok(PersonTokens { refresh_token: Some(refresh_token::write(&family)), ..tokens })
    }

    /// A sign-in of this moment, through this door, to these scopes.
    pub fn new_sign_in(
        &self,
        view: &ClientView,
        user: &User,
        scopes: Vec<Scope>,
        (origin, at): (Origin, Timestamp),
    ) -> SignIn {
        let (random, now) = (&*self.effects.random, self.effects.clock.now());
        SignIn {
            id: SignInId::from(random::ordered_uuid(random, now)),
            user: key_of(&view.owner, &user.username),
            sub: user.sub.clone(),
            client: view.client.clone(),
            origin,
            at,
            begun: now,
            event_id: random::uuid(random),
            scopes,
            nonce: None,
            resource: None,
            session: None,
        }
    }

    /// A code that can be exchanged once within five minutes.
    pub async fn new_code(&self, view: &ClientView, code: AuthorizationCode) -> Result<String, StoreError> {
        let now = self.effects.clock.now();
        let text = random::ordered_uuid(&*self.effects.random, now);
        let sign_in = sign_in_of(&text);
        let key = documents::authorization_code(&view.pool, &sign_in);
        let code = AuthorizationCode { sign_in: SignIn { id: sign_in, ..code.sign_in }, ..code };
        let document = Brief { expires: now.plus_seconds(CODE_LIFETIME), value: code };
        let work = async |tx: &mut Transaction<'_>| tx.put(&key, &document);
        self.views.database().transact(work).await?;
        Ok(text)
    }

    fn new_family(&self, view: &ClientView, sign_in: SignIn) -> RefreshFamily {
        let mut secret = [0; 32];
        self.effects.random.fill(&mut secret);
        RefreshFamily {
            sign_in,
            secret: Secret::new(URL_SAFE_NO_PAD.encode(secret)),
            generation: 0,
            replaced: None,
            refresh_until: self.effects.clock.now().plus_seconds(view.refresh_token_lifetime),
            revoked: false,
        }
    }

    async fn keep(&self, view: &ClientView, family: &RefreshFamily) -> Result<(), StoreError> {
        let work = async |tx: &mut Transaction<'_>| put_family(tx, &view.pool, family);
        self.views.database().transact(work).await
    }
}

/// Plans to keep the family for as long as any token of it can be presented.
fn put_family(tx: &mut Transaction<'_>, pool: &UserPoolId, family: &RefreshFamily) -> Result<(), StoreError> {
    let expires = family.refresh_until.plus_seconds(LONGEST_ACCESS);
    let key = documents::refresh_family(pool, &family.sign_in.id);
    tx.put(&key, &Brief { expires, value: family.clone() })
}

/// The key of the user of this name.
fn key_of(pool: &UserPool, username: &str) -> UserKey {
    UserKey::of_username(username, pool.fixed.case_sensitive())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_base64url_of_sha_256() {
        assert_eq!(digest("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    }
}
