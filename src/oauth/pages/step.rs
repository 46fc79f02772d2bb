//! Where a browser stands between two pages: a cookie for as long as a sign-in may take.
//!
//! It holds nothing that the browser was not told: the user name, and the session by which the next answer is matched to
//! the sign-in that it belongs to. What it says is checked where it is used.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::oauth::cookies::{self, Cookie};
use crate::tokens::ClientView;

const COOKIE: &str = "poolpass-step";
/// The longest that a client can let a sign-in take (`AuthSessionValidity`), in seconds.
const MAX_AGE: i64 = 900;

/// What the next page must know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::oauth) struct Step {
    /// The client, so that a page of another client or pool does not take it for its own.
    pub(in crate::oauth) client: String,
    /// The name as the user entered it.
    pub(in crate::oauth) username: String,
    /// The challenge to answer, if it is one.
    pub(in crate::oauth) challenge: String,
    /// What the answer must come with.
    pub(in crate::oauth) session: String,
    /// What the challenge came with.
    pub(in crate::oauth) parameters: BTreeMap<String, String>,
    /// Where a code was sent, masked.
    pub(in crate::oauth) destination: String,
    /// The secret for an authenticator app that is being set up.
    pub(in crate::oauth) secret: String,
}

impl Step {
    /// The step that this browser has reached with this client.
    pub(in crate::oauth) fn read(request: &HttpRequest, view: &ClientView) -> Option<Self> {
        let read = |value: &str| serde_json::from_slice::<Self>(&URL_SAFE_NO_PAD.decode(value).ok()?).ok();
        cookies::named(request, COOKIE).filter_map(read).find(|step| step.client == view.client.as_str())
    }

    /// The cookies that carry it on to this page, and to no other program of this host: cookies ignore ports.
    pub(in crate::oauth) fn cookies(&self, request: &HttpRequest, page: &str) -> Vec<String> {
        let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        set(request, page, (&value, MAX_AGE))
    }

    /// The cookies that end it, once the page of this request was answered.
    pub(in crate::oauth) fn over(request: &HttpRequest) -> Vec<String> {
        set(request, request.path(), ("", 0))
    }
}

fn set(request: &HttpRequest, page: &str, (value, max_age): (&str, i64)) -> Vec<String> {
    // Whoever waits for a code in vain asks for another one on the page beside.
    let paths = if page == "/confirm" { &["/confirm", "/resendcode"] } else { &[page] as &[&str] };
    let cookie = |path| Cookie { name: COOKIE, value, path, max_age: Some(max_age) };
    paths.iter().map(|path| cookie(*path).header(request)).collect()
}
