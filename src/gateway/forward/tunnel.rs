//! A connection that speaks another protocol from now on: bytes both ways, until one side ends.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::Payload;
use actix_web::http::{ConnectionType, StatusCode, header as client};
use actix_web::web::Bytes;
use hyper::Response;
use hyper::body::Incoming;
use hyper::client::conn::http1::Parts;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWriteExt as _, ReadBuf, ReadHalf, WriteHalf};
use tokio::task::JoinHandle;

use super::connect::Stream;
use super::headers;
use super::line::Line;
use crate::gateway::dialect::Fault;

/// The most that is read at once.
const PART: usize = 16 * 1024;

/// What comes from the upstream. Dropping it ends both ways.
struct Tunnel {
    begun: Bytes,
    from: ReadHalf<TokioIo<Stream>>,
    buffer: Box<[u8]>,
    towards: JoinHandle<()>,
}

/// Answers with the upstream's consent, and joins both connections.
pub(super) async fn open(line: Line, consent: &Response<Incoming>, payload: Payload) -> Result<HttpResponse, Fault> {
    let Parts { io, read_buf, .. } = line.into_stream().await;
    let (from, to) = tokio::io::split(TokioIo::new(io));
    let towards = actix_web::rt::spawn(send(payload, to));
    let tunnel = Tunnel { begun: read_buf, from, buffer: vec![0; PART].into_boxed_slice(), towards };
    let mut response = HttpResponse::with_body(StatusCode::SWITCHING_PROTOCOLS, tunnel).map_into_boxed_body();
    headers::returned(consent.headers(), response.headers_mut()).ok_or(Fault::UpstreamDown)?;
    response.headers_mut().insert(client::UPGRADE, client::HeaderValue::from_static("websocket"));
    response.head_mut().set_connection_type(ConnectionType::Upgrade);
    Ok(response)
}

/// Sends on what the client sends, and then tells that it has ended.
async fn send(payload: Payload, mut to: WriteHalf<TokioIo<Stream>>) {
    let mut payload = Box::pin(payload);
    while let Some(Ok(part)) = std::future::poll_fn(|cx| futures_core::Stream::poll_next(payload.as_mut(), cx)).await {
        if to.write_all(&part).await.is_err() {
            return;
        }
    }
    let _gone_already = to.shutdown().await;
}

impl MessageBody for Tunnel {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if !self.begun.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.begun))));
        }
        let this = &mut *self;
        let mut read = ReadBuf::new(&mut this.buffer);
        let done = ready!(Pin::new(&mut this.from).poll_read(cx, &mut read));
        let part = read.filled();
        Poll::Ready(match done {
            Err(error) => Some(Err(error)),
            Ok(()) if part.is_empty() => None,
            Ok(()) => Some(Ok(Bytes::copy_from_slice(part))),
        })
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.towards.abort();
    }
}
