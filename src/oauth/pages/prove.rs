//! From what a form says to a user who is proven, or to the page that asks for more.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use crate::oauth::OAuth;

use super::login::{self, Shown};
use super::visit::Visit;
use super::words;

/// A user name and a password.
pub(in crate::oauth) async fn password(oauth: &OAuth, request: &HttpRequest, visit: Visit) -> HttpResponse {
    let username = visit.field("username").to_owned();
    login::refused(oauth, request, visit, Shown::problem(StatusCode::UNAUTHORIZED, words::INCORRECT, username)).await
}
