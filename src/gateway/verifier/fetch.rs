//! Fetching a small document of another issuer: in bounded time, of bounded length, from where it was asked for only.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::{Request, StatusCode, Uri, header};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use url::Url;

use crate::domain::rules::enforce::Unusable;
use crate::gateway::tls;

/// How many bytes of a document are read; real ones have a few thousand.
const LONGEST: usize = 256 * 1024;

type Http = Client<HttpsConnector<HttpConnector>, Empty<Bytes>>;

/// Fetches documents.
#[derive(Debug)]
pub(super) struct Fetcher {
    patience: Duration,
    trusting: fn() -> Result<Arc<ClientConfig>, rustls::Error>,
    client: OnceLock<Http>,
}

impl Fetcher {
    /// One that waits so long for a document, and trusts whom this machine trusts.
    pub(super) fn new(patience: Duration) -> Self {
        Self { patience, trusting: tls::trusting, client: OnceLock::new() }
    }

    /// The same that trusts others.
    #[cfg(test)]
    pub(super) fn trusting(self, trusting: fn() -> Result<Arc<ClientConfig>, rustls::Error>) -> Self {
        Self { trusting, ..self }
    }

    /// The document at this address. A redirect is an answer like any other, and not the expected one.
    pub(super) async fn get(&self, url: &Url) -> Result<Bytes, Unusable> {
        tokio::time::timeout(self.patience, self.whole(url)).await.unwrap_or(Err(Unusable::Slow))
    }

    async fn whole(&self, url: &Url) -> Result<Bytes, Unusable> {
        let address: Uri = url.as_str().parse().map_err(|_| Unusable::Address)?;
        let request = Request::get(address)
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, concat!("poolpass/", env!("CARGO_PKG_VERSION")))
            .body(Empty::new())
            .map_err(|_| Unusable::Address)?;
        let answer = self.client()?.request(request).await.map_err(|error| unconnected(url, &error))?;
        if answer.status() != StatusCode::OK {
            return Err(Unusable::Status);
        }
        match Limited::new(answer.into_body(), LONGEST).collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(Unusable::TooLong),
            Err(error) => Err(unconnected(url, &*error)),
        }
    }

    fn client(&self) -> Result<&Http, Unusable> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let tls = (self.trusting)().map_err(|error| {
            tracing::error!(%error, "TLS cannot be set up");
            Unusable::Connection
        })?;
        let mut plain = HttpConnector::new();
        plain.enforce_http(false);
        // Documents are fetched once in two hours: no connection is worth keeping, and none outlives its runtime.
        let new = || {
            let mut client = Client::builder(TokioExecutor::new());
            client.pool_max_idle_per_host(0).build(HttpsConnector::from((plain, tls)))
        };
        Ok(self.client.get_or_init(new))
    }
}

fn unconnected(url: &Url, error: &dyn std::error::Error) -> Unusable {
    let causes: Vec<String> =
        std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
    tracing::warn!(%url, cause = causes.join(": "), "a document of an issuer cannot be fetched");
    Unusable::Connection
}
