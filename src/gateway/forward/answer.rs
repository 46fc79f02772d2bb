//! The answer on its way back to the client.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::{ConnectionType, Method, StatusCode as ClientStatus, Version, header as client};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use http_body::{Body as _, Frame};
use hyper::body::Incoming;
use hyper::header;
use hyper::{Response, StatusCode};
use tokio::time::{Instant, Sleep};

use super::failed::Failed;
use super::headers;
use super::line::{Line, Upstreams};
use super::upstream::Upstream;
use crate::gateway::dialect::Fault;

/// Why the body of an answer ends before its end; the client sees a connection that breaks off.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("the upstream broke off: {0}")]
    Lost(#[from] hyper::Error),
    #[error("the upstream broke off")]
    Closed,
    #[error("nothing came from the upstream for too long")]
    Idle,
}

/// The end of a body that has fewer bytes is copied: that costs less than new memory for the connection to read into.
const SHORT: usize = 2048;

/// The body of an answer, and the connection that it comes over.
struct Returned {
    incoming: Incoming,
    line: Option<Line>,
    first: Option<Bytes>,
    keeper: Keeper,
    idle: Idle,
    broken: Option<Broken>,
}

/// Where the connection goes when the answer has ended.
struct Keeper {
    lines: Upstreams,
    origin: Arc<str>,
}

/// How long nothing may come.
struct Idle {
    longest: Option<Duration>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// No body, although a length may be told: the answer to `HEAD`.
struct Bodiless(BodySize);

/// The answer as the client gets it.
pub(super) async fn passed(
    line: Line,
    answer: Response<Incoming>,
    lines: &Upstreams,
    upstream: &Upstream,
    request: &HttpRequest,
) -> Result<HttpResponse, Failed> {
    let (head, incoming) = answer.into_parts();
    let broken = |what: &str| upstream.failed(Fault::UpstreamDown, what);
    let status = ClientStatus::from_u16(head.status.as_u16()).map_err(|_| broken("its status is none"))?;
    let mut response = HttpResponse::new(status);
    headers::returned(&head.headers, response.headers_mut())
        .ok_or_else(|| broken("its headers cannot be passed on"))?;
    let told = head.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if let (StatusCode::NOT_MODIFIED, Some(length)) = (head.status, told) {
        response.headers_mut().insert(client::CONTENT_LENGTH, client::HeaderValue::from(length));
    }
    let is_endless = head.headers.get(header::CONTENT_TYPE).is_some_and(|kind| is_event_stream(kind.as_bytes()));
    // It lies in the memory into which the connection reads on, if nobody holds that any more.
    drop(head);
    let returned = Returned {
        incoming,
        line: Some(line),
        first: None,
        keeper: Keeper { lines: lines.clone(), origin: Arc::clone(&upstream.origin) },
        idle: Idle { longest: (!is_endless).then_some(upstream.limits.answer), timer: None },
        broken: None,
    };
    let body = match returned.at_once().await {
        Ok(_) if request.method() == Method::HEAD => {
            BoxBody::new(Bodiless(told.map_or(BodySize::None, BodySize::Sized)))
        }
        Ok(whole) => BoxBody::new(whole),
        Err(returned) => BoxBody::new(returned),
    };
    let mut response = response.set_body(body);
    if request.version() < Version::HTTP_11 && matches!(response.body().size(), BodySize::Stream) {
        // There are no chunks yet in HTTP/1.0: the body ends with the connection.
        response.head_mut().no_chunking(true);
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

/// The whole answer, which may be this long.
pub(super) async fn gathered(
    line: Line,
    answer: Response<Incoming>,
    lines: &Upstreams,
    upstream: &Upstream,
    longest: usize,
) -> Result<Response<Bytes>, Failed> {
    let (head, incoming) = answer.into_parts();
    let keeper = Keeper { lines: lines.clone(), origin: Arc::clone(&upstream.origin) };
    let idle = Idle { longest: Some(upstream.limits.answer), timer: None };
    let mut returned = Returned { incoming, line: Some(line), first: None, keeper, idle, broken: None };
    let mut whole = Vec::new();
    while let Some(part) = poll_fn(|cx| Pin::new(&mut returned).poll_next(cx)).await {
        let part = part.map_err(|broken| match &broken {
            Broken::Idle => upstream.failed(Fault::UpstreamSlow, broken),
            Broken::Lost(_) | Broken::Closed => upstream.failed(Fault::UpstreamDown, broken),
        })?;
        if whole.len().saturating_add(part.len()) > longest {
            return Err(Fault::BadFunctionAnswer.into());
        }
        whole.extend_from_slice(&part);
    }
    Ok(Response::from_parts(head, whole.into()))
}

impl Returned {
    /// The whole body if it came along with the head, as short ones do: it costs less than a stream.
    async fn at_once(mut self) -> Result<Bytes, Self> {
        let whole = poll_fn(|cx| {
            if self.incoming.is_end_stream() {
                self.release(cx);
                return Poll::Ready(Some(Bytes::new()));
            }
            match self.poll_part(cx) {
                Poll::Ready(Some(Ok(part))) if self.line.is_none() => Poll::Ready(Some(part)),
                Poll::Ready(Some(Ok(part))) => {
                    self.first = Some(part);
                    Poll::Ready(None)
                }
                Poll::Ready(None) => Poll::Ready(Some(Bytes::new())),
                Poll::Ready(Some(Err(broken))) => {
                    self.broken = Some(broken);
                    Poll::Ready(None)
                }
                Poll::Pending => Poll::Ready(None),
            }
        })
        .await;
        whole.ok_or(self)
    }

    /// The next part. The connection moves as far as it can for that.
    fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Broken>>> {
        loop {
            let found = match Pin::new(&mut self.incoming).poll_frame(cx) {
                Poll::Ready(found) => found,
                Poll::Pending => {
                    let over = self.line.as_mut().is_none_or(|line| line.poll(cx).is_ready());
                    match Pin::new(&mut self.incoming).poll_frame(cx) {
                        Poll::Ready(found) => found,
                        Poll::Pending if over => return Poll::Ready(Some(Err(Broken::Closed))),
                        Poll::Pending => return Poll::Pending,
                    }
                }
            };
            // Trailers stay behind: nobody has asked the upstream for any.
            let part = match found.map(|frame| frame.map(Frame::into_data)) {
                None => None,
                Some(Ok(Ok(part))) => Some(Ok(part)),
                Some(Ok(Err(_trailers))) => continue,
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            };
            if part.is_none() || self.incoming.is_end_stream() {
                let part = part.map(|part| part.map(out_of_the_way));
                self.release(cx);
                return Poll::Ready(part);
            }
            return Poll::Ready(part);
        }
    }

    fn release(&mut self, cx: &mut Context<'_>) {
        if let Some(line) = self.line.take() {
            self.keeper.lines.keep(&self.keeper.origin, line, cx);
        }
    }
}

impl MessageBody for Returned {
    type Error = Broken;

    fn size(&self) -> BodySize {
        let first = self.first.as_ref().map_or(0, |first| u64::try_from(first.len()).unwrap_or(u64::MAX));
        match self.incoming.size_hint().exact() {
            Some(rest) => BodySize::Sized(rest.saturating_add(first)),
            None => BodySize::Stream,
        }
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Broken>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if let Some(broken) = self.broken.take() {
            return Poll::Ready(Some(Err(broken)));
        }
        if self.line.is_none() && self.incoming.is_end_stream() {
            return Poll::Ready(None);
        }
        match self.poll_part(cx) {
            Poll::Ready(Some(Err(broken))) => {
                // The server throws away what it has not sent yet when a body fails: it gets the time to send it.
                self.broken = Some(broken);
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Pending => self.idle.poll(cx).map(|()| Some(Err(Broken::Idle))),
            Poll::Ready(part) => {
                self.idle.begin_anew();
                Poll::Ready(part)
            }
        }
    }
}

impl Idle {
    fn begin_anew(&mut self) {
        if let (Some(longest), Some(timer)) = (self.longest, &mut self.timer) {
            timer.as_mut().reset(Instant::now() + longest);
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self.longest {
            None => Poll::Pending,
            Some(longest) => {
                let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(longest)));
                timer.as_mut().poll(cx)
            }
        }
    }
}

impl MessageBody for Bodiless {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Poll::Ready(None)
    }
}

/// The same bytes; short ones elsewhere, so that the connection can read on where they were.
fn out_of_the_way(part: Bytes) -> Bytes {
    if part.len() < SHORT { Bytes::copy_from_slice(&part) } else { part }
}

/// Whether the parts of a body are events, between which any time may pass.
fn is_event_stream(kind: &[u8]) -> bool {
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"text/event-stream")
}
