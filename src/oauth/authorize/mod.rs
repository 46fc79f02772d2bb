//! `/oauth2/authorize`, and the one decision that it shares with every page: a code, tokens, or a page to sign in on.
//!
//! A page's step that succeeds comes here with what it has proven. Steps know nothing of each other.

mod answer;
mod callback;
mod decision;
mod error;
mod issue;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::rules::authorize_request::Arrival;

use super::{OAuth, session};

pub(super) use answer::{TRACE, redirect};
pub(super) use callback::{encoded, in_header};
pub(super) use decision::{Admitted, Decision, OWN};
pub(super) use error::{Told, told};
pub(super) use issue::settle;

/// Handles `GET /oauth2/authorize`.
pub(super) async fn handle(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    let mut decision = Decision::new(&oauth, request.query_string());
    let admitted = match decision.admit(&oauth, &request).await {
        Ok(admitted) => admitted,
        Err(failure) => return decision.refuse(&oauth, &failure),
    };
    let session = match session::find(&oauth, &request, &admitted.view.pool).await {
        Ok(session) => session.map(|signed_in| (Arrival::Session, signed_in)),
        Err(error) => return decision.refuse(&oauth, &error.into()),
    };
    dispatch(&oauth, decision, &admitted, session).await
}

/// Answers with a code or tokens for whoever has signed in, or sends the browser to the page that asks.
pub(super) async fn dispatch(
    oauth: &OAuth,
    mut decision: Decision,
    admitted: &Admitted,
    session: Option<(Arrival, session::SignedIn)>,
) -> HttpResponse {
    match settle(oauth, &mut decision, admitted, session).await {
        Ok(Some(sent)) => decision.grant(oauth, sent),
        Ok(None) => decision.to_page("/login", None),
        Err(failure) => decision.refuse(oauth, &failure),
    }
}
