//! Connections that are kept, and one request and answer on one of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, Connection, Parts, SendRequest};
use hyper::{Request, Response};
use tokio::time::{Instant, Sleep};

use super::connect::{self, Stream};
use super::failed::with_causes;
use super::sent::{Sent, Upload};
use super::upstream::Upstream;

/// How many idle connections a worker keeps to one origin.
const KEPT: usize = 64;
/// How long a connection may be idle. Many servers close theirs after five seconds; those are found when they are taken.
const IDLE: Duration = Duration::from_secs(30);
/// How often idle connections are looked through.
const SWEEP: Duration = Duration::from_secs(5);
/// The most that is read ahead on one connection. The head of an answer has to fit.
const READ_AHEAD: usize = 64 * 1024;

/// The connections of one worker thread; cloning shares them.
#[derive(Clone, Default)]
pub struct Upstreams(Rc<RefCell<Idle>>);

#[derive(Default)]
struct Idle {
    lines: HashMap<Arc<str>, Vec<(Line, Instant)>>,
    swept: bool,
}

/// A connection. It moves only while it is polled.
pub(super) struct Line {
    sender: SendRequest<Sent>,
    connection: Box<Connection<Stream, Sent>>,
    over: bool,
    /// When the answer has to have begun. It is set anew for each request, which costs less than another timer.
    deadline: Pin<Box<Sleep>>,
}

/// Why there is no answer.
pub(super) enum Failure {
    /// The connection ended before anything of the request was sent; here it is again.
    Unsent(Box<Request<Sent>>),
    /// The connection ended, or what came over it was no answer.
    Lost(hyper::Error),
    /// No connection.
    Unreachable(Box<dyn Error + Send + Sync>),
    /// No answer in time.
    Slow,
}

impl Upstreams {
    /// None yet. Each worker thread needs its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// A connection that is open and does nothing.
    pub(super) fn idle(&self, upstream: &Upstream) -> Option<Line> {
        let mut idle = self.0.borrow_mut();
        let lines = idle.lines.get_mut(&upstream.origin)?;
        loop {
            let (mut line, _) = lines.pop()?;
            if line.is_usable() {
                return Some(line);
            }
        }
    }

    /// A new connection.
    pub(super) async fn open(&self, upstream: &Upstream) -> Result<Line, Failure> {
        let stream = connect::connect(upstream).await.map_err(Failure::Unreachable)?;
        let built = Builder::new().max_buf_size(READ_AHEAD).handshake(stream).await;
        let (sender, connection) = built.map_err(Failure::Lost)?;
        let deadline = Box::pin(tokio::time::sleep(upstream.limits.answer));
        Ok(Line { sender, connection: Box::new(connection), over: false, deadline })
    }

    /// Takes back a connection whose answer has ended, if another request can go over it.
    pub(super) fn keep(&self, upstream: &Arc<str>, mut line: Line, cx: &mut Context<'_>) {
        // Its last step was to hand over the answer's end; it becomes ready when it is asked once more.
        if line.poll(cx).is_ready() || !line.sender.is_ready() {
            return;
        }
        let mut idle = self.0.borrow_mut();
        let now = Instant::now();
        match idle.lines.get_mut(upstream) {
            Some(lines) if lines.len() < KEPT => lines.push((line, now)),
            Some(_) => {}
            None => drop(idle.lines.insert(Arc::clone(upstream), vec![(line, now)])),
        }
        if !std::mem::replace(&mut idle.swept, true) {
            actix_web::rt::spawn(sweep(Rc::downgrade(&self.0)));
        }
    }
}

/// Closes what has ended or was idle for long, until nothing is left.
async fn sweep(lines: std::rc::Weak<RefCell<Idle>>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let Some(lines) = lines.upgrade() else { return };
        let mut idle = lines.borrow_mut();
        idle.lines.retain(|_, lines| {
            lines.retain_mut(|(line, since)| since.elapsed() < IDLE && line.is_usable());
            !lines.is_empty()
        });
        if idle.lines.is_empty() {
            idle.swept = false;
            return;
        }
    }
}

impl Line {
    /// Moves the connection; ready when it is over.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.over {
            match self.connection.poll_without_shutdown(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(ended) => {
                    self.over = true;
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection to the upstream broke");
                    }
                }
            }
        }
        Poll::Ready(())
    }

    /// Whether the other side has neither closed it nor sent what nobody asked for.
    fn is_usable(&mut self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        self.poll(&mut cx).is_pending() && self.sender.is_ready()
    }

    /// Sends a request and waits for the head of its answer, so long at most from the last part of the request's body.
    pub(super) async fn ask(
        mut self,
        request: Request<Sent>,
        longest: Duration,
        upload: &Upload,
    ) -> Result<(Self, Response<Incoming>), Failure> {
        self.deadline.as_mut().reset(Instant::now() + longest);
        let answer = {
            let mut answer = pin!(self.sender.try_send_request(request));
            let (connection, over, deadline) = (&mut self.connection, &mut self.over, &mut self.deadline);
            poll_fn(|cx| {
                if !*over {
                    *over = connection.poll_without_shutdown(cx).is_ready();
                }
                if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                    return Poll::Ready(Some(answer));
                }
                while deadline.as_mut().poll(cx).is_ready() {
                    match upload.moved_last().map(|moved| moved + longest) {
                        Some(later) if later > deadline.deadline() => deadline.as_mut().reset(later),
                        _ => return Poll::Ready(None),
                    }
                }
                Poll::Pending
            })
            .await
        };
        match answer {
            None => Err(Failure::Slow),
            Some(Ok(answer)) => Ok((self, answer)),
            Some(Err(mut error)) => Err(match error.take_message() {
                Some(request) => Failure::Unsent(Box::new(request)),
                None => Failure::Lost(error.into_error()),
            }),
        }
    }

    /// The bare stream of a connection that speaks another protocol from now on, and what was read of that already.
    pub(super) async fn into_stream(mut self) -> Parts<Stream> {
        poll_fn(|cx| self.poll(cx)).await;
        self.connection.into_parts()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsent(_) => f.write_str("the connection was closed"),
            Self::Lost(error) => with_causes(error, f),
            Self::Unreachable(error) => with_causes(&**error, f),
            Self::Slow => f.write_str("no answer in time"),
        }
    }
}
