//! TLS towards others, in one place: aws-lc's cryptography, and the certificates that this machine trusts.

use std::sync::{Arc, OnceLock};

use rustls::{ClientConfig, RootCertStore};

/// TLS that trusts whom this machine trusts, or whom `SSL_CERT_FILE` names. Read once.
pub fn trusting() -> Result<Arc<ClientConfig>, rustls::Error> {
    static TRUSTING: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let Some(known) = TRUSTING.get() {
        return Ok(Arc::clone(known));
    }
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "certificates that this machine trusts cannot be read");
    }
    let config = Arc::new(trusting_only(found.certs)?);
    Ok(Arc::clone(TRUSTING.get_or_init(|| config)))
}

/// TLS that trusts who is vouched for by one of these certificates; what cannot be read is left out.
pub fn trusting_only(
    certificates: impl IntoIterator<Item = rustls::pki_types::CertificateDer<'static>>,
) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
