//! The stylesheet and the icon, served from the binary: with them the pages need no inline style.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

const STYLE: &str = include_str!("../../../templates/poolpass.css");
const ICON: &str = include_str!("../../../templates/poolpass.svg");

/// Is in the stylesheet's URL, so that a new binary's pages never meet an old stylesheet.
pub(in crate::oauth) fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| digest(STYLE));
    &VERSION
}

/// Handles `GET /assets/poolpass.css`.
pub(in crate::oauth) async fn style(request: HttpRequest) -> HttpResponse {
    file(&request, "text/css; charset=utf-8", STYLE)
}

/// Handles `GET /assets/poolpass.svg`.
pub(in crate::oauth) async fn icon(request: HttpRequest) -> HttpResponse {
    file(&request, "image/svg+xml", ICON)
}

fn file(request: &HttpRequest, content_type: &'static str, text: &'static str) -> HttpResponse {
    let tag = format!("\"{}\"", digest(text));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let fresh = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = if fresh { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if fresh { response.finish() } else { response.insert_header((header::CONTENT_TYPE, content_type)).body(text) }
}

fn digest(text: &str) -> String {
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()));
    digest.get(..16).unwrap_or_default().to_owned()
}
