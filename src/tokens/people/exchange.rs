//! A code for tokens, once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::domain::id::UserPoolId;
use crate::domain::readable::forbidden;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::scope::Scope;
use crate::domain::sign_in::{AuthorizationCode, Brief, Origin, SignIn};
use crate::domain::trace::{Cut, Evidence, Refused, Standing, Trace};
use crate::domain::user::User;
use crate::store::transaction::Transaction;
use crate::store::{StoreError, documents};
use crate::tokens::client_view::defined_among;
use crate::tokens::{ClientView, TokenFailure, Tokens};

use super::mint::Grounds;
use super::{Issuing, PersonTokens, put_family, refresh_token, sign_in_of};

/// What an exchange presents.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    /// The code.
    pub code: &'a str,
    /// The callback that it was sent to.
    pub redirect_uri: &'a str,
    /// The verifier of PKCE.
    pub verifier: Option<&'a str>,
}

/// What a code was spent on.
struct Spent {
    user: User,
    sign_in: SignIn,
    refresh_token: String,
}

/// The outcome of a transaction that also commits when the answer is no.
type Judged<T> = Result<T, Refused<IssueRule>>;

impl Tokens {
    /// Spends the code and issues the first tokens of its sign-in. Of several at the same time one wins.
    pub async fn exchange(
        &self,
        issuing: &Issuing<'_>,
        asked: &Exchange<'_>,
        trace: &mut Trace<IssueRule>,
    ) -> Result<PersonTokens, TokenFailure> {
        let spend = async |tx: &mut Transaction<'_>| {
            let mut steps = Trace::new();
            let judged = self.spend(tx, issuing.view, asked, &mut steps).await?;
            Ok::<_, TokenFailure>((judged, steps))
        };
        let (judged, steps) = self.views.database().transact(spend).await?;
        trace.append(steps);
        let Spent { user, sign_in, refresh_token } = judged?;
        let grounds = Grounds { user: &user, sign_in: &sign_in, scopes: &sign_in.scopes, first: true };
        let draft = self.draft(issuing, &grounds, trace).await?;
        let tokens = self.mint(issuing, &grounds, draft).await?;
        Ok(PersonTokens { refresh_token: Some(refresh_token), ..tokens })
    }

    /// Judges the code. From the moment it is known to be this client's it is spent, whatever comes of it.
    async fn spend(
        &self,
        tx: &mut Transaction<'_>,
        view: &ClientView,
        asked: &Exchange<'_>,
        trace: &mut Trace<IssueRule>,
    ) -> Result<Judged<Spent>, TokenFailure> {
        let key = documents::authorization_code(&view.pool, &sign_in_of(asked.code));
        let found = tx.get(&key).await?;
        let code = match self.usable(found, view, trace) {
            Ok(code) => code,
            Err(refused) => return Ok(Err(refused)),
        };
        tx.delete(&key);
        let mut sign_in = code.sign_in.clone();
        let user = tx.peek(&documents::user(&view.pool, &sign_in.user)).await?;
        let user = match repeated(&code, asked, trace).and_then(|()| alive(user, &sign_in, trace)) {
            Ok(user) => user,
            Err(refused) => return Ok(Err(refused)),
        };
        sign_in.scopes = self.still_granted(view, &sign_in, trace).await?;
        if let Err(refused) = readable(view, &sign_in.scopes, trace) {
            return Ok(Err(refused));
        }
        let family = self.new_family(view, sign_in);
        put_family(tx, &view.pool, &family)?;
        let refresh_token = refresh_token::write(&family);
        Ok(Ok(Spent { user, sign_in: family.sign_in, refresh_token }))
    }

    fn usable(
        &self,
        found: Option<Brief<AuthorizationCode>>,
        view: &ClientView,
        trace: &mut Trace<IssueRule>,
    ) -> Judged<AuthorizationCode> {
        let refuse = |trace: &mut Trace<IssueRule>, why| {
            trace.require(SignInRule::CodeUsable, false, Evidence::Remark(why)).map(|()| None)
        };
        let code = match found {
            None => refuse(trace, "the code is unknown: it was spent already, or it never was one of this pool")?,
            Some(brief) => match brief.alive(self.effects.clock.now()) {
                None => refuse(trace, "the code is older than five minutes")?,
                Some(code) if code.sign_in.client != view.client => {
                    refuse(trace, "the code was issued to another client, for which it still works")?
                }
                code => code,
            },
        };
        let held = trace.require(SignInRule::CodeUsable, code.is_some(), Evidence::Nothing);
        held.map(|()| code.expect("invariant: a missing code was refused"))
    }

    /// The granted scopes that the client still has and that are still defined; the others are left out, never refused.
    pub(super) async fn still_granted(
        &self,
        view: &ClientView,
        sign_in: &SignIn,
        trace: &mut Trace<IssueRule>,
    ) -> Result<Vec<Scope>, StoreError> {
        // What the API grants is on no list.
        if sign_in.origin == Origin::Api {
            trace.note(SignInRule::ApiSignInScope, Evidence::Nothing);
            return Ok(sign_in.scopes.clone());
        }
        let mut kept = Vec::with_capacity(sign_in.scopes.len());
        for scope in &sign_in.scopes {
            match view.allowed.standing(scope.as_str()) {
                Some(standing @ Standing::Inactive) => {
                    trace.note(IssueRule::ScopeActive, Evidence::Scope { scope: scope.clone(), standing });
                }
                Some(standing) => {
                    trace.grant(IssueRule::ScopeOnClientList, Evidence::Scope { scope: scope.clone(), standing });
                    kept.push(scope.clone());
                }
                None => {
                    let keep = self.removed(view, scope, trace).await?;
                    kept.extend(keep.then(|| scope.clone()));
                }
            }
        }
        Ok(kept)
    }

    /// Whether a scope is kept that is no longer on the client's list.
    async fn removed(
        &self,
        view: &ClientView,
        scope: &Scope,
        trace: &mut Trace<IssueRule>,
    ) -> Result<bool, StoreError> {
        let defined = scope.is_built_in() || self.defines(&view.pool, scope).await?;
        let standing = match (scope.is_built_in(), defined) {
            (true, _) => Standing::BuiltInNotOnList,
            (false, true) => Standing::DefinedButNotOnList,
            (false, false) => Standing::UndefinedAndNotOnList,
        };
        let evidence = Evidence::UnlistedScope { scope: Cut::new(scope.as_str()), standing, meant: None };
        trace.note(IssueRule::ScopeOnClientList, evidence);
        Ok(view.choices.keep_removed_scopes && defined)
    }

    async fn defines(&self, pool: &UserPoolId, scope: &Scope) -> Result<bool, StoreError> {
        let defined = defined_among(self.views.database(), pool, std::iter::once(scope.as_str())).await?;
        Ok(!defined.is_empty())
    }
}

/// Whether the exchange says the same as the authorize request did.
fn repeated(code: &AuthorizationCode, asked: &Exchange<'_>, trace: &mut Trace<IssueRule>) -> Judged<()> {
    if code.redirect_uri != asked.redirect_uri {
        let differs = Evidence::differs("redirect_uri", asked.redirect_uri, &code.redirect_uri);
        trace.require(SignInRule::RedirectRepeated, false, differs)?;
    }
    trace.grant(SignInRule::RedirectRepeated, Evidence::Nothing);
    // COGNITO: a verifier that nobody asked for is ignored (assumed; docs/fidelity.md).
    let Some(challenge) = &code.code_challenge else { return Ok(()) };
    let Some(verifier) = asked.verifier else {
        let missing = Evidence::Remark("the authorize request had a code challenge, the exchange has no code_verifier");
        return trace.require(SignInRule::CodeVerifierMatches, false, missing);
    };
    let computed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let same = bool::from(computed.as_bytes().ct_eq(challenge.as_bytes()));
    let plain = verifier == challenge;
    let evidence = match (same, plain) {
        (true, _) => Evidence::Nothing,
        (false, true) => Evidence::Remark("the verifier is the challenge itself: the method is S256, never plain"),
        (false, false) => Evidence::Remark("the challenge is not the base64url of the verifier's SHA-256"),
    };
    trace.require(SignInRule::CodeVerifierMatches, same, evidence)
}

/// The user of a sign-in, if it is still the same and may still come in.
pub(super) fn alive(found: Option<User>, sign_in: &SignIn, trace: &mut Trace<IssueRule>) -> Judged<User> {
    let username = Cut::new(sign_in.user.as_str());
    let evidence = Evidence::User { sub: sign_in.sub.clone(), username };
    let user = found.filter(|user| user.sub == sign_in.sub);
    trace.require(SignInRule::UserExists, user.is_some(), evidence)?;
    let user = user.expect("invariant: a missing user was refused");
    if !user.enabled {
        trace.require(SignInRule::UserEnabled, false, Evidence::Nothing)?;
    }
    if user.was_signed_out_after(sign_in.begun) {
        let everywhere = Evidence::Remark("the user was signed out everywhere since");
        trace.require(SignInRule::RefreshTokenNotRevoked, false, everywhere)?;
    }
    Ok(user)
}

/// Whether the client may read what the scopes stand for.
pub(super) fn readable(view: &ClientView, scopes: &[Scope], trace: &mut Trace<IssueRule>) -> Judged<()> {
    let forbidden = forbidden(&view.settings, scopes);
    if forbidden.is_empty() {
        return Ok(());
    }
    let names = Evidence::names("attributes missing from ReadAttributes", forbidden);
    trace.require(SignInRule::AttributesReadable, false, names)
}
