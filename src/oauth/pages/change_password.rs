//! `/changePassword`: the password that replaces a temporary one.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::oauth::OAuth;
use crate::tokens::ClientView;

use super::frame::{Field, FormPage};
use super::step::Step;
use super::visit::{Said, Visit};
use super::{prove, sign_up, words};

/// Handles `GET /changePassword`.
pub(in crate::oauth) async fn show(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    let visit = match Visit::get(&oauth, &request).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    match step(&request, &visit.admitted.view) {
        Some(step) => page(&oauth, &request, &visit, (&step, Said::NOTHING)),
        None => prove::begin_again(&oauth, &request, visit),
    }
}

/// Handles `POST /changePassword`.
pub(in crate::oauth) async fn take(oauth: Data<OAuth>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let mut visit = match Visit::post(&oauth, &request, payload).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let Some(step) = step(&request, &visit.admitted.view) else {
        return prove::begin_again(&oauth, &request, visit);
    };
    if let Some(said) = visit.problem(&["password"]) {
        return page(&oauth, &request, &visit, (&step, said));
    }
    let attributes = sign_up::attributes_of(&visit);
    let named: Vec<_> = attributes.into_iter().map(|(name, value)| (format!("userAttributes.{name}"), value)).collect();
    let mut responses: Vec<(&str, String)> = named.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    responses.push(("NEW_PASSWORD", visit.field("password").to_owned()));
    match prove::answer(&oauth, &mut visit, &step, responses).await {
        Ok(next) => prove::go_on(&oauth, &request, visit, next).await,
        Err(failure) => match prove::not_taken(&oauth, &request, visit, failure) {
            Ok((visit, said)) => page(&oauth, &request, &visit, (&step, said)),
            Err(response) => *response,
        },
    }
}

fn step(request: &HttpRequest, view: &ClientView) -> Option<Step> {
    Step::read(request, view).filter(|step| step.challenge == "NEW_PASSWORD_REQUIRED")
}

fn page(oauth: &OAuth, request: &HttpRequest, visit: &Visit, (step, said): (&Step, Said)) -> HttpResponse {
    let listed = step.parameters.get("requiredAttributes");
    let missing: Vec<String> = listed.and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default();
    let mut fields = vec![Field {
        focus: true,
        ..Field::new_password("New password", words::password_hint(&visit.admitted.view.owner))
    }];
    let names = missing.iter().map(|name| name.strip_prefix("userAttributes.").unwrap_or(name));
    fields.extend(names.map(|name| sign_up::attribute_field(visit, name)));
    let page = FormPage {
        heading: "Choose a password",
        lead: "The one you signed in with was temporary.".to_owned(),
        name: "cognitoChangePasswordForm",
        path: "/changePassword",
        fields,
        button: ("changePasswordButton", "Save and sign in"),
        links: vec![("/login", "Back to sign in")],
        ..FormPage::default()
    };
    visit.form_page(oauth, request, said, page)
}
