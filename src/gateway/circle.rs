//! Upstreams that lead back to the gateway that they are behind: a request would go round until nothing is left to
//! open.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use url::{Host, Url};

use super::place::{Sought, seek};
use super::{Behind, Gateway};

/// The first gateway whose requests come back to it, at once or by way of others here.
///
/// An upstream that leads to another gateway here is a chain, and may be meant.
pub fn first(all: &[Arc<Gateway>]) -> Option<&Gateway> {
    all.iter().map(|gateway| &**gateway).find(|gateway| {
        let mut at = next(all, gateway);
        // A longer way than there are gateways goes round without this one, and is told of one that is on it.
        for _ in 0..all.len() {
            let Some(reached) = at else { return false };
            if reached.name == gateway.name {
                return true;
            }
            at = next(all, reached);
        }
        false
    })
}

/// The gateway here that the upstream of another leads to.
fn next<'g>(all: &'g [Arc<Gateway>], gateway: &Gateway) -> Option<&'g Gateway> {
    let Behind::Upstream(upstream) = &gateway.behind else { return None };
    let url = Url::parse(&upstream.to_string()).ok()?;
    let (host, port) = (url.host()?, url.port_or_known_default()?);
    let named = host.to_string().trim_end_matches('.').to_ascii_lowercase();
    let bound = all.iter().flat_map(|each| &each.place.addresses);
    let mut reached = bound.filter(|address| address.port() == port && is_at(&host, **address));
    reached.find_map(|address| match seek(all, *address, Some(&named), url.path()) {
        Sought::Gateway(found, _) => Some(found),
        Sought::OtherPath(_) | Sought::OtherHost => None,
    })
}

/// Whether a host is this machine at this address, as far as that can be told without asking anybody.
fn is_at(host: &Host<&str>, address: SocketAddr) -> bool {
    let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    let is = |ip: IpAddr| {
        let any = address.ip().is_unspecified() && (ip.is_loopback() || ip.is_unspecified());
        ip == address.ip() || any || ip.is_unspecified() && address.ip().is_loopback()
    };
    match host {
        Host::Ipv4(ip) => is((*ip).into()),
        Host::Ipv6(ip) => is((*ip).into()),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            (name == "localhost" || name.ends_with(".localhost")) && loopback.into_iter().any(is)
        }
    }
}
