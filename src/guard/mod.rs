//! What keeps web pages of strangers, and clients that never finish a request, away from a local server.
//!
//! A page anywhere on the web can make a browser send requests to `localhost`, and with DNS rebinding it can even read
//! the answers. Such requests carry the page's own host name as Host, or its Origin. So whatever has no other
//! protection than being local checks both: the operations that real Cognito wants signed, and `/_poolpass/`.

pub mod body;

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::http::uri::Authority;

/// The names and origins that count as ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guard {
    hosts: Arc<[String]>,
    origins: Arc<[String]>,
}

/// Where a request says that it goes to and comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims<'a> {
    /// `http` or `https`.
    pub scheme: &'a str,
    /// Every Host header.
    pub hosts: Vec<&'a [u8]>,
    /// The authority of the request line, if it has one; it must be ours like the Host.
    pub authority: Option<&'a str>,
    /// Every Origin header.
    pub origins: Vec<&'a [u8]>,
}

/// Why a request is taken for a stranger's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreign {
    /// It names several hosts.
    Hosts,
    /// It was sent to a name that is not ours.
    Host(String),
    /// It comes from a page that is not ours.
    Origin(String),
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hosts => f.write_str("refused: the request has more than one Host header"),
            Self::Host(host) => write!(
                f,
                "refused: the request was sent to the host `{host}`, a name that any web page could point at this \
                 server; use localhost, or add the name to allowed_hosts"
            ),
            Self::Origin(origin) => write!(
                f,
                "refused: the request comes from a page of the origin `{origin}`; add it to allowed_origins if that \
                 page may administer this server"
            ),
        }
    }
}

impl<'a> Claims<'a> {
    fn sent_to(request: &'a HttpRequest) -> Self {
        Self {
            scheme: if request.app_config().secure() { "https" } else { "http" },
            hosts: request.headers().get_all(header::HOST).map(header::HeaderValue::as_bytes).collect(),
            authority: request.uri().authority().map(Authority::as_str),
            origins: Vec::new(),
        }
    }
}

/// Whether the request comes from this very machine.
pub fn is_from_here(request: &HttpRequest) -> bool {
    request.peer_addr().is_some_and(|address| address.ip().to_canonical().is_loopback())
}

impl Guard {
    /// Takes these names and origins for ours as well.
    pub fn new(hosts: &[String], origins: &[String]) -> Self {
        let lower = |texts: &[String]| texts.iter().map(|text| text.to_ascii_lowercase()).collect();
        let origins: Vec<String> = origins.iter().map(|origin| without_default_port(origin)).collect();
        Self { hosts: lower(hosts), origins: lower(&origins) }
    }

    /// Judges a request by the guard that the server was mounted with, or by the strictest if there is none.
    pub fn admit(request: &HttpRequest) -> Result<(), Foreign> {
        let origins = request.headers().get_all(header::ORIGIN).map(header::HeaderValue::as_bytes).collect();
        Self::of(request).judge(&Claims { origins, ..Claims::sent_to(request) })
    }

    /// Judges only where the request was sent to: for pages, which other pages may link to.
    pub fn admit_host(request: &HttpRequest) -> Result<(), Foreign> {
        Self::of(request).judge(&Claims::sent_to(request))
    }

    fn of(request: &HttpRequest) -> Self {
        request.app_data::<Self>().cloned().unwrap_or_default()
    }

    /// Whether host and origin are ours.
    ///
    /// A request without Host (HTTP/1.0) is admitted, since no browser sends one; then no Origin is our own.
    pub fn judge(&self, claims: &Claims<'_>) -> Result<(), Foreign> {
        if claims.hosts.len() > 1 {
            return Err(Foreign::Hosts);
        }
        let hosts = claims.hosts.iter().copied().chain(claims.authority.map(str::as_bytes));
        let mut own = Vec::with_capacity(2);
        for host in hosts {
            let host = String::from_utf8_lossy(host).to_ascii_lowercase();
            if !self.is_ours(&host) {
                return Err(Foreign::Host(host));
            }
            own.push(without_default_port(&format!("{}://{host}", claims.scheme)));
        }
        for origin in &claims.origins {
            let origin = String::from_utf8_lossy(origin).to_ascii_lowercase();
            let named = without_default_port(&origin);
            if !own.contains(&named) && !self.origins.contains(&named) {
                return Err(Foreign::Origin(origin));
            }
        }
        Ok(())
    }

    fn is_ours(&self, host: &str) -> bool {
        let Some(name) = name_of(host) else { return false };
        let listed = |allowed: &String| allowed == host || allowed == name;
        is_local(name) || is_cognito(name) || self.hosts.iter().any(listed)
    }
}

/// The name without the port; `None` if it is no host at all.
fn name_of(host: &str) -> Option<&str> {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, ""),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:[]".contains(&byte);
    let sound = !name.is_empty() && name.bytes().all(fits) && port.bytes().all(|byte| byte.is_ascii_digit());
    sound.then_some(name)
}

/// An address, or a name that no public DNS answers for.
fn is_local(name: &str) -> bool {
    let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    if let Some(address) = bracketed {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let plain = !name.contains(['.', ':', '[', ']']);
    plain || name.ends_with(".localhost") || name.parse::<Ipv4Addr>().is_ok()
}

/// A name of the service itself, which whoever uses it has pointed here on purpose: only AWS can answer for it.
fn is_cognito(name: &str) -> bool {
    let region = name.strip_prefix("cognito-idp.").and_then(|rest| rest.strip_suffix(".amazonaws.com"));
    region.is_some_and(|region| !region.is_empty() && !region.contains('.')) || name.ends_with(".amazoncognito.com")
}

fn without_default_port(origin: &str) -> String {
    let origin = origin.trim_end_matches('/');
    let shorter = match origin.split_once("://") {
        Some(("http", _)) => origin.strip_suffix(":80"),
        Some(("https", _)) => origin.strip_suffix(":443"),
        _ => None,
    };
    shorter.unwrap_or(origin).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(hosts: &[&str], origins: &[&str]) -> Result<(), Foreign> {
        let guard = Guard::new(&["pool.example.test".to_owned()], &["http://app.example.test:3000".to_owned()]);
        let bytes = |texts: &[&'static str]| texts.iter().map(|text| text.as_bytes()).collect();
        let (hosts, origins) = (leaked(hosts), leaked(origins));
        guard.judge(&Claims { scheme: "http", hosts: bytes(&hosts), authority: None, origins: bytes(&origins) })
    }

    fn leaked(texts: &[&str]) -> Vec<&'static str> {
        texts.iter().map(|text| &*text.to_string().leak()).collect()
    }

    #[test]
    fn local_names_addresses_and_the_services_own_names_are_ours() {
        let ours = [
            "localhost",
            "localhost:7665",
            "LOCALHOST.:7665",
            "shop.auth.eu-west-1.localhost:7665",
            "127.0.0.1:7665",
            "192.168.1.7",
            "[::1]:7665",
            "[::1]",
            "poolpass:7665",
            "my_container",
            "cognito-idp.eu-west-1.amazonaws.com",
            "shop.auth.eu-west-1.amazoncognito.com:443",
            "pool.example.test:1",
        ];
        for host in ours {
            assert_eq!(judge(&[host], &[]), Ok(()), "{host}");
        }
    }

    #[test]
    fn other_names_are_foreign() {
        let foreign = [
            "evil.example",
            "evil.example:7665",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil-localhost.example",
            "cognito-idp.evil.example.amazonaws.com",
            "cognito-idp..amazonaws.com",
            "s3.amazonaws.com",
            "amazoncognito.com",
            "pool.example.test.evil.example",
            "[evil.example]",
            "::1",
            "user@localhost",
            "localhost:7665:evil",
            "",
            ":7665",
        ];
        for host in foreign {
            assert_eq!(judge(&[host], &[]), Err(Foreign::Host(host.to_owned())), "{host}");
        }
    }

    #[test]
    fn our_own_origin_has_the_same_scheme_host_and_port() {
        assert_eq!(judge(&["localhost:7665"], &["http://localhost:7665"]), Ok(()));
        assert_eq!(judge(&["LocalHost:80"], &["http://localhost"]), Ok(()));
        assert_eq!(judge(&["localhost:7665"], &["http://app.example.test:3000"]), Ok(()));
        for origin in [
            "null",
            "",
            "http://localhost:3000",
            "https://localhost:7665",
            "http://evil.example",
            "http://127.0.0.1:7665",
        ] {
            assert_eq!(judge(&["localhost:7665"], &[origin]), Err(Foreign::Origin(origin.to_owned())), "{origin}");
        }
    }

    #[test]
    fn every_host_and_origin_of_a_request_counts() {
        assert_eq!(judge(&["localhost", "localhost"], &[]), Err(Foreign::Hosts));
        let both = judge(&["localhost"], &["http://localhost", "http://evil.example"]);
        assert_eq!(both, Err(Foreign::Origin("http://evil.example".to_owned())));
        let absolute =
            Claims { scheme: "http", hosts: vec![b"localhost"], authority: Some("evil.example"), ..Claims::default() };
        assert_eq!(Guard::default().judge(&absolute), Err(Foreign::Host("evil.example".to_owned())));
    }

    #[test]
    fn without_a_host_no_browser_asks() {
        assert_eq!(judge(&[], &[]), Ok(()));
        assert_eq!(judge(&[], &["http://localhost"]), Err(Foreign::Origin("http://localhost".to_owned())));
    }
}
