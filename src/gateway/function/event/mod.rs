//! Requests as events: of a REST API and of an HTTP API, whose events come in two versions.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

mod one;
#[cfg(test)]
mod tests;
mod two;

use std::collections::BTreeMap;

use chrono::DateTime;
use hyper::header::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::domain::gateway::route::RouteKey;
use crate::domain::time::Timestamp;

use super::body::Body;

pub(super) use one::event as v1;
pub(super) use two::event as v2;

/// What an event tells about a request.
pub(super) struct Facts<'a> {
    /// The name of the gateway.
    pub(super) gateway: &'a str,
    /// The id of the request.
    pub(super) id: &'a str,
    /// When it came.
    pub(super) now: Timestamp,
    /// Its method.
    pub(super) method: &'a str,
    /// What the paths of the gateway begin with.
    pub(super) base: &'a str,
    /// The stage, if it is in the path.
    pub(super) stage: Option<&'a str>,
    /// The path behind both.
    pub(super) path: &'a str,
    /// The query as it was written.
    pub(super) query: &'a str,
    /// Such as `HTTP/1.1`.
    pub(super) protocol: String,
    /// Who sent it.
    pub(super) source: Option<String>,
    /// Its headers, those that the gateway sets among them.
    pub(super) headers: &'a HeaderMap,
    /// The route, if it has one.
    pub(super) route: Option<&'a RouteKey>,
    /// The values of the route's parameters, as they stand in the path.
    pub(super) parameters: &'a [(&'a str, String)],
    /// What is known about the caller, if a token was asked for.
    pub(super) authorizer: Option<Value>,
    /// The body.
    pub(super) body: Body,
}

/// The account that everything here belongs to.
const ACCOUNT: &str = "000000000000";
/// The stage whose name is in no URL, and the route of all that no other is for.
const DEFAULT: &str = "$default";

type Multi = BTreeMap<String, Vec<String>>;

impl Facts<'_> {
    fn stage_name(&self) -> &str {
        self.stage.unwrap_or(DEFAULT)
    }

    /// The path behind the stage, which is part of it.
    fn staged_path(&self) -> String {
        self.stage.map_or_else(|| self.path.to_owned(), |stage| format!("/{stage}{}", self.path))
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| text(value.as_bytes()))
    }

    /// The host without its port.
    fn domain(&self) -> String {
        let host = self.header("host").unwrap_or_default();
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name.to_owned(),
            _ => host,
        }
    }

    /// Every value of every header, the names as `spell` writes them.
    fn headers(&self, spell: impl Fn(&str) -> String) -> Multi {
        let mut headers = Multi::new();
        for (name, value) in self.headers {
            headers.entry(spell(name.as_str())).or_default().push(text(value.as_bytes()));
        }
        headers
    }

    /// Every value of every parameter of the query, decoded.
    fn parameters(&self) -> Multi {
        let mut parameters = Multi::new();
        for (name, value) in url::form_urlencoded::parse(self.query.as_bytes()) {
            parameters.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        parameters
    }

    /// Such as `12/Mar/2020:19:03:58 +0000`.
    fn time(&self) -> String {
        let moment = DateTime::from_timestamp_millis(self.now.millis()).unwrap_or_default();
        moment.format("%d/%b/%Y:%H:%M:%S +0000").to_string()
    }
}

/// The path without its percent-encoding, where that leaves text.
fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8().map_or_else(|_| path.to_owned(), std::borrow::Cow::into_owned)
}

/// A header's value as text; bytes that are none stand for the characters that they are in Latin-1.
fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect(), str::to_owned)
}
