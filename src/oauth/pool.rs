//! Which pool a request is for.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::http::uri::Authority;

use crate::domain::id::{Region, UserPoolId};
use crate::store::StoreError;
use crate::store::documents::{custom_domain_owner, domain_owner};
use crate::tokens::RequestOrigin;

use super::OAuth;

/// The pool that a request names by its path or its Host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// It names none: the client decides.
    Any,
    /// Only this pool will do.
    Only(UserPoolId),
    /// It names a domain that no pool has.
    Nothing,
}

impl Named {
    /// Whether a client of this pool may be meant.
    pub(super) fn admits(&self, pool: &UserPoolId) -> bool {
        match self {
            Self::Any => true,
            Self::Only(only) => only == pool,
            Self::Nothing => false,
        }
    }
}

/// The pool in the path, else the pool whose domain the Host is, else any.
pub(super) async fn named(
    oauth: &OAuth,
    request: &HttpRequest,
    in_path: Option<UserPoolId>,
) -> Result<Named, StoreError> {
    if let Some(pool) = in_path {
        return Ok(Named::Only(pool));
    }
    let host = host(request).to_ascii_lowercase();
    let host = host_name(&host);
    if host == "localhost" || !host.contains('.') || host.parse::<IpAddr>().is_ok() || host.starts_with('[') {
        return Ok(Named::Any);
    }
    let database = oauth.tokens.views.database();
    if let Some((prefix, region)) = pool_domain(host) {
        let owner = database.get(&domain_owner(&Region::from(region), prefix)).await?;
        return Ok(owner.map_or(Named::Nothing, Named::Only));
    }
    let owner = database.get(&custom_domain_owner(host)).await?;
    Ok(owner.map_or(Named::Any, Named::Only))
}

/// Scheme and host as the request names them; forwarding headers, which anybody can send, do not count.
pub(super) fn origin(request: &HttpRequest) -> RequestOrigin<'_> {
    RequestOrigin { scheme: if request.app_config().secure() { "https" } else { "http" }, host: host(request) }
}

fn host(request: &HttpRequest) -> &str {
    let header = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    header.or_else(|| request.uri().authority().map(Authority::as_str)).unwrap_or_default()
}

/// The name without port and without the dot that may end a full name.
fn host_name(host: &str) -> &str {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.strip_suffix('.').unwrap_or(name)
}

/// Prefix and region of `{prefix}.auth.{region}.localhost` or `….amazoncognito.com`.
fn pool_domain(host: &str) -> Option<(&str, &str)> {
    let rest = host.strip_suffix(".localhost").or_else(|| host.strip_suffix(".amazoncognito.com"))?;
    let (prefix, region) = rest.split_once(".auth.")?;
    (!prefix.is_empty() && !prefix.contains('.') && !region.contains('.')).then_some((prefix, region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_can_name_a_pools_domain() {
        assert_eq!(pool_domain("shop.auth.eu-west-1.localhost"), Some(("shop", "eu-west-1")));
        assert_eq!(pool_domain("shop.auth.eu-west-1.amazoncognito.com"), Some(("shop", "eu-west-1")));
        assert_eq!(pool_domain("my.shop.auth.eu-west-1.localhost"), None);
        assert_eq!(pool_domain("shop.localhost"), None);
        assert_eq!(pool_domain("auth.example.com"), None);
    }

    #[test]
    fn the_port_is_not_part_of_the_name() {
        assert_eq!(host_name("localhost:7665"), "localhost");
        assert_eq!(host_name("[::1]:7665"), "[::1]");
        assert_eq!(host_name("localhost"), "localhost");
        assert_eq!(host_name("auth.example.com.:7665"), "auth.example.com");
    }
}
