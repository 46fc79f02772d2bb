//! The answers of a decision: a redirect to the callback, to a page of ours, or to the error page; each is recorded.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;

use crate::explain::{Answer, Record};
use crate::hooks::HookFailure;
use crate::oauth::{OAuth, headers};
use crate::tokens::TokenFailure;

use super::callback::encoded;
use super::decision::Decision;
use super::error::{Told, told};
use super::issue::Sent;

/// What AWS says to requests that no service understands.
const NOT_SERVED: &str = r#"{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}"#;

/// Tells the error page which decision it is about, for as long as that is of interest.
pub(in crate::oauth) const TRACE: &str = "poolpass-trace";

impl Decision {
    /// Sends the browser to its callback.
    pub(in crate::oauth) fn grant(self, oauth: &OAuth, sent: Sent) -> HttpResponse {
        let response = redirect(self.id.as_str(), &sent.url);
        self.record(oauth, Answer::Granted { scopes: sent.scopes, expires_in: sent.expires_in });
        response
    }

    /// Sends the browser to a page of ours with the same parameters, and perhaps a word on why.
    pub(in crate::oauth) fn to_page(&self, path: &str, notice: Option<&'static str>) -> HttpResponse {
        let notice = notice.map(|notice| format!("notice={notice}"));
        let parts: Vec<_> =
            [Some(self.query.clone()), notice].into_iter().flatten().filter(|part| !part.is_empty()).collect();
        redirect(self.id.as_str(), &format!("{path}?{}", parts.join("&")))
    }

    /// Answers a refusal where it belongs.
    pub(in crate::oauth) fn refuse(self, oauth: &OAuth, failure: &TokenFailure) -> HttpResponse {
        let (response, answer) = self.refusal(failure);
        self.record(oauth, answer);
        response
    }

    /// How a failure is answered, and what the record says of it.
    pub(in crate::oauth) fn refusal(&self, failure: &TokenFailure) -> (HttpResponse, Answer) {
        let rule = match failure {
            TokenFailure::Refused(rule) => rule,
            TokenFailure::Hook(failure) => return self.trigger(failure),
            TokenFailure::Store(_) | TokenFailure::Key(_) => return self.broken(failure),
        };
        let refused = |error, description| Answer::Refused { status: 302, error: Some(error), description };
        match (told(*rule), &self.callback) {
            (Told::Callback { error, description }, Some(callback)) => {
                (redirect(self.id.as_str(), &callback.error(error, description)), refused(error, description))
            }
            // COGNITO: the sentence and the status of a client that is not set up for the pages (measured).
            (Told::Callback { .. }, None) => {
                let answer = Answer::Refused { status: 403, error: None, description: None };
                let text = "Login pages unavailable. Please contact an administrator.";
                (
                    headers::page(StatusCode::FORBIDDEN, self.id.as_str())
                        .content_type("text/plain; charset=utf-8")
                        .body(text),
                    answer,
                )
            }
            (Told::Page { error, client }, _) => {
                let client = self.fields.get("client_id").filter(|_| client);
                let client = client.map(|id| format!("&client_id={}", encoded(id))).unwrap_or_default();
                (self.to_error_page(&format!("error={error}{client}")), refused(error, None))
            }
            (Told::MissingParameter, _) => (self.to_error_page(&self.query), refused("invalid_request", None)),
            (Told::NotServed, _) => {
                let answer = Answer::Refused { status: 404, error: None, description: None };
                let mut response = headers::page(StatusCode::NOT_FOUND, self.id.as_str());
                (response.content_type("application/json;charset=UTF-8").body(NOT_SERVED), answer)
            }
        }
    }

    /// The pool's function said no, or nothing.
    fn trigger(&self, failure: &HookFailure) -> (HttpResponse, Answer) {
        let (error, description) = ("invalid_request", "PreTokenGeneration failed");
        let said = match failure {
            HookFailure::Failed(message) => format!("{description} with error {message}."),
            HookFailure::NoEndpoint(_) | HookFailure::Unanswered(..) | HookFailure::Unreadable(..) => {
                tracing::warn!(%failure, "the trigger before token generation failed");
                description.to_owned()
            }
        };
        let answer = Answer::Refused { status: 302, error: Some(error), description: Some(description) };
        match &self.callback {
            Some(callback) => (redirect(self.id.as_str(), &callback.error(error, Some(&said))), answer),
            None => (self.to_error_page("error=invalid_request"), answer),
        }
    }

    /// What is ours and not the asker's fault; it is logged here, once.
    fn broken(&self, failure: &TokenFailure) -> (HttpResponse, Answer) {
        tracing::error!(%failure, "a sign-in could not be answered");
        let answer = |status| Answer::Refused { status, error: Some("server_error"), description: None };
        match &self.callback {
            Some(callback) => (redirect(self.id.as_str(), &callback.error("server_error", None)), answer(302)),
            None => (self.to_error_page("error=server_error"), answer(302)),
        }
    }

    fn to_error_page(&self, query: &str) -> HttpResponse {
        self.to_page_that_says_why("/error", query)
    }

    /// Answers a logout to a URL that is not registered.
    pub(in crate::oauth) fn not_left(self, oauth: &OAuth) -> HttpResponse {
        let response = self.to_page_that_says_why("/login", &self.query);
        self.record(oauth, Answer::Refused { status: 302, error: None, description: None });
        response
    }

    fn to_page_that_says_why(&self, path: &str, query: &str) -> HttpResponse {
        let mut response = redirect(self.id.as_str(), &format!("{path}?{query}"));
        // The page says why, without another parameter in the URL that clients and tests know.
        let cookie = format!("{TRACE}={}; Path={path}; Max-Age=300; HttpOnly; SameSite=Lax", self.id);
        if let Ok(cookie) = header::HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// Keeps what was decided.
    pub(in crate::oauth) fn record(self, oauth: &OAuth, answer: Answer) {
        let record = self.into_record(oauth, answer);
        oauth.recorder.record(record);
    }

    /// What was decided, as it is kept.
    pub(in crate::oauth) fn into_record(self, oauth: &OAuth, answer: Answer) -> Record {
        Record {
            id: self.id,
            at: oauth.tokens.effects.clock.now(),
            grant_type: self.fields.get("response_type").map(Record::grant_type),
            client: self.fields.get("client_id").map(|id| Record::client(id, &self.trace)),
            pool: self.pool,
            answer,
            trace: self.trace,
        }
    }
}

/// A 302 to this URL.
pub(in crate::oauth) fn redirect(id: &str, url: &str) -> HttpResponse {
    headers::page(StatusCode::FOUND, id).insert_header((header::LOCATION, url)).finish()
}
