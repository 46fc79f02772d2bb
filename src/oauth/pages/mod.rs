//! The pages that people see: plain HTML forms that work without scripts.
//!
//! Every page takes the parameters of the authorize request in its query and carries them on. Its GET shows a form, its
//! POST takes it; a step that succeeds goes to [`dispatch`](super::authorize::dispatch), which alone knows what is next.

mod change_password;
mod confirm;
mod error_page;
mod forgot;
mod frame;
mod login;
mod mfa;
mod picker;
mod prove;
mod sign_up;
mod step;
pub(super) mod style;
mod visit;
pub(super) mod words;

use actix_web::web::{self, ServiceConfig};

pub(super) use frame::set_cookies;
pub(super) use picker::choose;
pub(super) use prove::DOOR;

/// Mounts the pages.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/error").route(web::get().to(error_page::handle)).default_service(super::only_get()))
        .service(
            web::resource("/assets/poolpass.css").route(web::get().to(style::style)).default_service(super::only_get()),
        )
        .service(
            web::resource("/assets/poolpass.svg").route(web::get().to(style::icon)).default_service(super::only_get()),
        )
        .service(
            web::resource("/confirmUser").route(web::get().to(confirm::by_link)).default_service(super::only_get()),
        )
        .service(page("/login", login::show, login::take))
        .service(page("/mfa", mfa::show, mfa::take))
        .service(page("/changePassword", change_password::show, change_password::take))
        .service(page("/signup", sign_up::show, sign_up::take))
        .service(page("/confirm", confirm::show, confirm::take))
        .service(page("/resendcode", confirm::show_resend, confirm::take_resend))
        .service(page("/forgotPassword", forgot::show, forgot::take))
        .service(page("/confirmforgotPassword", forgot::show_confirm, forgot::take_confirm));
}

/// A page that shows a form and takes it.
fn page<S, T, A, B>(path: &str, show: S, take: T) -> actix_web::Resource
where
    S: actix_web::Handler<A>,
    T: actix_web::Handler<B>,
    A: actix_web::FromRequest + 'static,
    B: actix_web::FromRequest + 'static,
    S::Output: actix_web::Responder + 'static,
    T::Output: actix_web::Responder + 'static,
{
    let neither =
        || async { actix_web::HttpResponse::MethodNotAllowed().insert_header(("allow", "GET, POST")).finish() };
    web::resource(path).route(web::get().to(show)).route(web::post().to(take)).default_service(web::to(neither))
}
