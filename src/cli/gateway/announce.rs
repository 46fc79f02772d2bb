//! What is said of gateways when they are ready: where they are, and which routes nobody should be surprised by.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use serde::Serialize;

use crate::domain::gateway::authorizer::Issuer;
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::{Access, Closed, Route};
use crate::gateway::{Behind, Gateway, Gateways, Mode, Place};

/// A gateway in the line that programs wait for.
#[derive(Serialize)]
pub(in crate::cli) struct ReadyGateway<'a> {
    name: &'a str,
    url: String,
    dialect: Dialect,
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<String>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    issuers: BTreeSet<&'a str>,
    unprotected: Vec<String>,
    unresolved: Vec<String>,
    unsupported: Vec<String>,
}

/// Each gateway, for programs.
pub(in crate::cli) fn ready(gateways: &Gateways) -> Vec<ReadyGateway<'_>> {
    let each = gateways.all.iter().map(|gateway| {
        let marked = |wanted: &str| {
            let those = gateway.table.routes().iter().filter(|route| mark(route).is_some_and(|mark| mark == wanted));
            those.map(|route| route.key.to_string()).collect()
        };
        let (upstream, function) = match &gateway.behind {
            Behind::Nothing => (None, None),
            Behind::Upstream(upstream) => (Some(upstream.to_string()), None),
            Behind::Function(function) => (None, Some(function.to_string())),
        };
        ReadyGateway {
            name: &gateway.name,
            url: url(&gateway.place),
            dialect: gateway.dialect,
            mode: gateway.mode.name(),
            upstream,
            function,
            issuers: remote_issuers(gateway),
            unprotected: marked(UNPROTECTED),
            unresolved: marked(UNRESOLVED),
            unsupported: marked(UNSUPPORTED),
        }
    });
    each.collect()
}

/// Each gateway, for people.
pub(in crate::cli) fn lines(gateways: &Gateways, notes: &[String]) -> String {
    let mut text = String::new();
    for gateway in gateways.all.iter() {
        write_gateway(&mut text, gateway).expect("invariant: writing to a string cannot fail");
    }
    for note in notes {
        writeln!(text, "  note       {note}").expect("invariant: writing to a string cannot fail");
    }
    text
}

fn write_gateway(text: &mut String, gateway: &Gateway) -> std::fmt::Result {
    writeln!(text, "  {:<10} {}", "gateway", url(&gateway.place))?;
    let behind = match &gateway.behind {
        Behind::Nothing => String::new(),
        _ if matches!(gateway.mode, Mode::Mock) => String::new(),
        Behind::Upstream(upstream) => format!(" to {upstream}"),
        Behind::Function(function) => format!(" to the function {function}"),
    };
    let (name, dialect, mode) = (&gateway.name, gateway.dialect, gateway.mode.name());
    writeln!(text, "  {:<10} {name}: {dialect}, {mode}{behind}", "")?;
    let issuers = remote_issuers(gateway);
    for issuer in issuers.iter().take(ISSUERS) {
        writeln!(text, "  {:<10} tokens of {issuer}", "")?;
    }
    if let Some(more) = issuers.len().checked_sub(ISSUERS).filter(|more| *more > 0) {
        writeln!(text, "  {:<10} and of {more} more", "")?;
    }
    if gateway.mode.observes() {
        writeln!(text, "  {:<10} OBSERVES ONLY: every request goes upstream, also those it would refuse", "")?;
    }
    for route in gateway.table.routes() {
        match (mark(route), &route.access) {
            (
                Some(mark),
                Access::Closed(
                    Closed::Unresolved(why)
                    | Closed::Undeclared(why)
                    | Closed::WithoutPool(why)
                    | Closed::Unsupported(why),
                ),
            ) => {
                writeln!(text, "  {:<10} {mark:<11} {} ({why})", "", route.key)?;
            }
            (Some(mark), _) => writeln!(text, "  {:<10} {mark:<11} {}", "", route.key)?,
            (None, _) => {}
        }
    }
    Ok(())
}

/// How many issuers are named to people.
const ISSUERS: usize = 5;

/// The issuers elsewhere whose keys the gateway fetches.
pub(in crate::cli) fn remote_issuers(gateway: &Gateway) -> BTreeSet<&str> {
    let authorizers = gateway.table.routes().iter().filter_map(|route| match &route.access {
        Access::Authorizer(authorizer, _) => Some(authorizer),
        Access::Open | Access::Closed(_) => None,
    });
    let remote = authorizers.flat_map(|authorizer| &authorizer.issuers).filter_map(|issuer| match issuer {
        Issuer::Remote(url) => Some(url.as_str()),
        Issuer::Pool(_) => None,
    });
    remote.collect()
}

pub(in crate::cli) const UNPROTECTED: &str = "UNPROTECTED";
pub(in crate::cli) const PREFLIGHT: &str = "PREFLIGHT";
pub(in crate::cli) const UNRESOLVED: &str = "UNRESOLVED";
pub(in crate::cli) const UNSUPPORTED: &str = "UNSUPPORTED";

/// The word for a route that is open to everybody or to nobody, or that the gateway answers itself.
pub(in crate::cli) fn mark(route: &Route) -> Option<&'static str> {
    match &route.access {
        Access::Open if route.is_preflight() => Some(PREFLIGHT),
        Access::Open => Some(UNPROTECTED),
        Access::Closed(Closed::Unresolved(_) | Closed::Undeclared(_) | Closed::WithoutPool(_)) => Some(UNRESOLVED),
        Access::Closed(Closed::Unsupported(_)) => Some(UNSUPPORTED),
        Access::Authorizer(..) => None,
    }
}

/// Where the gateway is called.
fn url(place: &Place) -> String {
    let address = place.addresses.first().copied();
    let authority = match (&place.host, address) {
        (Some(host), Some(address)) => format!("{host}:{}", address.port()),
        (None, Some(address)) => reachable(address),
        (_, None) => String::new(),
    };
    let stage = place.stage.as_ref().map(|stage| format!("/{stage}")).unwrap_or_default();
    format!("http://{authority}{}{stage}", place.base_path)
}

/// The address as a client on this machine writes it.
pub(in crate::cli) fn reachable(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => format!("127.0.0.1:{}", address.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("[::1]:{}", address.port()),
        _ => address.to_string(),
    }
}
