//! A function behind a gateway, called as Lambda is: the request becomes an event, and what the function returns becomes
//! the answer.
//!
//! The two mappings are pure (`event`, `returned`); what lies between them is a POST to whatever speaks Lambda's API. A
//! permit is spent by it, as by everything that is let through.

mod body;
mod event;
mod returned;

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header as client;
use actix_web::{HttpRequest, HttpResponse, web};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Request, Response, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use url::Url;

use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::table::Matched;
use crate::domain::rules::enforce::{Ground, Permit};
use crate::domain::time::Timestamp;
use crate::guard::body::{Unread, read};

use super::Gateway;
use super::context::{Authorizer, Payload};
use super::dialect::Fault;
use super::forward::{self, Failed, Limits, Upstream, UpstreamError, Upstreams};

use body::Encoding;
pub use body::{BinaryType, BinaryTypeError};
use event::Facts;
use returned::Returned;

/// The longest event, and the longest answer: Lambda's own limit.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LONGEST: usize = 6 * 1024 * 1024;

/// What names of functions consist of needs no escape; whatever else stands there does.
const UNESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// A function.
#[derive(Debug, Clone)]
pub struct Function {
    at: Upstream,
    target: Uri,
    shape: Shape,
}

/// How it is told of requests, and how its answers are read.
#[derive(Debug, Clone)]
struct Shape {
    payload: Payload,
    encoding: Encoding,
}

/// A request on its way to a function.
pub struct Call<'a> {
    /// The gateway that let it through.
    pub gateway: &'a Gateway,
    /// The id of the request.
    pub id: &'a str,
    /// When it came.
    pub now: Timestamp,
    /// The method that counts.
    pub method: &'a str,
    /// The path within the gateway.
    pub path: &'a str,
    /// The request.
    pub request: &'a HttpRequest,
    /// The route, if it has one.
    pub matched: Option<&'a Matched<'a>>,
}

impl Function {
    /// The function of this name behind an endpoint that speaks Lambda's API.
    pub fn new(
        url: &Url,
        name: &str,
        (dialect, payload): (Dialect, Payload),
        binary: Vec<BinaryType>,
        limits: Limits,
    ) -> Result<Self, UpstreamError> {
        let at = Upstream::new(url, limits)?;
        let name = utf8_percent_encode(name, UNESCAPED);
        let target = format!("{}/2015-03-31/functions/{name}/invocations", url.path().trim_end_matches('/'));
        let target = target.parse().map_err(|_| UpstreamError::Form(url.to_string()))?;
        let encoding = if dialect == Dialect::RestApi { Encoding::Types(binary) } else { Encoding::Usual };
        Ok(Self { at, target, shape: Shape { payload, encoding } })
    }

    /// Calls it. Whoever does has a permit, and spends it.
    pub async fn answer(
        &self,
        permit: Permit,
        call: &Call<'_>,
        lines: &Upstreams,
        payload: web::Payload,
    ) -> Result<HttpResponse, Failed> {
        let body = self.body(call.request, payload).await?;
        let event = self.event(&permit, call, &body).ok_or(Fault::BadRequest)?.to_string();
        if event.len() > LONGEST {
            return Err(Fault::BodyTooLong.into());
        }
        let asked = forward::post(permit, lines, &self.at, self.request(event), LONGEST).await?;
        match self.returned(&asked, call) {
            Ok(returned) => Ok(respond(returned)),
            Err(why) => {
                tracing::debug!(%why, function = %self, "a function answered what is no answer");
                Err(Fault::BadFunctionAnswer.into())
            }
        }
    }

    async fn body(&self, request: &HttpRequest, payload: web::Payload) -> Result<Bytes, Fault> {
        if !forward::has_body(request)? {
            return Ok(Bytes::new());
        }
        let limits = self.at.limits();
        let most = usize::try_from(limits.body).unwrap_or(usize::MAX).min(LONGEST);
        read(request, payload, most, limits.answer).await.map_err(|unread| match unread {
            Unread::TooLong => Fault::BodyTooLong,
            Unread::TooSlow | Unread::BrokenOff => Fault::BadRequest,
        })
    }

    fn event(&self, permit: &Permit, call: &Call<'_>, body: &[u8]) -> Option<Value> {
        let (gateway, request) = (call.gateway, call.request);
        let rest = gateway.dialect == Dialect::RestApi;
        // Nobody has shaped events of the other dialects: they are those of an HTTP API.
        let manner = if rest { Dialect::RestApi } else { Dialect::HttpApi };
        let route = call.matched.map(|matched| &**matched.route);
        let authorizer = match (permit.ground(), route) {
            (Ground::Token(verified), Some(route)) => {
                serde_json::to_value(Authorizer::of(manner, self.shape.payload, verified, route)).ok()
            }
            _ => None,
        };
        let told = gateway.telling.claims_told(gateway.dialect, permit.ground());
        let headers = forward::event_headers(request, gateway.telling.own(), told, body.len())?;
        let facts = Facts {
            gateway: &gateway.name,
            id: call.id,
            now: call.now,
            method: call.method,
            base: &gateway.place.base_path,
            stage: gateway.place.stage.as_deref(),
            path: call.path,
            query: request.uri().query().unwrap_or_default(),
            protocol: format!("{:?}", request.version()),
            source: request.peer_addr().map(|peer| peer.ip().to_string()),
            body: self.shape.encoding.of(body, headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok())),
            headers: &headers,
            route: route.map(|route| &route.key),
            parameters: call.matched.map(|matched| &*matched.parameters).unwrap_or_default(),
            authorizer,
        };
        Some(match self.shape.payload {
            Payload::V1 => event::v1(&facts, rest),
            Payload::V2 => event::v2(&facts),
        })
    }

    fn request(&self, event: String) -> Request<Bytes> {
        let mut request = Request::new(Bytes::from(event));
        *request.uri_mut() = self.target.clone();
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let kind = HeaderName::from_static("x-amz-invocation-type");
        headers.insert(kind, HeaderValue::from_static("RequestResponse"));
        request
    }

    fn returned(&self, asked: &Response<Bytes>, call: &Call<'_>) -> Result<Returned, returned::Misread> {
        if !asked.status().is_success() {
            return Err(returned::Misread::Status(asked.status().as_u16()));
        }
        if asked.headers().contains_key("x-amz-function-error") {
            return Err(returned::Misread::Failed);
        }
        let accept = call.request.headers().get(client::ACCEPT).and_then(|accept| accept.to_str().ok());
        match (self.shape.payload, &self.shape.encoding) {
            (Payload::V1, Encoding::Types(binary)) => {
                let decodes = body::accepts_binary(binary, accept);
                returned::of_rest_api(asked.body(), decodes)
            }
            (Payload::V1, Encoding::Usual) => returned::v1(asked.body()),
            (Payload::V2, _) => returned::v2(asked.body()),
        }
    }
}

fn respond(returned: Returned) -> HttpResponse {
    let mut response = HttpResponse::with_body(returned.status, returned.body).map_into_boxed_body();
    for (name, value) in returned.headers {
        // The server tells the length, and how the connection goes on.
        if !forward::ends_here(name.as_str()) {
            response.headers_mut().append(name, value);
        }
    }
    if matches!(returned.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        // Whoever reads such an answer takes what follows for the next one.
        response = response.set_body(actix_web::body::BoxBody::new(()));
    }
    response
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.at.origin(), self.target)
    }
}
