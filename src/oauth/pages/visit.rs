//! What all pages do before they do anything of their own: judge the request, and hold a form to be ours.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::rules::authorize_request::Arrival;
use crate::domain::rules::issue_rule::IssueRule;
use crate::explain::Answer;
use crate::guard::{self, Guard, body};
use crate::oauth::authorize::{Admitted, Decision, dispatch};
use crate::oauth::fields::Fields;
use crate::oauth::session::SignedIn;
use crate::oauth::{OAuth, csrf, headers, pool, session};
use crate::registry::RegistryError;
use crate::self_service::{AccountError, Asking};
use crate::tokens::TokenFailure;

use super::frame::{FormPage, Frame, frame, set_cookies, show};
use super::step::Step;
use super::{error_page, sign_up, words};

/// The longest form that is read.
const MAX_FORM: usize = 64 * 1024;

static NO_METADATA: BTreeMap<String, String> = BTreeMap::new();

/// What a page says about the last attempt, and the status that goes with it.
pub(in crate::oauth) struct Said {
    pub(in crate::oauth) status: StatusCode,
    pub(in crate::oauth) problem: Option<String>,
}

impl Said {
    /// Nothing: there was none.
    pub(in crate::oauth) const NOTHING: Self = Self { status: StatusCode::OK, problem: None };

    /// What went wrong.
    pub(in crate::oauth) fn problem(status: StatusCode, problem: impl Into<String>) -> Self {
        Self { status, problem: Some(problem.into()) }
    }

    /// The form is not one that our page sent, or of an older page.
    pub(in crate::oauth) fn outdated() -> Self {
        Self::problem(StatusCode::FORBIDDEN, words::OUTDATED)
    }
}

/// A request for a page, which an authorize request of the same parameters could follow.
pub(in crate::oauth) struct Visit {
    pub(in crate::oauth) decision: Decision,
    pub(in crate::oauth) admitted: Admitted,
    /// What the form says; nothing for a GET.
    pub(in crate::oauth) form: Fields,
    /// Whether it is one that our page sent.
    pub(in crate::oauth) ours: bool,
}

impl Visit {
    /// Judges a GET; a refusal is answered as the authorize endpoint answers it.
    pub(in crate::oauth) async fn get(oauth: &OAuth, request: &HttpRequest) -> Result<Self, HttpResponse> {
        let mut decision = Decision::new(oauth, request.query_string());
        check_host(oauth, request, &decision).await?;
        match decision.admit(oauth, request).await {
            Ok(admitted) => Ok(Self { decision, admitted, form: Fields::default(), ours: false }),
            Err(failure) if request.path() == "/login" && decision.follows_logout(&failure) => {
                let (id, fields) = (decision.id.clone(), decision.fields.clone());
                decision.record(oauth, Answer::Refused { status: 400, error: None, description: None });
                Err(error_page::page(oauth, request, (&fields, Some(id.as_str()))))
            }
            Err(failure) => Err(decision.refuse(oauth, &failure)),
        }
    }

    /// Judges a POST and reads its form.
    pub(in crate::oauth) async fn post(
        oauth: &OAuth,
        request: &HttpRequest,
        payload: Payload,
    ) -> Result<Self, HttpResponse> {
        let mut decision = Decision::new(oauth, request.query_string());
        let id = decision.id.clone();
        check_host(oauth, request, &decision).await?;
        let bytes = body::read(request, payload, MAX_FORM, body::PATIENCE).await;
        let bytes = bytes.map_err(|unread| headers::page(unread.status(), id.as_str()).finish())?;
        match decision.admit(oauth, request).await {
            Ok(admitted) => {
                let form = Fields::parse(&bytes).within(longest);
                let ours = csrf::is_ours(request, &form);
                Ok(Self { decision, admitted, form, ours })
            }
            Err(failure) if is_about_scopes(&failure) => Err(not_this_way(oauth, decision)),
            Err(failure) => Err(decision.refuse(oauth, &failure)),
        }
    }

    /// A frame for the page that answers, and the cookie of its forms.
    pub(in crate::oauth) fn frame(&self, oauth: &OAuth, request: &HttpRequest) -> (Frame, String) {
        frame(oauth, request, &self.decision, &self.admitted.view)
    }

    /// A page that is one form, with what was wrong about the last attempt.
    pub(in crate::oauth) fn form_page(
        &self,
        oauth: &OAuth,
        request: &HttpRequest,
        said: Said,
        mut page: FormPage,
    ) -> HttpResponse {
        let (mut frame, cookie) = self.frame(oauth, request);
        frame.problem = said.problem;
        page.frame = frame;
        page.outbox &= guard::is_from_here(request);
        show(said.status, self.decision.id.as_str(), &page, &[cookie])
    }

    /// What is said of an account, or the answer where it is our fault.
    pub(in crate::oauth) fn said(self, oauth: &OAuth, error: AccountError) -> Result<(Self, Said), Box<HttpResponse>> {
        match (words::account(&error), error) {
            (Some(sentence), _) => Ok((self, Said::problem(StatusCode::BAD_REQUEST, sentence))),
            (None, AccountError::Store(error) | AccountError::Registry(RegistryError::Store(error))) => {
                Err(Box::new(self.decision.refuse(oauth, &error.into())))
            }
            (None, error) => {
                Ok((self, Said::problem(StatusCode::BAD_REQUEST, format!("This cannot be done: {error}."))))
            }
        }
    }

    /// Who asks about an account.
    pub(in crate::oauth) fn asking<'a>(&'a self, username: &'a str) -> Asking<'a> {
        Asking { view: &self.admitted.view, username, metadata: &NO_METADATA }
    }

    /// What is wrong with the form before anything is done with it: it is not ours, or one of its values cannot be used,
    /// or one of these is missing.
    pub(in crate::oauth) fn problem(&self, needed: &[&str]) -> Option<Said> {
        if !self.ours {
            return Some(Said::outdated());
        }
        let sentence = if self.form.has_unusable() {
            Some(words::UNUSABLE)
        } else {
            needed.iter().find(|name| !self.is_given(name)).map(|name| words::missing(name))
        };
        sentence.map(|sentence| Said::problem(StatusCode::BAD_REQUEST, sentence))
    }

    fn is_given(&self, name: &str) -> bool {
        let value = self.field(name);
        match name {
            // What nobody can be called must not be remembered for anybody, either.
            "username" => !value.is_empty() && !value.contains(char::is_whitespace),
            "password" => !value.is_empty(),
            _ => !value.trim().is_empty(),
        }
    }

    /// A value of the form.
    pub(in crate::oauth) fn field(&self, name: &str) -> &str {
        self.form.get(name).unwrap_or_default()
    }

    /// The user name of the form, or else of the step before.
    pub(in crate::oauth) fn username_or<'a>(&'a self, step: &'a Step) -> &'a str {
        if self.field("username").is_empty() { &step.username } else { self.field("username") }
    }

    /// On to the page for the code that the user of the form was sent, to this masked address.
    pub(in crate::oauth) fn to_code_page(
        &self,
        request: &HttpRequest,
        destination: String,
        (path, notice): (&'static str, Option<&'static str>),
    ) -> HttpResponse {
        let client = self.admitted.view.client.to_string();
        let step = Step { client, username: self.field("username").to_owned(), destination, ..Step::default() };
        let mut response = self.decision.to_page(path, notice);
        set_cookies(&mut response, &step.cookies(request, path));
        response
    }

    /// Goes on with whoever is signed in: a new session if that is new, and then to the dispatcher.
    pub(in crate::oauth) async fn go_on(
        self,
        oauth: &OAuth,
        request: &HttpRequest,
        (arrival, mut who): (Arrival, SignedIn),
        mut cookies: Vec<String>,
    ) -> HttpResponse {
        if arrival == Arrival::SignedIn {
            match session::begin(oauth, request, &self.admitted.view.owner, &mut who).await {
                Ok(cookie) => cookies.push(cookie),
                Err(error) => return self.decision.refuse(oauth, &error.into()),
            }
            if Step::read(request, &self.admitted.view).is_some() {
                cookies.extend(Step::over(request));
            }
        }
        let mut response = dispatch(oauth, self.decision, &self.admitted, Some((arrival, who))).await;
        set_cookies(&mut response, &cookies);
        response
    }
}

/// Refuses what was sent to a name that any web page could point at this server, unless a pool has it for a domain.
async fn check_host(oauth: &OAuth, request: &HttpRequest, decision: &Decision) -> Result<(), HttpResponse> {
    let Err(foreign) = Guard::admit_host(request) else { return Ok(()) };
    if matches!(pool::named(oauth, request, None).await, Ok(pool::Named::Only(_))) {
        return Ok(());
    }
    let mut response = headers::page(StatusCode::FORBIDDEN, decision.id.as_str());
    Err(response.content_type("text/plain; charset=utf-8").body(foreign.to_string()))
}

/// How long the JSON API lets names, passwords and all other values be, in characters; nothing for what no page reads.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>
pub(in crate::oauth) fn longest(field: &str) -> Option<usize> {
    match field {
        "username" | "user_name" | "signInAs" => Some(128),
        "password" => Some(256),
        "_csrf" | "code" | "confirmation_code" | "authentication_code" | "factor" | "continueAs" => Some(2_048),
        _ => field.starts_with(sign_up::ATTRIBUTE).then_some(2_048),
    }
}

/// COGNITO: a form that is posted with a scope that the client lacks is a wrong method (measured).
fn not_this_way(oauth: &OAuth, decision: Decision) -> HttpResponse {
    let response = headers::page(StatusCode::METHOD_NOT_ALLOWED, decision.id.as_str()).finish();
    decision.record(oauth, Answer::Refused { status: 405, error: None, description: None });
    response
}

fn is_about_scopes(failure: &TokenFailure) -> bool {
    use crate::oauth::authorize::{Told, told};
    let TokenFailure::Refused(rule) = failure else { return false };
    *rule != IssueRule::FlowAllowed && matches!(told(*rule), Told::Callback { description: Some("invalid_scope"), .. })
}
