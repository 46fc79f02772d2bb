//! The body of a request on its way upstream, as it comes from the client.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::dev::Payload;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Bytes;
use tokio::time::Instant;

use super::headers::Framing;

/// The body of a request.
pub(super) struct Sent(Kind);

enum Kind {
    /// None.
    Nothing,
    /// All of it.
    Whole(Bytes),
    /// As it comes.
    Stream(Stream),
}

struct Stream {
    payload: Pin<Box<Payload>>,
    left: Option<u64>,
    ended: bool,
    upload: Rc<Upload>,
}

/// How the sending of a body goes, for who waits for the answer.
pub(super) struct Upload {
    longest: u64,
    passed: Cell<u64>,
    moved: Cell<Option<Instant>>,
    end: Cell<Option<End>>,
}

/// Why a body was not sent to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It is longer than the gateway takes.
    TooLong,
    /// The client broke off, or sent what is no body.
    Broken,
}

impl Upload {
    pub(super) fn new(longest: u64) -> Self {
        Self { longest, passed: Cell::new(0), moved: Cell::new(None), end: Cell::new(None) }
    }

    /// When a part of the body last came.
    pub(super) fn moved_last(&self) -> Option<Instant> {
        self.moved.get()
    }

    /// Why it was not sent to its end.
    pub(super) fn ended_by(&self) -> Option<End> {
        self.end.get()
    }

    fn take(&self, length: usize) -> Result<(), End> {
        self.moved.set(Some(Instant::now()));
        self.passed.set(self.passed.get().saturating_add(u64::try_from(length).unwrap_or(u64::MAX)));
        if self.passed.get() > self.longest { Err(self.fail(End::TooLong)) } else { Ok(()) }
    }

    fn fail(&self, end: End) -> End {
        self.end.set(Some(end));
        end
    }
}

impl Sent {
    /// No body.
    pub(super) fn nothing() -> Self {
        Self(Kind::Nothing)
    }

    /// These bytes.
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self(Kind::Whole(bytes))
    }

    /// What the client sends.
    pub(super) fn stream(payload: Payload, framing: Framing, upload: Rc<Upload>) -> Self {
        let left = match framing {
            Framing::Length(length) => Some(length),
            Framing::None | Framing::Chunked | Framing::Upgrade => None,
        };
        Self(Kind::Stream(Stream { payload: Box::pin(payload), left, ended: false, upload }))
    }

    /// Whether it is still all there after a connection was found dead: a stream may have begun.
    pub(super) fn can_go_again(&self) -> bool {
        matches!(self.0, Kind::Nothing | Kind::Whole(_))
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = End;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, End>>> {
        let stream = match &mut self.0 {
            Kind::Nothing => return Poll::Ready(None),
            Kind::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = Kind::Nothing;
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            Kind::Stream(stream) => stream,
        };
        if stream.ended {
            return Poll::Ready(None);
        }
        let part = ready!(futures_core::Stream::poll_next(stream.payload.as_mut(), cx));
        let part = match part {
            None => {
                stream.ended = true;
                return Poll::Ready(None);
            }
            Some(Ok(part)) => stream.upload.take(part.len()).map(|()| part),
            Some(Err(error)) => {
                tracing::debug!(%error, "the body of a request broke off");
                Err(stream.upload.fail(End::Broken))
            }
        };
        stream.ended = part.is_err();
        if let (Some(left), Ok(part)) = (&mut stream.left, &part) {
            *left = left.saturating_sub(u64::try_from(part.len()).unwrap_or(u64::MAX));
        }
        Poll::Ready(Some(part.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Nothing => true,
            Kind::Whole(_) => false,
            Kind::Stream(stream) => stream.ended || stream.left == Some(0),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Nothing => SizeHint::with_exact(0),
            Kind::Whole(bytes) => SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            Kind::Stream(stream) => stream.left.map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the body is longer than the gateway takes",
            Self::Broken => "the body broke off",
        })
    }
}

impl Error for End {}
