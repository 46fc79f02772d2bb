//! `/login`: user name and password, or whoever is chosen from the list.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::rules::authorize_request::{Arrival, Prompt};
use crate::domain::settings::AdminCreateUserConfig;
use crate::explain::Answer;
use crate::oauth::OAuth;
use crate::oauth::session::{self, SignedIn};
use crate::tokens::{ClientView, TokenFailure};

use super::frame::{LoginPage, show as show_page};
use super::picker;
use super::visit::Visit;
use super::{prove, words};

/// Handles `GET /login`.
pub(in crate::oauth) async fn show(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    match Visit::get(&oauth, &request).await {
        Ok(visit) => {
            let hint = visit.decision.fields.get("login_hint").unwrap_or_default().to_owned();
            page(&oauth, &request, visit, Shown { username: hint, ..Shown::default() }).await
        }
        Err(response) => response,
    }
}

/// Handles `POST /login`.
pub(in crate::oauth) async fn take(oauth: Data<OAuth>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let visit = match Visit::post(&oauth, &request, payload).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let username = visit.field("username").to_owned();
    if let Some(said) = visit.problem(&[]) {
        let shown = Shown { status: Some(said.status), problem: said.problem, username };
        return page(&oauth, &request, visit, shown).await;
    }
    if visit.form.get("continueAs").is_some() {
        return go_on_as_before(&oauth, &request, visit).await;
    }
    if let Some(chosen) = visit.form.get("signInAs").map(str::to_owned) {
        return sign_in_as(&oauth, &request, visit, &chosen).await;
    }
    prove::password(&oauth, &request, visit).await
}

/// What the page shows beside its form.
#[derive(Default)]
pub(in crate::oauth) struct Shown {
    status: Option<StatusCode>,
    problem: Option<String>,
    username: String,
}

impl Shown {
    /// What went wrong.
    pub(in crate::oauth) fn problem(status: StatusCode, problem: impl Into<String>, username: String) -> Self {
        Self { status: Some(status), problem: Some(problem.into()), username }
    }
}

/// The page.
pub(in crate::oauth) async fn page(oauth: &OAuth, request: &HttpRequest, visit: Visit, shown: Shown) -> HttpResponse {
    match page_of(oauth, request, &visit, shown).await {
        Ok(response) => response,
        Err(failure) => visit.decision.refuse(oauth, &failure),
    }
}

async fn page_of(
    oauth: &OAuth,
    request: &HttpRequest,
    visit: &Visit,
    shown: Shown,
) -> Result<HttpResponse, TokenFailure> {
    let view = &visit.admitted.view;
    let session = session::find(oauth, request, &view.pool).await?;
    let picker = picker::people(oauth, request, view, &visit.decision.fields).await?;
    let (mut frame, cookie) = visit.frame(oauth, request);
    frame.problem = shown.problem;
    let page = LoginPage {
        frame,
        heading: "Sign in",
        lead: String::new(),
        name_label: words::name_label(view),
        username: shown.username,
        signed_in: session
            .filter(|_| visit.admitted.asked.prompt != Prompt::Password)
            .map(|who| words::called(&who.user)),
        sign_up: may_sign_up(view),
        picker,
    };
    let status = shown.status.unwrap_or(StatusCode::OK);
    Ok(show_page(status, visit.decision.id.as_str(), &page, &[cookie]))
}

/// Whether users may sign up by themselves.
pub(in crate::oauth) fn may_sign_up(view: &ClientView) -> bool {
    let config: Option<&AdminCreateUserConfig> = view.owner.settings.admin_create_user_config.as_ref();
    config.is_none_or(|config| config.allow_admin_create_user_only != Some(true))
}

async fn go_on_as_before(oauth: &OAuth, request: &HttpRequest, visit: Visit) -> HttpResponse {
    match session::find(oauth, request, &visit.admitted.view.pool).await {
        Ok(Some(who)) => visit.go_on(oauth, request, (Arrival::Chosen, who), Vec::new()).await,
        Ok(None) => visit.decision.to_page("/login", Some("expired")),
        Err(error) => visit.decision.refuse(oauth, &error.into()),
    }
}

async fn sign_in_as(oauth: &OAuth, request: &HttpRequest, mut visit: Visit, chosen: &str) -> HttpResponse {
    let view = std::sync::Arc::clone(&visit.admitted.view);
    if !picker::is_for(request, &view) {
        return page(oauth, request, visit, Shown::problem(StatusCode::FORBIDDEN, words::NO_PICKER, String::new()))
            .await;
    }
    match picker::choose(oauth, &view.owner, chosen, &mut visit.decision.trace).await {
        Ok(user) => {
            let cookie = picker::remember(request, &view, &user);
            let who = SignedIn { user, at: oauth.tokens.effects.clock.now(), session: None };
            visit.go_on(oauth, request, (Arrival::SignedIn, who), vec![cookie]).await
        }
        Err(TokenFailure::Refused(rule)) => {
            let problem = words::refused(rule).to_owned();
            refused(oauth, request, visit, Shown::problem(StatusCode::UNAUTHORIZED, problem, String::new())).await
        }
        Err(failure) => visit.decision.refuse(oauth, &failure),
    }
}

/// The page again, after a refusal that is recorded.
pub(in crate::oauth) async fn refused(
    oauth: &OAuth,
    request: &HttpRequest,
    visit: Visit,
    shown: Shown,
) -> HttpResponse {
    let status = shown.status.unwrap_or(StatusCode::UNAUTHORIZED).as_u16();
    match page_of(oauth, request, &visit, shown).await {
        Ok(response) => {
            visit.decision.record(oauth, Answer::Refused { status, error: None, description: None });
            response
        }
        Err(failure) => visit.decision.refuse(oauth, &failure),
    }
}
