//! `/signup`: an account of one's own.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::oauth::OAuth;
use crate::registry::users::attributes;
use crate::self_service::{SignedUp, Wishes};
use crate::tokens::ClientView;

use super::frame::{Field, FormPage};
use super::visit::{Said, Visit};
use super::{login, prove, words};

/// What the fields of attributes are called.
pub(in crate::oauth) const ATTRIBUTE: &str = "requiredAttributes[";

/// Handles `GET /signup`.
pub(in crate::oauth) async fn show(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    match Visit::get(&oauth, &request).await {
        Ok(visit) if login::may_sign_up(&visit.admitted.view) => page(&oauth, &request, &visit, Said::NOTHING),
        Ok(visit) => visit.decision.to_page("/login", None),
        Err(response) => response,
    }
}

/// Handles `POST /signup`.
pub(in crate::oauth) async fn take(oauth: Data<OAuth>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let visit = match Visit::post(&oauth, &request, payload).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    if let Some(said) = visit.problem(&["username", "password"]) {
        return page(&oauth, &request, &visit, said);
    }
    let username = visit.field("username").to_owned();
    let attributes = attributes_of(&visit);
    let wishes =
        Wishes { password: visit.form.get("password"), attributes: &attributes, validation_data: &BTreeMap::new() };
    let outcome = oauth.sign_ins.self_service.sign_up(&visit.asking(&username), &wishes).await;
    match outcome {
        Ok(signed_up) => signed_up_now(&oauth, &request, visit, signed_up).await,
        Err(error) => match visit.said(&oauth, error) {
            Ok((visit, said)) => page(&oauth, &request, &visit, said),
            Err(response) => *response,
        },
    }
}

async fn signed_up_now(oauth: &OAuth, request: &HttpRequest, visit: Visit, signed_up: SignedUp) -> HttpResponse {
    if signed_up.confirmed {
        return prove::password(oauth, request, visit).await;
    }
    let destination = signed_up.delivery.map(|delivery| delivery.destination).unwrap_or_default();
    visit.to_code_page(request, destination, ("/confirm", None))
}

/// The attributes that a form says.
pub(in crate::oauth) fn attributes_of(visit: &Visit) -> Vec<(String, String)> {
    let named = visit.form.beginning(ATTRIBUTE).filter_map(|(rest, value)| Some((rest.strip_suffix(']')?, value)));
    let given = named.filter(|(_, value)| !value.is_empty());
    given.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn page(oauth: &OAuth, request: &HttpRequest, visit: &Visit, said: Said) -> HttpResponse {
    let view = &visit.admitted.view;
    let mut fields = vec![Field::username(&words::name_label(view), visit.field("username"))];
    fields.extend(wanted(view).into_iter().map(|name| attribute_field(visit, &name)));
    fields.push(Field::new_password("Password", words::password_hint(&view.owner)));
    let page = FormPage {
        heading: "Create an account",
        name: "cognitoSignUpForm",
        path: "/signup",
        fields,
        button: ("signUpButton", "Sign up"),
        links: vec![("/login", "I have an account")],
        ..FormPage::default()
    };
    visit.form_page(oauth, request, said, page)
}

/// The attributes that the form asks for: those that the pool requires, and the addresses that it sends codes to.
fn wanted(view: &ClientView) -> BTreeSet<String> {
    let pool = &view.owner;
    let mut names: BTreeSet<String> = attributes::missing_required(pool, &BTreeMap::new()).into_iter().collect();
    names.extend(pool.settings.auto_verified_attributes.iter().flatten().cloned());
    // In such a pool, the user name is one of them.
    names.retain(|name| !pool.fixed.username_attributes.iter().flatten().any(|attribute| attribute == name));
    names
}

/// A field for the attribute of this name.
pub(in crate::oauth) fn attribute_field(visit: &Visit, name: &str) -> Field {
    let (label, kind, autocomplete) = match name {
        "email" => ("Email".to_owned(), "email", "email"),
        "phone_number" => ("Phone number, like +49301234567".to_owned(), "tel", "tel"),
        "given_name" => ("Given name".to_owned(), "text", "given-name"),
        "family_name" => ("Family name".to_owned(), "text", "family-name"),
        "name" => ("Name".to_owned(), "text", "name"),
        "birthdate" => ("Date of birth".to_owned(), "date", "bday"),
        other => (plain(other), "text", "off"),
    };
    let name = format!("{ATTRIBUTE}{name}]");
    Field {
        id: name.replace(['[', ']', ':'], "-"),
        value: visit.field(&name).to_owned(),
        name,
        label,
        kind,
        autocomplete,
        ..Field::default()
    }
}

/// An attribute's name as people read it.
fn plain(name: &str) -> String {
    let words = name.strip_prefix("custom:").unwrap_or(name).replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
