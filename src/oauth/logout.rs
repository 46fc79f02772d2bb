//! `GET /logout`: ends the browser's session with the pool; tokens live on.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html>

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::rules::redirect::registered_as;
use crate::tokens::ClientView;

use super::authorize::{Decision, encoded, redirect};
use super::pages::set_cookies;
use super::pool;
use super::{OAuth, session};

/// Handles `GET /logout`.
pub(super) async fn handle(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    let mut decision = Decision::new(&oauth, request.query_string());
    decision.name_client_by_hint();
    let named = match pool::named(&oauth, &request, None).await {
        Ok(named) => named,
        Err(error) => return decision.refuse(&oauth, &error.into()),
    };
    let view = match decision.client(&oauth, |pool| named.admits(pool)).await {
        Ok(view) => view,
        Err(failure) => return decision.refuse(&oauth, &failure),
    };
    let cookie = match session::end(&oauth, &request, &view.pool).await {
        Ok(cookie) => cookie,
        Err(error) => return decision.refuse(&oauth, &error.into()),
    };
    let mut response = leave(&oauth, decision, &view);
    set_cookies(&mut response, &[cookie]);
    response
}

/// Sends the browser on: to where it asks, if that is registered, or back to signing in.
fn leave(oauth: &OAuth, mut decision: Decision, view: &ClientView) -> HttpResponse {
    let registered = view.settings.logout_urls.as_deref().unwrap_or_default();
    if let Some(uri) = decision.fields.get("logout_uri").map(str::to_owned) {
        return match registered_as(&uri, registered, "logout_uri", &mut decision.trace) {
            Ok(url) => redirect(decision.id.as_str(), &logged_out(url, None)),
            // COGNITO: off to the own page, which is then the one that answers 400 (measured).
            Err(_refused) => decision.not_left(oauth),
        };
    }
    // OpenID Connect RP-Initiated Logout, which Cognito advertises and does not know: a pure addition.
    if let Some(uri) = decision.fields.get("post_logout_redirect_uri").map(str::to_owned) {
        return match registered_as(&uri, registered, "post_logout_redirect_uri", &mut decision.trace) {
            Ok(url) => redirect(decision.id.as_str(), &logged_out(url, decision.fields.raw("state"))),
            Err(refused) => decision.refuse(oauth, &refused.into()),
        };
    }
    if decision.fields.get("redirect_uri").is_some() && decision.fields.get("response_type").is_some() {
        let scope = decision.fields.get("scope").is_none().then(|| all_scopes(view));
        if let Some(scope) = scope {
            decision.query = format!("{}&scope={scope}", decision.query);
        }
        return decision.to_page("/login", None);
    }
    let missing = decision.missing("redirect_uri");
    decision.refuse(oauth, &missing)
}

/// COGNITO: a missing `scope` is filled with all of the client's (documented).
fn all_scopes(view: &ClientView) -> String {
    let scopes: Vec<&str> = view.allowed.entries().iter().map(|entry| entry.scope.as_str()).collect();
    encoded(&scopes.join(" "))
}

/// The URL as it was registered, and the state of an OpenID Connect logout.
fn logged_out(url: &str, state: Option<&str>) -> String {
    match state {
        None => super::authorize::in_header(url),
        Some(state) => {
            let joint = if url.contains('?') { '&' } else { '?' };
            format!("{}{joint}state={}", super::authorize::in_header(url), encoded(state))
        }
    }
}
