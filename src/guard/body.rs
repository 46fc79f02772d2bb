//! Request bodies, read whole: not too long, and not for ever.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, http::header};

/// How long a body may take to arrive. The head has a limit of its own, in the server.
pub const PATIENCE: Duration = Duration::from_secs(30);

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
    match tokio::time::timeout(patience, payload.to_bytes_limited(limit)).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(_broken_off))) => Err(Unread::BrokenOff),
        Ok(Err(_limit)) => Err(Unread::TooLong),
        Err(_elapsed) => Err(Unread::TooSlow),
    }
}
