//! Request bodies, read whole: not too long, and not for ever.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use actix_web::body::{BodyStream, MessageBody as _};
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, http::header};

/// How long a body may take to arrive. The head has a limit of its own, in the server.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long a refused body is held, so that the answer goes out before it is let go.
const HELD: Duration = Duration::from_secs(1);

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is longer than what is read here.
    #[error("the body is longer than what is read here")]
    TooLong,
    /// It did not arrive in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// It broke off, or its framing is wrong.
    #[error("the body broke off")]
    BrokenOff,
}

impl Unread {
    /// The status that says so.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BrokenOff => StatusCode::BAD_REQUEST,
        }
    }
}

/// Reads the body, unless it is longer than `limit` bytes or takes longer than `patience` in all.
pub async fn read(request: &HttpRequest, payload: Payload, limit: usize, patience: Duration) -> Result<Bytes, Unread> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(Unread::TooLong);
    }
    let mut body = BodyStream::new(payload);
    let read = tokio::time::timeout(patience, whole(&mut body, limit)).await.unwrap_or(Err(Unread::TooSlow));
    if read.is_err() {
        // A body that is let go is read to its end by the server below us, however long that takes. One that is still
        // held when the answer goes out ends the connection instead.
        actix_web::rt::spawn(async move {
            tokio::time::sleep(HELD).await;
            drop(body);
        });
    }
    read
}

async fn whole(body: &mut BodyStream<Payload>, limit: usize) -> Result<Bytes, Unread> {
    let (mut first, mut more) = (Bytes::new(), Vec::new());
    while let Some(chunk) = poll_fn(|cx| Pin::new(&mut *body).poll_next(cx)).await {
        let chunk = chunk.map_err(|_broken_off| Unread::BrokenOff)?;
        if first.len() + more.len() + chunk.len() > limit {
            return Err(Unread::TooLong);
        }
        // Nearly every body comes in one piece, which then is not copied.
        if first.is_empty() {
            first = chunk;
        } else {
            more.extend_from_slice(&chunk);
        }
    }
    if more.is_empty() { Ok(first) } else { Ok([first.as_ref(), &more].concat().into()) }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpStream};

    use actix_web::{App, HttpResponse, HttpServer, web};

    use super::*;

    async fn echo(request: HttpRequest, payload: Payload) -> HttpResponse {
        match read(&request, payload, 10, Duration::from_millis(200)).await {
            Ok(body) => HttpResponse::Ok().body(body),
            Err(unread) => HttpResponse::build(unread.status()).finish(),
        }
    }

    /// The whole answer to these bytes, after which the sender keeps still.
    fn answer(server: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(server).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn a_body_is_read_if_it_is_short_and_comes_in_time() {
        let server = HttpServer::new(|| App::new().route("/", web::post().to(echo))).workers(1);
        let server = server.bind("127.0.0.1:0").unwrap();
        let address = server.addrs()[0];
        actix_web::rt::System::new().block_on(async move {
            let server = server.disable_signals().run();
            let handle = server.handle();
            actix_web::rt::spawn(server);
            let ask = |rest: &'static str| {
                let head = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
                actix_web::rt::task::spawn_blocking(move || answer(address, &format!("{head}{rest}")))
            };
            let whole = ask("Content-Length: 5\r\n\r\nhello").await.unwrap();
            assert!(whole.starts_with("HTTP/1.1 200") && whole.ends_with("\r\n\r\nhello"), "{whole}");
            // Each of these ends, connection and all, although the client sends nothing more.
            let announced = ask("Content-Length: 11\r\n\r\nh").await.unwrap();
            assert!(announced.starts_with("HTTP/1.1 413"), "{announced}");
            let unannounced = ask("Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n").await.unwrap();
            assert!(unannounced.starts_with("HTTP/1.1 413"), "{unannounced}");
            let slow = ask("Content-Length: 5\r\n\r\nhell").await.unwrap();
            assert!(slow.starts_with("HTTP/1.1 408"), "{slow}");
            let broken = ask("Transfer-Encoding: chunked\r\n\r\nzz\r\n").await.unwrap();
            assert!(broken.starts_with("HTTP/1.1 400"), "{broken}");
            handle.stop(false).await;
        });
    }
}
