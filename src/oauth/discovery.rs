//! The two documents by which clients find and verify: OpenID configuration and JWKS.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::domain::id::UserPoolId;
use crate::domain::pool::UserPool;
use crate::keys::KeyError;
use crate::store::documents;

use super::OAuth;
use super::pool::origin;

/// `GET /{pool}/.well-known/jwks.json`
pub(super) async fn jwks(oauth: Data<OAuth>, pool: Path<String>) -> HttpResponse {
    let pool = UserPoolId::from(pool.into_inner());
    match oauth.tokens.keys.keyset(&pool).await {
        Ok(keys) => document(&oauth, keys.jwks.clone()),
        Err(KeyError::NoSuchPool) => no_such_pool(&pool),
        Err(error) => failed(&error),
    }
}

/// `GET /{pool}/.well-known/openid-configuration`
pub(super) async fn configuration(oauth: Data<OAuth>, request: HttpRequest, pool: Path<String>) -> HttpResponse {
    let pool = UserPoolId::from(pool.into_inner());
    match oauth.tokens.views.database().get(&documents::user_pool(&pool)).await {
        Ok(Some(found)) => {
            let configuration = Configuration::of(&oauth, &request, &found);
            document(&oauth, serde_json::to_string(&configuration).expect("strings serialize to JSON"))
        }
        Ok(None) => no_such_pool(&pool),
        Err(error) => failed(&error),
    }
}

/// The answer to whatever is not a reading of a document.
pub(super) async fn read_only() -> HttpResponse {
    HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish()
}

fn document(oauth: &OAuth, body: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, format!("public, max-age={}", oauth.well_known_max_age)))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(body)
}

// COGNITO: 400, not 404 (measured).
fn no_such_pool(pool: &UserPoolId) -> HttpResponse {
    let body = serde_json::json!({ "message": format!("User pool {pool} does not exist.") });
    HttpResponse::BadRequest().insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")).json(body)
}

fn failed(error: &dyn std::error::Error) -> HttpResponse {
    tracing::error!(%error, "a well-known document could not be made");
    HttpResponse::InternalServerError().json(serde_json::json!({ "message": "internal error" }))
}

/// The members in the order of the service, which names neither PKCE nor custom scopes (measured).
#[derive(Serialize)]
struct Configuration {
    authorization_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_session_endpoint: Option<String>,
    id_token_signing_alg_values_supported: [&'static str; 1],
    issuer: String,
    jwks_uri: String,
    response_types_supported: [&'static str; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation_endpoint: Option<String>,
    scopes_supported: [&'static str; 4],
    subject_types_supported: [&'static str; 1],
    token_endpoint: String,
    token_endpoint_auth_methods_supported: [&'static str; 2],
    userinfo_endpoint: String,
}

impl Configuration {
    fn of(oauth: &OAuth, request: &HttpRequest, pool: &UserPool) -> Self {
        let choices = pool.options.over(&oauth.choices);
        let (mode, origin) = (choices.issuer, origin(request));
        let base = oauth.tokens.issuers.endpoints(mode, origin);
        let served = pool.has_domain() || !choices.require_domain;
        // COGNITO: without a domain, endpoints are named under the issuer that nobody serves (measured).
        let root = if served { format!("{base}/oauth2") } else { format!("{base}/{}", pool.id) };
        let only_with_domain = |path: &str| served.then(|| format!("{base}{path}"));
        Self {
            authorization_endpoint: format!("{root}/authorize"),
            end_session_endpoint: only_with_domain("/logout"),
            id_token_signing_alg_values_supported: ["RS256"],
            issuer: oauth.tokens.issuers.issuer(mode, &pool.id, origin),
            jwks_uri: format!("{base}/{}/.well-known/jwks.json", pool.id),
            response_types_supported: ["code", "token"],
            revocation_endpoint: only_with_domain("/oauth2/revoke"),
            scopes_supported: ["openid", "email", "phone", "profile"],
            subject_types_supported: ["public"],
            token_endpoint: format!("{root}/token"),
            token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
            userinfo_endpoint: format!("{root}/userInfo"),
        }
    }
}
