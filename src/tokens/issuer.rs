//! What `iss` says, and where the endpoints are that go with it.
//!
//! By default `iss` does not follow the Host header: a token obtained through one name must verify through another.

use crate::domain::id::UserPoolId;
use crate::domain::pool::IssuerMode;

/// How a request reached the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestOrigin<'a> {
    /// `http` or `https`.
    pub scheme: &'a str,
    /// Host and port as the request named them.
    pub host: &'a str,
}

/// The issuer and endpoint URLs of every pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuers {
    local: String,
    base_url: Option<String>,
}

impl Issuers {
    /// For a server on this port, reachable under `base_url` if that is set.
    pub fn new(port: u16, base_url: Option<&str>) -> Self {
        let base_url = base_url.map(|url| url.trim_end_matches('/').to_owned());
        Self { local: format!("http://localhost:{port}"), base_url }
    }

    /// The `iss` of the pool's tokens, and the `issuer` of its discovery document.
    pub fn issuer(&self, mode: IssuerMode, pool: &UserPoolId, request: RequestOrigin<'_>) -> String {
        match mode {
            IssuerMode::Local => format!("{}/{pool}", self.local),
            IssuerMode::BaseUrl => format!("{}/{pool}", self.base_url()),
            IssuerMode::Aws => format!("https://cognito-idp.{}.amazonaws.com/{pool}", pool.region()),
            IssuerMode::Host => format!("{}://{}/{pool}", request.scheme, request.host),
        }
    }

    /// Where the endpoints are that a discovery document names; always within reach, also in the mode `aws`.
    pub fn endpoints(&self, mode: IssuerMode, request: RequestOrigin<'_>) -> String {
        match mode {
            IssuerMode::Host => format!("{}://{}", request.scheme, request.host),
            IssuerMode::Local => self.local.clone(),
            IssuerMode::BaseUrl | IssuerMode::Aws => self.base_url().to_owned(),
        }
    }

    fn base_url(&self) -> &str {
        self.base_url.as_deref().unwrap_or(&self.local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_has_its_issuer() {
        let issuers = Issuers::new(7665, Some("http://poolpass:7665/"));
        let pool = UserPoolId::from("eu-west-1_AbCdEfGhI");
        let request = RequestOrigin { scheme: "http", host: "127.0.0.1:7665" };
        let issuer = |mode| issuers.issuer(mode, &pool, request);
        assert_eq!(issuer(IssuerMode::Local), "http://localhost:7665/eu-west-1_AbCdEfGhI");
        assert_eq!(issuer(IssuerMode::BaseUrl), "http://poolpass:7665/eu-west-1_AbCdEfGhI");
        assert_eq!(issuer(IssuerMode::Aws), "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI");
        assert_eq!(issuer(IssuerMode::Host), "http://127.0.0.1:7665/eu-west-1_AbCdEfGhI");
    }
}
