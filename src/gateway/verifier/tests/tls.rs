//! An issuer behind TLS.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ServerConfig, ServerConnection};

use super::theirs::{jwks, pairs, token};
use super::*;
use crate::gateway::tls;

const CERTIFICATE: &[u8] = include_bytes!("../../../../tests/fixtures/tls/certificate.pem");
const KEY: &[u8] = include_bytes!("../../../../tests/fixtures/tls/key.pem");

fn certificate() -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(CERTIFICATE).unwrap()
}

fn trusting_it() -> Result<Arc<ClientConfig>, rustls::Error> {
    tls::trusting_only([certificate()]).map(Arc::new)
}

/// An issuer with this key set; `keys` says where its keys are, given where it is.
fn issuer(set: String, keys: impl Fn(&str) -> String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let discovery = json_of(&url, &keys(&url));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = Arc::new(builder.with_no_client_auth().with_single_cert(vec![certificate()], key).unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                head.extend(byte);
            }
            let body = if head.starts_with(b"GET /keys ") { &set } else { &discovery };
            // Who does not trust the certificate is gone.
            let _gone = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let _gone = stream.flush();
        }
    });
    url
}

#[tokio::test]
async fn an_issuer_is_believed_where_its_certificate_is_trusted() {
    let [one, _] = pairs();
    let url = issuer(jwks(&[&one]), |url| format!("{url}/keys"));
    let text = token(&one, &url);
    let stranger = Here::new();
    assert_eq!(became(&stranger.traced(&text, &url).await), NO_ISSUER);
    let friend = Here::fetching(Fetcher::new(HANG).trusting(trusting_it));
    assert_eq!(became(&friend.traced(&text, &url).await), Became::Verified);
}

#[tokio::test]
async fn who_is_asked_by_tls_cannot_send_us_where_there_is_none() {
    let [one, _] = pairs();
    let url = issuer(jwks(&[&one]), |url| format!("{}/keys", url.replace("https", "http")));
    let here = Here::fetching(Fetcher::new(HANG).trusting(trusting_it));
    let trace = here.traced(&token(&one, &url), &url).await;
    let address = Evidence::Remark("its address cannot be fetched from");
    assert_eq!((became(&trace), &trace.steps().last().unwrap().evidence), (NO_KEYS, &address));
}
