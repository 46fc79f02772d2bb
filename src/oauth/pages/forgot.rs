//! `/forgotPassword` and `/confirmforgotPassword`: a new password for a code.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::oauth::OAuth;

use super::frame::{Field, FormPage};
use super::step::Step;
use super::visit::{Said, Visit};
use super::words;

/// Handles `GET /forgotPassword`.
pub(in crate::oauth) async fn show(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    match Visit::get(&oauth, &request).await {
        Ok(visit) => page(&oauth, &request, &visit, Said::NOTHING),
        Err(response) => response,
    }
}

/// Handles `POST /forgotPassword`.
pub(in crate::oauth) async fn take(oauth: Data<OAuth>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let visit = match Visit::post(&oauth, &request, payload).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    if let Some(said) = visit.problem(&["username"]) {
        return page(&oauth, &request, &visit, said);
    }
    let username = visit.field("username").to_owned();
    let sent = oauth.sign_ins.self_service.forgot_password(&visit.asking(&username)).await;
    match sent {
        Ok(delivery) => visit.to_code_page(&request, delivery.destination, ("/confirmforgotPassword", None)),
        Err(error) => match visit.said(&oauth, error) {
            Ok((visit, said)) => page(&oauth, &request, &visit, said),
            Err(response) => *response,
        },
    }
}

fn page(oauth: &OAuth, request: &HttpRequest, visit: &Visit, said: Said) -> HttpResponse {
    let page = FormPage {
        heading: "Forgot your password?",
        lead: "We will send you a code with which you can set a new one.".to_owned(),
        name: "cognitoForgotPasswordForm",
        path: "/forgotPassword",
        fields: vec![Field::username(&words::name_label(&visit.admitted.view), visit.field("username"))],
        button: ("reset_my_password", "Send the code"),
        links: vec![("/login", "Back to sign in")],
        ..FormPage::default()
    };
    visit.form_page(oauth, request, said, page)
}

/// Handles `GET /confirmforgotPassword`.
pub(in crate::oauth) async fn show_confirm(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    match Visit::get(&oauth, &request).await {
        Ok(visit) => confirm_page(&oauth, &request, &visit, Said::NOTHING),
        Err(response) => response,
    }
}

/// Handles `POST /confirmforgotPassword`.
pub(in crate::oauth) async fn take_confirm(oauth: Data<OAuth>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let visit = match Visit::post(&oauth, &request, payload).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    if let Some(said) = visit.problem(&["username", "code", "password"]) {
        return confirm_page(&oauth, &request, &visit, said);
    }
    let (username, code) = (visit.field("username").to_owned(), visit.field("code").trim().to_owned());
    let password = visit.field("password").to_owned();
    let asking = visit.asking(&username);
    let changed = oauth.sign_ins.self_service.confirm_forgot_password(&asking, &code, &password).await;
    match changed {
        Ok(()) => visit.decision.to_page("/login", Some("changed")),
        Err(error) => match visit.said(&oauth, error) {
            Ok((visit, said)) => confirm_page(&oauth, &request, &visit, said),
            Err(response) => *response,
        },
    }
}

fn confirm_page(oauth: &OAuth, request: &HttpRequest, visit: &Visit, said: Said) -> HttpResponse {
    let step = Step::read(request, &visit.admitted.view).unwrap_or_default();
    let username = visit.username_or(&step);
    let lead = if step.destination.is_empty() {
        String::new()
    } else {
        format!("We have sent a code to {}.", step.destination)
    };
    let page = FormPage {
        heading: "Set a new password",
        lead,
        name: "cognitoConfirmForgotPasswordForm",
        path: "/confirmforgotPassword",
        fields: vec![
            Field::username(&words::name_label(&visit.admitted.view), username),
            Field::code("code", "Code"),
            Field::new_password("New password", words::password_hint(&visit.admitted.view.owner)),
        ],
        button: ("changePasswordButton", "Change password"),
        links: vec![("/forgotPassword", "Send another code"), ("/login", "Back to sign in")],
        outbox: !step.destination.is_empty(),
        ..FormPage::default()
    };
    visit.form_page(oauth, request, said, page)
}
