//! Connections to what is behind the gateway, plain or by TLS.

use std::error::Error;
use std::sync::{Arc, OnceLock};

use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tower_service::Service as _;

use super::upstream::Upstream;

/// What bytes go over.
pub(super) type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// TLS that trusts whom this machine trusts, or whom `SSL_CERT_FILE` names. Read once.
pub(super) fn trusting() -> Result<Arc<ClientConfig>, rustls::Error> {
    static TRUSTING: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let Some(known) = TRUSTING.get() {
        return Ok(Arc::clone(known));
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::clone(TRUSTING.get_or_init(|| Arc::new(config))))
}

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
    tokio::time::timeout(upstream.limits.connect, connecting).await?
}
