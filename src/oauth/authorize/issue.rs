//! From a signed-in browser to a code or tokens.

use std::collections::BTreeMap;

use crate::domain::client::OAuthFlow;
use crate::domain::rules::authorize_request::{Arrival, session_answers};
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::scope::Scope;
use crate::domain::sign_in::{AuthorizationCode, Origin, SignIn};
use crate::domain::trace::Evidence;
use crate::oauth::OAuth;
use crate::oauth::session::SignedIn;
use crate::tokens::{Issuing, Occasion, TokenFailure};

use super::decision::{Admitted, Decision};

/// How long a code is good for, in seconds.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
const CODE: u64 = 300;

/// What the callback gets.
#[derive(Clone)]
pub(in crate::oauth) struct Sent {
    /// The whole URL.
    pub(in crate::oauth) url: String,
    /// How long what it carries is good for, in seconds.
    pub(in crate::oauth) expires_in: u64,
    /// The scopes of the tokens, or those that the code stands for.
    pub(in crate::oauth) scopes: Vec<Scope>,
    /// The code, if it carries one.
    pub(in crate::oauth) code: Option<String>,
}

/// The answer to the callback, if the session answers the request; `None` if the user must be asked first.
pub(in crate::oauth) async fn settle(
    oauth: &OAuth,
    decision: &mut Decision,
    admitted: &Admitted,
    session: Option<(Arrival, SignedIn)>,
) -> Result<Option<Sent>, TokenFailure> {
    let who = session.as_ref().map(|(arrival, signed_in)| (*arrival, signed_in.evidence()));
    let answers = session_answers(admitted.asked.prompt, who, &mut decision.trace)?;
    let Some((_, signed_in)) = session.filter(|_| answers) else { return Ok(None) };
    let sent = match admitted.asked.flow {
        OAuthFlow::Implicit => tokens(oauth, decision, admitted, &signed_in).await?,
        _ => code(oauth, decision, admitted, &signed_in).await?,
    };
    decision.trace.note(IssueRule::Issued, Evidence::Nothing);
    Ok(Some(sent))
}

fn sign_in(oauth: &OAuth, decision: &Decision, admitted: &Admitted, who: &SignedIn, origin: Origin) -> SignIn {
    let scopes = admitted.scopes.clone();
    let fresh = oauth.tokens.new_sign_in(&admitted.view, &who.user, scopes, (origin, who.at));
    SignIn {
        nonce: decision.fields.get("nonce").map(str::to_owned),
        resource: admitted.asked.resource.clone(),
        session: who.session.clone(),
        ..fresh
    }
}

async fn code(oauth: &OAuth, decision: &Decision, admitted: &Admitted, who: &SignedIn) -> Result<Sent, TokenFailure> {
    let code = AuthorizationCode {
        sign_in: sign_in(oauth, decision, admitted, who, Origin::Code),
        redirect_uri: admitted.callback.url.clone(),
        code_challenge: admitted.asked.code_challenge.clone(),
    };
    let code = oauth.tokens.new_code(&admitted.view, code).await?;
    let scopes = admitted.scopes.clone();
    Ok(Sent { url: admitted.callback.code(&code), expires_in: CODE, scopes, code: Some(code) })
}

async fn tokens(
    oauth: &OAuth,
    decision: &mut Decision,
    admitted: &Admitted,
    who: &SignedIn,
) -> Result<Sent, TokenFailure> {
    let sign_in = sign_in(oauth, decision, admitted, who, Origin::Implicit);
    let issuing = Issuing {
        view: &admitted.view,
        issuer: &admitted.issuer,
        occasion: Occasion::HostedAuth,
        metadata: &BTreeMap::new(),
    };
    let tokens = oauth.tokens.begin(&issuing, &who.user, sign_in, &mut decision.trace).await?;
    let url = admitted.callback.tokens(&tokens.access_token, tokens.id_token.as_deref(), tokens.expires_in);
    Ok(Sent { url, expires_in: tokens.expires_in, scopes: tokens.scopes, code: None })
}
