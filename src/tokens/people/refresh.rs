//! New tokens for an old sign-in.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::sign_in::{Brief, RefreshFamily, SignIn, Unrefreshable};
use crate::domain::trace::{Evidence, Refused, Trace};
use crate::domain::user::User;
use crate::store::documents;
use crate::store::transaction::Transaction;
use crate::tokens::{ClientView, TokenFailure, Tokens};

use super::exchange::alive;
use super::mint::Grounds;
use super::refresh_token::{self, RefreshToken};
use super::{Issuing, PersonTokens, put_family};

/// How a refresh is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshWay {
    /// `grant_type=refresh_token`
    TokenEndpoint,
    /// The flow `REFRESH_TOKEN_AUTH`, which never rotates.
    Flow,
    /// `GetTokensFromRefreshToken`
    GetTokens,
}

/// What a good refresh token leads to.
struct Found {
    user: User,
    sign_in: SignIn,
}

const UNKNOWN: Evidence = Evidence::Remark("no refresh token of this server has this text");

impl Tokens {
    /// New tokens for the sign-in of a refresh token; where tokens rotate, with a replacement.
    pub async fn refresh(
        &self,
        issuing: &Issuing<'_>,
        presented: &str,
        way: RefreshWay,
        trace: &mut Trace<IssueRule>,
    ) -> Result<PersonTokens, TokenFailure> {
        let view = issuing.view;
        let grace = view.settings.rotates_refresh_tokens();
        let possible = way != RefreshWay::Flow || grace.is_none();
        let rotates = Evidence::Remark("refresh tokens of this client rotate, which REFRESH_TOKEN_AUTH cannot do");
        trace.require_or(SignInRule::RefreshAllowed, possible, rotates)?;
        let token = RefreshToken::parse(presented);
        if token.is_none() {
            trace.require(SignInRule::RefreshTokenKnown, false, UNKNOWN)?;
        }
        let token = token.expect("invariant: what is no token was refused");
        let found = self.found(view, (&token, grace.unwrap_or_default()), trace).await?;
        let scopes = self.still_granted(view, &found.sign_in, trace).await?;
        let grounds = Grounds { user: &found.user, sign_in: &found.sign_in, scopes: &scopes, first: false };
        let draft = self.draft(issuing, &grounds, trace).await?;
        // A trigger that fails must not cost the user the token, so it is replaced only now.
        let refresh_token = match grace {
            Some(grace) => Some(self.rotate(view, &token, grace, trace).await?),
            None => None,
        };
        let tokens = self.mint(issuing, &grounds, draft).await?;
        Ok(PersonTokens { refresh_token, ..tokens })
    }

    /// The sign-in that the token refreshes now.
    async fn found(
        &self,
        view: &ClientView,
        (token, grace): (&RefreshToken, u32),
        trace: &mut Trace<IssueRule>,
    ) -> Result<Found, TokenFailure> {
        let database = self.views.database();
        let family = database.get(&documents::refresh_family(&view.pool, &token.sign_in)).await?;
        let sign_in = self.judge(family, view, (token, grace), trace)?.sign_in;
        let user = database.get(&documents::user(&view.pool, &sign_in.user)).await?;
        Ok(Found { user: alive(user, &sign_in, trace)?, sign_in })
    }

    /// Whose refresh token it is, if it is one of this client; whether it still works is another question.
    pub async fn owner_of_refresh_token(
        &self,
        view: &ClientView,
        presented: &str,
    ) -> Result<Option<User>, TokenFailure> {
        let Some(token) = RefreshToken::parse(presented) else { return Ok(None) };
        let family = self.views.database().get(&documents::refresh_family(&view.pool, &token.sign_in)).await?;
        let family = family.map(|brief| brief.value).filter(|family| token.is_of(family));
        let Some(family) = family.filter(|family| family.sign_in.client == view.client) else { return Ok(None) };
        Ok(self.views.database().get(&documents::user(&view.pool, &family.sign_in.user)).await?)
    }

    /// Replaces the token, which was good a moment ago. Of several at the same time one wins; the others are judged by
    /// what it left.
    async fn rotate(
        &self,
        view: &ClientView,
        token: &RefreshToken,
        grace: u32,
        trace: &mut Trace<IssueRule>,
    ) -> Result<String, TokenFailure> {
        let key = documents::refresh_family(&view.pool, &token.sign_in);
        let work = async |tx: &mut Transaction<'_>| {
            let mut steps = Trace::new();
            let judged = self.judge(tx.get(&key).await?, view, (token, grace), &mut steps);
            let judged = match judged {
                Ok(family) => {
                    let user = tx.peek(&documents::user(&view.pool, &family.sign_in.user)).await?;
                    alive(user, &family.sign_in, &mut steps).map(|_| family)
                }
                Err(refused) => Err(refused),
            };
            let mut family = match judged {
                Ok(family) => family,
                Err(refused) => return Ok(Err((refused, steps))),
            };
            family.rotate(token.generation, self.effects.clock.now());
            put_family(tx, &view.pool, &family)?;
            Ok::<_, TokenFailure>(Ok(refresh_token::write(&family)))
        };
        let replaced = self.views.database().transact(work).await?;
        replaced.map_err(|(refused, steps)| {
            trace.append(steps);
            refused.into()
        })
    }

    /// Whether the token is the family's and the family's time is not over.
    fn judge(
        &self,
        found: Option<Brief<RefreshFamily>>,
        view: &ClientView,
        (token, grace): (&RefreshToken, u32),
        trace: &mut Trace<IssueRule>,
    ) -> Result<RefreshFamily, Refused<IssueRule>> {
        let found = found.map(|brief| brief.value).filter(|family| token.is_of(family));
        trace.require_or(SignInRule::RefreshTokenKnown, found.is_some(), UNKNOWN)?;
        let family = found.expect("invariant: a missing family was refused");
        if family.sign_in.client != view.client {
            let stranger = Evidence::Remark("the refresh token was issued to another client");
            trace.require(SignInRule::RefreshTokenKnown, false, stranger)?;
        }
        if let Err(unrefreshable) = family.judge(token.generation, self.effects.clock.now(), grace) {
            let (rule, evidence) = match unrefreshable {
                Unrefreshable::Revoked => (SignInRule::RefreshTokenNotRevoked, Evidence::Remark("it was revoked")),
                Unrefreshable::Over => (SignInRule::RefreshTokenAlive, Evidence::Nothing),
                Unrefreshable::Replaced => (SignInRule::RefreshTokenCurrent, Evidence::Nothing),
            };
            trace.require(rule, false, evidence)?;
        }
        trace.grant(SignInRule::RefreshTokenCurrent, Evidence::Nothing);
        Ok(family)
    }
}
