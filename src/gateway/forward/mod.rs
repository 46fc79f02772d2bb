//! What was let through goes upstream, and the answer comes back.
//!
//! A permit enters, and the answer of what is behind the gateway leaves, or the fault that kept it away. Both bodies are
//! passed on as they come: nothing is gathered. Here nobody decides, and no dialect speaks.
//!
//! Each worker thread has connections of its own (`Upstreams`). A connection moves only when the request on it is polled,
//! so a client that hangs up ends the request behind the gateway by nothing but being dropped.

mod answer;
mod connect;
mod failed;
mod headers;
mod line;
mod sent;
mod tunnel;
mod upstream;

use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{HttpRequest, HttpResponse};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, Uri};

use crate::domain::rules::enforce::Permit;

use super::dialect::Fault;

use headers::Framing;
use line::{Failure, Line};
use sent::{Sent, Upload};

pub use failed::Failed;
pub use line::Upstreams;
pub use upstream::{Limits, Upstream, UpstreamError};

/// Where a request goes, and what is told there.
pub struct Passage<'a> {
    /// Where it goes.
    pub upstream: &'a Upstream,
    /// The method, as it was matched.
    pub method: &'a str,
    /// The path, byte for byte as it was matched.
    pub path: &'a str,
    /// The headers that only the gateway may set: whatever the client sends under these names stays behind.
    pub own: &'a [HeaderName],
    /// The headers that the gateway sets.
    pub told: Vec<(HeaderName, HeaderValue)>,
}

/// Passes the request on. Whoever calls has a permit, and spends it.
pub async fn forward(
    _permit: Permit,
    passage: Passage<'_>,
    lines: &Upstreams,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failed> {
    let framing = Framing::of(request).ok_or(Fault::BadRequest)?;
    let upstream = passage.upstream;
    if framing.length() > upstream.limits.body {
        return Err(Fault::BodyTooLong.into());
    }
    let upload = Rc::new(Upload::new(upstream.limits.body));
    let (sent, held) = match framing {
        Framing::None => (Sent::nothing(), None),
        Framing::Upgrade => (Sent::nothing(), Some(payload)),
        Framing::Length(_) | Framing::Chunked => (Sent::stream(payload, framing, Rc::clone(&upload)), None),
    };
    let outgoing = head(passage, request, framing).ok_or(Fault::BadRequest)?;
    let wanted = outgoing.map(|()| sent);
    let (line, answer) =
        exchange(lines, upstream, wanted, &upload).await.map_err(|failure| failed(upstream, &failure, &upload))?;
    match (answer.status(), held) {
        (StatusCode::SWITCHING_PROTOCOLS, Some(payload)) => Ok(Box::pin(tunnel::open(line, &answer, payload)).await?),
        // Nobody asked for another protocol: what follows would be read as something else than it is.
        (StatusCode::SWITCHING_PROTOCOLS, None) => {
            Err(upstream.failed(Fault::UpstreamDown, "it went over to another protocol, which nobody asked for"))
        }
        _ => answer::passed(line, answer, lines, upstream, request).await,
    }
}

/// Posts an event to a function, and gathers its answer. Whoever calls has a permit, and spends it.
pub async fn post(
    _permit: Permit,
    lines: &Upstreams,
    upstream: &Upstream,
    call: Request<Bytes>,
    longest: usize,
) -> Result<Response<Bytes>, Failed> {
    let (mut head, event) = call.into_parts();
    head.method = Method::POST;
    head.headers.insert(header::HOST, upstream.host.clone());
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(event.len()));
    // What an endpoint leaves unread of an event would be the beginning of the next call.
    head.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let request = Request::from_parts(head, Sent::whole(event));
    let upload = Upload::new(upstream.limits.body);
    let asked = exchange(lines, upstream, request, &upload).await;
    let (line, answer) = asked.map_err(|failure| failed(upstream, &failure, &upload))?;
    answer::gathered(line, answer, lines, upstream, longest).await
}

/// Whether a request has a body that is to be read. What speaks another protocol later has none.
pub fn has_body(request: &HttpRequest) -> Result<bool, Fault> {
    let framing = Framing::of(request).ok_or(Fault::BadRequest)?;
    Ok(matches!(framing, Framing::Length(_) | Framing::Chunked))
}

/// The headers that an event tells a function, with the length of the body and what the gateway itself tells.
pub fn event_headers(
    request: &HttpRequest,
    own: &[HeaderName],
    told: Vec<(HeaderName, HeaderValue)>,
    length: usize,
) -> Option<HeaderMap> {
    headers::of_event(request, own, told, length)
}

/// Whether a header of an answer is about the connection it came over, and ends there.
pub fn ends_here(name: &str) -> bool {
    headers::is_of_a_connection(name)
}

/// The head of the request that goes upstream.
fn head(passage: Passage<'_>, request: &HttpRequest, framing: Framing) -> Option<Request<()>> {
    let target = target(passage.upstream, passage.path, request.uri().query())?;
    let mut head = Request::new(());
    *head.method_mut() = Method::from_bytes(passage.method.as_bytes()).ok()?;
    *head.uri_mut() = target;
    *head.headers_mut() = headers::outgoing(passage, request, framing)?;
    Some(head)
}

/// The target that goes upstream: nothing of it is decoded, resolved or encoded anew.
fn target(upstream: &Upstream, path: &str, query: Option<&str>) -> Option<Uri> {
    let mut target =
        String::with_capacity(upstream.prefix.len() + path.len() + query.map_or(0, |query| query.len() + 1));
    target.push_str(&upstream.prefix);
    target.push_str(path);
    if let Some(query) = query {
        target.push('?');
        target.push_str(query);
    }
    Uri::from_maybe_shared(hyper::body::Bytes::from(target)).ok()
}

/// Sends the request and waits for the head of its answer. A connection that was found dead before anything went over
/// it is replaced once, unless the request has a body.
async fn exchange(
    lines: &Upstreams,
    upstream: &Upstream,
    request: Request<Sent>,
    upload: &Upload,
) -> Result<(Line, Response<Incoming>), Failure> {
    let request = match lines.idle(upstream) {
        None => request,
        Some(line) => match line.ask(request, upstream.limits.answer, upload).await {
            Err(Failure::Unsent(request)) if request.body().can_go_again() => *request,
            done => return done,
        },
    };
    let line = Box::pin(lines.open(upstream)).await?;
    line.ask(request, upstream.limits.answer, upload).await
}

/// Whose fault it is that there is no answer.
fn failed(upstream: &Upstream, failure: &Failure, upload: &Upload) -> Failed {
    let fault = match (upload.ended_by(), failure) {
        (Some(sent::End::TooLong), _) => return Fault::BodyTooLong.into(),
        (Some(sent::End::Broken), _) => return Fault::BadRequest.into(),
        (None, Failure::Slow) => Fault::UpstreamSlow,
        (None, Failure::Unsent(_) | Failure::Lost(_) | Failure::Unreachable(_)) => Fault::UpstreamDown,
    };
    upstream.failed(fault, failure)
}
