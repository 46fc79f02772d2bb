//! Connections to what is behind the gateway, plain or by TLS.

use std::error::Error;
use std::sync::Arc;

use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service as _;

use super::upstream::Upstream;

/// What bytes go over.
pub(super) type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Connects, within the upstream's time for it.
pub(super) async fn connect(upstream: &Upstream) -> Result<Stream, Box<dyn Error + Send + Sync>> {
    let mut plain = HttpConnector::new();
    plain.enforce_http(false);
    plain.set_nodelay(true);
    let address = upstream.address.clone();
    let connecting = async {
        match &upstream.tls {
            None => Ok(MaybeHttpsStream::Http(plain.call(address).await?)),
            Some(tls) => HttpsConnector::from((plain, Arc::clone(tls))).call(address).await,
        }
    };
    tokio::time::timeout(upstream.limits.connect, connecting).await.map_err(|_| "no connection in time")?
}
