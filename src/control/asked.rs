//! The request that is being answered, as far as its answer depends on more than its members.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::http::uri::Authority;

use crate::domain::id::RequestId;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::Trace;
use crate::explain::{Answer, Record};
use crate::tokens::{ClientView, RequestOrigin};

use super::Control;

/// Which request it is and how it reached the server.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its id, which is its trace's too.
    pub id: RequestId,
    secure: bool,
    host: Arc<str>,
}

impl Asked {
    /// Before anybody asks.
    pub(super) fn nothing() -> Self {
        Self { id: RequestId::from(""), secure: false, host: Arc::from("") }
    }

    pub(super) fn by(request: &HttpRequest, id: &str) -> Self {
        let header = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
        let host = header.or_else(|| request.uri().authority().map(Authority::as_str)).unwrap_or_default();
        Self { id: RequestId::from(id), secure: request.app_config().secure(), host: Arc::from(host) }
    }
}

/// A decision about a person's token, ready to be kept.
pub struct Decided<'a> {
    /// The flow's or the challenge's name.
    pub name: &'a str,
    /// The client id that was presented.
    pub client: &'a str,
    /// The client, if it was found.
    pub view: Option<&'a ClientView>,
    /// What was answered.
    pub answer: Answer,
    /// The steps.
    pub trace: Trace<IssueRule>,
}

impl Control {
    /// The same control plane while it answers this request.
    pub(super) fn asked(&self, asked: Asked) -> Self {
        Self { asked, ..self.clone() }
    }

    /// The `iss` of tokens that the request asks for.
    pub fn issuer(&self, view: &ClientView) -> String {
        let origin = RequestOrigin { scheme: if self.asked.secure { "https" } else { "http" }, host: &self.asked.host };
        self.sign_ins.tokens.issuers.issuer(view.choices.issuer, &view.pool, origin)
    }

    /// Keeps a decision under the request's id.
    pub fn record(&self, decided: Decided<'_>) {
        self.recorder.record(Record {
            id: self.asked.id.clone(),
            at: self.effects.clock.now(),
            grant_type: Some(Record::grant_type(decided.name)),
            client: Some(Record::client(decided.client, &decided.trace)),
            pool: decided.view.map(|view| view.pool.clone()),
            answer: decided.answer,
            trace: decided.trace,
        });
    }
}
