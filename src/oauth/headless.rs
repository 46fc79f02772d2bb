//! A whole browser sign-in without a browser: authorize, sign-in and, if wanted, the exchange, through the functions that
//! the pages and the token endpoint use.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;

use crate::domain::rules::authorize_request::Arrival;
use crate::domain::user::User;
use crate::explain::{Answer as Told, Explanation};
use crate::sign_in::{Answer, Attempt, Challenge, Next, SignInFailure};
use crate::tokens::{Exchange, Issuing, Occasion, PersonTokens, RequestOrigin, TokenFailure, digest};

use super::OAuth;
use super::authorize::{Admitted, Decision, settle};
use super::pages::{DOOR, choose, words};
use super::session::SignedIn as Person;

/// Who is to be signed in, with which client, and what for.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headless {
    /// The client.
    pub client_id: String,
    /// The user name or an alias.
    pub username: String,
    /// The password; without one the user is signed in as by the picker.
    #[serde(default)]
    pub password: Option<String>,
    /// The code of an authenticator app, for users who are asked for one or may choose it.
    #[serde(default)]
    pub mfa_code: Option<String>,
    /// The callback; the client's default or only one if it is left out.
    #[serde(default)]
    pub redirect_uri: Option<String>,
    /// The scopes; all of the client's if they are left out.
    #[serde(default)]
    pub scope: Option<String>,
    /// What the ID token is to repeat.
    #[serde(default)]
    pub nonce: Option<String>,
    /// What the callback is to get back.
    #[serde(default)]
    pub state: Option<String>,
    /// The API that the access token is for.
    #[serde(default)]
    pub resource: Option<String>,
    /// The caller's own S256 challenge: then the code is the caller's to exchange.
    #[serde(default)]
    pub code_challenge: Option<String>,
    /// `code` unless it is `token`.
    #[serde(default)]
    pub response_type: Option<String>,
    /// Whether the code is exchanged at once; so it is, unless the challenge is the caller's own.
    #[serde(default)]
    pub exchange: Option<bool>,
}

/// What it came to.
#[derive(Clone, Serialize)]
pub struct SignedIn {
    /// The id of the request, which is that of its trace.
    pub request_id: String,
    /// Where a browser would have been sent.
    pub redirect: String,
    /// The code, unless it was exchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The tokens, if the code was exchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
}

/// The members of the token endpoint's answer.
#[derive(Clone, Serialize)]
pub struct Tokens {
    /// The ID token; a grant without `openid` has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// The access token.
    pub access_token: String,
    /// The refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The access token's life in seconds.
    pub expires_in: u64,
    /// `Bearer`
    pub token_type: &'static str,
}

/// Why there is nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// An HTTP status that fits.
    pub status: u16,
    /// What the callback or the error page would have been told.
    pub error: String,
    /// The cause in one sentence.
    pub message: String,
    /// The id of the request, which is that of its trace.
    pub request_id: String,
}

/// What stopped a sign-in.
enum Stop {
    Token(TokenFailure),
    SignIn(SignInFailure),
    Asked(&'static str),
}

impl From<TokenFailure> for Stop {
    fn from(failure: TokenFailure) -> Self {
        Self::Token(failure)
    }
}

impl From<SignInFailure> for Stop {
    fn from(failure: SignInFailure) -> Self {
        Self::SignIn(failure)
    }
}

/// Signs a user in as a browser would; the decision is recorded like any other.
pub async fn sign_in(oauth: &OAuth, origin: RequestOrigin<'_>, request: &Headless) -> Result<SignedIn, Refusal> {
    let verifier = verifier(oauth);
    let mut decision = Decision::new(oauth, &query(request, &verifier));
    match run(oauth, origin, (request, &verifier), &mut decision).await {
        Ok((signed_in, granted)) => {
            decision.record(oauth, granted);
            Ok(signed_in)
        }
        Err(stop) => Err(refusal(oauth, decision, &stop)),
    }
}

async fn run(
    oauth: &OAuth,
    origin: RequestOrigin<'_>,
    (request, verifier): (&Headless, &str),
    decision: &mut Decision,
) -> Result<(SignedIn, Told), Stop> {
    let view = decision.client(oauth, |_| true).await?;
    let issuer = oauth.tokens.issuers.issuer(view.choices.issuer, &view.pool, origin);
    let admitted = decision.follow(oauth, view, issuer).await?;
    let user = person(oauth, request, &admitted, decision).await?;
    let who = Person { user, at: oauth.tokens.effects.clock.now(), session: None };
    let sent = settle(oauth, decision, &admitted, Some((Arrival::SignedIn, who))).await?;
    let sent = sent.ok_or(Stop::Asked("the request asks for the user all the same"))?;
    let exchanges = request.exchange.unwrap_or(request.code_challenge.is_none());
    let mut signed_in = SignedIn {
        request_id: decision.id.to_string(),
        redirect: sent.url,
        code: sent.code,
        state: request.state.clone(),
        tokens: None,
    };
    let mut granted = Told::Granted { scopes: sent.scopes, expires_in: sent.expires_in };
    if let Some(code) = signed_in.code.take_if(|_| exchanges) {
        let tokens = exchange(oauth, &admitted, (&code, verifier), decision).await?;
        granted = Told::Granted { scopes: tokens.scopes.clone(), expires_in: tokens.expires_in };
        signed_in.tokens = Some(tokens.into());
    }
    Ok((signed_in, granted))
}

/// The user, proven by a password and perhaps a code, or simply chosen.
async fn person(oauth: &OAuth, request: &Headless, admitted: &Admitted, decision: &mut Decision) -> Result<User, Stop> {
    let view = &admitted.view;
    let Some(password) = request.password.as_deref() else {
        return Ok(choose(oauth, &view.owner, &request.username, &mut decision.trace).await?);
    };
    let metadata = BTreeMap::new();
    let attempt = Attempt { view, username: &request.username, metadata: &metadata, door: DOOR, admin: false };
    let mut next = oauth.sign_ins.with_password(&attempt, password, &mut decision.trace).await?;
    loop {
        let challenge = match next {
            Next::SignedIn(proven) => return Ok(proven.user),
            Next::Challenge(challenge) => challenge,
        };
        let (name, value) = response(request, &challenge).ok_or(Stop::Asked(challenge.name))?;
        let responses = [("USERNAME".to_owned(), request.username.clone()), (name.to_owned(), value)];
        let answer = Answer {
            view,
            challenge: challenge.name,
            session: challenge.session.as_deref(),
            responses: &BTreeMap::from(responses),
            metadata: &metadata,
            door: DOOR,
            admin: false,
        };
        next = oauth.sign_ins.answer(&answer, &mut decision.trace).await?;
    }
}

/// What the request can answer to a challenge. A code that is sent is none of it: every sign-in has another one, which
/// nobody knows beforehand.
fn response(request: &Headless, challenge: &Challenge) -> Option<(&'static str, String)> {
    const APP: &str = "SOFTWARE_TOKEN_MFA";
    let code = request.mfa_code.clone()?;
    let may_choose = || challenge.parameters.get("MFAS_CAN_CHOOSE").is_some_and(|listed| listed.contains(APP));
    match challenge.name {
        APP => Some(("SOFTWARE_TOKEN_MFA_CODE", code)),
        "SELECT_MFA_TYPE" if may_choose() => Some(("ANSWER", APP.to_owned())),
        _ => None,
    }
}

async fn exchange(
    oauth: &OAuth,
    admitted: &Admitted,
    (code, verifier): (&str, &str),
    decision: &mut Decision,
) -> Result<PersonTokens, TokenFailure> {
    let metadata = BTreeMap::new();
    let issuing =
        Issuing { view: &admitted.view, issuer: &admitted.issuer, occasion: Occasion::HostedAuth, metadata: &metadata };
    let asked = Exchange { code, redirect_uri: &admitted.callback.url, verifier: Some(verifier) };
    oauth.tokens.exchange(&issuing, &asked, &mut decision.trace).await
}

fn refusal(oauth: &OAuth, decision: Decision, stop: &Stop) -> Refusal {
    let request_id = decision.id.to_string();
    let answer = |status, error| Told::Refused { status, error: Some(error), description: None };
    let (told, said) = match stop {
        Stop::Token(failure) => (decision.refusal(failure).1, None),
        Stop::SignIn(failure) => {
            if let Some(said) = words::sign_in(failure) {
                (answer(401, "not_signed_in"), Some(said))
            } else {
                tracing::error!(%failure, "a sign-in could not be answered");
                (answer(500, "server_error"), None)
            }
        }
        Stop::Asked(name) => (answer(401, "challenge"), Some(format!("the user must answer {name} first"))),
    };
    let (status, error, description) = match told {
        Told::Refused { status, error, description } => (status, error, description),
        Told::Granted { .. } | Told::Challenged { .. } => (500, None, None),
    };
    let record = decision.into_record(oauth, told);
    let message = said.unwrap_or_else(|| Explanation::of(&record).cause);
    oauth.recorder.record(record);
    // A browser would have been redirected; whoever asks like this is simply told.
    let status = if status == 302 { 400 } else { status };
    let error = description.or(error).unwrap_or("refused").to_owned();
    Refusal { status, error, message, request_id }
}

fn query(request: &Headless, verifier: &str) -> String {
    let challenge = request.code_challenge.clone().unwrap_or_else(|| digest(verifier));
    let response_type = request.response_type.as_deref().unwrap_or("code");
    let mut query = Serializer::new(String::new());
    query.append_pair("response_type", response_type).append_pair("client_id", &request.client_id);
    if response_type == "code" {
        query.append_pair("code_challenge", &challenge).append_pair("code_challenge_method", "S256");
    }
    let optional = [
        ("redirect_uri", &request.redirect_uri),
        ("scope", &request.scope),
        ("nonce", &request.nonce),
        ("state", &request.state),
        ("resource", &request.resource),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

/// 43 characters that nobody can guess (RFC 7636, section 4.1).
fn verifier(oauth: &OAuth) -> String {
    let mut bytes = [0; 32];
    oauth.tokens.effects.random.fill(&mut bytes);
    digest(&format!("{bytes:02x?}"))
}

impl From<PersonTokens> for Tokens {
    fn from(tokens: PersonTokens) -> Self {
        Self {
            id_token: tokens.id_token,
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            expires_in: tokens.expires_in,
            token_type: "Bearer",
        }
    }
}
