//! What is behind a gateway: where it is, and how much it may be waited for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hyper::Uri;
use hyper::header::HeaderValue;
use rustls::ClientConfig;
use url::Url;

use super::failed::Told;
use crate::gateway::tls;

/// What is behind a gateway.
#[derive(Clone)]
pub struct Upstream {
    /// Scheme, host and port: what connections are kept by.
    pub(super) origin: Arc<str>,
    /// The same, to connect to.
    pub(super) address: Uri,
    /// What it is called in `Host`.
    pub(super) host: HeaderValue,
    /// What its paths begin with, without a slash at the end.
    pub(super) prefix: String,
    /// Set for https.
    pub(super) tls: Option<Arc<ClientConfig>>,
    /// The bounds.
    pub(super) limits: Limits,
    /// When the log was told that it does not answer.
    pub(super) told: Arc<Told>,
}

/// How long, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a connection to stand.
    pub connect: Duration,
    /// For the head of an answer to come, and then for each part of its body.
    pub answer: Duration,
    /// The longest body of a request, in bytes.
    pub body: u64,
}

/// Why nothing can be passed on to this URL.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// It does not lead anywhere.
    #[error("`{0}` is not an http or https URL with a host and without query and credentials")]
    Form(String),
    /// TLS cannot be had.
    #[error("no TLS: {0}")]
    Tls(#[from] rustls::Error),
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.prefix)
    }
}

impl Upstream {
    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The bounds.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// What is at this URL.
    pub fn new(url: &Url, limits: Limits) -> Result<Self, UpstreamError> {
        let form = || UpstreamError::Form(url.to_string());
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        let tls = match url.scheme() {
            "http" => None,
            "https" => Some(tls::trusting()?),
            _ => return Err(form()),
        };
        if !plain || url.fragment().is_some() || url.host().is_none() {
            return Err(form());
        }
        let authority = url.authority();
        let origin = format!("{}://{authority}", url.scheme());
        Ok(Self {
            address: origin.parse().map_err(|_| form())?,
            host: HeaderValue::from_str(authority).map_err(|_| form())?,
            origin: origin.into(),
            prefix: url.path().trim_end_matches('/').to_owned(),
            tls,
            limits,
            told: Arc::default(),
        })
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").field("origin", &self.origin).field("limits", &self.limits).finish_non_exhaustive()
    }
}
