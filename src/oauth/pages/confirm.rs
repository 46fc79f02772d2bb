//! `/confirm`, `/confirmUser` and `/resendcode`: proving the address of a new account.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::oauth::authorize::Decision;
use crate::oauth::{OAuth, pool};
use crate::self_service::{AccountError, Asking};
use crate::tokens::{ClientView, TokenFailure};

use super::frame::{Field, FormPage, MessagePage, frame, show as show_page};
use super::step::Step;
use super::visit::{Said, Visit, longest};
use super::words;

/// Handles `GET /confirm`.
pub(in crate::oauth) async fn show(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    match Visit::get(&oauth, &request).await {
        Ok(visit) => page(&oauth, &request, &visit, Said::NOTHING),
        Err(response) => response,
    }
}

/// Handles `POST /confirm`.
pub(in crate::oauth) async fn take(oauth: Data<OAuth>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let visit = match Visit::post(&oauth, &request, payload).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    if let Some(said) = visit.problem(&["username", "code"]) {
        return page(&oauth, &request, &visit, said);
    }
    let (username, code) = (visit.field("username").to_owned(), visit.field("code").trim().to_owned());
    let confirmed = oauth.sign_ins.self_service.confirm_sign_up(&visit.asking(&username), &code, false).await;
    match confirmed {
        Ok(_) => visit.decision.to_page("/login", Some("confirmed")),
        Err(error) => match visit.said(&oauth, error) {
            Ok((visit, said)) => page(&oauth, &request, &visit, said),
            Err(response) => *response,
        },
    }
}

fn page(oauth: &OAuth, request: &HttpRequest, visit: &Visit, said: Said) -> HttpResponse {
    let step = Step::read(request, &visit.admitted.view).unwrap_or_default();
    let username = visit.username_or(&step);
    let lead = if step.destination.is_empty() {
        "Enter the code that you were sent.".to_owned()
    } else {
        format!("We have sent a code to {}.", step.destination)
    };
    let page = FormPage {
        heading: "Confirm your account",
        lead,
        name: "cognitoConfirmForm",
        path: "/confirm",
        fields: vec![Field::username(&words::name_label(&visit.admitted.view), username), Field::code("code", "Code")],
        button: ("confirmButton", "Confirm"),
        links: vec![("/resendcode", "Send another code"), ("/login", "Back to sign in")],
        outbox: !step.destination.is_empty(),
        ..FormPage::default()
    };
    visit.form_page(oauth, request, said, page)
}

/// Handles `GET /resendcode`.
pub(in crate::oauth) async fn show_resend(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    match Visit::get(&oauth, &request).await {
        Ok(visit) => resend_page(&oauth, &request, &visit, Said::NOTHING),
        Err(response) => response,
    }
}

/// Handles `POST /resendcode`.
pub(in crate::oauth) async fn take_resend(oauth: Data<OAuth>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let visit = match Visit::post(&oauth, &request, payload).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    if let Some(said) = visit.problem(&["username"]) {
        return resend_page(&oauth, &request, &visit, said);
    }
    let username = visit.field("username").to_owned();
    let sent = oauth.sign_ins.self_service.resend(&visit.asking(&username)).await;
    match sent {
        Ok(delivery) => visit.to_code_page(&request, delivery.destination, ("/confirm", Some("sent"))),
        Err(error) => match visit.said(&oauth, error) {
            Ok((visit, said)) => resend_page(&oauth, &request, &visit, said),
            Err(response) => *response,
        },
    }
}

fn resend_page(oauth: &OAuth, request: &HttpRequest, visit: &Visit, said: Said) -> HttpResponse {
    let step = Step::read(request, &visit.admitted.view).unwrap_or_default();
    let username = visit.username_or(&step);
    let page = FormPage {
        heading: "Send another code",
        name: "cognitoResendForm",
        path: "/resendcode",
        fields: vec![Field::username(&words::name_label(&visit.admitted.view), username)],
        button: ("resendButton", "Send"),
        links: vec![("/confirm", "I have a code")],
        ..FormPage::default()
    };
    visit.form_page(oauth, request, said, page)
}

/// Handles `GET /confirmUser`, where the links in e-mails lead.
// COGNITO: the GET confirms, without another click (documented by the link's form).
pub(in crate::oauth) async fn by_link(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    let mut decision = Decision::new(&oauth, request.query_string());
    let named = match pool::named(&oauth, &request, None).await {
        Ok(named) => named,
        Err(error) => return decision.refuse(&oauth, &error.into()),
    };
    let view = match decision.client(&oauth, |pool| named.admits(pool)).await {
        Ok(view) => view,
        Err(failure) => return decision.refuse(&oauth, &failure),
    };
    for parameter in ["user_name", "confirmation_code"] {
        if decision.fields.get(parameter).is_none() {
            let missing = decision.missing(parameter);
            return decision.refuse(&oauth, &missing);
        }
    }
    if decision.fields.clone().within(longest).has_unusable() {
        return said(&oauth, &request, &decision, (&view, Err(words::UNUSABLE.to_owned())));
    }
    let username = decision.fields.get("user_name").unwrap_or_default().to_owned();
    let asking = Asking { view: &view, username: &username, metadata: &BTreeMap::new() };
    let code = decision.fields.get("confirmation_code").unwrap_or_default().to_owned();
    match oauth.sign_ins.self_service.confirm_sign_up(&asking, &code, false).await {
        Ok(_) => said(&oauth, &request, &decision, (&view, Ok(()))),
        Err(error) => match (words::account(&error), error) {
            (Some(sentence), _) => said(&oauth, &request, &decision, (&view, Err(sentence))),
            (None, AccountError::Store(error)) => decision.refuse(&oauth, &TokenFailure::Store(error)),
            (None, error) => said(&oauth, &request, &decision, (&view, Err(error.to_string()))),
        },
    }
}

fn said(
    oauth: &OAuth,
    request: &HttpRequest,
    decision: &Decision,
    (view, outcome): (&ClientView, Result<(), String>),
) -> HttpResponse {
    let (mut frame, _) = frame(oauth, request, decision, view);
    let (status, heading, lead) = match outcome {
        Ok(()) => (StatusCode::OK, "You are confirmed", "Your registration has been confirmed! You can sign in now."),
        Err(_) => (StatusCode::BAD_REQUEST, "Not confirmed", ""),
    };
    frame.problem = outcome.err();
    let page = MessagePage { frame, heading, lead: lead.to_owned(), ..MessagePage::default() };
    show_page(status, decision.id.as_str(), &page, &[])
}
