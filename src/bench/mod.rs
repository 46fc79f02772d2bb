//! The test bench under `/_poolpass/`: what Cognito has no API for. Every answer is JSON.
//!
//! Health is open to everybody; all else is for callers that the [`Guard`] takes for ours.

mod answer;
pub mod explain;
pub mod gateways;
mod keys;
mod outbox;
pub mod sign_in;
mod traces;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, Data, Payload, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::domain::id::UserPoolId;
use crate::domain::rules::issue_rule::IssueRule;
use crate::effects::Effects;
use crate::explain::{Answer, Recorder};
use crate::guard::{Guard, body};
use crate::keys::KeyRing;
use crate::store::{StoreError, documents};
use crate::tokens::ClientViews;

/// Everything that the test bench works with.
#[derive(Clone)]
pub struct Bench {
    /// The clients.
    pub views: ClientViews,
    /// The keys.
    pub keys: KeyRing,
    /// The clock and the randomness.
    pub effects: Effects,
    /// The decisions that were kept.
    pub recorder: Recorder,
    /// What the token endpoint answers to each refusal; its own matter, so the composition root hands it over.
    pub refusal: fn(IssueRule) -> Answer,
    /// What `POST /_poolpass/seed` does with its body, if it is served.
    pub seed: Option<Seed>,
    /// How users are signed in without a browser.
    pub sign_in: sign_in::Door,
    /// The gateways, if there are any.
    pub gateways: Option<Arc<dyn gateways::Explaining>>,
}

/// How many pools are read at once.
const PAGE: usize = 200;

impl Bench {
    /// The pools of every account and region.
    async fn all_pools(&self) -> Result<Vec<UserPoolId>, StoreError> {
        let (prefix, mut pools) = (documents::user_pools(), Vec::<UserPoolId>::new());
        loop {
            let after = pools.last().map(UserPoolId::as_str);
            let page = self.views.database().scan(&prefix, after, PAGE).await?;
            let full = page.len() == PAGE;
            pools.extend(page.into_iter().map(|pool| pool.id));
            if !full {
                return Ok(pools);
            }
        }
    }
}

/// Applies a seed document and answers what it came to.
pub type Seed = Arc<dyn Fn(Bytes) -> Pin<Box<dyn Future<Output = Result<Value, SeedFailure>>>> + Send + Sync>;

/// Why a seed document was not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedFailure {
    /// It cannot be read, or contradicts itself.
    #[error("{0}")]
    Unreadable(String),
    /// It contradicts what exists.
    #[error("{0}")]
    Conflict(String),
    /// Something went wrong here.
    #[error("{0}")]
    Failed(String),
}

/// The longest body that is read.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Mounts the test bench, on a `web::Data<Bench>`; mount it before anything with a variable first segment.
pub fn routes(config: &mut ServiceConfig) {
    let only = || web::to(async || answer::error(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "not this way"));
    config.service(web::resource("/_poolpass/health").route(web::get().to(health)).default_service(only())).service(
        web::scope("/_poolpass")
            .wrap(from_fn(guarded))
            .service(web::resource("/traces").route(web::get().to(traces::latest)).default_service(only()))
            .service(web::resource("/traces/{id}").route(web::get().to(traces::one)).default_service(only()))
            .service(web::resource("/explain").route(web::post().to(explain::handle)).default_service(only()))
            .service(web::resource("/explain/route").route(web::post().to(gateways::dry_run)).default_service(only()))
            .service(web::resource("/keys/{pool}").route(web::get().to(keys::list)).default_service(only()))
            .service(web::resource("/keys/{pool}/rotate").route(web::post().to(keys::rotate)).default_service(only()))
            .service(web::resource("/keys/{pool}/retire").route(web::post().to(keys::retire)).default_service(only()))
            .service(
                web::resource("/outbox")
                    .route(web::get().to(outbox::list))
                    .route(web::delete().to(outbox::clear))
                    .default_service(only()),
            )
            .service(web::resource("/sign-in").route(web::post().to(sign_in::handle)).default_service(only()))
            .service(web::resource("/seed").route(web::post().to(seed)).default_service(only()))
            .default_service(web::to(nothing_here)),
    );
}

/// Open to every caller, whatever name it used: it tells nothing.
async fn health() -> HttpResponse {
    answer::ok(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

async fn nothing_here(request: HttpRequest) -> HttpResponse {
    answer::error(StatusCode::NOT_FOUND, "not_found", &format!("nothing is served at `{}`", request.path()))
}

async fn seed(bench: Data<Bench>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let Some(seed) = &bench.seed else { return nothing_here(request).await };
    let document = match body::read(&request, payload, MAX_BODY, body::PATIENCE).await {
        Ok(document) => document,
        Err(unread) => return answer::unread(unread),
    };
    match seed(document).await {
        Ok(done) => answer::ok(&done),
        Err(failure) => answer::seed_failure(&failure),
    }
}

/// Turns strangers away, and lets pages of allowed origins read the answers.
async fn guarded(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Err(foreign) = Guard::admit(request.request()) {
        let refusal = answer::error(StatusCode::FORBIDDEN, "forbidden", &foreign.to_string());
        return Ok(request.into_response(refusal));
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let preflight = *request.method() == Method::OPTIONS && origin.is_some();
    let mut response = if preflight {
        request.into_response(HttpResponse::NoContent())
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, DELETE"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    }
    Ok(response)
}
