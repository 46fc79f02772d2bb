//! From what a form says to a user who is proven, or to the page that asks for more.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::rules::authorize_request::Arrival;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::sign_in::Origin;
use crate::explain::Answer as Told;
use crate::oauth::OAuth;
use crate::oauth::session::SignedIn;
use crate::registry::RegistryError;
use crate::sign_in::{Answer, Attempt, Challenge, Holder, Next, SignInFailure};
use crate::tokens::{AccessFailure, TokenFailure};

use super::frame::set_cookies;
use super::login::{self, Shown};
use super::step::Step;
use super::visit::{Said, Visit};
use super::words;

/// The door of the pages: sessions that begin here are of no use to the JSON API, and the other way round.
pub(in crate::oauth) const DOOR: Origin = Origin::Code;

/// The challenge of an app that is to be set up.
pub(in crate::oauth) const MFA_SETUP: &str = "MFA_SETUP";

/// Takes the form's user name and password.
pub(in crate::oauth) async fn password(oauth: &OAuth, request: &HttpRequest, mut visit: Visit) -> HttpResponse {
    let (username, password) = (visit.field("username").to_owned(), visit.field("password").to_owned());
    let (view, metadata) = (Arc::clone(&visit.admitted.view), BTreeMap::new());
    let attempt = Attempt { view: &view, username: &username, metadata: &metadata, door: DOOR, admin: false };
    match oauth.sign_ins.with_password(&attempt, &password, &mut visit.decision.trace).await {
        Ok(next) => go_on(oauth, request, visit, next).await,
        Err(failure) => not_signed_in(oauth, request, visit, failure).await,
    }
}

/// Takes the answer to the challenge that the browser stands at.
pub(in crate::oauth) async fn answer(
    oauth: &OAuth,
    visit: &mut Visit,
    step: &Step,
    responses: impl IntoIterator<Item = (&str, String)>,
) -> Result<Next, SignInFailure> {
    let mut responses: BTreeMap<String, String> =
        responses.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    responses.insert("USERNAME".to_owned(), step.username.clone());
    let answer = Answer {
        view: &visit.admitted.view,
        challenge: &step.challenge,
        session: Some(&step.session),
        responses: &responses,
        metadata: &BTreeMap::new(),
        door: DOOR,
        admin: false,
    };
    oauth.sign_ins.answer(&answer, &mut visit.decision.trace).await
}

/// Goes on with what a step led to: to the page of the next one, or to the dispatcher.
pub(in crate::oauth) async fn go_on(oauth: &OAuth, request: &HttpRequest, visit: Visit, next: Next) -> HttpResponse {
    match next {
        Next::SignedIn(proven) => {
            let who = SignedIn { user: proven.user, at: proven.at, session: None };
            visit.go_on(oauth, request, (Arrival::SignedIn, who), Vec::new()).await
        }
        Next::Challenge(challenge) => ask(oauth, request, visit, challenge).await,
    }
}

async fn ask(oauth: &OAuth, request: &HttpRequest, mut visit: Visit, challenge: Challenge) -> HttpResponse {
    let path = match challenge.name {
        "NEW_PASSWORD_REQUIRED" => "/changePassword",
        "SOFTWARE_TOKEN_MFA" | "SMS_MFA" | "EMAIL_OTP" | "SELECT_MFA_TYPE" | MFA_SETUP => "/mfa",
        other => {
            let problem = format!("The pool asks for {other}, which these pages cannot answer.");
            let shown = Shown::problem(StatusCode::BAD_REQUEST, problem, String::new());
            return login::refused(oauth, request, visit, shown).await;
        }
    };
    let destination = challenge.parameters.get("CODE_DELIVERY_DESTINATION").cloned().unwrap_or_default();
    let known = Step::read(request, &visit.admitted.view).filter(|_| visit.form.get("username").is_none());
    let username = known.map_or_else(|| visit.field("username").to_owned(), |step| step.username);
    let mut step = Step {
        client: visit.admitted.view.client.to_string(),
        username,
        challenge: challenge.name.to_owned(),
        session: challenge.session.unwrap_or_default(),
        parameters: shown(challenge.parameters),
        destination,
        secret: String::new(),
    };
    if challenge.name == MFA_SETUP {
        match oauth.sign_ins.associate(Holder::PageSession(&step.session), &mut visit.decision.trace).await {
            Ok(associated) => {
                associated.secret.reveal().clone_into(&mut step.secret);
                step.session = associated.session.unwrap_or_default();
            }
            Err(failure) => return not_signed_in(oauth, request, visit, failure).await,
        }
    }
    let mut response = visit.decision.to_page(path, None);
    set_cookies(&mut response, &step.cookies(request, path));
    response
}

/// Those of a challenge's parameters that a page shows; attributes of the user are none of them.
fn shown(parameters: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let names = ["MFAS_CAN_CHOOSE", "requiredAttributes", "CODE_DELIVERY_DELIVERY_MEDIUM"];
    parameters.into_iter().filter(|(name, _)| names.contains(&name.as_str())).collect()
}

/// The page to sign in on again, or the one that the account's state leads to.
async fn not_signed_in(oauth: &OAuth, request: &HttpRequest, visit: Visit, failure: SignInFailure) -> HttpResponse {
    let username = visit.field("username").to_owned();
    let elsewhere = match &failure {
        SignInFailure::Refused(IssueRule::SignIn(SignInRule::UserConfirmed)) => Some(("/confirm", None)),
        SignInFailure::Refused(IssueRule::SignIn(SignInRule::PasswordNotReset)) => {
            Some(("/confirmforgotPassword", Some("reset")))
        }
        _ => None,
    };
    if let Some((path, notice)) = elsewhere {
        let step = Step { client: visit.admitted.view.client.to_string(), username, ..Step::default() };
        let mut response = visit.decision.to_page(path, notice);
        set_cookies(&mut response, &step.cookies(request, path));
        visit.decision.record(oauth, Told::Refused { status: 302, error: None, description: None });
        return response;
    }
    match words::sign_in(&failure) {
        Some(problem) => {
            let shown = Shown::problem(StatusCode::UNAUTHORIZED, problem, username);
            login::refused(oauth, request, visit, shown).await
        }
        None => visit.decision.refuse(oauth, &ours(failure)),
    }
}

/// What became of an answer that was not taken: the page again with a word on it, or back to the beginning.
pub(in crate::oauth) fn not_taken(
    oauth: &OAuth,
    request: &HttpRequest,
    visit: Visit,
    failure: SignInFailure,
) -> Result<(Visit, Said), Box<HttpResponse>> {
    let over = [SignInRule::SessionKnown, SignInRule::SessionAlive, SignInRule::SessionUnused];
    if let SignInFailure::Refused(IssueRule::SignIn(rule)) = &failure
        && over.contains(rule)
    {
        return Err(Box::new(begin_again(oauth, request, visit)));
    }
    match words::sign_in(&failure) {
        Some(problem) => Ok((visit, Said::problem(StatusCode::UNAUTHORIZED, problem))),
        None => Err(Box::new(visit.decision.refuse(oauth, &ours(failure)))),
    }
}

/// Back to the page to sign in on, with a word on why.
pub(in crate::oauth) fn begin_again(oauth: &OAuth, request: &HttpRequest, visit: Visit) -> HttpResponse {
    let mut response = visit.decision.to_page("/login", Some("expired"));
    set_cookies(&mut response, &Step::over(request));
    visit.decision.record(oauth, Told::Refused { status: 302, error: None, description: None });
    response
}

/// A failure that is no fault of the user's, as the dispatcher answers it.
fn ours(failure: SignInFailure) -> TokenFailure {
    match failure {
        SignInFailure::Token(failure) => failure,
        SignInFailure::Registry(RegistryError::Store(error)) | SignInFailure::Access(AccessFailure::Store(error)) => {
            error.into()
        }
        SignInFailure::Access(AccessFailure::Key(error)) => error.into(),
        failure => crate::keys::KeyError::Unusable(failure.to_string()).into(),
    }
}
