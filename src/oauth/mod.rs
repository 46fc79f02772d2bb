//! The OAuth endpoints (RFC 6749 and friends), as Cognito answers them.
//!
//! What enters: forms and headers. What leaves: JSON bodies and their exact headers. Decisions are taken in
//! `domain::rules` and `tokens`; [`error`] alone knows how a refusal looks on this wire.

mod authorize;
pub mod cookies;
mod csrf;
pub mod discovery;
pub mod error;
pub mod fields;
mod headers;
pub mod headless;
mod logout;
mod pages;
mod pool;
mod revoke;
mod session;
pub mod token;
mod user_info;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};

use crate::explain::Recorder;
use crate::sign_in::SignIns;
use crate::tokens::Tokens;

/// Everything that the OAuth endpoints work with.
#[derive(Clone)]
pub struct OAuth {
    /// The clients, the keys, the clock and what `iss` says.
    pub tokens: Tokens,
    /// Signing in; what users do for themselves is in it.
    pub sign_ins: SignIns,
    /// Where decisions are kept.
    pub recorder: Recorder,
    /// How long a JWKS or discovery document may be cached, in seconds.
    pub well_known_max_age: u32,
    /// The server's own choices, for pools that have none.
    pub choices: crate::domain::pool::PoolChoices,
}

/// Mounts the endpoints: at the root, and under a pool's id.
pub fn routes(config: &mut ServiceConfig) {
    pages::routes(config);
    config
        .service(web::resource("/oauth2/authorize").route(web::get().to(authorize::handle)).default_service(only_get()))
        .service(web::resource("/logout").route(web::get().to(logout::handle)).default_service(only_get()))
        .service(web::resource("/oauth2/token").route(web::route().to(token::at_root)))
        .service(web::resource("/{pool}/oauth2/token").route(web::route().to(token::in_pool)))
        .service(web::resource("/oauth2/userInfo").route(web::route().to(user_info::at_root)))
        .service(web::resource("/{pool}/oauth2/userInfo").route(web::route().to(user_info::in_pool)))
        .service(web::resource("/oauth2/revoke").route(web::route().to(revoke::at_root)))
        .service(web::resource("/{pool}/oauth2/revoke").route(web::route().to(revoke::in_pool)))
        .service(
            web::resource("/{pool}/.well-known/jwks.json")
                .route(web::get().to(discovery::jwks))
                .route(web::head().to(discovery::jwks))
                .default_service(web::to(discovery::read_only)),
        )
        .service(
            web::resource("/{pool}/.well-known/openid-configuration")
                .route(web::get().to(discovery::configuration))
                .route(web::head().to(discovery::configuration))
                .default_service(web::to(discovery::read_only)),
        );
}

/// The answer to other methods where only GET is served.
fn only_get() -> actix_web::Route {
    web::to(async || HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET")).finish())
}
